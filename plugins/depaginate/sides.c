/*
 * sides.c - which furniture at a break is the foot of the page before it, and which the head of the
 * page behind it.
 */
#include "depaginate.h"

static size_t count_furniture(const struct lines *lines, const struct page_end *place)
{
    size_t count = 0;
    for (size_t i = place->above + 1; i < place->below; i++)
        count += !line_is_blank(lines, i);
    return count;
}

struct sides sides_find(const struct pages *pages, const struct lines *lines)
{
    struct sides sides = {0};
    if (!pages->count)
        return sides;
    const struct page_end *first = &pages->places[0], *last = &pages->places[pages->count - 1];
    if (first->above == SIZE_MAX)
        sides.heads = count_furniture(lines, first);
    if (last->below == lines->count)
        sides.feet = count_furniture(lines, last);
    return sides;
}

/* Behind the form feed; else as many lines from the end as the first page has for its head, or
 * behind as many as the last page has for its foot. */
size_t sides_first_head(struct sides sides, const struct page_end *place, const struct lines *lines)
{
    size_t feet, total = count_furniture(lines, place);
    if (place->above == SIZE_MAX)
        return 0;
    for (size_t i = place->above + 1; i < place->below; i++)
        if (lines->items[i].flags & LINE_FEED)
            return i;
    if (sides.heads)
        feet = total > sides.heads ? total - sides.heads : 0;
    else
        feet = sides.feet ? sides.feet : total;
    for (size_t i = place->above + 1; i < place->below; i++)
        if (!line_is_blank(lines, i) && feet-- == 0)
            return i;
    return place->below;
}
