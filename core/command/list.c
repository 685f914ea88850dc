/*
 * quern list: the stages that can be found.
 */
#include "command/command.h"

#include <jansson.h>
#include <stdlib.h>

static const struct flag flags[] = {JSON_FLAG, PLUGIN_FLAG, QUIET_FLAG, COMMON_FLAGS, {0}};

static void print_list(const struct plugin **plugins)
{
    for (; *plugins; plugins++)
        printf("%-16s %-8s %s\n", (*plugins)->stage->name,
               (*plugins)->stage->version ? (*plugins)->stage->version : "",
               (*plugins)->stage->summary);
}

static json_t *make_list(const struct plugin **plugins)
{
    json_t *array = json_array();
    for (; *plugins; plugins++)
        json_array_append_new(array, describe_plugin(*plugins));
    return array;
}

static int list(struct loader *loader, const struct arguments *arguments)
{
    struct problems problems = {0};
    int status = STATUS_FINE;
    const struct plugin **plugins = loader_list(loader, &problems);
    if (!plugins)
        status = out_of_memory();
    else if (arguments->json)
        status = print_json(make_list(plugins));
    else
        print_list(plugins);
    problems_print(&problems, (quern_string){0}, stderr);
    if (problems.errors && status == STATUS_FINE)
        status = STATUS_CONFIG;
    if (plugins && !*plugins && !arguments->json && !arguments->quiet)
        fputs("no stages were found; --plugin-dir and QUERN_PLUGIN_PATH say where to look\n",
              stderr);
    problems_free(&problems);
    free(plugins);
    return status;
}

static int run(struct arguments *arguments)
{
    struct loader *loader = open_plugins(arguments);
    int status = loader ? list(loader, arguments) : STATUS_CONFIG;
    loader_close(loader);
    return status;
}

const struct command command_list = {
    .name = "list",
    .operands = "",
    .summary = "list the stages that can be found",
    .text = "A line for each: name, version, summary. Plugins that were refused are told with the "
            "reason, and then the status is 78.",
    .flags = flags,
    .run = run};
