/*
 * Classes of characters: what a code point may need, under the options of an instance. Worked out
 * when it is first met, and kept.
 *
 * On normal forms: Unicode 15, chapter 3.11, and Annex 15. The properties come from utf8proc; what
 * it has no property for is in the tables below, which a test compares with its decompositions.
 */
#include "cleanup.h"

#include <utf8proc.h>

struct range {
    uint32_t first, last;
};

#define IN(code, table) is_in(code, table, sizeof(table) / sizeof *(table))

static bool is_in(uint32_t code, const struct range *ranges, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (code >= ranges[i].first && code <= ranges[i].last)
            return true;
    return false;
}

/* NFC_Quick_Check=Maybe: characters that can be composed with the one before. */
static const struct range composing[] = {
    {0x0300, 0x0304},   {0x0306, 0x030C},   {0x030F, 0x030F},   {0x0311, 0x0311},
    {0x0313, 0x0314},   {0x031B, 0x031B},   {0x0323, 0x0328},   {0x032D, 0x032E},
    {0x0330, 0x0331},   {0x0338, 0x0338},   {0x0342, 0x0342},   {0x0345, 0x0345},
    {0x0653, 0x0655},   {0x093C, 0x093C},   {0x09BE, 0x09BE},   {0x09D7, 0x09D7},
    {0x0B3E, 0x0B3E},   {0x0B56, 0x0B57},   {0x0BBE, 0x0BBE},   {0x0BD7, 0x0BD7},
    {0x0C56, 0x0C56},   {0x0CC2, 0x0CC2},   {0x0CD5, 0x0CD6},   {0x0D3E, 0x0D3E},
    {0x0D57, 0x0D57},   {0x0DCA, 0x0DCA},   {0x0DCF, 0x0DCF},   {0x0DDF, 0x0DDF},
    {0x102E, 0x102E},   {0x1161, 0x1175},   {0x11A8, 0x11C2},   {0x1B35, 0x1B35},
    {0x3099, 0x309A},   {0x110BA, 0x110BA}, {0x11127, 0x11127}, {0x1133E, 0x1133E},
    {0x11357, 0x11357}, {0x114B0, 0x114B0}, {0x114BA, 0x114BA}, {0x114BD, 0x114BD},
    {0x115AF, 0x115AF}, {0x11930, 0x11930},
};

/* Blocks of scripts whose letters change their shape by joiners, variation selectors, skin tones,
 * and tags. */
static const struct range joining[] = {
    {0x0600, 0x0DFF},   {0x0F00, 0x109F},   {0x1780, 0x18AF},   {0x1B00, 0x1BFF},
    {0x1CD0, 0x1CFF},   {0xA840, 0xA87F},   {0xA8E0, 0xAAFF},   {0xABC0, 0xABFF},
    {0xFB50, 0xFDFF},   {0xFE00, 0xFE0F},   {0xFE70, 0xFEFC},   {0x10A00, 0x11FFF},
    {0x1E900, 0x1E95F}, {0x1F3FB, 0x1F3FF}, {0xE0020, 0xE01EF},
};

/* Blocks of scripts that write words without a space between them. */
static const struct range unspaced[] = {
    {0x0E00, 0x0FFF}, {0x1000, 0x109F}, {0x1780, 0x17FF}, {0x1950, 0x19FF},
    {0x1A20, 0x1AAF}, {0x1B00, 0x1B7F}, {0xA980, 0xA9FF}, {0xAA60, 0xAADF},
};

/* Blocks of marks that go with letters of any script. */
static const struct range marking[] = {
    {0x0300, 0x036F}, {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF}, {0x20D0, 0x20FF}, {0xFE20, 0xFE2F},
};

/* ---- Kinds ---- */

static enum kind kind_of_control(const struct cleanup *options, uint32_t code)
{
    if (code == '\t' || code == '\n' || code == '\f')
        return KIND_PLAIN;
    if (code == '\r' || code == '\v' || code == 0x85)
        return KIND_LINE_END;
    return options->controls == DISPOSAL_REMOVE ? KIND_CONTROL : KIND_PLAIN;
}

static enum kind kind_of_invisible(const struct cleanup *options, uint32_t code)
{
    bool remove = options->zero_width == DISPOSAL_REMOVE;
    switch (code) {
    case 0x200B:
        return remove ? KIND_ZERO_WIDTH_SPACE : KIND_PLAIN;
    case 0x200C:
    case 0x200D:
        return remove ? KIND_JOINER : KIND_PLAIN;
    case 0x2060:
    case 0x206A:
    case 0x206B:
    case 0x206C:
    case 0x206D:
    case 0x206E:
    case 0x206F:
        return remove ? KIND_ZERO_WIDTH : KIND_PLAIN;
    case 0x061C:
    case 0x200E:
    case 0x200F:
        return options->bidi == BIDI_REMOVE ? KIND_BIDI_MARK : KIND_PLAIN;
    case 0x00AD:
        return options->soft_hyphens == DISPOSAL_REMOVE ? KIND_SOFT_HYPHEN : KIND_PLAIN;
    default:
        if ((code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069))
            return KIND_BIDI_CONTROL;
        if (remove && ((code >= 0xFE00 && code <= 0xFE0F) || (code >= 0xE0100 && code <= 0xE01EF)))
            return KIND_SELECTOR;
        return remove && code >= 0xE0000 && code <= 0xE007F ? KIND_TAG : KIND_PLAIN;
    }
}

/* Marks of no script in particular, private use, and what will never be a character. */
static enum kind kind_of_rest(const struct cleanup *options, uint32_t code)
{
    if (options->disguises == DISGUISES_PLAIN && IN(code, marking))
        return KIND_MARK;
    if ((code >= 0xFDD0 && code <= 0xFDEF) || (code & 0xFFFE) == 0xFFFE)
        return options->controls == DISPOSAL_REMOVE ? KIND_NONCHARACTER : KIND_PLAIN;
    bool private = (code >= 0xE000 && code <= 0xF8FF) || code >= 0xF0000;
    return private && options->private_use == DISPOSAL_REMOVE ? KIND_PRIVATE_USE : KIND_PLAIN;
}

enum kind kind_of(const struct cleanup *options, uint32_t code)
{
    if (code < 0x20 || (code >= 0x7F && code < 0xA0))
        return kind_of_control(options, code);
    if (code == 0x2028 || code == 0x2029)
        return KIND_LINE_END;
    if (code == 0xFFFD)
        return KIND_INVALID;
    if (code == 0xFEFF)
        return KIND_BOM;
    struct substitute substitute;
    if (code >= 0xA0 && substitute_read(options, code, &substitute))
        return KIND_SUBSTITUTE;
    enum kind kind = kind_of_invisible(options, code);
    return kind == KIND_PLAIN ? kind_of_rest(options, code) : kind;
}

/* ---- Normal forms ---- */

uint8_t combining_class(uint32_t code)
{
    return (uint8_t)utf8proc_get_property((utf8proc_int32_t)code)->combining_class;
}

static bool is_trailing(enum form form, uint32_t code)
{
    return combining_class(code) ||
           ((form == FORM_NFC || form == FORM_NFKC) && IN(code, composing));
}

/* Whether the character, when it stands alone, is its own normal form. */
static bool is_own_form(enum form form, uint32_t code, int32_t *decomposed, size_t count)
{
    if (form == FORM_NFC || form == FORM_NFKC)
        count = (size_t)utf8proc_normalize_utf32(decomposed, (utf8proc_ssize_t)count,
                                                 UTF8PROC_COMPOSE | UTF8PROC_STABLE);
    return count == 1 && (uint32_t)decomposed[0] == code;
}

static bool is_space(uint32_t code)
{
    return code == '\t' || code == '\n' || code == '\f' || code == ' ' || code == 0xA0 ||
           code == 0x1680 || (code >= 0x2000 && code <= 0x200A) || code == 0x202F ||
           code == 0x205F || code == 0x3000;
}

static bool is_letter_category(uint32_t code)
{
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)code);
    return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
}

static uint8_t classify_script(uint32_t code)
{
    uint8_t class = 0;
    if (IN(code, joining) || utf8proc_get_property((utf8proc_int32_t)code)->boundclass ==
                                 UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC)
        class |= CLASS_JOINED;
    if (IN(code, unspaced))
        class |= CLASS_UNSPACED;
    bool european = code < 0x0590 || (code >= 0x1E00 && code < 0x2000);
    if (is_space(code) || (european && is_letter_category(code)))
        class |= CLASS_SOLE;
    return class;
}

/* The script is that of the last character of the normal form that begins a sequence: so a second
 * pass over the text comes to the same answer. */
static uint8_t classify_form(enum form form, uint32_t code)
{
    int32_t decomposed[32];
    utf8proc_option_t compat = form == FORM_NFKC || form == FORM_NFKD ? UTF8PROC_COMPAT : 0;
    utf8proc_ssize_t count =
        utf8proc_decompose_char((utf8proc_int32_t)code, decomposed, 32,
                                UTF8PROC_DECOMPOSE | UTF8PROC_STABLE | compat, NULL);
    if (count < 1 || count > 32)
        return 0;
    uint8_t class = is_trailing(form, (uint32_t)decomposed[0]) ? CLASS_TRAILING : 0;
    size_t base = (size_t)count - 1;
    while (base && is_trailing(form, (uint32_t)decomposed[base]))
        base--;
    class |= classify_script((uint32_t)decomposed[base]);
    bool maybe = (form == FORM_NFC || form == FORM_NFKC) && IN(code, composing);
    if (maybe || !is_own_form(form, code, decomposed, (size_t)count))
        class |= CLASS_CHECK;
    return class;
}

/* Whether what is put in its place goes with the character before. */
static bool is_replaced_by_mark(const struct cleanup *options, uint32_t code)
{
    struct substitute substitute;
    return options->unicode != FORM_NONE && substitute_read(options, code, &substitute) &&
           is_trailing((enum form)options->unicode, (uint32_t)substitute.codes[0]);
}

uint8_t classify(const struct cleanup *options, uint32_t code)
{
    uint8_t class = CLASS_KNOWN;
    enum kind kind = kind_of(options, code);
    if (kind != KIND_PLAIN)
        class |= CLASS_SPECIAL;
    if (kind == KIND_SUBSTITUTE && is_replaced_by_mark(options, code))
        class |= CLASS_TRAILING;
    if (is_space(code))
        class |= CLASS_SPACE;
    if (options->unicode == FORM_NONE)
        return class | classify_script(code);
    return class | classify_form((enum form)options->unicode, code);
}
