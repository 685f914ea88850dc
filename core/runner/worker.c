/*
 * A worker: takes records through a chain, encodes what comes out, and gathers what was said.
 */
#include "runner/worker.h"
#include "runner/tally.h"

#include <stdlib.h>
#include <string.h>

/* Output above this size is handed over even if the record is not done, and buffers above it are
 * not kept. */
enum { LARGE_OUTPUT = 1 << 20 };

struct worker {
    const struct pipeline *pipeline;
    struct worker_settings settings;
    struct chain *chain;
    struct watcher watcher;
    enum record_format came; /* what the records are in */
    quern_string separator;  /* what parted them */
    /* What came of the current one so far. */
    struct buffer output;
    size_t *ends;
    size_t count, end_capacity;
    struct remark *remarks;
    size_t remark_count, remark_capacity;
    struct arena arena; /* texts of the remarks */
    struct hold *holds;
    size_t hold_count, hold_capacity;
    struct loss failure;
    bool failed;
    struct buffer tallies;
    struct label_counts labels;
    struct step_counts *no_counts; /* zeros, one for each step */
    uint64_t spans_left_out;
    bool flush_failed;
};

/* ---- Handing over ---- */

static void clear(struct worker *worker)
{
    if (worker->output.capacity > LARGE_OUTPUT)
        buffer_free(&worker->output);
    else
        buffer_clear(&worker->output);
    worker->count = 0;
    if (worker->remark_count)
        arena_reset(&worker->arena);
    worker->remark_count = worker->hold_count = 0;
    buffer_clear(&worker->tallies);
    worker->tallies.failed = false;
    worker->failed = false;
    worker->spans_left_out = 0;
}

/* What the steps did is told with the last part, so that until then it can be seen by who looks on. */
static void hand_over(struct worker *worker, const struct record *record, bool more)
{
    const bool counts = worker->chain && !more;
    struct outcome outcome = {.record = record,
                              .output = {worker->output.data, worker->output.size},
                              .ends = worker->ends,
                              .count = worker->count,
                              .remarks = worker->remarks,
                              .remark_count = worker->remark_count,
                              .failure = worker->failed ? &worker->failure : NULL,
                              .steps = counts ? chain_counts(worker->chain) : worker->no_counts,
                              .tallies = {worker->tallies.data, worker->tallies.size},
                              .uncounted = worker->tallies.failed,
                              .holds = worker->holds,
                              .hold_count = worker->hold_count,
                              .spans_left_out = worker->spans_left_out,
                              .flush_failed = worker->flush_failed,
                              .more = more};
    if (!worker->settings.take(worker->settings.user, &outcome) && worker->chain)
        chain_stop(worker->chain);
    clear(worker);
}

/* ---- What the chain tells ---- */

static const char *keep_text(struct worker *worker, const char *text)
{
    return arena_copy(&worker->arena, (quern_string){text, strlen(text)});
}

static void take_remark(void *user, const struct remark *remark)
{
    struct worker *worker = user;
    if (worker->watcher.remark)
        worker->watcher.remark(worker->watcher.user, remark);
    if (!memory_grow(&worker->remarks, &worker->remark_capacity, worker->remark_count + 1,
                     sizeof *worker->remarks))
        return;
    struct remark *copy = &worker->remarks[worker->remark_count];
    *copy = *remark;
    copy->text = keep_text(worker, remark->text);
    copy->input = remark->input ? keep_text(worker, remark->input) : NULL;
    worker->remark_count += copy->text && (copy->input || !remark->input);
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

static void tally_step(void *user, const struct step *step, const char *name, uint64_t count,
                       enum tally_kind kind)
{
    struct worker *worker = user;
    const struct tally tally = {
        .kind = kind, .step = step, .name = {name, strlen(name)}, .count = count};
    tally_add(&worker->tallies, worker->pipeline, &tally);
}

static void take_edits(void *user, const struct step *step, const char *rule, uint64_t count)
{
    tally_step(user, step, rule, count, TALLY_RULE);
}

/* The failure of a document that was held, or made, is handed over at once, while the bytes of its
 * record are there; that of the current one with all else that came of it. */
static void take_failure(struct worker *worker, const struct loss *loss)
{
    worker->failure = *loss;
    worker->failed = true;
    if (worker_has_stream(worker))
        hand_over(worker, NULL, true);
}

static void take_loss(void *user, const struct loss *loss)
{
    struct worker *worker = user;
    switch (loss->kind) {
    case LOSS_PASSED_ON:
        remark_loss(worker, loss, "", "; the document goes on without this stage");
        break;
    case LOSS_FAILED:
        take_failure(worker, loss);
        break;
    case LOSS_DROPPED:
        if (worker->settings.tally)
            tally_step(worker, loss->step, loss->reason, 1, TALLY_REASON);
        if (worker->settings.tell_of_drops)
            remark_loss(worker, loss, *loss->reason ? "dropped: " : "dropped", "");
        break;
    }
}

static void take_hold(void *user, const struct hold *hold)
{
    struct worker *worker = user;
    if (memory_grow(&worker->holds, &worker->hold_capacity, worker->hold_count + 1,
                    sizeof *worker->holds))
        worker->holds[worker->hold_count++] = *hold;
}

/* ---- Encoding ---- */

/* Whether a step that is there for the text writes the layer by the way, as the pages that it took
 * apart. */
static bool is_by_the_way(const struct pipeline *pipeline, const char *layer)
{
    for (size_t i = 0; i < pipeline->step_count; i++) {
        const quern_stage *stage = pipeline->steps[i].plugin->stage;
        if (!stage->keeps_text &&
            words_find(stage->writes, (quern_string){layer, strlen(layer)}) >= 0)
            return true;
    }
    return false;
}

/* Those that nobody would leave out of their own will. */
static size_t count_spans(const struct pipeline *pipeline, quern_document *doc)
{
    size_t count = 0;
    for (quern_layer *layer = quern_next_layer(doc, NULL); layer;
         layer = quern_next_layer(doc, layer))
        if (!is_by_the_way(pipeline, quern_layer_name(layer)))
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
    quern_string rendition = document_rendition(doc);
    if (worker->settings.to == FORMAT_AUTO && rendition.data) {
        buffer_add_string(&worker->output, rendition);
    } else if (is_jsonl(worker)) {
        record_write_jsonl(doc, worker->pipeline->offsets, &worker->output);
    } else {
        record_write_text(doc, &worker->output);
        buffer_add_string(&worker->output, worker->separator);
        worker->spans_left_out += count_spans(worker->pipeline, doc);
    }
}

static void deliver(void *user, const struct record *record, quern_document *doc)
{
    struct worker *worker = user;
    size_t before = worker->output.size;
    bool fine =
        memory_grow(&worker->ends, &worker->end_capacity, worker->count + 1, sizeof *worker->ends);
    if (fine)
        encode(worker, doc);
    if (fine && !worker->output.failed && quern_document_status(doc) == QUERN_OK) {
        worker->ends[worker->count++] = worker->output.size;
        if (worker->settings.tally)
            tally_spans(&worker->tallies, worker->pipeline, doc, &worker->labels);
        if (worker->output.size > LARGE_OUTPUT && worker_has_stream(worker))
            hand_over(worker, NULL, true);
        return;
    }
    worker->output.size = before;
    worker->output.failed = false;
    struct loss loss = {
        .kind = LOSS_FAILED, .record = record, .id = quern_id(doc), .reason = "out of memory"};
    take_loss(worker, &loss);
}

/* ---- Work ---- */

bool worker_pass_over(struct worker *worker, const struct step *step, const char *reason)
{
    return chain_pass_over(worker->chain, step, reason);
}

void worker_pass_over_none(struct worker *worker)
{
    chain_pass_over_none(worker->chain);
}

void worker_process(struct worker *worker, const struct record *record)
{
    chain_forget_counts(worker->chain);
    worker->came = record->format;
    worker->separator = record->separator;
    chain_process(worker->chain, record);
    hand_over(worker, record, false);
}

void worker_flush(struct worker *worker)
{
    chain_forget_counts(worker->chain);
    worker->flush_failed = !chain_flush(worker->chain);
    hand_over(worker, NULL, false);
}

void worker_redirect(struct worker *worker, void *user,
                     bool (*take)(void *user, const struct outcome *outcome))
{
    worker->settings.user = user;
    worker->settings.take = take;
}

void worker_count_in(struct worker *worker, struct step_counts *counts)
{
    chain_count_in(worker->chain, counts);
}

void worker_watch(struct worker *worker, const struct watcher *watcher)
{
    worker->watcher = *watcher;
    chain_watch(worker->chain, watcher->user, watcher->step);
}

bool worker_has_stream(const struct worker *worker)
{
    return chain_has_stream(worker->chain);
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
        worker->no_counts = memory_new(pipeline->step_count, sizeof *worker->no_counts);
    if (!worker || !worker->no_counts) {
        problems_add(problems, QUERN_ERROR, (struct place){0}, NULL, "out of memory");
        worker_close(worker);
        return NULL;
    }
    worker->pipeline = pipeline;
    worker->settings = *settings;
    const struct chain_events events = {.user = worker,
                                        .deliver = deliver,
                                        .lose = take_loss,
                                        .remark = take_remark,
                                        .hold = take_hold,
                                        .edits = settings->tally ? take_edits : NULL};
    worker->chain = chain_open(pipeline, events, settings->measure, problems);
    hand_over(worker, NULL, false);
    if (worker->chain && settings->paranoid)
        chain_be_paranoid(worker->chain);
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
    buffer_free(&worker->output);
    free(worker->ends);
    free(worker->remarks);
    free(worker->holds);
    arena_free(&worker->arena);
    buffer_free(&worker->tallies);
    free(worker->labels.items);
    free(worker->no_counts);
    free(worker);
}
