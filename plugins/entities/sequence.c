/*
 * sequence.c - see sequence.h: the algorithm of Viterbi (1967), in whole numbers of sixteen bits, and
 * forward-backward (Baum and others, 1970), in the same points as powers of two.
 */
#include "sequence.h"

#include <limits.h>
#include <string.h>

/* ---- The best way ---- */

/* The sum of the best way to a tag and the step on from there. */
static int points_through(const struct step_points *points, const struct way *before, unsigned from,
                          unsigned to)
{
    int step = to == TAG_OUTSIDE ? points->outside[from] : points->into[from].of[to];
    return add_points(from == TAG_OUTSIDE ? before->outside : before->to.of[from], step);
}

/* The tag before one, on the best way to it: the first of those that are as good. */
static unsigned step_back(const struct sequence *sequence, const struct way *before, unsigned to)
{
    bool inside = to != TAG_OUTSIDE && (TAG_PLACE(to) == TAG_I || TAG_PLACE(to) == TAG_L);
    unsigned first = inside ? TAG(TAG_KIND(to), TAG_B) : TAG_L;
    unsigned end = inside ? first + 2 : STATES, best = TAG_OUTSIDE;
    int most = INT_MIN;
    for (unsigned from = first; from < end; from++) {
        if (!inside && from != TAG_OUTSIDE && TAG_PLACE(from) < TAG_L)
            continue;
        int sum = points_through(&sequence->points, before, from, to);
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
    if (points < -POINTS_BEHIND)
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
    return points > 0 ? 1 / power(points > POINTS_BEHIND ? -POINTS_BEHIND : -points)
                      : power(points);
}

static unsigned end_tag(unsigned i, unsigned place)
{
    return i == ENDS - 1 ? TAG_OUTSIDE : TAG(i / 2, i % 2 ? TAG_U : place);
}

/* Sets the steps onward from the tags that stand at `from` in the rows of `steps`, or, turned, back
 * from those in its columns. */
static void set_chain(struct chain *chain, float steps[STATES][STATES], bool turned)
{
    const unsigned across[2] = {turned ? TAG_L : TAG_B, TAG_U};
    const unsigned from[2] = {turned ? TAG_I : TAG_B, turned ? TAG_L : TAG_I};
    const unsigned to[2] = {turned ? TAG_B : TAG_I, turned ? TAG_I : TAG_L};
    for (unsigned i = 0; i < ENDS; i++) {
        unsigned end = end_tag(i, turned ? TAG_B : TAG_L);
        for (unsigned kind = 0; kind < KINDS; kind++)
            for (int k = 0; k < 2; k++) {
                unsigned tag = TAG(kind, across[k]);
                chain->across[i][k][kind] = turned ? steps[tag][end] : steps[end][tag];
            }
        chain->across[i][2][0] = turned ? steps[TAG_OUTSIDE][end] : steps[end][TAG_OUTSIDE];
    }
    for (unsigned kind = 0; kind < KINDS; kind++)
        for (int i = 0; i < 2; i++)
            for (int k = 0; k < 2; k++) {
                unsigned a = TAG(kind, from[i]), b = TAG(kind, to[k]);
                chain->within[i][k][kind] = turned ? steps[b][a] : steps[a][b];
            }
}

void sequence_open(struct sequence *sequence, const struct model *model,
                   const struct kernels *kernels)
{
    sequence->kernels = kernels;
    for (int points = 0; points <= POINTS_BEHIND + 1; points++)
        sequence->powers[points] = power(-points);
    for (unsigned from = 0; from < STATES; from++)
        for (unsigned to = 0; to < STATES; to++) {
            int16_t step = model->header->steps[from][to];
            *(to == TAG_OUTSIDE ? &sequence->points.outside[from]
                                : &sequence->points.into[from].of[to]) = step;
            sequence->steps[from][to] = step <= MODEL_NEVER ? 0 : power_of_step(step);
        }
    set_chain(&sequence->onward, sequence->steps, false);
    set_chain(&sequence->back, sequence->steps, true);
}

/* One step along a chain: ends and beginnings of names, and what is within them, stand at these
 * places, before the step and after it. */
struct places {
    unsigned end, begin, from[2], to[2];
};

static inline struct lanes spread(const struct lanes *in, const struct chain *chain,
                                  struct places at)
{
    struct lanes out;
    float sums[3][KINDS] = {{0}};
    for (unsigned i = 0; i < ENDS; i++) {
        float from = i == ENDS - 1 ? in->outside : in->of[i % 2 ? TAG_U : at.end][i / 2];
        for (int k = 0; k < 3; k++)
            for (int kind = 0; kind < KINDS; kind++)
                sums[k][kind] += from * chain->across[i][k][kind];
    }
    for (int kind = 0; kind < KINDS; kind++) {
        out.of[at.begin][kind] = sums[0][kind];
        out.of[TAG_U][kind] = sums[1][kind];
    }
    out.outside = sums[2][0];
    for (int k = 0; k < 2; k++)
        for (int kind = 0; kind < KINDS; kind++)
            out.of[at.to[k]][kind] = in->of[at.from[0]][kind] * chain->within[0][k][kind] +
                                     in->of[at.from[1]][kind] * chain->within[1][k][kind];
    return out;
}

static const struct places onward = {TAG_L, TAG_B, {TAG_B, TAG_I}, {TAG_I, TAG_L}};
static const struct places back = {TAG_B, TAG_L, {TAG_I, TAG_L}, {TAG_B, TAG_I}};

static void multiply(struct lanes *lanes, const struct lanes *by, float factor)
{
    for (int place = 0; place < TAG_PLACES; place++)
        for (int kind = 0; kind < KINDS; kind++)
            lanes->of[place][kind] *= by->of[place][kind] * factor;
    lanes->outside *= by->outside * factor;
}

/* Gives the numbers the sum 1; returns the factor. */
static float level(struct lanes *lanes)
{
    float sums[KINDS], sum = lanes->outside;
    for (int kind = 0; kind < KINDS; kind++)
        sums[kind] = lanes->of[TAG_B][kind] + lanes->of[TAG_I][kind] + lanes->of[TAG_L][kind] +
                     lanes->of[TAG_U][kind];
    for (int kind = 0; kind < KINDS; kind++)
        sum += sums[kind];
    float factor = sum > 0 ? 1 / sum : 0;
    for (int place = 0; place < TAG_PLACES; place++)
        for (int kind = 0; kind < KINDS; kind++)
            lanes->of[place][kind] *= factor;
    lanes->outside *= factor;
    return factor;
}

static float likely_by(const struct sequence *sequence, int behind)
{
    return sequence->powers[behind <= POINTS_BEHIND ? behind : POINTS_BEHIND + 1];
}

static void set_likely(const struct sequence *sequence, const struct score *score,
                       struct lanes *likely)
{
    int most = 0;
    for (unsigned tag = 0; tag < TAGS; tag++)
        most = score->of[tag] > most ? score->of[tag] : most;
    for (unsigned place = 0; place < TAG_PLACES; place++)
        for (unsigned kind = 0; kind < KINDS; kind++)
            likely->of[place][kind] = likely_by(sequence, most - score->of[TAG(kind, place)]);
    likely->outside = likely_by(sequence, most);
}

/* The row that begins with what is outside of names. */
static void weigh_onward(struct sequence *sequence, const struct score *scores, size_t count)
{
    struct lanes lanes = {.outside = 1};
    for (size_t i = 0; i < count; i++) {
        set_likely(sequence, &scores[i], &sequence->likely[i]);
        lanes = spread(&lanes, &sequence->onward, onward);
        multiply(&lanes, &sequence->likely[i], 1);
        sequence->scale[i] = level(&lanes);
        sequence->forward[i] = lanes;
    }
}

static float join(const struct lanes *forward, const struct lanes *backward)
{
    float sum = forward->outside * backward->outside;
    for (int place = 0; place < TAG_PLACES; place++)
        for (int kind = 0; kind < KINDS; kind++)
            sum += forward->of[place][kind] * backward->of[place][kind];
    return sum;
}

void sequence_weigh(struct sequence *sequence, const struct score *scores, size_t count)
{
    struct lanes lanes = {.outside = 1};
    weigh_onward(sequence, scores, count);
    lanes = spread(&lanes, &sequence->back, back);
    float all = join(&sequence->forward[count - 1], &lanes);
    lanes = (struct lanes){.outside = all > 0 ? 1 / all : 0};
    for (size_t i = count; i-- > 0;) {
        lanes = spread(&lanes, &sequence->back, back);
        sequence->backward[i] = lanes;
        multiply(&lanes, &sequence->likely[i], sequence->scale[i]);
    }
}

void sequence_kinds(const struct sequence *sequence, size_t i, float kinds[KINDS + 1])
{
    const struct lanes *forward = &sequence->forward[i], *backward = &sequence->backward[i];
    for (int kind = 0; kind < KINDS; kind++) {
        kinds[kind] = 0;
        for (int place = 0; place < TAG_PLACES; place++)
            kinds[kind] += forward->of[place][kind] * backward->of[place][kind];
    }
    kinds[KINDS] = forward->outside * backward->outside;
}

static float lane(const struct lanes *lanes, unsigned tag)
{
    return tag == TAG_OUTSIDE ? lanes->outside : lanes->of[TAG_PLACE(tag)][TAG_KIND(tag)];
}

float sequence_share(const struct sequence *sequence, size_t begin, size_t end, const uint8_t *tags)
{
    float share = lane(&sequence->forward[begin], tags[begin]);
    for (size_t i = begin + 1; i < end; i++)
        share *= sequence->steps[tags[i - 1]][tags[i]] * lane(&sequence->likely[i], tags[i]) *
                 sequence->scale[i];
    share *= lane(&sequence->backward[end - 1], tags[end - 1]);
    return share > 0 ? share < 1 ? share : 1 : 0;
}
