/*
 * measure.c - what one line looks like: columns, letters, words, and a mask.
 *
 * The mask follows Déjean and Meunier ("A system for converting PDF documents into structured XML
 * format", 2006), who count how little variety a zone has left once its digits are masked: lines
 * whose masks are equal differ in digits and spacing alone.
 */
#include "depaginate.h"

#include <string.h>

/* Furniture is not longer than this; what is costs one memchr() and no more. */
enum { FURNITURE_MAX = 240 };

/* ---- Ends and starts ---- */

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
    return text.size && is_small(*text.data);
}

static bool ends_open(quern_string text)
{
    char last = text.data[text.size - 1];
    if (last == ',' || last == '-' || is_small(last))
        return true;
    return text.size >= 3 && !memcmp(text.data + text.size - 3, "\xe2\x80\x90", 3);
}

/* ---- The text of a line ---- */

struct looks {
    quern_string masked; /* digits as one 0, spaces as one */
    unsigned columns, words, letters, gap;
    bool digit;
};

/* Counts of several kinds of bytes, 16 bits each, so that one addition a byte makes them all. */
#define LETTER UINT64_C(1)
#define COLUMN (UINT64_C(1) << 16)
#define BLANK (UINT64_C(1) << 32)
#define ODD (UINT64_C(1) << 48) /* a digit, or a blank but a space: needs a closer look */
#define COUNT(counts, kind) ((unsigned)((counts) / (kind)) & 0xffff)

#define BETWEEN(b, low, high) ((b) >= (low) && (b) <= (high))
#define BYTE(b)                                                                                    \
    ((BETWEEN((b) | 0x20, 'a', 'z') && (b) < 0x80) || (b) >= 0xc3 ? LETTER : 0) +                  \
        (BETWEEN(b, 0x80, 0xbf) ? 0 : COLUMN) + ((b) == ' ' ? BLANK : 0) +                         \
        (BETWEEN(b, '0', '9') || BETWEEN(b, '\t', '\r') ? ODD : 0)
#define BYTES_4(b) BYTE(b), BYTE((b) + 1), BYTE((b) + 2), BYTE((b) + 3)
#define BYTES_16(b) BYTES_4(b), BYTES_4((b) + 4), BYTES_4((b) + 8), BYTES_4((b) + 12)
#define BYTES_64(b) BYTES_16(b), BYTES_16((b) + 16), BYTES_16((b) + 32), BYTES_16((b) + 48)

static const uint64_t byte_kinds[256] = {BYTES_64(0), BYTES_64(64), BYTES_64(128), BYTES_64(192)};

/* Most lines are their own masks: no digits, no two spaces in a row. False when this one is not. */
static bool look_plain(struct looks *looks, quern_string text)
{
    uint64_t counts = 0;
    bool space = false, two = false;
    for (size_t i = 0; i < text.size; i++) {
        bool is = text.data[i] == ' ';
        counts += byte_kinds[(unsigned char)text.data[i]];
        two |= is & space;
        space = is;
    }
    unsigned blanks = COUNT(counts, BLANK);
    *looks = (struct looks){.masked = text,
                            .columns = COUNT(counts, COLUMN),
                            .words = blanks + 1,
                            .letters = COUNT(counts, LETTER),
                            .gap = blanks > 0};
    return !two && !COUNT(counts, ODD);
}

/* Any line, which begins in column `indent`. */
static void look_closely(struct looks *looks, quern_string text, unsigned indent,
                         char masked[FURNITURE_MAX])
{
    unsigned column = indent, spaces = 0;
    size_t size = 0;
    *looks = (struct looks){.words = 1};
    for (size_t i = 0; i < text.size; i++) {
        char byte = text.data[i];
        if (is_space(byte)) {
            unsigned width = byte == '\t' ? 8 - column % 8 : 1;
            column += width;
            spaces += width;
            continue;
        }
        if (spaces)
            masked[size++] = ' ';
        looks->words += spaces > 0;
        looks->gap = spaces > looks->gap ? spaces : looks->gap;
        looks->digit |= is_digit(byte);
        if (!is_digit(byte) || !size || masked[size - 1] != '0')
            masked[size++] = is_digit(byte) ? '0' : byte;
        spaces = 0;
        column += COUNT(byte_kinds[(unsigned char)byte], COLUMN);
        looks->letters += COUNT(byte_kinds[(unsigned char)byte], LETTER);
    }
    looks->columns = column - indent;
    looks->masked = (quern_string){masked, size};
}

static uint32_t hash_bytes(quern_string bytes)
{
    uint64_t hash = bytes.size;
    for (size_t at = 0; at < bytes.size; at += sizeof hash) {
        uint64_t word = 0;
        size_t left = bytes.size - at;
        if (left >= sizeof word)
            memcpy(&word, bytes.data + at, sizeof word);
        else
            memcpy(&word, bytes.data + at, left);
        hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
        hash ^= hash >> 32;
    }
    return (uint32_t)hash;
}

static void measure_text(struct line *line, quern_string text)
{
    struct looks looks;
    char masked[FURNITURE_MAX];
    if (!look_plain(&looks, text))
        look_closely(&looks, text, line->indent, masked);
    bool prose = looks.words >= 3 && looks.letters * 3 >= looks.columns * 2 && looks.gap < WIDE_GAP;
    line->mask = hash_bytes(looks.masked);
    line->width = (uint16_t)(line->indent + looks.columns);
    line->letters = (uint16_t)looks.letters;
    line->gap = (uint8_t)(looks.gap < UINT8_MAX ? looks.gap : UINT8_MAX);
    line->flags |= (uint8_t)((looks.digit ? LINE_DIGIT : 0) | (prose ? LINE_PROSE : 0) |
                             (looks.gap >= WIDE_GAP ? LINE_GAP : 0));
}

/* ---- A line ---- */

/* Steps over the blanks before the text, and counts their columns. */
static size_t measure_indent(struct line *line, const char *text, size_t end)
{
    size_t at = line->begin;
    unsigned column = 0;
    for (; at < end && is_space(text[at]); at++) {
        if (text[at] == '\f')
            line->flags |= LINE_FEED;
        else
            column += text[at] == '\t' ? 8 - column % 8 : 1;
    }
    line->indent = (uint16_t)(column < UINT16_MAX - FURNITURE_MAX ? column : 0);
    return at;
}

void line_measure(struct line *line, const char *text, size_t end)
{
    size_t begin = line->begin, at = measure_indent(line, text, end);
    bool is_long = end - begin > FURNITURE_MAX;
    while (end > at && is_space(text[end - 1]))
        end--;
    line->text = (uint32_t)at;
    line->end = (uint32_t)end;
    if (at == end) {
        line->flags |= LINE_BLANK;
        return;
    }
    quern_string words = {text + at, end - at};
    line->flags |=
        (uint8_t)((starts_small(words) ? LINE_LOWER : 0) | (ends_open(words) ? LINE_OPEN : 0));
    if (is_long) { /* a paragraph in one line: it is prose, and only its ends are looked at */
        line->flags |= LINE_LONG | LINE_PROSE;
        line->indent = 0;
        line->width = line->letters = UINT16_MAX;
    } else {
        measure_text(line, words);
    }
}
