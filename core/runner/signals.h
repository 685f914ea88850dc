/*
 * signals.h - the signals that a run listens to. They are noted, and looked at between two documents
 * and when the run wakes up. For the files of this folder alone.
 */
#ifndef QUERN_SIGNALS_H
#define QUERN_SIGNALS_H

#include <signal.h>
#include <stdbool.h>

enum { SIGNALS = 6 };

/* What was done on them before. */
struct signals {
    struct sigaction before[SIGNALS];
};

void signals_open(struct signals *signals);
void signals_close(const struct signals *signals);

/* Keeps them back, for a sleep that lets them through with the mask `before`. */
void signals_hold(sigset_t *before);

/* The SIGINT or SIGTERM that came; 0 for none. The second one ends the process at once. */
int signals_stop(void);

/* Whether SIGUSR1 came since this was asked last. */
bool signals_asked(void);

/* Whether so many seconds have passed again since this was asked last; for one that slept, the end of
 * them is a signal. 0 has it stop. */
void signals_every(unsigned seconds);
bool signals_due(void);

#endif
