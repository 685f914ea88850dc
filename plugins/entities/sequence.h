/*
 * sequence.h - the best tags for a row of words, and how likely they are.
 */
#ifndef ENTITIES_SEQUENCE_H
#define ENTITIES_SEQUENCE_H

#include "kernels.h"

/* A longer row of words is cut, so that what is kept of one has a fixed size. */
#define SEQUENCE_WORDS 128

struct steps {
    float of[STATES][STATES];
};

struct sequence {
    const struct kernels *kernels;
    struct step_points points;
    struct way best[SEQUENCE_WORDS];
    struct steps steps;  /* how likely they are, from and to */
    struct steps turned; /* to and from */
    /* Of the row that was weighed last, for each word and tag: */
    float likely[SEQUENCE_WORDS][STATES];
    float forward[SEQUENCE_WORDS][STATES]; /* with what comes before; each row has the sum 1 */
    float backward[SEQUENCE_WORDS]
                  [STATES]; /* with what comes behind, times `scale` of what follows */
    float scale[SEQUENCE_WORDS];
};

/* Gives a row the sum 1; returns the factor. */
float sequence_level(float row[STATES]);

void sequence_open(struct sequence *sequence, const struct model *model,
                   const struct kernels *kernels);

/* The tags of `count` words, at most SEQUENCE_WORDS, whose scores make the largest sum with those of
 * the steps between them. What stands around them is outside of names. */
void sequence_find(struct sequence *sequence, const struct score *scores, size_t count,
                   uint8_t *tags);

/* Weighs all ways to tag the words. */
void sequence_weigh(struct sequence *sequence, const struct score *scores, size_t count);

/* Then: how likely it is that word `i` is part of a name of each kind, or, the last, of none. */
void sequence_kinds(const struct sequence *sequence, size_t i, float kinds[TAGS / TAG_PLACES + 1]);

/* And that the words [begin, end) have these tags. */
float sequence_share(const struct sequence *sequence, size_t begin, size_t end,
                     const uint8_t *tags);

#endif
