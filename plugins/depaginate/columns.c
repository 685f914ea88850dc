/*
 * columns.c - whether a text is set in two columns, side by side in its lines.
 *
 * Then most lines have a gap, the part behind it begins in the same column on line after line, and
 * both parts are words: the cells of a table are short, or numbers.
 */
#include "depaginate.h"

enum { COLUMNS = 256, LINES_MIN = 20, PART_LETTERS = 16, COLUMN_SLACK = 1 };

static size_t count_letters(const char *at, const char *end)
{
    size_t count = 0;
    for (; at < end; at++)
        count += is_small(*at) || is_capital(*at) || (unsigned char)*at >= 0xc3;
    return count;
}

/* Where the part behind the first gap of a line begins, in characters; 0 when there are not two
 * parts of words. */
static size_t find_second_part(const struct lines *lines, size_t line)
{
    quern_string text = line_text(lines, line);
    size_t spaces = 0, column = lines->items[line].indent;
    for (size_t i = 0; i < text.size; i++) {
        const char *at = text.data + i;
        if (!is_space(*at) && spaces >= WIDE_GAP)
            return column < COLUMNS && count_letters(text.data, at) >= PART_LETTERS &&
                           count_letters(at, text.data + text.size) >= PART_LETTERS
                       ? column
                       : 0;
        spaces = is_space(*at) ? spaces + 1 : 0;
        column += ((unsigned char)*at & 0xc0) != 0x80;
    }
    return 0;
}

bool columns_stand_side_by_side(const struct lines *lines)
{
    size_t counts[COLUMNS] = {0}, total = 0, most = 0;
    for (size_t i = 0; i < lines->count; i++) {
        const struct line *line = &lines->items[i];
        if (line->flags & LINE_BLANK)
            continue;
        total++;
        if ((line->flags & (LINE_GAP | LINE_LONG)) == LINE_GAP)
            counts[find_second_part(lines, i)]++;
    }
    for (size_t column = COLUMN_SLACK + 1; column + COLUMN_SLACK < COLUMNS; column++) {
        size_t near = counts[column - 1] + counts[column] + counts[column + 1];
        most = near > most ? near : most;
    }
    return most >= LINES_MIN && most * 2 >= total;
}
