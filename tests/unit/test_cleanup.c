/*
 * The stage cleanup: what each rule does, and what it leaves alone.
 */
#define QUERN_STATIC_STAGE
#include "cleanup.h"

#include <string.h>

#define CASES(cases) (sizeof(cases) / sizeof *(cases))

struct text_case {
    const char *in, *out;
};

static void expect_all(struct harness *harness, const struct text_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        quern_string in = {cases[i].in, strlen(cases[i].in)};
        assert_int_equal(harness_push(harness, in), QUERN_PASS);
        harness_expect_text(harness, cases[i].out);
    }
    harness_close(harness);
}

/* "rule rule …" of all changes. */
static void expect_rules(struct harness *harness, const char *rules)
{
    struct buffer have = {0};
    quern_changes changes = quern_find_changes(harness->doc);
    for (size_t i = 0; i < changes.count; i++)
        buffer_print(&have, "%s%s", i ? " " : "",
                     quern_change_rule(harness->doc, &changes.items[i]));
    assert_string_equal(buffer_text(&have), rules);
    buffer_free(&have);
}

static void leaves_clean_text_alone(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "\f",
        "Plain.\n",
        "\n\n\n    A page with margins.\n\n\n\n\n\n\n\n\nThe next.\n",
        "  Indented\n\tby a tab\n\nA blank line.\n\n\nTwo of them.\n",
        "A page.\n\fThe next page.\n\f",
        "D\u00E9j\u00E0 vu \u2013 \u201Ca\u201D \u2018b\u2019 \u2022 c\u00A0%\u2026\n",
        "\u0928\u092E\u0938\u094D\u0924\u0947 \u0E2A\u0E27\u0E31\u0E2A\u0E14\u0E35 \u4F60\u597D\n",
        "\U0001F468\u200D\U0001F469\u200D\U0001F467 \u2764\uFE0F\u200D\U0001F525\n",
        "\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645 \u0915\u094D\u200D\u0937\n",
        "\u0E01\u200B\u0E02\n",
        "soft\u00ADhyphen, marks \u200E\u200F, private \uE000\n",
    };
    struct harness *harness = harness_open(&cleanup_LTX_quern_plugin, NULL);
    for (size_t i = 0; i < CASES(texts); i++) {
        quern_string text = {texts[i], strlen(texts[i])};
        assert_int_equal(harness_push(harness, text), QUERN_PASS);
        harness_expect_text(harness, texts[i]);
        assert_int_equal(document_copied(harness->doc), 0);
        assert_string_equal(buffer_text(&harness->reports), "");
    }
    harness_close(harness);
}

static void ends_lines(void **state)
{
    (void)state;
    static const struct text_case cases[] = {
        {"a\r\nb\r\n", "a\nb\n"},
        {"a\rb\r", "a\nb\n"},
        {"a\r\r\nb\n", "a\n\nb\n"},
        {"a\vb\xC2\x85"
         "c\u2028d\u2029e\n",
         "a\nb\nc\nd\n\ne\n"},
        {"a", "a\n"},
        {"a\n\n", "a\n"},
        {"a \n \n\t", "a\n"},
        {"a  ", "a\n"},
        {"a\r\n\r\n\r\n\r\n", "a\n"},
        {"\r\n\xEF\xBB\xBF\n a\n", "\n\n a\n"},
        {" \n\t\n", ""},
        {"\n", ""},
        {"   ", ""},
        {"a  \f  b\n", "a\f  b\n"},
        {"a\n\f\n\n", "a\n\f\n"},
    };
    expect_all(harness_open(&cleanup_LTX_quern_plugin, NULL), cases, CASES(cases));
}

static void trims_lines(void **state)
{
    (void)state;
    static const struct text_case cases[] = {
        {"a \nb\t\nc \t \nd\n", "a\nb\nc\nd\n"}, {"a \r\nb\n", "a\nb\n"},
        {"a\u00A0\nb\u3000 \nc\n", "a\nb\nc\n"}, {"a  b\n", "a  b\n"},
        {"a \u0301\nb\n", "a \u0301\nb\n"},
    };
    expect_all(harness_open(&cleanup_LTX_quern_plugin, NULL), cases, CASES(cases));
    static const struct text_case kept[] = {
        {"a \nb\t\r\n\n\n \n\nc  ", "a \nb\t\n\n\n \n\nc  \n"},
        {"  \n a", "  \n a\n"},
        {"   ", "   "},
    };
    expect_all(harness_open(&cleanup_LTX_quern_plugin, "trailing_space", "false", NULL), kept,
               CASES(kept));
}

static void limits_blank_lines(void **state)
{
    (void)state;
    static const struct text_case two[] = {
        {"a\n\n\nb\n", "a\n\n\nb\n"},
        {"a\n\n\n\nb\n", "a\n\n\nb\n"},
        {"a\n \n\n\t\n\n \nb\n", "a\n\n\nb\n"},
        {"a\r\r\r\r\r\rb\n", "a\n\n\nb\n"},
        {"\n\n  a\n", "  a\n"},
        {"\r\n\xEF\xBB\xBF\n a\n", " a\n"},
    };
    expect_all(harness_open(&cleanup_LTX_quern_plugin, "blank_lines", "2", NULL), two, CASES(two));
    static const struct text_case none[] = {
        {"a\n\nb\n", "a\nb\n"}, {"a\n \n\nb\n\nc", "a\nb\nc\n"}, {"a\n\n\fb\n\n", "a\n\fb\n"}};
    expect_all(harness_open(&cleanup_LTX_quern_plugin, "blank_lines", "0", NULL), none,
               CASES(none));
}

static void keeps_the_end(void **state)
{
    (void)state;
    static const struct text_case cases[] = {{"a", "a"}, {"a\n", "a\n"}, {"a\n\n", "a\n"}};
    expect_all(harness_open(&cleanup_LTX_quern_plugin, "final_newline", "false", NULL), cases,
               CASES(cases));
}

static void removes_controls(void **state)
{
    (void)state;
    struct harness *harness = harness_open(&cleanup_LTX_quern_plugin, NULL);
    harness_push(harness, QUERN_STRING("\xEF\xBB\xBF"
                                       "a\0\1\x1F\x7F\xC2\x81\xC2\x9D"
                                       "b\tc\f\n"));
    harness_expect_text(harness, "ab\tc\f\n");
    expect_rules(harness, "byte-order-mark control");
    harness_push(harness, QUERN_STRING("\0\0\0\0"));
    harness_expect_text(harness, "");
    harness_push(harness, QUERN_STRING("a \0\n\0\n"));
    harness_expect_text(harness, "a\n");
    harness_close(harness);
}

static void removes_the_invisible(void **state)
{
    (void)state;
    static const struct text_case cases[] = {
        {"a\u200Bb\u200Cc\u200Dd\u2060e\uFEFFf\n", "abcdef\n"},
        {"e\u200B\u0301\n", "\u00E9\n"},
        {"\U0001F525\u200D\u200D\n", "\U0001F525\u200D\n"},
        {"\uFEFF\uFEFF\u200Ba\n", "a\n"},
    };
    expect_all(harness_open(&cleanup_LTX_quern_plugin, NULL), cases, CASES(cases));
    static const struct text_case kept[] = {
        {"\uFEFFa\u200Bb\u200Cc\uFEFFd\n", "a\u200Bb\u200Cc\uFEFFd\n"}};
    expect_all(harness_open(&cleanup_LTX_quern_plugin, "zero_width", "keep", NULL), kept,
               CASES(kept));
}

static void reports_bidi_controls(void **state)
{
    (void)state;
    const quern_string text = QUERN_STRING("if \u202E\u2066x\u200E\n");
    struct harness *harness = harness_open(&cleanup_LTX_quern_plugin, NULL);
    harness_push(harness, text);
    harness_expect_text(harness, text.data);
    assert_string_equal(buffer_text(&harness->reports),
                        "warning 3-6: 2 bidirectional controls: the text may look other than it "
                        "is\n");
    harness_close(harness);
    harness = harness_open(&cleanup_LTX_quern_plugin, "bidi", "remove", NULL);
    harness_push(harness, text);
    harness_expect_text(harness, "if x\n");
    expect_rules(harness, "bidi-control bidi-control");
    assert_string_equal(buffer_text(&harness->reports), "");
    harness_close(harness);
}

static void changes_type_when_asked(void **state)
{
    (void)state;
    static const struct text_case cases[] = {
        {"\u201Ca\u201D \u2018b\u2019s\u201A \u201E \u00ABc\u00BB \u2013 d\u00A0%\u202F:\n",
         "\"a\" 'b's' \" \u00ABc\u00BB \u2013 d % :\n"},
        {"a\tbc\td\n\te\n", "a   bc  d\n    e\n"},
        {"\u00E9\t|\nabcd\t|\nxe\u0301\t|\n", "\u00E9   |\nabcd    |\nx\u00E9  |\n"},
        {"a\r\rbc\t\t|\n", "a\n\nbc      |\n"},
        {"a\t\n", "a\n"},
    };
    expect_all(harness_open(&cleanup_LTX_quern_plugin, "quotes", "straight", "no_break_spaces",
                            "space", "tabs", "spaces", "tab_width", "4", NULL),
               cases, CASES(cases));
}

static void normalises(void **state)
{
    (void)state;
    static const struct text_case nfc[] = {
        {"e\u0301\n", "\u00E9\n"},
        {"a\u0323\u0302 \u212B \u1100\u1161\u11A8\n", "\u1EAD \u00C5 \uAC01\n"},
        {"a\u0302\u0323\n", "\u1EAD\n"},
        {"\u0958\u0301\n", "\u0915\u093C\u0301\n"},
        {"\uFB01 \u00B2 \u2122\n", "\uFB01 \u00B2 \u2122\n"},
    };
    expect_all(harness_open(&cleanup_LTX_quern_plugin, NULL), nfc, CASES(nfc));
    static const struct text_case nfkd[] = {
        {"\u00E9\uFB01\u00B2\u2122\u00A8\n", "e\u0301fi2TM \u0308\n"},
        {"a\u00A0\n\uFF21\u3000b\n", "a\nA b\n"},
        {"x\u00A8\n", "x \u0308\n"},
    };
    expect_all(harness_open(&cleanup_LTX_quern_plugin, "unicode", "nfkd", NULL), nfkd, CASES(nfkd));
    static const struct text_case none[] = {{"e\u0301\u0327\uFB01 \n", "e\u0301\u0327\uFB01\n"}};
    expect_all(harness_open(&cleanup_LTX_quern_plugin, "unicode", "none", NULL), none, CASES(none));
}

/* Only the letters concerned are edited, and each on its own. */
static void normalises_in_small_edits(void **state)
{
    (void)state;
    struct harness *harness = harness_open(&cleanup_LTX_quern_plugin, "unicode", "nfkc", NULL);
    harness_push(harness, QUERN_STRING("ab\uFF23\uFF24e\u0301x\uFDFAy\n"));
    quern_changes changes = quern_find_changes(harness->doc);
    assert_int_equal(changes.count, 4);
    static const uint64_t origins[][2] = {{2, 5}, {5, 8}, {8, 11}, {12, 15}};
    for (size_t i = 0; i < changes.count; i++) {
        assert_int_equal(changes.items[i].source_begin, origins[i][0]);
        assert_int_equal(changes.items[i].source_end, origins[i][1]);
    }
    harness_close(harness);
}

static void moves_spans(void **state)
{
    (void)state;
    struct harness *harness = harness_open(&cleanup_LTX_quern_plugin, NULL);
    quern_document *doc = quern_document_new();
    quern_set_text(doc, QUERN_STRING("\xEF\xBB\xBFone \r\n two"));
    quern_layer *layer = quern_layer_of(doc, "entity");
    quern_add_span(layer, 10, 13, quern_label(doc, "X"));
    assert_int_equal(harness_push_document(harness, doc), QUERN_PASS);
    harness_expect_text(harness, "one\n two\n");
    quern_spans spans = quern_find_spans(doc, "entity");
    assert_int_equal(spans.count, 1);
    assert_int_equal(spans.items[0].begin, 5);
    assert_int_equal(spans.items[0].end, 8);
    expect_rules(harness, "byte-order-mark trailing-space final-newline");
    harness_close(harness);
}

static void drops_what_means_nothing(void **state)
{
    (void)state;
    static const struct text_case cases[] = {
        {"a\uFE0Fb \uFE0E\uFE0F\n", "ab\n"},
        {"\u2764\uFE0F 1\uFE0F\u20E3 \u4E00\U000E0100 \u1820\u180B\n",
         "\u2764\uFE0F 1\uFE0F\u20E3 \u4E00\U000E0100 \u1820\u180B\n"},
        {"a\U000E0061\U0001F3F4\U000E0067\U000E007F\n", "a\U0001F3F4\U000E0067\U000E007F\n"},
        {"a\uFFFE\uFDD0\U0010FFFFb\u206Ac\n", "abc\n"},
    };
    expect_all(harness_open(&cleanup_LTX_quern_plugin, NULL), cases, CASES(cases));
}

static void takes_disguises_off(void **state)
{
    (void)state;
    static const struct text_case cases[] = {
        {"\U0001D4D0\u0336\u0301 \u0430\u0337 <\u0338\n", "\u00C1 \u0430 \u226E\n"},
        {"e\u0301\u0301\u0301\u0301\u0301\u0301\n", "\u00E9\u0301\u0301\u0301\n"},
        {"\u05D0\u05B0\u05B1\u05B2\u05B3\u05B4\n", "\u05D0\u05B0\u05B1\u05B2\u05B3\u05B4\n"},
    };
    expect_all(harness_open(&cleanup_LTX_quern_plugin, "disguises", "plain", NULL), cases,
               CASES(cases));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(leaves_clean_text_alone),
        cmocka_unit_test(ends_lines),
        cmocka_unit_test(trims_lines),
        cmocka_unit_test(limits_blank_lines),
        cmocka_unit_test(keeps_the_end),
        cmocka_unit_test(removes_controls),
        cmocka_unit_test(removes_the_invisible),
        cmocka_unit_test(reports_bidi_controls),
        cmocka_unit_test(changes_type_when_asked),
        cmocka_unit_test(normalises),
        cmocka_unit_test(normalises_in_small_edits),
        cmocka_unit_test(moves_spans),
        cmocka_unit_test(drops_what_means_nothing),
        cmocka_unit_test(takes_disguises_off),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
