/*
 * A worker: takes records through a chain, encodes what comes out, and gathers what was said.
 */
#include "runner/worker.h"

#include <stdlib.h>
#include <string.h>

/* Output above this size is handed over even if the record is not done, and buffers above it are
 * not kept. */
enum { LARGE_OUTPUT = 1 << 20 };

struct worker {
    const struct pipeline *pipeline;
    struct worker_settings settings;
    struct chain *chain;
    struct outcome outcome;
    enum record_format came; /* what the records are in */
};

/* ---- Handing over ---- */

static void clear(struct outcome *outcome)
{
    if (outcome->output.capacity > LARGE_OUTPUT)
        buffer_free(&outcome->output);
    else
        buffer_clear(&outcome->output);
    outcome->count = 0;
    if (outcome->remark_count)
        arena_reset(&outcome->arena);
    outcome->remark_count = 0;
    outcome->failure = NULL;
    outcome->spans_left_out = 0;
}

static void hand_over(struct worker *worker)
{
    struct outcome *outcome = &worker->outcome;
    if (worker->chain)
        chain_take_counts(worker->chain, outcome->steps);
    if (!worker->settings.take(worker->settings.user, outcome) && worker->chain)
        chain_stop(worker->chain);
    clear(outcome);
}

/* ---- What the chain tells ---- */

static const char *keep_text(struct outcome *outcome, const char *text)
{
    return arena_copy(&outcome->arena, (quern_string){text, strlen(text)});
}

static void take_remark(void *user, const struct remark *remark)
{
    struct worker *worker = user;
    struct outcome *outcome = &worker->outcome;
    if (!memory_grow(&outcome->remarks, &outcome->remark_capacity, outcome->remark_count + 1,
                     sizeof *outcome->remarks))
        return;
    struct remark *copy = &outcome->remarks[outcome->remark_count];
    *copy = *remark;
    copy->text = keep_text(outcome, remark->text);
    copy->input = remark->input ? keep_text(outcome, remark->input) : NULL;
    outcome->remark_count += copy->text && (copy->input || !remark->input);
}

static void remark_loss(struct worker *worker, const struct loss *loss, const char *prefix,
                        const char *suffix)
{
    struct buffer text = {0};
    buffer_print(&text, "%s%s%s", prefix, loss->reason, suffix);
    struct remark remark = {.severity = QUERN_WARNING,
                            .step = loss->step,
                            .input = loss->record->input,
                            .number = loss->record->number,
                            .record_line = loss->record->line,
                            .inner = loss->record->format == RECORD_JSONL,
                            .text = buffer_text(&text)};
    if (loss->kind == LOSS_DROPPED) {
        remark.severity = QUERN_NOTE;
        remark.trifle = true;
    }
    take_remark(worker, &remark);
    buffer_free(&text);
}

/* A failure is handed over at once, while the bytes of its record are there. */
static void take_loss(void *user, const struct loss *loss)
{
    struct worker *worker = user;
    if (loss->kind == LOSS_PASSED_ON) {
        remark_loss(worker, loss, "", "; the document goes on without this stage");
    } else if (loss->kind == LOSS_FAILED) {
        worker->outcome.failure = loss;
        hand_over(worker);
    } else if (worker->settings.tell_of_drops) {
        remark_loss(worker, loss, *loss->reason ? "dropped: " : "dropped", "");
    }
}

/* ---- Encoding ---- */

static size_t count_spans(quern_document *doc)
{
    size_t count = 0;
    for (quern_layer *layer = quern_next_layer(doc, NULL); layer;
         layer = quern_next_layer(doc, layer))
        count += quern_spans_of(layer).count;
    return count;
}

static bool is_jsonl(const struct worker *worker)
{
    enum format to = worker->settings.to ? worker->settings.to : worker->pipeline->to;
    return to == FORMAT_AUTO ? worker->came == RECORD_JSONL : to == FORMAT_JSONL;
}

static void encode(struct worker *worker, quern_document *doc)
{
    struct outcome *outcome = &worker->outcome;
    quern_string rendition = document_rendition(doc);
    if (worker->settings.to == FORMAT_AUTO && rendition.data) {
        buffer_add_string(&outcome->output, rendition);
    } else if (is_jsonl(worker)) {
        record_write_jsonl(doc, worker->pipeline->offsets, &outcome->output);
    } else {
        record_write_text(doc, &outcome->output);
        outcome->spans_left_out += count_spans(doc);
    }
}

static void deliver(void *user, const struct record *record, quern_document *doc)
{
    struct worker *worker = user;
    struct outcome *outcome = &worker->outcome;
    size_t before = outcome->output.size;
    bool fine =
        memory_grow(&outcome->ends, &outcome->capacity, outcome->count + 1, sizeof *outcome->ends);
    if (fine)
        encode(worker, doc);
    if (fine && !outcome->output.failed && quern_document_status(doc) == QUERN_OK) {
        outcome->ends[outcome->count++] = outcome->output.size;
        if (outcome->output.size > LARGE_OUTPUT)
            hand_over(worker);
        return;
    }
    outcome->output.size = before;
    outcome->output.failed = false;
    struct loss loss = {
        .kind = LOSS_FAILED, .record = record, .id = quern_id(doc), .reason = "out of memory"};
    take_loss(worker, &loss);
}

/* ---- Work ---- */

void worker_process(struct worker *worker, const struct record *record)
{
    worker->came = record->format;
    chain_process(worker->chain, record);
    hand_over(worker);
}

bool worker_flush(struct worker *worker)
{
    bool fine = chain_flush(worker->chain);
    hand_over(worker);
    return fine;
}

quern_frame worker_frame(const struct worker *worker)
{
    bool framed = worker->settings.to == FORMAT_AUTO && chain_renders(worker->chain);
    return framed ? chain_frame(worker->chain) : (quern_frame){0};
}

struct worker *worker_open(const struct pipeline *pipeline, const struct worker_settings *settings,
                           struct problems *problems)
{
    struct worker *worker = memory_new(1, sizeof *worker);
    if (worker)
        worker->outcome.steps = memory_new(pipeline->step_count, sizeof *worker->outcome.steps);
    if (!worker || !worker->outcome.steps) {
        problems_add(problems, QUERN_ERROR, (struct place){0}, NULL, "out of memory");
        worker_close(worker);
        return NULL;
    }
    worker->pipeline = pipeline;
    worker->settings = *settings;
    struct chain_events events = {worker, deliver, take_loss, take_remark};
    worker->chain = chain_open(pipeline, events, settings->measure, problems);
    hand_over(worker);
    if (worker->chain)
        return worker;
    worker_close(worker);
    return NULL;
}

void worker_close(struct worker *worker)
{
    if (!worker)
        return;
    chain_close(worker->chain);
    buffer_free(&worker->outcome.output);
    free(worker->outcome.ends);
    free(worker->outcome.remarks);
    arena_free(&worker->outcome.arena);
    free(worker->outcome.steps);
    free(worker);
}
