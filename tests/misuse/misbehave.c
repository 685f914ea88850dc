/*
 * misbehave: does to its process, or out of it, what no stage should, on documents that hold a word.
 * Where it is let, it passes the document afterwards.
 *
 * `kill-parent` and `trace` reach for the parent: with --jobs 0 that is whoever started quern.
 */
#include <quern.h>

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

struct misbehave {
    int how;
    const char *on, *file;
};

static const quern_option options[] = {
    QUERN_CHOICE(struct misbehave, how, "crash",
                 "crash abort exit overflow loop sleep eat socket write fork exec trace "
                 "kill-parent",
                 "what it does"),
    QUERN_TEXT(struct misbehave, on, "", "only to documents with this in their text"),
    QUERN_TEXT(struct misbehave, file, "misbehave.out", "the file that `write` makes"),
    QUERN_END,
};

static void crash(const struct misbehave *misbehave)
{
    (void)misbehave;
    raise(SIGSEGV);
}

static void stop(const struct misbehave *misbehave)
{
    (void)misbehave;
    abort();
}

static void leave(const struct misbehave *misbehave)
{
    (void)misbehave;
    exit(0);
}

/* Nothing that a compiler may take for a loop, or for endless. */
static int overflow_from(volatile const char *outer)
{
    static volatile int deeper = 1;
    volatile char frame[4096];
    frame[0] = outer[0];
    return deeper ? overflow_from(frame) + frame[0] : 0;
}

static void overflow(const struct misbehave *misbehave)
{
    (void)misbehave;
    overflow_from("");
}

static void loop(const struct misbehave *misbehave)
{
    (void)misbehave;
    for (volatile unsigned i = 0;; i++)
        ;
}

static void sleep_on(const struct misbehave *misbehave)
{
    (void)misbehave;
    for (;;)
        pause();
}

/* 16 MiB at once, without looking whether it got it. */
static void eat(const struct misbehave *misbehave)
{
    enum { BLOCK = 1 << 20, BLOCKS = 1 << 4 };
    static char *volatile blocks[BLOCKS];
    (void)misbehave;
    for (int i = 0; i < BLOCKS; i++) {
        blocks[i] = malloc(BLOCK);
        memset(blocks[i], i, BLOCK);
    }
    for (int i = 0; i < BLOCKS; i++)
        free(blocks[i]);
}

static void open_socket(const struct misbehave *misbehave)
{
    (void)misbehave;
    close(socket(AF_INET, SOCK_STREAM, 0));
}

static void write_file(const struct misbehave *misbehave)
{
    close(open(misbehave->file, O_WRONLY | O_CREAT | O_TRUNC, 0600));
}

static void start_process(const struct misbehave *misbehave)
{
    pid_t child = fork();
    (void)misbehave;
    if (child == 0)
        _exit(0);
    if (child > 0)
        waitpid(child, NULL, 0);
}

static void become_program(const struct misbehave *misbehave)
{
    (void)misbehave;
    execl("/bin/sh", "sh", "-c", ":", (char *)NULL);
}

static void trace(const struct misbehave *misbehave)
{
    (void)misbehave;
    ptrace(PTRACE_SEIZE, getppid(), NULL, NULL);
}

static void kill_parent(const struct misbehave *misbehave)
{
    (void)misbehave;
    kill(getppid(), SIGTERM);
}

static quern_verdict process(void *state, quern_document *doc, quern_call *call)
{
    static void (*const ways[])(const struct misbehave *) = {
        crash,       stop,       leave,         overflow,       loop,  sleep_on,   eat,
        open_socket, write_file, start_process, become_program, trace, kill_parent};
    const struct misbehave *misbehave = state;
    quern_string text = quern_text(doc);
    (void)call;
    if (memmem(text.data, text.size, misbehave->on, strlen(misbehave->on)))
        ways[misbehave->how](misbehave);
    return QUERN_PASS;
}

QUERN_PLUGIN(misbehave) = {
    QUERN_HEAD("misbehave"),
    .summary = "Does what no stage should",
    .version = "1.0",
    .mode = QUERN_EACH,
    .state_size = sizeof(struct misbehave),
    .options = options,
    .preserves = QUERN_ALL_SPANS,
    .keeps_text = true,
    .process = process,
};
