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
#define PLACE_FEATURES 64 /* of all parts */

/* The features of a word that stands `offset` from the place, -REACH to REACH. */
size_t features_of_word(const struct model *model, const struct word *word, int offset,
                        uint64_t keys[WORD_FEATURES]);

/* The features of the letters of the word in the place itself. */
size_t features_of_spelling(const struct word *word, quern_string text,
                            uint64_t keys[WORD_FEATURES]);

/* The features of the edge of the unit where a word at `offset` would be. */
size_t features_of_edge(int offset, uint64_t keys[WORD_FEATURES]);

/* A place in a unit as the rest of the features sees it: the word in it, and one to either side;
 * beyond the unit there is nothing. */
struct view {
    const struct reading *reading;
    const struct unit *unit;
    size_t i;
    const struct word *word[3];
    uint64_t phrase[3], rule[3];
    uint64_t coarse[3], middle[3];
};

void view_place(struct view *view, const struct model *model, const struct reading *reading,
                const struct unit *unit, size_t i);

/* These features come in parts. Some depend on so little that they are often the same: `sign` sets
 * all that a part depends on; it is NULL for the others. */
#define SIGN_SIZE 4
struct feature_part {
    void (*sign)(const struct view *view, uint64_t sign[SIGN_SIZE]);
    size_t (*add)(const struct view *view, uint64_t *keys);
};
#define FEATURE_PARTS 7
extern const struct feature_part feature_parts[FEATURE_PARTS];

#endif
