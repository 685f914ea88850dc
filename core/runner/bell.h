/*
 * bell.h - how a process that has nothing to do sleeps until another wakes it: a pipe, and beside it
 * a word in shared memory that says whether somebody sleeps, so that nobody makes a system call when
 * all are busy. A pipe and not an eventfd or a futex: it is POSIX, it can be waited for together with
 * inputs, and its end tells a worker that the run is gone. For the files of this folder alone.
 */
#ifndef QUERN_BELL_H
#define QUERN_BELL_H

#include <stdatomic.h>
#include <stdbool.h>

struct bell {
    int listen, ring; /* the ends of the pipe; -1 when not open */
};

bool bell_open(struct bell *bell);
void bell_close(struct bell *bell);

/* Wakes who listens, now or next. Neither waits nor fails: a full pipe wakes as well. */
void bell_ring(const struct bell *bell);

/* Sleeps until the bell rings. False when nobody is left who could ring. */
bool bell_wait(const struct bell *bell);

/* Forgets what it rang so far; for a listener who woke up by other means. */
void bell_hush(const struct bell *bell);

#endif
