/*
 * Documents from a file of records; see records.h.
 */
#include "command/records.h"

#include "command/command.h"

#include <inttypes.h>

bool records_open(struct records *records, const char *path)
{
    *records = (struct records){.path = path, .doc = quern_document_new()};
    records->source = source_open(&records->path, 1, &(struct source_settings){0});
    if (!records->source || !records->doc)
        records->status = out_of_memory();
    return records->status == STATUS_FINE;
}

static bool read_record(struct records *records, const struct record *record)
{
    const char *why = "out of memory";
    size_t where = 0;
    document_clear(records->doc);
    if (record_read(record, records->doc, &why, &where) && document_own(records->doc) == QUERN_OK)
        return true;
    fprintf(stderr, "%s:%" PRIu64 ":%zu: error: %s\n", records->path, record->line, where + 1, why);
    records->status = STATUS_DATA;
    return false;
}

bool records_next(struct records *records)
{
    struct problems problems = {0};
    struct record record;
    enum source_result result = SOURCE_END;
    if (records->status == STATUS_FINE)
        result = source_next(records->source, &record, &problems);
    if (result == SOURCE_FAILED)
        records->status = STATUS_IO;
    problems_print(&problems, (quern_string){0}, stderr);
    problems_free(&problems);
    return result == SOURCE_RECORD && read_record(records, &record);
}

void records_close(struct records *records)
{
    quern_document_free(records->doc);
    if (records->source)
        source_close(records->source);
}
