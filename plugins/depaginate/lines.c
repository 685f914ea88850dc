/*
 * lines.c - the table of lines.
 */
#include "depaginate.h"

#include <string.h>

enum { ROW_WIDTH = 80 };

/* Where lines begin and end. */
struct cursor {
    quern_string text;
    size_t begin, end, next;     /* of a line, and of the one behind it */
    size_t line_feed, form_feed; /* the next ones; the end of the text when there is none */
};

/* The next such byte from `at` on, if the one found before lies behind; the end of the text when
 * there is none. */
static void look_ahead(quern_string text, size_t at, char byte, size_t *found)
{
    if (*found >= at && at > 0)
        return;
    const char *next = memchr(text.data + at, byte, text.size - at);
    *found = next ? (size_t)(next - text.data) : text.size;
}

/* A line ends at a line feed, at a form feed behind some text, or at the end of the text. */
static bool step_line(struct cursor *cursor)
{
    quern_string text = cursor->text;
    size_t start = cursor->begin = cursor->next;
    if (start >= text.size)
        return false;
    look_ahead(text, start, '\n', &cursor->line_feed);
    while (start < cursor->line_feed && is_space(text.data[start]))
        start++;
    look_ahead(text, start, '\f', &cursor->form_feed);
    bool feed = cursor->form_feed < cursor->line_feed && start < cursor->line_feed;
    cursor->end = feed ? cursor->form_feed : cursor->line_feed;
    cursor->next = cursor->end + (!feed && cursor->end < text.size);
    return true;
}

static size_t count_lines(quern_string text)
{
    struct cursor cursor = {.text = text};
    size_t count = 0;
    while (step_line(&cursor))
        count++;
    return count;
}

/* Tells the blank lines before `line` which lines are around them; returns `line` if it has text. */
static size_t close_run(struct lines *lines, size_t above, size_t line)
{
    for (size_t i = above + 1; i < line; i++) {
        lines->items[i].above = (uint32_t)above;
        lines->items[i].below = (uint32_t)line;
    }
    return line;
}

static void read_lines(struct lines *lines)
{
    struct cursor cursor = {.text = lines->text};
    struct line *line = lines->items;
    uint32_t row = 0;
    size_t above = SIZE_MAX;
    for (; step_line(&cursor); line++) {
        line->begin = (uint32_t)cursor.begin;
        line->row = row;
        line_measure(line, lines->text.data, cursor.end);
        row += 1 + (line->end - line->text) / ROW_WIDTH;
        if (!(line->flags & LINE_BLANK))
            above = close_run(lines, above, (size_t)(line - lines->items));
    }
    *line = (struct line){.begin = (uint32_t)lines->text.size,
                          .text = (uint32_t)lines->text.size,
                          .end = (uint32_t)lines->text.size,
                          .row = row,
                          .flags = LINE_BLANK};
    close_run(lines, above, lines->count);
}

bool lines_read(struct lines *lines, quern_string text, quern_call *call)
{
    lines->text = text;
    lines->count = count_lines(text);
    lines->items = quern_scratch(call, lines->count + 1, sizeof *lines->items);
    if (!lines->items)
        return false;
    read_lines(lines);
    return true;
}

size_t lines_after(const struct lines *lines, size_t line)
{
    line++;
    if (line >= lines->count)
        return lines->count;
    return line_is_blank(lines, line) ? lines->items[line].below : line;
}

size_t lines_before(const struct lines *lines, size_t line)
{
    if (line-- == 0)
        return SIZE_MAX;
    if (!line_is_blank(lines, line))
        return line;
    uint32_t above = lines->items[line].above;
    return above == UINT32_MAX ? SIZE_MAX : above;
}
