/*
 * breaks.c - whether a new paragraph begins behind a page break.
 *
 * Two things speak: the two lines (join.c), and whether more blank lines stand around the furniture
 * than on other pages. What the latter is worth differs from tool to tool: some copy the blank line
 * at a page's end and some drop it, some fill pages up. So it is learnt from the breaks themselves,
 * by expectation maximisation over the two unknown kinds of break.
 */
#include "depaginate.h"

#include <math.h>

enum { ROUNDS = 8, FEW_BREAKS = 3 };

/* Begun with: blank lines more than elsewhere are seen in so many of ten breaks between paragraphs,
 * and within them. */
static const double more_between = 8.5, more_within = 0.5, weighed = 10;

struct seams {
    const struct pages *pages;
    const struct lines *lines;
    double *odds;                   /* by place: for a new paragraph, from the two lines */
    bool *more;                     /* by place: has more blank lines than every break has */
    size_t inner;                   /* breaks with text on both sides */
    size_t least_over, least_under; /* blank lines that every break has */
    double between, within;         /* share of breaks with more blank lines than these */
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

static bool has_more_blanks(const struct seams *seams, size_t i)
{
    const struct page_end *place = &seams->pages->places[i];
    return blanks_over(seams->lines, place) > seams->least_over ||
           blanks_under(seams->lines, place) > seams->least_under;
}

static void find_least(struct seams *seams)
{
    seams->least_over = seams->least_under = SIZE_MAX;
    for (size_t i = 0; i < seams->pages->count; i++) {
        if (!is_inner(seams, i))
            continue;
        seams->inner++;
        size_t over = blanks_over(seams->lines, &seams->pages->places[i]);
        size_t under = blanks_under(seams->lines, &seams->pages->places[i]);
        seams->least_over = over < seams->least_over ? over : seams->least_over;
        seams->least_under = under < seams->least_under ? under : seams->least_under;
    }
}

/* What the two lines and the blank lines between them say; asked once for each break. */
static bool look_at_breaks(struct seams *seams, quern_call *call)
{
    struct joints joints;
    seams->odds = quern_scratch(call, seams->pages->count + 1, sizeof *seams->odds);
    seams->more = quern_scratch(call, seams->pages->count + 1, sizeof *seams->more);
    if (!seams->odds || !seams->more)
        return false;
    joints_learn(&joints, seams->lines, seams->pages->taken);
    find_least(seams);
    for (size_t i = 0; i < seams->pages->count; i++) {
        const struct page_end *place = &seams->pages->places[i];
        if (!is_inner(seams, i))
            continue;
        seams->odds[i] = joints_odds(&joints, seams->lines, place->above, place->below);
        seams->more[i] = has_more_blanks(seams, i);
    }
    return true;
}

/* The probability that a new paragraph begins. */
static double probability(const struct seams *seams, size_t i)
{
    const struct page_end *place = &seams->pages->places[i];
    double odds = seams->odds[i];
    if (seams->inner < FEW_BREAKS)
        odds += blanks_over(seams->lines, place) && blanks_under(seams->lines, place);
    else if (seams->more[i])
        odds += log(seams->between / seams->within);
    else
        odds += log((1 - seams->between) / (1 - seams->within));
    return 1 / (1 + exp(-odds));
}

static void learn_round(struct seams *seams)
{
    double between = more_between, within = more_within, betweens = weighed, withins = weighed;
    for (size_t i = 0; i < seams->pages->count; i++) {
        if (!is_inner(seams, i))
            continue;
        double share = probability(seams, i);
        between += seams->more[i] ? share : 0;
        within += seams->more[i] ? 1 - share : 0;
        betweens += share;
        withins += 1 - share;
    }
    seams->between = between / betweens;
    seams->within = within / withins;
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
    struct seams seams = {.pages = pages, .lines = lines};
    uint8_t *decided = quern_scratch(call, pages->count + 1, 1);
    if (!decided || !look_at_breaks(&seams, call))
        return NULL;
    seams.between = more_between / weighed;
    seams.within = more_within / weighed;
    for (unsigned round = 0; round < ROUNDS; round++)
        learn_round(&seams);
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
