/*
 * A run: records from the source to the worker, what comes of them to the sink, in order. It stops
 * early, and then gives an output file no name, when output cannot be written, when a step says so,
 * and on SIGINT and SIGTERM.
 */
#include "runner/quarantine.h"
#include "runner/report.h"

#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

struct run {
    const struct pipeline *pipeline;
    const struct run_settings *settings;
    struct source *source;
    struct sink *sink;
    struct run_counts *counts;
    struct worker *worker;
    struct step_counts *steps;
    struct quarantine quarantine;
    struct progress progress;
    quern_frame frame;
    bool framed; /* the frame's begin is written */
    uint64_t spans_left_out;
    bool input_failed, flush_failed;
    bool stopped;
    int stop_status;
};

/* ---- Signals ---- */

static volatile sig_atomic_t caught;

static void catch_signal(int signal)
{
    caught = signal;
}

/* The second SIGINT or SIGTERM finds the default again, which ends the process at once. Calls that
 * wait for input are interrupted. */
static void set_signals(struct sigaction before[3])
{
    struct sigaction stop = {.sa_handler = catch_signal, .sa_flags = (int)SA_RESETHAND};
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    caught = 0;
    sigaction(SIGINT, &stop, &before[0]);
    sigaction(SIGTERM, &stop, &before[1]);
    sigaction(SIGPIPE, &ignore, &before[2]);
}

static void reset_signals(const struct sigaction before[3])
{
    sigaction(SIGINT, &before[0], NULL);
    sigaction(SIGTERM, &before[1], NULL);
    sigaction(SIGPIPE, &before[2], NULL);
}

/* ---- Output ---- */

static void stop(struct run *run, int status)
{
    if (!run->stopped)
        run->stop_status = status;
    run->stopped = true;
}

static void check_signal(struct run *run)
{
    if (caught)
        stop(run, STATUS_SIGNAL + caught);
}

static void print_problems(struct run *run, struct problems *problems)
{
    if (!problems->count && !problems->lost)
        return;
    progress_hide(&run->progress);
    problems_print(problems, (quern_string){0}, stderr);
    problems_free(problems);
}

/* A reader downstream that went away has what it wanted. */
static void put(struct run *run, quern_string bytes)
{
    bool closed = false;
    struct problems problems = {0};
    if (!run->stopped && bytes.size && !sink_write(run->sink, bytes, &closed, &problems))
        stop(run, closed ? STATUS_FINE : STATUS_IO);
    print_problems(run, &problems);
}

static void put_text(struct run *run, const char *text)
{
    if (text)
        put(run, (quern_string){text, strlen(text)});
}

static void put_begin(struct run *run)
{
    if (!run->framed)
        put_text(run, run->frame.begin);
    run->framed = true;
}

static void put_documents(struct run *run, const struct outcome *outcome)
{
    if (!run->frame.begin && !run->frame.between) {
        put(run, (quern_string){outcome->output.data, outcome->output.size});
        run->counts->written += outcome->count;
        return;
    }
    size_t begin = 0;
    for (size_t i = 0; i < outcome->count; i++) {
        put_begin(run);
        if (run->counts->written++)
            put_text(run, run->frame.between);
        put(run, (quern_string){outcome->output.data + begin, outcome->ends[i] - begin});
        begin = outcome->ends[i];
    }
}

/* ---- What came of a record ---- */

static void keep_aside(struct run *run, const struct outcome *outcome)
{
    const struct loss *failure = outcome->failure;
    struct problems problems = {0};
    struct buffer path = {0}, consequence = {0};
    progress_hide(&run->progress);
    run->counts->failed++;
    if (failure->step && failure->step->on_error == ON_ERROR_STOP) {
        report_failure(failure, "the run stops here, as on_error says");
        stop(run, STATUS_DATA);
    } else if (quarantine_keep(&run->quarantine, outcome, &path, &problems)) {
        buffer_print(&consequence, "kept as %s", buffer_text(&path));
        report_failure(failure, buffer_text(&consequence));
    } else {
        report_failure(failure, "the run stops here, since it cannot be kept");
        stop(run, STATUS_IO);
    }
    print_problems(run, &problems);
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

static void add_counts(struct run *run, const struct step_counts *steps)
{
    for (size_t i = 0; i < run->pipeline->step_count; i++) {
        struct step_counts *sum = &run->steps[i];
        sum->in += steps[i].in;
        sum->out += steps[i].out;
        sum->dropped += steps[i].dropped;
        sum->failed += steps[i].failed;
        sum->skipped += steps[i].skipped;
        sum->nanoseconds += steps[i].nanoseconds;
        sum->text += steps[i].text;
        sum->copied += steps[i].copied;
        run->counts->dropped += steps[i].dropped;
    }
}

static bool take(void *user, const struct outcome *outcome)
{
    struct run *run = user;
    check_signal(run);
    put_documents(run, outcome);
    show_remarks(run, outcome);
    if (outcome->failure && !run->stopped)
        keep_aside(run, outcome);
    add_counts(run, outcome->steps);
    run->spans_left_out += outcome->spans_left_out;
    return !run->stopped;
}

/* ---- The run ---- */

/* Steps to the next record; inputs that cannot be read are told and left out. */
static bool next_record(struct run *run, struct record *record)
{
    for (;;) {
        struct problems problems = {0};
        enum source_result result = source_next(run->source, record, &problems);
        check_signal(run);
        if (run->stopped)
            problems_free(&problems);
        else
            print_problems(run, &problems);
        if (run->stopped || result != SOURCE_FAILED)
            return !run->stopped && result == SOURCE_RECORD;
        run->input_failed = true;
    }
}

static void run_records(struct run *run)
{
    struct record record;
    while (!run->stopped && next_record(run, &record)) {
        run->counts->read++;
        worker_process(run->worker, &record);
        progress_show(&run->progress, run->source, run->counts);
        check_signal(run);
    }
    if (!run->stopped)
        run->flush_failed = !worker_flush(run->worker);
    check_signal(run);
    if (!run->stopped && (run->frame.begin || run->frame.end)) {
        put_begin(run);
        put_text(run, run->frame.end);
    }
}

static void close_sink(struct run *run)
{
    bool closed = false;
    struct problems problems = {0};
    if (!sink_close(run->sink, !run->stopped, &closed, &problems) && !closed)
        stop(run, STATUS_IO);
    print_problems(run, &problems);
}

static void sum_up(struct run *run)
{
    progress_hide(&run->progress);
    if (run->spans_left_out && !run->settings->quiet)
        fprintf(stderr, "note: %" PRIu64 " spans are not in the text; --to jsonl keeps them\n",
                run->spans_left_out);
    if (run->settings->verbose)
        report_table(run->pipeline, run->steps, run->counts);
}

static int find_status(const struct run *run)
{
    if (run->stopped && run->stop_status != STATUS_FINE)
        return run->stop_status;
    if (run->input_failed)
        return STATUS_IO;
    return run->counts->failed || run->flush_failed ? STATUS_DATA : STATUS_FINE;
}

static bool open_worker(struct run *run, struct problems *problems)
{
    const struct worker_settings settings = {.to = run->settings->to,
                                             .measure = run->settings->verbose,
                                             .tell_of_drops = run->settings->verbose,
                                             .user = run,
                                             .take = take};
    run->steps = memory_new(run->pipeline->step_count, sizeof *run->steps);
    if (run->steps)
        run->worker = worker_open(run->pipeline, &settings, problems);
    else
        problems_add(problems, QUERN_ERROR, (struct place){0}, NULL, "out of memory");
    if (run->worker)
        run->frame = worker_frame(run->worker);
    return run->worker != NULL;
}

int run_pipeline(const struct pipeline *pipeline, struct source *source, struct sink *sink,
                 const struct run_settings *settings, struct run_counts *counts)
{
    struct run run = {.pipeline = pipeline,
                      .settings = settings,
                      .source = source,
                      .sink = sink,
                      .counts = counts,
                      .quarantine = {settings->quarantine, settings->reproduce, 0}};
    struct problems problems = {0};
    struct sigaction before[3];
    *counts = (struct run_counts){0};
    set_signals(before);
    progress_start(&run.progress, settings->progress);
    if (open_worker(&run, &problems))
        run_records(&run);
    else
        stop(&run, run.steps ? STATUS_CONFIG : STATUS_INTERNAL);
    worker_close(run.worker);
    print_problems(&run, &problems);
    close_sink(&run);
    sum_up(&run);
    reset_signals(before);
    free(run.steps);
    return find_status(&run);
}
