/*
 * process.c - a worker process.
 *
 * It takes records out of the window, and puts what came of each into its own ring. It can reach no
 * other worker's memory, cannot write to the records, and ends when the run does, however that
 * comes about.
 */
#include "runner/process.h"
#include "runner/chain.h"
#include "runner/clock.h"
#include "runner/parcel.h"
#include "runner/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

/* A stage that sleeps takes no processor time: it may take so many times its limit by the clock. */
enum { PATIENCE = 10 };

bool process_open(struct process *process, unsigned number, size_t steps, size_t limit)
{
    *process = (struct process){.number = number, .bell = {-1, -1}};
    process->post_size = sizeof *process->post + steps * sizeof *process->post->steps;
    process->post = shared_map(process->post_size);
    return process->post && ring_open(&process->ring, &process->post->ends, limit);
}

void process_close(struct process *process)
{
    bell_close(&process->bell);
    ring_close(&process->ring);
    shared_unmap(process->post, process->post_size);
}

struct work {
    struct process *process;
    const struct crew *crew;
    uint64_t number; /* of the record at hand */
    struct buffer parts;
};

/* ---- What a worker shows ---- */

static void show_text(char *field, size_t size, quern_string text)
{
    size_t length = text.size < size ? text.size : size - 1;
    memcpy(field, text.data, length);
    field[length] = '\0';
}

static uint32_t number_of(const struct work *work, const struct step *step)
{
    return step ? (uint32_t)(step - work->crew->pipeline->steps) + 1 : 0;
}

static void show_step(void *user, const struct step *step, const quern_document *doc)
{
    const struct work *work = user;
    struct post *post = work->process->post;
    bool limited = step && step->limit_time > 0;
    atomic_fetch_add(&post->turn, 1);
    atomic_store_explicit(&post->step, number_of(work, step), memory_order_relaxed);
    if (limited) {
        atomic_store_explicit(&post->clock, clock_read(CLOCK_MONOTONIC), memory_order_relaxed);
        atomic_store_explicit(&post->processor, clock_read(CLOCK_PROCESS_CPUTIME_ID),
                              memory_order_relaxed);
    }
    atomic_fetch_add(&post->turn, 1);
    if (step && doc)
        show_text(post->id, sizeof post->id, quern_id(doc));
}

static void show_remark(void *user, const struct remark *remark)
{
    const struct work *work = user;
    struct post *post = work->process->post;
    struct shown_remark *shown = &post->said[post->said_count % SHOWN_REMARKS];
    shown->line = remark->line;
    shown->column = remark->column;
    shown->step = number_of(work, remark->step);
    shown->severity = (uint8_t)remark->severity;
    shown->trifle = remark->trifle;
    show_text(shown->text, sizeof shown->text, (quern_string){remark->text, strlen(remark->text)});
    post->said_count++;
}

/* ---- The worker's side ---- */

/* Sleeps until the run has something, unless there is something already. */
static void sleep_for_records(struct work *work)
{
    struct post *post = work->process->post;
    const struct window *window = work->crew->window;
    atomic_store(&post->need, NEEDS_RECORDS);
    if (!window_waiting(window) && !atomic_load(&window->ended) && !bell_wait(&work->process->bell))
        _exit(STATUS_FINE);
    atomic_store(&post->need, NEEDS_NOTHING);
}

/* The run is told that there is no room, and gives some back or is busy doing so. */
static char *take_room(struct work *work, size_t size)
{
    struct ring *ring = &work->process->ring;
    char *room;
    while (!(room = ring_take(ring, size)) && ring_fits(ring, size)) {
        atomic_store(&work->process->post->need, NEEDS_ROOM);
        room = ring_take(ring, size);
        if (room)
            break;
        bell_ring(&work->crew->bell);
        if (!bell_wait(&work->process->bell))
            _exit(STATUS_FINE);
    }
    atomic_store(&work->process->post->need, NEEDS_NOTHING);
    return room;
}

/* Puts what came of the record where the run finds it. */
static void finish(struct work *work, quern_string output)
{
    struct window *window = work->crew->window;
    struct slot *slot = window_slot(window, work->number);
    const struct buffer *parts = &work->parts;
    size_t size = parts->failed ? 0 : parts->size + output.size;
    char *room = take_room(work, size);
    slot->parcel = room;
    slot->parcel_size = room ? size : 0;
    if (room && size) {
        memcpy(room, parts->data, parts->size);
        memcpy(room + parts->size, output.data ? output.data : "", output.size);
    }
    buffer_clear(&work->parts);
    work->parts.failed = false;
    if (window_finish(window, work->process->number, work->number))
        bell_ring(&work->crew->bell);
}

static bool take(void *user, const struct outcome *outcome)
{
    struct work *work = user;
    if (outcome->more) {
        parcel_add(&work->parts, outcome, work->crew->pipeline);
    } else {
        parcel_add_all_but_output(&work->parts, outcome, work->crew->pipeline);
        finish(work, outcome->output);
    }
    return true;
}

static void work_on_taken(struct work *work)
{
    const struct record *record = window_slot(work->crew->window, work->number)->record;
    *work->process->post->id = '\0';
    work->process->post->said_count = 0;
    if (record)
        worker_process(work->crew->worker, record);
    else
        worker_flush(work->crew->worker);
}

static void work_on(struct work *work)
{
    struct window *window = work->crew->window;
    atomic_store(&work->process->post->need, NEEDS_NOTHING);
    for (;;) {
        if (window_take(window, work->process->number, &work->number)) {
            work_on_taken(work);
        } else if (atomic_load(&window->ended)) {
            return;
        } else {
            sleep_for_records(work);
        }
    }
}

/* ---- Forking ---- */

/* Signals from the terminal go to the run, which sees to its workers. */
static void leave_signals(void)
{
    static const int ignored[] = {SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGPIPE};
    sigset_t none;
    for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++)
        signal(ignored[i], SIG_IGN);
    signal(SIGCHLD, SIG_DFL);
    signal(SIGALRM, SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/* What a stage prints must not come between the documents. */
static void leave_streams(void)
{
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (nothing >= 0) {
        dup2(nothing, STDIN_FILENO);
        close(nothing);
    }
    dup2(STDERR_FILENO, STDOUT_FILENO);
}

/* What belongs to others, and to the run. */
static void leave_others(struct process *process, const struct crew *crew)
{
    for (size_t i = 0; i < crew->count; i++)
        if (&crew->processes[i] != process)
            process_close(&crew->processes[i]);
    close(process->bell.ring);
    close(crew->bell.listen);
    mprotect(crew->input->bytes, crew->input->size, PROT_READ);
}

/* A document that wants more than most of the machine's memory is to fail, and not to bring the
 * machine to a halt first. Not in builds without the sandbox: sanitizers map terabytes. */
static void limit_memory(void)
{
#ifdef QUERN_SANDBOX
    long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
    struct rlimit limit;
    if (pages <= 0 || page <= 0 || getrlimit(RLIMIT_DATA, &limit) != 0)
        return;
    rlim_t most = (rlim_t)pages / 4 * 3 * (rlim_t)page;
    if (limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur > most)
        limit.rlim_cur = most;
    setrlimit(RLIMIT_DATA, &limit);
#endif
}

/* The kernel ends a worker first when memory is short, and with the run. */
static void tie_to_run(pid_t run)
{
    int file = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (file >= 0) {
        (void)!write(file, "1000", 4);
        close(file);
    }
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
    if (getppid() != run)
        _exit(STATUS_FINE);
}

static _Noreturn void be_worker(struct process *process, const struct crew *crew, pid_t run,
                                const uint64_t *again)
{
    struct work work = {.process = process, .crew = crew};
    leave_signals();
    tie_to_run(run);
    limit_memory();
    leave_streams();
    leave_others(process, crew);
    worker_redirect(crew->worker, &work, take);
    worker_count_in(crew->worker, process->post->steps);
    worker_watch(crew->worker, &(struct watcher){&work, show_step, show_remark});
    if (crew->sandboxed)
        process->post->walls = sandbox_enter(crew->needs, &process->post->forbidden);
    if (again) {
        work.number = *again;
        work_on_taken(&work);
    }
    work_on(&work);
    worker_close(crew->worker);
    buffer_free(&work.parts);
    exit(STATUS_FINE);
}

bool process_start(struct process *process, const struct crew *crew, const uint64_t *again)
{
    pid_t run = getpid();
    struct post *post = process->post;
    bell_close(&process->bell);
    if (!bell_open(&process->bell))
        return false;
    atomic_store(&post->need, again ? NEEDS_NOTHING : NEEDS_TO_START);
    atomic_store(&post->turn, 0);
    atomic_store(&post->step, 0);
    memset(post->steps, 0, crew->pipeline->step_count * sizeof *post->steps);
    post->forbidden = 0;
    *process->end_reason = '\0';
    process->stopping = false;
    process->pid = fork();
    if (process->pid == 0)
        be_worker(process, crew, run, again);
    if (process->pid > 0)
        return true;
    process->pid = 0;
    return false;
}

/* ---- The run's side ---- */

const struct step *process_find_step(const struct process *process, const struct pipeline *pipeline)
{
    uint32_t step = atomic_load(&process->post->step);
    return step && step <= pipeline->step_count ? &pipeline->steps[step - 1] : NULL;
}

void process_copy_shown(char *copy, const char *shown, size_t size)
{
    memcpy(copy, shown, size);
    copy[size - 1] = '\0';
}

void process_print(const struct process *process, const struct pipeline *pipeline, FILE *stream)
{
    const struct step *step = process_find_step(process, pipeline);
    char id[sizeof process->post->id];
    process_copy_shown(id, process->post->id, sizeof id);
    fprintf(stream, "worker %u, process %ld: ", process->number, (long)process->pid);
    if (!step) {
        fputs("in no step\n", stream);
        return;
    }
    stream_print(stream, (quern_string){step->label, strlen(step->label)});
    fputs(", document ", stream);
    stream_print(stream, (quern_string){id, strlen(id)});
    fputc('\n', stream);
}

/* What it was seen doing. */
struct sight {
    uint32_t turn;
    const struct step *step; /* with a time limit; NULL when there is nothing to check */
    double clock, processor; /* seconds that it has been in it */
};

static double seconds_since(uint64_t start, clockid_t clock)
{
    uint64_t now = clock_read(clock);
    return now > start ? (double)(now - start) / 1e9 : 0;
}

static struct sight look_at(const struct process *process, const struct pipeline *pipeline)
{
    const struct post *post = process->post;
    struct sight sight = {.turn = atomic_load(&post->turn)};
    clockid_t processor;
    const struct step *step = process_find_step(process, pipeline);
    if (sight.turn % 2 || !step || step->limit_time <= 0 ||
        clock_getcpuclockid(process->pid, &processor) != 0)
        return sight;
    sight.clock = seconds_since(atomic_load(&post->clock), CLOCK_MONOTONIC);
    sight.processor = seconds_since(atomic_load(&post->processor), processor);
    if (atomic_load(&post->turn) == sight.turn)
        sight.step = step;
    return sight;
}

static bool is_stopped(pid_t pid)
{
    siginfo_t info = {.si_pid = 0};
    waitid(P_PID, (id_t)pid, &info, WSTOPPED | WNOHANG | WNOWAIT);
    return info.si_pid == pid;
}

/* It is stopped first, so that it cannot go on to the next document before it is ended for this one;
 * what it was seen doing has to be looked at again then. */
static void end(struct process *process, const struct sight *sight)
{
    double limit = sight->step->limit_time;
    if (sight->processor > limit)
        explain_time(limit, process->end_reason, sizeof process->end_reason);
    else
        snprintf(process->end_reason, sizeof process->end_reason,
                 "did not answer for %.3g s, %d times its limit", limit * PATIENCE, PATIENCE);
    kill(process->pid, SIGKILL);
}

/* How long it still may take, in seconds; all that is possible when it is in no step with a limit,
 * since it does not tell when it goes into one. */
static double find_rest(const struct sight *sight, const struct crew *crew)
{
    if (!sight->step)
        return crew->least_limit;
    double limit = sight->step->limit_time;
    double rest = limit - sight->processor, rest_by_clock = limit * PATIENCE - sight->clock;
    return rest_by_clock < rest ? rest_by_clock : rest;
}

double process_check_time(struct process *process, const struct crew *crew)
{
    const double soon = 0.001;
    if (*process->end_reason)
        return crew->least_limit;
    bool stopped = process->stopping && is_stopped(process->pid);
    struct sight sight = look_at(process, crew->pipeline);
    double rest = find_rest(&sight, crew);
    bool over = sight.step && rest < 0;
    if (over && stopped) {
        end(process, &sight);
    } else if (over) {
        process->stopping = true;
        kill(process->pid, SIGSTOP);
        return soon;
    } else if (process->stopping) {
        process->stopping = false;
        kill(process->pid, SIGCONT);
    }
    return over ? crew->least_limit : rest;
}

void process_explain(const struct process *process, int status, struct buffer *reason)
{
    int signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    if (*process->end_reason)
        buffer_add_text(reason, process->end_reason);
    else if (signal == SIGSYS)
        sandbox_explain(process->post->forbidden, reason);
    else if (signal == SIGKILL)
        buffer_add_text(reason,
                        "its worker was killed (signal 9), as happens when memory is short");
    else if (signal)
        buffer_print(reason, "crashed: %s (signal %d)", strsignal(signal), signal);
    else
        buffer_print(reason, "ended its worker with exit status %d", WEXITSTATUS(status));
}
