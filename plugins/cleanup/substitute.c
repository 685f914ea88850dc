/*
 * Substitutes: single characters that options replace by plainer ones, wherever they stand.
 *
 * Signs of typography are in the table below. Ligatures, forms of another width and mathematical
 * alphabets are what the Unicode Character Database gives as their decomposition; utf8proc has it.
 */
#include "cleanup.h"

#include <utf8proc.h>

struct sign {
    uint16_t first, last;
    enum rule rule;
    char with[4];
};

static const struct sign signs[] = {
    {0x00A0, 0x00A0, RULE_NO_BREAK, " "}, {0x2007, 0x2007, RULE_NO_BREAK, " "},
    {0x202F, 0x202F, RULE_NO_BREAK, " "}, {0x2018, 0x201B, RULE_QUOTE, "'"},
    {0x201C, 0x201F, RULE_QUOTE, "\""},   {0x2032, 0x2032, RULE_PRIME, "'"},
    {0x2033, 0x2033, RULE_PRIME, "\""},   {0x2034, 0x2034, RULE_PRIME, "'''"},
    {0x2010, 0x2013, RULE_DASH, "-"},     {0x2014, 0x2015, RULE_DASH, "--"},
    {0x2212, 0x2212, RULE_DASH, "-"},     {0x2026, 0x2026, RULE_ELLIPSIS, "..."},
};

static bool is_wanted(const struct cleanup *options, enum rule rule)
{
    switch (rule) {
    case RULE_NO_BREAK:
        return options->no_break_spaces == NO_BREAK_SPACE;
    case RULE_QUOTE:
        return options->quotes == QUOTES_STRAIGHT;
    case RULE_PRIME:
        return options->primes == QUOTES_STRAIGHT;
    case RULE_DASH:
        return options->dashes == DASHES_HYPHEN;
    case RULE_ELLIPSIS:
        return options->ellipsis == ELLIPSIS_DOTS;
    case RULE_LIGATURE:
        return options->ligatures == LIGATURES_SPLIT;
    case RULE_WIDTH:
        return options->width == WIDTH_FOLD;
    case RULE_DISGUISE:
        return options->disguises == DISGUISES_PLAIN;
    default:
        return false;
    }
}

static bool read_sign(const struct cleanup *options, uint32_t code, struct substitute *substitute)
{
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        if (code < signs[i].first || code > signs[i].last)
            continue;
        substitute->rule = signs[i].rule;
        for (const char *with = signs[i].with; *with; with++)
            substitute->codes[substitute->count++] = *with;
        return is_wanted(options, substitute->rule);
    }
    return false;
}

static enum rule rule_of_form(uint32_t code)
{
    if ((code >= 0xFB00 && code <= 0xFB06) || (code >= 0xFB13 && code <= 0xFB17))
        return RULE_LIGATURE;
    switch (utf8proc_get_property((utf8proc_int32_t)code)->decomp_type) {
    case UTF8PROC_DECOMP_TYPE_WIDE:
    case UTF8PROC_DECOMP_TYPE_NARROW:
        return RULE_WIDTH;
    case UTF8PROC_DECOMP_TYPE_FONT:
        return RULE_DISGUISE;
    default:
        return RULE_NONE;
    }
}

static bool read_form(const struct cleanup *options, uint32_t code, struct substitute *substitute)
{
    substitute->rule = rule_of_form(code);
    if (!is_wanted(options, substitute->rule))
        return false;
    utf8proc_ssize_t count =
        utf8proc_decompose_char((utf8proc_int32_t)code, substitute->codes, SUBSTITUTE_MAX,
                                UTF8PROC_DECOMPOSE | UTF8PROC_STABLE | UTF8PROC_COMPAT, NULL);
    substitute->count = count > 0 && count <= SUBSTITUTE_MAX ? (size_t)count : 0;
    return substitute->count;
}

bool substitute_read(const struct cleanup *options, uint32_t code, struct substitute *substitute)
{
    substitute->count = 0;
    return read_sign(options, code, substitute) || read_form(options, code, substitute);
}
