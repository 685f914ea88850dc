/*
 * Signals of a run; see signals.h. The timer is one that a process which is forked does not inherit.
 */
#include "runner/signals.h"

#include <sys/time.h>

static volatile sig_atomic_t stop, asked, due;

static void catch_stop(int signal)
{
    stop = signal;
}

static void catch_question(int signal)
{
    (void)signal;
    asked = true;
}

static void catch_timer(int signal)
{
    (void)signal;
    due = true;
}

/* That it comes ends a sleep. */
static void catch_child(int signal)
{
    (void)signal;
}

static const struct {
    int number, flags;
    void (*handler)(int);
} caught[SIGNALS] = {{SIGINT, (int)SA_RESETHAND, catch_stop},
                     {SIGTERM, (int)SA_RESETHAND, catch_stop},
                     {SIGUSR1, SA_RESTART, catch_question},
                     {SIGALRM, SA_RESTART, catch_timer},
                     {SIGCHLD, SA_RESTART | SA_NOCLDSTOP, catch_child},
                     {SIGPIPE, 0, SIG_IGN}};

void signals_open(struct signals *signals)
{
    stop = asked = due = 0;
    for (size_t i = 0; i < SIGNALS; i++) {
        struct sigaction action = {.sa_handler = caught[i].handler, .sa_flags = caught[i].flags};
        sigaction(caught[i].number, &action, &signals->before[i]);
    }
}

void signals_close(const struct signals *signals)
{
    signals_every(0);
    for (size_t i = 0; i < SIGNALS; i++)
        sigaction(caught[i].number, &signals->before[i], NULL);
}

void signals_hold(sigset_t *before)
{
    sigset_t held;
    sigemptyset(&held);
    for (size_t i = 0; i < SIGNALS; i++)
        sigaddset(&held, caught[i].number);
    sigprocmask(SIG_BLOCK, &held, before);
}

int signals_stop(void)
{
    return stop;
}

static bool take(volatile sig_atomic_t *noted)
{
    bool was = *noted != 0;
    if (was)
        *noted = 0;
    return was;
}

bool signals_asked(void)
{
    return take(&asked);
}

void signals_every(unsigned seconds)
{
    const struct timeval interval = {.tv_sec = (time_t)seconds};
    const struct itimerval timer = {interval, interval};
    setitimer(ITIMER_REAL, &timer, NULL);
}

bool signals_due(void)
{
    return take(&due);
}
