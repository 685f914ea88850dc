/*
 * Mojibake: finds the lines that may hold some, and turns what is found in them into edits.
 *
 * A line is suspect where letters that stand, in some encoding, for the bytes of a character of UTF-8
 * (one of which may be lost, or have become a space) cost about as much as that character or more;
 * and where there is a C1 control character. All else is passed over.
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

static struct letter take_letter(quern_string text, size_t *place)
{
    size_t begin = *place;
    uint32_t code = (unsigned char)text.data[begin];
    if (code < 0x80)
        ++*place;
    else
        code = quern_next_char(text, place);
    return (struct letter){
        .code = code, .begin = (uint32_t)begin, .end = (uint32_t)*place, .is = character_of(code)};
}

static struct known character_before(quern_string text, size_t place)
{
    if (!place)
        return know('\n');
    do
        place--;
    while (((unsigned char)text.data[place] & 0xC0) == 0x80);
    struct letter letter = take_letter(text, &place);
    return (struct known){letter.code, letter.is};
}

/* The encodings, as bits, in which a letter that can begin a unit, and the next, may be one. */
static uint32_t encodings_at(const struct letter *first, const struct letter *next)
{
    if (next->code == ' ')
        return first->is->type == TYPE_LATIN_CAPITAL ? first->is->lead : 0;
    return next->code == 0xFFFD ? first->is->lead : first->is->lead & next->is->tail;
}

/* Whether the letter at `begin`, which can begin a unit, does so to the text's good. */
static bool is_suspect(quern_string text, size_t begin)
{
    struct letter letters[UNIT_LETTERS + 1];
    size_t count = 0, place = begin;
    while (count < 2 && place < text.size && text.data[place] != '\n')
        letters[count++] = take_letter(text, &place);
    uint32_t encodings = count < 2 ? 0 : encodings_at(&letters[0], &letters[1]);
    if (!encodings)
        return false;
    struct known before = character_before(text, begin);
    if (letters[1].code == ' ' && before.is->type != TYPE_ASCII_SMALL)
        return false;
    while (count < UNIT_LETTERS + 1 && place < text.size && text.data[place] != '\n')
        letters[count++] = take_letter(text, &place);
    return unit_may_pay(letters, count, before, encodings);
}

/* The first place from `place` on that looks like mojibake; the size of the text if there is none. */
static size_t find_suspect(quern_string text, size_t place)
{
    while ((place = scan_ascii(text.data, place, text.size)) < text.size) {
        size_t begin = place;
        const struct character *is = character_of(quern_next_char(text, &place));
        if (is->type == TYPE_C1 || (is->lead && is_suspect(text, begin)))
            return begin;
    }
    return text.size;
}

/* ---- Lines ---- */

/* Takes letters from `place` to the end of the line, or as many as there is room for; returns the
 * place behind them. */
static size_t load_line(struct line *line, quern_string text, size_t place)
{
    line->count = line->high_count = 0;
    while (place < text.size && text.data[place] != '\n' && line->count < LINE_LETTERS) {
        struct letter *letter = &line->letters[line->count];
        *letter = take_letter(text, &place);
        if (letter->code >= 0x80)
            line->high[line->high_count++] = (uint16_t)line->count;
        line->count++;
    }
    return place;
}

static void edit_line(const struct line *line, quern_editor *edit)
{
    for (size_t i = 0; i < line->high_count; i++) {
        const struct letter *letter = &line->letters[line->high[i]];
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
    line->letters = line->rooms[0];
    line->spare = line->rooms[1];
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
