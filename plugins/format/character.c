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

/* Renders in long pieces: what stands as it is goes out with the next character that does not. */
void render_safe(quern_document *doc, quern_string text, const char *(*replace)(uint32_t code))
{
    size_t done = 0;
    for (size_t at = 0, next = 0; at < text.size; at = next) {
        char bytes[4];
        uint32_t code = next_safe_char(text, &next);
        const char *instead = replace(code);
        size_t size = encode_char(code, bytes);
        if (!instead && size == next - at && memcmp(bytes, text.data + at, size) == 0)
            continue;
        quern_render(doc, part_of(text, done, at));
        quern_render(doc, instead ? (quern_string){instead, strlen(instead)}
                                  : (quern_string){bytes, size});
        done = next;
    }
    quern_render(doc, part_of(text, done, text.size));
}

void render_text(quern_document *doc, const char *text)
{
    quern_render(doc, (quern_string){text, strlen(text)});
}

quern_string part_of(quern_string text, size_t begin, size_t end)
{
    return (quern_string){text.data + begin, end - begin};
}
