/* gap.h - gaps between words at which a sentence may end without a full stop. */
#ifndef STRUCTURE_GAP_H
#define STRUCTURE_GAP_H

#include "care.h"
#include "wordset.h"

/* What a gap looks like: its features, each a place in gap_weights. */
#define GAP_FEATURES 25

struct gap {
    size_t begin; /* the end of the word before it */
    uint16_t features[GAP_FEATURES];
    size_t count;
};

/* A word between white space: its core, without the punctuation around it, and what that is. */
struct word_look {
    size_t begin, end;
    quern_string core;
    uint8_t shape, tail, head;
};

/* A walk over the gaps of a stretch of text that has no full stop but at its end. */
struct gaps {
    quern_string text;
    const struct wordset *starters;
    struct care care;
    bool opens_block; /* the stretch stands at the start of a block */
    size_t at, end;
    size_t words;                    /* from its start on */
    struct word_look first, a, b, c; /* its first word; the one before the gap, and two behind it */
    bool names, closing;             /* of the first few: all capitalised; one closes a letter */
};

/* The next gap that the model can say something about: behind a word without a full stop, and before
 * one that does not begin in lower case. False at the end. */
bool gap_next(struct gaps *gaps, struct gap *gap);

/* Weights of features, in sixteenths: gap_weights.c, made by tools/train-gaps.py. */
#define GAP_WEIGHTS 3176
extern const int8_t gap_weights[GAP_WEIGHTS];
extern const int gap_threshold;

/* The next gap at which a sentence ends, or the end of the stretch. */
size_t gap_next_end(struct gaps *gaps);

#endif
