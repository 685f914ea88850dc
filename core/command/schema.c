/*
 * quern schema: a JSON Schema for pipeline files (draft 2020-12), which gives people completion and
 * checks in their editor. It is made from the keys that the reader of the file takes and from the
 * option tables of the stages that are found.
 */
#include "command/command.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static const struct flag flags[] = {PLUGIN_FLAG, HELP_FLAG, {0}};

/* ---- Options of stages ---- */

static json_t *describe_option(const quern_option *option)
{
    switch (option->type) {
    case QUERN_TYPE_BOOL:
        return json_pack("{s:s}", "type", "boolean");
    case QUERN_TYPE_INT:
        return json_pack("{s:s, s:I, s:I}", "type", "integer", "minimum",
                         (json_int_t)option->minimum, "maximum", (json_int_t)option->maximum);
    case QUERN_TYPE_REAL:
        return json_pack("{s:s, s:f, s:f}", "type", "number", "minimum", option->least, "maximum",
                         option->most);
    case QUERN_TYPE_CHOICE:
        return json_pack("{s:o}", "enum", describe_words(option->choices));
    case QUERN_TYPE_LIST:
        if (option->choices)
            return json_pack("{s:s, s:{s:o}}", "type", "array", "items", "enum",
                             describe_words(option->choices));
        return json_pack("{s:s, s:{s:s}}", "type", "array", "items", "type", "string");
    case QUERN_TYPE_MAP:
        return json_pack("{s:s}", "type", "object");
    default:
        return json_pack("{s:s}", "type", "string");
    }
}

static json_t *describe_options(const quern_option *option)
{
    json_t *properties = json_object();
    for (; option && option->type != QUERN_TYPE_END; option++) {
        json_t *property = describe_option(option);
        json_object_set_new(property, "description", json_string(option->help));
        if (option->text || (option->type != QUERN_TYPE_TEXT && option->type != QUERN_TYPE_CHOICE))
            json_object_set_new(property, "default", describe_default(option));
        json_object_set_new(properties, option->name, property);
    }
    return json_pack("{s:s, s:b, s:o}", "type", "object", "additionalProperties", 0, "properties",
                     properties);
}

/* ---- Steps ---- */

/* Under "use", the names that were found; under the key of the options, those of the stage. */
static json_t *describe_use(const struct plugin **plugins)
{
    json_t *names = json_array();
    for (; *plugins; plugins++)
        json_array_append_new(names, json_pack("{s:s, s:s}", "const", (*plugins)->stage->name,
                                               "description", (*plugins)->stage->summary));
    return json_pack("{s:o}", "oneOf", names);
}

static json_t *describe_stages(const char *options_key, const struct plugin **plugins)
{
    json_t *rules = json_array();
    for (; *plugins; plugins++)
        json_array_append_new(rules,
                              json_pack("{s:{s:{s:{s:s}}}, s:{s:{s:o}}}", "if", "properties", "use",
                                        "const", (*plugins)->stage->name, "then", "properties",
                                        options_key, describe_options((*plugins)->stage->options)));
    return rules;
}

/* ---- Keys of the file ---- */

static json_t *describe_keys(const struct pipeline_key *keys, const struct plugin **plugins);

static json_t *describe_key(const struct pipeline_key *key, const struct plugin **plugins)
{
    switch (key->kind) {
    case KIND_TEXT:
        return json_pack("{s:[s,s,s]}", "type", "string", "number", "boolean");
    case KIND_CHOICE:
        return json_pack("{s:o}", "enum", describe_words(key->choices));
    case KIND_TEXTS:
        return json_pack("{s:[s,s], s:{s:s}}", "type", "string", "array", "items", "type",
                         "string");
    case KIND_TIME:
    case KIND_SIZE:
        return json_pack("{s:[s,s]}", "type", "number", "string");
    case KIND_TRUE:
        return json_pack("{s:[{s:b},{s:s}]}", "oneOf", "const", 1, "type", "string");
    case KIND_MEMBERS:
    case KIND_OPTIONS:
        return json_pack("{s:s}", "type", "object");
    case KIND_RECORD:
        return json_pack("{s:[s,s]}", "type", "object", "string");
    case KIND_KEYS:
        return describe_keys(key->keys, plugins);
    case KIND_KEYS_LIST:
        return json_pack("{s:s, s:o}", "type", "array", "items", describe_keys(key->keys, plugins));
    }
    return NULL;
}

/* A map with these keys. The nesting is that of the tables, three deep. */
static json_t *describe_keys(const struct pipeline_key *keys, const struct plugin **plugins)
{
    json_t *properties = json_object(), *required = json_array();
    json_t *map = json_pack("{s:s, s:b}", "type", "object", "additionalProperties", 0);
    for (const struct pipeline_key *key = keys; key->name; key++) {
        bool use = strcmp(key->name, "use") == 0;
        json_t *property = use ? describe_use(plugins) : describe_key(key, plugins);
        json_object_set_new(property, "description", json_string(key->help));
        json_object_set_new(properties, key->name, property);
        if (key->required)
            json_array_append_new(required, json_string(key->name));
        if (key->kind == KIND_OPTIONS)
            json_object_set_new(map, "allOf", describe_stages(key->name, plugins));
    }
    json_object_set_new(map, "properties", properties);
    json_object_set_new(map, "required", required);
    return map;
}

static json_t *describe_file(const struct plugin **plugins)
{
    json_t *schema = json_pack(
        "{s:s, s:s, s:s}", "$schema", "https://json-schema.org/draft/2020-12/schema", "title",
        "Quern pipeline", "description", "Stages that documents go through, and tests of them");
    json_object_update_new(schema, describe_keys(pipeline_keys, plugins));
    return schema;
}

static int run(const struct command *command, int argc, char **argv)
{
    struct arguments arguments;
    int status;
    if (!arguments_read(command, argc, argv, &arguments, &status))
        return status;
    struct problems problems = {0};
    struct loader *loader = open_plugins(&arguments);
    const struct plugin **plugins = loader ? loader_list(loader, &problems) : NULL;
    status = plugins ? print_json(describe_file(plugins)) : STATUS_INTERNAL;
    problems_print(&problems, (quern_string){0}, stderr);
    problems_free(&problems);
    free(plugins);
    loader_close(loader);
    arguments_free(&arguments);
    return status;
}

const struct command command_schema = {
    .name = "schema",
    .operands = "",
    .summary = "print a JSON Schema for pipeline files",
    .text = "It knows the stages that can be found, with their options. With the YAML language "
            "server, a first line such as '# yaml-language-server: $schema=quern.json' gives "
            "completion and checks in an editor.",
    .examples = "quern schema > quern.json",
    .flags = flags,
    .run = run};
