/*
 * feature.h - what is said about a word, as keys of the model's rows.
 *
 * Some of it depends on nothing but a word and how far from the place that is looked at it stands;
 * this is summed up once and kept in the lexicon. The rest depends on several words, or on the
 * document.
 */
#ifndef ENTITIES_FEATURES_H
#define ENTITIES_FEATURES_H

#include "lexicon.h"
#include "reading.h"

/* No more keys than these are written. */
#define WORD_FEATURES 80
#define PLACE_FEATURES 64

/* The features of a word that stands `offset` from the place, -REACH to REACH. */
size_t features_of_word(const struct model *model, const struct word *word, int offset,
                        uint64_t keys[WORD_FEATURES]);

/* The features of the letters of the word in the place itself. */
size_t features_of_spelling(const struct word *word, quern_string text,
                            uint64_t keys[WORD_FEATURES]);

/* The features of the edge of the unit where a word at `offset` would be. */
size_t features_of_edge(int offset, uint64_t keys[WORD_FEATURES]);

/* The features of the place `i` of a unit in a document. */
size_t features_of_place(const struct model *model, const struct reading *reading,
                         const struct unit *unit, size_t i, uint64_t keys[PLACE_FEATURES]);

#endif
