/*
 * meaning.c - what a pipeline file says of a run, without how it says it: no comments, no layout, no
 * tests, no names for people; but with the values of variables.
 */
#include "pipeline/reader.h"

#include <stdlib.h>
#include <string.h>

static void add_scalar(const struct yaml_node *scalar, struct buffer *out)
{
    buffer_add_char(out, scalar->plain ? '~' : '=');
    json_encode_string(out, scalar->text);
}

/* YAML_DEPTH_MAX bounds how deep nodes lie in each other. */
static void add_node(const struct yaml_node *node, struct buffer *out)
{
    const struct yaml_entry *levels[YAML_DEPTH_MAX + 1];
    size_t depth = 0;
    for (;;) {
        if (node->kind == YAML_SCALAR) {
            add_scalar(node, out);
        } else {
            buffer_add_char(out, '[');
            levels[depth++] = node->entries;
        }
        while (depth && !levels[depth - 1]) {
            buffer_add_char(out, ']');
            depth--;
        }
        if (!depth)
            return;
        const struct yaml_entry *entry = levels[depth - 1];
        levels[depth - 1] = entry->next;
        if (entry->key)
            add_scalar(entry->key, out);
        node = entry->value;
    }
}

static void add_variable(const struct yaml_node *name, struct buffer *out)
{
    const char *value = getenv(name->text.data);
    add_scalar(name, out);
    json_encode_string(out, (quern_string){value ? value : "", value ? strlen(value) : 0});
}

static void add_variables(const struct yaml_node *node, struct buffer *out)
{
    if (node->kind == YAML_SCALAR)
        add_variable(node, out);
    for (const struct yaml_entry *entry = node->entries; entry; entry = entry->next)
        add_variable(entry->value, out);
}

void pipeline_describe(const struct pipeline *pipeline, struct buffer *out)
{
    static const char without[] = "name summary tests";
    for (const struct yaml_entry *entry = pipeline->root->entries; entry; entry = entry->next) {
        const struct yaml_node *key = entry->key;
        if (words_find(without, key->text) >= 0)
            continue;
        add_scalar(key, out);
        if (!strcmp(key->text.data, "env"))
            add_variables(entry->value, out);
        else
            add_node(entry->value, out);
    }
}
