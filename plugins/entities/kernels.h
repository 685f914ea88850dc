/*
 * kernels.h - the inner loops of the model: the same sums by whichever instructions the processor
 * has. All of them give the same numbers, to the bit.
 */
#ifndef ENTITIES_KERNELS_H
#define ENTITIES_KERNELS_H

#include "model.h"

#define STATES (TAGS + 1)

/* What the steps weigh: rows for what comes before, and apart from them those out of names. */
struct step_points {
    struct score into[STATES];
    int16_t outside[STATES];
};

/* For each tag the sum of the best way to it, and that out of names. */
struct way {
    struct score to;
    int16_t outside;
};

struct kernels {
    const char *name;
    /* Adds the rows of those keys that the model has, each sum within bounds. */
    void (*add_rows)(const struct model *model, const uint64_t *keys, size_t count,
                     struct score *sum);
    void (*add)(const struct score *more, struct score *sum);
    /* The best ways one word on, less the best of them all. */
    void (*step_on)(const struct step_points *steps, const struct way *before,
                    const struct score *score, struct way *after);
};

extern const struct kernels kernels_plain;

/* The fastest that the processor runs, or those that the environment names, to compare them:
 * QUERN_ENTITIES_KERNELS=plain, sse2 or avx2. */
const struct kernels *kernels_choose(void);

/* All that it runs, from the plainest; ended by NULL. For tests. */
const struct kernels *const *kernels_all(void);

#endif
