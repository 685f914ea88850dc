/*
 * sequence.h - the best tags for a row of words, and how likely they are.
 */
#ifndef ENTITIES_SEQUENCE_H
#define ENTITIES_SEQUENCE_H

#include "kernels.h"

/* A longer row of words is cut, so that what is kept of one has a fixed size. */
#define SEQUENCE_WORDS 128

/* A number for each tag, those of one place in a name side by side, so that the kinds of name are
 * worked on together. */
struct lanes {
    float of[TAG_PLACES][KINDS];
    float outside;
};

/* Where a name has ended (L and U of each kind, and outside) the next one begins (B and U), or none
 * does; within a name (B and I) it goes on (I and L). No other step can be taken. */
#define ENDS (2 * KINDS + 1)

/* The weights of the steps that can be taken, in one direction. */
struct chain {
    float across[ENDS][3][KINDS]; /* from each end to both places of each kind, and outside */
    float within[2][2][KINDS];    /* of each kind, from two places to two */
};

/* Further behind the best, in points, nothing is likely at all. */
#define POINTS_BEHIND (100 * MODEL_POINTS_DOUBLE)

struct sequence {
    const struct kernels *kernels;
    float powers[POINTS_BEHIND + 2]; /* of a half, by points */
    struct step_points points;
    struct way best[SEQUENCE_WORDS];
    float steps[STATES][STATES]; /* how likely they are, from and to */
    struct chain onward, back;
    /* Of the row that was weighed last, for each word: */
    struct lanes likely[SEQUENCE_WORDS];
    struct lanes forward[SEQUENCE_WORDS];  /* with what comes before; each has the sum 1 */
    struct lanes backward[SEQUENCE_WORDS]; /* with what follows, times `scale` of all that */
    float scale[SEQUENCE_WORDS];
};

void sequence_open(struct sequence *sequence, const struct model *model,
                   const struct kernels *kernels);

/* The tags of `count` words, at most SEQUENCE_WORDS, whose scores make the largest sum with those of
 * the steps between them. What stands around them is outside of names. */
void sequence_find(struct sequence *sequence, const struct score *scores, size_t count,
                   uint8_t *tags);

/* Weighs all ways to tag the words. */
void sequence_weigh(struct sequence *sequence, const struct score *scores, size_t count);

/* Then: how likely it is that word `i` is part of a name of each kind, or, the last, of none. */
void sequence_kinds(const struct sequence *sequence, size_t i, float kinds[KINDS + 1]);

/* And that the words [begin, end) have these tags: from 0 to 1, whatever a model's steps weigh. */
float sequence_share(const struct sequence *sequence, size_t begin, size_t end,
                     const uint8_t *tags);

#endif
