/*
 * Mojibake, control characters: bytes in Windows-1252 or MacRoman that were read as Latin-1, where
 * they are C1 control characters, which mean nothing in a text.
 */
#include "mojibake.h"

enum { COST_MACROMAN = 44 };

static bool is_small_letter(uint32_t code)
{
    return code >= 'a' && code <= 'z';
}

/* Whether a next line control ends a word, as an ellipsis does, and not a line. */
static bool is_ellipsis(const struct line *line, size_t place)
{
    uint32_t before = place ? line_code(line, place - 1) : '\n';
    uint32_t next = line_code(line, place + 1);
    return (next == '\n' && before >= 0x80) ||
           (unit_company(before) && (next == ' ' || next >= 0x80));
}

/* What a C1 control character is in an encoding of one byte a character: what it is itself, where
 * that tells nothing. */
static uint32_t decode_control(const struct line *line, size_t place, bool macroman)
{
    uint32_t code = line->letters[place].code;
    if (line->letters[place].is->type != TYPE_C1 || (code == 0x85 && !is_ellipsis(line, place)))
        return code;
    return mojibake_controls[macroman][code - 0x80];
}

/* Whether an apostrophe in a word has a vowel or a capital behind it, or the end of the word near,
 * as in English and the Romance languages. */
static bool is_apostrophe(const struct line *line, size_t place)
{
    size_t end = place + 1;
    while (is_small_letter(line_code(line, end)))
        end++;
    uint32_t next = line_code(line, place + 1);
    return end - place < 5 || next == 'a' || next == 'e' || next == 'h' || next == 'i' ||
           next == 'o' || next == 'u' || next == 'y';
}

static int64_t cost_of_controls(const struct line *line, bool macroman)
{
    int64_t cost = 0;
    struct known before = know('\n');
    for (size_t i = 0; i <= line->count; i++) {
        struct known next = know(i < line->count ? decode_control(line, i, macroman) : '\n');
        uint32_t step = character_cost(before, next);
        cost += step < COST_ODD ? step : COST_ODD;
        if (next.code == 0x2019 && !is_apostrophe(line, i))
            cost += COST_ODD;
        before = next;
    }
    return cost;
}

static bool has_controls(const struct line *line)
{
    for (size_t i = 0; i < line->high_count; i++)
        if (line->letters[line->high[i]].is->type == TYPE_C1)
            return true;
    return false;
}

/* Whether all of them stand within words. */
static bool are_letters(const struct line *line)
{
    for (size_t i = 0; i < line->count; i++)
        if (line->letters[i].is->type == TYPE_C1 &&
            (!i || !is_small_letter(line_code(line, i - 1)) ||
             !is_small_letter(line_code(line, i + 1))))
            return false;
    return true;
}

/* In MacRoman where that makes much the better text. */
bool line_decode_controls(struct line *line)
{
    bool changed = false;
    if (!has_controls(line))
        return false;
    bool macroman = are_letters(line) &&
                    cost_of_controls(line, true) + COST_MACROMAN < cost_of_controls(line, false);
    for (size_t i = 0; i < line->count; i++) {
        struct letter *letter = &line->letters[i];
        uint32_t code = decode_control(line, i, macroman);
        if (code == letter->code)
            continue;
        letter->code = code;
        letter->rule = letter->rule ? letter->rule : RULE_CONTROLS;
        changed = true;
    }
    return changed;
}
