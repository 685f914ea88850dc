/*
 * evidence.c - how much speaks for some places being the breaks of pages.
 *
 * Two things tell pages from the headings, items and blocks of a text, which recur and are numbered
 * as well: pages are about equally long, and they end in the middle of sentences. Both are weighed
 * as a binomial test would, by how much more often the thing is seen than chance allows.
 */
#include "depaginate.h"

#include <math.h>
#include <stdlib.h>

/* How often the length of a page agrees with the median, and how often that of a section does. */
struct odds {
    double pages, chance;
};
static const struct odds equal_odds = {0.6, 0.08}, close_odds = {0.7, 0.25},
                         near_odds = {0.8, 0.45};

/* The same, when the user knows the length. */
static const struct odds known_odds = {0.9, 0.03};

/* How often the lines around a place show that the text goes on there. */
static const struct odds joint_odds = {0.35, 0.1};

/* From where on they count as showing it. */
static const double joint_hit = 1, joint_likely = 0.3;

static const double attached_most = 1.5;

static double weigh_share(size_t hits, size_t count, struct odds odds)
{
    return (double)hits * log(odds.pages / odds.chance) +
           (double)(count - hits) * log((1 - odds.pages) / (1 - odds.chance));
}

static int by_size(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* Pages that lie between two places. */
static uint32_t pages_between(const struct page_end *from, const struct page_end *to)
{
    uint32_t pages = from->value && to->value > from->value ? to->value - from->value : 1;
    return pages < 4 ? pages : 1;
}

/* Rows of body text on the page between two places. */
static uint32_t page_rows(const struct lines *lines, const struct page_end *from,
                          const struct page_end *to)
{
    size_t begin = from->below < lines->count ? from->below : 0;
    size_t end = to->below < lines->count ? to->below : lines->count;
    return (lines->items[end].row - lines->items[begin].row) / pages_between(from, to);
}

static double weigh_close(const uint32_t *rows, size_t count, struct weight *weight)
{
    const size_t middle = count / 2;
    double median = rows[middle];
    size_t close = 0, near = 0;
    for (size_t i = 0; i < count; i++) {
        close += fabs(rows[i] - median) <= median * 0.12;
        near += rows[i] >= median * 0.7 && rows[i] <= median * 1.35;
    }
    weight->near = fmax(weight->near, (double)near / (double)count);
    weight->close = fmax(weight->close, (double)close / (double)count);
    return fmax(weigh_share(close - 1, count - 1, close_odds),
                weigh_share(near - 1, count - 1, near_odds));
}

/* How often the commonest length comes; the lengths are sorted. */
static double weigh_equal(const uint32_t *lengths, size_t count)
{
    size_t most = 1, run = 1;
    for (size_t i = 1; i < count; i++) {
        run = lengths[i] == lengths[i - 1] ? run + 1 : 1;
        most = run > most ? run : most;
    }
    return weigh_share(most - 1, count - 1, equal_odds);
}

/* How many lengths are what the user knows them to be. */
static double weigh_known(const uint32_t *lengths, size_t count, uint32_t known)
{
    size_t hits = 0;
    for (size_t i = 0; i < count; i++)
        hits += lengths[i] == known;
    return weigh_share(hits, count, known_odds);
}

/* Lengths of pages are compared with the median, or with the commonest, which makes one of them
 * agree in any case. Text before the first place is a page too if that place shows number 1. */
static void weigh_regularity(const struct lines *lines, const struct bench *bench, size_t count,
                             uint32_t lines_per_page, struct weight *weight)
{
    const struct page_end *places = bench->places;
    uint32_t *rows = bench->rows, *lengths = bench->lengths;
    size_t pages = 0, whole = 0;
    for (size_t i = 1; i < count; i++) {
        if (places[i].outer || (places[i - 1].outer && places[i].value != 1))
            continue;
        rows[pages++] = page_rows(lines, &places[i - 1], &places[i]);
        if (!places[i - 1].outer)
            lengths[whole++] = (uint32_t)(places[i].line - places[i - 1].line) /
                               pages_between(&places[i - 1], &places[i]);
    }
    if (pages)
        qsort(rows, pages, sizeof *rows, by_size);
    weight->rows = pages ? rows[pages / 2] : 0;
    if (lines_per_page && whole)
        weight->regularity = weigh_known(lengths, whole, lines_per_page);
    if (pages < 2)
        return;
    weight->regularity = fmax(weight->regularity, weigh_close(rows, pages, weight));
    if (whole < 2)
        return;
    qsort(lengths, whole, sizeof *lengths, by_size);
    weight->regularity = fmax(weight->regularity, weigh_close(lengths, whole, weight));
    weight->regularity = fmax(weight->regularity, weigh_equal(lengths, whole));
}

/* How likely a blank line would be between a line and the one directly behind it; one where there
 * is a blank line. */
static double probability_apart(const struct lines *lines, const struct joints *joints, size_t line)
{
    if (line_is_blank(lines, line) || line_is_blank(lines, line + 1) ||
        lines->items[line + 1].flags & LINE_FEED)
        return 1;
    return 1 / (1 + exp(-joints_odds(joints, lines, line, line + 1)));
}

/* Two lines stand together as if they were one paragraph, though they do not look so. */
static double weigh_attached(const struct joints *joints, double apart)
{
    if (apart == 1)
        return 0;
    double weight = log((1 - joints_blank_share(joints)) / (1 - apart + 0.05));
    return weight > attached_most ? attached_most : weight;
}

static bool has_blank(const struct lines *lines, const struct page_end *place)
{
    for (size_t i = place->above + 1; i <= place->below; i++)
        if ((i < place->below && line_is_blank(lines, i)) || lines->items[i].flags & LINE_FEED)
            return true;
    return false;
}

/* A page ends anywhere, a section or an item only where a paragraph does. So the two lines around a
 * page's end are like any two that follow each other, those around a heading like two with a blank
 * line between them. Within a block without blank lines, and
 * where the line itself could belong to the paragraph before or behind it, that says nothing. */
static double weigh_joint(const struct lines *lines, const struct joints *joints,
                          const struct page_end *place)
{
    double blank = joints_blank_share(joints);
    double evidence = joints_evidence(joints, lines, place->above, place->below);
    double weight = log(blank + (1 - blank) * exp(-evidence));
    if (!has_blank(lines, place))
        weight = weight + evidence < 0 ? weight + evidence : 0;
    double over = probability_apart(lines, joints, place->above);
    double under = probability_apart(lines, joints, place->below - 1);
    if (weight > 0)
        weight *= over * under;
    weight += weigh_attached(joints, over) + weigh_attached(joints, under);
    return weight;
}

/* Each place counts as one trial, however much it says, since places of one kind resemble each
 * other and are wrong together. */
static void weigh_joints(const struct lines *lines, const struct joints *joints,
                         const struct page_end *places, size_t count, struct weight *weight)
{
    size_t hits = 0, trials = 0;
    for (size_t i = 0; i < count; i++) {
        if (places[i].outer || places[i].above >= lines->count || places[i].below >= lines->count)
            continue;
        trials++;
        double joint = weigh_joint(lines, joints, &places[i]);
        hits += joint > joint_hit;
        weight->likely += joint > joint_likely;
    }
    weight->sentences = weigh_share(hits, trials, joint_odds);
}

void places_weigh(const struct lines *lines, const struct joints *joints, const struct bench *bench,
                  size_t count, uint32_t lines_per_page, struct weight *weight)
{
    *weight = (struct weight){0};
    weigh_joints(lines, joints, bench->places, count, weight);
    weigh_regularity(lines, bench, count, lines_per_page, weight);
}
