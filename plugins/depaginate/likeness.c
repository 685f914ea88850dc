/*
 * likeness.c - whether two lines are the same furniture on two pages.
 *
 * Lin ("Header and footer extraction by page association", 2003) compares the lines of
 * neighbouring pages after digits are made equal. Here each number that differs has to be explained
 * as well: one may have grown by as many as there are pages between the two, and no other. That is
 * what tells "Page 7" and "Page 8" from "Version 0.7" and "Version 0.12".
 */
#include "depaginate.h"

#include <string.h>

enum { COMPARED_MAX = 120, NUMBERS_COMPARED = 8 };

struct reader {
    const char *at, *end;
};

static bool is_wordly(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The next piece: a run of spaces as one, a run of letters and digits, or one other byte. */
static quern_string next_piece(struct reader *reader)
{
    const char *from = reader->at;
    if (is_space(*reader->at)) {
        while (reader->at < reader->end && is_space(*reader->at))
            reader->at++;
        return QUERN_STRING(" ");
    }
    if (!is_wordly(*reader->at)) {
        reader->at++;
        return (quern_string){from, 1};
    }
    bool digit = *from <= '9';
    while (reader->at < reader->end && is_wordly(*reader->at) && (*reader->at <= '9') == digit)
        reader->at++;
    return (quern_string){from, (size_t)(reader->at - from)};
}

/* How two pieces that differ come together: as numbers of a kind, one of which has grown. */
static bool has_grown(quern_string a, quern_string b, uint32_t pages)
{
    uint32_t from, to;
    enum number_kind kind = number_parse(a, &from);
    return kind != NUMBER_NONE && number_parse(b, &to) == kind && to - from == pages;
}

static bool has_more(struct reader *reader)
{
    return reader->at < reader->end;
}

enum likeness lines_compare(const struct lines *lines, size_t a, size_t b, uint32_t pages)
{
    quern_string one = line_text(lines, a), other = line_text(lines, b);
    struct reader left = {one.data, one.data + one.size};
    struct reader right = {other.data, other.data + other.size};
    enum likeness likeness = ALIKE;
    if ((lines->items[a].flags | lines->items[b].flags) & LINE_LONG)
        return UNLIKE;
    while (has_more(&left) && has_more(&right)) {
        quern_string x = next_piece(&left), y = next_piece(&right);
        if (quern_string_equal(x, y))
            continue;
        if (likeness == GROWN || !has_grown(x, y, pages))
            return UNLIKE;
        likeness = GROWN;
    }
    return has_more(&left) || has_more(&right) ? UNLIKE : likeness;
}

/* ---- Misread letters ---- */

/* Letters alone, the small ones for all; returns how many. */
static size_t copy_letters(const struct lines *lines, size_t line, char out[COMPARED_MAX])
{
    quern_string text = line_text(lines, line);
    size_t size = 0;
    for (size_t i = 0; i < text.size && size < COMPARED_MAX; i++) {
        char c = text.data[i];
        if (c >= 'A' && c <= 'Z')
            c = (char)(c | 0x20);
        if ((c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80)
            out[size++] = c;
    }
    return size;
}

/* Whether so many letters of one line are missing in the other that it cannot be within `limit`.
 * Spares most lines of running text the closer look. */
static bool letters_differ(quern_string a, quern_string b, size_t limit)
{
    int surplus[256] = {0};
    size_t less = 0;
    for (size_t i = 0; i < a.size; i++)
        surplus[(unsigned char)a.data[i]]++;
    for (size_t i = 0; i < b.size; i++)
        less += surplus[(unsigned char)b.data[i]]-- <= 0;
    return less > limit || a.size + less - b.size > limit;
}

/* Levenshtein's distance, a row at a time, until it is over the limit in any case. */
static bool within_distance(quern_string a, quern_string b, size_t limit)
{
    size_t row[COMPARED_MAX + 1], least = 0;
    for (size_t j = 0; j <= b.size; j++)
        row[j] = j;
    for (size_t i = 1; i <= a.size && least <= limit; i++) {
        size_t diagonal = row[0];
        row[0] = least = i;
        for (size_t j = 1; j <= b.size; j++) {
            size_t change = diagonal + (a.data[i - 1] != b.data[j - 1]);
            size_t step = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;
            diagonal = row[j];
            row[j] = change < step ? change : step;
            least = row[j] < least ? row[j] : least;
        }
    }
    return least <= limit && row[b.size] <= limit;
}

/* The numbers of a line, in order; returns how many there are. */
static size_t copy_numbers(const struct lines *lines, size_t line, uint32_t out[NUMBERS_COMPARED])
{
    quern_string text = line_text(lines, line);
    size_t count = 0;
    for (size_t i = 0; i < text.size; i++) {
        if (!is_digit(text.data[i]))
            continue;
        uint32_t value = 0;
        for (; i < text.size && is_digit(text.data[i]); i++)
            value = value * 10 + (uint32_t)(text.data[i] - '0');
        if (count < NUMBERS_COMPARED)
            out[count] = value;
        count++;
    }
    return count;
}

static bool numbers_agree(const struct lines *lines, size_t a, size_t b, uint32_t pages)
{
    uint32_t one[NUMBERS_COMPARED], other[NUMBERS_COMPARED];
    size_t count = copy_numbers(lines, a, one), grown = 0;
    if (count != copy_numbers(lines, b, other) || count > NUMBERS_COMPARED)
        return false;
    for (size_t i = 0; i < count; i++) {
        if (one[i] == other[i])
            continue;
        if (other[i] - one[i] != pages || grown++)
            return false;
    }
    return true;
}

bool lines_resemble(const struct lines *lines, size_t a, size_t b, uint32_t pages)
{
    char one[COMPARED_MAX], other[COMPARED_MAX];
    const struct line *x = &lines->items[a], *y = &lines->items[b];
    if ((x->flags | y->flags) & LINE_LONG || x->letters < 6 || y->letters < 6 ||
        x->letters * 4 > y->letters * 5 || y->letters * 4 > x->letters * 5 ||
        !numbers_agree(lines, a, b, pages))
        return false;
    size_t m = copy_letters(lines, a, one), n = copy_letters(lines, b, other);
    quern_string front = {one, m}, back = {other, n};
    size_t limit = (m < n ? m : n) / 5;
    return !letters_differ(front, back, limit) && within_distance(front, back, limit);
}
