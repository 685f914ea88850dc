/*
 * A pipeline with its stages opened: cut into segments at the stages that see all documents, and
 * what goes from one segment into the next.
 */
#include "runner/chain.h"

#include <stdlib.h>
#include <string.h>

/* ---- What is told ---- */

void chain_lose(struct chain *chain, enum loss_kind kind, const quern_document *doc,
                const struct step *step, const char *reason)
{
    struct loss loss = {.kind = kind,
                        .record = &ticket_of(doc)->record,
                        .id = quern_id(doc),
                        .step = step,
                        .reason = reason};
    chain->events.lose(chain->events.user, &loss);
}

/* Where a range of the text stands in the file, or at least in the source. */
static void find_place(quern_document *doc, size_t begin, size_t end, struct remark *remark)
{
    struct ticket *ticket = ticket_of(doc);
    quern_string text = quern_text(doc), source = quern_source(doc);
    if (!ticket)
        return;
    remark->input = ticket->record.input;
    remark->number = ticket->record.number;
    remark->record_line = ticket->record.line;
    remark->inner = ticket->record.format == RECORD_JSONL;
    end = end < text.size ? end : text.size;
    begin = begin < end ? begin : end;
    uint64_t place = quern_find_origin(doc, begin, end).begin;
    if (source.data && lines_find(&ticket->lines, source, place, &remark->line, &remark->column) &&
        !remark->inner)
        remark->line += ticket->record.line - 1;
}

static void take_report(void *user, const struct message *message)
{
    struct station *station = user;
    struct chain *chain = station->chain;
    if (chain->muted_until || chain->rehearsing)
        return;
    struct remark remark = {
        .severity = message->severity, .step = station->step, .text = message->text};
    if (station->current)
        find_place(station->current, message->begin, message->end, &remark);
    chain->events.remark(chain->events.user, &remark);
}

static void take_refusal(void *user, const struct refusal *refusal)
{
    const struct station *station = user;
    struct chain *chain = station->chain;
    if (chain->problems)
        pipeline_refuse(chain->pipeline, station->step, refusal, chain->problems);
}

/* ---- From segment to segment ---- */

bool chain_advance(struct chain *chain, size_t segment, quern_document *doc)
{
    if (chain->stopped)
        return true;
    for (; segment < chain->segment_count; segment++) {
        enum fate fate = segment_run(chain, &chain->segments[segment], doc);
        if (fate != FATE_THROUGH)
            return fate != FATE_HELD;
    }
    chain->events.deliver(chain->events.user, &ticket_of(doc)->record, doc);
    return true;
}

static void refuse(struct station *station, quern_document *doc, const char *misuse)
{
    station->misuse = misuse;
    if (doc != station->current)
        quern_document_free(doc);
}

/* Why a document that a stage emits may not go on, or NULL. The document is not the one that the
 * stage is working on, so what it did wrong there does not count. */
static const char *find_fault(struct station *station, const quern_document *doc)
{
    const char *misuse = station->misuse;
    if (ticket_of(doc)->misuse)
        return ticket_of(doc)->misuse;
    station->misuse = NULL;
    const char *fault = station_find_fault(station, doc);
    station->misuse = misuse;
    return fault;
}

/* Sends a document on that a stage emitted, and frees it unless a later stage holds it. */
static void send_on(struct station *station, quern_document *doc)
{
    struct chain *chain = station->chain;
    if (!ticket_emit(doc, station)) {
        refuse(station, doc, "out of memory");
        return;
    }
    const char *fault = find_fault(station, doc);
    chain_tell_edits(station, doc);
    station->counts->out += !fault;
    station->counts->text_out += fault ? 0 : quern_text(doc).size;
    station->counts->failed += fault != NULL;
    if (fault)
        chain_lose(chain, LOSS_FAILED, doc, station->step, fault);
    if (fault || chain_advance(chain, station->segment + 1, doc))
        quern_document_free(doc);
}

static void take_emitted(void *user, quern_document *doc)
{
    struct station *station = user;
    if (!doc)
        return;
    contract_note_touch(station);
    if (document_is_sealed(doc)) {
        station->misuse = "the stage hands a document on that it has handed on before";
    } else if (station->step->plugin->stage->mode != QUERN_STREAM) {
        refuse(station, doc, "the stage emits a document, but its mode is not stream");
    } else if (!station->opened) {
        refuse(station, doc, "the stage emits a document before there is any");
    } else if (doc == station->current) {
        refuse(station, doc, "the stage emits a document that it has only borrowed");
    } else {
        struct moment start = moment_now(station);
        quern_document *moved = station->chain->paranoid ? document_seal(doc) : NULL;
        send_on(station, moved ? moved : doc);
        struct moment away = moment_since(station, start);
        station->away.clock += away.clock;
        station->away.processor += away.processor;
    }
}

/* ---- Records in ---- */

bool chain_pass_over(struct chain *chain, const struct step *step, const char *reason)
{
    struct station *station = &chain->stations[step - chain->pipeline->steps];
    chain->passing = true;
    station->passed_over = memory_copy(reason, utf8_valid_prefix(reason, strlen(reason)));
    return station->passed_over != NULL;
}

void chain_pass_over_none(struct chain *chain)
{
    for (size_t i = 0; chain->passing && i < chain->pipeline->step_count; i++) {
        free(chain->stations[i].passed_over);
        chain->stations[i].passed_over = NULL;
    }
    chain->passing = false;
}

void chain_process(struct chain *chain, const struct record *record)
{
    struct loss loss = {.kind = LOSS_FAILED, .record = record, .reason = "out of memory"};
    if (!chain->doc)
        chain->doc = quern_document_new();
    if (!chain->doc) {
        chain->events.lose(chain->events.user, &loss);
        return;
    }
    chain->ticket.record = *record;
    document_clear(chain->doc);
    ticket_attach(&chain->ticket, chain->doc);
    if (!record_read(record, chain->doc, &loss.reason, &loss.where))
        chain->events.lose(chain->events.user, &loss);
    else if (!chain_advance(chain, 0, chain->doc))
        chain->doc = NULL;
    if (chain->ticket.lines.count)
        lines_free(&chain->ticket.lines);
    chain_pass_over_none(chain);
}

/* ---- The end ---- */

/* Documents that a stage neither emitted nor let go as it should. */
static void lose_all(struct station *station, struct ticket_list *list, const char *reason)
{
    struct ticket *ticket;
    while ((ticket = TAILQ_FIRST(list))) {
        if (ticket->holder)
            ticket_let_go(ticket);
        else
            TAILQ_REMOVE(list, ticket, link);
        station->counts->failed++;
        struct loss loss = {.kind = LOSS_FAILED,
                            .record = &ticket->record,
                            .step = station->step,
                            .reason = ticket->misuse ? ticket->misuse : reason};
        station->chain->events.lose(station->chain->events.user, &loss);
        if (list == &station->gone)
            ticket_free(ticket);
    }
}

static void forget_all(struct station *station)
{
    struct ticket *ticket;
    while ((ticket = TAILQ_FIRST(&station->gone))) {
        TAILQ_REMOVE(&station->gone, ticket, link);
        station->counts->dropped++;
        ticket_free(ticket);
    }
}

static bool call_flush(struct station *station)
{
    const quern_stage *stage = station->step->plugin->stage;
    if (stage->mode != QUERN_STREAM || !stage->flush)
        return true;
    call_reset(station->call);
    station->misuse = NULL;
    station->away = (struct moment){0};
    struct moment start = moment_now(station);
    station_show(station, station->step, NULL);
    bool fine = stage->flush(station->state, station->call);
    station_show(station, NULL, NULL);
    station_add_time(station, start);
    contract_note_touch(station);
    return fine && !station->misuse;
}

/* Why the flush failed: what the stage did wrong, else what it says. */
static const char *flush_reason(const struct station *station)
{
    const char *reason = call_reason(station->call);
    if (station->misuse)
        return station->misuse;
    return *reason ? reason : "the stage gave no reason";
}

static bool flush_station(struct station *station)
{
    struct chain *chain = station->chain;
    station->flushing = true;
    bool fine = call_flush(station);
    station->flushing = false;
    if (fine) {
        forget_all(station);
        lose_all(station, &station->held, "the stage still held the document at the end");
        return true;
    }
    const char *reason = flush_reason(station);
    struct remark remark = {.severity = QUERN_ERROR, .step = station->step, .text = reason};
    chain->events.remark(chain->events.user, &remark);
    lose_all(station, &station->gone, reason);
    lose_all(station, &station->held, reason);
    return false;
}

bool chain_flush(struct chain *chain)
{
    bool fine = true;
    for (size_t i = 0; i < chain->pipeline->step_count; i++)
        fine = flush_station(&chain->stations[i]) && fine;
    return fine;
}

void chain_be_paranoid(struct chain *chain)
{
    document_allow_seals();
    chain->paranoid = true;
}

void chain_stop(struct chain *chain)
{
    chain->stopped = true;
}

/* ---- Counts ---- */

const struct step_counts *chain_counts(const struct chain *chain)
{
    return chain->counts;
}

void chain_forget_counts(struct chain *chain)
{
    memset(chain->counts, 0, chain->pipeline->step_count * sizeof *chain->counts);
}

void chain_count_in(struct chain *chain, struct step_counts *counts)
{
    chain->counts = counts;
    for (size_t i = 0; i < chain->pipeline->step_count; i++)
        chain->stations[i].counts = &counts[i];
}

static void tell_edits(void *user, const char *stage, const char *rule, uint64_t count)
{
    const struct station *station = user;
    const struct chain *chain = station->chain;
    const struct step *step = station->step;
    for (size_t i = 0; i < chain->pipeline->step_count; i++)
        if (strcmp(chain->pipeline->steps[i].label, stage) == 0)
            step = &chain->pipeline->steps[i];
    chain->events.edits(chain->events.user, step, rule, count);
}

/* An editor that was opened without a call names no step: then it is that of the station. */
void chain_tell_edits(struct station *station, quern_document *doc)
{
    if (station->chain->events.edits)
        document_take_edits(doc, station, tell_edits);
}

/* ---- Opening and closing ---- */

/* The last step is the one that can render. */
static const struct station *last_station(const struct chain *chain)
{
    size_t count = chain->pipeline->step_count;
    return count ? &chain->stations[count - 1] : NULL;
}

void chain_watch(struct chain *chain, void *user, step_watch *watch)
{
    chain->watcher = user;
    chain->watch = watch;
}

bool chain_has_stream(const struct chain *chain)
{
    for (size_t i = 0; i < chain->segment_count; i++)
        if (chain->segments[i].stream)
            return true;
    return false;
}

bool chain_renders(const struct chain *chain)
{
    const struct station *last = last_station(chain);
    return last && last->step->plugin->stage->renders;
}

quern_frame chain_frame(const struct chain *chain)
{
    const struct station *last = last_station(chain);
    return last ? call_frame(last->call) : (quern_frame){0};
}

static void split(struct chain *chain)
{
    struct segment *segment = NULL;
    for (size_t i = 0; i < chain->pipeline->step_count; i++) {
        const struct step *step = &chain->pipeline->steps[i];
        bool stream = step->plugin->stage->mode == QUERN_STREAM;
        if (!segment || stream || segment->stream) {
            segment = &chain->segments[chain->segment_count++];
            *segment = (struct segment){.first = i, .stream = stream};
        }
        segment->end = i + 1;
        segment->may_pass |= step->on_error == ON_ERROR_PASS;
        chain->stations[i].segment = chain->segment_count - 1;
    }
}

/* A state of its own, filled in from the options, and the call through which the stage speaks. */
static bool prepare(struct chain *chain, struct station *station, const struct step *step)
{
    const quern_stage *stage = step->plugin->stage;
    TAILQ_INIT(&station->held);
    TAILQ_INIT(&station->gone);
    station->chain = chain;
    station->state = memory_new(1, stage->state_size);
    station->call = call_open(step->label, (struct call_sink){.user = station,
                                                              .report = take_report,
                                                              .refuse = take_refusal,
                                                              .emit = take_emitted});
    if (!station->state || !station->call)
        return false;
    if (stage->state_size)
        memcpy(station->state, step->options.state, stage->state_size);
    return true;
}

/* What is open has to be closed, whether or not it went well. */
static bool open_station(struct chain *chain, size_t index)
{
    struct station *station = &chain->stations[index];
    const struct step *step = station->step = &chain->pipeline->steps[index];
    const quern_stage *stage = step->plugin->stage;
    const char *reason = "out of memory";
    if (prepare(chain, station, step)) {
        station->opened = !stage->open || stage->open(station->state, station->call);
        reason = station->misuse ? station->misuse : call_reason(station->call);
        if (call_refused(station->call))
            return false;
        if (station->opened && !station->misuse)
            return true;
    }
    problems_add(chain->problems, QUERN_ERROR, step->place, NULL, "[%s] cannot be opened: %s",
                 step->label, *reason ? reason : "the stage gave no reason");
    return false;
}

struct chain *chain_open(const struct pipeline *pipeline, struct chain_events events,
                         enum measure measure, struct problems *problems)
{
    struct chain *chain = memory_new(1, sizeof *chain);
    if (!chain)
        goto out_of_memory;
    chain->pipeline = pipeline;
    chain->events = events;
    chain->measure = measure;
    chain->stations = memory_new(pipeline->step_count, sizeof *chain->stations);
    chain->segments = memory_new(pipeline->step_count, sizeof *chain->segments);
    chain->own_counts = memory_new(pipeline->step_count, sizeof *chain->own_counts);
    if (!chain->stations || !chain->segments || !chain->own_counts)
        goto out_of_memory;
    chain_count_in(chain, chain->own_counts);
    split(chain);
    chain->problems = problems;
    bool fine = true;
    for (size_t i = 0; i < pipeline->step_count; i++)
        fine = open_station(chain, i) && fine;
    chain->problems = NULL;
    if (fine)
        return chain;
    chain_close(chain);
    return NULL;
out_of_memory:
    problems_add(problems, QUERN_ERROR, (struct place){0}, NULL, "out of memory");
    chain_close(chain);
    return NULL;
}

static void close_station(struct station *station)
{
    const quern_stage *stage = station->step->plugin->stage;
    if (station->opened && stage->close)
        stage->close(station->state);
    if (station->call)
        call_close(station->call);
    contract_free(&station->contract);
    free(station->state);
}

void chain_close(struct chain *chain)
{
    if (!chain)
        return;
    quern_document_free(chain->doc);
    for (size_t i = 0; chain->stations && i < chain->pipeline->step_count; i++)
        if (chain->stations[i].step)
            close_station(&chain->stations[i]);
    for (size_t i = 0; i < chain->segment_count; i++)
        buffer_free(&chain->segments[i].before);
    if (chain->paranoid)
        document_free_sealed();
    free(chain->segments);
    free(chain->stations);
    free(chain->own_counts);
    free(chain);
}
