/* abbreviation.h - tells the full stop of an abbreviation from the one that ends a sentence. */
#ifndef STRUCTURE_ABBREVIATION_H
#define STRUCTURE_ABBREVIATION_H

#include "vocabulary.h"

/* Words of a document that may be abbreviations, at most. */
#define CANDIDATES 256

struct candidate {
    struct word word;
    uint32_t with_stop, without_stop;
};

struct abbreviations {
    const struct vocabulary *known;
    struct wordset learned; /* from the document at hand, as all that follows */
    bool used;
    struct candidate candidates[2 * CANDIDATES];
    struct word places[2 * CANDIDATES];
};

/* Forgets what the last text taught, and learns from this one. `abbreviations` is all zero at first,
 * but for what is known. */
void abbreviations_learn(struct abbreviations *abbreviations, quern_string text);

/* What the full stop at `stop` is to the word before it. An abbreviation of class "number" is one
 * only if a number follows. */
enum abbreviation abbreviation_at(const struct abbreviations *abbreviations, quern_string text,
                                  size_t stop);

/* Whether a sentence begins with the word at `begin`, which follows the stop of an abbreviation. */
bool abbreviation_is_followed_by_sentence(const struct abbreviations *abbreviations,
                                          quern_string text, size_t begin);

#endif
