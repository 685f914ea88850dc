/*
 * Texts in XML (Extensible Markup Language 1.0, fifth edition, sections 2.2 and 2.4); see markup.h.
 */
#include "markup.h"

#include "character.h"

#include <inttypes.h>
#include <stdio.h>

static bool is_forbidden(uint32_t code)
{
    return (code < ' ' && code != '\t' && code != '\n' && code != '\r') || code == 0xFFFE ||
           code == 0xFFFF;
}

static void put_char(struct output *output, uint32_t code)
{
    char reference[16];
    if (is_forbidden(code)) {
        output_text(output, "\xEF\xBF\xBD");
    } else if (code == '&') {
        output_text(output, "&amp;");
    } else if (code == '<' || code == '>') {
        output_text(output, code == '<' ? "&lt;" : "&gt;");
    } else {
        snprintf(reference, sizeof reference, "&#x%" PRIX32 ";", code);
        output_text(output, reference);
    }
}

/* 0: stands as it is; 1: does not; 2: does not in a value; 3: leads a character that may not. */
static int class_of(unsigned char byte)
{
    if (byte == '\t' || byte == '\n' || byte == '"' || byte == '\'')
        return 2;
    if (byte < ' ' || byte == '&' || byte == '<' || byte == '>' || byte == 0x7F)
        return 1;
    return byte == 0xC2 || byte == 0xE2 || byte == 0xEF || byte >= 0xF0 ? 3 : 0;
}

static void put(struct output *output, quern_string text, bool value)
{
    size_t done = 0;
    for (size_t at = 0; at < text.size;) {
        const size_t begin = at;
        uint32_t code;
        int class = class_of((unsigned char)text.data[at]);
        if (!class || (class == 2 && !value)) {
            at++;
            continue;
        }
        if (next_char_is_safe(text, &at, &code) && class == 3)
            continue;
        output_bytes(output, text.data + done, begin - done);
        put_char(output, code);
        done = at;
    }
    output_bytes(output, text.data + done, text.size - done);
}

void output_xml(struct output *output, quern_string text)
{
    put(output, text, false);
}

void output_xml_value(struct output *output, quern_string text)
{
    put(output, text, true);
}

void output_xml_name(struct output *output, const char *text)
{
    put(output, (quern_string){text, strlen(text)}, true);
}
