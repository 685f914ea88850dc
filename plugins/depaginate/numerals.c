/*
 * numerals.c - words that are numbers: digits, and roman numerals in their one proper form.
 */
#include "depaginate.h"

#include <string.h>

enum { DIGITS_MAX = 5 };

uint32_t number_roman_digit(char c)
{
    switch (c | 0x20) {
    case 'i':
        return 1;
    case 'v':
        return 5;
    case 'x':
        return 10;
    case 'l':
        return 50;
    case 'c':
        return 100;
    case 'd':
        return 500;
    case 'm':
        return 1000;
    default:
        return 0;
    }
}

static size_t write_roman(uint32_t value, char *out)
{
    static const struct {
        uint32_t value;
        const char *text;
    } parts[] = {{1000, "m"}, {900, "cm"}, {500, "d"}, {400, "cd"}, {100, "c"},
                 {90, "xc"},  {50, "l"},   {40, "xl"}, {10, "x"},   {9, "ix"},
                 {5, "v"},    {4, "iv"},   {1, "i"}};
    size_t size = 0;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        for (; value >= parts[i].value; value -= parts[i].value) {
            size_t length = strlen(parts[i].text);
            memcpy(out + size, parts[i].text, length);
            size += length;
        }
    return size;
}

/* Only the one proper form counts, so that "mill" and "civil" are words. */
static bool parse_roman(quern_string word, uint32_t *value)
{
    char proper[2 * ROMAN_MAX + 8];
    uint32_t sum = 0, last = 0;
    if (!word.size || word.size > ROMAN_MAX)
        return false;
    for (size_t i = word.size; i-- > 0;) {
        uint32_t digit = number_roman_digit(word.data[i]);
        if (!digit || is_small(word.data[i]) != is_small(word.data[0]))
            return false;
        sum = digit < last ? sum - digit : sum + digit;
        last = digit > last ? digit : last;
    }
    if (sum == 0 || sum >= 1000 || write_roman(sum, proper) != word.size)
        return false;
    for (size_t i = 0; i < word.size; i++)
        if ((word.data[i] | 0x20) != proper[i])
            return false;
    *value = sum;
    return true;
}

bool number_parse_digits(quern_string word, uint32_t *value)
{
    uint32_t sum = 0;
    if (!word.size || word.size > DIGITS_MAX)
        return false;
    for (size_t i = 0; i < word.size; i++) {
        if (!is_digit(word.data[i]))
            return false;
        sum = sum * 10 + (uint32_t)(word.data[i] - '0');
    }
    *value = sum;
    return true;
}

enum number_kind number_parse(quern_string word, uint32_t *value)
{
    if (number_parse_digits(word, value))
        return NUMBER_ARABIC;
    if (parse_roman(word, value))
        return is_small(word.data[0]) ? NUMBER_ROMAN : NUMBER_ROMAN_CAPITAL;
    return NUMBER_NONE;
}
