/*
 * JSON strings (RFC 8259, section 7); see json.h.
 */
#include "json.h"

#include "character.h"

static void put_unit(struct output *output, uint32_t unit)
{
    static const char digits[] = "0123456789abcdef";
    const char escape[6] = {'\\',
                            'u',
                            digits[unit >> 12 & 15],
                            digits[unit >> 8 & 15],
                            digits[unit >> 4 & 15],
                            digits[unit & 15]};
    output_bytes(output, escape, sizeof escape);
}

static void put_escape(struct output *output, uint32_t code)
{
    static const char letters[] = "btnvfr"; /* from U+0008 */
    const bool named = code >= '\b' && code <= '\r' && code != '\v';
    const char escape[2] = {'\\', named ? letters[code - '\b'] : (char)code};
    if (named || code == '"' || code == '\\') {
        output_bytes(output, escape, sizeof escape);
    } else if (code < 0x10000) {
        put_unit(output, code);
    } else {
        put_unit(output, 0xD800 + ((code - 0x10000) >> 10));
        put_unit(output, 0xDC00 + ((code - 0x10000) & 0x3FF));
    }
}

/* 0: stands as it is; 1: has to be escaped; 2: leads a character that may have to be. */
static int class_of(unsigned char byte)
{
    if (byte < 0x20 || byte == '"' || byte == '\\' || byte == 0x7F)
        return 1;
    return byte == 0xC2 || byte == 0xE2 || byte == 0xEF || byte >= 0xF0 ? 2 : 0;
}

void output_json(struct output *output, quern_string text)
{
    size_t done = 0;
    output_byte(output, '"');
    for (size_t at = 0; at < text.size;) {
        const size_t begin = at;
        uint32_t code;
        int class = class_of((unsigned char)text.data[at]);
        if (!class) {
            at++;
            continue;
        }
        if (next_char_is_safe(text, &at, &code) && class == 2)
            continue;
        output_bytes(output, text.data + done, begin - done);
        put_escape(output, code);
        done = at;
    }
    output_bytes(output, text.data + done, text.size - done);
    output_byte(output, '"');
}

void output_json_name(struct output *output, const char *name)
{
    output_json(output, (quern_string){name, strlen(name)});
}
