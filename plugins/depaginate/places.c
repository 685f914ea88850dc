/*
 * places.c - where pages end, by one sequence, and by all that were accepted.
 */
#include "decision.h"

#include <stdlib.h>
#include <string.h>

static struct page_end make_place(const struct decision *decision, const struct sequence *sequence,
                                  const struct member *member)
{
    const struct lines *lines = decision->lines;
    size_t line = member->line;
    struct page_end place = {.above = lines_before(lines, line),
                             .line = line,
                             .value = member->value,
                             .begin = member->begin,
                             .end = member->end};
    if (sequence->kind == SEQUENCE_FEEDS && !line_is_blank(lines, line))
        place.below = line;
    else
        place.below = lines_after(lines, line);
    return place;
}

/* Skips over what earlier sequences have taken; of that, no more than a page can have at its end. */
void place_widen(const struct decision *decision, struct page_end *place)
{
    enum { STEPS = 32 };
    const struct lines *lines = decision->lines;
    for (int i = 0; i < STEPS && place->above < lines->count && decision->taken[place->above]; i++)
        place->above = lines_before(lines, place->above);
    for (int i = 0; i < STEPS && place->below < lines->count && decision->taken[place->below]; i++)
        place->below = lines_after(lines, place->below);
}

static bool same_place(const struct page_end *a, const struct page_end *b)
{
    return a->above == b->above && a->below == b->below;
}

/* The places of a sequence, with the start and the end of the text around them. */
void places_make(const struct decision *decision, struct candidate *candidate)
{
    const struct lines *lines = decision->lines;
    const struct sequence *sequence = candidate->sequence;
    struct page_end *places = decision->bench.places;
    size_t count = 0;
    places[count++] =
        (struct page_end){.above = SIZE_MAX, .below = lines_after(lines, SIZE_MAX), .outer = true};
    for (size_t i = 0; i < sequence->count; i++) {
        struct page_end place = make_place(decision, sequence, &sequence->members[i]);
        place_widen(decision, &place);
        if (place.above == SIZE_MAX)
            count = 0;
        else if (count && same_place(&places[count - 1], &place))
            continue;
        places[count++] = place;
    }
    if (!count || places[count - 1].below < lines->count)
        places[count++] = (struct page_end){
            .above = lines_before(lines, lines->count), .below = lines->count, .outer = true};
    candidate->places = places;
    candidate->count = count;
}

/* ---- Those that are accepted ---- */

bool place_touches(const struct decision *decision, const struct page_end *place)
{
    size_t begin = place->above + 1;
    size_t end = place->below < decision->lines->count ? place->below : decision->lines->count;
    for (size_t line = begin; line < end; line++)
        if (decision->taken[line])
            return true;
    return false;
}

/* Adds a place to the tree. (P. Fenwick, "A new data structure for cumulative frequency tables",
 * 1994.) */
static bool tally_place(struct decision *decision, const struct page_end *place)
{
    if (!decision->tree)
        decision->tree =
            quern_scratch(decision->call, decision->lines->count + 2, sizeof *decision->tree);
    if (!decision->tree)
        return false;
    for (size_t i = place->above + 2; i < decision->lines->count + 2; i += i & -i)
        decision->tree[i]++;
    return true;
}

/* How many places begin before `line`. */
size_t places_before(const struct decision *decision, size_t line)
{
    size_t count = 0;
    for (size_t i = line; i > 0 && decision->tree; i -= i & -i)
        count += decision->tree[i];
    return count;
}

/* Takes the lines of a place, which is not empty. Places at the start and the end of the text come
 * with each sequence, and are taken once. */
bool place_take(struct decision *decision, const struct page_end *place)
{
    size_t begin = place->above + 1, end = place->below;
    if (place->outer && begin < end && decision->taken[begin] && decision->taken[end - 1])
        return true;
    struct page_end *added = list_add(&decision->places);
    if (!added)
        return false;
    *added = *place;
    memset(decision->taken + begin, 1, end - begin);
    return place->outer || tally_place(decision, place);
}

static int by_line(const void *a, const void *b)
{
    const struct page_end *x = a, *y = b;
    size_t p = x->above + 1, q = y->above + 1;
    return (p > q) - (p < q);
}

static void merge_into(struct page_end *last, const struct page_end *place)
{
    size_t above = last->above, below = place->below > last->below ? place->below : last->below;
    bool outer = last->outer && place->outer;
    if (!last->value)
        *last = *place;
    last->above = above;
    last->below = below;
    last->outer = outer;
}

bool places_merge(const struct decision *decision, struct pages *pages)
{
    size_t count = decision->places.count, kept = 0;
    struct page_end *places = quern_scratch(decision->call, count + 1, sizeof *places);
    if (!places)
        return false;
    for (size_t i = 0; i < count; i++)
        places[i] = *place_at(decision, i);
    if (count)
        qsort(places, count, sizeof *places, by_line);
    for (size_t i = 0; i < count; i++) {
        if (!kept || places[i].above + 1 >= places[kept - 1].below)
            places[kept++] = places[i];
        else
            merge_into(&places[kept - 1], &places[i]);
    }
    pages->places = places;
    pages->count = kept;
    return true;
}
