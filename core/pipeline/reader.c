/*
 * reader.c - maps by their tables of keys, and the values in them.
 */
#include "pipeline/reader.h"
#include "pipeline/values.h"

#include <stdlib.h>
#include <string.h>

/* ---- Problems ---- */

void reader_refuse(struct reader *reader, struct place place, const char *hint, const char *format,
                   ...)
{
    struct buffer message = {0};
    va_list list;
    va_start(list, format);
    buffer_print_list(&message, format, list);
    va_end(list);
    problems_add(reader->problems, QUERN_ERROR, place, hint, "%s", buffer_text(&message));
    buffer_free(&message);
}

void reader_refuse_for_memory(struct reader *reader)
{
    reader_refuse(reader, (struct place){.file = reader->file}, NULL, "out of memory");
}

void *reader_alloc(struct reader *reader, size_t count, size_t size)
{
    void *memory = arena_alloc(reader->arena, count, size);
    if (!memory)
        reader_refuse_for_memory(reader);
    return memory;
}

char *reader_hint(const char *word, const char *const *words, size_t count, const char *kind)
{
    struct buffer hint = {0};
    const char *nearest = words_nearest(word, words, count);
    if (count == 0)
        return NULL;
    if (nearest)
        buffer_print(&hint, "did you mean \"%s\"?", nearest);
    else
        for (size_t i = 0; i < count; i++)
            buffer_print(&hint, "%s%s%s", i ? "" : kind, i ? ", " : ": ", words[i]);
    char *text = hint.failed ? NULL : memory_copy(hint.data, hint.size);
    buffer_free(&hint);
    return text;
}

/* ---- Kinds ---- */

size_t reader_count(const struct yaml_node *node)
{
    size_t count = 0;
    for (const struct yaml_entry *entry = node->entries; entry; entry = entry->next)
        count++;
    return count;
}

static bool is_null(const struct yaml_node *node)
{
    return node->kind == YAML_SCALAR && value_type_of(node) == VALUE_NULL;
}

bool reader_fits(const struct yaml_node *node, enum yaml_kind kind)
{
    return node->kind == kind && !is_null(node);
}

bool reader_expect(struct reader *reader, const struct yaml_node *node, enum yaml_kind kind,
                   const char *name, const char *takes)
{
    static const char *const names[] = {"text", "list", "map"};
    if (is_null(node))
        reader_refuse(reader, node->place, NULL, "%s: wanted %s, but there is no value", name,
                      takes);
    else if (node->kind != kind)
        reader_refuse(reader, node->place, NULL, "%s: wanted %s, not a %s", name, takes,
                      names[node->kind]);
    return reader_fits(node, kind);
}

/* ---- Maps by their keys ---- */

static bool is_key(const struct yaml_node *node, const char *name)
{
    return node->text.size == strlen(name) && memcmp(node->text.data, name, node->text.size) == 0;
}

static const struct yaml_entry *find_entry(const struct yaml_node *map, const char *name)
{
    const struct yaml_entry *entry = map->entries;
    while (entry && !is_key(entry->key, name))
        entry = entry->next;
    return entry;
}

static void refuse_key(struct reader *reader, const struct yaml_node *key,
                       const struct pipeline_key *keys, const char *what)
{
    enum { KEYS_MAX = 16 }; /* more than any table has */
    const char *names[KEYS_MAX];
    size_t count = 0;
    for (; keys[count].name && count < KEYS_MAX; count++)
        names[count] = keys[count].name;
    char *hint = reader_hint(key->text.data, names, count, "its keys");
    reader_refuse(reader, key->place, hint, "%s has no key \"%.*s\"", what, yaml_clip(key->text),
                  key->text.data);
    free(hint);
}

static void find_unknown_keys(struct reader *reader, const struct yaml_node *map,
                              const struct pipeline_key *keys, const char *what)
{
    for (const struct yaml_entry *entry = map->entries; entry; entry = entry->next) {
        const struct pipeline_key *key = keys;
        while (key->name && !is_key(entry->key, key->name))
            key++;
        if (!key->name)
            refuse_key(reader, entry->key, keys, what);
    }
}

/* What a kind of value has to be, in YAML and in words. */
static const struct kind {
    enum yaml_kind kind;
    bool any; /* its function looks at it more closely */
    const char *takes;
} kinds[] = {
    [KIND_TEXT] = {YAML_SCALAR, false, "a text"},
    [KIND_NAME] = {YAML_SCALAR, false, "a text"},
    [KIND_CHOICE] = {YAML_SCALAR, false, "a word"},
    [KIND_VARIABLES] = {YAML_LIST, true, "a list of names"},
    [KIND_TIME] = {YAML_SCALAR, false, "a time, such as 5s"},
    [KIND_SIZE] = {YAML_SCALAR, false, "a size, such as 64MiB"},
    [KIND_TRUE] = {YAML_SCALAR, false, "true, or a text"},
    [KIND_MEMBERS] = {YAML_MAP, false, "a map"},
    [KIND_RECORD] = {YAML_MAP, true, "a map, or JSON in a text"},
    [KIND_STAGE] = {YAML_SCALAR, false, "the name of a stage"},
    [KIND_OPTIONS] = {YAML_MAP, false, "a map of options"},
    [KIND_KEYS] = {YAML_MAP, false, "a map"},
    [KIND_KEYS_LIST] = {YAML_LIST, false, "a list"},
    [KIND_STEPS] = {YAML_LIST, false, "a list of steps"},
};

static void take_entry(struct reader *reader, const struct pipeline_key *key,
                       const struct yaml_node *value, void *into)
{
    const struct kind *kind = &kinds[key->kind];
    enum yaml_kind wanted = kind->any && value->kind == YAML_SCALAR ? YAML_SCALAR : kind->kind;
    if (!reader_expect(reader, value, wanted, key->name, kind->takes))
        return;
    if (key->kind == KIND_NAME && value->text.size == 0)
        reader_refuse(reader, value->place, NULL, "%s: it is empty", key->name);
    bool expands = reader->expands;
    reader->expands |= key->expands;
    key->read(reader, value, into);
    reader->expands = expands;
}

/* Exactly one of the keys that are marked so: "input" or "record". */
static void check_one(struct reader *reader, const struct yaml_node *map,
                      const struct pipeline_key *keys, const char *what)
{
    struct buffer names = {0};
    struct place place = map->place;
    size_t found = 0;
    for (const struct pipeline_key *key = keys; key->name; key++) {
        if (key->presence != KEY_ONE)
            continue;
        buffer_print(&names, "%s\"%s\"", names.size ? " or " : "", key->name);
        const struct yaml_entry *entry = find_entry(map, key->name);
        if (entry && found++)
            place = entry->key->place;
    }
    if (names.size && found != 1)
        reader_refuse(reader, place, NULL, "%s %s %s", what, found ? "has either" : "needs the key",
                      buffer_text(&names));
    buffer_free(&names);
}

static void check_presence(struct reader *reader, const struct yaml_node *map,
                           const struct pipeline_key *key, const char *what)
{
    const struct yaml_entry *entry = find_entry(map, key->name);
    if (key->presence == KEY_REQUIRED && !entry)
        reader_refuse(reader, map->place, NULL, "%s needs the key \"%s\"", what, key->name);
    else if (key->presence == KEY_ALONE && entry && map->entries->next)
        reader_refuse(reader, entry->key->place, NULL, "nothing else can stand beside \"%s\"",
                      key->name);
    else if (key->presence == KEY_SOME && !map->entries)
        reader_refuse(reader, map->place, NULL, "%s needs at least one key", what);
}

void reader_take_keys(struct reader *reader, const struct yaml_node *map,
                      const struct pipeline_key *keys, const char *what, void *into)
{
    if (!reader_expect(reader, map, YAML_MAP, what, "a map of keys"))
        return;
    find_unknown_keys(reader, map, keys, what);
    for (const struct pipeline_key *key = keys; key->name; key++) {
        const struct yaml_entry *entry = find_entry(map, key->name);
        check_presence(reader, map, key, what);
        if (entry)
            take_entry(reader, key, entry->value, into);
    }
    check_one(reader, map, keys, what);
}

/* ---- Values ---- */

const char *reader_take_text(struct reader *reader, const struct yaml_node *node)
{
    quern_string text = reader_take_string(reader, node);
    if (!text.data || !memchr(text.data, '\0', text.size))
        return text.data;
    reader_refuse(reader, node->place, NULL, "the text holds a NUL character");
    return NULL;
}

int reader_take_choice(struct reader *reader, const struct yaml_node *node, const char *name,
                       const char *choices)
{
    const char *text = reader_take_text(reader, node);
    int found = text ? words_find(choices, (quern_string){text, strlen(text)}) : -1;
    if (!text || found >= 0)
        return found;
    struct buffer hint = {0};
    quern_string nearest = words_nearest_of(text, choices);
    buffer_add_text(&hint, nearest.data ? "did you mean \"" : "its choices: ");
    if (nearest.data)
        buffer_print(&hint, "%.*s\"?", (int)nearest.size, nearest.data);
    else
        words_join(choices, &hint);
    reader_refuse(reader, node->place, buffer_text(&hint), "%s: \"%.*s\" is none of its choices",
                  name, yaml_clip(node->text), text);
    buffer_free(&hint);
    return -1;
}

/* ---- JSON ---- */

/* A list or a map on the way through it. */
struct level {
    const struct yaml_entry *next;
    bool is_map, is_first;
};

static void add_scalar(struct reader *reader, const struct yaml_node *node, struct buffer *out)
{
    struct yaml_node expanded = *node;
    expanded.text = reader_take_string(reader, node);
    if (!expanded.text.data)
        return;
    expanded.plain = node->plain && quern_string_equal(expanded.text, node->text);
    if (!value_to_json(&expanded, out))
        reader_refuse(reader, node->place, "in quotes it is a text",
                      "JSON has no way to write the number %.*s", yaml_clip(node->text),
                      node->text.data);
}

/* Begins a value. Lists and maps go on the stack, whose height is that of the tree. */
static void begin_value(struct reader *reader, const struct yaml_node *node, struct level *levels,
                        size_t *depth, struct buffer *out)
{
    if (node->kind == YAML_SCALAR) {
        add_scalar(reader, node, out);
        return;
    }
    bool is_map = node->kind == YAML_MAP;
    buffer_add_char(out, is_map ? '{' : '[');
    levels[(*depth)++] = (struct level){node->entries, is_map, true};
}

static void add_json(struct reader *reader, const struct yaml_node *node, struct buffer *out)
{
    struct level levels[YAML_DEPTH_MAX];
    size_t depth = 0;
    begin_value(reader, node, levels, &depth, out);
    while (depth) {
        struct level *level = &levels[depth - 1];
        const struct yaml_entry *entry = level->next;
        if (!entry) {
            buffer_add_char(out, level->is_map ? '}' : ']');
            depth--;
            continue;
        }
        if (!level->is_first)
            buffer_add_char(out, ',');
        *level = (struct level){entry->next, level->is_map, false};
        if (entry->key) {
            json_encode_string(out, entry->key->text);
            buffer_add_char(out, ':');
        }
        begin_value(reader, entry->value, levels, &depth, out);
    }
}

quern_string reader_take_json(struct reader *reader, const struct yaml_node *node)
{
    struct buffer json = {0};
    size_t errors = reader->problems->errors;
    add_json(reader, node, &json);
    quern_string text = {
        json.failed ? NULL : arena_copy(reader->arena, (quern_string){json.data, json.size}),
        json.size};
    buffer_free(&json);
    if (!text.data)
        reader_refuse_for_memory(reader);
    if (reader->problems->errors > errors)
        text.data = NULL;
    return text;
}
