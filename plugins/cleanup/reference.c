/*
 * Character references, read as the HTML standard has it of text outside attributes (13.2.5.72,
 * "Character reference state", to 13.2.5.80): the longest name that fits counts, also one of those
 * that need no semicolon, whatever follows it; numbers stand for code points, but those from 0x80 to
 * 0x9F for bytes of Windows-1252.
 */
#include "reference.h"

#include "cleanup.h"

/* ---- Names ---- */

/* The first in [low, high), which share their first `depth` bytes, whose next byte is not less. */
static size_t narrow(size_t low, size_t high, size_t depth, unsigned byte)
{
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if ((unsigned char)reference_names[middle].name[depth] < byte)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool read_name(quern_string text, size_t place, struct reference *reference)
{
    const struct reference_name *found = NULL;
    size_t low = 0, high = REFERENCE_NAMES, size = text.size - place;
    for (size_t depth = 0; depth < size && low < high; depth++) {
        unsigned byte = (unsigned char)text.data[place + depth];
        low = narrow(low, high, depth, byte);
        high = narrow(low, high, depth, byte + 1);
        if (low == high || reference_names[low].name[depth + 1])
            continue;
        found = &reference_names[low];
        *reference = (struct reference){depth + 2, {found->codes[0], found->codes[1]}};
    }
    return found;
}

/* ---- Numbers ---- */

static unsigned digit_value(char digit)
{
    if (digit >= '0' && digit <= '9')
        return (unsigned)(digit - '0');
    char small = (char)(digit | 0x20);
    return small >= 'a' && small <= 'f' ? (unsigned)(small - 'a' + 10) : 16;
}

static uint32_t code_of_number(uint32_t number)
{
    if (!number || number > 0x10FFFF || (number >= 0xD800 && number <= 0xDFFF))
        return 0xFFFD;
    uint32_t code = number < 0x100 ? windows1252_decode((uint8_t)number) : number;
    return code ? code : number;
}

static bool read_number(quern_string text, size_t place, struct reference *reference)
{
    size_t digits = place + 1;
    bool hexadecimal = digits < text.size && (text.data[digits] | 0x20) == 'x';
    unsigned base = hexadecimal ? 16 : 10, value;
    digits += hexadecimal;
    size_t end = digits;
    uint32_t number = 0;
    for (; end < text.size && (value = digit_value(text.data[end])) < base; end++)
        number = number > 0x10FFFF ? number : number * base + value;
    if (end == digits)
        return false;
    end += end < text.size && text.data[end] == ';';
    *reference = (struct reference){end - place + 1, {code_of_number(number), 0}};
    return true;
}

bool reference_read(quern_string text, size_t place, struct reference *reference)
{
    place++;
    if (place < text.size && text.data[place] == '#')
        return read_number(text, place, reference);
    return read_name(text, place, reference);
}
