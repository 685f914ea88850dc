/*
 * record.h - a record of JSON Lines while it is read.
 */
#ifndef QUERN_CODEC_RECORD_H
#define QUERN_CODEC_RECORD_H

#include "cursor.h"
#include "ruler.h"

/* The name last seen as JSON wrote it: most spans are of the layer of the one before. */
struct seen_name {
    quern_string raw;
    quern_layer *layer;
    uint32_t label;
};

struct record_reader {
    struct cursor json;
    quern_unit unit;
    struct ruler ruler;
    bool ruled; /* the ruler is made, for the text and this unit */
    bool has_text;
    bool repaired;             /* the text was not valid Unicode */
    quern_string other;        /* the key that is none of those with a meaning */
    const char *spans, *edits; /* where their values begin; NULL for none */
    bool spans_done;
    struct seen_name layer, label;
};

/* The byte of the text at a place that stands next as a number, in the record's unit. */
bool record_place(struct record_reader *record, size_t *byte);

/* The members of an object whose opening bracket was taken: calls `read` for each, with `parts` and
 * the number of its key. */
bool record_members(struct record_reader *record, const quern_string *keys, size_t count,
                    unsigned *seen,
                    bool (*read)(struct record_reader *record, void *parts, size_t key),
                    void *parts);

/* Spans that were read before are forgotten. */
bool record_read_spans(struct record_reader *record);
bool record_read_edits(struct record_reader *record);

#endif
