/*
 * paragraphs.h - whether a paragraph ends between two lines (paragraphs.c), and what is expected
 * before the text has been looked at (expected.c, which tools/expect.c writes).
 */
#ifndef DEPAGINATE_PARAGRAPHS_H
#define DEPAGINATE_PARAGRAPHS_H

#include "depaginate.h"

enum {
    PARTS = 14, /* what is seen of two lines, each with a weight of its own */
    STARTS = JOINT_STARTS + 2,
    COLUMNS_SEEN = 21,
    MOVES = 19,
    WEIGHTS = JOINT_ENDS + STARTS + JOINT_ENDS * STARTS + JOINT_INDENTS + JOINT_FILLS +
              JOINT_INDENTS * JOINT_FILLS + 2 * COLUMNS_SEEN + MOVES + JOINT_ENDS * JOINT_FILLS +
              STARTS * JOINT_FILLS + 4 + 2 * STARTS * JOINT_INDENTS + 2 * JOINT_ENDS * JOINT_INDENTS
};

#define WEIGHT_UNIT 32.0

extern const int8_t paragraphs_expected[WEIGHTS]; /* WEIGHT_UNIT is 1 */

struct paragraphs {
    const struct lines *lines;
    unsigned width; /* of a full line */
    double weights[WEIGHTS];
};

/* Which weights belong to two lines. */
void paragraphs_describe(const struct paragraphs *paragraphs, size_t above, size_t below,
                         uint16_t parts[PARTS]);

/* Moves the weights of two lines, `blank` when a blank line parts them. */
void paragraphs_learn_pair(struct paragraphs *paragraphs, const uint16_t parts[PARTS], bool blank,
                           double by);

/* Learns from the text, leaving out what touches lines that are `taken`. */
void paragraphs_learn(struct paragraphs *paragraphs, const struct lines *lines,
                      const uint8_t *taken);

/* The logarithm of the odds that a new paragraph begins with `below`. */
double paragraphs_odds(const struct paragraphs *paragraphs, size_t above, size_t below);

#endif
