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

/* Longer words are read anew each time. A word can be in one of the few places of its set. */
#define LEXICON_BYTES 24
#define LEXICON_SETS 1792
#define LEXICON_WAYS 4

/* How far from a word its own features count, to either side. */
#define REACH 2

struct entry {
    uint64_t text[LEXICON_BYTES / 8]; /* with zeros behind it */
    uint8_t size;                     /* 0 for a free one */
    uint8_t summed;                   /* bits of the offsets whose sums are there */
    bool used;                        /* since another one of its set had to go */
    struct word word;
    struct score sums[2 * REACH + 1]; /* of the rows of its own features, for each offset */
};

/* Two words, by their keys, with which no phrase begins. */
struct barren {
    uint64_t first, second;
};
#define BARREN_PAIRS 512

struct lexicon {
    const struct model *model;
    struct entry *entries;
    uint32_t *tags; /* of each entry, a part of its hash; 0 for a free one */
    uint32_t stamp; /* of the entry that was made last */
    struct barren barren[BARREN_PAIRS];
};

/* The model stays the caller's. False when memory is short. */
bool lexicon_open(struct lexicon *lexicon, const struct model *model);
void lexicon_close(struct lexicon *lexicon);

/* The hash of a word, which is not empty; has its entry, if there is one, fetched from memory. */
uint64_t lexicon_seek(const struct lexicon *lexicon, quern_string text);

/* Fills in what a word says by itself. */
void lexicon_read(struct lexicon *lexicon, struct word *word, quern_string text, uint64_t hash);

/* The entry of a word, good until another one is asked for; NULL for a long word. */
struct entry *lexicon_entry(struct lexicon *lexicon, const struct word *word, quern_string text);

#endif
