/*
 * paragraphs.c - whether a paragraph ends between two lines.
 *
 * A logistic regression over how the upper line ends, how the lower one starts, where both begin and
 * what is left of the line. Between any two lines inside a page it can be seen whether a blank line
 * stands there: from these the text's own weights are learnt, by gradient descent, on from those
 * that hold for texts in general (expected.c). (S. Shalev-Shwartz and S. Ben-David, "Understanding
 * Machine Learning", 2014, chapters 9 and 14.)
 */
#include "paragraphs.h"

#include <math.h>

/* So many pairs of lines of a long text are learnt from, from all over it. */
enum { PAIRS_MAX = 4096, ROUNDS_OF_PAIRS = 5 };

/* How far one pair moves the weights, and how much of their way from the expected ones is lost. */
static const double step = 0.1, pull = 0.0002;

/* ---- What is seen of two lines ---- */

static bool is_item(quern_string text)
{
    return text.size > 1 && strchr("*-+o#", text.data[0]) && text.data[1] == ' ';
}

/* "1. ", "a) ", "(iv) ". */
static bool is_numbered(quern_string text)
{
    enum { LABEL_MAX = 3 };
    size_t at = text.data[0] == '(', begin = at;
    while (at < text.size && at - begin < LABEL_MAX &&
           (is_digit(text.data[at]) || is_small(text.data[at]) || is_capital(text.data[at])))
        at++;
    return at > begin && at + 1 < text.size && strchr(".)", text.data[at]) &&
           text.data[at + 1] == ' ';
}

static unsigned classify_item(const struct pair *pair, quern_string below)
{
    enum { ITEM = JOINT_STARTS, NUMBERED };
    return is_item(below) ? ITEM : is_numbered(below) ? NUMBERED : pair->start;
}

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* How much further in the lower line begins, from 0 to MOVES - 1. */
static unsigned classify_move(unsigned above, unsigned below)
{
    enum { FAR = MOVES / 2 };
    return below > above ? FAR + least(below - above, FAR) : FAR - least(above - below, FAR);
}

void paragraphs_describe(const struct paragraphs *paragraphs, size_t above, size_t below,
                         uint16_t parts[PARTS])
{
    const struct lines *lines = paragraphs->lines;
    struct pair pair = pair_classify(lines, paragraphs->width, above, below);
    unsigned start = classify_item(&pair, line_text(lines, below));
    unsigned upper = lines->items[above].indent, lower = lines->items[below].indent;
    unsigned apart = above > 0 && line_is_blank(lines, above - 1);
    unsigned alone = line_is_blank(lines, below + 1);
    const unsigned seen[PARTS][2] = {
        {pair.end, JOINT_ENDS},
        {start, STARTS},
        {pair.end * STARTS + start, JOINT_ENDS * STARTS},
        {pair.indent, JOINT_INDENTS},
        {pair.fill, JOINT_FILLS},
        {pair.indent * JOINT_FILLS + pair.fill, JOINT_INDENTS * JOINT_FILLS},
        {least(lower, COLUMNS_SEEN - 1), COLUMNS_SEEN},
        {least(upper, COLUMNS_SEEN - 1), COLUMNS_SEEN},
        {classify_move(upper, lower), MOVES},
        {pair.end * JOINT_FILLS + pair.fill, JOINT_ENDS * JOINT_FILLS},
        {start * JOINT_FILLS + pair.fill, STARTS * JOINT_FILLS},
        {apart * 2 + alone, 4},
        {(alone * STARTS + start) * JOINT_INDENTS + pair.indent, 2 * STARTS * JOINT_INDENTS},
        {(apart * JOINT_ENDS + pair.end) * JOINT_INDENTS + pair.indent,
         2 * JOINT_ENDS * JOINT_INDENTS}};
    unsigned from = 0;
    for (unsigned i = 0; i < PARTS; from += seen[i][1], i++)
        parts[i] = (uint16_t)(from + seen[i][0]);
}

/* ---- Learning ---- */

static double add_weights(const struct paragraphs *paragraphs, const uint16_t parts[PARTS])
{
    double sum = 0;
    for (unsigned i = 0; i < PARTS; i++)
        sum += paragraphs->weights[parts[i]];
    return sum;
}

void paragraphs_learn_pair(struct paragraphs *paragraphs, const uint16_t parts[PARTS], bool blank,
                           double by)
{
    double change = by * (blank - 1 / (1 + exp(-add_weights(paragraphs, parts))));
    for (unsigned i = 0; i < PARTS; i++) {
        double *weight = &paragraphs->weights[parts[i]];
        double expected = paragraphs_expected[parts[i]] / WEIGHT_UNIT;
        *weight += change - (*weight - expected) * pull;
    }
}

static void learn_round(struct paragraphs *paragraphs, const uint8_t *taken)
{
    const struct lines *lines = paragraphs->lines;
    size_t skip = lines->count / PAIRS_MAX, above = lines_after(lines, SIZE_MAX);
    while (above < lines->count) {
        uint16_t parts[PARTS];
        size_t below = lines_after(lines, above);
        if (below < lines->count && !lines_any(taken, above, below)) {
            paragraphs_describe(paragraphs, above, below, parts);
            paragraphs_learn_pair(paragraphs, parts, below > above + 1, step);
        }
        above = lines_after(lines, above + skip);
    }
}

void paragraphs_learn(struct paragraphs *paragraphs, const struct lines *lines,
                      const uint8_t *taken)
{
    *paragraphs = (struct paragraphs){.lines = lines, .width = lines_full_width(lines)};
    for (unsigned i = 0; i < WEIGHTS; i++)
        paragraphs->weights[i] = paragraphs_expected[i] / WEIGHT_UNIT;
    for (unsigned round = 0; round < ROUNDS_OF_PAIRS; round++)
        learn_round(paragraphs, taken);
}

double paragraphs_odds(const struct paragraphs *paragraphs, size_t above, size_t below)
{
    uint16_t parts[PARTS];
    paragraphs_describe(paragraphs, above, below, parts);
    return add_weights(paragraphs, parts);
}
