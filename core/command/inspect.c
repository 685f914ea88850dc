/*
 * quern inspect: all about one stage.
 */
#include "command/command.h"

#include <string.h>

static const struct flag flags[] = {JSON_FLAG, PLUGIN_FLAG, COMMON_FLAGS, {0}};

static void print_field(const char *name, const char *value)
{
    printf("%-10s %s\n", name, value && *value ? value : "-");
}

static void print_option(const quern_option *option)
{
    struct buffer takes = {0}, preset = {0};
    options_describe(option, &takes);
    options_describe_default(option, &preset);
    printf("  %s: %s\n", option->name, buffer_text(&takes));
    if (preset.size)
        printf("      default: %s\n", buffer_text(&preset));
    printf("      %s\n", option->help);
    buffer_free(&takes);
    buffer_free(&preset);
}

static void print_plugin(const struct plugin *plugin)
{
    const quern_stage *stage = plugin->stage;
    struct buffer needs = {0};
    bool all = stage->preserves && strcmp(stage->preserves, QUERN_ALL_SPANS) == 0;
    print_field("name", stage->name);
    print_field("summary", stage->summary);
    print_field("version", stage->version);
    print_field("file", plugin->path);
    print_field("mode", stage->mode == QUERN_STREAM
                            ? "stream: one instance sees all documents, in order"
                            : "each: documents are independent of each other");
    print_field("reads", stage->reads);
    print_field("writes", stage->writes);
    print_field("preserves", all ? "all spans" : stage->preserves);
    print_field("text", stage->keeps_text ? "never edited" : "may be edited");
    print_field("renders", stage->renders ? "yes: nothing may stand after it" : "no");
    stage_describe_needs(stage, &needs);
    print_field("needs", buffer_text(&needs));
    buffer_free(&needs);
    const quern_option *option = stage->options;
    if (option && option->type != QUERN_TYPE_END)
        puts("options");
    for (; option && option->type != QUERN_TYPE_END; option++)
        print_option(option);
}

static int inspect(struct loader *loader, const struct arguments *arguments)
{
    struct problems problems = {0};
    int status = STATUS_CONFIG;
    const struct plugin *plugin =
        loader_find(loader, arguments->operands.items[0], (struct place){0}, &problems);
    problems_print(&problems, (quern_string){0}, stderr);
    problems_free(&problems);
    if (plugin && arguments->json)
        return print_json(describe_plugin(plugin));
    if (plugin) {
        print_plugin(plugin);
        status = STATUS_FINE;
    }
    return status;
}

static int run(struct arguments *arguments)
{
    struct loader *loader = open_plugins(arguments);
    int status = loader ? inspect(loader, arguments) : STATUS_CONFIG;
    loader_close(loader);
    return status;
}

const struct command command_inspect = {
    .name = "inspect",
    .operands = "STAGE",
    .summary = "show one stage: options, contracts, file, version",
    .examples = "quern inspect cleanup\nquern inspect cleanup --json | jq .options",
    .least = 1,
    .most = 1,
    .flags = flags,
    .run = run};
