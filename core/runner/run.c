/*
 * A run: records from the source to the worker, what comes of them to the sink, in order. It stops
 * early, and then gives an output file no name, when output cannot be written, when a step says so,
 * and on SIGINT and SIGTERM.
 */
#include "runner/checkpoints.h"
#include "runner/openmetrics.h"
#include "runner/pool.h"
#include "runner/quarantine.h"
#include "runner/report.h"
#include "runner/retry.h"
#include "runner/sandbox.h"
#include "runner/signals.h"
#include "runner/statistics.h"

#include <inttypes.h>
#include <jansson.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

struct run {
    const struct pipeline *pipeline;
    const struct run_settings *settings;
    struct source *source;
    struct sink *sink;
    struct worker *worker;
    struct pool *pool; /* NULL when this process does all */
    struct statistics statistics;
    struct quarantine quarantine;
    struct retry *retry; /* where the records come from instead of the source; may be NULL */
    struct progress progress;
    uint64_t spans_left_out;
    bool input_failed, flush_failed, statistics_failed, metrics_failed;
    bool stopped;
    int stop_status;
    /* With checkpoints. */
    struct checkpoints *checkpoints; /* NULL for none */
    struct source_place *places;     /* behind the records in flight, by their number */
    uint64_t given;                  /* records that came from the source */
    uint64_t done;                   /* of which all was taken */
    uint64_t quarantine_first;
    bool torn;        /* of one, only a part was */
    bool could_break; /* the run could have gone on behind the one before */
};

static void print_problems(struct run *run, struct problems *problems)
{
    if (!problems->count && !problems->lost)
        return;
    progress_hide(&run->progress);
    problems_print(problems, (quern_string){0}, stderr);
    problems_free(problems);
}

/* ---- What it does so far ---- */

static void tell_state(struct run *run)
{
    json_t *statistics = statistics_describe(&run->statistics, STATUS_FINE);
    progress_hide(&run->progress);
    if (statistics)
        statistics_print(statistics, stderr);
    if (run->pool)
        pool_print(run->pool, stderr);
    fprintf(stderr, "after %.1f s\n", (double)statistics_time(&run->statistics) / 1e9);
    json_decref(statistics);
}

/* Once they could not be written, nobody is told again. */
static void write_metrics(struct run *run, bool active)
{
    struct buffer text = {0};
    struct problems problems = {0};
    if (!run->settings->metrics || run->metrics_failed)
        return;
    openmetrics_add(&text, &run->statistics, active);
    run->metrics_failed =
        text.failed ||
        !sink_write_file(run->settings->metrics, (quern_string){text.data, text.size}, &problems);
    print_problems(run, &problems);
    buffer_free(&text);
}

/* ---- Stopping and sleeping ---- */

static void stop(struct run *run, int status)
{
    if (!run->stopped)
        run->stop_status = status;
    run->stopped = true;
}

static void check_signal(struct run *run)
{
    if (signals_stop())
        stop(run, STATUS_SIGNAL + signals_stop());
    if (signals_asked())
        tell_state(run);
    if (signals_due())
        write_metrics(run, true);
}

/* Sleeps until a worker has something, `descriptor` can be read (-1: none), or a signal comes, which
 * cannot slip in between the look at it and the sleep. */
static void sleep_until(struct run *run, int descriptor)
{
    sigset_t before;
    signals_hold(&before);
    check_signal(run);
    if (!run->stopped && run->pool)
        pool_wait(run->pool, descriptor, &before);
    else if (!run->stopped)
        ppoll(&(struct pollfd){.fd = descriptor, .events = POLLIN}, 1, NULL, &before);
    sigprocmask(SIG_SETMASK, &before, NULL);
    check_signal(run);
}

/* ---- Output ---- */

/* A reader downstream that went away has what it wanted. */
static void put(struct run *run, quern_string bytes)
{
    bool closed = false;
    struct problems problems = {0};
    if (run->stopped)
        return;
    if (!sink_write(run->sink, bytes, &closed, &problems))
        stop(run, STATUS_IO);
    else if (closed)
        stop(run, STATUS_FINE);
    print_problems(run, &problems);
}

/* Lets a reader downstream have what there is. */
static void put_out(struct run *run)
{
    bool closed = false;
    struct problems problems = {0};
    if (run->stopped)
        return;
    if (!sink_flush(run->sink, &closed, &problems))
        stop(run, STATUS_IO);
    else if (closed)
        stop(run, STATUS_FINE);
    print_problems(run, &problems);
}

static void put_documents(struct run *run, const struct outcome *outcome)
{
    size_t begin = 0;
    for (size_t i = 0; i < outcome->count; i++) {
        put(run, (quern_string){outcome->output.data + begin, outcome->ends[i] - begin});
        begin = outcome->ends[i];
    }
    run->statistics.written += outcome->count;
    run->statistics.bytes_written += begin;
}

/* ---- What came of a record ---- */

static void keep_aside(struct run *run, const struct outcome *outcome)
{
    const struct loss *failure = outcome->failure;
    struct problems problems = {0};
    struct buffer path = {0}, consequence = {0};
    uint64_t entry = run->retry ? retry_keep(run->retry, failure->record) : 0;
    progress_hide(&run->progress);
    run->statistics.failed++;
    json_t *report = NULL;
    if (failure->step && failure->step->on_error == ON_ERROR_STOP) {
        report_failure(failure, "the run stops here, as on_error says");
        stop(run, STATUS_DATA);
    } else if ((report = quarantine_keep(&run->quarantine, outcome, entry, &path, &problems))) {
        statistics_add_failure(&run->statistics, report);
        buffer_print(&consequence, "kept as %s", buffer_text(&path));
        report_failure(failure, buffer_text(&consequence));
    } else {
        report_failure(failure, "the run stops here, since it cannot be kept");
        stop(run, STATUS_IO);
    }
    print_problems(run, &problems);
    json_decref(report);
    buffer_free(&path);
    buffer_free(&consequence);
}

static bool is_shown(const struct run *run, const struct remark *remark)
{
    if (remark->trifle)
        return run->settings->verbose;
    return !run->settings->quiet || remark->severity == QUERN_ERROR;
}

static void show_remarks(struct run *run, const struct outcome *outcome)
{
    for (size_t i = 0; i < outcome->remark_count; i++) {
        if (!is_shown(run, &outcome->remarks[i]))
            continue;
        progress_hide(&run->progress);
        report_remark(&outcome->remarks[i]);
    }
}

static bool take(void *user, const struct outcome *outcome)
{
    struct run *run = user;
    check_signal(run);
    if (run->stopped)
        return false;
    put_documents(run, outcome);
    show_remarks(run, outcome);
    if (outcome->failure && !run->stopped)
        keep_aside(run, outcome);
    statistics_add(&run->statistics, outcome);
    run->flush_failed |= outcome->flush_failed;
    run->spans_left_out += outcome->spans_left_out;
    run->torn = run->stopped || outcome->more;
    return !run->stopped;
}

/* ---- Checkpoints ---- */

static struct source_place *place_behind(const struct run *run, uint64_t number)
{
    return &run->places[number % (run->settings->window + 2)];
}

static struct checkpoint make_checkpoint(const struct run *run)
{
    return (struct checkpoint){.source = *place_behind(run, run->done),
                               .sink = sink_place(run->sink),
                               .done = run->done,
                               .quarantine = run->quarantine.next,
                               .quarantine_first = run->quarantine_first,
                               .spans_left_out = run->spans_left_out,
                               .input_failed = run->input_failed};
}

static void note_checkpoint(struct run *run)
{
    const struct checkpoint checkpoint = make_checkpoint(run);
    struct buffer statistics = {0};
    statistics_pack(&run->statistics, &statistics);
    if (!statistics.failed)
        checkpoints_note(run->checkpoints, &checkpoint,
                         (quern_string){statistics.data, statistics.size});
    buffer_free(&statistics);
}

/* What it tells of is on the disk before. */
static void write_checkpoint(struct run *run)
{
    bool closed;
    struct problems problems = {0};
    if (!checkpoints_are_noted(run->checkpoints))
        return;
    if (!sink_sync(run->sink, &closed, &problems) ||
        !quarantine_sync(&run->quarantine, &problems) ||
        !checkpoints_write(run->checkpoints, &problems))
        stop(run, STATUS_IO);
    print_problems(run, &problems);
}

/* Where the output has few places at which it can be broken off, none goes by without a note. */
static void end_record(void *user)
{
    struct run *run = user;
    if (!run->checkpoints || run->stopped)
        return;
    run->done++;
    bool due = checkpoints_are_due(run->checkpoints), can = sink_can_resume(run->sink);
    if (can && (due || !run->could_break))
        note_checkpoint(run);
    run->could_break = can;
    if (due)
        write_checkpoint(run);
}

/* A run that stops between two records can be gone on with from there. */
static void write_last_checkpoint(struct run *run)
{
    if (!run->checkpoints || !run->places || !run->stopped || run->torn ||
        run->stop_status == STATUS_IO)
        return;
    if (sink_can_resume(run->sink))
        note_checkpoint(run);
    write_checkpoint(run);
}

/* What was kept aside behind the checkpoint is forgotten: it will be again. */
static bool go_back(struct run *run, const struct checkpoint *from, struct problems *problems)
{
    struct quarantine *quarantine = &run->quarantine;
    uint64_t number = from->quarantine ? from->quarantine : from->quarantine_first;
    quarantine->mark = checkpoints_mark(run->checkpoints);
    if (!quarantine_go_back(quarantine, number, problems))
        return false;
    run->quarantine_first = from->quarantine_first ? from->quarantine_first : quarantine->next;
    return true;
}

static bool take_over(struct run *run, const struct checkpoint *from, quern_string statistics)
{
    run->given = run->done = from->done;
    run->spans_left_out = from->spans_left_out;
    run->input_failed = from->input_failed != 0;
    run->could_break = true;
    run->places = memory_new(run->settings->window + 2, sizeof *run->places);
    if (!run->places || (statistics.size && !statistics_unpack(&run->statistics, statistics)))
        return false;
    *place_behind(run, run->done) = from->source;
    return true;
}

/* Goes on from the checkpoint that the output was opened at, or begins. Where that does not work, what
 * is in the file stays. */
static void start(struct run *run, struct problems *problems)
{
    quern_string statistics;
    const struct checkpoint *from = checkpoints_last(run->checkpoints, &statistics);
    if (worker_has_stream(run->worker)) {
        problems_add(
            problems, QUERN_ERROR, (struct place){0}, NULL,
            "there can be no checkpoints: a stage sees all documents, and what it knows of "
            "them would be lost");
        stop(run, STATUS_CONFIG);
    } else if (!take_over(run, from, statistics)) {
        problems_add(problems, QUERN_ERROR, (struct place){0}, NULL, "out of memory");
        stop(run, STATUS_INTERNAL);
    } else if (!source_skip(run->source, from->source, problems)) {
        stop(run, STATUS_CONFIG);
    } else if (!go_back(run, from, problems)) {
        stop(run, STATUS_IO);
    } else {
        note_checkpoint(run);
        if (!checkpoints_begin(run->checkpoints, problems))
            stop(run, STATUS_IO);
    }
    if (run->stopped)
        run->checkpoints = NULL;
}

/* ---- Records in ---- */

/* What a source does while there is nothing to read: what is done meanwhile is written. */
static bool wait_for_input(void *user, int descriptor)
{
    struct run *run = user;
    struct pollfd input = {.fd = descriptor, .events = POLLIN};
    for (;;) {
        if (run->pool)
            pool_collect(run->pool);
        check_signal(run);
        if (run->stopped || poll(&input, 1, 0) > 0)
            return !run->stopped;
        put_out(run);
        sleep_until(run, descriptor);
    }
}

/* Steps to the next record; inputs that cannot be read are told and left out. */
static bool next_record(struct run *run, struct record *record)
{
    for (;;) {
        struct problems problems = {0};
        enum source_result result = run->retry ? retry_next(run->retry, record, &problems)
                                               : source_next(run->source, record, &problems);
        check_signal(run);
        if (run->stopped)
            problems_free(&problems);
        else
            print_problems(run, &problems);
        if (run->stopped || result != SOURCE_FAILED) {
            bool found = !run->stopped && result == SOURCE_RECORD;
            if (found && run->checkpoints)
                *place_behind(run, ++run->given) = source_place(run->source);
            return found;
        }
        run->input_failed = true;
    }
}

/* ---- In this process ---- */

static void run_here(struct run *run)
{
    struct record record;
    while (!run->stopped && next_record(run, &record)) {
        worker_process(run->worker, &record);
        end_record(run);
        progress_show(&run->progress, run->source, &run->statistics);
        check_signal(run);
    }
    if (!run->stopped)
        worker_flush(run->worker);
    check_signal(run);
}

/* ---- In workers ---- */

static void check_pool(struct run *run)
{
    struct problems problems = {0};
    size_t crashes = pool_crashes(run->pool);
    if (run->stopped)
        return;
    if (crashes >= run->settings->max_crashes) {
        problems_add(&problems, QUERN_ERROR, (struct place){0}, "--max-crashes raises the limit",
                     "%zu documents in a row ended the process that worked on them; the run stops "
                     "here",
                     crashes);
        stop(run, STATUS_CONFIG);
    } else if (pool_is_dead(run->pool)) {
        problems_add(&problems, QUERN_ERROR, (struct place){0}, "--jobs 0 needs no processes",
                     "no worker process can be started");
        stop(run, STATUS_INTERNAL);
    }
    print_problems(run, &problems);
}

/* Hands over what is done. False when there is nothing in flight any more, or the run stops. */
static bool collect(struct run *run)
{
    bool more = pool_collect(run->pool);
    check_pool(run);
    check_signal(run);
    return more && !run->stopped;
}

/* Puts a record in, or NULL to have the rest handed out, as soon as there is room. */
static void add(struct run *run, const struct record *record)
{
    while (!run->stopped && !pool_add(run->pool, record))
        if (collect(run))
            sleep_until(run, -1);
}

static void run_in_workers(struct run *run)
{
    struct record record;
    while (!run->stopped && next_record(run, &record)) {
        add(run, &record);
        collect(run);
        progress_show(&run->progress, run->source, &run->statistics);
    }
    if (!run->stopped && worker_has_stream(run->worker))
        add(run, NULL);
    while (!run->stopped && collect(run)) {
        progress_show(&run->progress, run->source, &run->statistics);
        sleep_until(run, -1);
    }
}

/* ---- The run ---- */

static void run_records(struct run *run, struct problems *problems)
{
    source_on_wait(run->source, run, wait_for_input);
    write_metrics(run, true);
    if (run->settings->metrics)
        signals_every(run->settings->metrics_interval);
    if (run->checkpoints)
        start(run, problems);
    if (!run->stopped && run->pool)
        run_in_workers(run);
    else if (!run->stopped)
        run_here(run);
}

static void close_sink(struct run *run)
{
    bool closed = false;
    struct problems problems = {0};
    if (!sink_close(run->sink, !run->stopped, &closed, &problems) && !closed)
        stop(run, STATUS_IO);
    print_problems(run, &problems);
}

/* Once the output is complete, what passed this time need not be kept any more. */
static void end_retry(struct run *run)
{
    struct problems problems = {0};
    if (run->retry && !run->stopped && !retry_remove(run->retry, &problems))
        stop(run, STATUS_IO);
    print_problems(run, &problems);
    retry_close(run->retry);
}

static void sum_up(struct run *run)
{
    progress_hide(&run->progress);
    if (run->spans_left_out && !run->settings->quiet)
        fprintf(stderr, "note: %" PRIu64 " span%s not in the text; --to jsonl keeps them\n",
                run->spans_left_out, run->spans_left_out == 1 ? " is" : "s are");
    if (run->checkpoints && run->places && run->stopped && !run->settings->quiet)
        fputs("note: --resume goes on with this run\n", stderr);
}

static int find_status(const struct run *run)
{
    if (run->stopped && run->stop_status != STATUS_FINE)
        return run->stop_status;
    if (run->input_failed || run->statistics_failed || run->metrics_failed)
        return STATUS_IO;
    return run->statistics.failed || run->flush_failed ? STATUS_DATA : STATUS_FINE;
}

/* ---- Statistics ---- */

static void tell_statistics(struct run *run)
{
    const struct run_settings *settings = run->settings;
    struct problems problems = {0};
    if (run->worker)
        write_metrics(run, false);
    if (!run->worker || (!settings->stats && !settings->verbose))
        return;
    json_t *statistics = statistics_describe(&run->statistics, find_status(run));
    if (settings->stats)
        run->statistics_failed = !statistics_write(statistics, settings->stats, &problems);
    if (statistics && !settings->quiet)
        statistics_print(statistics, stderr);
    print_problems(run, &problems);
    json_decref(statistics);
}

static enum measure find_measure(const struct run_settings *settings)
{
    if (settings->verbose || settings->stats || settings->metrics)
        return MEASURE_ALL;
    return settings->progress ? MEASURE_CLOCK : MEASURE_NOTHING;
}

/* Now that all of it is complete, there is nothing to go on with. */
static void end_checkpoints(struct run *run)
{
    struct problems problems = {0};
    if (run->checkpoints && !run->stopped &&
        !checkpoints_end(run->checkpoints, find_status(run), &problems))
        stop(run, STATUS_IO);
    print_problems(run, &problems);
}

static bool open_worker(struct run *run, struct problems *problems)
{
    const struct worker_settings settings = {.to = run->settings->to,
                                             .measure = find_measure(run->settings),
                                             .tell_of_drops = run->settings->verbose,
                                             .tally =
                                                 run->settings->stats || run->settings->metrics,
                                             .paranoid = run->settings->paranoid,
                                             .user = run,
                                             .take = take};
    run->worker = worker_open(run->pipeline, &settings, problems);
    if (run->worker)
        sink_set_frame(run->sink, worker_frame(run->worker));
    return run->worker != NULL;
}

/* Where a stage sees all documents there is one worker. */
static bool open_pool(struct run *run, struct problems *problems)
{
    const struct run_settings *settings = run->settings;
    bool stream = worker_has_stream(run->worker);
    const struct pool_settings pool = {.jobs = stream ? 1 : settings->jobs,
                                       .documents = settings->window,
                                       .bytes = settings->window_bytes,
                                       .unordered = settings->unordered,
                                       .sandboxed = !settings->no_sandbox,
                                       .user = run,
                                       .take = take,
                                       .done = end_record};
    if (settings->jobs)
        run->pool = pool_open(run->worker, run->pipeline, &pool, problems);
    return run->pool || !settings->jobs;
}

static void tell_of_walls(struct run *run)
{
    if (!run->pool || !run->settings->verbose)
        return;
    progress_hide(&run->progress);
    fprintf(stderr, "note: the sandbox of workers: %s\n", sandbox_text(pool_walls(run->pool)));
}

int run_pipeline(const struct pipeline *pipeline, struct source *source, struct sink *sink,
                 const struct run_settings *settings)
{
    struct run run = {
        .pipeline = pipeline,
        .settings = settings,
        .source = source,
        .sink = sink,
        .checkpoints = settings->checkpoints,
        .quarantine = {.folder = settings->quarantine, .reproduce = settings->reproduce}};
    struct problems problems = {0};
    struct signals signals;
    signals_open(&signals);
    progress_start(&run.progress, source, settings->progress);
    if (settings->retry)
        run.retry = retry_open(settings->retry, &problems);
    if (settings->retry && !run.retry)
        stop(&run, STATUS_IO);
    else if (!statistics_open(&run.statistics, pipeline, &problems))
        stop(&run, STATUS_INTERNAL);
    else if (!open_worker(&run, &problems))
        stop(&run, STATUS_CONFIG);
    else if (!open_pool(&run, &problems))
        stop(&run, STATUS_INTERNAL);
    else
        run_records(&run, &problems);
    write_last_checkpoint(&run);
    tell_of_walls(&run);
    pool_close(run.pool);
    print_problems(&run, &problems);
    close_sink(&run); /* before the stages, whose frame it has */
    end_retry(&run);
    end_checkpoints(&run);
    worker_close(run.worker);
    sum_up(&run);
    tell_statistics(&run);
    signals_close(&signals);
    statistics_close(&run.statistics);
    free(run.places);
    return find_status(&run);
}
