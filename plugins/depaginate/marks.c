/*
 * marks.c - page marks that stand alone: what a text of two pages, or the first of them, has.
 */
#include "depaginate.h"

enum { LONE_LETTERS = 9, LONE_WIDTH = 20 };

bool sentence_goes_on(const struct lines *lines, size_t above, size_t below)
{
    if (above >= lines->count || below >= lines->count)
        return false;
    unsigned a = lines->items[above].flags, b = lines->items[below].flags;
    return (a & LINE_PROSE) && (a & LINE_OPEN) && (b & LINE_PROSE) && (b & LINE_LOWER);
}

static bool has_blanks(const struct lines *lines, size_t line)
{
    return (line == 0 || line_is_blank(lines, line - 1)) && line_is_blank(lines, line + 1);
}

bool mark_stands_alone(const struct lines *lines, size_t line, struct number *number)
{
    struct number numbers[NUMBERS_PER_LINE];
    const struct line *item = &lines->items[line];
    if (!(item->flags & LINE_DIGIT) ||
        (item->letters > LONE_LETTERS && !(item->flags & LINE_GAP)) ||
        !numbers_find(lines, line, numbers))
        return false;
    *number = numbers[0];
    if (!number->marked)
        return false;
    size_t above = lines_before(lines, line), below = lines_after(lines, line);
    bool edge = above == SIZE_MAX || below == lines->count;
    bool plain = item->letters <= LONE_LETTERS && item->end - item->text <= LONE_WIDTH &&
                 (number->slot == SLOT_PAGE || number->slot == SLOT_ALONE) && number->value > 0;
    if (sentence_goes_on(lines, above, below))
        return (plain && (number->dashed || number->slot == SLOT_PAGE ||
                          lines->text.data[item->text] == '[')) ||
               (number->slot == SLOT_PAGE && item->flags & LINE_GAP);
    if (!plain || above == below - 2)
        return false;
    if (number->slot == SLOT_PAGE)
        return number->of ? edge || has_blanks(lines, line) : edge && has_blanks(lines, line);
    return number->dashed && edge && has_blanks(lines, line);
}
