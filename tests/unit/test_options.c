/*
 * Option tables and values: what is taken, what is refused, and in which words.
 */
#include "plugin/plugin.h"

#include <float.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct sample {
    bool deep;
    int64_t keep, any, positive;
    double share, free, above;
    const char *title, *none;
    int form;
    quern_list words, colours;
    quern_map set;
};

static const quern_option rows[] = {
    QUERN_BOOL(struct sample, deep, true, "whether it is deep"),
    QUERN_INT(struct sample, keep, 3, 0, 100, "what is kept"),
    QUERN_INT(struct sample, any, -1, INT64_MIN, INT64_MAX, "any number"),
    QUERN_INT(struct sample, positive, 1, 1, INT64_MAX, "how many"),
    QUERN_REAL(struct sample, share, 0.1, 0, 1, "which part"),
    QUERN_REAL(struct sample, free, 0, -DBL_MAX, DBL_MAX, "any number"),
    QUERN_REAL(struct sample, above, 2.5, 1, DBL_MAX, "a factor"),
    QUERN_TEXT(struct sample, title, "a \"title\"", "what it is called"),
    QUERN_TEXT(struct sample, none, NULL, "nothing unless it is given"),
    QUERN_CHOICE(struct sample, form, "nfc", "none nfc nfkc", "which form"),
    QUERN_LIST(struct sample, words, NULL, "some words"),
    QUERN_LIST(struct sample, colours, "red green blue", "some colours"),
    QUERN_MAP(struct sample, set, "what to set"),
    QUERN_END,
};

static const quern_stage stage = {
    .name = "sample", .state_size = sizeof(struct sample), .options = rows};

static const struct place line_four = {"news.yaml", 4, 12};

struct fixture {
    struct options options;
    struct sample *sample;
    struct problems problems;
};

static int set_up(void **state)
{
    static struct fixture fixture;
    fixture = (struct fixture){0};
    *state = &fixture;
    if (!options_open(&fixture.options, &stage))
        return -1;
    fixture.sample = fixture.options.state;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    options_close(&fixture->options);
    problems_free(&fixture->problems);
    return 0;
}

static bool set(struct fixture *fixture, const char *name, const char *text)
{
    const quern_option *option = options_find(rows, name);
    assert_non_null(option);
    return options_set(&fixture->options, option, text, line_four, &fixture->problems);
}

static void assert_refused(struct fixture *fixture, const char *name, const char *text,
                           const char *message, const char *hint)
{
    assert_false(set(fixture, name, text));
    assert_int_equal(fixture->problems.count, 1);
    const struct problem *problem = fixture->problems.items;
    assert_string_equal(problem->message, message);
    assert_string_equal(problem->file, "news.yaml");
    assert_int_equal(problem->line, 4);
    assert_int_equal(problem->column, 12);
    if (hint)
        assert_string_equal(problem->hint, hint);
    else
        assert_null(problem->hint);
    problems_free(&fixture->problems);
}

static void assert_json(quern_string json, const char *text)
{
    assert_int_equal(json.size, strlen(text));
    assert_memory_equal(json.data, text, json.size);
}

static void defaults_are_filled_in(void **state)
{
    const struct sample *sample = ((struct fixture *)*state)->sample;
    assert_true(sample->deep);
    assert_int_equal(sample->keep, 3);
    assert_int_equal(sample->any, -1);
    assert_true(sample->share == 0.1);
    assert_string_equal(sample->title, "a \"title\"");
    assert_null(sample->none);
    assert_int_equal(sample->form, 1);
    assert_int_equal(sample->words.count, 0);
    assert_int_equal(sample->set.count, 0);
}

static void the_table_is_sound(void **state)
{
    struct fixture *fixture = *state;
    static const quern_stage bare = {.name = "bare"};
    assert_true(options_check_table(&stage, line_four, &fixture->problems));
    assert_true(options_check_table(&bare, line_four, &fixture->problems));
    assert_null(options_find(NULL, "keep"));
    assert_null(options_find(rows, "kept"));
}

static void booleans(void **state)
{
    static const char *const bad[] = {"", "yes", "tRUE", "1", "off", "true "};
    struct fixture *fixture = *state;
    assert_true(set(fixture, "deep", "false"));
    assert_false(fixture->sample->deep);
    assert_true(set(fixture, "deep", "True"));
    assert_true(fixture->sample->deep);
    assert_true(set(fixture, "deep", "FALSE"));
    assert_false(fixture->sample->deep);
    assert_true(set(fixture, "deep", "true"));
    assert_true(fixture->sample->deep);
    assert_refused(fixture, "deep", "yes", "deep: \"yes\" is neither true nor false", NULL);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(set(fixture, "deep", bad[i]));
    assert_true(fixture->sample->deep);
}

static void integers(void **state)
{
    static const char *const bad[] = {"", "-", "+", "1.0", "1e3", "0x10", " 1", "1 ", "--1", "1k"};
    struct fixture *fixture = *state;
    assert_true(set(fixture, "keep", "0"));
    assert_true(set(fixture, "keep", "+100"));
    assert_int_equal(fixture->sample->keep, 100);
    assert_true(set(fixture, "keep", "007"));
    assert_int_equal(fixture->sample->keep, 7);
    assert_true(set(fixture, "any", "-9223372036854775808"));
    assert_true(fixture->sample->any == INT64_MIN);
    assert_true(set(fixture, "any", "9223372036854775807"));
    assert_refused(fixture, "keep", "200", "keep: 200 is out of range (0 to 100)", NULL);
    assert_refused(fixture, "keep", "-1", "keep: -1 is out of range (0 to 100)", NULL);
    assert_refused(fixture, "keep", "x", "keep: \"x\" is not an integer", NULL);
    assert_refused(fixture, "any", "9223372036854775808",
                   "any: 9223372036854775808 is out of range", NULL);
    assert_refused(fixture, "positive", "0", "positive: 0 is out of range (at least 1)", NULL);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(set(fixture, "keep", bad[i]));
    assert_int_equal(fixture->sample->keep, 7);
}

static void reals(void **state)
{
    static const char *const bad[] = {"",    ".",    "-",   "e5",   "1e", "0x1", "inf",
                                      "nan", ".inf", "0,5", "0.5 ", " 0", "1e+"};
    static const char *const good[] = {"0", "1", "0.5", ".5", "1.", "5e-1", "+0.25", "1E-400"};
    struct fixture *fixture = *state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_true(set(fixture, "share", good[i]));
    assert_true(set(fixture, "share", "0.75"));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(set(fixture, "share", bad[i]));
    problems_free(&fixture->problems);
    assert_true(fixture->sample->share == 0.75);
    assert_refused(fixture, "share", "1.5", "share: 1.5 is out of range (0 to 1)", NULL);
    assert_refused(fixture, "free", "1e999", "free: 1e999 is out of range", NULL);
    assert_refused(fixture, "above", "-2", "above: -2 is out of range (at least 1)", NULL);
    assert_refused(fixture, "share", "half", "share: \"half\" is not a number", NULL);
}

static void texts(void **state)
{
    struct fixture *fixture = *state;
    char text[] = "first";
    assert_true(set(fixture, "title", text));
    text[0] = 'F';
    assert_string_equal(fixture->sample->title, "first");
    assert_true(set(fixture, "none", ""));
    assert_string_equal(fixture->sample->none, "");
    assert_refused(fixture, "title", "caf\351", "title: the text is not valid UTF-8", NULL);
}

static void choices(void **state)
{
    struct fixture *fixture = *state;
    assert_true(set(fixture, "form", "nfkc"));
    assert_int_equal(fixture->sample->form, 2);
    assert_refused(fixture, "form", "nfkcc", "form: \"nfkcc\" is none of none, nfc, nfkc",
                   "did you mean \"nfkc\"?");
    assert_refused(fixture, "form", "", "form: \"\" is none of none, nfc, nfkc", NULL);
    assert_refused(fixture, "form", "none nfc", "form: \"none nfc\" is none of none, nfc, nfkc",
                   NULL);
    assert_int_equal(fixture->sample->form, 2);
}

static void lists(void **state)
{
    struct fixture *fixture = *state;
    char text[16];
    for (int i = 0; i < 100; i++) {
        snprintf(text, sizeof text, "%d", i);
        assert_true(set(fixture, "words", text));
    }
    assert_int_equal(fixture->sample->words.count, 100);
    for (int i = 0; i < 100; i++)
        assert_int_equal(atoi(fixture->sample->words.items[i]), i);
    assert_true(set(fixture, "colours", "blue"));
    assert_refused(fixture, "colours", "gren", "colours: \"gren\" is none of red, green, blue",
                   "did you mean \"green\"?");
    assert_refused(fixture, "words", "\377", "words: the text is not valid UTF-8", NULL);
    assert_int_equal(fixture->sample->colours.count, 1);
}

static void maps(void **state)
{
    struct fixture *fixture = *state;
    const quern_map *map = &fixture->sample->set;
    assert_true(set(fixture, "set", "language=en"));
    assert_true(set(fixture, "set", "year=1998"));
    assert_true(set(fixture, "set", "tags=[\"a=b\", null]"));
    assert_true(set(fixture, "set", "empty="));
    assert_true(set(fixture, "set", "year=\"1999\""));
    assert_true(options_set_member(&fixture->options, options_find(rows, "set"), "more",
                                   QUERN_STRING("{}"), line_four, &fixture->problems));
    assert_int_equal(map->count, 5);
    assert_string_equal(map->items[0].key, "language");
    assert_json(map->items[0].json, "\"en\"");
    assert_json(map->items[1].json, "\"1999\"");
    assert_json(map->items[2].json, "[\"a=b\", null]");
    assert_json(map->items[3].json, "\"\"");
    assert_json(map->items[4].json, "{}");
    assert_refused(fixture, "set", "year", "set: \"year\" is not of the form KEY=VALUE", NULL);
    assert_refused(fixture, "set", "=1", "set: \"=1\" is not of the form KEY=VALUE", NULL);
    assert_refused(fixture, "set", "a=\300\200", "set: the text is not valid UTF-8", NULL);
}

static void descriptions(void **state)
{
    static const struct {
        const char *name, *takes, *preset;
    } cases[] = {
        {"deep", "true or false", "true"},
        {"keep", "integer, 0 to 100", "3"},
        {"any", "integer", "-1"},
        {"positive", "integer, at least 1", "1"},
        {"share", "number, 0 to 1", "0.1"},
        {"free", "number", "0"},
        {"above", "number, at least 1", "2.5"},
        {"title", "text", "\"a \\\"title\\\"\""},
        {"none", "text", ""},
        {"form", "one of none, nfc, nfkc", "nfc"},
        {"words", "list of texts", ""},
        {"colours", "list of red, green, blue", ""},
        {"set", "map of JSON values", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const quern_option *option = options_find(rows, cases[i].name);
        struct buffer takes = {0}, preset = {0};
        options_describe(option, &takes);
        options_describe_default(option, &preset);
        assert_string_equal(buffer_text(&takes), cases[i].takes);
        assert_string_equal(buffer_text(&preset), cases[i].preset);
        buffer_free(&takes);
        buffer_free(&preset);
    }
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(defaults_are_filled_in),
        TEST(the_table_is_sound),
        TEST(booleans),
        TEST(integers),
        TEST(reals),
        TEST(texts),
        TEST(choices),
        TEST(lists),
        TEST(maps),
        TEST(descriptions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
