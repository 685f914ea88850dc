/*
 * lines.c - the table of lines: offsets, columns, a mask, and a few properties of each line.
 *
 * The mask follows Déjean and Meunier ("A system for converting PDF documents into structured XML
 * format", 2006), who count how little variety a zone has left once its digits are masked: lines
 * whose masks are equal differ in digits and spacing alone.
 */
#include "depaginate.h"

#include <string.h>

/* Furniture is not longer than this; what is costs one memchr() and no more. */
enum { FURNITURE_MAX = 240, ROW_WIDTH = 80 };

enum sort { OTHER, SPACE, DIGIT, SMALL, CAPITAL, CONTINUED };

static inline enum sort classify(unsigned char byte)
{
    if (byte >= 'a' && byte <= 'z')
        return SMALL;
    if (is_space((char)byte))
        return SPACE;
    if (byte >= 'A' && byte <= 'Z')
        return CAPITAL;
    if (byte >= '0' && byte <= '9')
        return DIGIT;
    return byte >= 0x80 && byte < 0xc0 ? CONTINUED : OTHER;
}

static bool is_quote(const char *at, size_t size, size_t *length)
{
    if (size && (*at == '"' || *at == '\'' || *at == '(')) {
        *length = 1;
        return true;
    }
    *length = 3;
    return size >= 3 && !memcmp(at, "\xe2\x80", 2) && (at[2] == '\x9c' || at[2] == '\x98');
}

static bool starts_small(quern_string text)
{
    size_t length;
    while (text.size && is_quote(text.data, text.size, &length)) {
        text.data += length;
        text.size -= length;
    }
    return text.size && classify((unsigned char)*text.data) == SMALL;
}

static bool ends_open(quern_string text)
{
    char last = text.data[text.size - 1];
    if (last == ',' || last == '-' || classify((unsigned char)last) == SMALL)
        return true;
    return text.size >= 3 && !memcmp(text.data + text.size - 3, "\xe2\x80\x90", 3);
}

struct walk {
    uint32_t hash;
    unsigned column, spaces, words, letters, gap;
    bool digit;
    enum sort last;
};

static void walk_space(struct walk *walk, char byte)
{
    unsigned width = byte == '\t' ? 8 - walk->column % 8 : 1;
    walk->column += width;
    walk->spaces += width;
}

static void hash_byte(struct walk *walk, unsigned char byte)
{
    walk->hash = (walk->hash ^ byte) * 16777619u;
}

/* The first byte after spaces, or of the line. */
static void start_word(struct walk *walk)
{
    if (walk->words && walk->spaces > walk->gap)
        walk->gap = walk->spaces;
    hash_byte(walk, ' ');
    walk->words++;
    walk->spaces = 0;
    walk->last = SPACE;
}

static void walk_visible(struct walk *walk, unsigned char byte, enum sort sort)
{
    if (walk->spaces || !walk->words)
        start_word(walk);
    walk->column += sort != CONTINUED;
    walk->letters += sort == SMALL || sort == CAPITAL || byte >= 0xc3;
    if (sort == DIGIT) {
        walk->digit = true;
        if (walk->last != DIGIT)
            hash_byte(walk, '0');
    } else {
        hash_byte(walk, byte);
    }
    walk->last = sort;
}

static void describe_text(struct line *line, quern_string text, const struct walk *walk)
{
    unsigned visible = walk->column - line->indent;
    line->mask = walk->hash ? walk->hash : 1;
    line->width = (uint16_t)walk->column;
    line->letters = (uint16_t)walk->letters;
    line->gap = (uint8_t)(walk->gap < UINT8_MAX ? walk->gap : UINT8_MAX);
    bool prose = walk->words >= 3 && walk->letters * 3 >= visible * 2 && walk->gap < WIDE_GAP;
    line->flags |=
        (uint8_t)((walk->digit ? LINE_DIGIT : 0) | (prose ? LINE_PROSE : 0) |
                  (walk->gap >= WIDE_GAP ? LINE_GAP : 0) | (starts_small(text) ? LINE_LOWER : 0) |
                  (ends_open(text) ? LINE_OPEN : 0));
}

static void read_short(struct line *line, const char *text, size_t end)
{
    struct walk walk = {.hash = 2166136261u};
    size_t at = line->begin;
    while (at < end && classify((unsigned char)text[at]) == SPACE) {
        if (text[at] == '\f')
            line->flags |= LINE_FEED;
        else
            walk_space(&walk, text[at]);
        at++;
    }
    while (end > at && classify((unsigned char)text[end - 1]) == SPACE)
        end--;
    line->text = (uint32_t)at;
    line->end = (uint32_t)end;
    line->indent = (uint16_t)walk.column;
    walk.spaces = 0;
    for (size_t i = at; i < end; i++) {
        enum sort sort = classify((unsigned char)text[i]);
        if (sort == SPACE)
            walk_space(&walk, text[i]);
        else
            walk_visible(&walk, (unsigned char)text[i], sort);
    }
    if (at == end)
        line->flags |= LINE_BLANK;
    else
        describe_text(line, (quern_string){text + at, end - at}, &walk);
}

/* A paragraph in one line: it is prose, and only its ends are looked at. */
static void read_long(struct line *line, const char *text, size_t end)
{
    size_t at = line->begin;
    while (at < end && classify((unsigned char)text[at]) == SPACE) {
        if (text[at] == '\f')
            line->flags |= LINE_FEED;
        at++;
    }
    while (end > at && classify((unsigned char)text[end - 1]) == SPACE)
        end--;
    line->text = (uint32_t)at;
    line->end = (uint32_t)end;
    line->width = UINT16_MAX;
    line->letters = UINT16_MAX;
    if (at == end) {
        line->flags |= LINE_BLANK;
        return;
    }
    quern_string words = {text + at, end - at};
    line->flags |= (uint8_t)(LINE_LONG | LINE_PROSE | (starts_small(words) ? LINE_LOWER : 0) |
                             (ends_open(words) ? LINE_OPEN : 0));
}

/* Where lines begin and end. */
struct cursor {
    quern_string text;
    size_t begin, end, next; /* of a line, and of the one behind it */
    size_t feed;             /* the next line feed; the end of the text when there is none */
};

static size_t find_byte(quern_string text, size_t begin, size_t end, char byte)
{
    const char *found = memchr(text.data + begin, byte, end - begin);
    return found ? (size_t)(found - text.data) : end;
}

/* A line ends at a line feed, at a form feed behind some text, or at the end of the text. The line
 * feed is looked for only when the last one is passed, however many form feeds stand before it. */
static bool step_line(struct cursor *cursor)
{
    size_t size = cursor->text.size, start = cursor->begin = cursor->next;
    if (start >= size)
        return false;
    if (start == 0 || cursor->feed < start)
        cursor->feed = find_byte(cursor->text, start, size, '\n');
    while (start < cursor->feed && is_space(cursor->text.data[start]))
        start++;
    cursor->end = find_byte(cursor->text, start, cursor->feed, '\f');
    cursor->next = cursor->end + (cursor->end == cursor->feed && cursor->feed < size);
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
        if (cursor.end - cursor.begin > FURNITURE_MAX)
            read_long(line, lines->text.data, cursor.end);
        else
            read_short(line, lines->text.data, cursor.end);
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
