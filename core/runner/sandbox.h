/*
 * sandbox.h - what a worker gives up before it meets its first document. For the files of this
 * folder alone.
 */
#ifndef QUERN_SANDBOX_H
#define QUERN_SANDBOX_H

#include "base/base.h"

/* The walls that can stand around a process. */
enum sandbox_wall {
    SANDBOX_CALLS = 1, /* system calls are filtered: seccomp */
    SANDBOX_FILES = 2  /* files cannot be changed: Landlock */
};

/* Gives up for good what its stages do not need: network, changing files, processes, and whatever
 * else reaches out of this process. `needs` is what they declare, QUERN_NEEDS_NETWORK and so on,
 * added up. For a process of one thread that was forked to run stages, once all its descriptors
 * are in place: those stay as they are.
 *
 * A forbidden system call is not made: its number plus 1 is left in `*forbidden`, in memory that
 * the parent shares, where it has put 0, and SIGSYS ends the process. It stays 0 when the stage had
 * SIGSYS blocked.
 *
 * Returns the walls that stand; 0 where the system has neither, and in builds for tools that need
 * for themselves what is given up. Takes a fraction of a millisecond. */
unsigned sandbox_enter(unsigned needs, volatile int *forbidden);

/* Says what the stage of a process that SIGSYS ended did: "the stage called socket, which the
 * sandbox forbids unless it declares QUERN_NEEDS_NETWORK". */
void sandbox_explain(int forbidden, struct buffer *out);

/* The walls that stand, for people. */
const char *sandbox_text(unsigned walls);

/* ---- The walls ---- */

/* Allows the system calls of a worker and traps all others with SIGSYS (filter.c). False where the
 * kernel cannot, or does not let us. */
bool filter_enter(unsigned needs);

/* The name of a system call that the filter traps, and the need that would allow it or NULL. False
 * when it has none here. */
bool filter_describe(int number, const char **name, const char **need);

/* No file can be changed any more (landlock.c). False where the kernel has no Landlock. */
bool landlock_enter(void);

#endif
