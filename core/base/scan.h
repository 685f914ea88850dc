/*
 * scan.h - loops that look at every byte of a text, many bytes at a time.
 *
 * A loop goes as far as whole vectors reach and leaves the rest to the scalar code that stands
 * behind it, in utf8.c and json.c. Sets of these loops differ in the instructions that they need
 * and in nothing else, which the tests show by comparing them.
 */
#ifndef QUERN_BASE_SCAN_H
#define QUERN_BASE_SCAN_H

#include "base/base.h"

struct scan_set {
    const char *name;

    /* Goes from `at`, the start of a character at 3 or later with valid UTF-8 before it, on to where
     * it can no longer say that all is valid, which may be inside a character. */
    size_t (*utf8)(const char *text, size_t at, size_t size);

    /* Counts the bytes that begin a character; returns how many bytes it looked at. */
    size_t (*starts)(const char *text, size_t size, size_t *count);

    /* The first byte that cannot stand in a JSON string as it is; or where it stopped short. */
    const char *(*plain)(const char *at, const char *end);

    /* The same, and DEL and the first byte of U+2028 and U+2029 as well. */
    const char *(*shown)(const char *at, const char *end);
};

/* The sets that this machine can run, the best one first, the one that goes nowhere last. */
const struct scan_set *scan_sets(size_t *count);

/* The functions of base.h, over a given set. */
size_t utf8_valid_prefix_by(const struct scan_set *set, const char *text, size_t size);
size_t utf8_count_by(const struct scan_set *set, const char *text, size_t size);
const char *json_plain_run_by(const struct scan_set *set, const char *at, const char *end);
const char *json_shown_run_by(const struct scan_set *set, const char *at, const char *end);

#endif
