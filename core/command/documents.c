/*
 * What `run` and `stage` do once they have a pipeline.
 */
#include "command/command.h"

#include <sched.h>
#include <unistd.h>

struct loader *open_plugins(const struct arguments *arguments)
{
    struct problems problems = {0};
    const struct words *folders = &arguments->plugin_dirs;
    struct loader *loader =
        loader_open((const char *const *)folders->items, folders->count, &problems);
    problems_print(&problems, (quern_string){0}, stderr);
    problems_free(&problems);
    return loader;
}

/* How the inputs are read: as the command line says, else the pipeline, else as they look. */
static enum source_format find_format(const struct pipeline *pipeline,
                                      const struct arguments *arguments)
{
    static const enum source_format formats[] = {SOURCE_AUTO, SOURCE_TEXT, SOURCE_JSONL};
    return formats[arguments->from ? arguments->from : (int)pipeline->from];
}

static enum format find_output_format(const struct arguments *arguments)
{
    static const enum format formats[] = {FORMAT_AUTO, FORMAT_TEXT, FORMAT_JSONL};
    return formats[arguments->to];
}

/* Those that this process may use. */
static size_t count_processors(void)
{
    cpu_set_t set;
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    if (sched_getaffinity(0, sizeof set, &set) == 0)
        count = CPU_COUNT(&set);
    return count < 1 ? 1 : count > JOBS_MAX ? JOBS_MAX : (size_t)count;
}

/* On a terminal, unless documents are written to it as well. */
static bool wants_progress(const struct arguments *arguments)
{
    return !arguments->quiet && isatty(STDERR_FILENO) &&
           (arguments->output || !isatty(STDOUT_FILENO));
}

/* What is not given is 0. */
static size_t or_else(int64_t given, size_t otherwise)
{
    return given ? (size_t)given : otherwise;
}

int run_documents(const struct pipeline *pipeline, const struct arguments *arguments,
                  const char *const *inputs, size_t count, const char *reproduce)
{
    static const char *const standard_input[] = {"-"};
    const struct run_settings settings = {
        .to = find_output_format(arguments),
        .quarantine = arguments->quarantine ? arguments->quarantine : "quarantine",
        .reproduce = reproduce,
        .jobs = arguments->jobs == JOBS_AUTO ? count_processors() : (size_t)arguments->jobs,
        .window = or_else(arguments->window, 1024),
        .window_bytes = or_else(arguments->window_bytes, (size_t)64 << 20),
        .max_crashes = or_else(arguments->max_crashes, 20),
        .unordered = arguments->unordered,
        .quiet = arguments->quiet,
        .verbose = arguments->verbose,
        .no_sandbox = arguments->no_sandbox,
        .progress = wants_progress(arguments)};
    struct source *source = source_open(count ? inputs : standard_input, count ? count : 1,
                                        find_format(pipeline, arguments));
    if (!source)
        return out_of_memory();
    struct problems problems = {0};
    struct run_counts counts;
    int status = STATUS_IO;
    struct sink *sink = sink_open(arguments->output, &problems);
    if (sink)
        status = run_pipeline(pipeline, source, sink, &settings, &counts);
    problems_print(&problems, (quern_string){0}, stderr);
    problems_free(&problems);
    source_close(source);
    return status;
}
