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
        .exclude = {arguments->exclude.items, arguments->exclude.count},
        .traced = arguments->checkpoint != NULL};
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

/* What is wrong with flags that contradict each other, or the inputs; NULL for nothing. */
static const char *find_contradiction(const struct arguments *arguments, size_t inputs)
{
    bool split = arguments->split_documents || arguments->split_size;
    if (arguments->separator && arguments->from)
        return "--from and --separator both say how inputs are read";
    if (arguments->retry && (inputs || arguments->from || arguments->separator))
        return "--retry says what the inputs are and how they are read";
    if (arguments->retry && arguments->quarantine)
        return "what fails again stays in the folder of --retry; --quarantine names another";
    if (arguments->checkpoint && (arguments->retry || arguments->unordered))
        return "--checkpoint cannot be used with --retry or --unordered";
    if (arguments->checkpoint && (!arguments->output || !strcmp(arguments->output, "-")))
        return "--checkpoint needs a file to write to: --output FILE";
    if (arguments->resume && !arguments->checkpoint)
        return "--resume goes on with what --checkpoint FILE names";
    if (split && !(arguments->output && sink_path_is_numbered(arguments->output)))
        return "output that is split needs a number in its name: --output out-%05d.jsonl";
    return NULL;
}

static bool is_consistent(const struct arguments *arguments, size_t inputs)
{
    const char *contradiction = find_contradiction(arguments, inputs);
    if (contradiction)
        fprintf(stderr, "quern: %s\n", contradiction);
    return !contradiction;
}

/* ---- Checkpoints ---- */

static void add_words(const struct words *words, struct buffer *out)
{
    for (size_t i = 0; i < words->count; i++) {
        buffer_add_text(out, i ? " " : "");
        shell_quote(out, words->items[i]);
    }
}

/* Nothing for what is as it is when it is not given. */
static void describe_value(const struct arguments *arguments, const struct flag *flag,
                           struct buffer *out)
{
    const void *field = (const char *)arguments + flag->offset;
    int64_t number = 0;
    if (flag->kind == FLAG_TEXTS)
        add_words(field, out);
    else if (flag->kind == FLAG_TEXT && *(const char *const *)field)
        shell_quote(out, *(const char *const *)field);
    else if (flag->kind == FLAG_SWITCH)
        number = *(const bool *)field;
    else if (flag->kind == FLAG_CHOICE)
        number = *(const int *)field;
    else if (flag->kind == FLAG_NUMBER || flag->kind == FLAG_SIZE)
        number = *(const int64_t *)field;
    if (number)
        buffer_add_number(out, (uint64_t)number);
}

/* All of the command line that decides on the output, in one order. */
static void describe_command(const struct arguments *arguments, struct buffer *out)
{
    static const char deciding[] = "output split-documents split-size to from separator include "
                                   "exclude max-record quarantine no-sandbox paranoid";
    struct buffer value = {0};
    add_words(&arguments->operands, out);
    for (const struct flag *flag = arguments->command->flags; flag->name; flag++) {
        buffer_clear(&value);
        if (words_find(deciding, (quern_string){flag->name, strlen(flag->name)}) >= 0)
            describe_value(arguments, flag, &value);
        if (value.size)
            buffer_print(out, " --%s=%s", flag->name, buffer_text(&value));
    }
    buffer_free(&value);
}

static struct checkpoints *open_checkpoints(const struct pipeline *pipeline,
                                            const struct arguments *arguments,
                                            struct problems *problems)
{
    struct buffer command = {0};
    describe_command(arguments, &command);
    const struct checkpoints_settings settings = {.path = arguments->checkpoint,
                                                  .resume = arguments->resume,
                                                  .interval = arguments->checkpoint_interval,
                                                  .command = buffer_text(&command)};
    struct checkpoints *checkpoints = checkpoints_open(pipeline, &settings, problems);
    buffer_free(&command);
    return checkpoints;
}

/* ---- The run ---- */

static int run_to_output(const struct pipeline *pipeline, const struct arguments *arguments,
                         struct source *source, const struct run_settings *settings,
                         struct problems *problems)
{
    const struct sink_settings sink_settings = {.split_documents =
                                                    (uint64_t)arguments->split_documents,
                                                .split_size = (uint64_t)arguments->split_size,
                                                .resumable = settings->checkpoints != NULL,
                                                .spares = arguments->retry != NULL};
    struct sink *sink = settings->checkpoints
                            ? checkpoints_open_sink(settings->checkpoints, arguments->output,
                                                    &sink_settings, problems)
                            : sink_open(arguments->output, &sink_settings, problems);
    return sink ? run_pipeline(pipeline, source, sink, settings) : STATUS_IO;
}

static int run_with_checkpoints(const struct pipeline *pipeline, const struct arguments *arguments,
                                struct source *source, struct run_settings *settings,
                                struct problems *problems)
{
    int status = STATUS_CONFIG;
    settings->checkpoints = open_checkpoints(pipeline, arguments, problems);
    if (!settings->checkpoints)
        return STATUS_CONFIG;
    if (!checkpoints_have_ended(settings->checkpoints, &status))
        status = run_to_output(pipeline, arguments, source, settings, problems);
    else if (!arguments->quiet)
        fprintf(stderr, "note: the run that %s tells of has come to its end\n",
                arguments->checkpoint);
    checkpoints_close(settings->checkpoints);
    return status;
}

static int run_source(const struct pipeline *pipeline, const struct arguments *arguments,
                      struct source *source, const char *reproduce)
{
    struct run_settings settings = {
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
    struct problems problems = {0};
    int status = arguments->checkpoint
                     ? run_with_checkpoints(pipeline, arguments, source, &settings, &problems)
                     : run_to_output(pipeline, arguments, source, &settings, &problems);
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
