/*
 * pool.c - records in flight: into the window, through the workers, out again in order.
 *
 * The run has no threads and calls no stage, so that it can fork at any time. It sleeps only in
 * pool_wait().
 */
#include "runner/pool.h"
#include "runner/chain.h"
#include "runner/held.h"
#include "runner/parcel.h"
#include "runner/process.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* With a full window the run sleeps until a part of it is done, but not longer than this, so that it
 * neither wakes up for each document nor holds back what is done. */
enum { NAP_MILLISECONDS = 20, PARTS = 4 };

#define NOBODY UINT64_MAX

/* What is known of a document whose worker ended: the run reads none itself. */
struct death {
    struct death *next;        /* of the same document */
    const struct step *step;   /* NULL when it was in none */
    struct step_counts *steps; /* what they did of it; NULL when that is not known */
    struct buffer reason;
    char id[256];
    struct shown_remark said[SHOWN_REMARKS];
    uint32_t said_count;
};

/* A record in flight. */
struct flight {
    const struct record *record; /* in the ring for input; NULL to have the rest handed out */
    size_t size;                 /* of it there */
    bool handed_over;
    bool lost;            /* its worker ended */
    struct death *death;  /* NULL when it did not, or memory was short */
    struct death *passed; /* those at steps without which it was worked on again, in order */
};

struct pool {
    struct pool_settings settings;
    struct crew crew;
    struct ring input;
    struct ring_ends input_ends;
    struct flight *flights;
    uint64_t head, tail; /* records in flight */
    size_t crashes;
    int error; /* of the last fork that failed; 0 for none */
    struct parcel parcel;
    struct held held;
    uint64_t bereaved; /* a worker died before this record was taken; NOBODY when none did */
    struct step_counts *losses; /* zeros, one for each step */
};

static struct flight *flight_of(const struct pool *pool, uint64_t number)
{
    return &pool->flights[number % pool->settings.documents];
}

static void free_deaths(struct death *death)
{
    while (death) {
        struct death *next = death->next;
        buffer_free(&death->reason);
        free(death->steps);
        free(death);
        death = next;
    }
}

static void free_flight(struct flight *flight)
{
    free_deaths(flight->death);
    free_deaths(flight->passed);
}

/* ---- Opening and closing ---- */

static unsigned add_needs(const struct pipeline *pipeline)
{
    unsigned needs = 0;
    for (size_t i = 0; i < pipeline->step_count; i++)
        needs |= stage_needs(pipeline->steps[i].plugin->stage);
    return needs;
}

static double find_least_limit(const struct pipeline *pipeline)
{
    double least = 0;
    for (size_t i = 0; i < pipeline->step_count; i++) {
        double limit = pipeline->steps[i].limit_time;
        if (limit > 0 && (least == 0 || limit < least))
            least = limit;
    }
    return least;
}

static bool open_processes(struct pool *pool)
{
    size_t count = pool->settings.jobs;
    pool->crew.processes = memory_new(count, sizeof *pool->crew.processes);
    for (size_t i = 0; pool->crew.processes && i < count; i++) {
        pool->crew.count = i + 1;
        if (!process_open(&pool->crew.processes[i], (unsigned)i, pool->crew.pipeline->step_count,
                          pool->settings.bytes))
            return false;
    }
    return pool->crew.processes && bell_open(&pool->crew.bell);
}

struct pool *pool_open(struct worker *worker, const struct pipeline *pipeline,
                       const struct pool_settings *settings, struct problems *problems)
{
    struct pool *pool = memory_new(1, sizeof *pool);
    if (pool) {
        pool->settings = *settings;
        pool->bereaved = NOBODY;
        pool->crew = (struct crew){.worker = worker,
                                   .pipeline = pipeline,
                                   .window = shared_map(window_size(settings->documents)),
                                   .input = &pool->input,
                                   .sandboxed = settings->sandboxed,
                                   .needs = add_needs(pipeline),
                                   .least_limit = find_least_limit(pipeline),
                                   .bell = {-1, -1}};
        pool->flights = memory_new(settings->documents, sizeof *pool->flights);
        pool->losses = memory_new(pipeline->step_count, sizeof *pool->losses);
        if (pool->crew.window && pool->flights && pool->losses &&
            ring_open(&pool->input, &pool->input_ends, settings->bytes) && open_processes(pool)) {
            window_init(pool->crew.window, settings->documents);
            return pool;
        }
    }
    problems_add(problems, QUERN_ERROR, (struct place){0}, "--jobs 0 needs no shared memory",
                 "workers cannot be started: %s", strerror(errno));
    pool_close(pool);
    return NULL;
}

static void stop_process(const struct pool *pool, struct process *process)
{
    if (process->pid && pool->head != pool->tail)
        kill(process->pid, SIGKILL);
    while (process->pid && waitpid(process->pid, NULL, 0) < 0 && errno == EINTR)
        continue;
}

void pool_close(struct pool *pool)
{
    if (!pool)
        return;
    pool_end(pool);
    for (size_t i = 0; i < pool->crew.count; i++)
        stop_process(pool, &pool->crew.processes[i]);
    for (size_t i = 0; i < pool->crew.count; i++)
        process_close(&pool->crew.processes[i]);
    bell_close(&pool->crew.bell);
    ring_close(&pool->input);
    shared_unmap(pool->crew.window, window_size(pool->settings.documents));
    parcel_free(&pool->parcel);
    held_free(&pool->held);
    free(pool->crew.processes);
    for (uint64_t at = pool->head; at < pool->tail; at++)
        free_flight(flight_of(pool, at));
    free(pool->flights);
    free(pool->losses);
    free(pool);
}

/* ---- Workers ---- */

static bool wake(struct process *process, enum need need)
{
    int expected = (int)need;
    bool sleeps = process->pid &&
                  atomic_compare_exchange_strong(&process->post->need, &expected, NEEDS_NOTHING);
    if (sleeps)
        bell_ring(&process->bell);
    return sleeps;
}

static bool wake_any(struct pool *pool)
{
    for (size_t i = 0; i < pool->crew.count; i++)
        if (wake(&pool->crew.processes[i], NEEDS_RECORDS))
            return true;
    return false;
}

/* Those that will look for records soon. */
static size_t count_starting(const struct pool *pool)
{
    size_t count = 0;
    for (size_t i = 0; i < pool->crew.count; i++) {
        const struct process *process = &pool->crew.processes[i];
        count += process->pid && atomic_load(&process->post->need) == NEEDS_TO_START;
    }
    return count;
}

/* A worker for records that nobody has: one that sleeps, or a new one, unless enough are on their
 * way. */
static void find_worker(struct pool *pool)
{
    if (wake_any(pool) || window_waiting(pool->crew.window) <= count_starting(pool))
        return;
    for (size_t i = 0; i < pool->crew.count; i++) {
        if (pool->crew.processes[i].pid)
            continue;
        pool->error = process_start(&pool->crew.processes[i], &pool->crew, NULL) ? 0 : errno;
        return;
    }
}

unsigned pool_walls(const struct pool *pool)
{
    return pool->crew.processes[0].post->walls;
}

size_t pool_crashes(const struct pool *pool)
{
    return pool->crashes;
}

bool pool_is_dead(const struct pool *pool)
{
    for (size_t i = 0; i < pool->crew.count; i++)
        if (pool->crew.processes[i].pid)
            return false;
    return pool->error != 0;
}

void pool_print(const struct pool *pool, FILE *stream)
{
    fprintf(stream, "%" PRIu64 " documents in flight\n", pool->tail - pool->head);
    for (size_t i = 0; i < pool->crew.count; i++)
        if (pool->crew.processes[i].pid)
            process_print(&pool->crew.processes[i], pool->crew.pipeline, stream);
}

/* ---- A worker that ended ---- */

/* The record that it had, if any, and the last parcel of it that is complete. */
static void find_traces(const struct pool *pool, const struct process *process,
                        struct flight **taken, uint64_t *number, const struct slot **last)
{
    for (uint64_t at = pool->head; at < pool->tail; at++) {
        unsigned worker;
        enum slot_state state = window_state(pool->crew.window, at, &worker);
        if (state == SLOT_FREE || state == SLOT_READY || worker != process->number)
            continue;
        struct flight *flight = flight_of(pool, at);
        if (state == SLOT_DONE && !flight->handed_over && !flight->lost)
            *last = window_slot(pool->crew.window, at);
        if (state == SLOT_TAKEN) {
            *taken = flight;
            *number = at;
        }
    }
}

/* What the steps did of a document before the one that its worker died in, up to the first stage that
 * sees all documents: behind it, others may have been handed out. It is not dropped, whatever it says
 * there, but lost. NULL when memory is short. */
static struct step_counts *copy_counts(const struct pool *pool, const struct process *process,
                                       const struct step *died)
{
    const struct pipeline *pipeline = pool->crew.pipeline;
    struct step_counts *counts = memory_new(pipeline->step_count, sizeof *counts);
    for (size_t i = 0; counts && i < pipeline->step_count; i++) {
        const struct step *step = &pipeline->steps[i];
        if (step == died || step->plugin->stage->mode == QUERN_STREAM)
            break;
        counts[i] = process->post->steps[i];
        counts[i].dropped = 0;
    }
    return counts;
}

static struct death *write_down(const struct pool *pool, const struct process *process, int status)
{
    struct death *death = memory_new(1, sizeof *death);
    if (!death)
        return NULL;
    death->step = process_find_step(process, pool->crew.pipeline);
    death->steps = copy_counts(pool, process, death->step);
    process_explain(process, status, &death->reason);
    process_copy_shown(death->id, process->post->id, sizeof death->id);
    memcpy(death->said, process->post->said, sizeof death->said);
    death->said_count = process->post->said_count;
    return death;
}

static uint64_t find_untaken(const struct pool *pool)
{
    uint64_t at = pool->head;
    unsigned worker;
    while (at < pool->tail && window_state(pool->crew.window, at, &worker) != SLOT_READY)
        at++;
    return at;
}

/* Not where a stage sees all documents: the one that it was in may be another than was taken. */
static bool may_pass(const struct pool *pool, const struct flight *flight,
                     const struct death *death)
{
    return flight->record && death && !death->reason.failed && death->step &&
           death->step->on_error == ON_ERROR_PASS && !worker_has_stream(pool->crew.worker);
}

/* Another worker, in the place of the one that ended, has the document go on without the steps at
 * which that happened. What it is to know, it is forked with. */
static bool pass_over(struct pool *pool, struct process *process, struct flight *flight,
                      uint64_t number, struct death *death)
{
    struct worker *worker = pool->crew.worker;
    struct death **end = &flight->passed;
    while (*end)
        end = &(*end)->next;
    *end = death;
    bool fine = true;
    for (struct death *at = flight->passed; at && fine; at = at->next)
        fine = worker_pass_over(worker, at->step, buffer_text(&at->reason));
    fine = fine && process_start(process, &pool->crew, &number);
    worker_pass_over_none(worker);
    if (!fine)
        *end = NULL;
    return fine;
}

static void bury(struct pool *pool, struct process *process, int status)
{
    struct flight *taken = NULL;
    const struct slot *last = NULL;
    uint64_t number = 0;
    find_traces(pool, process, &taken, &number, &last);
    ring_cut(&process->ring, last ? last->parcel : NULL, last ? last->parcel_size : 0);
    process->pid = 0;
    pool->bereaved = taken ? number : find_untaken(pool);
    if (!taken)
        return;
    struct death *death = write_down(pool, process, status);
    pool->crashes++;
    if (may_pass(pool, taken, death) && pass_over(pool, process, taken, number, death))
        return;
    taken->lost = true;
    taken->death = death;
    window_free(pool->crew.window, number);
}

static void reap(struct pool *pool)
{
    for (size_t i = 0; i < pool->crew.count; i++) {
        struct process *process = &pool->crew.processes[i];
        int status;
        if (process->pid && waitpid(process->pid, &status, WNOHANG) == process->pid)
            bury(pool, process, status);
    }
}

/* ---- In ---- */

/* In the ring: struct record, its bytes, a NUL, the name of its input, a NUL. */
static const struct record *copy_record(struct pool *pool, const struct record *record,
                                        size_t *size)
{
    size_t name = strlen(record->input) + 1;
    *size = sizeof *record + record->bytes.size + 1 + name;
    char *room = ring_take(&pool->input, *size);
    if (!room)
        return NULL;
    struct record *copy = (struct record *)(void *)room;
    char *bytes = room + sizeof *record, *input = bytes + record->bytes.size + 1;
    if (record->bytes.size)
        memcpy(bytes, record->bytes.data, record->bytes.size);
    bytes[record->bytes.size] = '\0';
    memcpy(input, record->input, name);
    *copy = *record;
    copy->bytes.data = bytes;
    copy->input = input;
    return copy;
}

bool pool_add(struct pool *pool, const struct record *record)
{
    if (pool->tail - pool->head == pool->settings.documents)
        return false;
    struct flight flight = {.record = NULL};
    if (record)
        flight.record = copy_record(pool, record, &flight.size);
    if (record && !flight.record)
        return false;
    *flight_of(pool, pool->tail) = flight;
    window_put(pool->crew.window, pool->tail++, flight.record);
    find_worker(pool);
    return true;
}

void pool_end(struct pool *pool)
{
    if (pool->crew.window)
        atomic_store(&pool->crew.window->ended, true);
    for (size_t i = 0; i < pool->crew.count; i++)
        wake(&pool->crew.processes[i], NEEDS_RECORDS);
}

/* ---- Out ---- */

/* A worker died while its stages handed out what they held. */
static void hand_over_failed_flush(struct pool *pool, const struct step *step, const char *reason)
{
    const struct remark remark = {.severity = QUERN_ERROR, .step = step, .text = reason};
    const struct outcome outcome = {
        .remarks = &remark, .remark_count = 1, .steps = pool->losses, .flush_failed = true};
    pool->settings.take(pool->settings.user, &outcome);
}

/* The last that was said of a document before its worker ended, in order. Returns their number. */
static size_t recall(const struct pool *pool, const struct record *record, struct death *death,
                     struct remark remarks[SHOWN_REMARKS])
{
    uint32_t count = death->said_count < SHOWN_REMARKS ? death->said_count : SHOWN_REMARKS;
    size_t known = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct shown_remark *shown = &death->said[(death->said_count - count + i) % SHOWN_REMARKS];
        if (shown->severity > QUERN_ERROR || shown->step > pool->crew.pipeline->step_count)
            continue;
        shown->text[sizeof shown->text - 1] = '\0';
        remarks[known++] = (struct remark){
            .severity = (quern_severity)shown->severity,
            .trifle = shown->trifle != 0,
            .step = shown->step ? &pool->crew.pipeline->steps[shown->step - 1] : NULL,
            .input = record->input,
            .number = record->number,
            .record_line = record->line,
            .inner = record->format == RECORD_JSONL,
            .line = shown->line,
            .column = shown->column,
            .text = shown->text};
    }
    return known;
}

/* Hands over what comes of a document at a step that did not return, and counts it there, in `steps`. */
static void hand_over_death(struct pool *pool, struct step_counts *steps, const struct step *step,
                            const struct outcome *outcome, struct step_counts count)
{
    struct step_counts none, *counts = &none;
    if (step)
        counts = &steps[step - pool->crew.pipeline->steps];
    *counts = count;
    pool->settings.take(pool->settings.user, outcome);
    *counts = (struct step_counts){0};
}

/* `in`: whether it has to be counted that the record was read, and its document went into the step. */
static void hand_over_lost_record(struct pool *pool, const struct record *record,
                                  struct death *death, bool in, const char *reason)
{
    struct step_counts *steps = death->steps ? death->steps : pool->losses;
    struct remark said[SHOWN_REMARKS];
    const struct loss loss = {.kind = LOSS_FAILED,
                              .record = record,
                              .id = {death->id, strlen(death->id)},
                              .step = death->step,
                              .reason = reason};
    const struct outcome outcome = {.record = in ? record : NULL,
                                    .remarks = said,
                                    .remark_count = recall(pool, record, death, said),
                                    .failure = &loss,
                                    .steps = steps};
    hand_over_death(pool, steps, death->step, &outcome,
                    (struct step_counts){.in = in, .failed = 1});
}

static void hand_over_loss(struct pool *pool, const struct flight *flight, const char *reason)
{
    struct death unknown = {.step = NULL};
    struct death *death = flight->death ? flight->death : &unknown;
    if (flight->record)
        hand_over_lost_record(pool, flight->record, death, true, reason);
    else
        hand_over_failed_flush(pool, death->step, reason);
}

static void hand_over_held(void *user, const struct record *record, const struct step *step)
{
    struct death death = {.step = step};
    hand_over_lost_record(user, record, &death, false, "its worker ended while the stage held it");
}

static void hand_over_passed(struct pool *pool, const struct record *record, struct death *death)
{
    struct buffer text = {0};
    struct remark said[SHOWN_REMARKS + 1];
    size_t count = recall(pool, record, death, said);
    buffer_print(&text, "%s; the document goes on without this stage", buffer_text(&death->reason));
    said[count++] = (struct remark){.severity = QUERN_WARNING,
                                    .step = death->step,
                                    .input = record->input,
                                    .number = record->number,
                                    .record_line = record->line,
                                    .inner = record->format == RECORD_JSONL,
                                    .text = buffer_text(&text)};
    const struct outcome outcome = {
        .remarks = said, .remark_count = count, .steps = pool->losses, .more = true};
    hand_over_death(pool, pool->losses, death->step, &outcome,
                    (struct step_counts){.in = 1, .failed = 1});
    buffer_free(&text);
}

/* Comes before all else of the record. */
static void hand_over_all_passed(struct pool *pool, struct flight *flight)
{
    for (struct death *death = flight->passed; death; death = death->next)
        hand_over_passed(pool, flight->record, death);
    free_deaths(flight->passed);
    flight->passed = NULL;
}

/* Whether all of what a worker says of a record could be understood. */
static bool hand_over_parcels(struct pool *pool, const struct flight *flight, quern_string list)
{
    quern_string one;
    bool more = true;
    while (more && parcel_next(&list, &one)) {
        if (!parcel_unpack(one, pool->crew.pipeline, flight->record, &pool->parcel))
            return false;
        const struct outcome *outcome = &pool->parcel.outcome;
        more = outcome->more;
        pool->settings.take(pool->settings.user, outcome);
        held_change(&pool->held, outcome->holds, outcome->hold_count, flight->record);
    }
    return !more && !list.size;
}

static void hand_over(struct pool *pool, uint64_t number, struct process *process)
{
    struct flight *flight = flight_of(pool, number);
    const struct slot *slot = window_slot(pool->crew.window, number);
    const char *parcel = slot->parcel;
    size_t size = slot->parcel_size;
    flight->handed_over = true;
    hand_over_all_passed(pool, flight);
    if (!parcel || !size) {
        hand_over_loss(pool, flight, "out of memory");
        return;
    }
    if (!ring_may_own(&process->ring, parcel, size)) {
        hand_over_loss(pool, flight, "its worker has gone mad");
        if (process->pid)
            kill(process->pid, SIGKILL);
        return;
    }
    if (!hand_over_parcels(pool, flight, (quern_string){parcel, size}))
        hand_over_loss(pool, flight, "its worker has gone mad");
    else
        pool->crashes = 0;
    ring_free(&process->ring, parcel, size);
    wake(process, NEEDS_ROOM);
}

/* False when it is not done yet. */
static bool collect_one(struct pool *pool, uint64_t number)
{
    struct flight *flight = flight_of(pool, number);
    unsigned worker;
    if (flight->handed_over)
        return true;
    if (flight->lost) {
        flight->handed_over = true;
        hand_over_all_passed(pool, flight);
        hand_over_loss(pool, flight,
                       flight->death ? buffer_text(&flight->death->reason) : "out of memory");
        free_deaths(flight->death);
        flight->death = NULL;
        return true;
    }
    if (window_state(pool->crew.window, number, &worker) != SLOT_DONE || worker >= pool->crew.count)
        return false;
    hand_over(pool, number, &pool->crew.processes[worker]);
    return true;
}

/* What the stages of a worker held that died, once all that it has done is handed over. */
static void mourn(struct pool *pool)
{
    if (pool->head != pool->bereaved)
        return;
    pool->bereaved = NOBODY;
    held_give_up(&pool->held, pool, hand_over_held);
}

bool pool_collect(struct pool *pool)
{
    bool all = true;
    mourn(pool);
    for (uint64_t at = pool->head; at < pool->tail && (all || pool->settings.unordered); at++) {
        all = collect_one(pool, at) && all;
        if (!all)
            continue;
        const struct flight *flight = flight_of(pool, at);
        window_free(pool->crew.window, at);
        if (flight->record) {
            ring_free(&pool->input, (const char *)flight->record, flight->size);
            pool->settings.done(pool->settings.user);
        }
        pool->head = at + 1;
        mourn(pool);
    }
    return pool->head < pool->tail;
}

/* ---- Waiting ---- */

/* When workers have to be looked at again for their limits, in milliseconds; -1 for never. */
static int check_times(struct pool *pool, int most)
{
    double rest = most < 0 ? INT_MAX : most;
    if (pool->crew.least_limit <= 0 || pool->head == pool->tail)
        return most;
    for (size_t i = 0; i < pool->crew.count; i++) {
        struct process *process = &pool->crew.processes[i];
        double until = process->pid ? 1000 * process_check_time(process, &pool->crew) : rest;
        rest = until < rest ? until : rest;
    }
    return (int)rest + 1;
}

static bool is_done(const struct pool *pool, uint64_t number)
{
    unsigned worker;
    return flight_of(pool, number)->lost ||
           window_state(pool->crew.window, number, &worker) == SLOT_DONE;
}

/* What the run sleeps for: with room left, the first record; else one further on, if that is still
 * to be done. */
static uint64_t find_awaited(const struct pool *pool, bool full)
{
    uint64_t further = pool->head + (pool->tail - pool->head) / PARTS;
    if (pool->settings.unordered)
        return AWAITS_ANY;
    return full && !is_done(pool, further) ? further : pool->head;
}

static bool has_done(const struct pool *pool, uint64_t awaited)
{
    if (pool->head == pool->bereaved)
        return true;
    if (awaited != AWAITS_ANY)
        return pool->head < pool->tail && is_done(pool, awaited);
    for (uint64_t at = pool->head; at < pool->tail; at++)
        if (!flight_of(pool, at)->handed_over && is_done(pool, at))
            return true;
    return false;
}

void pool_wait(struct pool *pool, int descriptor, const sigset_t *awake)
{
    bool full = descriptor < 0 && pool->tail - pool->head > PARTS;
    uint64_t awaited = find_awaited(pool, full);
    struct pollfd ears[] = {{.fd = pool->crew.bell.listen, .events = POLLIN},
                            {.fd = descriptor, .events = POLLIN}};
    reap(pool);
    if (window_waiting(pool->crew.window))
        find_worker(pool);
    atomic_store(&pool->crew.window->awaited, awaited);
    if (!has_done(pool, awaited) && !pool_is_dead(pool)) {
        int milliseconds = check_times(pool, full ? NAP_MILLISECONDS : -1);
        struct timespec nap = {milliseconds / 1000, (long)(milliseconds % 1000) * 1000000};
        ppoll(ears, 2, milliseconds < 0 ? NULL : &nap, awake);
    }
    atomic_store(&pool->crew.window->awaited, AWAITS_NONE);
    bell_hush(&pool->crew.bell);
    reap(pool);
}
