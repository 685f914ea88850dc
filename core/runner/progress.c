/*
 * The line that shows how far a run is.
 */
#include "runner/clock.h"
#include "runner/report.h"

#include <inttypes.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { REDRAW_NANOSECONDS = 100000000 };

void progress_start(struct progress *progress, const struct source *source, bool wanted)
{
    *progress = (struct progress){.wanted = wanted};
    if (!wanted)
        return;
    progress->started = progress->drawn = clock_read(CLOCK_MONOTONIC);
    progress->bytes = source_bytes_read(source);
}

/* The time that is left if it goes on like this. */
static void add_rest(struct buffer *line, double seconds)
{
    uint64_t rest = seconds < 1e9 ? (uint64_t)seconds : 1000000000;
    if (rest >= 3600)
        buffer_print(line, ", %" PRIu64 ":%02" PRIu64, rest / 3600, rest / 60 % 60);
    else
        buffer_print(line, ", %" PRIu64, rest / 60);
    buffer_print(line, ":%02" PRIu64 " left", rest % 60);
}

/* The step that most of the time of all steps went into, where there is more than one. */
static void add_slowest(struct buffer *line, const struct statistics *statistics)
{
    const size_t count = statistics->pipeline->step_count;
    uint64_t sum = 0;
    size_t slowest = 0;
    for (size_t i = 0; i < count; i++) {
        sum += statistics->steps[i].clock;
        if (statistics->steps[i].clock > statistics->steps[slowest].clock)
            slowest = i;
    }
    if (count > 1 && sum)
        buffer_print(line, ", slowest: %s %.0f %%", statistics->pipeline->steps[slowest].label,
                     100 * (double)statistics->steps[slowest].clock / (double)sum);
}

static void add_figures(struct buffer *line, const struct progress *progress,
                        const struct source *source, const struct statistics *statistics)
{
    const double seconds = (double)(progress->drawn - progress->started) / 1e9;
    const uint64_t bytes = source_bytes_read(source), total = source_bytes_total(source);
    const double speed = (double)(bytes - progress->bytes) / seconds;
    buffer_print(line, "%" PRIu64 " document%s, %.1f MB/s", statistics->read,
                 statistics->read == 1 ? "" : "s", speed / 1e6);
    if (total)
        buffer_print(line, ", %.0f %%", 100 * (double)bytes / (double)total);
    if (total > bytes && speed > 0 && seconds > 1)
        add_rest(line, (double)(total - bytes) / speed);
    if (statistics->failed)
        buffer_print(line, ", %" PRIu64 " failed", statistics->failed);
    add_slowest(line, statistics);
}

/* As much of it as stands on one line of the terminal, whose width may change. */
static quern_string cut(quern_string line)
{
    struct winsize window;
    size_t end = 0;
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &window) != 0 || window.ws_col < 2)
        return line;
    for (size_t columns = window.ws_col - 1U; columns && end < line.size; columns--)
        quern_next_char(line, &end);
    return (quern_string){line.data, end};
}

void progress_show(struct progress *progress, const struct source *source,
                   const struct statistics *statistics)
{
    struct buffer line = {0};
    if (!progress->wanted || clock_read(CLOCK_MONOTONIC) - progress->drawn < REDRAW_NANOSECONDS)
        return;
    progress->drawn = clock_read(CLOCK_MONOTONIC);
    progress->visible = true;
    add_figures(&line, progress, source, statistics);
    fputs("\r\033[K", stderr);
    stream_print(stderr, cut((quern_string){buffer_text(&line), line.size}));
    fflush(stderr);
    buffer_free(&line);
}

void progress_hide(struct progress *progress)
{
    if (!progress->visible)
        return;
    fputs("\r\033[K", stderr);
    fflush(stderr);
    progress->visible = false;
}
