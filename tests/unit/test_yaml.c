/*
 * YAML as a tree: what is read, where it stands, and what is refused.
 */
#include "pipeline/pipeline.h"
#include "pipeline/values.h"
#include "pipeline/yaml.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct fixture {
    struct arena arena;
    struct problems problems;
    const struct yaml_node *root;
    char *text; /* what it was parsed from */
};

static int set_up(void **state)
{
    *state = calloc(1, sizeof(struct fixture));
    return *state ? 0 : -1;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    arena_free(&fixture->arena);
    problems_free(&fixture->problems);
    free(fixture->text);
    free(fixture);
    return 0;
}

/* The parser gets memory of exactly the right size. */
static void parse(struct fixture *fixture, const char *text, size_t size)
{
    free(fixture->text);
    char *exact = fixture->text = malloc(size ? size : 1);
    assert_non_null(exact);
    memcpy(exact, text, size);
    fixture->root =
        yaml_parse("a.yaml", (quern_string){exact, size}, &fixture->arena, &fixture->problems);
}

static const struct yaml_node *read(struct fixture *fixture, const char *text)
{
    parse(fixture, text, strlen(text));
    if (fixture->problems.count)
        fail_msg("%s", fixture->problems.items[0].message);
    assert_non_null(fixture->root);
    return fixture->root;
}

static void expect_problem(struct fixture *fixture, size_t number, size_t line, size_t column,
                           const char *message)
{
    assert_true(fixture->problems.count > number);
    const struct problem *problem = &fixture->problems.items[number];
    assert_string_equal(problem->message, message);
    assert_int_equal(problem->line, line);
    assert_int_equal(problem->column, column);
    assert_string_equal(problem->file, "a.yaml");
    assert_int_equal(problem->severity, QUERN_ERROR);
}

/* A text with one problem, which makes it no tree. */
static void refuse_bytes(quern_string text, size_t line, size_t column, const char *message)
{
    struct fixture fixture = {0};
    parse(&fixture, text.data, text.size);
    assert_null(fixture.root);
    assert_int_equal(fixture.problems.count, 1);
    expect_problem(&fixture, 0, line, column, message);
    free(fixture.text);
    arena_free(&fixture.arena);
    problems_free(&fixture.problems);
}

static void refuse(const char *text, size_t line, size_t column, const char *message)
{
    refuse_bytes((quern_string){text, strlen(text)}, line, column, message);
}

static const struct yaml_node *nth(const struct yaml_node *node, size_t n)
{
    const struct yaml_entry *entry = node->entries;
    while (n--)
        entry = entry->next;
    return entry->value;
}

/* ---- Trees ---- */

static void reads_nodes_with_places(void **state)
{
    const struct yaml_node *root = read(*state, "# news\n"
                                                "a: 1\n"
                                                "b:\n"
                                                "  - 'x y'\n"
                                                "  - {c: \"z\"}\n");
    assert_int_equal(root->kind, YAML_MAP);
    assert_int_equal(root->place.line, 2);
    assert_int_equal(root->place.column, 1);
    assert_string_equal(root->place.file, "a.yaml");
    assert_string_equal(root->entries->key->text.data, "a");
    assert_string_equal(nth(root, 0)->text.data, "1");
    assert_true(nth(root, 0)->plain);
    const struct yaml_node *list = nth(root, 1);
    assert_int_equal(list->kind, YAML_LIST);
    assert_int_equal(list->place.line, 4);
    assert_int_equal(list->place.column, 3);
    assert_string_equal(nth(list, 0)->text.data, "x y");
    assert_false(nth(list, 0)->plain);
    assert_null(list->entries->key);
    assert_string_equal(nth(nth(list, 1), 0)->text.data, "z");
    assert_int_equal(nth(nth(list, 1), 0)->place.column, 9);
    assert_null(list->entries->next->next);
}

/* The place of `word` in a scalar is where it stands in the file, marked by what it is. */
static void expect_place(const struct yaml_node *scalar, const char *word, size_t line,
                         size_t column)
{
    const char *found = strstr(scalar->text.data, word);
    assert_non_null(found);
    struct place place = yaml_place(scalar, (size_t)(found - scalar->text.data));
    if (place.line != line || place.column != column)
        fail_msg("%s: %zu:%zu, not %zu:%zu", word, place.line, place.column, line, column);
}

static void finds_places_in_texts(void **state)
{
    const struct yaml_node *root = read(*state, "- plain é x\n"                       /* 1 */
                                                "- 'it''s x'\n"                       /* 2 */
                                                "- \"a\\tb\\u00e9\\x20c\\\"\\  x\"\n" /* 3 */
                                                "- two\n"
                                                "  lines x\r\n" /* 5 */
                                                "- > # folded\n"
                                                "  a é\n\n\n"
                                                "    b x\n" /* 10 */
                                                "- |2-\n"
                                                "   lit\r\n"
                                                "  eral x\n"        /* 13 */
                                                "- &a anchored x\n" /* 14 */
                                                "- *a\n"
                                                "- \"a\\\n"
                                                "   b\n"
                                                "   x\"\n" /* 18 */
                                                "- ''\n");
    const struct {
        size_t node;
        const char *word;
        size_t line, column;
    } places[] = {
        {0, "plain", 1, 3}, {0, "x", 1, 11},     {1, "it", 2, 4},    {1, "s x", 2, 8},
        {2, "b", 3, 7},     {2, "\u00E9", 3, 8}, {2, "c", 3, 18},    {2, "\"", 3, 19},
        {2, "x", 3, 24},    {3, "two", 4, 3},    {3, "lines", 5, 3}, {3, "x", 5, 9},
        {4, "a", 7, 3},     {4, "\u00E9", 7, 5}, {4, "b", 10, 5},    {4, "x", 10, 7},
        {5, "lit", 12, 4},  {5, "x", 13, 8},     {6, "x", 14, 3},    {7, "x", 15, 3},
        {8, "b", 17, 4},    {8, "x", 18, 4},
    };
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        expect_place(nth(root, places[i].node), places[i].word, places[i].line, places[i].column);
    for (size_t i = sizeof places / sizeof *places; i--;)
        expect_place(nth(root, places[i].node), places[i].word, places[i].line, places[i].column);
    assert_int_equal(yaml_place(nth(root, 0), 12).column, 12);
    assert_int_equal(yaml_place(nth(root, 9), 0).column, 4);
}

static void shares_what_aliases_name(void **state)
{
    const struct yaml_node *root = read(*state, "a: &x [1, 2]\nb: *x\nc: &x 3\nd: *x\n");
    assert_ptr_equal(nth(root, 0)->entries, nth(root, 1)->entries);
    assert_int_equal(nth(root, 1)->place.line, 2);
    assert_int_equal(nth(root, 1)->place.column, 4);
    assert_string_equal(nth(root, 3)->text.data, "3");
}

static void keeps_nul_and_long_texts(void **state)
{
    const struct yaml_node *root = read(*state, "\"a\\0b\"");
    assert_int_equal(root->text.size, 3);
    assert_memory_equal(root->text.data, "a\0b", 4);
}

static void passes_over_a_byte_order_mark(void **state)
{
    const struct yaml_node *root = read(*state, "\xEF\xBB\xBF"
                                                "a: 1\n");
    assert_string_equal(root->entries->key->text.data, "a");
}

/* ---- Refusals ---- */

static void refuses_empty_files(void **state)
{
    (void)state;
    refuse("", 0, 0, "the file is empty");
    refuse("\n\n", 0, 0, "the file is empty");
    refuse("# nothing\n", 0, 0, "the file is empty");
    refuse("---\n", 0, 0, "the file is empty");
    refuse("---\n...\n", 0, 0, "the file is empty");
}

static void refuses_other_encodings(void **state)
{
    (void)state;
    refuse_bytes(QUERN_STRING("\xFF\xFE"
                              "a\0"),
                 0, 0, "the file is in UTF-16; save it as UTF-8");
    refuse_bytes(QUERN_STRING("\xFE\xFF\0a"), 0, 0, "the file is in UTF-16; save it as UTF-8");
    refuse("a: b\r\nc: \xC3\xA9\xE9\n", 2, 5, "the file is not valid UTF-8");
    refuse("a: b\rc: d\xC3", 2, 5, "the file is not valid UTF-8");
    refuse_bytes(QUERN_STRING("a: b\nc: \0\n"), 2, 4, "control characters are not allowed");
    refuse("a: b\nc: \x1B[2J\n", 2, 4, "control characters are not allowed");
    refuse("a: x\xC2\x85y\n", 1, 5, "a NEL character ends a line in YAML; write it as \"\\u0085\"");
    refuse("a: x\xE2\x80\xA8y\n", 1, 5,
           "a LINE SEPARATOR ends a line in YAML; write it as \"\\u2028\"");
    refuse("a: x\xE2\x80\xA9y\n", 1, 5,
           "a PARAGRAPH SEPARATOR ends a line in YAML; write it as \"\\u2029\"");
}

static void refuses_wrong_syntax(void **state)
{
    (void)state;
    refuse("a: [1, 2\nb: 3\n", 2, 2,
           "did not find expected ',' or ']' while parsing a flow sequence that begins on line 1");
    refuse("a: 'x\n", 2, 1,
           "found unexpected end of stream while scanning a quoted scalar that begins on line 1");
    refuse("a: 1\n b: 2\n", 2, 3, "mapping values are not allowed in this context");
    refuse("a: @x\n", 1, 4,
           "found character that cannot start any token while scanning for the next token");
    refuse("- a\nb: 1\n", 2, 1,
           "did not find expected '-' indicator while parsing a block collection that begins on "
           "line 1");
    refuse("a: \"\\q\"\n", 1, 5, "found unknown escape character while parsing a quoted scalar");
}

static void hints_at_quotes(void **state)
{
    struct fixture *fixture = *state;
    parse(fixture, "a: b: c\n", 8);
    expect_problem(fixture, 0, 1, 5, "mapping values are not allowed in this context");
    assert_string_equal(fixture->problems.items[0].hint,
                        "a text that holds \": \" has to stand in quotes");
}

static void refuses_tabs(void **state)
{
    (void)state;
    refuse("a:\n\t- b\n", 2, 1, "a tab cannot indent a line in YAML; use spaces");
    refuse("a:\n  b: 1\n\tc: 2\n", 3, 1, "a tab cannot indent a line in YAML; use spaces");
    refuse("a:\n  - b\n  \t- c\n", 3, 3, "a tab cannot indent a line in YAML; use spaces");
}

static void refuses_a_second_document(void **state)
{
    (void)state;
    refuse("a: 1\n---\nb: 2\n", 2, 1,
           "a second YAML document begins here; a pipeline file holds one");
}

static void refuses_wrong_aliases(void **state)
{
    (void)state;
    refuse("a: *x\n", 1, 4, "no anchor \"&x\" stands before this alias");
    refuse("a: &x [1, *x]\n", 1, 11, "an alias cannot stand in the value that it stands for");
    refuse("&x a: &y {b: *y}\n", 1, 14, "an alias cannot stand in the value that it stands for");
}

/* A thousand million words in nine lines. */
static void refuses_alias_bombs(void **state)
{
    (void)state;
    refuse("a: &a [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]\n"
           "b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\n"
           "c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]\n"
           "d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]\n"
           "e: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]\n"
           "f: &f [*e, *e, *e, *e, *e, *e, *e, *e, *e, *e]\n"
           "g: &g [*f, *f, *f, *f, *f, *f, *f, *f, *f, *f]\n",
           6, 4, "the aliases stand for more than 4 MiB");
}

static void refuses_too_many_aliases(void **state)
{
    struct buffer text = {0};
    (void)state;
    buffer_add_text(&text, "- &a x\n");
    for (int i = 0; i < 1001; i++)
        buffer_add_text(&text, "- *a\n");
    refuse(buffer_text(&text), 1002, 3, "the file has more than 1,000 aliases");
    buffer_free(&text);
}

/* Aliases could nest deeper than the file does. */
static void bounds_depth(void **state)
{
    struct buffer text = {0};
    for (int i = 0; i < 65; i++)
        buffer_add_char(&text, '[');
    refuse(buffer_text(&text), 1, 65, "lists and maps are nested more than 64 deep");
    buffer_clear(&text);
    buffer_add_text(&text, "- &a [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]"
                           "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]\n"
                           "- [[[[[[[[[[[[[[[[[[[[[[[*a]]]]]]]]]]]]]]]]]]]]]]]\n");
    parse(*state, text.data, text.size);
    assert_non_null(((struct fixture *)*state)->root);
    buffer_clear(&text);
    buffer_add_text(&text, "- &a [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]"
                           "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]\n"
                           "- [[[[[[[[[[[[[[[[[[[[[[[[*a]]]]]]]]]]]]]]]]]]]]]]]]\n");
    refuse(buffer_text(&text), 2, 3, "lists and maps are nested more than 64 deep");
    buffer_free(&text);
}

static void bounds_sizes(void **state)
{
    struct buffer text = {0};
    (void)state;
    for (int i = 0; i < 100000; i++)
        buffer_add_text(&text, "- a\n");
    refuse(buffer_text(&text), 100000, 3, "the file has more than 100,000 values");
    while (text.size <= YAML_FILE_MAX)
        buffer_add_text(&text, "# a line to fill it\n");
    refuse(buffer_text(&text), 0, 0, "the file is larger than 1 MiB");
    buffer_free(&text);
}

/* These are found together, and the tree is there to be looked at. */
static void reports_what_it_can_pass_over(void **state)
{
    struct fixture *fixture = *state;
    const char *text = "a: 1\n"
                       "b: !!str 2\n"
                       "a: 3\n"
                       "<<: {c: 4}\n"
                       "[d]: 5\n"
                       "a: 6\n";
    parse(fixture, text, strlen(text));
    assert_non_null(fixture->root);
    assert_int_equal(fixture->problems.count, 5);
    expect_problem(fixture, 0, 2, 4, "tags (words that begin with \"!\") are not supported");
    expect_problem(fixture, 1, 4, 1, "merge keys (<<) are not supported; write the keys out");
    expect_problem(fixture, 2, 5, 1, "a key has to be a text, not a list or a map");
    expect_problem(fixture, 3, 3, 1, "\"a\" stands here a second time; the first is on line 1");
    expect_problem(fixture, 4, 6, 1, "\"a\" stands here a second time; the first is on line 1");
    assert_string_equal(nth(fixture->root, 0)->text.data, "1");
}

static void cuts_texts_in_messages(void **state)
{
    (void)state;
    assert_int_equal(yaml_clip(QUERN_STRING("a\0b")), 1);
    assert_int_equal(yaml_clip(QUERN_STRING("")), 0);
    char text[62];
    memset(text, 'x', sizeof text);
    assert_int_equal(yaml_clip((quern_string){text, 60}), 60);
    assert_int_equal(yaml_clip((quern_string){text, 62}), 60);
    memcpy(text + 59, "\xE2\x82\xAC", 3);
    assert_int_equal(yaml_clip((quern_string){text, 62}), 59);
}

/* ---- What scalars mean ---- */

static void expect_json(const char *written, enum value_type type, const char *wanted)
{
    struct fixture fixture = {0};
    struct buffer json = {0};
    const struct yaml_node *scalar = nth(read(&fixture, written), 0);
    assert_int_equal(value_type_of(scalar), type);
    assert_int_equal(value_to_json(scalar, &json), wanted != NULL);
    if (wanted) {
        assert_string_equal(buffer_text(&json), wanted);
        assert_true(json_is_valid((quern_string){json.data, json.size}));
    }
    buffer_free(&json);
    free(fixture.text);
    arena_free(&fixture.arena);
}

static void knows_the_core_schema(void **state)
{
    static const struct {
        const char *written;
        enum value_type type;
        const char *json;
    } scalars[] = {
        {"- ", VALUE_NULL, "null"},
        {"- ~", VALUE_NULL, "null"},
        {"- Null", VALUE_NULL, "null"},
        {"- ''", VALUE_TEXT, "\"\""},
        {"- 'null'", VALUE_TEXT, "\"null\""},
        {"- true", VALUE_TRUE, "true"},
        {"- TRUE", VALUE_TRUE, "true"},
        {"- False", VALUE_FALSE, "false"},
        {"- yes", VALUE_TEXT, "\"yes\""},
        {"- \"true\"", VALUE_TEXT, "\"true\""},
        {"- 0", VALUE_NUMBER, "0"},
        {"- -12", VALUE_NUMBER, "-12"},
        {"- +7", VALUE_NUMBER, "7"},
        {"- 007", VALUE_NUMBER, "7"},
        {"- -000", VALUE_NUMBER, "-0"},
        {"- .5", VALUE_NUMBER, "0.5"},
        {"- 5.", VALUE_NUMBER, "5"},
        {"- 1e3", VALUE_NUMBER, "1e3"},
        {"- -1.50E-07", VALUE_NUMBER, "-1.50E-07"},
        {"- 12345678901234567890123", VALUE_NUMBER, "12345678901234567890123"},
        {"- 0x1F", VALUE_NUMBER, "31"},
        {"- 0o17", VALUE_NUMBER, "15"},
        {"- 0x", VALUE_TEXT, "\"0x\""},
        {"- 0o8", VALUE_TEXT, "\"0o8\""},
        {"- 0xffffffffffffffffff", VALUE_NUMBER, NULL},
        {"- .inf", VALUE_NUMBER, NULL},
        {"- -.Inf", VALUE_NUMBER, NULL},
        {"- .NaN", VALUE_NUMBER, NULL},
        {"- +.nan", VALUE_TEXT, "\"+.nan\""},
        {"- .", VALUE_TEXT, "\".\""},
        {"- 1e", VALUE_TEXT, "\"1e\""},
        {"- 1.2.3", VALUE_TEXT, "\"1.2.3\""},
        {"- 2024-01-31", VALUE_TEXT, "\"2024-01-31\""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof scalars / sizeof *scalars; i++)
        expect_json(scalars[i].written, scalars[i].type, scalars[i].json);
}

static void reads_times(void **state)
{
    static const struct {
        const char *text;
        double seconds;
    } times[] = {{"5", 5},     {"5s", 5},     {"0.5", 0.5},       {"500ms", 0.5},
                 {"2 m", 120}, {"1h", 3600},  {"604800", 604800}, {"168h", 604800},
                 {".5", 0.5},  {"1e3s", 1000}};
    static const char *const wrong[] = {"",     "0",   "-1",   "5 min", "0s", ".",
                                        "0x10", "nan", "169h", "s",     "+5", "inf",
                                        "5e",   "5s5", " 5s",  "1.2.3", "5S"};
    double seconds = 0;
    (void)state;
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        assert_true(value_to_seconds(times[i].text, &seconds));
        assert_true(seconds == times[i].seconds);
    }
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(value_to_seconds(wrong[i], &seconds));
}

static void reads_sizes(void **state)
{
    static const struct {
        const char *text;
        size_t bytes;
    } sizes[] = {{"1", 1},      {"100B", 100},    {"64MiB", 67108864}, {"1.5 KiB", 1536},
                 {"2kB", 2000}, {"3MB", 3000000}, {"1GB", 1000000000}, {"1GiB", 1073741824}};
    static const char *const wrong[] = {"", "0", "0.5", "-1", "5mb", "99999999999GiB", "lots"};
    size_t bytes = 0;
    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        assert_true(value_to_bytes(sizes[i].text, &bytes));
        assert_int_equal(bytes, sizes[i].bytes);
    }
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(value_to_bytes(wrong[i], &bytes));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(reads_nodes_with_places, set_up, tear_down),
        cmocka_unit_test_setup_teardown(finds_places_in_texts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(shares_what_aliases_name, set_up, tear_down),
        cmocka_unit_test_setup_teardown(keeps_nul_and_long_texts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(passes_over_a_byte_order_mark, set_up, tear_down),
        cmocka_unit_test(refuses_empty_files),
        cmocka_unit_test(refuses_other_encodings),
        cmocka_unit_test(refuses_wrong_syntax),
        cmocka_unit_test_setup_teardown(hints_at_quotes, set_up, tear_down),
        cmocka_unit_test(refuses_tabs),
        cmocka_unit_test(refuses_a_second_document),
        cmocka_unit_test(refuses_wrong_aliases),
        cmocka_unit_test(refuses_alias_bombs),
        cmocka_unit_test(refuses_too_many_aliases),
        cmocka_unit_test_setup_teardown(bounds_depth, set_up, tear_down),
        cmocka_unit_test(bounds_sizes),
        cmocka_unit_test_setup_teardown(reports_what_it_can_pass_over, set_up, tear_down),
        cmocka_unit_test(cuts_texts_in_messages),
        cmocka_unit_test(knows_the_core_schema),
        cmocka_unit_test(reads_times),
        cmocka_unit_test(reads_sizes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
