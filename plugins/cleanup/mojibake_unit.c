/*
 * Mojibake, a unit of it: letters that stand, in one encoding, for the bytes of one character of
 * UTF-8. Bytes may have been lost: a no-break space become a space, or a byte U+FFFD or '?'.
 */
#include "mojibake.h"

#include <string.h>

enum {
    COST_SPACE = 16,    /* a no-break space, or a space in its stead, is taken for a byte */
    COST_LOST = 8,      /* a byte is lost */
    COST_ALONE = 60,    /* a letter or a sign of two bytes that stands alone */
    COST_CASE = 24,     /* a small letter behind two capitals */
    COST_ENDING = 40,   /* a sign that often ends a word is taken for a byte */
    COST_CAPITALS = 32, /* capitals among capitals are taken for bytes */
    LOST = 0x100
};

/* ---- Bytes ---- */

static bool is_plain_letter(uint32_t code)
{
    return (code | 0x20) >= 'a' && (code | 0x20) <= 'z';
}

/* The byte that a letter stands for inside a unit; 0 for none. */
static unsigned tail_byte(const struct letter *letter, int encoding, unsigned lead, uint32_t *cost)
{
    bool space = letter->code == ' ' || letter->code == 0xA0;
    if (space && character_of(0xA0)->bytes[encoding] == 0xA0) {
        *cost += lead < 0xE0 || letter->code == ' ' ? COST_SPACE : 0;
        return 0xA0;
    }
    if (letter->is->tail >> encoding & 1)
        return letter->is->bytes[encoding];
    if (letter->code != 0xFFFD && letter->code != '?')
        return 0;
    *cost += COST_LOST;
    return LOST;
}

static unsigned unit_size(unsigned lead)
{
    return lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
}

/* Whether the second byte makes an overlong form, or a code point that there is not. */
static bool is_out_of_range(unsigned lead, unsigned second)
{
    return (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90) ||
           (lead == 0xF4 && second > 0x8F);
}

static bool read_bytes(const struct letter *letters, size_t count, int encoding, struct unit *unit)
{
    if (!count || !(letters->is->lead >> encoding & 1))
        return false;
    unsigned lead = letters->is->bytes[encoding];
    *unit = (struct unit){.size = unit_size(lead)};
    if (unit->size > count)
        return false;
    unsigned lost = 0;
    unit->code = lead & (0xFFu >> (unit->size + 1));
    for (unsigned i = 1; i < unit->size; i++) {
        unsigned byte = tail_byte(&letters[i], encoding, lead, &unit->cost);
        if (!byte || (i == 1 && byte != LOST && is_out_of_range(lead, byte)))
            return false;
        lost += byte == LOST;
        unit->code = unit->code << 6 | (byte & 0x3F);
    }
    if (lost)
        unit->code = 0xFFFD;
    return lost < unit->size;
}

static bool is_vowel(uint32_t code)
{
    return code < 0x80 ? memchr("aeiouyAEIOUY", (int)code, 12) != NULL
                       : character_of(code)->type == TYPE_LATIN_SMALL;
}

/* Whether what follows is the rest of a word: "s" and such, without a vowel, or Portuguese
 * "quele", "quela", "quilo". */
static bool is_rest_of_word(const struct letter *letters, size_t count)
{
    bool vowel = false;
    size_t size = 0;
    while (size < count && (is_plain_letter(letters[size].code) || letters[size].code >= 0xC0))
        vowel |= is_vowel(letters[size++].code);
    uint32_t next = size < count ? letters[size].code : ' ';
    if (size > 4 && letters[0].code == 'q' && letters[1].code == 'u')
        return (letters[2].code == 'e' || letters[2].code == 'i') && letters[3].code == 'l';
    return size && !vowel && next != '\'' && next != 0x2019;
}

/* A no-break space that became a space was often one of two that became one: the space behind the
 * word "a grave" stays, unless the word goes on. */
static void spare_space(const struct letter *letters, size_t count, struct unit *unit)
{
    if (unit->code != 0xE0 || letters[1].code != ' ')
        return;
    unit->cost = 0;
    if (count > 2 && letters[2].code != ' ' && !is_rest_of_word(letters + 2, count - 2))
        unit->size = 1;
}

bool unit_read(const struct letter *letters, size_t count, int encoding, struct unit *unit)
{
    if (!read_bytes(letters, count, encoding, unit))
        return false;
    spare_space(letters, count, unit);
    if (unit->code < 0xD800 || unit->code > 0xDFFF)
        return true;
    struct unit low;
    if (unit->code > 0xDBFF || !read_bytes(letters + 3, count - 3, encoding, &low) ||
        low.code < 0xDC00 || low.code > 0xDFFF)
        return false;
    unit->code = 0x10000 + ((unit->code - 0xD800) << 10 | (low.code - 0xDC00));
    unit->size += low.size;
    unit->cost += low.cost;
    return true;
}

/* ---- The place of a unit ---- */

static bool is_capital(uint32_t code)
{
    uint8_t type = character_of(code)->type;
    return type == TYPE_ASCII_CAPITAL || type == TYPE_LATIN_CAPITAL;
}

bool unit_company(uint32_t code)
{
    return code >= 0x80 || is_plain_letter(code) || (code >= '0' && code <= '9');
}

/* Whether nothing but a sign or a space is on either side. */
static bool is_alone(const struct line *line, size_t begin, size_t end)
{
    return !(begin && unit_company(line_code(line, begin - 1))) &&
           !unit_company(line_code(line, end));
}

/* The letters beyond ASCII that are words in themselves. */
static bool is_word(uint32_t code)
{
    return code < 0x100 &&
           memchr("\xC0\xC5\xC8\xC9\xE0\xE1\xE5\xE8\xE9\xED\xF3\xF6", (int)code, 12);
}

static bool is_capital_at(const struct line *line, size_t place)
{
    return is_capital(line_code(line, place));
}

/* Whether the letter before `end` is what a word may end with: an apostrophe and one letter, or,
 * behind capitals, a trade mark or an ellipsis. */
static bool is_ending(const struct line *line, size_t begin, size_t end)
{
    uint32_t sign = line_code(line, end - 1), next = line_code(line, end);
    if (sign == 0x2019)
        return is_plain_letter(next) && !is_plain_letter(line_code(line, end + 1));
    return (sign == 0x2122 || sign == 0xAE || sign == 0x2026) && !is_plain_letter(next) &&
           begin > 1 && is_capital_at(line, begin - 1) && is_capital_at(line, begin - 2);
}

uint32_t unit_cost(const struct line *line, size_t begin, const struct unit *unit)
{
    uint32_t cost = unit->cost;
    size_t end = begin + unit->size;
    bool shouted = begin && is_capital_at(line, begin - 1);
    if (unit->size != 2)
        return cost;
    if (!is_word(unit->code) && is_alone(line, begin, end))
        cost += COST_ALONE;
    if (is_ending(line, begin, end))
        cost += COST_ENDING;
    if (shouted && is_capital_at(line, begin + 1) && is_capital_at(line, end))
        cost += COST_CAPITALS;
    if (shouted && begin > 1 && is_capital_at(line, begin - 2) &&
        character_of(unit->code)->type == TYPE_LATIN_SMALL)
        cost += COST_CASE;
    return cost;
}
