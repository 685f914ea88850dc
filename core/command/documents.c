/*
 * What `run` and `stage` do once they have a pipeline.
 */
#include "command/command.h"

#include <sched.h>
#include <string.h>
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

struct pipeline *load_pipeline(const struct arguments *arguments, struct loader *loader)
{
    struct problems problems = {0};
    struct buffer source = {0};
    struct pipeline *pipeline =
        pipeline_load(arguments->operands.items[0], loader, &source, &problems);
    if (!pipeline || !arguments->quiet)
        problems_print(&problems, (quern_string){source.data, source.size}, stderr);
    problems_free(&problems);
    buffer_free(&source);
    return pipeline;
}

/* ---- Inputs ---- */

/* The value of a hexadecimal digit, or -1. */
static int hex_digit(char digit)
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    const char *found = digit ? strchr(digits, digit) : NULL;
    return found ? (int)(found - digits) % 16 : -1;
}

/* The byte that an escape stands for, behind its backslash, over which it steps; -1 for none. */
static int take_escape(const char **at)
{
    static const char letters[] = "nrtf0\\", bytes[] = "\n\r\t\f\0\\";
    const char *escape = *at, *letter = *escape ? strchr(letters, *escape) : NULL;
    if (letter) {
        ++*at;
        return bytes[letter - letters];
    }
    int high = *escape == 'x' ? hex_digit(escape[1]) : -1;
    int low = high >= 0 ? hex_digit(escape[2]) : -1;
    if (low < 0)
        return -1;
    *at += 3;
    return high * 16 + low;
}

/* The bytes that --separator names. False after a message. */
static bool read_separator(const char *given, struct buffer *separator)
{
    int byte = 0;
    while (given && *given && byte >= 0) {
        byte = (unsigned char)*given++;
        if (byte == '\\')
            byte = take_escape(&given);
        buffer_add_char(separator, (char)byte);
    }
    if (!given || (byte >= 0 && separator->size && separator->size <= SEPARATOR_MAX))
        return true;
    if (byte < 0)
        fputs("quern: --separator: there is no such escape\n", stderr);
    else
        fprintf(stderr, "quern: --separator has to have 1 to %d bytes\n", SEPARATOR_MAX);
    return false;
}

enum source_format find_source_format(const struct pipeline *pipeline,
                                      const struct arguments *arguments, quern_string *separator)
{
    static const enum source_format formats[] = {SOURCE_AUTO,  SOURCE_TEXT,     SOURCE_JSONL,
                                                 SOURCE_LINES, SOURCE_FORMFEED, SOURCE_MBOX,
                                                 SOURCE_FILE};
    if (separator->size)
        return SOURCE_SEPARATED;
    if (arguments->from)
        return formats[arguments->from];
    *separator = pipeline->separator;
    return separator->size ? SOURCE_SEPARATED : formats[pipeline->from];
}

static struct source *open_inputs(const struct pipeline *pipeline,
                                  const struct arguments *arguments, struct buffer *separator,
                                  const char *const *inputs, size_t count)
{
    static const char *const standard_input[] = {"-"};
    struct source_settings settings = {
        .separator = {separator->data, separator->size},
        .record_max = (uint64_t)arguments->max_record,
        .include = {arguments->include.items, arguments->include.count},
        .exclude = {arguments->exclude.items, arguments->exclude.count}};
    settings.format = find_source_format(pipeline, arguments, &settings.separator);
    bool standard = !count && !arguments->retry;
    return source_open(standard ? standard_input : inputs, standard ? 1 : count, &settings);
}

/* ---- Output ---- */

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

/* False after a message: flags that contradict each other, or the inputs. */
static bool is_consistent(const struct arguments *arguments, size_t inputs)
{
    bool split = arguments->split_documents || arguments->split_size;
    if (arguments->separator && arguments->from)
        fputs("quern: --from and --separator both say how inputs are read\n", stderr);
    else if (arguments->retry && (inputs || arguments->from || arguments->separator))
        fputs("quern: --retry says what the inputs are and how they are read\n", stderr);
    else if (arguments->retry && arguments->quarantine)
        fputs(
            "quern: what fails again stays in the folder of --retry; --quarantine names another\n",
            stderr);
    else if (split && !(arguments->output && sink_path_is_numbered(arguments->output)))
        fputs("quern: output that is split needs a number in its name: --output out-%05d.jsonl\n",
              stderr);
    else
        return true;
    return false;
}

static int run_source(const struct pipeline *pipeline, const struct arguments *arguments,
                      struct source *source, const char *reproduce)
{
    const struct run_settings settings = {
        .to = find_output_format(arguments),
        .quarantine = arguments->retry        ? arguments->retry
                      : arguments->quarantine ? arguments->quarantine
                                              : "quarantine",
        .retry = arguments->retry,
        .reproduce = reproduce,
        .stats = arguments->stats,
        .metrics = arguments->metrics,
        .metrics_interval = (unsigned)or_else(arguments->metrics_interval, 15),
        .jobs = arguments->jobs == JOBS_AUTO ? count_processors() : (size_t)arguments->jobs,
        .window = or_else(arguments->window, 1024),
        .window_bytes = or_else(arguments->window_bytes, (size_t)64 << 20),
        .max_crashes = or_else(arguments->max_crashes, 20),
        .unordered = arguments->unordered,
        .quiet = arguments->quiet,
        .verbose = arguments->verbose,
        .no_sandbox = arguments->no_sandbox,
        .paranoid = arguments->paranoid,
        .progress = wants_progress(arguments)};
    const struct sink_settings sink_settings = {.split_documents =
                                                    (uint64_t)arguments->split_documents,
                                                .split_size = (uint64_t)arguments->split_size,
                                                .spares = arguments->retry != NULL};
    struct problems problems = {0};
    int status = STATUS_IO;
    struct sink *sink = sink_open(arguments->output, &sink_settings, &problems);
    if (sink)
        status = run_pipeline(pipeline, source, sink, &settings);
    problems_print(&problems, (quern_string){0}, stderr);
    problems_free(&problems);
    return status;
}

int run_documents(const struct pipeline *pipeline, const struct arguments *arguments,
                  const char *const *inputs, size_t count, const char *reproduce)
{
    struct buffer separator = {0};
    int status = STATUS_USAGE;
    if (is_consistent(arguments, count) && read_separator(arguments->separator, &separator)) {
        struct source *source = open_inputs(pipeline, arguments, &separator, inputs, count);
        status = source ? run_source(pipeline, arguments, source, reproduce) : out_of_memory();
        source_close(source);
    }
    buffer_free(&separator);
    return status;
}
