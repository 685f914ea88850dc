/*
 * numbers.c - page numbers: digits, roman numerals, letters, as they stand at the edges of a line,
 * after "page", or before the number of all pages.
 */
#include "depaginate.h"

#include <string.h>

enum { PREFIX_MAX = 2 };

/* ---- Words of a line ---- */

struct word {
    size_t begin, end; /* in the line, without decoration */
    size_t from, to;   /* with it */
};

static bool is_plain(char c)
{
    return is_digit(c) || is_small(c) || is_capital(c) || (unsigned char)c >= 0x80;
}

/* The word at `from`: up to the next space; brackets, dashes and the like around it are left out. */
static struct word read_word(quern_string line, size_t from)
{
    struct word word = {.from = from, .to = from};
    while (word.to < line.size && !is_space(line.data[word.to]))
        word.to++;
    word.begin = word.from;
    word.end = word.to;
    while (word.begin < word.end && !is_plain(line.data[word.begin]))
        word.begin++;
    while (word.end > word.begin && !is_plain(line.data[word.end - 1]))
        word.end--;
    return word;
}

/* The dashes of "- 12 -" and "— 12 —": words without a letter or a digit. */
static bool is_dash(quern_string line, struct word word)
{
    for (size_t i = word.from; i < word.to; i++) {
        char c = line.data[i];
        if (strchr("-~*|=_.[](){}<>", c) && c)
            continue;
        if (i + 2 < word.to && c == '\xe2' && line.data[i + 1] == '\x80') {
            i += 2;
            continue;
        }
        return false;
    }
    return true;
}

static size_t skip_spaces(quern_string line, size_t at)
{
    while (at < line.size && is_space(line.data[at]))
        at++;
    return at;
}

static bool first_word(quern_string line, struct word *word)
{
    for (size_t at = skip_spaces(line, 0); at < line.size; at = skip_spaces(line, word->to)) {
        *word = read_word(line, at);
        if (!is_dash(line, *word))
            return true;
    }
    return false;
}

static size_t word_start(quern_string line, size_t end)
{
    while (end > 0 && !is_space(line.data[end - 1]))
        end--;
    return end;
}

static bool last_word(quern_string line, struct word *word)
{
    for (size_t end = line.size; end > 0;) {
        while (end > 0 && is_space(line.data[end - 1]))
            end--;
        if (!end)
            break;
        *word = read_word(line, word_start(line, end));
        if (!is_dash(line, *word))
            return true;
        end = word->from;
    }
    return false;
}

/* ---- A word as a number ---- */

/* "S701", "A-3", "2-14": the digits at the end are the number; one or two capitals, or digits and a
 * hyphen, may stand before them as its prefix. */
static size_t prefix_size(quern_string word)
{
    size_t size = 0;
    while (size < word.size && size < PREFIX_MAX && is_capital(word.data[size]))
        size++;
    bool letters = size > 0;
    while (!letters && size < word.size && size < PREFIX_MAX && is_digit(word.data[size]))
        size++;
    bool hyphen = size && size < word.size && word.data[size] == '-';
    if (!size || size > PREFIX_MAX || (!letters && !hyphen))
        return 0;
    size += hyphen;
    return size < word.size && is_digit(word.data[size]) ? size : 0;
}

static uint32_t hash_prefix(quern_string bytes)
{
    uint32_t value = 2166136261u;
    for (size_t i = 0; i < bytes.size; i++)
        value = (value ^ (unsigned char)bytes.data[i]) * 16777619u;
    return value ? value : 1;
}

/* "3/9" and, of several words, "3 of 9". */
static bool parse_of(quern_string word, struct number *number, size_t *size)
{
    const char *slash = memchr(word.data, '/', word.size);
    if (!slash)
        return false;
    size_t at = (size_t)(slash - word.data);
    if (!number_parse_digits((quern_string){word.data, at}, &number->value) ||
        !number_parse_digits((quern_string){slash + 1, word.size - at - 1}, &number->of))
        return false;
    *size = at;
    number->kind = NUMBER_ARABIC;
    return number->value > 0 && number->value <= number->of;
}

static bool parse_word(quern_string line, struct word word, struct number *number)
{
    quern_string plain = {line.data + word.begin, word.end - word.begin};
    size_t skip = prefix_size(plain), size = plain.size;
    number->prefix = skip ? hash_prefix((quern_string){plain.data, skip}) : 0;
    number->of = 0;
    if (!parse_of(plain, number, &size)) {
        number->of = 0;
        number->kind =
            number_parse((quern_string){plain.data + skip, plain.size - skip}, &number->value);
    }
    number->begin = (uint32_t)(word.begin + skip);
    number->end = (uint32_t)(word.begin + size);
    return number->kind != NUMBER_NONE;
}

/* ---- The numbers of a line ---- */

static bool equals(quern_string line, struct word word, const char *name)
{
    size_t size = strlen(name);
    if (word.end - word.begin != size)
        return false;
    for (size_t i = 0; i < size; i++)
        if ((line.data[word.begin + i] | 0x20) != name[i])
            return false;
    return true;
}

static bool is_page_word(quern_string line, struct word word)
{
    static const char *const names[] = {"page",  "pg",     "p",    "pag",
                                        "seite", "pagina", "side", "sida"};
    char first = word.begin < word.end ? (char)(line.data[word.begin] | 0x20) : '\0';
    if (first != 'p' && first != 's')
        return false;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (equals(line, word, names[i]))
            return true;
    return false;
}

static size_t gap_after(quern_string line, size_t at)
{
    size_t end = skip_spaces(line, at);
    return end == line.size ? SIZE_MAX : end - at;
}

static size_t gap_before(quern_string line, size_t at)
{
    size_t begin = at;
    while (begin > 0 && is_space(line.data[begin - 1]))
        begin--;
    return begin == 0 ? SIZE_MAX : at - begin;
}

/* "16 November" and "May 3": such a number is a day. */
static bool is_month(quern_string line, struct word word)
{
    static const char months[] = "janfebmaraprmayjunjulaugsepoctnovdec";
    char start[3];
    if (word.end - word.begin < sizeof start)
        return false;
    for (size_t i = 0; i < sizeof start; i++)
        start[i] = (char)(line.data[word.begin + i] | 0x20);
    for (size_t i = 0; i + 1 < sizeof months; i += sizeof start)
        if (!memcmp(months + i, start, sizeof start))
            return true;
    return false;
}

static bool is_day(quern_string line, struct word word)
{
    size_t next = skip_spaces(line, word.to), last = word.from;
    while (last > 0 && is_space(line.data[last - 1]))
        last--;
    return (next < line.size && gap_after(line, word.to) < WIDE_GAP &&
            is_month(line, read_word(line, next))) ||
           (last > 0 && gap_before(line, word.from) < WIDE_GAP &&
            is_month(line, read_word(line, word_start(line, last))));
}

/* "Page 3 of 9" and "3 of 9": the number of all pages behind the number of this one. */
static size_t read_total(quern_string line, struct word word, struct number *number)
{
    struct word of, total;
    size_t at = skip_spaces(line, word.to);
    if (at >= line.size)
        return word.to;
    of = read_word(line, at);
    if (!equals(line, of, "of") && !(of.to - of.from == 1 && line.data[of.from] == '/'))
        return word.to;
    at = skip_spaces(line, of.to);
    if (at >= line.size)
        return word.to;
    total = read_word(line, at);
    uint32_t value;
    if (!number_parse_digits((quern_string){line.data + total.begin, total.end - total.begin},
                             &value) ||
        value < number->value)
        return word.to;
    number->of = value;
    return total.to;
}

static bool is_decorated(quern_string line, struct word word)
{
    static const char opening[] = "[({<-~*|", closing[] = "])}>-~*|";
    if (word.from == word.begin || word.end == word.to)
        return false;
    const char *pair = strchr(opening, line.data[word.from]);
    return pair && *pair && closing[pair - opening] == line.data[word.to - 1];
}

static bool is_dashed(quern_string line, struct word word)
{
    size_t end = skip_spaces(line, word.to);
    return (word.from > 0 && end < line.size) ||
           (is_decorated(line, word) && line.data[word.from] == '-');
}

/* The number of a line that is nothing else: "12", "- 12 -", "[12]". */
static size_t find_alone(quern_string line, struct word first, struct number *number)
{
    if (!parse_word(line, first, number))
        return 0;
    number->slot = SLOT_ALONE;
    number->wide = true;
    number->listed = first.to - first.end == 1 && line.data[first.end] == '.';
    number->dashed = is_dashed(line, first);
    number->marked = number->dashed || is_decorated(line, first);
    return 1;
}

static size_t find_left(quern_string line, struct word word, struct number *number)
{
    if (is_day(line, word) || !parse_word(line, word, number))
        return 0;
    size_t gap = gap_after(line, word.to);
    number->dashed = false;
    number->slot = SLOT_LEFT;
    number->wide = gap >= WIDE_GAP;
    number->listed = word.end < word.to && word.from == word.begin;
    number->marked = false;
    read_total(line, word, number);
    return 1;
}

static size_t find_right(quern_string line, struct word word, struct number *number)
{
    if (word.from == 0 || is_day(line, word) || !parse_word(line, word, number))
        return 0;
    number->dashed = false;
    number->slot = SLOT_RIGHT;
    number->wide = gap_before(line, word.from) >= WIDE_GAP;
    number->listed = false;
    number->marked = false;
    return 1;
}

/* The number behind "Page", which stands at an edge of the line, or apart from the rest of it. */
static size_t find_page(quern_string line, struct number *number)
{
    struct word word;
    size_t from = 0;
    for (size_t at = skip_spaces(line, 0); at < line.size; at = skip_spaces(line, word.to)) {
        word = read_word(line, at);
        if (gap_before(line, at) >= WIDE_GAP)
            from = at;
        if (!is_page_word(line, word) || (from != at && from != 0))
            continue;
        size_t next = skip_spaces(line, word.to);
        if (next >= line.size)
            return 0;
        struct word value = read_word(line, next);
        if (!parse_word(line, value, number))
            continue;
        number->dashed = false;
        number->slot = SLOT_PAGE;
        number->wide = from == at;
        number->listed = false;
        number->marked = true;
        size_t end = read_total(line, value, number);
        if (gap_after(line, end) < WIDE_GAP || strchr(".,;:", line.data[end - 1]))
            continue;
        return 1;
    }
    return 0;
}

static void shift(struct number *numbers, size_t count, uint32_t by)
{
    for (size_t i = 0; i < count; i++) {
        numbers[i].begin += by;
        numbers[i].end += by;
    }
}

/* Whether a word could be a number without a digit: a roman numeral, or one letter. */
static bool may_be_roman(quern_string line, size_t from, size_t to)
{
    size_t letters = 0;
    if (to - from > ROMAN_MAX + 2)
        return false;
    for (size_t i = from; i < to; i++) {
        bool letter = is_small(line.data[i]) || is_capital(line.data[i]);
        if (letter && !number_roman_digit(line.data[i]))
            return false;
        letters += letter;
    }
    return letters > 0;
}

/* Spares most lines a closer look. */
static bool has_number_at_edge(quern_string line)
{
    size_t first = 0;
    while (first < line.size && !is_space(line.data[first]))
        first++;
    return may_be_roman(line, 0, first) ||
           may_be_roman(line, word_start(line, line.size), line.size);
}

size_t numbers_find(const struct lines *lines, size_t line, struct number numbers[NUMBERS_PER_LINE])
{
    quern_string text = line_text(lines, line);
    struct word first, last;
    size_t count = 0;
    if ((lines->items[line].flags & (LINE_LONG | LINE_BLANK)) ||
        (!(lines->items[line].flags & LINE_DIGIT) && !has_number_at_edge(text)) ||
        !first_word(text, &first) || !last_word(text, &last))
        return 0;
    if (first.from == last.from) {
        count = find_alone(text, first, &numbers[0]);
    } else {
        count += find_page(text, &numbers[count]);
        if (!count || numbers[0].begin < first.from || numbers[0].end > first.to)
            count += find_left(text, first, &numbers[count]);
        if (!count || numbers[0].begin < last.from)
            count += find_right(text, last, &numbers[count]);
    }
    shift(numbers, count, lines->items[line].text);
    return count;
}

bool number_in_mark(quern_string inner, struct number *number)
{
    struct word first, last;
    if (!first_word(inner, &first) || !last_word(inner, &last) || first.from != 0 ||
        last.to != inner.size)
        return false;
    if (first.from == last.from)
        return first.end == inner.size && find_alone(inner, first, number);
    return find_page(inner, number) && number->end == inner.size;
}
