/*
 * breaks.c - whether a new paragraph begins behind a page break.
 *
 * Two things speak: the two lines (paragraphs.c), and whether more blank lines stand above the
 * furniture, or below it, than on other pages. What the latter is worth differs from tool to tool:
 * some copy the blank line at a page's end and some drop it, some fill pages up. So it is learnt from
 * the breaks themselves, by expectation maximisation over the two unknown kinds of break.
 */
#include "paragraphs.h"

#include <math.h>

enum { ROUNDS = 8, FEW_BREAKS = 2 };

enum side { OVER, UNDER, SIDES };

/* Shares of breaks, between paragraphs and within them, that have more blank lines on a side than
 * every break has; and as how many breaks of each kind this counts. Pages that are filled up have
 * more above their feet; below a head hardly anything but a copied line puts one more. */
struct shares {
    double between[SIDES], within[SIDES];
};
static const struct shares begun_with = {{0.5, 0.3}, {0.03, 0.01}};
static const double betweens_begun_with = 2, withins_begun_with = 60;

struct seams {
    const struct pages *pages;
    const struct lines *lines;
    double *odds;  /* by place: for a new paragraph, from the two lines */
    uint8_t *more; /* by place: a bit for each side with more blank lines than every break has */
    size_t inner;  /* breaks with text on both sides */
    size_t least[SIDES]; /* blank lines that every break has */
    struct shares shares;
};

/* Blank lines between a line of the body and the furniture, above and below the latter. */
static size_t blanks_over(const struct lines *lines, const struct page_end *place)
{
    size_t count = 0;
    while (place->above + 1 + count < place->below &&
           line_is_blank(lines, place->above + 1 + count) &&
           !(lines->items[place->above + 1 + count].flags & LINE_FEED))
        count++;
    return count;
}

static size_t blanks_under(const struct lines *lines, const struct page_end *place)
{
    size_t count = 0;
    if (lines->items[place->below].flags & LINE_FEED)
        return 0;
    while (place->below - count > place->above + 1 &&
           line_is_blank(lines, place->below - count - 1)) {
        count++;
        if (lines->items[place->below - count].flags & LINE_FEED)
            break;
    }
    return count;
}

static bool is_inner(const struct seams *seams, size_t i)
{
    const struct page_end *place = &seams->pages->places[i];
    return place->above < seams->lines->count && place->below < seams->lines->count;
}

static size_t count_blanks(const struct seams *seams, size_t i, enum side side)
{
    const struct page_end *place = &seams->pages->places[i];
    return side == OVER ? blanks_over(seams->lines, place) : blanks_under(seams->lines, place);
}

static void find_least(struct seams *seams, enum side side)
{
    seams->least[side] = SIZE_MAX;
    for (size_t i = 0; i < seams->pages->count; i++) {
        size_t blanks = is_inner(seams, i) ? count_blanks(seams, i, side) : SIZE_MAX;
        seams->least[side] = blanks < seams->least[side] ? blanks : seams->least[side];
    }
}

/* The mean of two estimates that err in different places. Where next to no blank line stands in the
 * text, those few tell the regression nothing. */
static double weigh_lines(const struct paragraphs *paragraphs, const struct joints *joints,
                          const struct page_end *place)
{
    const double few_blanks = 0.05;
    double counted = joints_odds(joints, paragraphs->lines, place->above, place->below);
    if (joints_blank_share(joints) < few_blanks)
        return counted;
    return (counted + paragraphs_odds(paragraphs, place->above, place->below)) / 2;
}

/* What the two lines and the blank lines between them say; asked once for each break. */
static bool look_at_breaks(struct seams *seams, quern_call *call)
{
    struct joints joints;
    struct paragraphs *paragraphs = quern_scratch(call, 1, sizeof *paragraphs);
    seams->odds = quern_scratch(call, seams->pages->count + 1, sizeof *seams->odds);
    seams->more = quern_scratch(call, seams->pages->count + 1, sizeof *seams->more);
    if (!paragraphs || !seams->odds || !seams->more)
        return false;
    joints_learn(&joints, seams->lines, seams->pages->taken);
    paragraphs_learn(paragraphs, seams->lines, seams->pages->taken);
    find_least(seams, OVER);
    find_least(seams, UNDER);
    for (size_t i = 0; i < seams->pages->count; i++) {
        const struct page_end *place = &seams->pages->places[i];
        if (!is_inner(seams, i))
            continue;
        seams->inner++;
        seams->odds[i] = weigh_lines(paragraphs, &joints, place);
        for (enum side side = OVER; side < SIDES; side++)
            seams->more[i] |=
                (uint8_t)((count_blanks(seams, i, side) > seams->least[side]) << side);
    }
    return true;
}

/* What the blank lines add to the odds. One that stands on one side cannot stand on the other, which
 * then says nothing. Where there is nothing to compare with, furniture without blank lines on both
 * sides stands within a paragraph. */
static double weigh_blanks(const struct seams *seams, size_t i)
{
    double odds = 0;
    if (seams->inner < FEW_BREAKS)
        return count_blanks(seams, i, OVER) && count_blanks(seams, i, UNDER);
    for (enum side side = OVER; side < SIDES; side++) {
        double between = seams->shares.between[side], within = seams->shares.within[side];
        if (seams->more[i] >> side & 1)
            odds += log(between / within);
        else if (!seams->more[i])
            odds += log((1 - between) / (1 - within));
    }
    return odds;
}

/* The probability that a new paragraph begins. */
static double probability(const struct seams *seams, size_t i)
{
    return 1 / (1 + exp(-seams->odds[i] - weigh_blanks(seams, i)));
}

static void learn_shares(struct seams *seams)
{
    double between[SIDES] = {0}, within[SIDES] = {0};
    double betweens = betweens_begun_with, withins = withins_begun_with;
    for (size_t i = 0; i < seams->pages->count; i++) {
        if (!is_inner(seams, i))
            continue;
        double share = probability(seams, i);
        betweens += share;
        withins += 1 - share;
        for (enum side side = OVER; side < SIDES; side++) {
            between[side] += seams->more[i] >> side & 1 ? share : 0;
            within[side] += seams->more[i] >> side & 1 ? 1 - share : 0;
        }
    }
    for (enum side side = OVER; side < SIDES; side++) {
        seams->shares.between[side] =
            (between[side] + begun_with.between[side] * betweens_begun_with) / betweens;
        seams->shares.within[side] =
            (within[side] + begun_with.within[side] * withins_begun_with) / withins;
    }
}

/* A text whose paragraphs are lines of their own. */
static bool is_unwrapped(const struct lines *lines)
{
    size_t prose = 0, wide = 0;
    for (size_t i = 0; i < lines->count; i++) {
        prose += (lines->items[i].flags & LINE_PROSE) != 0;
        wide += lines->items[i].flags & LINE_PROSE && lines->items[i].width > WRAPPED_MAX;
    }
    return wide * 4 > prose;
}

uint8_t *breaks_decide(const struct pages *pages, const struct lines *lines, bool join,
                       quern_call *call)
{
    struct seams seams = {.pages = pages, .lines = lines, .shares = begun_with};
    uint8_t *decided = quern_scratch(call, pages->count + 1, 1);
    if (!decided || !look_at_breaks(&seams, call))
        return NULL;
    for (unsigned round = 0; round < ROUNDS; round++)
        learn_shares(&seams);
    bool unwrapped = join && is_unwrapped(lines);
    for (size_t i = 0; i < pages->count; i++) {
        const struct page_end *place = &pages->places[i];
        if (!is_inner(&seams, i))
            decided[i] = JOINT_LINE;
        else if (sentence_goes_on(lines, place->above, place->below))
            decided[i] = unwrapped ? JOINT_SPACE : JOINT_LINE;
        else
            decided[i] = probability(&seams, i) > 0.5 ? JOINT_PARAGRAPH : JOINT_LINE;
    }
    return decided;
}
