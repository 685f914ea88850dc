/*
 * quern schema: a JSON Schema for pipeline files (draft 2020-12), which gives people completion and
 * checks in their editor. It is made from the keys that the reader of the file takes and from the
 * option tables of the stages that are found, and takes what `quern check` takes. It takes more
 * where a schema cannot look: numbers in quotes out of their range, names that stand twice, layers
 * that nothing writes, variables that are not listed.
 */
#include "command/command.h"

#include <float.h>
#include <jansson.h>
#include <stdlib.h>

static const struct flag flags[] = {PLUGIN_FLAG, COMMON_FLAGS, {0}};

/* A variable of `env` in a text: "${NAME}", but not "$${NAME}". */
#define VARIABLE "(^|[^$])\\$\\{[A-Za-z_][A-Za-z0-9_]*\\}"
#define DECIMAL "([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]+)?"

/* ---- Values ---- */

static json_t *any_of(json_t *first, json_t *second)
{
    return json_pack("{s:[o,o]}", "anyOf", first, second);
}

static json_t *fitting_text(const char *pattern)
{
    return json_pack("{s:s, s:s}", "type", "string", "pattern", pattern);
}

/* Quotes make no difference where a text is wanted. */
static json_t *any_text(void)
{
    return json_pack("{s:[s,s,s]}", "type", "string", "number", "boolean");
}

/* A choice that stands without quotes may be a number to those who read YAML. */
static json_t *describe_choices(const char *choices)
{
    json_t *all = describe_words(choices);
    size_t count = json_array_size(all);
    for (size_t i = 0; i < count; i++) {
        const char *word = json_string_value(json_array_get(all, i));
        json_t *bare = word ? json_loads(word, JSON_DECODE_ANY, NULL) : NULL;
        if (bare)
            json_array_append_new(all, bare);
    }
    return json_pack("{s:o}", "enum", all);
}

static json_t *list_or_one(json_t *item)
{
    return any_of(json_pack("{s:s, s:O}", "type", "array", "items", item), item);
}

/* A number without a sign and, in a text, one of the units behind it. */
static json_t *describe_quantity(const struct pipeline_unit *units, json_t *number)
{
    struct buffer pattern = {0};
    buffer_add_text(&pattern, "^" DECIMAL " *(");
    for (const struct pipeline_unit *unit = units; unit->name; unit++)
        buffer_print(&pattern, "%s%s", unit > units ? "|" : "", unit->name);
    buffer_add_text(&pattern, ")$");
    json_t *text = fitting_text(buffer_text(&pattern));
    buffer_free(&pattern);
    return any_of(number, text);
}

/* ---- Options of stages ---- */

static json_t *describe_integer(const quern_option *option)
{
    return any_of(json_pack("{s:s, s:I, s:I}", "type", "integer", "minimum",
                            (json_int_t)option->minimum, "maximum", (json_int_t)option->maximum),
                  fitting_text("^[-+]?[0-9]+$|" VARIABLE));
}

static json_t *describe_real(const quern_option *option)
{
    json_t *number = json_pack("{s:s}", "type", "number");
    if (option->least > -DBL_MAX)
        json_object_set_new(number, "minimum", json_real(option->least));
    if (option->most < DBL_MAX)
        json_object_set_new(number, "maximum", json_real(option->most));
    return any_of(number, fitting_text("^[-+]?" DECIMAL "$|" VARIABLE));
}

static json_t *describe_word(const quern_option *option)
{
    return option->choices ? any_of(describe_choices(option->choices), fitting_text(VARIABLE))
                           : any_text();
}

static json_t *describe_option(const quern_option *option)
{
    switch (option->type) {
    case QUERN_TYPE_BOOL:
        return any_of(json_pack("{s:s}", "type", "boolean"),
                      fitting_text("^([Tt]rue|TRUE|[Ff]alse|FALSE)$|" VARIABLE));
    case QUERN_TYPE_INT:
        return describe_integer(option);
    case QUERN_TYPE_REAL:
        return describe_real(option);
    case QUERN_TYPE_LIST:
        return list_or_one(describe_word(option));
    case QUERN_TYPE_MAP:
        return json_pack("{s:s}", "type", "object");
    default:
        return describe_word(option);
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

/* What a step of that stage may say. One that renders cannot be passed over. */
static json_t *describe_stage(const char *options_key, const quern_stage *stage)
{
    json_t *properties = json_pack("{s:o}", options_key, describe_options(stage->options));
    if (stage->renders)
        json_object_update_new(properties, json_pack("{s:b, s:{s:{s:s}}}", "when", 0, "on_error",
                                                     "not", "const", "pass"));
    return json_pack("{s:{s:[s], s:{s:{s:s}}}, s:{s:o}}", "if", "required", "use", "properties",
                     "use", "const", stage->name, "then", "properties", properties);
}

static json_t *describe_stages(const char *options_key, const struct plugin **plugins)
{
    json_t *rules = json_array();
    for (; *plugins; plugins++)
        json_array_append_new(rules, describe_stage(options_key, (*plugins)->stage));
    return rules;
}

/* Nothing stands after a stage that renders. JSON Schema has no word for the last item of a list:
 * there is a rule for each number of steps, up to more than most pipelines have. */
static json_t *describe_order(const struct plugin **plugins)
{
    enum { STEPS_LOOKED_AT = 16 };
    json_t *renderers = json_array(), *before = json_array(), *rules = json_array();
    for (; *plugins; plugins++)
        if ((*plugins)->stage->renders)
            json_array_append_new(renderers, json_string((*plugins)->stage->name));
    json_t *plain = json_pack("{s:{s:{s:{s:o}}}}", "properties", "use", "not", "enum", renderers);
    for (int steps = 2; steps <= STEPS_LOOKED_AT; steps++) {
        json_t *items = json_copy(before);
        json_array_append(items, plain);
        json_array_append_new(rules, json_pack("{s:{s:i}, s:{s:o}}", "if", "minItems", steps,
                                               "then", "prefixItems", items));
        json_array_append_new(before, json_true());
    }
    json_decref(before);
    json_decref(plain);
    return rules;
}

/* ---- Keys of the file ---- */

/* Where a key stands. */
struct scope {
    const struct plugin **plugins;
    bool expands; /* variables may stand in the values */
};

static json_t *describe_keys(struct scope scope, const struct pipeline_key *keys);

static json_t *describe_steps(struct scope scope, const struct pipeline_key *key)
{
    return json_pack("{s:s, s:i, s:i, s:o, s:o}", "type", "array", "minItems", 1, "maxItems",
                     PIPELINE_STEPS_MAX, "items", describe_keys(scope, key->keys), "allOf",
                     describe_order(scope.plugins));
}

static json_t *describe_value(struct scope scope, const struct pipeline_key *key)
{
    json_t *choices;
    switch (key->kind) {
    case KIND_TEXT:
        return any_text();
    case KIND_NAME:
        return json_pack("{s:[s,s,s], s:i}", "type", "string", "number", "boolean", "minLength", 1);
    case KIND_CHOICE:
        choices = describe_choices(key->choices);
        return scope.expands ? any_of(choices, fitting_text(VARIABLE)) : choices;
    case KIND_VARIABLES:
        return list_or_one(fitting_text("^[A-Za-z_][A-Za-z0-9_]*$"));
    case KIND_TIME:
        return describe_quantity(pipeline_time_units,
                                 json_pack("{s:s, s:i, s:i}", "type", "number", "exclusiveMinimum",
                                           0, "maximum", PIPELINE_TIME_MAX));
    case KIND_SIZE:
        return describe_quantity(pipeline_size_units,
                                 json_pack("{s:s, s:i}", "type", "number", "minimum", 1));
    case KIND_TRUE:
        return json_pack("{s:[s,s,s], s:{s:b}}", "type", "string", "number", "boolean", "not",
                         "const", 0);
    case KIND_STAGE:
        return describe_use(scope.plugins);
    case KIND_MEMBERS:
    case KIND_OPTIONS:
        return json_pack("{s:s}", "type", "object");
    case KIND_RECORD:
        return any_of(json_pack("{s:s}", "type", "object"), fitting_text("^[ \\t\\r\\n]*\\{"));
    case KIND_KEYS:
        return describe_keys(scope, key->keys);
    case KIND_KEYS_LIST:
        return json_pack("{s:s, s:o}", "type", "array", "items", describe_keys(scope, key->keys));
    case KIND_STEPS:
        return describe_steps(scope, key);
    }
    return NULL;
}

/* The array or the object under that key, made when it is not there. */
static json_t *member_of(json_t *map, const char *key, json_t *empty)
{
    if (!json_object_get(map, key))
        json_object_set(map, key, empty);
    json_decref(empty);
    return json_object_get(map, key);
}

/* Whether the key has to be there, and beside which others. */
static void add_presence(json_t *map, const struct pipeline_key *key)
{
    if (key->presence == KEY_REQUIRED)
        json_array_append_new(member_of(map, "required", json_array()), json_string(key->name));
    else if (key->presence == KEY_SOME)
        json_object_set_new(map, "minProperties", json_integer(1));
    else if (key->presence == KEY_ONE)
        json_array_append_new(member_of(map, "oneOf", json_array()),
                              json_pack("{s:[s]}", "required", key->name));
    else if (key->presence == KEY_ALONE)
        json_object_set_new(member_of(map, "dependentSchemas", json_object()), key->name,
                            json_pack("{s:i}", "maxProperties", 1));
}

/* A map with these keys. The nesting is that of the tables, three deep. */
static json_t *describe_keys(struct scope scope, const struct pipeline_key *keys)
{
    json_t *properties = json_object();
    json_t *map = json_pack("{s:s, s:b, s:o}", "type", "object", "additionalProperties", 0,
                            "properties", properties);
    for (const struct pipeline_key *key = keys; key->name; key++) {
        json_t *value =
            describe_value((struct scope){scope.plugins, scope.expands || key->expands}, key);
        json_object_set_new(value, "description", json_string(key->help));
        json_object_set_new(properties, key->name, value);
        add_presence(map, key);
        if (key->kind == KIND_OPTIONS)
            json_object_set_new(map, "allOf", describe_stages(key->name, scope.plugins));
    }
    return map;
}

static json_t *describe_file(const struct plugin **plugins)
{
    json_t *schema = json_pack(
        "{s:s, s:s, s:s}", "$schema", "https://json-schema.org/draft/2020-12/schema", "title",
        "Quern pipeline", "description", "Stages that documents go through, and tests of them");
    json_object_update_new(schema, describe_keys((struct scope){plugins, false}, pipeline_keys));
    return schema;
}

static int run(struct arguments *arguments)
{
    struct problems problems = {0};
    struct loader *loader = open_plugins(arguments);
    const struct plugin **plugins = loader ? loader_list(loader, &problems) : NULL;
    int status = plugins ? print_json(describe_file(plugins)) : STATUS_INTERNAL;
    problems_print(&problems, (quern_string){0}, stderr);
    problems_free(&problems);
    free(plugins);
    loader_close(loader);
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
