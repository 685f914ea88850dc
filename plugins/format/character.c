/*
 * Safe characters; see character.h.
 */
#include "character.h"

#include <string.h>

static bool is_control(uint32_t code)
{
    return (code < 0x20 && code != '\t' && code != '\n') || (code >= 0x7F && code < 0xA0);
}

static bool turns_order(uint32_t code)
{
    return (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
}

static bool is_noncharacter(uint32_t code)
{
    return (code >= 0xFDD0 && code <= 0xFDEF) || (code & 0xFFFE) == 0xFFFE;
}

static uint32_t make_safe(uint32_t code)
{
    if (code == 0x2028 || code == 0x2029)
        return '\n';
    return is_control(code) || turns_order(code) || is_noncharacter(code) ? REPLACEMENT : code;
}

uint32_t next_safe_char(quern_string text, size_t *at)
{
    uint32_t code = quern_next_char(text, at);
    if (code != '\r')
        return make_safe(code);
    if (*at < text.size && text.data[*at] == '\n')
        ++*at;
    return '\n';
}

bool next_char_is_safe(quern_string text, size_t *at, uint32_t *code)
{
    *code = quern_next_char(text, at);
    return *code != '\r' && make_safe(*code) == *code;
}

bool is_space(uint32_t code)
{
    return code == ' ' || code == '\t' || code == '\n';
}

bool is_white_space(uint32_t code)
{
    return is_space(code) || (code >= 0x0B && code <= 0x0D) || code == 0x85 || code == 0xA0 ||
           code == 0x1680 || (code >= 0x2000 && code <= 0x200A) || code == 0x2028 ||
           code == 0x2029 || code == 0x202F || code == 0x205F || code == 0x3000;
}

size_t encode_char(uint32_t code, char out[4])
{
    static const unsigned char leads[] = {0, 0, 0xC0, 0xE0, 0xF0};
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    size_t size = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t i = size; i-- > 1; code >>= 6)
        out[i] = (char)(0x80 | (code & 0x3F));
    out[0] = (char)(leads[size] | code);
    return size;
}

/* Lead bytes of the characters that make_safe() or is_white_space() know: U+0080 to U+00BF, U+1680,
 * U+2000 to U+2FFF, U+3000, and all that can be noncharacters. */
static bool leads_to_special(int byte)
{
    return byte == 0xC2 || (byte >= 0xE1 && byte <= 0xE3) || byte == 0xEF || byte >= 0xF0;
}

struct escaper escaper_make(const char *(*replace)(uint32_t code))
{
    struct escaper escaper = {.replace = replace};
    for (int byte = 0; byte < 0x80; byte++)
        escaper.plain[byte] =
            byte != '\r' && !is_control((uint32_t)byte) && !replace((uint32_t)byte);
    for (int byte = 0x80; byte < 0x100; byte++)
        escaper.plain[byte] = !leads_to_special(byte);
    return escaper;
}

/* Puts the character at `*at`, which is not plain, and steps over it. */
static void put_special(struct output *output, quern_string text, size_t *at,
                        const struct escaper *escaper)
{
    char bytes[4];
    uint32_t code = next_safe_char(text, at);
    const char *instead = escaper->replace(code);
    if (instead)
        output_text(output, instead);
    else
        output_bytes(output, bytes, encode_char(code, bytes));
}

void output_escaped(struct output *output, quern_string text, const struct escaper *escaper)
{
    for (size_t at = 0; at < text.size;) {
        size_t begin = at;
        while (at < text.size && escaper->plain[(unsigned char)text.data[at]])
            at++;
        output_bytes(output, text.data + begin, at - begin);
        if (at < text.size)
            put_special(output, text, &at, escaper);
    }
}

void output_name(struct output *output, const char *name, const struct escaper *escaper)
{
    output_escaped(output, (quern_string){name, strlen(name)}, escaper);
}

const char *escape_html(uint32_t code)
{
    switch (code) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

quern_string part_of(quern_string text, size_t begin, size_t end)
{
    return (quern_string){text.data + begin, end - begin};
}
