/*
 * One document through one segment: the conditions of its steps, their limits, what their stages
 * answer, and whether they kept to the contract. A document that failed never goes on half done:
 * where the pipeline wants it passed, it is read again from what came into the segment, and the
 * step that failed is left out.
 */
#include "runner/chain.h"
#include "runner/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char no_memory[] = "out of memory";

/* ---- Time ---- */

struct moment moment_now(const struct station *station)
{
    const enum measure measure = station->chain->measure;
    struct moment now = {0};
    if (measure != MEASURE_NOTHING)
        now.clock = clock_read(CLOCK_MONOTONIC);
    if (measure == MEASURE_ALL || station->step->limit_time > 0)
        now.processor = clock_read(CLOCK_THREAD_CPUTIME_ID);
    return now;
}

struct moment moment_since(const struct station *station, struct moment start)
{
    const struct moment now = moment_now(station);
    return (struct moment){now.clock - start.clock, now.processor - start.processor};
}

uint64_t station_add_time(struct station *station, struct moment start)
{
    struct moment passed = moment_since(station, start);
    passed.processor -= station->away.processor;
    station->counts->clock += passed.clock - station->away.clock;
    station->counts->processor += passed.processor;
    return passed.processor;
}

void explain_time(double limit, char *reason, size_t size)
{
    snprintf(reason, size, "took more than its limit of %.3g s of processor time", limit);
}

/* ---- One step ---- */

const char *station_find_fault(const struct station *station, const quern_document *doc)
{
    if (station->misuse)
        return station->misuse;
    if (document_has_open_editor(doc))
        return "the stage left an editor open";
    quern_status status = quern_document_status(doc);
    return status == QUERN_OK ? NULL : quern_status_text(status);
}

/* Why the stage failed the document. A commit that went wrong gives no reason of its own. */
static const char *find_reason(const struct station *station, const quern_document *doc)
{
    const char *reason = call_reason(station->call);
    quern_status status = quern_document_status(doc);
    if (*reason)
        return reason;
    return status == QUERN_OK ? "the stage gave no reason" : quern_status_text(status);
}

static const char *check_time(struct station *station, uint64_t nanoseconds)
{
    double limit = station->step->limit_time;
    if (limit <= 0 || (double)nanoseconds / 1e9 <= limit)
        return NULL;
    explain_time(limit, station->reason, sizeof station->reason);
    return station->reason;
}

void station_show(const struct station *station, const struct step *step, const quern_document *doc)
{
    const struct chain *chain = station->chain;
    if (chain->watch)
        chain->watch(chain->watcher, step, doc);
}

static const char *check_verdict(struct station *station, const quern_document *doc,
                                 quern_verdict verdict)
{
    bool stream = station->step->plugin->stage->mode == QUERN_STREAM;
    switch (verdict) {
    case QUERN_FAIL:
        return find_reason(station, doc);
    case QUERN_HOLD:
        return stream ? NULL : "the stage holds a document, but its mode is not stream";
    case QUERN_PASS:
    case QUERN_DROP:
        return station_find_fault(station, doc);
    }
    return "the stage answered with a verdict that does not exist";
}

static quern_verdict call_process(struct station *station, quern_document *doc,
                                  uint64_t *nanoseconds)
{
    const struct step *step = station->step;
    call_reset(station->call);
    station->current = doc;
    station->misuse = NULL;
    station->away = (struct moment){0};
    document_limit_memory(doc, step->limit_memory);
    station_show(station, step, doc);
    const struct moment start = moment_now(station);
    quern_verdict verdict = step->plugin->stage->process(station->state, doc, station->call);
    *nanoseconds = station_add_time(station, start);
    station_show(station, NULL, doc);
    document_limit_memory(doc, 0);
    station->current = NULL;
    contract_note_touch(station);
    return verdict;
}

/* A stage that may hold the document gets one that can outlive its record. */
static bool make_lasting(quern_document *doc)
{
    return document_own(doc) == QUERN_OK && ticket_keep(doc);
}

static enum fate fail(struct station *station, const char *reason, const char **why)
{
    station->counts->failed++;
    *why = reason;
    return FATE_FAILED;
}

static enum fate process(struct station *station, quern_document *doc, const char **why)
{
    const quern_stage *stage = station->step->plugin->stage;
    if (stage->mode == QUERN_STREAM && !make_lasting(doc))
        return fail(station, no_memory, why);
    uint64_t copied = document_copied(doc);
    uint64_t nanoseconds = 0;
    bool paranoid = station->chain->paranoid;
    if (paranoid)
        contract_begin(station, doc);
    quern_verdict verdict = call_process(station, doc, &nanoseconds);
    station->counts->copied += document_copied(doc) - copied;
    const char *fault = check_verdict(station, doc, verdict);
    if (!fault && verdict != QUERN_HOLD)
        fault = check_time(station, nanoseconds);
    if (!fault && paranoid)
        fault = contract_check(station, doc);
    if (fault)
        return fail(station, fault, why);
    if (verdict == QUERN_HOLD) {
        station->counts->held++;
        ticket_hold(doc, station);
        ticket_of(doc)->misuse = station->misuse;
        return FATE_HELD;
    }
    *why = call_reason(station->call);
    station->counts->dropped += verdict == QUERN_DROP;
    station->counts->out += verdict == QUERN_PASS;
    station->counts->text_out += verdict == QUERN_PASS ? quern_text(doc).size : 0;
    return verdict == QUERN_PASS ? FATE_THROUGH : FATE_DROPPED;
}

static enum fate run_step(struct station *station, quern_document *doc, const char **why)
{
    const struct step *step = station->step;
    bool wanted = !step->when || condition_holds(step->when, doc);
    if (quern_document_status(doc) != QUERN_OK)
        return fail(station, quern_status_text(quern_document_status(doc)), why);
    if (!wanted) {
        station->counts->skipped++;
        return FATE_THROUGH;
    }
    station->counts->in++;
    station->counts->text += quern_text(doc).size;
    return process(station, doc, why);
}

/* ---- Once more ---- */

/* Whether the documents of the segment are taken through it twice. */
static bool is_rehearsed(const struct chain *chain, const struct segment *segment)
{
    return chain->paranoid && !segment->stream;
}

/* Keeps what is needed to take the document through the segment once more. */
static bool remember(struct chain *chain, struct segment *segment, quern_document *doc)
{
    if (!segment->may_pass && !is_rehearsed(chain, segment))
        return true;
    for (size_t i = segment->first; i < segment->end; i++)
        chain->stations[i].counts_before = *chain->stations[i].counts;
    buffer_clear(&segment->before);
    if (segment->first > 0)
        record_write_jsonl(doc, QUERN_CODE_POINTS, &segment->before);
    return !segment->before.failed && quern_document_status(doc) == QUERN_OK;
}

/* Makes the document once more what it was when it came into the segment. Its ticket stays. */
static bool read_again(const struct segment *segment, quern_document *doc)
{
    const char *why;
    size_t where;
    struct record record = ticket_of(doc)->record;
    if (segment->first > 0) {
        record.bytes = (quern_string){segment->before.data, segment->before.size};
        record.format = RECORD_JSONL;
    }
    struct ticket *ticket = document_detach(doc);
    document_clear(doc);
    ticket_attach(ticket, doc);
    return record_read(&record, doc, &why, &where);
}

/* Counts before `end` begin anew. */
static void reset_counts(struct chain *chain, const struct segment *segment,
                         const struct station *end)
{
    for (struct station *at = &chain->stations[segment->first]; at < end; at++)
        if (!at->passed_over)
            *at->counts = at->counts_before;
}

/* ---- Documents that go on without a step ---- */

/* Sees to it that the step is left out, and that nothing is counted or said twice. */
static bool pass_over(struct chain *chain, const struct segment *segment, struct station *failed,
                      quern_document *doc, const char *reason)
{
    failed->passed_over = memory_copy(reason, utf8_valid_prefix(reason, strlen(reason)));
    if (!failed->passed_over)
        return false;
    chain_lose(chain, LOSS_PASSED_ON, doc, failed->step, reason);
    reset_counts(chain, segment, failed);
    chain->muted_until = failed;
    return read_again(segment, doc);
}

/* Begins the list with what an earlier run left in it. */
static void begin_list(struct buffer *json, quern_string before)
{
    buffer_add_char(json, '[');
    if (before.size < 2 || before.data[0] != '[' || before.data[before.size - 1] != ']')
        return;
    quern_string items = {before.data + 1, before.size - 2};
    if (json_skip_space(items.data, items.data + items.size) == items.data + items.size)
        return;
    buffer_add_string(json, items);
    buffer_add_char(json, ',');
}

/* Adds {"stage", "reason"} to the list under "quern_failed" in the metadata. */
static bool mark(quern_document *doc, const struct station *station)
{
    static const char key[] = "quern_failed";
    struct buffer json = {0};
    begin_list(&json, quern_metadata(doc, key));
    buffer_add_text(&json, "{\"stage\":");
    json_encode_string(&json, (quern_string){station->step->label, strlen(station->step->label)});
    buffer_add_text(&json, ",\"reason\":");
    json_encode_string(&json, (quern_string){station->passed_over, strlen(station->passed_over)});
    buffer_add_text(&json, "}]");
    bool fine = !json.failed &&
                quern_set_metadata(doc, key, (quern_string){json.data, json.size}) == QUERN_OK;
    buffer_free(&json);
    return fine;
}

static void forget(struct chain *chain, const struct segment *segment)
{
    chain->muted_until = NULL;
    for (size_t i = segment->first; segment->may_pass && i < segment->end; i++) {
        free(chain->stations[i].passed_over);
        chain->stations[i].passed_over = NULL;
    }
}

/* ---- All steps ---- */

/* Keeps what came of a step that did not fail, or compares it with what came of it the first time. */
static enum fate hold_to_result(struct station *station, quern_document *doc, enum fate fate,
                                const char **why)
{
    if (!station->chain->rehearsing) {
        contract_keep_result(station, doc, fate, *why);
        return fate;
    }
    const char *fault = contract_compare_result(station, doc, fate, *why);
    if (!fault)
        return fate;
    station->counts->dropped -= fate == FATE_DROPPED;
    station->counts->out -= fate == FATE_THROUGH;
    station->counts->text_out -= fate == FATE_THROUGH ? quern_text(doc).size : 0;
    return fail(station, fault, why);
}

/* Runs the steps from the first on, up to one that fails or ends the document. */
static enum fate run_steps(struct chain *chain, const struct segment *segment, quern_document *doc,
                           struct station **last, const char **why)
{
    enum fate fate = FATE_THROUGH;
    for (size_t i = segment->first; fate == FATE_THROUGH && i < segment->end; i++) {
        struct station *station = *last = &chain->stations[i];
        if (!station->passed_over) {
            fate = run_step(station, doc, why);
            if (is_rehearsed(chain, segment) && fate != FATE_FAILED)
                fate = hold_to_result(station, doc, fate, why);
            continue;
        }
        if (!mark(doc, station))
            return fail(station, no_memory, why);
        if (chain->muted_until == station)
            chain->muted_until = NULL;
    }
    return fate;
}

/* Runs the steps a second time on the same document, and counts and says what came of that alone. */
static enum fate rehearse(struct chain *chain, const struct segment *segment, quern_document *doc,
                          struct station **last, const char **why)
{
    enum fate fate = FATE_FAILED;
    reset_counts(chain, segment, &chain->stations[segment->end]);
    chain->rehearsing = true;
    *last = &chain->stations[segment->first];
    *why = no_memory;
    if (read_again(segment, doc))
        fate = run_steps(chain, segment, doc, last, why);
    chain->rehearsing = false;
    return fate;
}

enum fate segment_run(struct chain *chain, struct segment *segment, quern_document *doc)
{
    struct station *last = &chain->stations[segment->first];
    const char *why = no_memory;
    enum fate fate = FATE_FAILED;
    bool again = remember(chain, segment, doc);
    while (again) {
        fate = run_steps(chain, segment, doc, &last, &why);
        if (is_rehearsed(chain, segment) && fate != FATE_FAILED)
            fate = rehearse(chain, segment, doc, &last, &why);
        again = fate == FATE_FAILED && last->step->on_error == ON_ERROR_PASS &&
                !last->passed_over && pass_over(chain, segment, last, doc, why);
    }
    chain_tell_edits(last, doc);
    if (fate == FATE_DROPPED || fate == FATE_FAILED)
        chain_lose(chain, fate == FATE_DROPPED ? LOSS_DROPPED : LOSS_FAILED, doc, last->step, why);
    forget(chain, segment);
    return fate;
}
