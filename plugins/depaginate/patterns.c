/*
 * patterns.c - lines that the user wants kept, or taken out, by patterns of PCRE2.
 */
#include "depaginate.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

/* Texts are valid UTF-8; and a pattern may be written so that a search takes forever, which the
 * limit on its steps ends. */
enum { FLAGS = PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C, STEPS_MAX = 1000000 };

struct pattern {
    pcre2_code *code;
    pcre2_match_data *match;
};

/* Compiles the one numbered `entry` in the option `option`. */
static bool compile(struct pattern *pattern, const char *option, size_t entry, const char *source,
                    quern_call *call)
{
    int error;
    PCRE2_SIZE offset;
    pattern->code = pcre2_compile((PCRE2_SPTR)source, strlen(source), FLAGS, &error, &offset, NULL);
    if (!pattern->code) {
        PCRE2_UCHAR message[256] = "unknown error";
        pcre2_get_error_message(error, message, sizeof message);
        quern_refuse(call, option, entry, offset, "%s", (const char *)message);
        return false;
    }
    /* Without it the pattern is interpreted, to the same effect. */
    pcre2_jit_compile(pattern->code, PCRE2_JIT_COMPLETE);
    pattern->match = pcre2_match_data_create(1, NULL);
    return pattern->match || (quern_fail(call, "out of memory"), false);
}

bool patterns_open(struct patterns *patterns, const char *option, quern_list list, quern_call *call)
{
    if (!list.count)
        return true;
    patterns->items = calloc(list.count, sizeof *patterns->items);
    patterns->context = pcre2_match_context_create(NULL);
    if (!patterns->items || !patterns->context) {
        quern_fail(call, "out of memory");
        return false;
    }
    pcre2_set_match_limit(patterns->context, STEPS_MAX);
    bool good = true;
    for (; patterns->count < list.count; patterns->count++)
        good &= compile(&patterns->items[patterns->count], option, patterns->count,
                        list.items[patterns->count], call);
    return good;
}

void patterns_close(struct patterns *patterns)
{
    for (size_t i = 0; i < patterns->count; i++) {
        pcre2_code_free(patterns->items[i].code);
        pcre2_match_data_free(patterns->items[i].match);
    }
    free(patterns->items);
    pcre2_match_context_free(patterns->context);
}

bool patterns_match(const struct patterns *patterns, quern_string text)
{
    for (size_t i = 0; i < patterns->count; i++)
        if (pcre2_match(patterns->items[i].code, (PCRE2_SPTR)text.data, text.size, 0,
                        PCRE2_NO_UTF_CHECK, patterns->items[i].match, patterns->context) >= 0)
            return true;
    return false;
}
