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

/* Where a line that begins at `at` ends: at a line feed, at a form feed behind some text, or at the
 * end of the text. `*next` is where the one after it begins. */
static size_t find_end(quern_string text, size_t at, size_t *next)
{
    const char *feed = memchr(text.data + at, '\n', text.size - at);
    size_t end = feed ? (size_t)(feed - text.data) : text.size;
    *next = feed ? end + 1 : end;
    size_t start = at;
    while (start < end && classify((unsigned char)text.data[start]) == SPACE)
        start++;
    const char *page = memchr(text.data + start, '\f', end - start);
    if (page) {
        end = (size_t)(page - text.data);
        *next = end;
    }
    return end;
}

static size_t count_lines(quern_string text)
{
    size_t count = 0, next;
    for (size_t at = 0; at < text.size; at = next) {
        find_end(text, at, &next);
        count++;
    }
    return count;
}

bool lines_read(struct lines *lines, quern_string text, quern_call *call)
{
    lines->text = text;
    lines->count = count_lines(text);
    lines->items = quern_scratch(call, lines->count + 1, sizeof *lines->items);
    if (!lines->items)
        return false;
    struct line *line = lines->items;
    uint32_t row = 0;
    size_t next;
    for (size_t at = 0; at < text.size; at = next, line++) {
        size_t end = find_end(text, at, &next);
        line->begin = (uint32_t)at;
        line->row = row;
        if (end - at > FURNITURE_MAX)
            read_long(line, text.data, end);
        else
            read_short(line, text.data, end);
        row += 1 + (line->end - line->text) / ROW_WIDTH;
    }
    line->begin = line->text = line->end = (uint32_t)text.size;
    line->row = row;
    line->flags = LINE_BLANK;
    return true;
}

size_t lines_after(const struct lines *lines, size_t line)
{
    do
        line++;
    while (line < lines->count && line_is_blank(lines, line));
    return line < lines->count ? line : lines->count;
}

size_t lines_before(const struct lines *lines, size_t line)
{
    while (line-- > 0)
        if (!line_is_blank(lines, line))
            return line;
    return SIZE_MAX;
}
