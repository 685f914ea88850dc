/*
 * Layers: arrays of spans, what few spans have, and how spans move with edits.
 */
#include "document/internal.h"

#include <stdlib.h>
#include <string.h>

/* ---- Layers of a document ---- */

static quern_string of_text(const char *text)
{
    return (quern_string){text, strlen(text)};
}

static quern_layer *find_layer(quern_document *doc, const char *name)
{
    size_t index = names_find(&doc->layer_names, of_text(name));
    return index == SIZE_MAX ? NULL : doc->layers[index];
}

/* A layer without a name yet, behind those that the document has. */
static quern_layer *spare_layer(quern_document *doc)
{
    size_t index = doc->layer_names.count;
    if (index < doc->layer_count)
        return doc->layers[index];
    if (!document_grow(doc, &doc->layers, &doc->layer_capacity, index + 1, sizeof *doc->layers))
        return NULL;
    quern_layer *layer = memory_new(1, sizeof *layer);
    if (!layer)
        return NULL;
    layer->doc = doc;
    layer->index = index;
    doc->layers[doc->layer_count++] = layer;
    return layer;
}

quern_layer *quern_layer_of(quern_document *doc, const char *name)
{
    quern_layer *layer = find_layer(doc, name);
    if (layer)
        return layer;
    if (doc->layer_names.count == LAYERS_MAX) {
        document_fail(doc, QUERN_TOO_LARGE);
        return NULL;
    }
    layer = spare_layer(doc);
    size_t index = layer ? names_add(&doc->layer_names, &doc->arena, of_text(name)) : SIZE_MAX;
    if (index == SIZE_MAX) {
        document_fail(doc, QUERN_NO_MEMORY);
        return NULL;
    }
    layer->name = doc->layer_names.items[index].text;
    return layer;
}

quern_layer *quern_next_layer(quern_document *doc, const quern_layer *layer)
{
    size_t index = layer ? layer->index + 1 : 0;
    return index < doc->layer_names.count ? doc->layers[index] : NULL;
}

const char *quern_layer_name(const quern_layer *layer)
{
    return layer ? layer->name : "";
}

static void note_write(quern_layer *layer, size_t place)
{
    if (!layer->written)
        layer->written_at = place;
    layer->written = true;
}

void document_watch_layers(quern_document *doc)
{
    for (size_t i = 0; i < doc->layer_names.count; i++)
        doc->layers[i]->written = false;
}

bool document_layer_was_written(const quern_layer *layer, size_t *place)
{
    *place = layer->written_at;
    return layer->written;
}

static void empty(quern_layer *layer)
{
    layer->count = 0;
    layer->aside_count = 0;
    layer->unsorted = false;
    layer->gaps = false;
}

void layer_clear(quern_layer *layer)
{
    empty(layer);
    layer->written = false;
}

void layer_free(quern_layer *layer)
{
    free(layer->spans);
    free(layer->asides);
    free(layer);
}

void quern_clear_layer(quern_layer *layer)
{
    if (!layer || !layer->count)
        return;
    note_write(layer, layer->spans[0].begin);
    empty(layer);
}

/* ---- Labels ---- */

uint32_t quern_label(quern_document *doc, const char *name)
{
    size_t number = names_add(&doc->labels, &doc->arena, of_text(name));
    if (number == SIZE_MAX) {
        document_fail(doc, QUERN_NO_MEMORY);
        return 0;
    }
    return (uint32_t)number;
}

const char *quern_label_name(const quern_document *doc, uint32_t label)
{
    return label < doc->labels.count ? doc->labels.items[label].text : "";
}

/* ---- Order ---- */

/* Whether a may stand before b. */
static bool in_order(const quern_span *a, const quern_span *b)
{
    return a->begin < b->begin || (a->begin == b->begin && a->end >= b->end);
}

static void merge(const quern_span *from, quern_span *to, size_t middle, size_t end)
{
    size_t left = 0, right = middle;
    for (size_t i = 0; i < end; i++) {
        bool take_left = right == end || (left < middle && in_order(&from[left], &from[right]));
        to[i] = from[take_left ? left++ : right++];
    }
}

/* Merge sort from below: stable, and without recursion. */
static bool sort_spans(quern_layer *layer)
{
    size_t count = layer->count;
    quern_span *spare = memory_new(count, sizeof *spare);
    if (!spare)
        return false;
    quern_span *from = layer->spans, *to = spare;
    for (size_t run = 1; run < count; run *= 2) {
        for (size_t i = 0; i < count; i += 2 * run) {
            size_t left = count - i;
            merge(from + i, to + i, run < left ? run : left, 2 * run < left ? 2 * run : left);
        }
        quern_span *swap = from;
        from = to;
        to = swap;
    }
    if (from != layer->spans)
        memcpy(layer->spans, from, count * sizeof *from);
    free(spare);
    return true;
}

static void close_gaps(quern_layer *layer)
{
    size_t kept = 0;
    for (size_t i = 0; i < layer->count; i++)
        if (layer->spans[i].begin < layer->spans[i].end)
            layer->spans[kept++] = layer->spans[i];
    layer->count = kept;
    layer->gaps = false;
}

static bool tidy(quern_layer *layer)
{
    if (layer->gaps)
        close_gaps(layer);
    if (layer->unsorted) {
        if (!sort_spans(layer)) {
            document_fail(layer->doc, QUERN_NO_MEMORY);
            return false;
        }
        layer->unsorted = false;
    }
    return true;
}

/* ---- Spans ---- */

quern_spans quern_spans_of(quern_layer *layer)
{
    if (!layer || !tidy(layer))
        return (quern_spans){NULL, 0};
    return (quern_spans){layer->spans, layer->count};
}

quern_spans quern_find_spans(quern_document *doc, const char *layer)
{
    return quern_spans_of(find_layer(doc, layer));
}

static bool is_span(quern_string text, size_t begin, size_t end)
{
    return begin < end && end <= text.size && utf8_is_start(text.data[begin]) &&
           (end == text.size || utf8_is_start(text.data[end]));
}

size_t quern_add_span(quern_layer *layer, size_t begin, size_t end, uint32_t label)
{
    if (!layer)
        return SIZE_MAX;
    quern_document *doc = layer->doc;
    if (!is_span(doc->text, begin, end)) {
        document_fail(doc, QUERN_BAD_RANGE);
        return SIZE_MAX;
    }
    if (!document_grow(doc, &layer->spans, &layer->capacity, layer->count + 1,
                       sizeof *layer->spans))
        return SIZE_MAX;
    quern_span *span = &layer->spans[layer->count];
    *span = (quern_span){(uint32_t)begin, (uint32_t)end, label, 0};
    if (layer->count && !in_order(span - 1, span))
        layer->unsorted = true;
    note_write(layer, begin);
    return layer->count++;
}

void quern_remove_span(quern_layer *layer, size_t index)
{
    if (!layer || index >= layer->count)
        return;
    note_write(layer, layer->spans[index].begin);
    layer->spans[index].end = layer->spans[index].begin;
    layer->gaps = true;
}

/* ---- Scores and attributes ---- */

static struct aside *find_aside(const quern_layer *layer, size_t index)
{
    if (!layer || index >= layer->count || !layer->spans[index].aside)
        return NULL;
    return &layer->asides[layer->spans[index].aside];
}

static struct aside *make_aside(quern_layer *layer, size_t index)
{
    if (!layer || index >= layer->count)
        return NULL;
    note_write(layer, layer->spans[index].begin);
    if (layer->spans[index].aside)
        return find_aside(layer, index);
    size_t number = layer->aside_count + 1;
    if (!document_grow(layer->doc, &layer->asides, &layer->aside_capacity, number + 1,
                       sizeof *layer->asides))
        return NULL;
    layer->asides[number] = (struct aside){0};
    layer->aside_count = number;
    layer->spans[index].aside = (uint32_t)number;
    return &layer->asides[number];
}

void quern_set_score(quern_layer *layer, size_t index, double score)
{
    struct aside *aside = make_aside(layer, index);
    if (!aside)
        return;
    aside->score = score;
    aside->scored = true;
}

bool quern_get_score(quern_layer *layer, size_t index, double *score)
{
    const struct aside *aside = find_aside(layer, index);
    if (!aside || !aside->scored)
        return false;
    *score = aside->score;
    return true;
}

/* The link that holds the attribute of that key, or the free one at the end. */
static struct attribute **find_attribute(struct aside *aside, const char *key)
{
    struct attribute **link = &aside->attributes;
    while (*link && strcmp((*link)->member.key, key) != 0)
        link = &(*link)->next;
    return link;
}

static quern_status set_attribute(quern_layer *layer, size_t index, const char *key,
                                  quern_string json)
{
    quern_document *doc = layer->doc;
    if (!json_is_valid(json))
        return QUERN_NOT_JSON;
    struct aside *aside = make_aside(layer, index);
    char *value = arena_copy(&doc->arena, json);
    if (!aside || !value)
        return QUERN_NO_MEMORY;
    struct attribute **link = find_attribute(aside, key);
    if (!*link) {
        if (aside->attribute_count == ATTRIBUTES_MAX)
            return QUERN_TOO_LARGE;
        struct attribute *attribute = arena_alloc(&doc->arena, 1, sizeof *attribute);
        char *name = arena_copy(&doc->arena, of_text(key));
        if (!attribute || !name)
            return QUERN_NO_MEMORY;
        attribute->member.key = name;
        *link = attribute;
        aside->attribute_count++;
    }
    (*link)->member.json = (quern_string){value, json.size};
    return QUERN_OK;
}

void quern_set_attribute(quern_layer *layer, size_t index, const char *key, quern_string json)
{
    if (!layer || index >= layer->count)
        return;
    document_fail(layer->doc, set_attribute(layer, index, key, json));
}

quern_string quern_get_attribute(quern_layer *layer, size_t index, const char *key)
{
    struct aside *aside = find_aside(layer, index);
    const struct attribute *found = aside ? *find_attribute(aside, key) : NULL;
    return found ? found->member.json : (quern_string){NULL, 0};
}

bool quern_attribute_at(quern_layer *layer, size_t index, size_t n, quern_member *member)
{
    const struct aside *aside = find_aside(layer, index);
    const struct attribute *attribute = aside ? aside->attributes : NULL;
    for (; attribute && n; n--)
        attribute = attribute->next;
    if (!attribute)
        return false;
    *member = attribute->member;
    return true;
}

/* ---- Moving with edits ---- */

/* How many of the edits begin before `place`. */
static size_t begin_before(const struct edit *edits, size_t count, uint32_t place)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (edits[middle].begin < place)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* `place`, which lies behind the first `count` edits and touches none after them, in the new text. */
static uint32_t place_after(const struct edit *edits, size_t count, uint32_t place)
{
    if (!count)
        return place;
    const struct edit *last = &edits[count - 1];
    return place - last->end + last->at + last->with_size;
}

static uint32_t move_end(const struct edit *edits, size_t count, const quern_span *span)
{
    size_t before = begin_before(edits, count, span->end);
    if (before && edits[before - 1].end > span->end)
        return edits[before - 1].at;
    return place_after(edits, before, span->end);
}

/* `passed` edits end at or before the span's begin. */
static uint32_t move_begin(const struct edit *edits, size_t count, size_t passed,
                           const quern_span *span)
{
    if (passed < count && edits[passed].begin <= span->begin) {
        const struct edit *edit = &edits[passed];
        return edit->begin == span->begin ? edit->at : edit->at + edit->with_size;
    }
    return place_after(edits, passed, span->begin);
}

static void layer_move(quern_layer *layer, const struct edit *edits, size_t count)
{
    size_t passed = 0;
    for (size_t i = 0; i < layer->count; i++) {
        quern_span *span = &layer->spans[i];
        while (passed < count && edits[passed].end <= span->begin)
            passed++;
        uint32_t begin = move_begin(edits, count, passed, span);
        uint32_t end = move_end(edits, count, span);
        if (begin >= end) {
            end = begin;
            layer->gaps = true;
        }
        span->begin = begin;
        span->end = end;
        if (i && !in_order(span - 1, span))
            layer->unsorted = true;
    }
}

void layers_move(quern_document *doc, const struct edit *edits, size_t count)
{
    for (size_t i = 0; i < doc->layer_names.count; i++) {
        quern_layer *layer = doc->layers[i];
        /* One that cannot be put in order has failed the document; its spans are lost with it. */
        if (tidy(layer))
            layer_move(layer, edits, count);
    }
}
