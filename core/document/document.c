/*
 * Documents: their text and source, their memory, their life.
 */
#include "document/internal.h"

#include <stdlib.h>
#include <string.h>

/* Buffers above this size are not kept for the next document. */
enum { KEPT_BUFFER = 1 << 20 };

static const char replacement[] = "\xEF\xBF\xBD";

const char *quern_status_text(quern_status status)
{
    static const char *const texts[] = {
#define STATUS_TEXT(code, text) text,
        QUERN_STATUSES(STATUS_TEXT)
#undef STATUS_TEXT
    };
    return (size_t)status < sizeof texts / sizeof *texts ? texts[status] : "unknown status";
}

bool quern_string_equal(quern_string a, quern_string b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

/* ---- Life ---- */

static void forget_text(quern_document *doc)
{
    doc->text = QUERN_STRING("");
    doc->source = QUERN_STRING("");
    doc->change_count = 0;
}

void document_init(quern_document *doc)
{
    doc->editor.doc = doc;
    doc->id = QUERN_STRING("");
    forget_text(doc);
}

quern_document *quern_document_new(void)
{
    quern_document *doc = seal_alloc();
    if (!doc)
        return NULL;
    document_init(doc);
    return doc;
}

void document_attach(quern_document *doc, void *thing, void (*release)(void *thing))
{
    doc->attachment = thing;
    doc->release = release;
}

void *document_attachment(const quern_document *doc)
{
    return doc->attachment;
}

void *document_detach(quern_document *doc)
{
    void *thing = doc->attachment;
    document_attach(doc, NULL, NULL);
    return thing;
}

static void release_attachment(quern_document *doc)
{
    void (*release)(void *) = doc->release;
    void *thing = document_detach(doc);
    if (release)
        release(thing);
}

static void members_free(struct members *members)
{
    names_free(&members->keys);
    free(members->values);
    members->values = NULL;
    members->capacity = 0;
}

void quern_document_free(quern_document *doc)
{
    if (!doc)
        return;
    seal_break(doc);
    release_attachment(doc);
    buffer_free(&doc->owned_text);
    buffer_free(&doc->spare_text);
    buffer_free(&doc->owned_source);
    buffer_free(&doc->rendition);
    buffer_free(&doc->editor.inserted);
    free(doc->editor.edits);
    free(doc->changes);
    free(doc->spare_changes);
    free(doc->rules);
    for (size_t i = 0; i < doc->layer_count; i++)
        layer_free(doc->layers[i]);
    free(doc->layers);
    names_free(&doc->layer_names);
    names_free(&doc->rule_names);
    names_free(&doc->labels);
    members_free(&doc->metadata);
    members_free(&doc->fields);
    arena_free(&doc->arena);
    free(doc);
}

static void recycle_buffer(struct buffer *buffer)
{
    if (buffer->capacity > KEPT_BUFFER)
        buffer_free(buffer);
    else
        buffer_clear(buffer);
}

static void recycle_array(void *array, size_t *capacity, size_t size)
{
    if (*capacity <= KEPT_BUFFER / size)
        return;
    void *memory;
    memcpy(&memory, array, sizeof memory);
    free(memory);
    memset(array, 0, sizeof memory);
    *capacity = 0;
}

static void recycle_members(struct members *members)
{
    names_clear(&members->keys);
    members->holes = 0;
    recycle_array(&members->values, &members->capacity, sizeof *members->values);
}

void document_clear(quern_document *doc)
{
    quern_abandon(&doc->editor);
    release_attachment(doc);
    doc->status = QUERN_OK;
    doc->raw_text = doc->raw_text_of = (quern_string){NULL, 0};
    doc->id = QUERN_STRING("");
    doc->id_is_number = false;
    doc->copied = 0;
    doc->limit = 0;
    doc->rendered = false;
    forget_text(doc);
    recycle_buffer(&doc->owned_text);
    recycle_buffer(&doc->spare_text);
    recycle_buffer(&doc->owned_source);
    recycle_buffer(&doc->rendition);
    recycle_buffer(&doc->editor.inserted);
    recycle_array(&doc->editor.edits, &doc->editor.capacity, sizeof *doc->editor.edits);
    recycle_array(&doc->changes, &doc->change_capacity, sizeof *doc->changes);
    recycle_array(&doc->spare_changes, &doc->spare_change_capacity, sizeof *doc->spare_changes);
    recycle_array(&doc->rules, &doc->rule_capacity, sizeof *doc->rules);
    for (size_t i = 0; i < doc->layer_names.count; i++) {
        quern_layer *layer = doc->layers[i];
        layer_clear(layer);
        recycle_array(&layer->spans, &layer->capacity, sizeof *layer->spans);
        recycle_array(&layer->asides, &layer->aside_capacity, sizeof *layer->asides);
    }
    names_clear(&doc->layer_names);
    names_clear(&doc->rule_names);
    names_clear(&doc->labels);
    recycle_members(&doc->metadata);
    recycle_members(&doc->fields);
    doc->arena.limit = 0;
    arena_reset(&doc->arena);
}

/* ---- Memory ---- */

void document_fail(quern_document *doc, quern_status status)
{
    if (doc->status == QUERN_OK)
        doc->status = status;
}

quern_status quern_document_status(const quern_document *doc)
{
    return doc->status;
}

size_t document_memory(const quern_document *doc)
{
    size_t bytes = doc->arena.held + doc->owned_text.capacity + doc->spare_text.capacity +
                   doc->owned_source.capacity + doc->rendition.capacity +
                   doc->editor.inserted.capacity +
                   doc->editor.capacity * sizeof *doc->editor.edits +
                   doc->change_capacity * sizeof *doc->changes +
                   doc->spare_change_capacity * sizeof *doc->spare_changes;
    for (size_t i = 0; i < doc->layer_count; i++)
        bytes += doc->layers[i]->capacity * sizeof(quern_span) +
                 doc->layers[i]->aside_capacity * sizeof(struct aside);
    return bytes;
}

void document_limit_memory(quern_document *doc, size_t bytes)
{
    doc->limit = bytes;
    doc->arena.limit = bytes;
}

/* Whether an array may grow, as memory_grow() would let it. What the document holds is added up only
 * then, which is seldom. */
static bool may_grow(const quern_document *doc, size_t capacity, size_t wanted, size_t size)
{
    if (!doc->limit || wanted <= capacity)
        return true;
    size_t more = (wanted > 2 * capacity ? wanted : 2 * capacity) - capacity;
    size_t held = document_memory(doc);
    return held <= doc->limit && more <= (doc->limit - held) / size;
}

bool document_grow(quern_document *doc, void *array, size_t *capacity, size_t wanted, size_t size)
{
    if (may_grow(doc, *capacity, wanted, size) && memory_grow(array, capacity, wanted, size))
        return true;
    document_fail(doc, QUERN_NO_MEMORY);
    return false;
}

bool document_reserve(quern_document *doc, struct buffer *buffer, size_t more)
{
    if (more <= SIZE_MAX - buffer->size &&
        may_grow(doc, buffer->capacity, buffer->size + more, 1) && buffer_reserve(buffer, more))
        return true;
    document_fail(doc, QUERN_NO_MEMORY);
    return false;
}

void *quern_alloc(quern_document *doc, size_t count, size_t size)
{
    void *memory = arena_alloc(&doc->arena, count, size);
    if (!memory)
        document_fail(doc, QUERN_NO_MEMORY);
    return memory;
}

/* ---- Text ---- */

quern_string quern_text(const quern_document *doc)
{
    return doc->text;
}

quern_string quern_source(const quern_document *doc)
{
    return doc->source;
}

static quern_status refuse(quern_document *doc, quern_status status)
{
    document_fail(doc, status);
    return status;
}

bool document_end_text(quern_document *doc, struct buffer *text)
{
    if (!document_reserve(doc, text, 1))
        return false;
    text->data[text->size] = '\0';
    return true;
}

static bool append_text(quern_document *doc, const char *data, size_t size)
{
    if (!document_reserve(doc, &doc->owned_text, size))
        return false;
    buffer_append(&doc->owned_text, data, size);
    return true;
}

/* Takes the ill-formed sequence at `at` in the source into the text as U+FFFD. */
static bool replace_ill_formed(quern_document *doc, size_t at, size_t length)
{
    size_t begin = doc->owned_text.size;
    if (begin > QUERN_TEXT_MAX - (sizeof replacement - 1)) {
        document_fail(doc, QUERN_TOO_LARGE);
        return false;
    }
    quern_change change = {(uint32_t)begin, (uint32_t)(begin + sizeof replacement - 1), at,
                           at + length,
                           document_rule(doc, QUERN_STRING("read"), QUERN_STRING("invalid-utf8"))};
    return change.rule != UINT32_MAX && append_text(doc, replacement, sizeof replacement - 1) &&
           changes_append(doc, &doc->changes, &doc->change_count, &doc->change_capacity, change);
}

static quern_status repair(quern_document *doc, size_t valid)
{
    const char *source = doc->source.data;
    size_t size = doc->source.size;
    buffer_clear(&doc->owned_text);
    for (size_t at = 0; at < size;) {
        if (!append_text(doc, source + at, valid))
            return doc->status;
        at += valid;
        if (at == size)
            break;
        size_t length = utf8_ill_formed_length(source + at, size - at);
        if (!replace_ill_formed(doc, at, length))
            return doc->status;
        at += length;
        valid = utf8_valid_prefix(source + at, size - at);
    }
    if (doc->owned_text.size > QUERN_TEXT_MAX)
        return refuse(doc, QUERN_TOO_LARGE);
    if (!document_end_text(doc, &doc->owned_text))
        return doc->status;
    doc->text = (quern_string){doc->owned_text.data, doc->owned_text.size};
    return QUERN_OK;
}

quern_status document_load(quern_document *doc, quern_string source)
{
    forget_text(doc);
    if (source.size > QUERN_TEXT_MAX)
        return refuse(doc, QUERN_TOO_LARGE);
    if (!source.size)
        return QUERN_OK;
    doc->source = source;
    size_t valid = utf8_valid_prefix(source.data, source.size);
    if (valid < source.size)
        return repair(doc, valid);
    doc->text = source;
    return QUERN_OK;
}

quern_status document_restore(quern_document *doc, quern_string text)
{
    forget_text(doc);
    if (text.size > QUERN_TEXT_MAX)
        return refuse(doc, QUERN_TOO_LARGE);
    if (utf8_valid_prefix(text.data, text.size) < text.size)
        return refuse(doc, QUERN_NOT_UTF8);
    doc->source = (quern_string){NULL, 0};
    if (text.size)
        doc->text = text;
    return QUERN_OK;
}

void document_set_raw_text(quern_document *doc, quern_string json)
{
    doc->raw_text = json;
    doc->raw_text_of = doc->text;
}

quern_string document_raw_text(const quern_document *doc)
{
    bool same = doc->text.data == doc->raw_text_of.data && doc->text.size == doc->raw_text_of.size;
    return same ? doc->raw_text : (quern_string){NULL, 0};
}

static bool is_in(quern_string text, const struct buffer *buffer)
{
    return buffer->data && text.data == buffer->data;
}

static bool own(quern_document *doc, quern_string *text, struct buffer *buffer)
{
    buffer_clear(buffer);
    if (!document_reserve(doc, buffer, text->size + 1))
        return false;
    buffer_add_string(buffer, *text);
    document_end_text(doc, buffer);
    text->data = buffer->data;
    return true;
}

quern_status document_own(quern_document *doc)
{
    bool shared = doc->text.data == doc->source.data;
    if (doc->source.size && !is_in(doc->source, &doc->owned_source)) {
        if (!own(doc, &doc->source, &doc->owned_source))
            return doc->status;
        if (shared)
            doc->text = doc->source;
    }
    if (doc->text.size && !shared && !is_in(doc->text, &doc->owned_text) &&
        !own(doc, &doc->text, &doc->owned_text))
        return doc->status;
    return QUERN_OK;
}

quern_status quern_set_text(quern_document *doc, quern_string text)
{
    if (doc->editor.open)
        return refuse(doc, QUERN_EDITOR_OPEN);
    /* The new text may be a part of the old one: it is copied before anything is let go. */
    struct buffer source = {0};
    buffer_add_string(&source, text);
    buffer_text(&source); /* a NUL behind it */
    if (source.failed) {
        buffer_free(&source);
        return refuse(doc, QUERN_NO_MEMORY);
    }
    for (size_t i = 0; i < doc->layer_names.count; i++)
        quern_clear_layer(doc->layers[i]);
    buffer_free(&doc->owned_source);
    doc->owned_source = source;
    return document_load(doc, (quern_string){source.data, source.size});
}

quern_string quern_id(const quern_document *doc)
{
    return doc->id;
}

quern_status document_set_id(quern_document *doc, quern_string id, bool is_number)
{
    char *copy = arena_copy(&doc->arena, id);
    if (!copy)
        return refuse(doc, QUERN_NO_MEMORY);
    doc->id = (quern_string){copy, id.size};
    doc->id_is_number = is_number;
    return QUERN_OK;
}

quern_status quern_set_id(quern_document *doc, quern_string id)
{
    if (utf8_valid_prefix(id.data, id.size) < id.size)
        return refuse(doc, QUERN_NOT_UTF8);
    return document_set_id(doc, id, false);
}

bool document_id_is_number(const quern_document *doc)
{
    return doc->id_is_number;
}

uint64_t document_copied(const quern_document *doc)
{
    return doc->copied;
}

/* ---- Renditions ---- */

void quern_render(quern_document *doc, quern_string bytes)
{
    doc->rendered = true;
    if (document_reserve(doc, &doc->rendition, bytes.size))
        buffer_add_string(&doc->rendition, bytes);
}

quern_string document_rendition(const quern_document *doc)
{
    if (!doc->rendered)
        return (quern_string){NULL, 0};
    return (quern_string){doc->rendition.data ? doc->rendition.data : "", doc->rendition.size};
}

struct buffer *document_rendition_buffer(quern_document *doc)
{
    doc->rendered = true;
    return &doc->rendition;
}
