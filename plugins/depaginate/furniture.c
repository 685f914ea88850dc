/*
 * furniture.c - from one line a page to all that stands around the break.
 *
 * After Lin ("Header and footer extraction by page association", 2003): the n-th line from the
 * break is compared with that of the pages one and two away, two because left and right pages may
 * differ. A rank counts as furniture when most pages agree, and the next one is looked at only if
 * this one did.
 */
#include "depaginate.h"

#include <string.h>

enum { RANKS_MAX = 5, NEIGHBOURS = 2, FORM_SLACK = 1, SAMPLE = 64 };

enum match { MATCH_OUT, MATCH_NONE, MATCH_FORM, MATCH_ALIKE, MATCH_GROWN };

struct rank {
    const struct lines *lines;
    struct page_end *places;
    size_t count;
    bool down;
    uint8_t *matches; /* by place */
    bool *active;     /* by place: all ranks so far were furniture there */
};

/* The line of a place that is next in turn; the number of lines when there is none. */
static size_t rank_line(const struct rank *rank, size_t place)
{
    size_t line = rank->down ? rank->places[place].below : rank->places[place].above;
    return line < rank->lines->count ? line : rank->lines->count;
}

/* Blank lines between the furniture of a place and the line that is next in turn. */
static size_t blanks_before(const struct rank *rank, size_t place)
{
    const struct lines *lines = rank->lines;
    size_t line = rank_line(rank, place);
    return rank->down ? line - (lines_before(lines, line) + 1)
                      : lines_after(lines, line) - (line + 1);
}

static enum match compare_with(const struct rank *rank, size_t place, size_t other, size_t pages)
{
    size_t line = rank_line(rank, place), neighbour = rank_line(rank, other);
    size_t low = line < neighbour ? line : neighbour, high = line < neighbour ? neighbour : line;
    if (!rank->active[other] || high >= rank->lines->count || low == high)
        return MATCH_NONE;
    switch (lines_compare(rank->lines, low, high, (uint32_t)pages)) {
    case GROWN:
        return MATCH_GROWN;
    case ALIKE:
        return MATCH_ALIKE;
    default:
        return lines_resemble(rank->lines, low, high, (uint32_t)pages) ? MATCH_FORM : MATCH_NONE;
    }
}

/* The best likeness to a page one or two away. */
static enum match match_place(const struct rank *rank, size_t place)
{
    enum match best = MATCH_NONE;
    if (!rank->active[place] || rank_line(rank, place) >= rank->lines->count)
        return MATCH_OUT;
    for (size_t pages = 1; pages <= NEIGHBOURS; pages++) {
        enum match match = MATCH_NONE;
        if (place >= pages)
            match = compare_with(rank, place, place - pages, pages);
        best = match > best ? match : best;
        if (place + pages < rank->count)
            match = compare_with(rank, place, place + pages, pages);
        best = match > best ? match : best;
    }
    return best;
}

struct tally {
    size_t places, alike, grown, misread, adjoining, lettered, gapped;
};

static void count_place(const struct rank *rank, size_t place, struct tally *tally)
{
    enum match match = (enum match)rank->matches[place];
    if (match == MATCH_OUT || (rank->places[place].outer && match < MATCH_ALIKE))
        return;
    tally->places++;
    tally->alike += match == MATCH_ALIKE;
    tally->grown += match == MATCH_GROWN;
    tally->misread += match == MATCH_FORM;
    tally->gapped +=
        match == MATCH_ALIKE && rank->lines->items[rank_line(rank, place)].flags & LINE_GAP;
    tally->adjoining += blanks_before(rank, place) == 0;
    tally->lettered += rank->lines->items[rank_line(rank, place)].letters >= 3;
}

/* Lines without letters, such as a closing brace or a ruler, prove nothing by recurring; they are
 * furniture where they carry a number that grows, or adjoin what is. */
static bool is_furniture(const struct tally *tally, unsigned ranks)
{
    size_t matched = tally->alike + tally->grown + tally->misread;
    bool most = matched * 5 >= tally->places * 3, nearly_all = matched * 5 >= tally->places * 4;
    bool grows = tally->grown >= 2 && tally->grown * 2 >= matched;
    bool adjoins = tally->adjoining * 5 >= tally->places * 4;
    if (tally->places < 2 || !most)
        return false;
    if (tally->lettered * 5 < tally->places * 4)
        return (grows && nearly_all) || (ranks > 0 && adjoins && nearly_all && matched >= 3);
    if (grows || (tally->gapped == matched && matched >= 2))
        return true;
    return matched >= 3 ? ranks == 0 || adjoins || nearly_all : tally->alike == tally->places;
}

static unsigned centre(const struct line *line)
{
    return ((unsigned)line->indent + line->width) / 2;
}

/* A head that only one page has is known by its form: centred or set right as on other pages, with
 * the same blank lines before it. */
static bool has_form(const struct rank *rank, size_t place, size_t model)
{
    const struct lines *lines = rank->lines;
    const struct line *line = &lines->items[rank_line(rank, place)];
    const struct line *other = &lines->items[rank_line(rank, model)];
    unsigned left = centre(line), right = centre(other);
    bool centred = line->indent >= 8 && other->indent >= 8 &&
                   (left > right ? left - right : right - left) <= FORM_SLACK;
    bool right_set = line->flags & other->flags & LINE_GAP && line->width == other->width;
    return (centred || right_set) && blanks_before(rank, place) == blanks_before(rank, model);
}

static void accept_forms(const struct rank *rank)
{
    size_t model = SIZE_MAX;
    for (size_t i = 0; i < rank->count; i++) {
        if (rank->matches[i] > MATCH_FORM)
            model = i;
        else if (rank->matches[i] == MATCH_NONE && !rank->places[i].outer && model != SIZE_MAX &&
                 has_form(rank, i, model))
            rank->matches[i] = MATCH_FORM;
    }
}

static void take_lines(const struct rank *rank)
{
    for (size_t i = 0; i < rank->count; i++) {
        rank->active[i] = rank->matches[i] >= MATCH_FORM;
        if (!rank->active[i])
            continue;
        struct page_end *place = &rank->places[i];
        if (rank->down)
            place->below = lines_after(rank->lines, place->below);
        else
            place->above = lines_before(rank->lines, place->above);
    }
}

/* In a long text, the first pages tell whether it is worth looking at the others. */
static bool is_worthwhile(const struct rank *rank)
{
    struct tally tally = {0};
    if (rank->count <= SAMPLE)
        return true;
    for (size_t i = 0; i < SAMPLE; i++) {
        rank->matches[i] = (uint8_t)match_place(rank, i);
        count_place(rank, i, &tally);
    }
    return (tally.alike + tally.grown + tally.misread) * 10 >= tally.places * 3;
}

static void grow_side(struct rank *rank, bool anchored, struct growth *growth)
{
    for (unsigned ranks = anchored; ranks < RANKS_MAX && is_worthwhile(rank); ranks++) {
        struct tally tally = {0};
        for (size_t i = 0; i < rank->count; i++)
            rank->matches[i] = (uint8_t)match_place(rank, i);
        for (size_t i = 0; i < rank->count; i++)
            count_place(rank, i, &tally);
        if (!is_furniture(&tally, ranks))
            return;
        accept_forms(rank);
        take_lines(rank);
        if (tally.grown * 2 >= tally.places)
            growth->grown++;
        else
            growth->alike++;
        growth->endless = growth->endless || ranks + 1 == RANKS_MAX;
    }
}

void places_grow(const struct lines *lines, const struct bench *bench, size_t count, bool anchored,
                 struct growth *growth)
{
    struct rank rank = {.lines = lines,
                        .places = bench->places,
                        .count = count,
                        .matches = bench->matches,
                        .active = bench->active};
    *growth = (struct growth){0};
    for (int side = 0; side < 2; side++) {
        rank.down = side;
        memset(rank.active, true, count * sizeof *rank.active);
        grow_side(&rank, anchored, growth);
    }
}
