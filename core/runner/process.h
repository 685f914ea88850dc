/*
 * process.h - one worker process: forked from the run with its stages open, working until no more
 * records come, watched from outside. For the files of this folder alone.
 */
#ifndef QUERN_PROCESS_H
#define QUERN_PROCESS_H

#include "runner/bell.h"
#include "runner/ring.h"
#include "runner/window.h"
#include "runner/worker.h"

#include <signal.h>
#include <sys/types.h>

/* What a worker sleeps for, or that it has not begun yet to look for records. */
enum need { NEEDS_NOTHING, NEEDS_RECORDS, NEEDS_ROOM, NEEDS_TO_START };

/* The last remarks about the document at hand, as far as they fit. */
enum { SHOWN_REMARKS = 8 };
struct shown_remark {
    uint64_t line, column;
    uint32_t step; /* from 1; 0 for none */
    uint8_t severity, trifle;
    char text[240]; /* ended by a NUL */
};

/* What a worker shows of itself, in memory that it shares with the run. */
struct post {
    _Atomic int need;
    _Atomic uint32_t turn;                   /* odd while the next three change */
    _Atomic uint32_t step;                   /* the one that it is in, from 1; 0 for none */
    _Atomic uint64_t clock, processor;       /* nanoseconds, as it went in */
    char id[256];                            /* of the document that it took in; ended by a NUL */
    struct shown_remark said[SHOWN_REMARKS]; /* of it, each in the place of the oldest */
    uint32_t said_count;
    unsigned walls;             /* those around it, and */
    int forbidden;              /* what it tried, as sandbox_enter() has both */
    struct ring_ends ends;      /* of the ring for its parcels */
    struct step_counts steps[]; /* what each did of the record that it has */
};

struct process {
    unsigned number;
    pid_t pid; /* 0 while there is none */
    struct bell bell;
    struct post *post;
    size_t post_size;
    struct ring ring;     /* for its parcels */
    char end_reason[120]; /* why the run ended it; empty when it did not */
    bool stopping;        /* the run has it stop, to look at it */
};

/* What all workers of a run have in common. */
struct crew {
    struct worker *worker; /* opened, to be forked */
    const struct pipeline *pipeline;
    struct window *window;
    const struct ring *input;
    bool sandboxed;
    unsigned needs;     /* of all stages, as they declare them */
    double least_limit; /* the shortest time limit of a step, in seconds; 0 when none has one */
    struct bell bell;   /* the run's */
    struct process *processes;
    size_t count;
};

/* Address space and shared memory for one that is not started yet, for so many steps. */
bool process_open(struct process *process, unsigned number, size_t steps, size_t limit);
void process_close(struct process *process);

/* Forks; the record that a worker of this number had when it ended comes first, when `again` is not
 * NULL. False, with errno, when that does not work. */
bool process_start(struct process *process, const struct crew *crew, const uint64_t *again);

/* Copies what it shows, which is no more to be trusted than all else of it: it need not end. */
void process_copy_shown(char *copy, const char *shown, size_t size);

/* Tells which step it is in, with which document. */
void process_print(const struct process *process, const struct pipeline *pipeline, FILE *stream);

/* The step that it is in, or NULL. */
const struct step *process_find_step(const struct process *process,
                                     const struct pipeline *pipeline);

/* Ends it when it has passed the time limit of its step. Returns the seconds after which to look at
 * it again. Only where a step has a limit. */
double process_check_time(struct process *process, const struct crew *crew);

/* Why it ended, from its wait status. */
void process_explain(const struct process *process, int status, struct buffer *reason);

#endif
