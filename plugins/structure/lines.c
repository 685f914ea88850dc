/* lines.c - the lines of a text, and what one sees of a line without reading it. */
#include "lines.h"

#include <string.h>
#include <strings.h>

#include "character.h"

/* Lines longer than this are not wrapped by anybody. */
#define WIDEST_WRAP 120
#define NARROWEST_WRAP 30

size_t lines_count(quern_string text)
{
    size_t count = 0;
    for (quern_line line = {0}; quern_next_line(text, &line);)
        count += !line.blank;
    return count;
}

static uint32_t count_characters(const char *data, size_t size)
{
    uint32_t count = 0;
    for (size_t i = 0; i < size; i++)
        count += ((unsigned char)data[i] & 0xC0) != 0x80;
    return count;
}

static struct line trim(quern_string text, const quern_line *source)
{
    size_t begin = source->begin, end = source->end, column = 0;
    for (size_t next = begin; begin < end; begin = next) {
        struct character c = character_next(text, &next);
        if (c.kind != KIND_SPACE)
            break;
        column = c.code == '\t' ? (column / 8 + 1) * 8 : column + 1;
    }
    while (end > begin && character_before(text, end).kind == KIND_SPACE)
        do
            end--;
        while (((unsigned char)text.data[end] & 0xC0) == 0x80);
    return (struct line){.begin = (uint32_t)begin,
                         .end = (uint32_t)end,
                         .width = count_characters(text.data + begin, end - begin),
                         .indent = column > UINT16_MAX ? UINT16_MAX : (uint16_t)column};
}

void lines_read(struct lines *lines)
{
    uint8_t blanks = 0;
    lines->count = 0;
    for (quern_line source = {0}; quern_next_line(lines->text, &source);) {
        if (source.blank) {
            blanks = blanks < UINT8_MAX ? (uint8_t)(blanks + 1) : blanks;
            continue;
        }
        struct line *line = &lines->items[lines->count++];
        *line = trim(lines->text, &source);
        line->blanks = blanks;
        blanks = 0;
    }
}

/* ---- Wrapping ------------------------------------------------------------------------------ */

static uint32_t first_word_width(quern_string text, const struct line *line)
{
    size_t end = line->begin;
    while (end < line->end && text.data[end] != ' ' && text.data[end] != '\t')
        end++;
    return count_characters(text.data + line->begin, end - line->begin);
}

bool line_is_full(const struct lines *lines, size_t index, uint32_t wrap_width)
{
    const struct line *line = &lines->items[index];
    if (index + 1 == lines->count || wrap_width == 0)
        return false;
    return line->indent + line->width + 1 + first_word_width(lines->text, line + 1) > wrap_width;
}

static bool goes_on(const struct lines *lines, size_t index)
{
    return index + 1 < lines->count && lines->items[index + 1].blanks == 0;
}

/* The width that at most one in ten of the lines that go on exceeds, as headings and lines with a
 * bullet put before them do; 0 when a good part of the text stands in long lines. */
static uint32_t likely_width(const struct lines *lines)
{
    size_t widths[WIDEST_WRAP + 1] = {0};
    size_t going_on = 0, wide = 0;
    for (size_t i = 0; i < lines->count; i++) {
        const struct line *line = &lines->items[i];
        if (line->indent + line->width > WIDEST_WRAP) {
            wide++;
        } else if (goes_on(lines, i)) {
            widths[line->indent + line->width]++;
            going_on++;
        }
    }
    size_t above = 0;
    uint32_t width = WIDEST_WRAP;
    while (width > 0 && (above + widths[width]) * 10 <= going_on)
        above += widths[width--];
    return wide * 8 > lines->count ? 0 : width;
}

uint32_t lines_wrap_width(const struct lines *lines)
{
    uint32_t width = likely_width(lines);
    if (width < NARROWEST_WRAP)
        return 0;
    size_t full = 0, going_on = 0;
    for (size_t i = 0; i < lines->count; i++) {
        if (goes_on(lines, i)) {
            going_on++;
            full += line_is_full(lines, i, width);
        }
    }
    return full * 2 >= going_on ? width : 0;
}

/* ---- Markers ------------------------------------------------------------------------------- */

static bool is_bullet(uint32_t code)
{
    static const uint32_t bullets[] = {'*',    '-',    '+',    0xB7,   0x2013, 0x2022,
                                       0x2023, 0x2043, 0x25AA, 0x25AB, 0x25CF, 0x25CB,
                                       0x25E6, 0x25A0, 0x25A1, 0x2219, 0x27A2, 0x2713};
    for (size_t i = 0; i < sizeof bullets / sizeof *bullets; i++)
        if (bullets[i] == code)
            return true;
    return false;
}

/* Value of a Roman number of at most four letters, in lower case; 0 for anything else. */
static uint32_t roman_value(const char *data, size_t size)
{
    static const char *const numbers[] = {"i",   "ii",   "iii", "iv", "v",  "vi",
                                          "vii", "viii", "ix",  "x",  "xi", "xii"};
    for (uint32_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (strlen(numbers[i]) == size && memcmp(numbers[i], data, size) == 0)
            return i + 1;
    return 0;
}

/* What stands between the brackets of an enumeration, or before its stop. */
static struct marker enumerator(const char *data, size_t size)
{
    struct marker marker = {0};
    size_t digits = 0;
    for (; digits < size && data[digits] >= '0' && data[digits] <= '9'; digits++)
        marker.number = marker.number * 10 + (uint32_t)(data[digits] - '0');
    uint32_t roman = roman_value(data, size);
    char letter = (char)(data[0] | 0x20);
    if (digits == size) {
        marker.kind = MARKER_NUMBER;
    } else if (roman > 0 && (size > 1 || letter == 'i')) {
        marker.kind = MARKER_ROMAN;
        marker.number = roman;
    } else if (size == 1 && letter >= 'a' && letter <= 'z') {
        marker.kind = MARKER_LETTER;
        marker.number = (uint32_t)(letter - 'a' + 1);
    }
    return marker;
}

static bool is_letter_or_digit(char c)
{
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

/* 1. 1) (1) a. a) (a) iv. iv) (iv) */
static struct marker enumeration(quern_string text, size_t begin, size_t end)
{
    const struct marker none = {0};
    const char *data = text.data;
    size_t open = data[begin] == '(';
    size_t first = begin + open, at = first;
    while (at < end && at - first < 4 && is_letter_or_digit(data[at]))
        at++;
    if (at == end || at == first || (data[at] != ')' && (open || data[at] != '.')))
        return none;
    struct marker marker = enumerator(data + first, at - first);
    marker.size = at + 1 - begin;
    return marker.kind == MARKER_NONE || marker.number > 999 ? none : marker;
}

struct marker line_marker(quern_string text, size_t begin, size_t end)
{
    struct marker none = {0};
    size_t at = begin;
    struct marker marker = {0};
    if (begin == end)
        return none;
    if (is_bullet(character_next(text, &at).code))
        marker = (struct marker){.kind = MARKER_BULLET, .size = at - begin};
    else
        marker = enumeration(text, begin, end);
    marker.begin = begin + marker.size;
    while (marker.begin < end && character_at(text, marker.begin).kind == KIND_SPACE)
        character_next(text, &marker.begin);
    bool spaced = marker.begin > begin + marker.size && marker.begin < end;
    return marker.kind != MARKER_NONE && spaced ? marker : none;
}

/* ---- Dates --------------------------------------------------------------------------------- */

/* The name of a day or a month, in full or cut to three letters or more. */
static bool is_date_name(quern_string word)
{
    static const char *const names[] = {"monday",    "tuesday", "wednesday", "thursday", "friday",
                                        "saturday",  "sunday",  "january",   "february", "march",
                                        "april",     "may",     "june",      "july",     "august",
                                        "september", "october", "november",  "december"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (word.size >= 3 && word.size <= strlen(names[i]) &&
            strncasecmp(word.data, names[i], word.size) == 0)
            return true;
    return false;
}

bool text_is_date(quern_string text, size_t begin, size_t end)
{
    bool name = false, digit = false;
    for (size_t at = begin; at < end;) {
        size_t word = at;
        while (at < end && ((text.data[at] | 0x20) >= 'a' && (text.data[at] | 0x20) <= 'z'))
            at++;
        if (at > word && !is_date_name((quern_string){text.data + word, at - word}))
            return false;
        name |= at > word;
        while (at < end && is_one_of((unsigned char)text.data[at], "0123456789 .,/:-"))
            digit |= text.data[at++] >= '0' && text.data[at - 1] <= '9';
        if (at == word)
            return false;
    }
    return name && digit;
}

/* ---- Looks --------------------------------------------------------------------------------- */

bool line_is_separator(quern_string text, const struct line *line)
{
    size_t at = line->begin, count = 0;
    uint32_t first = character_at(text, at).code;
    if (first == 0x2042) /* asterism */
        return line->width == 1;
    if (first >= 0x80 ? first != 0x2014 && first != 0x2500 && first != 0x2022
                      : !is_one_of(first, "*-=_~#+."))
        return false;
    while (at < line->end) {
        uint32_t code = character_next(text, &at).code;
        if (code != first && code != ' ')
            return false;
        count += code == first;
    }
    return count >= 3;
}

bool text_is_capitals(quern_string text, size_t begin, size_t end)
{
    size_t upper = 0;
    while (begin < end) {
        enum character_kind kind = character_next(text, &begin).kind;
        if (kind == KIND_LOWER)
            return false;
        upper += kind == KIND_UPPER;
    }
    return upper > 1;
}

/* The start of a reference such as [4] or [1 - 3] that ends at `end`; `end` if there is none. */
static size_t reference_begin(quern_string text, size_t begin, size_t end)
{
    size_t at = end;
    if (at > begin && text.data[at - 1] == ']')
        do
            at--;
        while (at > begin && text.data[at - 1] != '[' && end - at < 12);
    return at > begin && text.data[at - 1] == '[' ? at - 1 : end;
}

static size_t skip_references(quern_string text, size_t begin, size_t end)
{
    for (size_t at; (at = reference_begin(text, begin, end)) < end;) {
        end = at;
        while (end > begin && text.data[end - 1] == ' ')
            end--;
    }
    return end;
}

bool text_ends_sentence(quern_string text, size_t begin, size_t end)
{
    end = skip_references(text, begin, end);
    while (end > begin) {
        uint32_t code = character_before(text, end).code;
        if (code == 0x2026 || is_one_of(code, ".!?"))
            return true;
        bool closing = code == 0x201D || code == 0x2019 || code == 0xBB || is_one_of(code, "\"')]");
        if (!closing)
            return false;
        end -= code < 0x80 ? 1 : code < 0x800 ? 2 : 3;
    }
    return false;
}
