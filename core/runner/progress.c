/*
 * The line that shows how far a run is.
 */
#include "runner/report.h"

#include <inttypes.h>
#include <time.h>

enum { REDRAW_NANOSECONDS = 100000000 };

static uint64_t now(void)
{
    struct timespec time = {0};
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

void progress_start(struct progress *progress, bool wanted)
{
    *progress = (struct progress){.wanted = wanted};
    if (progress->wanted)
        progress->started = progress->drawn = now();
}

void progress_show(struct progress *progress, const struct source *source,
                   const struct statistics *statistics)
{
    if (!progress->wanted)
        return;
    uint64_t time = now();
    if (time - progress->drawn < REDRAW_NANOSECONDS)
        return;
    progress->drawn = time;
    progress->visible = true;
    uint64_t bytes = source_bytes_read(source), total = source_bytes_total(source);
    double megabytes = (double)bytes / 1e6;
    fprintf(stderr, "\r\033[K%" PRIu64 " document%s, %.1f MB/s", statistics->read,
            statistics->read == 1 ? "" : "s",
            megabytes / ((double)(time - progress->started) / 1e9));
    if (total)
        fprintf(stderr, ", %.0f %%", 100 * (double)bytes / (double)total);
    if (statistics->failed)
        fprintf(stderr, ", %" PRIu64 " failed", statistics->failed);
    fflush(stderr);
}

void progress_hide(struct progress *progress)
{
    if (!progress->visible)
        return;
    fputs("\r\033[K", stderr);
    fflush(stderr);
    progress->visible = false;
}
