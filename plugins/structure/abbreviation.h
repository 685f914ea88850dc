/* abbreviation.h - tells the full stop of an abbreviation from the one that ends a sentence. */
#ifndef STRUCTURE_ABBREVIATION_H
#define STRUCTURE_ABBREVIATION_H

#include "learned.h"
#include "vocabulary.h"

struct abbreviations {
    const struct vocabulary *known;
    struct learned learned; /* from the document at hand */
};

/* Forgets what the last text taught, and learns from this one. */
void abbreviations_learn(struct abbreviations *abbreviations, quern_string text);

/* What the full stop at `stop` is to the word before it. An abbreviation of class "number" is one
 * only if a number follows. */
enum abbreviation abbreviation_at(const struct abbreviations *abbreviations, quern_string text,
                                  size_t stop);

/* Whether a sentence begins with the word at `begin`, which follows the stop of an abbreviation. */
bool abbreviation_is_followed_by_sentence(const struct abbreviations *abbreviations,
                                          quern_string text, size_t begin);

#endif
