/*
 * ruler.h - places in a text, in bytes and in the units that records count in.
 */
#ifndef QUERN_CODEC_RULER_H
#define QUERN_CODEC_RULER_H

#include "document/document.h"

/* Marks every so many bytes say how many units stand before them, so that a place costs the same
 * wherever it is and whatever was asked before. */
struct ruler {
    quern_string text;
    quern_unit unit;
    bool same;       /* every unit is a byte */
    size_t total;    /* units in the text */
    uint32_t *marks; /* in the document's memory */
    size_t mark_count;
    size_t last_byte, last_place; /* found last: the next one is mostly near */
};

/* A ruler for the text of a document as it stands. False when memory is short. */
bool ruler_make(struct ruler *ruler, quern_document *doc, quern_unit unit);

/* The place of a byte at which a character begins or the text ends. */
size_t ruler_place(const struct ruler *ruler, size_t byte);

/* The byte at a place; SIZE_MAX when it is past the end or inside a character. */
size_t ruler_byte(struct ruler *ruler, uint64_t place);

#endif
