/*
 * The stage depaginate: what each rule does, and what it leaves alone.
 */
#define QUERN_STATIC_STAGE
#include "depaginate.h"

struct text_case {
    const char *in, *out;
};

static struct harness *open_stage(void)
{
    return harness_open(&depaginate_LTX_quern_plugin, NULL);
}

static void expect_all(const struct text_case *cases, size_t count)
{
    struct harness *harness = open_stage();
    for (size_t i = 0; i < count; i++) {
        quern_string in = {cases[i].in, strlen(cases[i].in)};
        assert_int_equal(harness_push(harness, in), QUERN_PASS);
        harness_expect_text(harness, cases[i].out);
    }
    harness_close(harness);
}

#define EXPECT_ALL(cases) expect_all(cases, sizeof(cases) / sizeof *(cases))

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

static void leaves_text_without_pages_alone(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "\n",
        "\f",
        "Plain.",
        "12\n",
        "[12]\n",
        "One.\n\n[1]\n\nTwo.\n",
        "Chapter 1\n\nIt began.\n\nChapter 2\n\nIt went on.\n\nChapter 3\n\nIt ended.\n",
        "A section.\n\fAnother one.\n\fA third.\n",
        "See page 3 of 9\nfor more.\n",
        "We turn to\npage 12.\nIt is blank.\n",
        "1. Flour\n2. Water\n3. Salt\n",
        "Born on\n16 November\n1960 in Leeds.\n",
        "Half of it, or\n1/2\nof the whole.\n",
    };
    struct harness *harness = open_stage();
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        assert_int_equal(harness_push(harness, (quern_string){texts[i], strlen(texts[i])}),
                         QUERN_PASS);
        harness_expect_text(harness, texts[i]);
        assert_int_equal(quern_find_changes(harness->doc).count, 0);
    }
    harness_close(harness);
}

static void takes_out_marks_that_stand_alone(void **state)
{
    (void)state;
    static const struct text_case cases[] = {
        {"It ended well.\n\nPage 1 of 2", "It ended well.\n"},
        {"It ended well.\n\nPage 1 of 2\n", "It ended well.\n"},
        {"page 3 of 7\n\nIt began.\n", "It began.\n"},
        {"One.\n\nPage 1 of 2\n\nTwo.\n\nPage 2 of 2\n", "One.\n\nTwo.\n"},
        {"The boats that came in late were\n- 12 -\n\nleft on the beach.\n",
         "The boats that came in late were\nleft on the beach.\n"},
        {"The boats that came in late were\n\n[12]\n\nleft on the beach.\n",
         "The boats that came in late were\nleft on the beach.\n"},
        {"It ended well, they said.\r\n\r\nPage 1 of 2\r\n", "It ended well, they said.\r\n"},
        {"The boats that came in late were\nTHE COURIER                   Page 7\nleft on the beach.\n",
         "The boats that came in late were\nleft on the beach.\n"},
    };
    EXPECT_ALL(cases);
}

static void takes_out_form_feeds_within_sentences(void **state)
{
    (void)state;
    static const struct text_case cases[] = {
        {"The boats that came in\n\flate were left on the beach.\n",
         "The boats that came in\nlate were left on the beach.\n"},
        {"The boats that came in\f\nlate were left on the beach.\n",
         "The boats that came in\nlate were left on the beach.\n"},
        {"The boats that came in\flate were left on the beach.\n",
         "The boats that came in\nlate were left on the beach.\n"},
    };
    EXPECT_ALL(cases);
}

#define LONG_LINE                                                                                   \
    "The boats that came in late were drawn up on the beach by the women of the village, who sang " \
    "as they pulled, and nobody in the inn above the quay could have said how many there were of"

/* Form feeds in a row, at the start and at the end of lines: whatever is found, the edits are in
 * order, so that the document passes. */
static void takes_form_feeds_in_a_row(void **state)
{
    (void)state;
    static const char *const texts[] = {"\f\f\f",
                                        "a\f\fb",
                                        "\fone\f\f[two\fthree\f:four\f:)one\fwww.www.www\fwww.:)",
                                        "one\f\f\n\f\ftwo\f\f",
                                        "\f\n\n\n\f\n\n\n\f\n\n\n",
                                        "a\n\f\f\nb\n\f\f\nc\n"};
    struct harness *harness = open_stage();
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        quern_string in = {texts[i], strlen(texts[i])};
        assert_int_equal(harness_push(harness, in), QUERN_PASS);
    }
    harness_close(harness);
}

static void joins_paragraphs_that_are_lines(void **state)
{
    (void)state;
    static const struct text_case cases[] = {
        {LONG_LINE "\n- 1 -\n\nthem that night.\n", LONG_LINE " them that night.\n"},
        {LONG_LINE " us.\n\nPage 1 of 2\n\nThat night it rained.\n",
         LONG_LINE " us.\n\nThat night it rained.\n"},
    };
    EXPECT_ALL(cases);
}

static quern_string whole(struct buffer *buffer)
{
    return (quern_string){buffer_text(buffer), strlen(buffer_text(buffer))};
}

/* A line of words that no other line is like. */
static void write_line(struct buffer *out, unsigned number)
{
    static const char *const words[] = {"tide",  "lantern", "harbour", "slowly", "of",    "rope",
                                        "under", "grey",    "market",  "the",    "until", "stone"};
    for (unsigned i = 0; i < 9; i++) {
        number = number * 1103515245u + 12345u;
        buffer_print(out, "%s%s", i ? " " : "", words[(number >> 16) % 12]);
    }
    buffer_print(out, "\n");
}

/* Thirty pages of twenty-two lines. `head` and `foot` stand before the number. */
static void write_pages(struct buffer *out, const char *head, const char *foot)
{
    for (unsigned page = 1; page <= 30; page++) {
        if (head)
            buffer_print(out, "%s%u\n\n", head, page);
        for (unsigned line = 1; line <= 22; line++)
            write_line(out, page * 22 + line);
        if (foot)
            buffer_print(out, "\n%s%u\n", foot, page);
    }
}

static void expect_pages(const char *head, const char *foot)
{
    struct buffer in = {0}, out = {0};
    struct harness *harness = open_stage();
    write_pages(&in, head, foot);
    write_pages(&out, NULL, NULL);
    assert_int_equal(harness_push(harness, whole(&in)), QUERN_PASS);
    harness_expect_text(harness, buffer_text(&out));
    harness_close(harness);
    buffer_free(&in);
    buffer_free(&out);
}

static void takes_out_heads_and_feet(void **state)
{
    (void)state;
    expect_pages("A Manual of Boats                              ", NULL);
    expect_pages(NULL, "                        ");
    expect_pages("A Manual of Boats        ", "Draft               Page ");
    expect_pages("Boats                - ", "                         ");
}

static void names_its_rules(void **state)
{
    (void)state;
    struct harness *harness = open_stage();
    harness_push(harness, QUERN_STRING(LONG_LINE "\n- 1 -\n\nthem that night.\n\nPage 1 of 2\n"));
    expect_rules(harness, "line-join page-mark page-break-blank page-break-blank page-mark");
    harness_push(harness, QUERN_STRING("The boats that came in\n\flate were left on the beach.\n"));
    expect_rules(harness, "form-feed");
    harness_close(harness);
}

static void keeps_pages_as_spans(void **state)
{
    (void)state;
    struct harness *harness = open_stage();
    harness_push(harness,
                 QUERN_STRING("Here it began.\n\nPage 1 of 2\n\nHere it ended.\n\nPage 2 of 2\n"));
    harness_expect_text(harness, "Here it began.\n\nHere it ended.\n");
    quern_spans spans = quern_find_spans(harness->doc, "page");
    quern_layer *layer = quern_layer_of(harness->doc, "page");
    assert_int_equal(spans.count, 2);
    assert_int_equal(spans.items[1].begin, 16);
    assert_int_equal(spans.items[1].end, 30);
    assert_true(quern_string_equal(quern_get_attribute(layer, 0, "label"), QUERN_STRING("\"1\"")));
    assert_true(quern_string_equal(quern_get_attribute(layer, 1, "label"), QUERN_STRING("\"2\"")));
    assert_true(quern_string_equal(quern_get_attribute(layer, 1, "ordinal"), QUERN_STRING("2")));
    harness_close(harness);
}

static void reports_what_it_found(void **state)
{
    (void)state;
    struct buffer in = {0};
    struct harness *harness = harness_open(&depaginate_LTX_quern_plugin, "report", "true", NULL);
    write_pages(&in, "A Manual of Boats                              ", NULL);
    harness_push(harness, whole(&in));
    assert_non_null(
        strstr(buffer_text(&harness->reports), "taken out: 30 lines with a page number"));
    harness_close(harness);
    buffer_free(&in);
}

static void takes_out_marks_in_the_text(void **state)
{
    (void)state;
    static const struct text_case cases[] = {
        {"In the end,[Pg 9] smartness won, and [Pg 10]\nnobody [Pg 11] spoke.\n",
         "In the end, smartness won, and\nnobody spoke.\n"},
        {"It is said.\n\n[[Page S701]]\n\nBut not here.\n", "It is said.\n\nBut not here.\n"},
        {"Some say so [1] and some [2] do not.\n", "Some say so [1] and some [2] do not.\n"},
    };
    EXPECT_ALL(cases);
}

#define FILLED                                                                                     \
    "The boats that came in late were drawn up on the beach by the women of\n"                     \
    "the village, who sang as they pulled, and nobody in the inn above the\n"                      \
    "quay could have said how many there were of them that night, nor who\n"                       \
    "had lit the lamp on the pier. "

static void unwraps_paragraphs(void **state)
{
    (void)state;
    static const struct text_case cases[] = {
        {"One line.\n", "One line.\n"},
        {FILLED "It was the first of May.\n\n  - a lamp\n  - a rope\n",
         "The boats that came in late were drawn up on the beach by the women of the village, who "
         "sang as they pulled, and nobody in the inn above the quay could have said how many there "
         "were of them that night, nor who had lit the lamp on the pier. It was the first of May.\n"
         "\n  - a lamp\n  - a rope\n"},
        {"In the spring of that year, and for the first time in ten, the inspec\u2010\ntor of the "
         "well-known light came in the spring, and he was then quite\nafraid of "
         "it, as all inspectors of the Board were then. The well-\nknown light was seen from afar, "
         "and the inspector saw it.\n",
         "In the spring of that year, and for the first time in ten, the inspector of the "
         "well-known light came in the spring, and he was then quite afraid of it, as all "
         "inspectors of the Board were then. The well-known light was seen from afar, and the "
         "inspector saw it.\n"},
    };
    struct harness *harness = harness_open(&depaginate_LTX_quern_plugin, "unwrap", "true", NULL);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        quern_string in = {cases[i].in, strlen(cases[i].in)};
        assert_int_equal(harness_push(harness, in), QUERN_PASS);
        harness_expect_text(harness, cases[i].out);
    }
    harness_close(harness);
}

static void parses_numbers(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum number_kind kind;
        uint32_t value;
    } cases[] = {
        {"7", NUMBER_ARABIC, 7},       {"xiv", NUMBER_ROMAN, 14},  {"XC", NUMBER_ROMAN_CAPITAL, 90},
        {"iiii", NUMBER_NONE, 0},      {"mill", NUMBER_NONE, 0},   {"vix", NUMBER_NONE, 0},
        {"", NUMBER_NONE, 0},          {"123456", NUMBER_NONE, 0}, {"1a", NUMBER_NONE, 0},
        {"cdxliv", NUMBER_ROMAN, 444},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint32_t value = 0;
        quern_string text = {cases[i].text, strlen(cases[i].text)};
        assert_int_equal(number_parse(text, &value), cases[i].kind);
        assert_int_equal(value, cases[i].value);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(leaves_text_without_pages_alone),
        cmocka_unit_test(takes_out_marks_that_stand_alone),
        cmocka_unit_test(takes_out_form_feeds_within_sentences),
        cmocka_unit_test(takes_form_feeds_in_a_row),
        cmocka_unit_test(joins_paragraphs_that_are_lines),
        cmocka_unit_test(takes_out_heads_and_feet),
        cmocka_unit_test(names_its_rules),
        cmocka_unit_test(keeps_pages_as_spans),
        cmocka_unit_test(reports_what_it_found),
        cmocka_unit_test(takes_out_marks_in_the_text),
        cmocka_unit_test(unwraps_paragraphs),
        cmocka_unit_test(parses_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
