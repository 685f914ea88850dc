/*
 * crf.c - learns a linear-chain conditional random field (Lafferty, McCallum and Pereira, 2001).
 *
 * A word may have more than one allowed tag: what is made likely is then that one of them is right
 * (Tsuboi and others, "Training conditional random fields using incomplete annotations", 2008).
 * Weights move by AdaGrad (Duchi, Hazan and Singer, 2011), an example at a time, with some features
 * left out at random each time (Wager, Wang and Liang, "Dropout training as adaptive
 * regularization", 2013), and are drawn to zero, a feature that is seen often not more than others.
 */
#include "train.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool may_follow(unsigned from, unsigned to)
{
    bool ended = from == TAG_OUTSIDE || TAG_PLACE(from) == TAG_L || TAG_PLACE(from) == TAG_U;
    bool begins = to == TAG_OUTSIDE || TAG_PLACE(to) == TAG_B || TAG_PLACE(to) == TAG_U;
    return ended ? begins : !begins && TAG_KIND(from) == TAG_KIND(to);
}

/* ---- Forward and backward ---- */

struct steps {
    float of[STATES][STATES]; /* from and to, or to and from */
};

/* What is worked out about one example; grows with the longest. */
struct lattice {
    size_t room;
    float (*likely)[STATES];   /* of each word and tag, by its features alone */
    float (*forward)[STATES];  /* each row of sum 1 */
    float (*backward)[STATES]; /* each row times `scale` */
    float *scale;
    float (*free)[STATES]; /* how likely each tag is, whatever is allowed */
    float (*held)[STATES]; /* how likely, within what is allowed */
    struct steps steps, turned;
};

static void reserve(struct lattice *lattice, size_t count)
{
    if (count <= lattice->room)
        return;
    lattice->room = count * 2;
    float(**rows[])[STATES] = {&lattice->likely, &lattice->forward, &lattice->backward,
                               &lattice->free, &lattice->held};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        free(*rows[i]);
        *rows[i] = allocate(lattice->room, sizeof **rows[i]);
    }
    free(lattice->scale);
    lattice->scale = allocate(lattice->room, sizeof *lattice->scale);
}

static void set_steps(struct lattice *lattice, const struct weights *weights)
{
    for (unsigned from = 0; from < STATES; from++)
        for (unsigned to = 0; to < STATES; to++) {
            float step = may_follow(from, to) ? expf(weights->steps[from][to]) : 0;
            lattice->steps.of[from][to] = step;
            lattice->turned.of[to][from] = step;
        }
}

/* One step: what comes in from each state, by the rows of `steps`. */
static void spread(const float in[STATES], const struct steps *steps, float out[STATES])
{
    float sum[STATES] = {0};
    for (unsigned from = 0; from < STATES; from++)
        for (unsigned to = 0; to < STATES; to++)
            sum[to] += in[from] * steps->of[from][to];
    memcpy(out, sum, sizeof sum);
}

/* Gives a row the sum 1; returns the factor. */
static float level(float row[STATES])
{
    float sum = 0;
    for (unsigned tag = 0; tag < STATES; tag++)
        sum += row[tag];
    float factor = sum > 0 ? 1 / sum : 0;
    for (unsigned tag = 0; tag < STATES; tag++)
        row[tag] *= factor;
    return factor;
}

static void allow(float row[STATES], uint32_t allowed)
{
    for (unsigned tag = 0; tag < STATES; tag++)
        if (!(allowed >> tag & 1))
            row[tag] = 0;
}

/* Works out how likely each tag of each word is, given what is allowed (NULL: everything), and
 * adds the logarithm of how likely all that is, up to a constant of the example. Outside of the
 * example all is outside of names. */
static double infer(struct lattice *lattice, size_t count, const uint32_t *allowed,
                    float (*result)[STATES])
{
    double sum = 0;
    float row[STATES] = {0};
    row[TAG_OUTSIDE] = 1;
    for (size_t i = 0; i < count; i++) {
        spread(row, &lattice->steps, row);
        for (unsigned tag = 0; tag < STATES; tag++)
            row[tag] *= lattice->likely[i][tag];
        if (allowed)
            allow(row, allowed[i]);
        lattice->scale[i] = level(row);
        sum -= log((double)lattice->scale[i]);
        memcpy(lattice->forward[i], row, sizeof row);
    }
    float last = 0;
    for (unsigned tag = 0; tag < STATES; tag++)
        last += row[tag] * lattice->steps.of[tag][TAG_OUTSIDE];
    sum += log((double)last);
    float next[STATES];
    for (unsigned tag = 0; tag < STATES; tag++)
        next[tag] = lattice->steps.of[tag][TAG_OUTSIDE] / last;
    for (size_t i = count; i-- > 0;) {
        memcpy(lattice->backward[i], next, sizeof next);
        for (unsigned tag = 0; tag < STATES; tag++) {
            result[i][tag] = lattice->forward[i][tag] * next[tag];
            next[tag] *= lattice->likely[i][tag] * lattice->scale[i];
        }
        if (allowed)
            allow(next, allowed[i]);
        spread(next, &lattice->turned, next);
    }
    return sum;
}

/* ---- Learning ---- */

struct learner {
    const struct examples *examples;
    const struct settings *settings;
    struct weights *weights;
    float (*squares)[TAGS];
    float step_squares[STATES][STATES];
    struct lattice lattice;
    struct chance chance;
    uint32_t *kept; /* the features of the example that are not left out */
    size_t *kept_at;
    size_t kept_room, at_room;
};

/* Chooses the features that count this time. */
static void choose(struct learner *learner, const struct example *example, float dropout)
{
    const struct examples *examples = learner->examples;
    size_t count = 0, words = example->end - example->first;
    size_t all = examples->features_at[example->end] - examples->features_at[example->first];
    learner->kept = make_room(learner->kept, all, &learner->kept_room, sizeof *learner->kept);
    learner->kept_at =
        make_room(learner->kept_at, words + 1, &learner->at_room, sizeof *learner->kept_at);
    while (all >= learner->kept_room)
        learner->kept = make_room(learner->kept, learner->kept_room, &learner->kept_room,
                                  sizeof *learner->kept);
    for (size_t i = 0; i < words; i++) {
        size_t word = example->first + i;
        bool blind = dropout > 0 && chance_share(&learner->chance) < learner->settings->blindness;
        learner->kept_at[i] = count;
        for (size_t k = examples->features_at[word]; k < examples->features_at[word + 1]; k++)
            if ((dropout <= 0 || chance_share(&learner->chance) >= dropout) &&
                !(blind && examples->spelling[examples->features[k]]))
                learner->kept[count++] = examples->features[k];
    }
    learner->kept_at[words] = count;
}

static void weigh(struct learner *learner, size_t count, float factor)
{
    reserve(&learner->lattice, count);
    for (size_t i = 0; i < count; i++) {
        float sums[STATES] = {0}, most = 0;
        for (size_t k = learner->kept_at[i]; k < learner->kept_at[i + 1]; k++) {
            const float *row = learner->weights->rows[learner->kept[k]];
            for (unsigned tag = 0; tag < TAGS; tag++)
                sums[tag] += row[tag];
        }
        for (unsigned tag = 0; tag < TAGS; tag++) {
            sums[tag] *= factor;
            most = sums[tag] > most ? sums[tag] : most;
        }
        for (unsigned tag = 0; tag < STATES; tag++)
            learner->lattice.likely[i][tag] = expf(sums[tag] - most);
    }
}

__attribute__((target_clones("avx2", "default"))) static void move_row(float row[TAGS],
                                                                       float squares[TAGS],
                                                                       const float slope[TAGS],
                                                                       float step, float penalty)
{
    for (unsigned tag = 0; tag < TAGS; tag++) {
        float pull = slope[tag] - penalty * row[tag];
        squares[tag] += pull * pull;
        row[tag] += step * pull / sqrtf(squares[tag]);
    }
}

static void move_features(struct learner *learner, const struct example *example, float factor)
{
    const struct settings *settings = learner->settings;
    const struct lattice *lattice = &learner->lattice;
    for (size_t i = 0; i < example->end - example->first; i++) {
        float slope[TAGS];
        for (unsigned tag = 0; tag < TAGS; tag++)
            slope[tag] = (lattice->held[i][tag] - lattice->free[i][tag]) * factor;
        for (size_t k = learner->kept_at[i]; k < learner->kept_at[i + 1]; k++) {
            uint32_t feature = learner->kept[k];
            move_row(learner->weights->rows[feature], learner->squares[feature], slope,
                     settings->step, settings->penalty / (float)learner->examples->seen[feature]);
        }
    }
}

/* Adds how often each step is taken, by the rows that infer() has left, times a factor. */
static void count_steps(const struct lattice *lattice, size_t count, const uint32_t *allowed,
                        float factor, float counts[STATES][STATES])
{
    float before[STATES] = {0};
    before[TAG_OUTSIDE] = 1;
    for (size_t i = 0; i < count; i++) {
        float after[STATES];
        for (unsigned tag = 0; tag < STATES; tag++)
            after[tag] = lattice->backward[i][tag] * lattice->likely[i][tag] * lattice->scale[i];
        if (allowed)
            allow(after, allowed[i]);
        for (unsigned from = 0; from < STATES; from++)
            for (unsigned to = 0; to < STATES; to++)
                counts[from][to] += factor * before[from] * lattice->steps.of[from][to] * after[to];
        memcpy(before, lattice->forward[i], sizeof before);
    }
    for (unsigned from = 0; from < STATES; from++)
        counts[from][TAG_OUTSIDE] +=
            factor * lattice->forward[count - 1][from] * lattice->backward[count - 1][from];
}

static void move_steps(struct learner *learner, float counts[STATES][STATES])
{
    for (unsigned from = 0; from < STATES; from++)
        for (unsigned to = 0; to < STATES; to++) {
            float pull = counts[from][to];
            if (!may_follow(from, to) || pull == 0)
                continue;
            learner->step_squares[from][to] += pull * pull;
            learner->weights->steps[from][to] +=
                learner->settings->step * pull / sqrtf(learner->step_squares[from][to]);
        }
}

/* Learns from one example; returns how unlikely what is allowed was. */
static double learn(struct learner *learner, const struct example *example)
{
    const struct examples *examples = learner->examples;
    struct lattice *lattice = &learner->lattice;
    const uint32_t *allowed = examples->allowed + example->first;
    size_t count = example->end - example->first;
    float counts[STATES][STATES] = {{0}};
    float factor = 1 / (1 - learner->settings->dropout);
    choose(learner, example, learner->settings->dropout);
    weigh(learner, count, factor);
    set_steps(lattice, learner->weights);
    double held = infer(lattice, count, allowed, lattice->held);
    count_steps(lattice, count, allowed, example->weight, counts);
    double all = infer(lattice, count, NULL, lattice->free);
    count_steps(lattice, count, NULL, -example->weight, counts);
    if (!isfinite(held))
        return 0; /* no way through what is allowed */
    move_features(learner, example, factor * example->weight);
    move_steps(learner, counts);
    return (all - held) * (double)example->weight;
}

static void shuffle(uint32_t *order, size_t count, struct chance *chance)
{
    for (size_t i = count; i > 1; i--) {
        size_t k = chance_next(chance) % i;
        uint32_t other = order[k];
        order[k] = order[i - 1];
        order[i - 1] = other;
    }
}

/* What the squares of a weight begin with, so that the first steps are not whole ones. */
#define FIRST_SQUARE 0.1F

static void start(struct learner *learner)
{
    for (size_t i = 0; i < learner->examples->key_count; i++)
        for (unsigned tag = 0; tag < TAGS; tag++)
            learner->squares[i][tag] = FIRST_SQUARE;
    for (unsigned from = 0; from < STATES; from++)
        for (unsigned to = 0; to < STATES; to++)
            learner->step_squares[from][to] = FIRST_SQUARE;
}

static void free_learner(struct learner *learner)
{
    free(learner->squares);
    free(learner->kept);
    free(learner->kept_at);
    free(learner->lattice.likely);
    free(learner->lattice.forward);
    free(learner->lattice.backward);
    free(learner->lattice.free);
    free(learner->lattice.held);
    free(learner->lattice.scale);
}

void crf_learn(const struct examples *examples, const struct settings *settings,
               struct weights *weights)
{
    struct learner learner = {
        .examples = examples, .settings = settings, .weights = weights, .chance = {settings->seed}};
    weights->rows = allocate(examples->key_count, sizeof *weights->rows);
    learner.squares = allocate(examples->key_count, sizeof *learner.squares);
    start(&learner);
    uint32_t *order = allocate(examples->count, sizeof *order);
    for (size_t i = 0; i < examples->count; i++)
        order[i] = (uint32_t)i;
    for (int round = 0; round < (int)settings->rounds; round++) {
        double loss = 0;
        shuffle(order, examples->count, &learner.chance);
        for (size_t i = 0; i < examples->count; i++)
            if (examples->items[order[i]].weight > 0)
                loss += learn(&learner, &examples->items[order[i]]);
        printf("round %d: loss %.0f\n", round + 1, loss);
        fflush(stdout);
    }
    free(order);
    free_learner(&learner);
}

void crf_label(struct examples *examples, const struct weights *weights, float sure)
{
    struct settings settings = {0};
    struct weights same = *weights;
    struct learner learner = {.examples = examples, .settings = &settings, .weights = &same};
    for (size_t i = 0; i < examples->count; i++) {
        const struct example *example = &examples->items[i];
        size_t count = example->end - example->first;
        if (!example->unlabelled)
            continue;
        choose(&learner, example, 0);
        weigh(&learner, count, 1);
        set_steps(&learner.lattice, weights);
        infer(&learner.lattice, count, NULL, learner.lattice.free);
        for (size_t k = 0; k < count; k++)
            for (unsigned tag = 0; tag < STATES; tag++)
                if (learner.lattice.free[k][tag] >= sure)
                    examples->allowed[example->first + k] = 1U << tag;
    }
    free_learner(&learner);
}
