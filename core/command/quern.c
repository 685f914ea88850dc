/*
 * The program: finds the subcommand and hands over to it.
 */
#include "command/command.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

const struct command *const commands[] = {
    &command_run,        &command_stage,   &command_check,   &command_test,
    &command_list,       &command_inspect, &command_explain, &command_blame,
    &command_diff,       &command_report,  &command_new,     &command_schema,
    &command_completion, &command_man,     &command_help,    NULL};

static const struct flag flags[] = {COMMON_FLAGS, {0}};

const struct command command_quern = {
    .name = "quern",
    .operands = "COMMAND [ARGUMENT...]",
    .summary = "mills raw text into clean, tagged, formatted documents",
    .text =
        "Documents go through the stages of a pipeline, which is a YAML file, or through a single "
        "stage, as a filter. Standard output carries documents alone; everything else is said on "
        "standard error.\n\n"
        "Stages are looked for in the folders of --plugin-dir, then in those that "
        "QUERN_PLUGIN_PATH names with a colon between two, then where Quern is installed. "
        "Messages are coloured on a terminal unless NO_COLOR is set.\n\n"
        "The exit status is 0 when all went well, 64 when the command line is wrong, 65 when the "
        "run ended but some documents failed, or a step said that it should stop there (or a test "
        "failed), 70 when the fault is Quern's or memory is short, 74 when something cannot be "
        "read or written, 78 when a pipeline or a plugin is wrong, or crashes at every document. "
        "A reader downstream that goes away ends a run quietly, with 0; SIGINT and SIGTERM end "
        "the program by that signal.",
    .examples = "quern run news.yaml article.txt --to jsonl\n"
                "pdftotext report.pdf - | quern stage cleanup | less\n"
                "quern check pipelines/*.yaml",
    .flags = flags,
    .most = SIZE_MAX};

const struct command *command_find(const char *name)
{
    for (const struct command *const *command = commands; *command; command++)
        if (strcmp((*command)->name, name) == 0)
            return *command;
    return NULL;
}

static int refuse_command(const char *name)
{
    const char *names[sizeof commands / sizeof *commands];
    size_t count = 0;
    for (; commands[count]; count++)
        names[count] = commands[count]->name;
    const char *nearest = words_nearest(name, names, count);
    if (nearest)
        return usage_error(&command_quern, "there is no command '%s'; did you mean '%s'?", name,
                           nearest);
    return usage_error(&command_quern, "there is no command '%s'", name);
}

/* What was printed has to have arrived. */
static int finish(int status)
{
    if ((fflush(stdout) == 0 && !ferror(stdout)) || status != STATUS_FINE)
        return status;
    fprintf(stderr, "quern: standard output cannot be written: %s\n", strerror(errno));
    return STATUS_IO;
}

static int run_command(const struct command *command, int argc, char **argv)
{
    struct arguments arguments;
    int status;
    if (command->run_line)
        return command->run_line(command, argc, argv);
    if (!arguments_read(command, argc, argv, &arguments, &status))
        return status;
    status = command->run(&arguments);
    arguments_free(&arguments);
    return status;
}

static int dispatch(int argc, char **argv)
{
    struct arguments arguments = {0};
    const struct flag_reader reader = {
        .command = &command_quern, .flags = flags, .arguments = &arguments, .stop = true};
    int index = 0;
    if (!flags_read(&reader, argc, argv, &index))
        return STATUS_USAGE;
    if (arguments_answer(&arguments, &command_quern, flags, NULL))
        return STATUS_FINE;
    if (index == argc) {
        help_print(&command_quern, flags, NULL, stderr);
        return STATUS_USAGE;
    }
    const struct command *command = command_find(argv[index]);
    if (!command)
        return refuse_command(argv[index]);
    return run_command(command, argc - index, argv + index);
}

/* `quern help COMMAND` is `quern COMMAND --help`. */
static int run_help(struct arguments *arguments)
{
    struct words line = {0};
    int status;
    bool fine = words_add(&line, "quern");
    for (size_t i = 0; i < arguments->operands.count; i++)
        fine = fine && words_add(&line, arguments->operands.items[i]);
    fine = fine && words_add(&line, "--help") && words_add(&line, NULL);
    status = fine ? dispatch((int)line.count - 1, (char **)line.items) : out_of_memory();
    free(line.items);
    return status;
}

const struct command command_help = {.name = "help",
                                     .operands = "[COMMAND] [STAGE]",
                                     .summary = "explain a command, or a stage",
                                     .examples = "quern help run\nquern help stage cleanup",
                                     .most = 2,
                                     .flags = flags,
                                     .run = run_help};

int quern_main(int argc, char **argv)
{
    int status = finish(dispatch(argc, argv));
    if (status <= STATUS_SIGNAL)
        return status;
    /* A signal that ended the run ends the program too, so that a shell sees it. */
    signal(status - STATUS_SIGNAL, SIG_DFL);
    raise(status - STATUS_SIGNAL);
    return status;
}
