/*
 * quern stage: one stage as a filter, its options as flags. The flags are not known before the
 * stage is loaded, and where it is looked for may be said behind its name; so the command line is
 * gone through twice.
 */
#include "command/command.h"

#include <string.h>

static const struct flag flags[] = {RUN_FLAGS, COMMON_FLAGS, {0}};

/* The stage's name: the first operand. Flags before it cannot be its options. NULL after --help,
 * or after a message. */
static const char *find_name(const struct command *command, int argc, char **argv, int *status)
{
    struct arguments before = {0};
    const struct flag_reader reader = {
        .command = command, .flags = flags, .arguments = &before, .stop = true};
    const char *name = NULL;
    int index;
    *status = STATUS_USAGE;
    if (!flags_read(&reader, argc, argv, &index)) {
        arguments_free(&before);
        return NULL;
    }
    if (arguments_answer(&before, command, flags, NULL)) {
        *status = STATUS_FINE;
    } else if (index == argc) {
        usage_error(command, "which stage? 'quern list' shows all that can be found");
    } else {
        name = argv[index];
    }
    arguments_free(&before);
    return name;
}

/* What can be read without knowing the stage: where to look for it. */
static struct loader *find_plugins(const struct command *command, int argc, char **argv)
{
    struct arguments all = no_arguments;
    const struct flag_reader reader = {
        .command = command, .flags = flags, .arguments = &all, .lenient = true};
    int index;
    struct loader *loader = flags_read(&reader, argc, argv, &index) ? open_plugins(&all) : NULL;
    arguments_free(&all);
    return loader;
}

struct filter {
    const struct command *command;
    const char *name;
    struct pipeline *pipeline;
    const struct flag *flags;
};

static int run_filter(const struct filter *filter, int argc, char **argv)
{
    struct arguments arguments = no_arguments;
    struct step *step = &filter->pipeline->steps[0];
    const struct flag_reader reader = {.command = filter->command,
                                       .flags = filter->flags,
                                       .arguments = &arguments,
                                       .options = &step->options};
    int index, status = STATUS_USAGE;
    if (!flags_read(&reader, argc, argv, &index))
        goto out;
    if (arguments_answer(&arguments, filter->command, filter->flags, step->plugin->stage)) {
        status = STATUS_FINE;
        goto out;
    }
    struct buffer reproduce = {0};
    buffer_print(&reproduce, "quern stage %s%s", filter->name, buffer_text(&arguments.reproduce));
    /* The first operand is the name: getopt has put the operands behind the flags, in order. */
    status = run_documents(filter->pipeline, &arguments, (const char *const *)argv + index + 1,
                           (size_t)(argc - index - 1), buffer_text(&reproduce));
    buffer_free(&reproduce);
out:
    arguments_free(&arguments);
    return status;
}

static int run_stage(struct filter *filter, struct loader *loader, int argc, char **argv)
{
    struct problems problems = {0};
    int status = STATUS_CONFIG;
    filter->pipeline = pipeline_of_stage(filter->name, loader, &problems);
    problems_print(&problems, (quern_string){0}, stderr);
    problems_free(&problems);
    if (!filter->pipeline)
        return status;
    struct flag *all = flags_of_stage(flags, filter->pipeline->steps[0].plugin->stage);
    filter->flags = all;
    status = all ? run_filter(filter, argc, argv) : out_of_memory();
    flags_free(all);
    pipeline_free(filter->pipeline);
    return status;
}

static int run(const struct command *command, int argc, char **argv)
{
    int status;
    struct filter filter = {.command = command};
    filter.name = find_name(command, argc, argv, &status);
    if (!filter.name)
        return status;
    struct loader *loader = find_plugins(command, argc, argv);
    if (!loader)
        return STATUS_CONFIG;
    status = run_stage(&filter, loader, argc, argv);
    loader_close(loader);
    return status;
}

const struct command command_stage = {
    .name = "stage",
    .operands = "STAGE [--OPTION...] [FILE...]",
    .summary = "run one stage as a filter, with its options as flags",
    .text =
        "Each option of the stage is a flag: 'with: {tab_width: 4}' in a pipeline is "
        "--tab-width=4 here, and what is true or false there is --flag or --no-flag. "
        "Options that take several values may be given more than once. 'quern stage STAGE --help' "
        "shows those of a stage.\n\n"
        "Stages that are put one behind the other with --to=jsonl at the first give what a "
        "pipeline of the same stages gives, byte for byte. Only a stage that looks at the bytes "
        "of the source, to decode those that are not UTF-8, has to stand first.",
    .examples = "pdftotext report.pdf - | quern stage cleanup\n"
                "quern stage cleanup --to jsonl < a.txt | quern stage structure | jq .spans",
    .least = 1,
    .most = SIZE_MAX,
    .flags = flags,
    .run_line = run};
