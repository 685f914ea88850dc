/*
 * internal.h - how a document is made up. For the files of this folder alone.
 */
#ifndef QUERN_DOCUMENT_INTERNAL_H
#define QUERN_DOCUMENT_INTERNAL_H

#include "document/document.h"

/* Names that get numbers, from 0, in the order in which they come. A record may bring a million of
 * them, chosen to collide, so the hash is keyed by a number that differs from run to run. */
struct names {
    struct name {
        const char *text; /* in the document's arena, ended by a NUL */
        size_t size;
        uint64_t hash;
    } * items;
    size_t count, capacity;
    uint32_t *slots; /* number + 1; 0 is free */
    size_t slot_count;
};

/* SIZE_MAX when memory is short. */
size_t names_add(struct names *names, struct arena *arena, quern_string text);
/* SIZE_MAX when there is no such name. */
size_t names_find(const struct names *names, quern_string text);
void names_clear(struct names *names);
void names_free(struct names *names);

/* What a document may have at most, so that no loop over them can be made long. */
enum { LAYERS_MAX = 1024, ATTRIBUTES_MAX = 256 };

/* JSON values under keys. */
struct members {
    struct names keys;
    quern_string *values; /* by number of the key; `data` is NULL for one that was removed */
    size_t holes;         /* keys without a value */
    size_t capacity;
};

/* What few spans have. */
struct aside {
    double score;
    bool scored;
    uint32_t attribute_count;
    struct attribute {
        struct attribute *next;
        quern_member member;
    } * attributes;
};

struct quern_layer {
    quern_document *doc;
    const char *name;
    size_t index; /* among the document's layers */
    quern_span *spans;
    size_t count, capacity;
    bool unsorted;        /* some span does not stand where it belongs */
    bool gaps;            /* some span is empty, that is, removed */
    bool written;         /* spans were added, changed or removed, other than by edits */
    size_t written_at;    /* then: the first place in the text */
    struct aside *asides; /* from 1 */
    size_t aside_count, aside_capacity;
};

struct edit {
    uint32_t begin, end;
    uint32_t with, with_size; /* in the editor's `inserted` */
    uint32_t rule;
    uint32_t at; /* where the new text begins, known at commit */
};

struct quern_editor {
    quern_document *doc;
    const char *stage;
    bool open;
    quern_status error;
    struct edit *edits;
    size_t count, capacity;
    struct buffer inserted;
    struct known_rule {
        const char *name; /* as the stage wrote it: compared by address */
        uint32_t number;
    } known_rules[8]; /* those asked for last: most edits repeat one of a few */
    size_t known_rule_count;
};

struct rule {
    const char *stage, *name;
    uint64_t edits; /* committed since they were taken */
};

struct quern_document {
    quern_status status;
    bool alone; /* in pages of its own */
    quern_string text;
    quern_string source;      /* `data` is NULL when only the changes came along */
    quern_string raw_text;    /* JSON that `raw_text_of` was decoded from */
    quern_string raw_text_of; /* the text at that time: one that was changed stands elsewhere */
    quern_string id;
    bool id_is_number;
    struct buffer owned_text, spare_text, owned_source;
    uint64_t copied;

    quern_change *changes;
    size_t change_count, change_capacity;
    quern_change *spare_changes;
    size_t spare_change_capacity;
    struct names rule_names; /* "stage\nrule" */
    struct rule *rules;
    size_t rule_capacity;

    struct quern_editor editor;

    struct names layer_names;
    quern_layer **layers; /* those past the number of names are empty, kept for reuse */
    size_t layer_count, layer_capacity;
    struct names labels;

    struct members metadata, fields;
    struct buffer rendition;
    bool rendered;
    struct arena arena;
    size_t limit;

    void *attachment;
    void (*release)(void *attachment);
};

/* Bytes of one of the arrays above that grow; false, and the document fails, when memory is short
 * or the document would pass its limit. */
bool document_grow(quern_document *doc, void *array, size_t *capacity, size_t wanted, size_t size);
bool document_reserve(quern_document *doc, struct buffer *buffer, size_t more);

/* Puts the NUL behind a text that does not count. */
bool document_end_text(quern_document *doc, struct buffer *text);

/* The number of a rule, or UINT32_MAX. */
uint32_t document_rule(quern_document *doc, quern_string stage, quern_string rule);

/* Adds a change behind all others. One that cuts on where the last one cut, by the same rule,
 * becomes part of it. */
bool changes_append(quern_document *doc, quern_change **changes, size_t *count, size_t *capacity,
                    quern_change change);

/* The place of the source that follows a change, at `place` in the text; `change` may be NULL for
 * the start of the text. */
uint64_t change_resume(const quern_change *change, uint64_t place);

/* Moves the spans of all layers; allocates nothing. The edits know where their texts begin. */
void layers_move(quern_document *doc, const struct edit *edits, size_t count);

/* The label of the step that a call is for. */
const char *call_step(const quern_call *call);

/* Makes zeroed memory an empty document. */
void document_init(quern_document *doc);

/* Zeroed memory for a document; in pages of its own where documents can be sealed (seal.c). */
quern_document *seal_alloc(void);

/* The document is about to be freed: if it is sealed, that counts as touching it. */
void seal_break(quern_document *doc);

void layer_free(quern_layer *layer);
void layer_clear(quern_layer *layer);

#endif
