/*
 * weighing.c - what speaks for a sequence being the furniture of pages, as logarithms of odds: the
 * form of its lines, how evenly they lie and whether the text goes on behind them (evidence.c), what
 * recurs beside them (furniture.c), form feeds, and the space around them.
 */
#include "decision.h"

#include <math.h>

/* By kind: what is needed for a confidence of default_confidence. */
static const double threshold[] = {4, 4.5, 4};
static const double default_confidence = 0.99;

/* What it is worth that form feeds stand where the lines of a sequence do. */
static const double agreement = 2.5;

/* And at most, that more blank lines stand there than within the text. */
static const double space_most = 2;

/* Pages shorter than these rows are rare, as are longer ones. */
enum { SHORT_PAGE = 20, TINY_PAGE = 12, LONG_PAGE = 250 };

/* The most that lines around those of a sequence could add. */
static const double within_reach = 8;

/* What the lines found around the places add. That a line recurs beside one that recurs says little
 * unless the places were found by other means. */
static double weigh_growth(const struct growth *growth, enum sequence_kind kind)
{
    static const double alike[] = {1.5, 0, 2.5}, grown[] = {0.5, 0, 3};
    if (growth->endless)
        return -HUGE_VAL;
    double weight = alike[kind] * (growth->alike < 2 ? growth->alike : 2);
    return weight + grown[kind] * (growth->grown < 2 ? growth->grown : 2);
}

/* Form feeds and lines of furniture that were found apart and agree on where pages end. */
static double weigh_feeds(const struct lines *lines, const struct candidate *candidate)
{
    size_t feeds = 0, inner = 0;
    for (size_t i = 0; i < candidate->count; i++) {
        const struct page_end *place = &candidate->places[i];
        bool feed = false;
        if (place->above == SIZE_MAX || place->below >= lines->count)
            continue;
        for (size_t line = place->above + 1; line <= place->below; line++)
            feed = feed || lines->items[line].flags & LINE_FEED;
        feeds += feed;
        inner++;
    }
    if (candidate->sequence->kind == SEQUENCE_FEEDS || !inner || feeds * 5 < inner * 3)
        return 0;
    return agreement;
}

/* ---- Space ---- */

unsigned space_below(const struct lines *lines, size_t line)
{
    size_t blanks = lines_after(lines, line) - (line + 1);
    return (unsigned)(blanks < SPACES ? blanks : SPACES - 1);
}

/* Counts the runs of blank lines by their length. */
void spaces_learn(struct decision *decision)
{
    const struct lines *lines = decision->lines;
    for (size_t i = lines_after(lines, SIZE_MAX); i < lines->count; i = lines_after(lines, i))
        decision->spaces[space_below(lines, i)]++;
}

/* How much wider the space at the places is than within the text: the least of their widest runs
 * of blank lines, against all runs elsewhere. */
static double weigh_space(const struct decision *decision, const struct candidate *candidate)
{
    const struct lines *lines = decision->lines;
    size_t own[SPACES] = {0}, total = 0, wide = 0;
    unsigned least = SPACES;
    for (size_t i = 0; i < candidate->count; i++) {
        const struct page_end *place = &candidate->places[i];
        unsigned widest = 0;
        if (place->above == SIZE_MAX || place->below >= lines->count)
            continue;
        for (size_t line = place->above; line < place->below; line = lines_after(lines, line)) {
            unsigned space = space_below(lines, line);
            own[space]++;
            widest = space > widest ? space : widest;
        }
        least = widest < least ? widest : least;
    }
    if (least < 2 || least == SPACES)
        return 0;
    for (unsigned space = 1; space < SPACES; space++) {
        size_t others =
            decision->spaces[space] -
            (own[space] < decision->spaces[space] ? own[space] : decision->spaces[space]);
        total += others;
        wide += space >= least ? others : 0;
    }
    return fmin(space_most, log((double)(total + 1) / (double)(wide + 1)));
}

/* The share of the text that lies between the first of the places and the last. */
static double coverage(const struct lines *lines, const struct candidate *candidate)
{
    const struct sequence *sequence = candidate->sequence;
    const struct line *first = &lines->items[sequence->members[0].line];
    const struct line *last = &lines->items[sequence->members[sequence->count - 1].line];
    return (double)(last->row - first->row + 1) / (double)(lines->items[lines->count].row + 1);
}

/* What every kind of sequence has to have, whatever else speaks for it. Without numbers, pages have
 * to be of one length and to fill the text. */
static bool is_plausible(const struct lines *lines, const struct candidate *candidate,
                         const struct growth *growth, const struct weight *weight)
{
    const struct sequence *sequence = candidate->sequence;
    double covered = coverage(lines, candidate);
    switch (sequence->kind) {
    case SEQUENCE_RECURRING:
        return weight->rows >= SHORT_PAGE && weight->close >= 0.6 && weight->near >= 0.75 &&
               weight->regularity >= 3 && covered >= 0.4 && growth->alike <= 2 &&
               (weight->likely || sequence->count < FEW);
    case SEQUENCE_FEEDS:
        return growth->grown || (weight->near >= 0.6 && weight->regularity >= 1.5);
    default:
        return sequence->named ||
               ((weight->rows >= TINY_PAGE || !weight->rows) &&
                (sequence->count < 4 || weight->near >= 0.5) &&
                (!sequence->narrow || (weight->close >= 0.5 && covered >= 0.3)) &&
                (covered >= 0.1 || (covered >= 0.02 && sequence->members[0].value == 1)));
    }
}

/* Pages that are short, or few in a long text, need more to speak for them. */
static double weigh_size(const struct lines *lines, const struct candidate *candidate,
                         const struct weight *weight)
{
    const struct sequence *sequence = candidate->sequence;
    double doubt = 0;
    bool starts_late = lines->items[sequence->members[0].line].row > LONG_PAGE;
    if (sequence->kind == SEQUENCE_FEEDS)
        return 0;
    if (weight->rows && weight->rows < SHORT_PAGE)
        doubt += sequence->named && weight->rows >= TINY_PAGE ? 1 : 3;
    if (coverage(lines, candidate) < 0.1 && (sequence->members[0].value != 1 || starts_late))
        doubt += 2;
    return -doubt;
}

/* All that speaks for a candidate but what growth adds. */
static void weigh_places(struct decision *decision, struct candidate *candidate,
                         struct weight *weight)
{
    places_weigh(decision->lines, &decision->joints, &decision->bench, candidate->count,
                 (uint32_t)decision->depaginate->lines_per_page, weight);
    candidate->weight =
        candidate->sequence->prior + weight->regularity + weight->sentences +
        weigh_feeds(decision->lines, candidate) +
        (candidate->sequence->kind == SEQUENCE_NUMBERS ? weigh_space(decision, candidate) : 0) +
        weigh_size(decision->lines, candidate, weight);
}

static double to_odds(double confidence)
{
    return log(confidence / (1 - confidence));
}

double candidate_confidence(const struct candidate *candidate)
{
    double excess = candidate->weight - threshold[candidate->sequence->kind];
    return 1 / (1 + exp(-(excess + to_odds(default_confidence))));
}

double candidate_threshold(const struct decision *decision, const struct candidate *candidate)
{
    return threshold[candidate->sequence->kind] + to_odds(decision->depaginate->confidence) -
           to_odds(default_confidence);
}

/* Most candidates are out of reach of the threshold whatever stands around their lines. */
static bool is_hopeless(const struct decision *decision, const struct candidate *candidate)
{
    return candidate->sequence->kind != SEQUENCE_FEEDS &&
           candidate->weight + within_reach < candidate_threshold(decision, candidate);
}

void candidate_weigh(struct decision *decision, struct candidate *candidate)
{
    struct growth growth;
    struct weight weight;
    const struct sequence *sequence = candidate->sequence;
    places_make(decision, candidate);
    weigh_places(decision, candidate, &weight);
    if (is_hopeless(decision, candidate))
        return;
    places_grow(decision->lines, &decision->bench, candidate->count,
                sequence->kind != SEQUENCE_FEEDS, &growth);
    weigh_places(decision, candidate, &weight);
    candidate->weight += weigh_growth(&growth, sequence->kind);
    candidate->beside = growth.alike + growth.grown;
    if (!is_plausible(decision->lines, candidate, &growth, &weight))
        candidate->weight = -HUGE_VAL;
}
