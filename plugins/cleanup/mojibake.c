/*
 * Mojibake: finds the lines that may hold some, and turns what is found in them into edits.
 *
 * A line is suspect where a character that stands, in some encoding, for a byte that begins a
 * character of UTF-8 is followed by one that goes on with it, or by a space that may have been such
 * a one; and where there is a C1 control character. All else is passed over.
 */
#include "mojibake.h"

#include <string.h>

static const char *const line_rules[] = {
    "",
#define MOJIBAKE_RULE(rule, cost) rule,
    MOJIBAKE_ENCODINGS(MOJIBAKE_RULE)
#undef MOJIBAKE_RULE
        "c1-control",
};

/* ---- Suspects ---- */

static bool is_suspect(quern_string text, size_t begin, size_t next, const struct character *is)
{
    if (is->type == TYPE_C1)
        return true;
    if (!is->lead || next == text.size)
        return false;
    uint32_t code = quern_next_char(text, &next);
    if (code == ' ')
        return is->type == TYPE_LATIN_CAPITAL && begin &&
               character_of((unsigned char)text.data[begin - 1])->type == TYPE_ASCII_SMALL;
    return code == 0xFFFD || (character_of(code)->tail & is->lead);
}

/* The first place from `place` on that looks like mojibake; the size of the text if there is none. */
static size_t find_suspect(quern_string text, size_t place)
{
    while ((place = scan_ascii(text.data, place, text.size)) < text.size) {
        size_t begin = place;
        uint32_t code = quern_next_char(text, &place);
        if (is_suspect(text, begin, place, character_of(code)))
            return begin;
    }
    return text.size;
}

/* ---- Lines ---- */

/* Takes letters from `place` to the end of the line, or as many as there is room for; returns the
 * place behind them. */
static size_t load_line(struct line *line, quern_string text, size_t place)
{
    line->count = 0;
    while (place < text.size && text.data[place] != '\n' && line->count < LINE_LETTERS) {
        size_t begin = place;
        uint32_t code = quern_next_char(text, &place);
        line->letters[line->count++] = (struct letter){.code = code,
                                                       .begin = (uint32_t)begin,
                                                       .end = (uint32_t)place,
                                                       .is = character_of(code)};
    }
    return place;
}

static void edit_line(const struct line *line, quern_editor *edit)
{
    for (size_t i = 0; i < line->count; i++) {
        const struct letter *letter = &line->letters[i];
        char bytes[4];
        if (letter->rule)
            quern_replace(edit, letter->begin, letter->end,
                          (quern_string){bytes, encode_character(letter->code, bytes)},
                          line_rules[letter->rule]);
    }
}

static size_t line_begin(quern_string text, size_t from, size_t place)
{
    const char *end = memrchr(text.data + from, '\n', place - from);
    return end ? (size_t)(end + 1 - text.data) : from;
}

quern_verdict mojibake_repair(quern_document *doc, quern_call *call, bool *changed)
{
    quern_string text = quern_text(doc);
    size_t place = find_suspect(text, 0);
    if (place == text.size)
        return QUERN_PASS;
    struct line *line = quern_scratch(call, 1, sizeof *line);
    if (!line)
        return quern_fail(call, "out of memory");
    quern_editor *edit = quern_edit(doc, call);
    for (size_t from = 0; place < text.size; place = find_suspect(text, from)) {
        from = load_line(line, text, line_begin(text, from, place));
        bool repaired = line_repair(line);
        if (line_decode_controls(line) || repaired) {
            edit_line(line, edit);
            *changed = true;
        }
    }
    return quern_commit(edit);
}
