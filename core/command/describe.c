/*
 * Stages and their options as JSON.
 */
#include "command/command.h"

#include <jansson.h>
#include <string.h>

json_t *describe_words(const char *words)
{
    json_t *array = json_array();
    for (quern_string word; (word = words_next(&words)).data;)
        json_array_append_new(array, json_stringn(word.data, word.size));
    return array;
}

static json_t *text_or_null(const char *text)
{
    return text ? json_string(text) : json_null();
}

json_t *describe_default(const quern_option *option)
{
    switch (option->type) {
    case QUERN_TYPE_BOOL:
        return json_boolean(option->integer != 0);
    case QUERN_TYPE_INT:
        return json_integer(option->integer);
    case QUERN_TYPE_REAL:
        return json_real(option->real);
    case QUERN_TYPE_LIST:
        return json_array();
    case QUERN_TYPE_MAP:
        return json_object();
    default:
        return text_or_null(option->text);
    }
}

static json_t *describe_option(const quern_option *option)
{
    static const char *const types[] = {NULL,   "boolean", "integer", "number",
                                        "text", "choice",  "list",    "map"};
    json_t *json =
        json_pack("{s:s, s:s, s:s, s:o}", "name", option->name, "type", types[option->type], "help",
                  option->help, "default", describe_default(option));
    if (option->choices)
        json_object_set_new(json, "choices", describe_words(option->choices));
    if (option->type == QUERN_TYPE_INT) {
        json_object_set_new(json, "minimum", json_integer(option->minimum));
        json_object_set_new(json, "maximum", json_integer(option->maximum));
    } else if (option->type == QUERN_TYPE_REAL) {
        json_object_set_new(json, "minimum", json_real(option->least));
        json_object_set_new(json, "maximum", json_real(option->most));
    }
    return json;
}

static json_t *describe_options(const quern_option *options)
{
    json_t *array = json_array();
    for (; options && options->type != QUERN_TYPE_END; options++)
        json_array_append_new(array, describe_option(options));
    return array;
}

json_t *describe_plugin(const struct plugin *plugin)
{
    const quern_stage *stage = plugin->stage;
    struct buffer needs = {0};
    stage_describe_needs(stage, &needs);
    json_t *json =
        json_pack("{s:s, s:s, s:o, s:s, s:s, s:o, s:o, s:o, s:b, s:b, s:o, s:o}", "name",
                  stage->name, "summary", stage->summary, "version", text_or_null(stage->version),
                  "file", plugin->path, "mode", stage->mode == QUERN_STREAM ? "stream" : "each",
                  "reads", describe_words(stage->reads), "writes", describe_words(stage->writes),
                  "preserves", describe_words(stage->preserves), "keeps_text",
                  (int)stage->keeps_text, "renders", (int)stage->renders, "needs",
                  describe_words(buffer_text(&needs)), "options", describe_options(stage->options));
    buffer_free(&needs);
    return json;
}

int print_json(json_t *json)
{
    if (!json)
        return out_of_memory();
    json_dumpf(json, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(15));
    putchar('\n');
    json_decref(json);
    return STATUS_FINE;
}
