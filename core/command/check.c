/*
 * quern check: everything that can be wrong with a pipeline, without running a document.
 */
#include "command/command.h"

#include <string.h>

static const struct flag flags[] = {PLUGIN_FLAG, QUIET_FLAG, COMMON_FLAGS, {0}};

/* What a stage says while it is opened. */
static void take_remark(void *user, const struct remark *remark)
{
    problems_add(user, remark->severity, remark->step->place, NULL, "[%s] %s", remark->step->label,
                 remark->text);
}

/* Stages look for their files and patterns when they are opened. */
static bool can_open(const struct pipeline *pipeline, struct problems *problems)
{
    struct chain_events events = {.user = problems, .remark = take_remark};
    struct chain *chain = chain_open(pipeline, events, false, problems);
    chain_close(chain);
    problems_sort(problems, 0);
    return chain != NULL;
}

static bool check_file(const char *path, struct loader *loader, bool quiet)
{
    struct problems problems = {0};
    struct buffer source = {0};
    struct pipeline *pipeline = pipeline_load(path, loader, &source, &problems);
    bool fine = pipeline && can_open(pipeline, &problems);
    if (!fine || !quiet)
        problems_print(&problems, (quern_string){source.data, source.size}, stderr);
    if (fine && !quiet)
        printf("%s: ok\n", path);
    pipeline_free(pipeline);
    problems_free(&problems);
    buffer_free(&source);
    return fine;
}

static int run(struct arguments *arguments)
{
    struct loader *loader = open_plugins(arguments);
    int status = loader ? STATUS_FINE : STATUS_CONFIG;
    for (size_t i = 0; loader && i < arguments->operands.count; i++)
        if (!check_file(arguments->operands.items[i], loader, arguments->quiet))
            status = STATUS_CONFIG;
    loader_close(loader);
    return status;
}

const struct command command_check = {
    .name = "check",
    .operands = "PIPELINE...",
    .summary = "tell everything that is wrong with pipelines",
    .text =
        "Reads the pipelines, looks for their stages, checks their options and the order of the "
        "steps, and opens the stages. All problems are told, each with file, line and column. "
        "The status is 78 when there is an error.",
    .examples = "quern check pipelines/*.yaml",
    .least = 1,
    .most = SIZE_MAX,
    .flags = flags,
    .run = run};
