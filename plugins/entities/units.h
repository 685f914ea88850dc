/*
 * units.h - goes through a document unit by unit: sentence by sentence, and where there is none, as
 * in headings, block by block.
 */
#ifndef ENTITIES_UNITS_H
#define ENTITIES_UNITS_H

#include "words.h"

/* The layers of a document, each with the span that has been reached. */
struct units {
    struct lexicon *lexicon;
    quern_spans tokens, sentences, blocks;
    size_t token, sentence, block;
    uint32_t heading, title, dateline, byline;
    struct unit unit;
    size_t word_capacity;
    bool failed; /* memory was short */
};

/* Begins with a document; `lexicon` is set, and everything else zero, before the first one. */
void units_begin(struct units *units, quern_document *doc);

/* The next unit, good until the one after; NULL at the end, or when it failed. */
const struct unit *units_next(struct units *units);

/* Gives back memory that only a large document needs; all of it. */
void units_release(struct units *units);
void units_free(struct units *units);

#endif
