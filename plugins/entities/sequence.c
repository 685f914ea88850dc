/*
 * sequence.c - see sequence.h: the algorithm of Viterbi (1967), in whole numbers of sixteen bits, and
 * forward-backward (Baum and others, 1970), in the same points as powers of two.
 */
#include "sequence.h"

#include <limits.h>
#include <string.h>

/* ---- The best way ---- */

/* The tag before one, on the best way to it: the first of those that are as good. */
static unsigned step_back(const struct sequence *sequence, const struct way *before, unsigned to)
{
    const struct step_points *points = &sequence->points;
    unsigned best = 0;
    int most = INT_MIN;
    for (unsigned from = 0; from < STATES; from++) {
        int step = to == TAG_OUTSIDE ? points->outside[from] : points->into[from].of[to];
        int sum = add_points(from == TAG_OUTSIDE ? before->outside : before->to.of[from], step);
        if (sum > most) {
            most = sum;
            best = from;
        }
    }
    return best;
}

void sequence_find(struct sequence *sequence, const struct score *scores, size_t count,
                   uint8_t *tags)
{
    struct way way = {.outside = 0};
    for (unsigned tag = 0; tag < TAGS; tag++)
        way.to.of[tag] = INT16_MIN;
    for (size_t i = 0; i < count; i++) {
        sequence->kernels->step_on(&sequence->points, &way, &scores[i], &sequence->best[i]);
        way = sequence->best[i];
    }
    unsigned tag = TAG_OUTSIDE;
    for (size_t i = count; i-- > 0;) {
        tag = step_back(sequence, &sequence->best[i], tag);
        tags[i] = (uint8_t)tag;
    }
}

/* ---- All ways ---- */

/* Two to the power of points / MODEL_POINTS_DOUBLE, which is not positive: the whole part becomes
 * the exponent of a float, the rest is looked up. */
static float power(int points)
{
    static const float parts[MODEL_POINTS_DOUBLE] = {
        1.0F,        1.04427378F, 1.09050773F, 1.13878863F, 1.18920712F, 1.24185781F,
        1.29683955F, 1.35425555F, 1.41421356F, 1.47682615F, 1.54221083F, 1.61049033F,
        1.68179283F, 1.75625216F, 1.83400809F, 1.91520656F};
    if (points < -100 * MODEL_POINTS_DOUBLE)
        return 0;
    unsigned shifted = (unsigned)(points + 128 * MODEL_POINTS_DOUBLE);
    uint32_t bits = (shifted / MODEL_POINTS_DOUBLE - 1) << 23;
    float whole;
    memcpy(&whole, &bits, sizeof whole);
    return whole * parts[shifted % MODEL_POINTS_DOUBLE];
}

/* As power(), for steps, which may be positive. */
static float power_of_step(int points)
{
    int most = 100 * MODEL_POINTS_DOUBLE;
    return points > 0 ? 1 / power(points > most ? -most : -points) : power(points);
}

void sequence_open(struct sequence *sequence, const struct model *model,
                   const struct kernels *kernels)
{
    sequence->kernels = kernels;
    for (unsigned from = 0; from < STATES; from++)
        for (unsigned to = 0; to < STATES; to++) {
            int16_t step = model->header->steps[from][to];
            *(to == TAG_OUTSIDE ? &sequence->points.outside[from]
                                : &sequence->points.into[from].of[to]) = step;
            float value = step <= MODEL_NEVER ? 0 : power_of_step(step);
            sequence->steps.of[from][to] = sequence->turned.of[to][from] = value;
        }
}

static void spread(const float in[STATES], const struct steps *steps, float out[STATES])
{
    float sum[STATES] = {0};
    for (unsigned from = 0; from < STATES; from++)
        for (unsigned to = 0; to < STATES; to++)
            sum[to] += in[from] * steps->of[from][to];
    memcpy(out, sum, sizeof sum);
}

static void set_likely(const struct score *score, float likely[STATES])
{
    int most = 0;
    for (unsigned tag = 0; tag < TAGS; tag++)
        most = score->of[tag] > most ? score->of[tag] : most;
    for (unsigned tag = 0; tag < TAGS; tag++)
        likely[tag] = power(score->of[tag] - most);
    likely[TAG_OUTSIDE] = power(-most);
}

float sequence_level(float row[STATES])
{
    float sum = 0;
    for (unsigned tag = 0; tag < STATES; tag++)
        sum += row[tag];
    float factor = sum > 0 ? 1 / sum : 0;
    for (unsigned tag = 0; tag < STATES; tag++)
        row[tag] *= factor;
    return factor;
}

void sequence_weigh(struct sequence *sequence, const struct score *scores, size_t count)
{
    float row[STATES] = {0}, last = 0;
    row[TAG_OUTSIDE] = 1;
    for (size_t i = 0; i < count; i++) {
        set_likely(&scores[i], sequence->likely[i]);
        spread(row, &sequence->steps, row);
        for (unsigned tag = 0; tag < STATES; tag++)
            row[tag] *= sequence->likely[i][tag];
        sequence->scale[i] = sequence_level(row);
        memcpy(sequence->forward[i], row, sizeof row);
    }
    for (unsigned tag = 0; tag < STATES; tag++)
        last += row[tag] * sequence->steps.of[tag][TAG_OUTSIDE];
    for (unsigned tag = 0; tag < STATES; tag++)
        row[tag] = last > 0 ? sequence->steps.of[tag][TAG_OUTSIDE] / last : 0;
    for (size_t i = count; i-- > 0;) {
        memcpy(sequence->backward[i], row, sizeof row);
        for (unsigned tag = 0; tag < STATES; tag++)
            row[tag] *= sequence->likely[i][tag] * sequence->scale[i];
        spread(row, &sequence->turned, row);
    }
}

void sequence_kinds(const struct sequence *sequence, size_t i, float kinds[TAGS / TAG_PLACES + 1])
{
    for (unsigned kind = 0; kind <= TAGS / TAG_PLACES; kind++)
        kinds[kind] = 0;
    for (unsigned tag = 0; tag < STATES; tag++)
        kinds[TAG_KIND(tag)] += sequence->forward[i][tag] * sequence->backward[i][tag];
}

float sequence_share(const struct sequence *sequence, size_t begin, size_t end, const uint8_t *tags)
{
    float share = sequence->forward[begin][tags[begin]];
    for (size_t i = begin + 1; i < end; i++)
        share *= sequence->steps.of[tags[i - 1]][tags[i]] * sequence->likely[i][tags[i]] *
                 sequence->scale[i];
    return share * sequence->backward[end - 1][tags[end - 1]];
}
