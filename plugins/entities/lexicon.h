/*
 * lexicon.h - what a word by itself says, wherever it stands; and the words that were read last.
 *
 * Most words of a text have stood in it before. What the lists and the model say of a word is kept
 * for the next time, so that each is looked up about once. Nothing but speed depends on which words
 * are kept.
 */
#ifndef ENTITIES_LEXICON_H
#define ENTITIES_LEXICON_H

#include "model.h"
#include "words.h"

/* Longer words are read anew each time. */
#define LEXICON_BYTES 23
#define LEXICON_ENTRIES 4096

/* How far from a word its own features count, to either side. */
#define REACH 2

struct entry {
    char text[LEXICON_BYTES];
    uint8_t size;   /* 0 for a free one */
    uint8_t summed; /* bits of the offsets whose sums are there */
    struct word word;
    struct score sums[2 * REACH + 1]; /* of the rows of its own features, for each offset */
};

struct lexicon {
    const struct model *model;
    struct entry *entries;
};

/* The model stays the caller's. False when memory is short. */
bool lexicon_open(struct lexicon *lexicon, const struct model *model);
void lexicon_close(struct lexicon *lexicon);

/* Fills in what a word says by itself; it is not empty. */
void lexicon_read(struct lexicon *lexicon, struct word *word, quern_string text);

/* The word's entry, good until another is asked for; NULL for a long word. */
struct entry *lexicon_entry(struct lexicon *lexicon, quern_string text);

#endif
