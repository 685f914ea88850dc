/*
 * hyphens.c - words that were parted at the end of a line or of a page.
 *
 * The text is asked for the word with and without its hyphen, and so is the list of words that the
 * user gives; where they have neither, the hyphen stays if what follows is a word of its own.
 */
#include "depaginate.h"

#include <string.h>

enum { WORD_MIN = 3 };

bool ends_hyphened(quern_string text)
{
    return ends_with(text, "-") || ends_with(text, "\xe2\x80\x90") || ends_with(text, "\xc2\xad");
}

static bool have(const struct hyphens *hyphens, quern_string front, quern_string between,
                 quern_string back)
{
    return words_have(&hyphens->words, front, between, back) ||
           words_have(hyphens->known, front, between, back);
}

/* Whether the hyphens at line ends are the author's: those of the tool that wrapped the text have a
 * character of their own, or would be more. */
static bool has_hard_hyphens(const struct lines *lines)
{
    size_t full = 0, plain = 0;
    for (size_t i = 0; i + 1 < lines->count; i++) {
        quern_string text = line_text(lines, i);
        full += line_is_full(lines, i);
        if (!text.size || !ends_hyphened(text) || !(lines->items[i + 1].flags & LINE_LOWER))
            continue;
        if (!ends_with(text, "-"))
            return true;
        plain++;
    }
    return plain * 50 < full;
}

size_t hyphen_to_cut(const struct hyphens *hyphens, size_t above, size_t below)
{
    quern_string upper = line_text(hyphens->lines, above), lower = line_text(hyphens->lines, below);
    bool plain = ends_with(upper, "-");
    size_t size = plain                              ? 1
                  : ends_with(upper, "\xc2\xad")     ? 2
                  : ends_with(upper, "\xe2\x80\x90") ? 3
                                                     : 0;
    if (!size)
        return 0;
    quern_string front = {upper.data, upper.size - size}, back = {lower.data, 0};
    size_t from = front.size;
    while (from > 0 && (is_small(front.data[from - 1]) || is_capital(front.data[from - 1]) ||
                        (unsigned char)front.data[from - 1] >= 0x80))
        from--;
    front = (quern_string){front.data + from, front.size - from};
    while (back.size < lower.size &&
           (is_small(lower.data[back.size]) || (unsigned char)lower.data[back.size] >= 0xc3))
        back.size++;
    if (!front.size || !back.size)
        return 0;
    if (have(hyphens, front, QUERN_STRING("-"), back))
        return 0;
    if (!plain || have(hyphens, front, QUERN_STRING(""), back))
        return size;
    bool word = back.size >= WORD_MIN && have(hyphens, QUERN_STRING(""), QUERN_STRING(""), back);
    return hyphens->hard || word ? 0 : size;
}

bool hyphens_read(struct hyphens *hyphens, const struct lines *lines, const struct words *known,
                  quern_call *call)
{
    *hyphens = (struct hyphens){.lines = lines, .known = known, .hard = has_hard_hyphens(lines)};
    return words_read(&hyphens->words, lines, call);
}
