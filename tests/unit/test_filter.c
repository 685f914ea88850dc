/*
 * The stage filter: what is dropped, and with which reason.
 */
#define QUERN_STATIC_STAGE
#include "../../plugins/filter/filter.c"
#include "../../plugins/filter/patterns.c"
#include "../harness.c"

#include <stdlib.h>
#include <string.h>

/* `reason` is NULL for a document that passes. */
static void expect(struct harness *harness, const char *text, const char *reason)
{
    quern_verdict verdict = harness_push(harness, (quern_string){text, strlen(text)});
    assert_int_equal(verdict, reason ? QUERN_DROP : QUERN_PASS);
    assert_string_equal(harness_reason(harness), reason ? reason : "");
}

static void passes_by_default(void **state)
{
    (void)state;
    struct harness *harness = harness_open(&filter_LTX_quern_plugin, NULL);
    expect(harness, "", NULL);
    expect(harness, "anything", NULL);
    harness_close(harness);
}

static void measures_length(void **state)
{
    (void)state;
    struct harness *harness =
        harness_open(&filter_LTX_quern_plugin, "min_length", "3", "max_length", "5", NULL);
    expect(harness, "", "shorter than 3 characters");
    expect(harness, "\u00E9\u00E9", "shorter than 3 characters");
    expect(harness, "\u00E9\u00E9\n", NULL);
    expect(harness, "\u4F60\u597D\u4F60\u597D\U0001F525", NULL);
    expect(harness, "abcdef", "longer than 5 characters");
    harness_close(harness);
}

static void counts_words(void **state)
{
    (void)state;
    struct harness *harness =
        harness_open(&filter_LTX_quern_plugin, "min_words", "2", "max_words", "3", NULL);
    expect(harness, "one", "fewer than 2 words");
    expect(harness, "one \u2013 ... \u2022\n", "fewer than 2 words");
    expect(harness, "(one)\u00A0-2-\n", NULL);
    expect(harness, "a b\u3000c \u2013 \n", NULL);
    expect(harness,
           "a b\u2028"
           "c d",
           "more than 3 words");
    harness_close(harness);
}

static void weighs_letters(void **state)
{
    (void)state;
    struct harness *harness = harness_open(&filter_LTX_quern_plugin, "min_letters", "0.5", NULL);
    expect(harness, "", NULL);
    expect(harness, "  ab12  \n", NULL);
    expect(harness, "ab123", "share of letters below 0.5");
    expect(harness, "\u0928\u092E\u0938\u094D\u0924\u0947 +-*", NULL);
    harness_close(harness);
}

static void looks_for_patterns(void **state)
{
    (void)state;
    struct harness *harness =
        harness_open(&filter_LTX_quern_plugin, "keep", "\\bNairobi\\b", "keep",
                     "^\\w+ \u00E9t\u00E9$", "drop", "(?i)\\badvert", NULL);
    expect(harness, "Rain in Nairobi.", NULL);
    expect(harness, "a\ncet \u00E9t\u00E9\nb", NULL);
    expect(harness, "Mombasa", "none of the patterns to keep occurs");
    expect(harness, "Nairobi: ADVERTISEMENT", "'(?i)\\badvert' occurs");
    harness_close(harness);
}

static void refuses_wrong_patterns(void **state)
{
    (void)state;
    struct harness *harness =
        harness_open(&filter_LTX_quern_plugin, "keep", "fine", "keep", "é[b-a]", "drop", "a(b",
                     "drop", "fine", "drop", "*", "max_length", "2", "min_length", "5", NULL);
    assert_false(harness->opened);
    assert_string_equal(buffer_text(&harness->reports),
                        "refused max_length[0] at 0: 2 is below min_length, 5\n"
                        "refused keep[1] at 5: range out of order in character class\n"
                        "refused drop[0] at 3: missing closing parenthesis\n"
                        "refused drop[2] at 0: quantifier does not follow a repeatable item\n");
    harness_close(harness);
}

static void accepts_equal_bounds_and_no_maximum(void **state)
{
    (void)state;
    harness_close(harness_open(&filter_LTX_quern_plugin, "min_length", "5", "max_length", "5",
                               "min_words", "3", NULL));
}

/* One is one character, not one characters. */
static void counts_in_english(void **state)
{
    (void)state;
    struct harness *harness = harness_open(&filter_LTX_quern_plugin, "min_length", "1", NULL);
    expect(harness, "", "shorter than 1 character");
    harness_close(harness);
}

/* Never a silent pass. */
static void fails_when_a_search_is_given_up(void **state)
{
    (void)state;
    struct harness *harness = harness_open(&filter_LTX_quern_plugin, "drop", "^(a+)+$", NULL);
    assert_int_equal(harness_push(harness, QUERN_STRING("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab")),
                     QUERN_FAIL);
    assert_string_equal(harness_reason(harness), "pattern '^(a+)+$': match limit exceeded");
    expect(harness, "aab", NULL);
    harness_close(harness);
}

/* A text of so many bytes that are all `byte`. */
static quern_string fill(char byte, size_t size)
{
    char *data = malloc(size + 1);
    assert_non_null(data);
    memset(data, byte, size);
    data[size] = '\0';
    return (quern_string){data, size};
}

/* Little work at each place, but a place for each byte: a limit that counts anew at every place
 * lets it go on for as long as the square of the text. */
static void bounds_the_work_as_a_whole(void **state)
{
    static const char *const patterns[] = {"a[^c]*[bc]", "(?s)a.*[bc]", "(?:a|b){1,200}[cd]"};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct harness *harness = harness_open(&filter_LTX_quern_plugin, "drop", patterns[i], NULL);
        quern_string text = fill('a', 300000);
        assert_int_equal(harness_push(harness, text), QUERN_FAIL);
        assert_non_null(strstr(harness_reason(harness), "': match limit exceeded"));
        free((char *)(uintptr_t)text.data);
        harness_close(harness);
    }
}

/* Work that grows with the text is never too much. */
static void searches_long_texts(void **state)
{
    (void)state;
    struct harness *harness = harness_open(&filter_LTX_quern_plugin, "drop", "\\bba+b", "drop",
                                           "(?i)[aeiou]{2}x", "drop", "^.*;", NULL);
    quern_string text = fill('a', 3000000);
    for (size_t i = 0; i < text.size; i += 60)
        ((char *)(uintptr_t)text.data)[i] = '\n';
    assert_int_equal(harness_push(harness, text), QUERN_PASS);
    free((char *)(uintptr_t)text.data);
    harness_close(harness);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(passes_by_default),
        cmocka_unit_test(measures_length),
        cmocka_unit_test(counts_words),
        cmocka_unit_test(weighs_letters),
        cmocka_unit_test(looks_for_patterns),
        cmocka_unit_test(refuses_wrong_patterns),
        cmocka_unit_test(accepts_equal_bounds_and_no_maximum),
        cmocka_unit_test(counts_in_english),
        cmocka_unit_test(fails_when_a_search_is_given_up),
        cmocka_unit_test(bounds_the_work_as_a_whole),
        cmocka_unit_test(searches_long_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
