/*
 * patterns.h - Perl-compatible patterns (PCRE2) that are looked for in a text.
 */
#ifndef FILTER_PATTERNS_H
#define FILTER_PATTERNS_H

#include <quern.h>

struct pattern;

/* A list of patterns. Zeros are an empty one. */
struct patterns {
    struct pattern *items;
    size_t count;
    struct pcre2_real_match_context_8 *context;
    struct pcre2_real_jit_stack_8 *stack;
};

/* Compiles the patterns of the option `name`. False when that did not work: after quern_refuse() for
 * each that is wrong, or quern_fail(). To be closed in any case. */
bool patterns_open(struct patterns *patterns, const char *name, quern_list list, quern_call *call);
void patterns_close(struct patterns *patterns);

/* QUERN_PASS, and the source of the first pattern that occurs in the text, NULL when none does; or
 * QUERN_FAIL, after quern_fail(), when the search was given up. */
quern_verdict patterns_find(const struct patterns *patterns, quern_string text, quern_call *call,
                            const char **found);

#endif
