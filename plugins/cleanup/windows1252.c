/*
 * Ill-formed bytes: are they text in Windows-1252?
 *
 * A document has many encodings to be wrong in, and one byte tells little; so the question is
 * asked once for the whole document, of the lines that hold ill-formed bytes, and the answer is no
 * unless all of this holds:
 *
 *   - every ill-formed byte is defined in Windows-1252, as Microsoft's table has it;
 *   - accented letters are at most as many as ASCII letters: in Western European texts they are
 *     a tenth or less, in Cyrillic or Greek ones read so, nearly all;
 *   - nine in ten of the ill-formed bytes fit where they stand.
 *
 * A byte fits unless
 *
 *   - a control character is next to it;
 *   - it is a capital letter right after a small one, or an accented letter between two others;
 *   - it is neither a letter nor anything that occurs inside words (apostrophe, dash, ellipsis,
 *     middle dot, accent, no-break space, soft hyphen), and stands between two letters;
 *   - it is an opening quotation mark or a euro sign, and stands right after a letter, as the
 *     second byte of punctuation in UTF-8 seems to do;
 *   - it is part of a character of UTF-8 that the end of the source cuts off;
 *   - there are well-formed characters beyond ASCII in the same line: the line is UTF-8.
 */
#include "cleanup.h"

#include <string.h>

/* 0x80 to 0x9F; 0 where not defined. The rest is as in Unicode. */
static const uint16_t upper_controls[32] = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178,
};

uint32_t windows1252_decode(uint8_t byte)
{
    return byte >= 0x80 && byte < 0xA0 ? upper_controls[byte - 0x80] : byte;
}

/* ---- Bytes ---- */

static bool is_ascii_letter(uint8_t byte)
{
    return (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';
}

static bool is_small(uint8_t byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 0xDF && byte != 0xF7) || byte == 0x9A ||
           byte == 0x9C || byte == 0x9E;
}

static bool is_accented_capital(uint8_t byte)
{
    return (byte >= 0xC0 && byte <= 0xDE && byte != 0xD7) || byte == 0x8A || byte == 0x8C ||
           byte == 0x8E || byte == 0x9F;
}

static bool is_accented(uint8_t byte)
{
    return byte >= 0x80 && (is_small(byte) || is_accented_capital(byte));
}

static bool is_letter(uint8_t byte)
{
    return is_ascii_letter(byte) || is_accented(byte);
}

static bool is_control(uint8_t byte)
{
    return byte == 0x7F || (byte < 0x20 && !memchr("\t\n\f\r", byte, 4));
}

static bool occurs_in_words(uint8_t byte)
{
    return memchr("\x85\x92\x96\x97\xA0\xAD\xB4\xB7", byte, 8) != NULL;
}

static bool opens(uint8_t byte)
{
    return memchr("\x80\x82\x84\x93", byte, 4) != NULL;
}

static bool fits(quern_string source, size_t at)
{
    uint8_t byte = (uint8_t)source.data[at];
    uint8_t before = at ? (uint8_t)source.data[at - 1] : ' ';
    uint8_t after = at + 1 < source.size ? (uint8_t)source.data[at + 1] : ' ';
    if (is_control(before) || is_control(after))
        return false;
    if (is_accented(byte))
        return !(is_accented_capital(byte) && is_small(before)) &&
               !(is_accented(before) && is_accented(after));
    return occurs_in_words(byte) || !is_letter(before) || (!is_letter(after) && !opens(byte));
}

/* ---- Changes ---- */

struct evidence {
    const quern_document *doc;
    quern_string source;
    quern_changes changes;
    uint32_t rule; /* the last that was looked at, and the answer */
    bool is_invalid;
    bool undefined; /* some byte is not defined in Windows-1252 */
    size_t fitting, misfits, accented, ascii;
};

static bool is_invalid(const quern_document *doc, const quern_change *change)
{
    return !strcmp(quern_change_rule(doc, change), "invalid-utf8") &&
           !strcmp(quern_change_stage(doc, change), "read");
}

/* Most changes repeat the rule of the one before. */
static bool concerns(struct evidence *evidence, const quern_change *change)
{
    if (change->rule != evidence->rule) {
        evidence->rule = change->rule;
        evidence->is_invalid = is_invalid(evidence->doc, change);
    }
    return evidence->is_invalid;
}

static bool is_at_hand(const struct evidence *evidence, const quern_change *change)
{
    return evidence->source.data && change->source_end <= evidence->source.size;
}

/* Adds up the changes from `i` that begin before `line_end`; returns the next. */
static size_t judge_changes(struct evidence *evidence, size_t i, size_t line_end, size_t *bytes)
{
    for (; i < evidence->changes.count; i++) {
        const quern_change *change = &evidence->changes.items[i];
        if (change->source_begin >= line_end)
            break;
        if (!concerns(evidence, change) || !is_at_hand(evidence, change))
            continue;
        bool cut_off = change->source_end - change->source_begin > 1 &&
                       change->source_end == evidence->source.size;
        for (size_t at = change->source_begin; at < change->source_end; at++, ++*bytes) {
            uint8_t byte = (uint8_t)evidence->source.data[at];
            if (!windows1252_decode(byte))
                evidence->undefined = true;
            evidence->accented += is_accented(byte);
            if (!cut_off && fits(evidence->source, at))
                evidence->fitting++;
            else
                evidence->misfits++;
        }
    }
    return i;
}

static size_t judge_line(struct evidence *evidence, size_t i)
{
    quern_string source = evidence->source;
    size_t place = evidence->changes.items[i].source_begin;
    const char *before = memrchr(source.data, '\n', place);
    const char *after = memchr(source.data + place, '\n', source.size - place);
    size_t begin = before ? (size_t)(before - source.data) : 0;
    size_t end = after ? (size_t)(after - source.data) : source.size;
    size_t upper = 0, bytes = 0, fitting = evidence->fitting;
    for (size_t at = begin; at < end; at++) {
        upper += (uint8_t)source.data[at] >= 0x80;
        evidence->ascii += is_ascii_letter((uint8_t)source.data[at]);
    }
    size_t next = judge_changes(evidence, i, end, &bytes);
    if (bytes < upper) {
        evidence->misfits += evidence->fitting - fitting;
        evidence->fitting = fitting;
    }
    return next;
}

static bool is_windows1252(const struct evidence *evidence)
{
    return evidence->fitting && !evidence->undefined &&
           evidence->misfits * 9 <= evidence->fitting && evidence->accented <= evidence->ascii;
}

bool invalid_present(const quern_document *doc)
{
    struct evidence evidence = {.doc = doc, .rule = UINT32_MAX};
    quern_changes changes = quern_find_changes(doc);
    for (size_t i = 0; i < changes.count; i++)
        if (concerns(&evidence, &changes.items[i]))
            return true;
    return false;
}

const quern_change *invalid_judge(struct cleaner *cleaner)
{
    struct evidence evidence = {.doc = cleaner->doc,
                                .source = quern_source(cleaner->doc),
                                .changes = quern_find_changes(cleaner->doc),
                                .rule = UINT32_MAX};
    const quern_change *first = NULL;
    for (size_t i = 0; i < evidence.changes.count && !evidence.undefined;) {
        const quern_change *change = &evidence.changes.items[i];
        bool invalid = concerns(&evidence, change);
        if (invalid && !first)
            first = change;
        i = invalid && is_at_hand(&evidence, change) ? judge_line(&evidence, i) : i + 1;
    }
    cleaner->changes = evidence.changes;
    cleaner->windows = is_windows1252(&evidence);
    return first;
}

const quern_change *invalid_find(struct cleaner *cleaner, size_t place)
{
    while (cleaner->change < cleaner->changes.count &&
           cleaner->changes.items[cleaner->change].end <= place)
        cleaner->change++;
    if (cleaner->change == cleaner->changes.count)
        return NULL;
    const quern_change *change = &cleaner->changes.items[cleaner->change];
    /* A change that an earlier stage cut in two leads to all of its source from either part. */
    if (change->begin != place || change->source_begin < cleaner->decoded ||
        !is_invalid(cleaner->doc, change))
        return NULL;
    cleaner->decoded = change->source_end;
    return change;
}
