/* learned.h - the abbreviations that a document shows to be some. */
#ifndef STRUCTURE_LEARNED_H
#define STRUCTURE_LEARNED_H

#include "wordset.h"

/* Words of a document that may be abbreviations, at most. */
#define CANDIDATES 256

struct candidate {
    char text[WORDSET_LONGEST];
    uint8_t size;
    bool is_abbreviation;
    uint32_t with_stop, without_stop;
};

/* Sorted by size, and where that is equal by their letters in lower case: whatever words a document
 * has, one is found in a few steps. */
struct learned {
    struct candidate items[CANDIDATES];
    size_t count;
};

/* Forgets what the last text taught, and learns from this one what `known` does not hold. */
void learned_read(struct learned *learned, quern_string text, const struct wordset *known);

bool learned_has(const struct learned *learned, quern_string word);

#endif
