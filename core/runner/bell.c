/*
 * bell.c - waking a process that sleeps.
 */
#include "runner/bell.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

static bool set_up(int end)
{
    int flags = fcntl(end, F_GETFL);
    return flags >= 0 && fcntl(end, F_SETFL, flags | O_NONBLOCK) == 0 &&
           fcntl(end, F_SETFD, FD_CLOEXEC) == 0;
}

bool bell_open(struct bell *bell)
{
    int ends[2];
    *bell = (struct bell){-1, -1};
    if (pipe(ends) != 0)
        return false;
    *bell = (struct bell){ends[0], ends[1]};
    return set_up(bell->listen) && set_up(bell->ring);
}

void bell_close(struct bell *bell)
{
    if (bell->listen >= 0)
        close(bell->listen);
    if (bell->ring >= 0)
        close(bell->ring);
    *bell = (struct bell){-1, -1};
}

void bell_ring(const struct bell *bell)
{
    ssize_t written;
    do
        written = write(bell->ring, "", 1);
    while (written < 0 && errno == EINTR);
}

/* Takes what is in the pipe. 0 at its end, negative when nothing is there. */
static ssize_t drain(const struct bell *bell)
{
    char strokes[64];
    ssize_t count;
    do
        count = read(bell->listen, strokes, sizeof strokes);
    while (count == sizeof strokes || (count < 0 && errno == EINTR));
    return count;
}

bool bell_wait(const struct bell *bell)
{
    struct pollfd ear = {.fd = bell->listen, .events = POLLIN};
    while (poll(&ear, 1, -1) < 0)
        if (errno != EINTR)
            return false;
    return drain(bell) != 0;
}

void bell_hush(const struct bell *bell)
{
    drain(bell);
}
