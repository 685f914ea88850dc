/*
 * Conditions: what they mean, and what is said about one that means nothing.
 */
#include "pipeline/pipeline.h"
#include "pipeline/yaml.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct place place = {"news.yaml", 7, 11};

/* ---- What they mean ---- */

static const char text[] = "Zoë met Ann.";

static void add_span(quern_document *doc, const char *layer, const char *label, size_t begin,
                     size_t end)
{
    assert_true(quern_add_span(quern_layer_of(doc, layer), begin, end, quern_label(doc, label)) <
                SIZE_MAX);
}

static void set(quern_document *doc, const char *key, const char *json)
{
    assert_int_equal(quern_set_metadata(doc, key, (quern_string){json, strlen(json)}), QUERN_OK);
}

static int set_up(void **state)
{
    quern_document *doc = quern_document_new();
    assert_int_equal(quern_set_text(doc, (quern_string){text, strlen(text)}), QUERN_OK);
    assert_int_equal(document_set_id(doc, QUERN_STRING("news-7"), false), QUERN_OK);
    set(doc, "language", "\"en\"");
    set(doc, "words", " 3 ");
    set(doc, "public", "true");
    set(doc, "secret", "false");
    set(doc, "nothing", "null");
    set(doc, "list", "[1]");
    set(doc, "map", "{}");
    set(doc, "a \"b\"", "\"\\u00e9\"");
    add_span(doc, "entity", "PERSON", 0, 4);
    add_span(doc, "entity", "PERSON", 9, 12);
    add_span(doc, "entity", "ORG", 5, 8);
    add_span(doc, "block", "list-item", 0, 13);
    *state = doc;
    return 0;
}

static int tear_down(void **state)
{
    quern_document_free(*state);
    return 0;
}

/* Parses a condition as it stands without quotes in a file. */
static struct condition *parse(const char *written, struct problems *problems)
{
    const quern_string bytes = {written, strlen(written)};
    const struct yaml_node node = {.place = place, .plain = true, .text = bytes, .written = bytes};
    return condition_parse(&node, problems);
}

static bool holds(quern_document *doc, const char *written)
{
    struct problems problems = {0};
    struct condition *condition = parse(written, &problems);
    if (!condition)
        fail_msg("%s: %s", written, problems.items[0].message);
    assert_int_equal(problems.count, 0);
    bool truth = condition_holds(condition, doc);
    condition_free(condition);
    return truth;
}

static void expect(quern_document *doc, bool truth, const char *const *written)
{
    for (; *written; written++)
        if (holds(doc, *written) != truth)
            fail_msg("should be %s: %s", truth ? "true" : "false", *written);
    assert_int_equal(quern_document_status(doc), QUERN_OK);
}

static void compares(void **state)
{
    static const char *const truths[] = {
        "metadata.language == \"en\"",
        "metadata.language == 'en'",
        "'en' == metadata.language",
        "metadata.language != \"de\"",
        "metadata.language < 'eo' and metadata.language > 'e' and metadata.language >= 'en'",
        "metadata.words == 3 and metadata.words != 4",
        "metadata.words <= 3.0e0 and metadata.words >= 3",
        "metadata.words < 3.5 and metadata.words > -1",
        "metadata.public == true",
        "metadata.public",
        "metadata.secret == false",
        "metadata[\"a \\\"b\\\"\"] == \"\xC3\xA9\"",
        "metadata['language'] == 'en'",
        "id == 'news-7'",
        "length == 12",
        "true",
        NULL,
    };
    static const char *const lies[] = {
        "metadata.language == \"EN\"",
        "metadata.language > 'en'",
        "metadata.words > 3",
        "metadata.words < 3",
        "metadata.public == false",
        "metadata.secret",
        "metadata.language",
        "metadata.words",
        "length != 12",
        "false",
        NULL,
    };
    expect(*state, true, truths);
    expect(*state, false, lies);
}

static void keeps_types_apart(void **state)
{
    static const char *const truths[] = {
        "metadata.words != '3'",
        "metadata.words != metadata.language",
        "metadata.list != metadata.list",
        "metadata.list != 1",
        NULL,
    };
    static const char *const lies[] = {
        "metadata.words == '3'",
        "metadata.words < '4'",
        "metadata.language > 1",
        "metadata.list == metadata.list",
        "metadata.map < 'x'",
        "metadata.list",
        "metadata.public < metadata.public",
        NULL,
    };
    expect(*state, true, truths);
    expect(*state, false, lies);
}

static void knows_null(void **state)
{
    static const char *const truths[] = {
        "metadata.missing == null",      "null == metadata.missing",
        "metadata.nothing == null",      "metadata.language != null",
        "metadata.list != null",         "null == null",
        "not metadata.missing",          "not metadata.missing == 'en'",
        "metadata.missing in [1, null]", NULL,
    };
    static const char *const lies[] = {
        "metadata.missing != null",
        "metadata.language == null",
        "metadata.missing",
        "metadata.missing == 'en'",
        "metadata.missing != 'en'",
        "metadata.missing < 1",
        "metadata.missing == metadata.nothing",
        "metadata.missing != metadata.nothing",
        "metadata.missing in ['en']",
        NULL,
    };
    expect(*state, true, truths);
    expect(*state, false, lies);
}

static void finds_in_lists(void **state)
{
    static const char *const truths[] = {
        "metadata.language in ['de', \"en\"]",
        "metadata.words in [3]",
        "not metadata.language in ['de']",
        "metadata.words in ['3', 3]",
        "id in ['news-7']",
        NULL,
    };
    static const char *const lies[] = {
        "metadata.language in ['de']",
        "metadata.words in ['3', 30]",
        "length in [1, 2]",
        NULL,
    };
    expect(*state, true, truths);
    expect(*state, false, lies);
}

static void counts_spans(void **state)
{
    static const char *const truths[] = {
        "count(entity) == 3",
        "count(entity.PERSON) == 2",
        "has(entity.ORG)",
        "has(entity)",
        "has(block.list-item)",
        "has('block'.\"list-item\")",
        "count(entity.PERSON) > count(entity.ORG)",
        "count(token) == 0",
        NULL,
    };
    static const char *const lies[] = {
        "has(entity.LOC)", "has(token)", "has(token.PERSON)", "has(entity.PERSON) == false", NULL,
    };
    expect(*state, true, truths);
    expect(*state, false, lies);
}

static void joins(void **state)
{
    static const char *const truths[] = {
        "true or true and false",
        "(true or true) and true",
        "not false and true",
        "not (true and false)",
        "not not true",
        "false or false or true",
        "not (false or not true)",
        " true\nand\ttrue ",
        NULL,
    };
    static const char *const lies[] = {
        "(true or true) and false",
        "not true or false",
        "true and true and false",
        "not (true)",
        "not ((true))",
        "not (false and true) and false",
        NULL,
    };
    expect(*state, true, truths);
    expect(*state, false, lies);
}

static void takes_long_ones(void **state)
{
    struct buffer written = {0};
    for (int i = 0; i < 10000; i++)
        buffer_add_text(&written, "not not true and ");
    for (int i = 0; i < 32; i++)
        buffer_add_text(&written, "(");
    buffer_add_text(&written, "true");
    for (int i = 0; i < 32; i++)
        buffer_add_text(&written, ")");
    assert_true(holds(*state, buffer_text(&written)));
    buffer_free(&written);
}

/* ---- What is said about mistakes ---- */

static const struct mistake {
    const char *written;
    size_t column; /* from 1, in the condition */
    const char *message, *hint;
} mistakes[] = {
    {"", 1, "a value is missing at the end", NULL},
    {"metadata.a ==", 14, "a value is missing at the end", NULL},
    {"metadata.a and", 15, "a value is missing at the end", NULL},
    {"metadata.a or or", 15, "a value should stand here, not or", NULL},
    {"metadata.a == en", 15, "\"en\" is not known", "a text has to stand in quotes"},
    {"metadta.a == 1", 1, "\"metadta\" is not known", "did you mean \"metadata\"?"},
    {"metadata == 1", 10, "\".\" should stand here, not ==", NULL},
    {"metadata.a b", 12, "\"and\", \"or\" or the end should stand here, not b", NULL},
    {"metadata.a == 1 == 2", 17, "\"and\", \"or\" or the end should stand here, not ==", NULL},
    {"metadata.a.b", 11, "what is inside a value of metadata cannot be asked for",
     "a key with a point in it: metadata[\"a.b\"]"},
    {"metadata.7", 10, "a key should stand here, not 7", NULL},
    {"metadata[a]", 10, "a key in quotes should stand here, not a", NULL},
    {"metadata['a'", 13, "\"]\" is missing at the end", NULL},
    {"metadata[\"\\u0000\"]", 10, "a name cannot hold a NUL character", NULL},
    {"metadata.a = 1", 12, "\"=\" means nothing here", "write \"==\""},
    {"metadata.a && true", 12, "\"&\" means nothing here", "write \"and\""},
    {"metadata.a || true", 12, "\"|\" means nothing here", "write \"or\""},
    {"!metadata.a", 1, "\"!\" means nothing here", "write \"not\""},
    {"'ë' == 'x' \xE2\x82\xAC", 12, "\"\xE2\x82\xAC\" means nothing here", NULL},
    {"id == 'x", 7, "the text has no closing quote", NULL},
    {"(true", 6, "\")\" is missing at the end", NULL},
    {"true)", 5, "\"and\", \"or\" or the end should stand here, not )", NULL},
    {"id in 'x'", 7, "\"[\" should stand here, not 'x'", NULL},
    {"id in []", 8, "a text, a number, true, false or null should stand here, not ]", NULL},
    {"id in [id]", 8, "a text, a number, true, false or null should stand here, not id", NULL},
    {"id in ['x' 'y']", 12, "\"]\" should stand here, not 'y'", NULL},
    {"has entity", 5, "\"(\" should stand here, not entity", NULL},
    {"has()", 5, "a layer should stand here, not )", NULL},
    {"has(entity.)", 12, "a label should stand here, not )", NULL},
    {"has(entity", 11, "\")\" is missing at the end", NULL},
    {"id == 1", 7, "a text and a number are never equal", NULL},
    {"1 != 'x'", 6, "a number and a text are never equal", NULL},
    {"true == 1", 9, "a truth value and a number are never equal", NULL},
    {"id == null", 7, "a text is never null", NULL},
    {"null != length", 9, "a number is never null", NULL},
    {"length in [1, '2']", 15, "a number and a text are never equal", NULL},
    {"metadata.a < true", 14, "a truth value is neither less nor greater than anything",
     "numbers and texts have an order"},
    {"null >= metadata.a", 1, "null is neither less nor greater than anything",
     "numbers and texts have an order"},
    {"id < 5", 6, "a text and a number have no order", NULL},
    {"length", 1, "a number is neither true nor false", "compare it with something"},
    {"true and 'x'", 10, "a text is neither true nor false", "compare it with something"},
    {"count(entity)", 1, "a number is neither true nor false", "compare it with something"},
};

static void check_problem(const struct mistake *mistake, const struct problem *problem,
                          size_t column)
{
    char wanted[200];
    snprintf(wanted, sizeof wanted, "condition: %s", mistake->message);
    assert_string_equal(problem->message, wanted);
    assert_string_equal(problem->hint ? problem->hint : "", mistake->hint ? mistake->hint : "");
    assert_string_equal(problem->file, "news.yaml");
    assert_int_equal(problem->line, 7);
    if (problem->column != column)
        fail_msg("%s: column %zu", mistake->written, problem->column);
}

static void reports_mistakes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        struct problems problems = {0};
        const struct mistake *mistake = &mistakes[i];
        assert_null(parse(mistake->written, &problems));
        assert_int_equal(problems.count, 1);
        assert_int_equal(problems.errors, 1);
        check_problem(mistake, &problems.items[0], place.column + mistake->column - 1);
        problems_free(&problems);
    }
}

static void bounds_nesting(void **state)
{
    struct problems problems = {0};
    struct buffer written = {0};
    (void)state;
    for (int i = 0; i < 100000; i++)
        buffer_add_text(&written, "not (");
    assert_null(parse(buffer_text(&written), &problems));
    assert_int_equal(problems.count, 1);
    assert_string_equal(problems.items[0].message,
                        "condition: parentheses are nested more than 32 deep");
    assert_int_equal(problems.items[0].column, 11 + 32 * 5 + 4);
    buffer_free(&written);
    problems_free(&problems);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(compares, set_up, tear_down),
        cmocka_unit_test_setup_teardown(keeps_types_apart, set_up, tear_down),
        cmocka_unit_test_setup_teardown(knows_null, set_up, tear_down),
        cmocka_unit_test_setup_teardown(finds_in_lists, set_up, tear_down),
        cmocka_unit_test_setup_teardown(counts_spans, set_up, tear_down),
        cmocka_unit_test_setup_teardown(joins, set_up, tear_down),
        cmocka_unit_test_setup_teardown(takes_long_ones, set_up, tear_down),
        cmocka_unit_test(reports_mistakes),
        cmocka_unit_test(bounds_nesting),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
