/*
 * numerals.c - reads numbers, in digits and in words; see numerals.h.
 */
#include "numerals.h"

#include <string.h>

bool begins_sentence(const struct unit *unit, size_t i)
{
    static const char *const quotes[] = {"\"", "\xE2\x80\x9C", "\xE2\x80\x98", "``", NULL};
    return i == 0 || word_is_any(unit, i - 1, quotes);
}

bool is_numeral(const struct unit *unit, size_t i, classes wanted)
{
    const struct word *word = unit_word(unit, i);
    return (word->is & wanted) || ((word->small & wanted) && begins_sentence(unit, i));
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

/* The size of digits with commas and full stops between them. */
static size_t count_digits(quern_string word, uint32_t *value)
{
    size_t i = 0;
    bool plain = true;
    *value = 0;
    for (; i < word.size && (is_digit(word.data[i]) || word.data[i] == ',' || word.data[i] == '.');
         i++) {
        plain = plain && is_digit(word.data[i]) && i < 4;
        *value = plain ? *value * 10 + (uint32_t)(word.data[i] - '0') : 0;
    }
    return i;
}

static bool is_ordinal_ending(quern_string rest)
{
    return rest.size == 2 && (memcmp(rest.data, "st", 2) == 0 || memcmp(rest.data, "nd", 2) == 0 ||
                              memcmp(rest.data, "rd", 2) == 0 || memcmp(rest.data, "th", 2) == 0);
}

static bool is_joint(char byte)
{
    return byte == '-' || byte == '/' || byte == ':';
}

/* Reads "10:30", "2019-04-12", "24/7" up to the end of the digits, and returns its size. */
static size_t read_groups(quern_string text, struct number *number)
{
    size_t at = count_digits(text, &number->value);
    number->groups = 1;
    while (text.size - at > 1 && is_joint(text.data[at]) && is_digit(text.data[at + 1]) &&
           (number->groups == 1 || number->joint == text.data[at])) {
        uint32_t value;
        number->joint = text.data[at++];
        at += count_digits((quern_string){text.data + at, text.size - at}, &value);
        number->groups++;
    }
    return at;
}

static classes find_suffix(quern_string rest)
{
    bool hyphen = rest.data[0] == '-' && rest.size > 1;
    struct phrase phrase = {0};
    phrase_add(&phrase, rest.data + hyphen, rest.size - hyphen, FOLD_NOTHING);
    return gazetteer_find(&phrase) &
           (CLASS(MULTIPLIER) | CLASS(UNIT) | CLASS(DAYPART) | CLASS(CLOCK_PERIOD));
}

bool digits_read(const struct unit *unit, size_t i, struct number *number)
{
    const struct word *word = unit_word(unit, i);
    *number = (struct number){.digits = true, .end = i + 1};
    if (word->shape != SHAPE_DIGIT)
        return false;
    quern_string text = {unit->text.data + word->begin, word->end - word->begin};
    size_t size = read_groups(text, number);
    quern_string rest = {text.data + size, text.size - size};
    number->ordinal = is_ordinal_ending(rest);
    number->decade = rest.size == 1 && rest.data[0] == 's';
    if (rest.size == 0 || number->ordinal || number->decade)
        return true;
    number->suffix = find_suffix(rest);
    return number->suffix != 0;
}

/* "a million", but not "a" alone, nor "a m". */
static bool is_article(const struct unit *unit, size_t i)
{
    const struct word *next = unit_word(unit, i + 1);
    return word_is(unit, i, "a") && (next->is & CLASS(MULTIPLIER)) && next->end - next->begin > 3;
}

/* The next word of a number that has begun: "five" in "twenty-five", "ten" in "hundred and ten". */
static size_t skip_next(const struct unit *unit, size_t i)
{
    const classes parts = CLASS(CARDINAL) | CLASS(MULTIPLIER);
    if (is_class(unit, i, parts))
        return i + 1;
    if (is_hyphen(unit, i) && is_class(unit, i + 1, parts))
        return i + 2;
    bool and = word_is(unit, i, "and") && is_class(unit, i - 1, CLASS(MULTIPLIER));
    return and&&is_class(unit, i + 1, CLASS(CARDINAL)) ? i + 2 : i;
}

/* "twenty-five", "two hundred and ten", "third", "twenty-first". */
static bool read_words(const struct unit *unit, size_t i, struct number *number)
{
    *number = (struct number){.end = i};
    if (is_article(unit, i))
        number->end = i + 2;
    else if (is_numeral(unit, i, CLASS(CARDINAL)))
        number->end = i + 1;
    for (size_t next = i; number->end > next && next < unit->count;) {
        next = number->end;
        number->end = skip_next(unit, next);
    }
    size_t last = number->end > i && is_hyphen(unit, number->end) ? number->end + 1 : number->end;
    if (is_numeral(unit, last, CLASS(ORDINAL)) && !(last > i && word_is(unit, last, "second"))) {
        number->ordinal = true;
        number->end = last + 1;
    }
    return number->end > i;
}

bool number_read(const struct unit *unit, size_t i, struct number *number)
{
    if (!digits_read(unit, i, number) && !read_words(unit, i, number))
        return false;
    while (!number->ordinal && !number->decade && is_class(unit, number->end, CLASS(MULTIPLIER))) {
        number->end++;
        number->value = 0;
    }
    return true;
}

/* A range is one number when both ends are in digits. */
void number_read_range(const struct unit *unit, struct number *number)
{
    struct number upper;
    size_t i = number->end;
    bool dash = is_hyphen(unit, i) || word_is(unit, i, "\xE2\x80\x93");
    if (number->digits && dash && is_glued(unit, i + 1) && is_digits(unit, i + 1) &&
        number_read(unit, i + 1, &upper)) {
        number->end = upper.end;
        number->suffix |= upper.suffix;
    }
}

bool is_year(const struct unit *unit, size_t i)
{
    struct number number;
    return digits_read(unit, i, &number) && number.value >= 1000 && number.value < 2200 &&
           number.groups == 1 && !number.suffix && !number.ordinal && !number.decade;
}
