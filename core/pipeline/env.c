/*
 * env.c - variables of the environment in a pipeline file.
 *
 * `env` lists those that the file may use. Where there is an `env`, ${NAME} stands for a variable
 * in what is under `with`, `input` and `output`, and $${ for the characters ${; where there is
 * none, all characters stand for themselves.
 */
#include "pipeline/reader.h"

#include <stdlib.h>
#include <string.h>

static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";

static size_t measure_name(const char *text)
{
    return *text >= '0' && *text <= '9' ? 0 : strspn(text, letters);
}

static const char *find_value(struct reader *reader, const char *name, struct place place)
{
    const char *value = getenv(name);
    if (!value)
        reader_refuse(reader, place, NULL, "env: the variable \"%s\" is not set", name);
    else if (utf8_valid_prefix(value, strlen(value)) < strlen(value))
        reader_refuse(reader, place, NULL, "env: the variable \"%s\" is not valid UTF-8", name);
    else
        return value;
    return NULL;
}

static void take_name(struct reader *reader, const struct yaml_node *node)
{
    if (!reader_expect(reader, node, YAML_SCALAR, "env", "a list of names"))
        return;
    const char *name = reader_take_text(reader, node);
    if (!name)
        return;
    if (measure_name(name) != strlen(name) || !*name) {
        reader_refuse(reader, node->place, NULL, "env: \"%.*s\" is not the name of a variable",
                      yaml_clip(node->text), name);
        return;
    }
    struct variable *variable = reader_alloc(reader, 1, sizeof *variable);
    if (!variable)
        return;
    *variable = (struct variable){reader->variables, name, find_value(reader, name, node->place)};
    reader->variables = variable;
}

void reader_take_env(struct reader *reader, const struct yaml_node *node, void *into)
{
    (void)into;
    reader->pipeline->has_env = true;
    if (node->kind == YAML_SCALAR)
        take_name(reader, node);
    for (const struct yaml_entry *entry = node->entries; entry; entry = entry->next)
        take_name(reader, entry->value);
}

/* ---- In texts ---- */

static const struct variable *find_variable(const struct reader *reader, const char *name,
                                            size_t size)
{
    const struct variable *variable = reader->variables;
    while (variable && (strlen(variable->name) != size || memcmp(variable->name, name, size) != 0))
        variable = variable->next;
    return variable;
}

/* Appends what the reference at `at`, behind "${", stands for, and returns where it ends. `*good` is
 * false when there is a problem; that a variable is not set was reported where `env` lists it. */
static size_t add_variable(struct reader *reader, const struct yaml_node *node, size_t at,
                           struct buffer *out, bool *good)
{
    const char *name = node->text.data + at;
    size_t size = measure_name(name);
    if (size == 0 || name[size] != '}') {
        reader_refuse(reader, yaml_place(node, at - 2), "$${ stands for the characters themselves",
                      "\"${\" has to be followed by a name and \"}\"");
        *good = false;
        return at;
    }
    const struct variable *variable = find_variable(reader, name, size);
    if (!variable)
        reader_refuse(reader, yaml_place(node, at - 2), NULL,
                      "the variable \"%.*s\" is not listed under \"env\"",
                      yaml_clip((quern_string){name, size}), name);
    if (variable && variable->value)
        buffer_add_text(out, variable->value);
    else
        *good = false;
    return at + size + 1;
}

static bool expand(struct reader *reader, const struct yaml_node *node, struct buffer *out)
{
    const char *text = node->text.data;
    size_t size = node->text.size;
    bool good = true;
    for (size_t at = 0, dollar; at < size;) {
        const char *found = memmem(text + at, size - at, "${", 2);
        dollar = found ? (size_t)(found - text) : size;
        bool escaped = found && dollar > at && found[-1] == '$';
        buffer_append(out, text + at, dollar - at - escaped);
        at = dollar;
        if (escaped) {
            buffer_add_text(out, "${");
            at += 2;
        } else if (found) {
            at = add_variable(reader, node, dollar + 2, out, &good);
        }
    }
    return good;
}

bool reader_has_variable(const struct yaml_node *scalar)
{
    return memmem(scalar->text.data, scalar->text.size, "${", 2) != NULL;
}

quern_string reader_take_string(struct reader *reader, const struct yaml_node *node)
{
    struct buffer out = {0};
    quern_string text = {0};
    if (!reader->expands || !reader->pipeline->has_env || !reader_has_variable(node))
        return node->text;
    if (expand(reader, node, &out)) {
        text = (quern_string){.size = out.size};
        text.data =
            out.failed ? NULL : arena_copy(reader->arena, (quern_string){out.data, out.size});
        if (!text.data)
            reader_refuse_for_memory(reader);
    }
    buffer_free(&out);
    return text;
}
