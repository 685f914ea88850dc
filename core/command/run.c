/*
 * quern run: documents through a pipeline.
 */
#include "command/command.h"

#include <string.h>

static const struct flag flags[] = {
    RUN_FLAGS,
    TEXT(
        0, "checkpoint", "FILE", checkpoint,
        "write to FILE, again and again, from where the run can go on when it is interrupted; needs "
        "--output"),
    SWITCH(
        0, "resume", resume,
        "go on with the run that FILE of --checkpoint tells of, or begin where there is none; the "
        "output is that of a run that was never interrupted"),
    NUMBER(
        0, "checkpoint-interval", FLAG_NUMBER, checkpoint_interval, 0, 86400,
        "let NUMBER seconds pass from one checkpoint to the next (default: 5); with 0 there is one "
        "behind each document"),
    TEXT(
        0, "retry", "FOLDER", retry,
        "run again what the quarantine FOLDER keeps, instead of FILEs; what does not fail this time "
        "is removed from it once the output is complete; an output file that is there already is "
        "not written over"),
    COMMON_FLAGS,
    {0}};

static int run_file(const struct arguments *arguments, const char *reproduce)
{
    const struct words *operands = &arguments->operands;
    struct loader *loader = open_plugins(arguments);
    if (!loader)
        return STATUS_CONFIG;
    int status = STATUS_CONFIG;
    struct pipeline *pipeline = load_pipeline(arguments, loader);
    if (pipeline)
        status =
            run_documents(pipeline, arguments, operands->items + 1, operands->count - 1, reproduce);
    pipeline_free(pipeline);
    loader_close(loader);
    return status;
}

/* Standard input can be the pipeline or documents, and is documents when no file is named. */
static bool reads_input_twice(const struct words *operands)
{
    size_t count = operands->count == 1;
    for (size_t i = 0; i < operands->count; i++)
        count += strcmp(operands->items[i], "-") == 0;
    return count > 1 && strcmp(operands->items[0], "-") == 0;
}

static int run(struct arguments *arguments)
{
    struct buffer reproduce = {0};
    if (reads_input_twice(&arguments->operands))
        return usage_error(arguments->command, "the pipeline and the documents cannot both come "
                                               "from standard input");
    buffer_print(&reproduce, "quern run%s ", buffer_text(&arguments->reproduce));
    shell_quote(&reproduce, arguments->operands.items[0]);
    int status = run_file(arguments, buffer_text(&reproduce));
    buffer_free(&reproduce);
    return status;
}

const struct command command_run = {
    .name = "run",
    .operands = "PIPELINE [FILE...]",
    .summary = "run documents through a pipeline",
    .text =
        "Reads the files in the order given, or standard input for '-' and when there are none. A "
        "folder stands for the files in it, sorted by their paths. A file is one document, unless "
        "it holds JSON Lines: then each line is one.\n\n"
        "Stages work in processes of their own, which have given up the network, writing files and "
        "starting programs, unless a stage declares that it needs them. Documents are written in "
        "the order in which they came, and the bytes are the same, whatever --jobs says. A stage "
        "that has to see all documents has one process.\n\n"
        "A document that a stage fails on is kept aside, as it came, with a report that names the "
        "stage, the reason, and the command that runs it again. The run goes on, and ends with "
        "status 65. A stage that crashes, or does not return within its limits.time, ends its "
        "process alone: the document is kept aside, or goes on without the step that says "
        "'on_error: pass', and another process takes its place. After --max-crashes of them in a row "
        "the run stops, with status 78.\n\n"
        "A run with --checkpoint that was interrupted goes on with --resume, and leaves what it would "
        "have left. --retry runs the documents again that were kept aside.",
    .examples = "quern run news.yaml article.txt\n"
                "quern run news.yaml archive/ --to jsonl -o news.jsonl\n"
                "zcat pages.jsonl.gz | quern run clean.yaml | jq .text\n"
                "quern run news.yaml archive/ -o news.jsonl --checkpoint journal --resume",
    .least = 1,
    .most = SIZE_MAX,
    .flags = flags,
    .run = run};
