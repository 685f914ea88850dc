/*
 * tests.c - `tests` in a pipeline file.
 */
#include "pipeline/parts.h"
#include "pipeline/values.h"

#include <string.h>

/* ---- What is expected of spans ---- */

static void take_layer(struct reader *reader, const struct yaml_node *node, void *into)
{
    ((struct span_pattern *)into)->layer = reader_take_text(reader, node);
}

static void take_label(struct reader *reader, const struct yaml_node *node, void *into)
{
    ((struct span_pattern *)into)->label = reader_take_text(reader, node);
}

static void take_span_text(struct reader *reader, const struct yaml_node *node, void *into)
{
    ((struct span_pattern *)into)->text = reader_take_text(reader, node);
}

static const struct pipeline_key span_keys[] = {
    {.name = "layer",
     .help = "layer of the span",
     .kind = KIND_TEXT,
     .presence = KEY_SOME,
     .read = take_layer},
    {.name = "label", .help = "label of the span", .kind = KIND_TEXT, .read = take_label},
    {.name = "text", .help = "text of the span", .kind = KIND_TEXT, .read = take_span_text},
    {.name = NULL},
};

static const struct span_pattern *take_patterns(struct reader *reader, const struct yaml_node *list,
                                                size_t *count)
{
    struct span_pattern *patterns =
        reader_alloc(reader, reader_count(list), sizeof(struct span_pattern));
    if (!patterns)
        return NULL;
    for (const struct yaml_entry *entry = list->entries; entry; entry = entry->next)
        reader_take_keys(reader, entry->value, span_keys, "an expected span",
                         &patterns[(*count)++]);
    return patterns;
}

/* ---- What is expected ---- */

static void take_text(struct reader *reader, const struct yaml_node *node, void *into)
{
    ((struct pipeline_test *)into)->expect_text = reader_take_string(reader, node);
}

static void take_output(struct reader *reader, const struct yaml_node *node, void *into)
{
    ((struct pipeline_test *)into)->expect_output = reader_take_string(reader, node);
}

/* True for any reason, or a part of it. */
static const char *take_reason(struct reader *reader, const struct yaml_node *node,
                               const char *name)
{
    switch (value_type_of(node)) {
    case VALUE_TRUE:
        return "";
    case VALUE_FALSE:
        reader_refuse(reader, node->place, NULL, "%s: it is true, or a part of the reason", name);
        return NULL;
    default:
        return reader_take_text(reader, node);
    }
}

static void take_dropped(struct reader *reader, const struct yaml_node *node, void *into)
{
    ((struct pipeline_test *)into)->expect_dropped = take_reason(reader, node, "dropped");
}

static void take_failed(struct reader *reader, const struct yaml_node *node, void *into)
{
    ((struct pipeline_test *)into)->expect_failed = take_reason(reader, node, "failed");
}

static void take_spans(struct reader *reader, const struct yaml_node *node, void *into)
{
    struct pipeline_test *test = into;
    test->expect_spans = take_patterns(reader, node, &test->expect_span_count);
}

static void take_no_spans(struct reader *reader, const struct yaml_node *node, void *into)
{
    struct pipeline_test *test = into;
    test->expect_no_spans = take_patterns(reader, node, &test->expect_no_span_count);
}

static void take_metadata(struct reader *reader, const struct yaml_node *node, void *into)
{
    struct pipeline_test *test = into;
    quern_member *members = reader_alloc(reader, reader_count(node), sizeof *members);
    if (!members)
        return;
    test->expect_metadata.items = members;
    for (const struct yaml_entry *entry = node->entries; entry; entry = entry->next) {
        quern_member *member = &members[test->expect_metadata.count++];
        member->key = reader_take_text(reader, entry->key);
        member->json = reader_take_json(reader, entry->value);
    }
}

static const struct pipeline_key expect_keys[] = {
    {.name = "text",
     .help = "the whole text",
     .kind = KIND_TEXT,
     .presence = KEY_SOME,
     .read = take_text},
    {.name = "output",
     .help = "the whole of what a stage that renders puts out",
     .kind = KIND_TEXT,
     .read = take_output},
    {.name = "dropped",
     .help = "true, or a part of the reason: the document is dropped",
     .kind = KIND_TRUE,
     .presence = KEY_ALONE,
     .read = take_dropped},
    {.name = "failed",
     .help = "true, or a part of the reason: a stage fails on the document",
     .kind = KIND_TRUE,
     .presence = KEY_ALONE,
     .read = take_failed},
    {.name = "spans",
     .help = "spans that have to be there",
     .kind = KIND_KEYS_LIST,
     .keys = span_keys,
     .read = take_spans},
    {.name = "no_spans",
     .help = "spans that must not be there",
     .kind = KIND_KEYS_LIST,
     .keys = span_keys,
     .read = take_no_spans},
    {.name = "metadata",
     .help = "values that the metadata have to hold",
     .kind = KIND_MEMBERS,
     .read = take_metadata},
    {.name = NULL},
};

static void take_expect(struct reader *reader, const struct yaml_node *node, void *into)
{
    reader_take_keys(reader, node, expect_keys, "expect", into);
}

/* ---- Tests ---- */

static void take_name(struct reader *reader, const struct yaml_node *node, void *into)
{
    struct pipeline_test *test = into;
    test->name = reader_take_text(reader, node);
    const struct pipeline *pipeline = reader->pipeline;
    for (const struct pipeline_test *other = pipeline->tests; test->name && other < test; other++)
        if (other->name && strcmp(other->name, test->name) == 0)
            reader_refuse(reader, node->place, NULL, "name: another test is called \"%.*s\"",
                          yaml_clip(node->text), test->name);
}

static void take_input(struct reader *reader, const struct yaml_node *node, void *into)
{
    ((struct pipeline_test *)into)->input = reader_take_string(reader, node);
}

static void take_record(struct reader *reader, const struct yaml_node *node, void *into)
{
    struct pipeline_test *test = into;
    quern_string json = node->kind == YAML_SCALAR ? reader_take_string(reader, node)
                                                  : reader_take_json(reader, node);
    if (!json.data)
        return;
    if (node->kind == YAML_LIST)
        reader_refuse(reader, node->place, NULL, "record: it is a map, not a list");
    else if (!json_is_valid(json) || *json_skip_space(json.data, json.data + json.size) != '{')
        reader_refuse(reader, node->place, NULL, "record: the text is not a JSON object");
    test->input = json;
    test->input_is_record = true;
}

const struct pipeline_key test_keys[] = {
    {.name = "name",
     .help = "what the test shows",
     .kind = KIND_TEXT,
     .presence = KEY_REQUIRED,
     .read = take_name},
    {.name = "input",
     .help = "text that goes in",
     .kind = KIND_TEXT,
     .presence = KEY_ONE,
     .read = take_input},
    {.name = "record",
     .help = "record that goes in, in place of a text",
     .kind = KIND_RECORD,
     .presence = KEY_ONE,
     .read = take_record},
    {.name = "expect",
     .help = "what has to come out; what is not given is not looked at",
     .kind = KIND_KEYS,
     .presence = KEY_REQUIRED,
     .keys = expect_keys,
     .read = take_expect},
    {.name = NULL},
};

void tests_take(struct reader *reader, const struct yaml_node *list, void *into)
{
    struct pipeline *pipeline = into;
    struct pipeline_test *tests = reader_alloc(reader, reader_count(list), sizeof *tests);
    if (!tests)
        return;
    pipeline->tests = tests;
    for (const struct yaml_entry *entry = list->entries; entry; entry = entry->next) {
        const struct yaml_node *map = entry->value;
        struct pipeline_test *test = &tests[pipeline->test_count++];
        test->place = map->place;
        reader_take_keys(reader, map, test_keys, "a test", test);
    }
}
