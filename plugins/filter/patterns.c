/*
 * Patterns: compiled once, by PCRE2's just-in-time compiler where that is to be had.
 *
 * Texts are valid UTF-8, so that PCRE2 need not check them again.
 *
 * A pattern may be written so that a search takes forever. PCRE2's own limits count anew at every
 * place where a match might begin, and do not count the characters that a repeat runs over. So the
 * work is counted here: PCRE2 calls back before each item of the pattern that it tries
 * (PCRE2_AUTO_CALLOUT), and each call counts as one step and one more for each byte that the search
 * has moved since the last. The count does not depend on the machine.
 */
#include "patterns.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

/* Steps of a search, and more of them for each byte of the text. */
enum { STEPS_AT_LEAST = 10000000, STEPS_A_BYTE = 100 };

/* Memory in KiB for going back; bytes of the compiled code's stack. */
enum { HEAP_MAX = 65536, STACK_SMALL = 32768, STACK_LARGE = 1048576 };

enum {
    FLAGS = PCRE2_UTF | PCRE2_UCP | PCRE2_MULTILINE | PCRE2_NEVER_BACKSLASH_C | PCRE2_AUTO_CALLOUT
};

struct pattern {
    const char *source; /* lives as long as the options */
    pcre2_code *code;
    pcre2_match_data *match;
};

/* Compiles the one numbered `entry` in the option `name`. */
static bool compile(struct pattern *pattern, const char *name, size_t entry, quern_call *call)
{
    int error;
    PCRE2_SIZE offset;
    pattern->code = pcre2_compile((PCRE2_SPTR)pattern->source, strlen(pattern->source), FLAGS,
                                  &error, &offset, NULL);
    if (!pattern->code) {
        PCRE2_UCHAR message[256] = "unknown error";
        pcre2_get_error_message(error, message, sizeof message);
        quern_refuse(call, name, entry, offset, "%s", (const char *)message);
        return false;
    }
    /* Without it the pattern is interpreted, to the same effect. */
    pcre2_jit_compile(pattern->code, PCRE2_JIT_COMPLETE);
    pattern->match = pcre2_match_data_create(1, NULL);
    return pattern->match || (quern_fail(call, "out of memory"), false);
}

static bool open_context(struct patterns *patterns, size_t count, quern_call *call)
{
    patterns->items = calloc(count, sizeof *patterns->items);
    patterns->context = pcre2_match_context_create(NULL);
    patterns->stack = pcre2_jit_stack_create(STACK_SMALL, STACK_LARGE, NULL);
    if (!patterns->items || !patterns->context || !patterns->stack) {
        quern_fail(call, "out of memory");
        return false;
    }
    /* What is counted here comes first. */
    pcre2_set_match_limit(patterns->context, UINT32_MAX);
    pcre2_set_heap_limit(patterns->context, HEAP_MAX);
    pcre2_jit_stack_assign(patterns->context, NULL, patterns->stack);
    return true;
}

bool patterns_open(struct patterns *patterns, const char *name, quern_list list, quern_call *call)
{
    if (list.count && !open_context(patterns, list.count, call))
        return false;
    bool good = true;
    for (; patterns->count < list.count; patterns->count++) {
        struct pattern *pattern = &patterns->items[patterns->count];
        pattern->source = list.items[patterns->count];
        good = compile(pattern, name, patterns->count, call) && good;
    }
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
    pcre2_jit_stack_free(patterns->stack);
    *patterns = (struct patterns){0};
}

/* ---- Searching ---- */

struct search {
    uint64_t steps, most;
    size_t position;
};

static int count_steps(pcre2_callout_block *block, void *user)
{
    struct search *search = user;
    size_t position = block->current_position, last = search->position;
    search->steps += 1 + (position > last ? position - last : last - position);
    search->position = position;
    return search->steps > search->most ? PCRE2_ERROR_MATCHLIMIT : 0;
}

static int find(const struct pattern *pattern, quern_string text, pcre2_match_context *context)
{
    struct search search = {.most = STEPS_AT_LEAST + (uint64_t)STEPS_A_BYTE * text.size};
    pcre2_set_callout(context, count_steps, &search);
    return pcre2_match(pattern->code, (PCRE2_SPTR)text.data, text.size, 0, PCRE2_NO_UTF_CHECK,
                       pattern->match, context);
}

quern_verdict patterns_find(const struct patterns *patterns, quern_string text, quern_call *call,
                            const char **found)
{
    *found = NULL;
    for (size_t i = 0; i < patterns->count && !*found; i++) {
        const struct pattern *pattern = &patterns->items[i];
        int result = find(pattern, text, patterns->context);
        if (result >= 0) {
            *found = pattern->source;
        } else if (result != PCRE2_ERROR_NOMATCH) {
            PCRE2_UCHAR message[256] = "unknown error";
            pcre2_get_error_message(result, message, sizeof message);
            return quern_fail(call, "pattern '%s': %s", pattern->source, (const char *)message);
        }
    }
    return QUERN_PASS;
}
