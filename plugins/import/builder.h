/*
 * builder.h - a document that is put together piece by piece: text, and spans on it.
 */
#ifndef IMPORT_BUILDER_H
#define IMPORT_BUILDER_H

#include <quern.h>

enum layer { LAYER_SENTENCE, LAYER_TOKEN, LAYER_ENTITY };

struct item {
    enum layer layer;
    size_t begin, end;
    quern_string label;
    size_t attributes; /* how many of the builder's belong to the items before this one */
};

/* Names and values are parts of the input, which has to stay. Zeros are an empty one. */
struct builder {
    char *text;
    size_t size, text_capacity;
    struct item *items;
    size_t count, capacity;
    struct attribute {
        const char *key;
        quern_string value;
    } * attributes;
    size_t attribute_count, attribute_capacity;
    size_t entity; /* the number of the one that may go on, and one; 0 for none */
    quern_string id;
    bool failed; /* memory is short */
};

void builder_text(struct builder *builder, quern_string text);

void builder_span(struct builder *builder, enum layer layer, size_t begin, size_t end,
                  quern_string label);

/* A token's tag: "B-LABEL" begins an entity, "I-LABEL" goes on with the one before it, or begins one
 * where that is none of the label; all others end it. */
void builder_tag(struct builder *builder, quern_string tag, size_t begin, size_t end);
void builder_end_entity(struct builder *builder);

/* An attribute of the span that was added last. */
void builder_attribute(struct builder *builder, const char *key, quern_string value);

/* Hands the document on and begins the next one. False, after quern_fail(), when that does not
 * work. */
bool builder_emit(struct builder *builder, quern_call *call);
void builder_free(struct builder *builder);

/* The part of `text` from `begin` to `end`. */
quern_string part_of(quern_string text, size_t begin, size_t end);

#endif
