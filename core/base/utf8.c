/* utf8.c - well-formed UTF-8 as table 3-7 of Unicode 15 has it, and the counting of characters. */
#include "scan.h"
#include <string.h>

/* What a lead byte asks for: the length of its sequence, 0 when it begins none, and the range of
 * the second byte. Any byte after that is 0x80 to 0xBF. */
struct lead {
    unsigned char length, low, high;
};

static struct lead lead_of(unsigned char byte)
{
    if (byte < 0x80)
        return (struct lead){1, 0, 0};
    if (byte < 0xC2 || byte > 0xF4)
        return (struct lead){0, 0, 0};
    if (byte < 0xE0)
        return (struct lead){2, 0x80, 0xBF};
    if (byte < 0xF0)
        return (struct lead){3, byte == 0xE0 ? 0xA0 : 0x80, byte == 0xED ? 0x9F : 0xBF};
    return (struct lead){4, byte == 0xF0 ? 0x90 : 0x80, byte == 0xF4 ? 0x8F : 0xBF};
}

/* How many bytes at the start of `text` go together: `lead.length` of them when well-formed. */
static size_t fitting_length(struct lead lead, const char *text, size_t size)
{
    unsigned char low = lead.low, high = lead.high;
    size_t length = 1;
    for (; length < lead.length && length < size; length++, low = 0x80, high = 0xBF) {
        unsigned char byte = (unsigned char)text[length];
        if (byte < low || byte > high)
            break;
    }
    return length;
}

/* Whether none of eight bytes is above 0x7F. */
static bool is_ascii_word(const char *text)
{
    uint64_t word;
    memcpy(&word, text, sizeof word);
    return !(word & UINT64_C(0x8080808080808080));
}

/* Steps over ASCII as far as `end`, eight bytes at a time; the last eight may overlap. */
static size_t step_ascii(const char *text, size_t at, size_t end)
{
    enum { WORD = 8 };
    while (end - at >= WORD && is_ascii_word(text + at))
        at += WORD;
    if (end - at < WORD && end >= WORD && is_ascii_word(text + end - WORD))
        return end;
    while (at < end && (unsigned char)text[at] < 0x80)
        at++;
    return at;
}

/* Steps from character to character, from `at` on, to `enough` or past it, or to the first that is
 * ill-formed. */
static size_t step(const char *text, size_t at, size_t size, size_t enough)
{
    while (at < enough && (at = step_ascii(text, at, enough)) < enough) {
        struct lead lead = lead_of((unsigned char)text[at]);
        if (!lead.length || fitting_length(lead, text + at, size - at) < lead.length)
            break;
        at += lead.length;
    }
    return at;
}

/* The start of the character that ends, or is cut, before `at`. */
static size_t last_start(const char *text, size_t at)
{
    do
        at--;
    while (!utf8_is_start(text[at]));
    return at;
}

size_t utf8_valid_prefix_by(const struct scan_set *set, const char *text, size_t size)
{
    enum { LOOK_BACK = 3 };
    size_t at = step(text, 0, size, size < LOOK_BACK ? size : LOOK_BACK);
    if (at < LOOK_BACK)
        return at;
    at = set->utf8(text, at, size);
    return step(text, last_start(text, at), size, size);
}

size_t utf8_valid_prefix(const char *text, size_t size)
{
    size_t count;
    return utf8_valid_prefix_by(scan_sets(&count), text, size);
}

size_t utf8_valid_prefix_scalar(const char *text, size_t size)
{
    return step(text, 0, size, size);
}

size_t utf8_ill_formed_length(const char *text, size_t size)
{
    return fitting_length(lead_of((unsigned char)text[0]), text, size);
}

void buffer_add_repaired(struct buffer *buffer, quern_string text)
{
    for (size_t at = 0; at < text.size;) {
        size_t valid = utf8_valid_prefix(text.data + at, text.size - at);
        buffer_append(buffer, text.data + at, valid);
        at += valid;
        if (at < text.size) {
            buffer_add_text(buffer, "\xEF\xBF\xBD");
            at += utf8_ill_formed_length(text.data + at, text.size - at);
        }
    }
}

size_t utf8_count_scalar(const char *text, size_t size)
{
    size_t count = 0;
    for (size_t at = 0; at < size; at++)
        count += utf8_is_start(text[at]);
    return count;
}

size_t utf8_count_by(const struct scan_set *set, const char *text, size_t size)
{
    size_t count, at = set->starts(text, size, &count);
    return count + utf8_count_scalar(text + at, size - at);
}

size_t utf8_count(const char *text, size_t size)
{
    size_t count;
    return utf8_count_by(scan_sets(&count), text, size);
}

size_t utf8_count_utf16(const char *text, size_t size)
{
    size_t count = 0;
    for (size_t at = 0; at < size; at++)
        count += (size_t)utf8_is_start(text[at]) + ((unsigned char)text[at] >= 0xF0);
    return count;
}

size_t utf8_encode(uint32_t code, char out[4])
{
    static const unsigned char marks[] = {0, 0, 0xC0, 0xE0, 0xF0};
    size_t length = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t at = length - 1; at; at--, code >>= 6)
        out[at] = (char)(0x80 | (code & 0x3F));
    out[0] = (char)(marks[length] | code);
    return length;
}
