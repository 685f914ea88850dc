/*
 * Words that resemble each other.
 */
#include "base/base.h"

#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

static const char *const words[] = {"use", "with", "label", "when", "on_error", "limits"};

static const char *nearest(const char *word)
{
    return words_nearest(word, words, sizeof words / sizeof *words);
}

static void finds_one_change(void **state)
{
    (void)state;
    assert_string_equal(nearest("labels"), "label"); /* added */
    assert_string_equal(nearest("labl"), "label");   /* left out */
    assert_string_equal(nearest("lable"), "label");  /* swapped */
    assert_string_equal(nearest("lebel"), "label");  /* changed */
    assert_string_equal(nearest("on-error"), "on_error");
    assert_string_equal(nearest("label"), "label");
}

static void counts_a_swap_as_one(void **state)
{
    (void)state;
    assert_string_equal(nearest("ues"), "use");
    assert_string_equal(nearest("wehn"), "when");
}

static void allows_a_third_of_the_letters(void **state)
{
    (void)state;
    assert_string_equal(nearest("us"), "use");
    assert_string_equal(nearest("n_eror"), "on_error");
    assert_null(nearest("n_eo"));
    assert_null(nearest("u"));
    assert_null(nearest("help"));
}

static void takes_the_nearest_and_then_the_first(void **state)
{
    static const char *const numbers[] = {"threes", "three1", "three"};
    (void)state;
    assert_string_equal(words_nearest("three", numbers, 3), "three");
    assert_string_equal(words_nearest("three", numbers, 2), "threes");
}

static void takes_any_word(void **state)
{
    char longer[300];
    const char *const list[] = {longer, "", "x"};
    (void)state;
    memset(longer, 'a', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    assert_null(words_nearest(longer, list, 3));
    assert_null(words_nearest("abc", list, 3));
    assert_null(words_nearest("", words, 6));
    assert_string_equal(words_nearest("", list, 3), "");
    assert_null(words_nearest("abc", NULL, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_one_change),
        cmocka_unit_test(counts_a_swap_as_one),
        cmocka_unit_test(allows_a_third_of_the_letters),
        cmocka_unit_test(takes_the_nearest_and_then_the_first),
        cmocka_unit_test(takes_any_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
