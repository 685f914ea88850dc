/*
 * yaml.c - builds the tree from the events of libyaml, which knows the syntax (YAML 1.1 with the
 * YAML 1.2 parts that matter here).
 *
 * An alias shares the node that its anchor names, so that no alias costs memory. What the tree
 * would be if it were written out is counted and bounded, so that no walk of it takes long.
 */
#include "pipeline/yaml.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

struct anchor {
    struct anchor *next;
    const char *name;
    const struct yaml_node *node;
};

/* A list or a map that is not complete yet. */
struct frame {
    struct yaml_node *node;
    const struct yaml_entry **end; /* where the next entry goes */
    const struct yaml_node *key;   /* waits for its value */
    size_t count;
};

struct builder {
    const char *file;
    quern_string text;
    struct arena *arena;
    struct problems *problems;
    struct anchor *anchors;
    struct frame frames[YAML_DEPTH_MAX];
    size_t depth, nodes, aliases, documents;
    size_t chars, bytes; /* how far the marks have come, which count characters */
    struct yaml_cursor *cursor;
    const struct yaml_node *root;
};

/* ---- Problems ---- */

static bool refuse(struct builder *builder, struct place place, const char *message)
{
    problems_add(builder->problems, QUERN_ERROR, place, NULL, "%s", message);
    return false;
}

int yaml_clip(quern_string text)
{
    enum { MOST = 60 };
    size_t size = strnlen(text.data, text.size);
    if (size > MOST)
        for (size = MOST; size && !utf8_is_start(text.data[size]);)
            size--;
    return (int)size;
}

static bool refuse_for_memory(struct builder *builder)
{
    return refuse(builder, (struct place){.file = builder->file}, "out of memory");
}

static struct place place_of_mark(const struct builder *builder, yaml_mark_t mark)
{
    return (struct place){builder->file, mark.line + 1, mark.column + 1};
}

static struct place place_of_byte(const struct builder *builder, size_t offset)
{
    struct place place = {builder->file, 1, 1};
    size_t begin = 0;
    for (size_t at = 0; at < offset && at < builder->text.size; at++) {
        const char *text = builder->text.data;
        bool followed = at + 1 < builder->text.size && text[at + 1] == '\n';
        if (text[at] == '\n' || (text[at] == '\r' && !followed)) {
            begin = at + 1;
            place.line++;
        }
    }
    place.column = utf8_count(builder->text.data + begin, offset - begin) + 1;
    return place;
}

/* ---- The text as a whole ---- */

static bool begins_with(quern_string text, const char *bytes, size_t size)
{
    return text.size >= size && memcmp(text.data, bytes, size) == 0;
}

/* Characters that end a line in YAML 1.1, and in nothing else that shows a line with its number:
 * NEL, LINE SEPARATOR, PARAGRAPH SEPARATOR. */
static bool check_line_ends(struct builder *builder)
{
    static const struct {
        const char *bytes, *message;
    } ends[] = {
        {"\xC2\x85", "a NEL character ends a line in YAML; write it as \"\\u0085\""},
        {"\xE2\x80\xA8", "a LINE SEPARATOR ends a line in YAML; write it as \"\\u2028\""},
        {"\xE2\x80\xA9", "a PARAGRAPH SEPARATOR ends a line in YAML; write it as \"\\u2029\""},
    };
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        const char *found =
            memmem(builder->text.data, builder->text.size, ends[i].bytes, strlen(ends[i].bytes));
        if (found)
            return refuse(builder, place_of_byte(builder, (size_t)(found - builder->text.data)),
                          ends[i].message);
    }
    return true;
}

static bool check_text(struct builder *builder)
{
    quern_string text = builder->text;
    struct place file = {.file = builder->file};
    if (text.size > YAML_FILE_MAX)
        return refuse(builder, file, "the file is larger than 1 MiB");
    if (begins_with(text, "\xFF\xFE", 2) || begins_with(text, "\xFE\xFF", 2))
        return refuse(builder, file, "the file is in UTF-16; save it as UTF-8");
    size_t valid = utf8_valid_prefix(text.data, text.size);
    if (valid < text.size)
        return refuse(builder, place_of_byte(builder, valid), "the file is not valid UTF-8");
    return check_line_ends(builder);
}

/* ---- Syntax errors ---- */

/* Whether the indentation of the line where the problem is holds a tab, which YAML forbids and
 * libyaml reports in several ways. */
static bool find_tab(const struct builder *builder, size_t index, struct place *place)
{
    const char *text = builder->text.data, *end = text + builder->text.size, *at = text;
    for (; index && at < end; index--)
        do
            at++;
        while (at < end && !utf8_is_start(*at));
    const char *begin = at;
    while (begin > text && begin[-1] != '\n' && begin[-1] != '\r')
        begin--;
    const char *tab = begin;
    while (tab < end && *tab == ' ')
        tab++;
    if (tab == end || *tab != '\t')
        return false;
    *place = place_of_byte(builder, (size_t)(tab - text));
    return true;
}

static void report_syntax(struct builder *builder, const yaml_parser_t *parser)
{
    struct place place = place_of_mark(builder, parser->problem_mark);
    const char *hint = NULL;
    if (parser->error == YAML_MEMORY_ERROR) {
        refuse_for_memory(builder);
        return;
    }
    if (parser->error == YAML_READER_ERROR) {
        refuse(builder, place_of_byte(builder, parser->problem_offset), parser->problem);
        return;
    }
    if (find_tab(builder, parser->problem_mark.index, &place)) {
        refuse(builder, place, "a tab cannot indent a line in YAML; use spaces");
        return;
    }
    if (strcmp(parser->problem, "mapping values are not allowed in this context") == 0)
        hint = "a text that holds \": \" has to stand in quotes";
    if (!parser->context)
        problems_add(builder->problems, QUERN_ERROR, place, hint, "%s", parser->problem);
    else if (parser->context_mark.line == parser->problem_mark.line)
        problems_add(builder->problems, QUERN_ERROR, place, hint, "%s %s", parser->problem,
                     parser->context);
    else
        problems_add(builder->problems, QUERN_ERROR, place, hint, "%s %s that begins on line %zu",
                     parser->problem, parser->context, parser->context_mark.line + 1);
}

/* ---- Nodes ---- */

static struct yaml_node *new_node(struct builder *builder, enum yaml_kind kind, yaml_mark_t mark)
{
    struct place place = place_of_mark(builder, mark);
    if (++builder->nodes > YAML_NODES_MAX) {
        refuse(builder, place, "the file has more than 100,000 values");
        return NULL;
    }
    struct yaml_node *node = arena_alloc(builder->arena, 1, sizeof *node);
    if (!node) {
        refuse_for_memory(builder);
        return NULL;
    }
    *node = (struct yaml_node){.place = place, .kind = kind, .weight = 1};
    return node;
}

static bool name_node(struct builder *builder, const yaml_char_t *name,
                      const struct yaml_node *node)
{
    struct anchor *anchor = NULL;
    if (!name)
        return true;
    anchor = arena_alloc(builder->arena, 1, sizeof *anchor);
    const char *text = (const char *)name;
    char *copy = arena_copy(builder->arena, (quern_string){text, strlen(text)});
    if (!anchor || !copy)
        return refuse_for_memory(builder);
    *anchor = (struct anchor){builder->anchors, copy, node};
    builder->anchors = anchor;
    return true;
}

static void check_tag(struct builder *builder, const yaml_char_t *tag, struct place place)
{
    if (tag)
        refuse(builder, place, "tags (words that begin with \"!\") are not supported");
}

/* Counts a complete node into the list or map that it stands in. */
static bool add_weight(struct builder *builder, const struct yaml_node *node)
{
    if (builder->depth == 0)
        return true;
    struct yaml_node *parent = builder->frames[builder->depth - 1].node;
    parent->weight += node->weight;
    if (parent->weight > YAML_EXPANDED_MAX)
        return refuse(builder, node->place, "the aliases stand for more than 4 MiB");
    if (parent->height <= node->height)
        parent->height = node->height + 1;
    if (parent->height > YAML_DEPTH_MAX)
        return refuse(builder, node->place, "lists and maps are nested more than 64 deep");
    return true;
}

static bool is_merge(const struct yaml_node *key)
{
    return key->plain && key->text.size == 2 && memcmp(key->text.data, "<<", 2) == 0;
}

static void take_key(struct builder *builder, struct frame *frame, const struct yaml_node *key)
{
    frame->key = key;
    if (key->kind != YAML_SCALAR)
        refuse(builder, key->place, "a key has to be a text, not a list or a map");
    else if (is_merge(key))
        refuse(builder, key->place, "merge keys (<<) are not supported; write the keys out");
}

static bool add_entry(struct builder *builder, struct frame *frame, const struct yaml_node *value)
{
    const struct yaml_node *key = frame->key;
    frame->key = NULL;
    if (key && (key->kind != YAML_SCALAR || is_merge(key)))
        return true;
    struct yaml_entry *entry = arena_alloc(builder->arena, 1, sizeof *entry);
    if (!entry)
        return refuse_for_memory(builder);
    *entry = (struct yaml_entry){.key = key, .value = value};
    *frame->end = entry;
    frame->end = &entry->next;
    frame->count++;
    return true;
}

static bool attach(struct builder *builder, const struct yaml_node *node)
{
    if (builder->depth == 0) {
        builder->root = node;
        return true;
    }
    struct frame *frame = &builder->frames[builder->depth - 1];
    if (frame->node->kind == YAML_MAP && !frame->key) {
        take_key(builder, frame, node);
        return true;
    }
    return add_entry(builder, frame, node);
}

/* ---- Keys that stand twice ---- */

static int compare_keys(const void *left, const void *right)
{
    const struct yaml_node *a = *(const struct yaml_node *const *)left;
    const struct yaml_node *b = *(const struct yaml_node *const *)right;
    size_t size = a->text.size < b->text.size ? a->text.size : b->text.size;
    int order = memcmp(a->text.data, b->text.data, size);
    if (order == 0)
        order = (a->text.size > b->text.size) - (a->text.size < b->text.size);
    if (order == 0)
        order = (a->place.line > b->place.line) - (a->place.line < b->place.line);
    if (order == 0)
        order = (a->place.column > b->place.column) - (a->place.column < b->place.column);
    return order;
}

static void report_doubles(struct builder *builder, const struct yaml_node **keys, size_t count)
{
    const struct yaml_node *first = keys[0];
    for (size_t i = 1; i < count; i++)
        if (quern_string_equal(first->text, keys[i]->text))
            problems_add(builder->problems, QUERN_ERROR, keys[i]->place, NULL,
                         "\"%.*s\" stands here a second time; the first is on line %zu",
                         yaml_clip(first->text), first->text.data, first->place.line);
        else
            first = keys[i];
}

static bool check_doubles(struct builder *builder, const struct frame *frame)
{
    if (frame->node->kind != YAML_MAP || frame->count < 2)
        return true;
    const struct yaml_node **keys = memory_new(frame->count, sizeof *keys);
    if (!keys)
        return refuse_for_memory(builder);
    size_t count = 0;
    for (const struct yaml_entry *entry = frame->node->entries; entry; entry = entry->next)
        keys[count++] = entry->key;
    qsort(keys, count, sizeof *keys, compare_keys);
    report_doubles(builder, keys, count);
    free(keys);
    return true;
}

/* ---- Events ---- */

/* The file from a mark on, none of which lies before another that was asked for. */
static quern_string text_from(struct builder *builder, yaml_mark_t mark)
{
    quern_string text = builder->text;
    for (; builder->chars < mark.index && builder->bytes < text.size; builder->chars++)
        do
            builder->bytes++;
        while (builder->bytes < text.size && !utf8_is_start(text.data[builder->bytes]));
    return (quern_string){text.data + builder->bytes, text.size - builder->bytes};
}

static bool take_scalar(struct builder *builder, const yaml_event_t *event)
{
    quern_string text = {(const char *)event->data.scalar.value, event->data.scalar.length};
    struct yaml_node *node = new_node(builder, YAML_SCALAR, event->start_mark);
    if (!node)
        return false;
    node->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    if (!event->data.scalar.anchor && !(node->plain && text.size == 0))
        node->written = text_from(builder, event->start_mark);
    node->cursor = builder->cursor;
    node->text = (quern_string){arena_copy(builder->arena, text), text.size};
    node->weight += text.size;
    if (!node->text.data)
        return refuse_for_memory(builder);
    check_tag(builder, event->data.scalar.tag, node->place);
    return name_node(builder, event->data.scalar.anchor, node) && attach(builder, node) &&
           add_weight(builder, node);
}

static bool open_node(struct builder *builder, const yaml_event_t *event, enum yaml_kind kind,
                      const yaml_char_t *anchor, const yaml_char_t *tag)
{
    struct yaml_node *node = new_node(builder, kind, event->start_mark);
    if (!node)
        return false;
    check_tag(builder, tag, node->place);
    if (builder->depth == YAML_DEPTH_MAX)
        return refuse(builder, node->place, "lists and maps are nested more than 64 deep");
    if (!name_node(builder, anchor, node) || !attach(builder, node))
        return false;
    builder->frames[builder->depth++] = (struct frame){.node = node, .end = &node->entries};
    return true;
}

static bool close_node(struct builder *builder)
{
    const struct frame *frame = &builder->frames[--builder->depth];
    return check_doubles(builder, frame) && add_weight(builder, frame->node);
}

static bool is_open(const struct builder *builder, const struct yaml_node *node)
{
    for (size_t i = 0; i < builder->depth; i++)
        if (builder->frames[i].node == node)
            return true;
    return false;
}

static bool take_alias(struct builder *builder, const yaml_event_t *event)
{
    const char *name = (const char *)event->data.alias.anchor;
    struct place place = place_of_mark(builder, event->start_mark);
    const struct anchor *anchor = builder->anchors;
    while (anchor && strcmp(anchor->name, name) != 0)
        anchor = anchor->next;
    if (++builder->aliases > YAML_ALIASES_MAX)
        return refuse(builder, place, "the file has more than 1,000 aliases");
    if (!anchor) {
        problems_add(builder->problems, QUERN_ERROR, place, NULL,
                     "no anchor \"&%.60s\" stands before this alias", name);
        return false;
    }
    if (is_open(builder, anchor->node))
        return refuse(builder, place, "an alias cannot stand in the value that it stands for");
    struct yaml_node *node = new_node(builder, anchor->node->kind, event->start_mark);
    if (!node)
        return false;
    *node = *anchor->node;
    node->place = place;
    node->written = (quern_string){0};
    return attach(builder, node) && add_weight(builder, node);
}

static bool take_event(struct builder *builder, const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        if (builder->documents++ == 0)
            return true;
        return refuse(builder, place_of_mark(builder, event->start_mark),
                      "a second YAML document begins here; a pipeline file holds one");
    case YAML_SCALAR_EVENT:
        return take_scalar(builder, event);
    case YAML_ALIAS_EVENT:
        return take_alias(builder, event);
    case YAML_SEQUENCE_START_EVENT:
        return open_node(builder, event, YAML_LIST, event->data.sequence_start.anchor,
                         event->data.sequence_start.tag);
    case YAML_MAPPING_START_EVENT:
        return open_node(builder, event, YAML_MAP, event->data.mapping_start.anchor,
                         event->data.mapping_start.tag);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        return close_node(builder);
    default:
        return true;
    }
}

static bool take_events(struct builder *builder, yaml_parser_t *parser)
{
    for (bool more = true; more;) {
        yaml_event_t event;
        if (!yaml_parser_parse(parser, &event)) {
            report_syntax(builder, parser);
            return false;
        }
        more = event.type != YAML_STREAM_END_EVENT;
        bool taken = take_event(builder, &event);
        yaml_event_delete(&event);
        if (!taken)
            return false;
    }
    return true;
}

static bool is_nothing(const struct yaml_node *root)
{
    return !root || (root->kind == YAML_SCALAR && root->plain && root->text.size == 0);
}

static const struct yaml_node *build(struct builder *builder)
{
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser)) {
        refuse_for_memory(builder);
        return NULL;
    }
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)builder->text.data,
                                 builder->text.size);
    bool complete = take_events(builder, &parser);
    yaml_parser_delete(&parser);
    if (complete && is_nothing(builder->root))
        refuse(builder, (struct place){.file = builder->file}, "the file is empty");
    return complete && !is_nothing(builder->root) ? builder->root : NULL;
}

const struct yaml_node *yaml_parse(const char *file, quern_string text, struct arena *arena,
                                   struct problems *problems)
{
    struct builder builder = {.file = file,
                              .text = text.size ? text : QUERN_STRING(""),
                              .arena = arena,
                              .problems = problems,
                              .cursor = arena_alloc(arena, 1, sizeof *builder.cursor)};
    return check_text(&builder) ? build(&builder) : NULL;
}
