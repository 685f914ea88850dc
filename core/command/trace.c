/*
 * A document after each step of a pipeline; see trace.h.
 *
 * Each step is run as a pipeline of its own, twice: on the document with its history, which gives the
 * way back to the source, and on the same text without a past, which gives what the step itself has
 * done. The first step gets the bytes of the file, since a stage may look at them.
 */
#include "command/trace.h"
#include "command/command.h"

#include <stdlib.h>
#include <string.h>

/* ---- Copies of documents ---- */

static bool read_into(quern_document *doc, const struct record *record, const char **why)
{
    size_t where;
    return record_read(record, doc, why, &where) && document_own(doc) == QUERN_OK;
}

static struct record record_of(const struct buffer *bytes)
{
    return (struct record){
        .bytes = {bytes->data, bytes->size}, .format = RECORD_JSONL, .input = "-", .line = 1};
}

/* The document, its changes included. NULL when memory is short. */
static quern_document *copy_document(quern_document *doc)
{
    struct buffer bytes = {0};
    const char *why;
    quern_document *copy = quern_document_new();
    record_write_jsonl(doc, QUERN_CODE_POINTS, &bytes);
    struct record record = record_of(&bytes);
    if (copy && (bytes.failed || !read_into(copy, &record, &why))) {
        quern_document_free(copy);
        copy = NULL;
    }
    buffer_free(&bytes);
    return copy;
}

static void copy_span(quern_layer *from, size_t index, quern_layer *to, uint32_t label)
{
    const quern_span *span = &quern_spans_of(from).items[index];
    size_t added = quern_add_span(to, span->begin, span->end, label);
    quern_member attribute;
    double score;
    if (added == SIZE_MAX || !span->aside)
        return;
    if (quern_get_score(from, index, &score))
        quern_set_score(to, added, score);
    for (size_t n = 0; quern_attribute_at(from, index, n, &attribute); n++)
        quern_set_attribute(to, added, attribute.key, attribute.json);
}

static void copy_spans(quern_document *doc, quern_document *to)
{
    for (quern_layer *layer = NULL; (layer = quern_next_layer(doc, layer));) {
        quern_layer *copy = quern_layer_of(to, quern_layer_name(layer));
        for (size_t i = 0; i < quern_spans_of(layer).count; i++) {
            uint32_t label = quern_spans_of(layer).items[i].label;
            copy_span(layer, i, copy, quern_label(to, quern_label_name(doc, label)));
        }
    }
}

/* The document without a past: its text is its source. NULL when memory is short. */
static quern_document *copy_present(quern_document *doc)
{
    quern_document *copy = quern_document_new();
    quern_member member;
    if (!copy)
        return NULL;
    quern_set_text(copy, quern_text(doc));
    document_set_id(copy, quern_id(doc), document_id_is_number(doc));
    for (size_t n = 0; quern_field_at(doc, n, &member); n++)
        quern_set_field(copy, member.key, member.json);
    for (size_t n = 0; quern_metadata_at(doc, n, &member); n++)
        quern_set_metadata(copy, member.key, member.json);
    copy_spans(doc, copy);
    if (quern_document_status(copy) == QUERN_OK)
        return copy;
    quern_document_free(copy);
    return NULL;
}

/* ---- One step ---- */

struct visit {
    quern_document *doc; /* what came out first */
    char *end;
    bool failed; /* memory is short */
};

static void deliver(void *user, const struct record *record, quern_document *doc)
{
    struct visit *visit = user;
    (void)record;
    if (!visit->doc)
        visit->doc = copy_document(doc);
    visit->failed |= !visit->doc;
}

static void lose(void *user, const struct loss *loss)
{
    static const char *const kinds[] = {
        [LOSS_DROPPED] = "dropped", [LOSS_FAILED] = "failed", [LOSS_PASSED_ON] = "left out"};
    struct visit *visit = user;
    struct buffer end = {0};
    if (visit->end)
        return;
    buffer_print(&end, "%s%s%s", kinds[loss->kind], *loss->reason ? ": " : "", loss->reason);
    visit->end = memory_copy(buffer_text(&end), end.size);
    visit->failed |= !visit->end;
    buffer_free(&end);
}

static void ignore_remark(void *user, const struct remark *remark)
{
    (void)user, (void)remark;
}

static int run_step(const struct pipeline *pipeline, const struct step *step,
                    const struct record *record, struct visit *visit)
{
    struct pipeline one = *pipeline;
    struct step copy = *step;
    struct problems problems = {0};
    one.steps = &copy;
    one.step_count = 1;
    const struct chain_events events = {
        .user = visit, .deliver = deliver, .lose = lose, .remark = ignore_remark};
    struct chain *chain = chain_open(&one, events, MEASURE_NOTHING, &problems);
    problems_print(&problems, (quern_string){0}, stderr);
    problems_free(&problems);
    if (!chain)
        return STATUS_CONFIG;
    chain_process(chain, record);
    chain_flush(chain);
    chain_close(chain);
    return visit->failed ? STATUS_INTERNAL : STATUS_FINE;
}

static int run_on(const struct pipeline *pipeline, const struct step *step, quern_document *doc,
                  struct visit *visit)
{
    struct buffer bytes = {0};
    record_write_jsonl(doc, QUERN_CODE_POINTS, &bytes);
    struct record record = record_of(&bytes);
    int status = bytes.failed ? STATUS_INTERNAL : run_step(pipeline, step, &record, visit);
    buffer_free(&bytes);
    return status;
}

/* The document from `before`, or from the record that it was read from when that is given. */
static int take_step(struct stop *stop, const struct pipeline *pipeline, quern_document *before,
                     const struct record *record)
{
    struct visit visit = {0}, alone = {0};
    int status = record ? run_step(pipeline, stop->step, record, &visit)
                        : run_on(pipeline, stop->step, before, &visit);
    stop->doc = visit.doc;
    stop->end = visit.end;
    if (status != STATUS_FINE || !stop->doc)
        return status;
    if (record) {
        stop->alone = copy_document(stop->doc);
        return stop->alone ? STATUS_FINE : STATUS_INTERNAL;
    }
    quern_document *present = copy_present(before);
    status = present ? run_on(pipeline, stop->step, present, &alone) : STATUS_INTERNAL;
    quern_document_free(present);
    stop->alone = alone.doc;
    free(alone.end);
    return status;
}

/* ---- The way ---- */

static int complain(const char *path, const char *why)
{
    fprintf(stderr, "quern: %s: %s\n", path, why);
    return STATUS_DATA;
}

/* Where the trace begins. A record's text counts as its source, whatever was done to it before. */
static int read_document(struct trace *trace, const struct record *record)
{
    struct stop *stop = &trace->stops[trace->count++];
    const char *why = "out of memory";
    stop->doc = quern_document_new();
    if (!stop->doc || !read_into(stop->doc, record, &why))
        return complain(record->input, why);
    if (record->format == RECORD_TEXT) {
        trace->source = (quern_string){trace->bytes.data, trace->bytes.size};
        return STATUS_FINE;
    }
    quern_document *present = copy_present(stop->doc);
    quern_document_free(stop->doc);
    stop->doc = present;
    if (present)
        trace->source = quern_text(present);
    return present ? STATUS_FINE : STATUS_INTERNAL;
}

static int take_steps(struct trace *trace, const struct pipeline *pipeline,
                      const struct record *record)
{
    int status = read_document(trace, record);
    for (size_t i = 0; i < pipeline->step_count && status == STATUS_FINE; i++) {
        const struct step *step = &pipeline->steps[i];
        quern_document *before = trace->stops[trace->count - 1].doc;
        if (!before || step->plugin->stage->renders)
            break;
        bool raw = trace->count == 1 && record->format == RECORD_TEXT;
        struct stop *stop = &trace->stops[trace->count++];
        stop->step = step;
        status = take_step(stop, pipeline, before, raw ? record : NULL);
    }
    return status;
}

/* The record's bytes, with a NUL behind them, outlive the source that it came from. */
static bool keep_bytes(struct trace *trace, struct record *record)
{
    buffer_add_string(&trace->bytes, record->bytes);
    buffer_add_char(&trace->bytes, '\0');
    if (trace->bytes.failed)
        return false;
    trace->bytes.size--;
    record->bytes = (quern_string){trace->bytes.data, trace->bytes.size};
    return true;
}

int trace_open(struct trace *trace, const struct pipeline *pipeline, const char *path)
{
    struct source_settings settings = {.separator = {NULL, 0}};
    struct problems problems = {0};
    struct record record;
    int status = STATUS_INTERNAL;
    *trace = (struct trace){.stops = memory_new(pipeline->step_count + 1, sizeof *trace->stops)};
    settings.format = find_source_format(pipeline, &no_arguments, &settings.separator);
    struct source *source = source_open(&path, 1, &settings);
    if (source && trace->stops) {
        enum source_result result = source_next(source, &record, &problems);
        status = STATUS_IO;
        if (result == SOURCE_RECORD)
            status =
                keep_bytes(trace, &record) ? take_steps(trace, pipeline, &record) : STATUS_INTERNAL;
        else if (result == SOURCE_END)
            status = complain(path, "there is no document in it");
    }
    problems_print(&problems, (quern_string){0}, stderr);
    problems_free(&problems);
    source_close(source);
    return status;
}

void trace_close(struct trace *trace)
{
    for (size_t i = 0; trace->stops && i < trace->count; i++) {
        quern_document_free(trace->stops[i].doc);
        quern_document_free(trace->stops[i].alone);
        free(trace->stops[i].end);
    }
    free(trace->stops);
    buffer_free(&trace->bytes);
}
