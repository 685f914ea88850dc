/*
 * Messages, as compilers write them: file:line:column: warning: [step] text.
 */
#include "runner/report.h"
#include "runner/lines.h"

#include <inttypes.h>
#include <jansson.h>
#include <string.h>

static void print(quern_severity severity, struct place place, const char *step, const char *text)
{
    struct problems problems = {0};
    problems_add(&problems, severity, place, NULL, "%s%s%s%s", step ? "[" : "", step ? step : "",
                 step ? "] " : "", text);
    problems_print(&problems, (quern_string){0}, stderr);
    problems_free(&problems);
}

/* Where a remark is about: a place in an input, or the step itself. */
static struct place find_place(const struct remark *remark)
{
    struct place place = {.file = remark->input};
    if (!remark->input)
        return remark->step ? remark->step->place : (struct place){0};
    if (remark->inner || remark->record_line > 1)
        place.line = remark->record_line;
    if (!remark->inner && remark->line) {
        place.line = remark->line;
        place.column = remark->column;
    }
    return place;
}

void report_remark(const struct remark *remark)
{
    struct buffer text = {0};
    buffer_add_text(&text, remark->text);
    if (remark->inner && remark->line)
        buffer_print(&text, " (line %" PRIu64 ", column %" PRIu64 " of its source)", remark->line,
                     remark->column);
    print(remark->severity, find_place(remark), remark->step ? remark->step->label : NULL,
          buffer_text(&text));
    buffer_free(&text);
}

/* Of a record that cannot be read, the very byte; else the record. */
static struct place find_failure(const struct loss *failure)
{
    const struct record *record = failure->record;
    struct place place = {.file = record->input};
    struct line_index index = {0};
    uint64_t line, column;
    if (record->format == RECORD_JSONL || record->line > 1)
        place.line = record->line;
    if (!failure->step && failure->where &&
        lines_find(&index, record->bytes, failure->where, &line, &column)) {
        place.line = record->line + line - 1;
        place.column = column;
    }
    lines_free(&index);
    return place;
}

void report_failure(const struct loss *failure, const char *consequence)
{
    struct buffer text = {0};
    buffer_print(&text, "%s; %s", failure->reason, consequence);
    print(QUERN_ERROR, find_failure(failure), failure->step ? failure->step->label : NULL,
          buffer_text(&text));
    buffer_free(&text);
}

/* ---- JSON ---- */

json_t *json_of_string(quern_string text)
{
    struct buffer clean = {0};
    buffer_add_repaired(&clean, text);
    json_t *json = json_stringn(buffer_text(&clean), clean.size);
    buffer_free(&clean);
    return json;
}

json_t *json_of_text(const char *text)
{
    return text ? json_of_string((quern_string){text, strlen(text)}) : json_null();
}
