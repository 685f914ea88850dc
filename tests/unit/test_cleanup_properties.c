/*
 * The stage cleanup on many random texts: a second pass changes nothing; whatever the options, the
 * way back to the source is true; the two scanners agree; normal forms are those of utf8proc; long
 * and hostile texts take time in proportion to their length.
 */
#define QUERN_STATIC_STAGE
#include "cleanup.h"
#include "random.h"

#include <string.h>
#include <utf8proc.h>

/* What texts are made of: all that some rule looks at, and what can be confused with it. */
static const char *const pieces[] = {
    "a",          "b",          "E",          " ",       "  ",         "\t",         "\n",
    "\n\n",       "\r",         "\r\n",       "\f",      "\v",         "\"",         "7",
    "-",          "=",          "\x01",       "\x7F",    "\xC2\x85",   "\xC2\x9F",   "\u00A0",
    "\u00AD",     "\u00E9",     "\u00C5",     "\u00A8",  "\u0301",     "\u0323",     "\u0308",
    "\u0344",     "\u0345",     "\u0338",     "\u0958",  "\u0915",     "\u093C",     "\u094D",
    "\u09C7",     "\u09BE",     "\u0F71",     "\u0F73",  "\u0E01",     "\u0E38",     "\u0645",
    "\u0651",     "\u1100",     "\u1161",     "\u11A8",  "\uAC00",     "\u1E9B",     "\u1EAD",
    "\u200B",     "\u200C",     "\u200D",     "\u200E",  "\u2018",     "\u201D",     "\u2019",
    "\u2028",     "\u2029",     "\u202E",     "\u2066",  "\u202F",     "\u2060",     "\u2122",
    "\u212B",     "\u3000",     "\u304B",     "\u3099",  "\uFB01",     "\uFC5E",     "\uFDFA",
    "\u00C3",     "\u00BC",     "\u0192",     "\u00E2",  "\u20AC",     "\u0420",     "\uFE0F",
    "\uFEFF",     "\uFF21",     "\uFFA0",     "\uFFE3",  "\uFFFD",     "\U0001F525", "\U0001F3FD",
    "\U0001D15E", "\U000110A5", "\U000110BA", "&",       "amp;",       "&lt;",       "<",
    "b>",         "<p>",        "</td>",      "&#x301;", "&Acirc;",    "&frac12",    "\u0336",
    "\u20DD",     "\u0304",     "\U0001D49C", "\uFF76",  "\uFF9E",     "\u2033",     "\u2014",
    "\u2026",     "\uE000",     "\uFDD0",     "\uFE01",  "\U000E0041", "\U0001F3F4", "\u4E00",
    "\U000E0100",
};
static const char *const ill_formed[] = {"\x80", "\x92", "\xE9", "\xFF", "\x81", "\xE2\x80"};

static void add_piece(struct buffer *text, bool with_ill_formed)
{
    if (with_ill_formed && random_below(4) == 0)
        buffer_add_text(text, ill_formed[random_below(sizeof ill_formed / sizeof *ill_formed)]);
    else if (with_ill_formed && random_below(8) == 0)
        buffer_add_char(text, (char)random_below(256));
    else
        buffer_add_text(text, pieces[random_below(sizeof pieces / sizeof *pieces)]);
}

/* Some texts are all kinds of pieces, and some repeat a few. */
static void make_text(struct buffer *text, size_t count, bool with_ill_formed)
{
    struct buffer part = {0};
    buffer_clear(text);
    while (count) {
        buffer_clear(&part);
        size_t size = 1 + random_below(4);
        for (size_t i = 0; i < size; i++)
            add_piece(&part, with_ill_formed);
        size_t times = random_below(3) ? 1 : 1 + random_below(5);
        for (; times && count; times--, count--)
            buffer_append(text, part.data, part.size);
    }
    buffer_free(&part);
}

static const char *pick(const char *a, const char *b)
{
    return random_below(2) ? a : b;
}

static struct harness *open_any(void)
{
    static const char *const forms[] = {"nfc", "nfkc", "nfd", "nfkd", "none"};
    static const char *const lines[] = {"-1", "0", "1", "2"};
    static const char *const markup[] = {"keep", "unescape", "strip"};
    return harness_open(&cleanup_LTX_quern_plugin, "unicode", forms[random_below(5)], "zero_width",
                        pick("remove", "keep"), "bidi", pick("remove", "keep"), "quotes",
                        pick("straight", "keep"), "no_break_spaces", pick("space", "keep"), "tabs",
                        pick("spaces", "keep"), "tab_width", pick("3", "8"), "trailing_space",
                        pick("true", "false"), "blank_lines", lines[random_below(4)],
                        "final_newline", pick("true", "false"), "on_invalid",
                        pick("guess", "replace"), "html", markup[random_below(3)], "primes",
                        pick("straight", "keep"), "dashes", pick("hyphen", "keep"), "ellipsis",
                        pick("dots", "keep"), "ligatures", pick("split", "keep"), "width",
                        pick("fold", "keep"), "disguises", pick("plain", "keep"), "private_use",
                        pick("remove", "keep"), "soft_hyphens", pick("remove", "keep"), NULL);
}

static void second_pass_changes_nothing(void **state)
{
    (void)state;
    struct buffer text = {0}, first = {0};
    for (size_t round = 0; round < 10000; round++) {
        struct harness *harness = round % 50 ? *(struct harness **)state : NULL;
        if (!harness) {
            if (*state)
                harness_close(*state);
            *state = harness = open_any();
        }
        make_text(&text, random_below(60), random_below(3) == 0);
        quern_verdict verdict =
            harness_push(harness, (quern_string){buffer_text(&text), text.size});
        assert_int_equal(verdict, QUERN_PASS);
        assert_true(harness_leads_back(harness));
        buffer_clear(&first);
        buffer_add_string(&first, quern_text(harness->doc));
        verdict = harness->stage->process(harness->options.state, harness->doc, harness->call);
        assert_int_equal(verdict, QUERN_PASS);
        harness_expect(harness, (quern_string){buffer_text(&first), first.size});
        harness_push(harness, (quern_string){buffer_text(&first), first.size});
        harness_expect(harness, (quern_string){buffer_text(&first), first.size});
    }
    harness_close(*state);
    buffer_free(&text);
    buffer_free(&first);
}

static void scanners_agree(void **state)
{
    (void)state;
    static const char bytes[] = "aaaaaaaa\x7E  \t\n\n\n\r\x01\x1F\x7F\x80\xFF";
    char text[200];
    for (size_t round = 0; round < 100000; round++) {
        size_t size = random_below(sizeof text), variety = 1 + random_below(sizeof bytes - 1);
        for (size_t i = 0; i < size; i++)
            text[i] = bytes[random_below(variety)];
        struct scan scan = {random_below(2), random_below(2), random_below(2)};
        size_t from = random_below(size + 1);
        assert_int_equal(scan_clean(text, from, size, scan),
                         scan_clean_scalar(text, from, size, scan));
        assert_int_equal(scan_ascii(text, from, size), scan_ascii_scalar(text, from, size));
    }
}

/* ---- Normal forms ---- */

static const struct {
    const char *name;
    utf8proc_option_t flags;
} forms[] = {
    {"nfc", UTF8PROC_STABLE | UTF8PROC_COMPOSE},
    {"nfkc", UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT},
    {"nfd", UTF8PROC_STABLE | UTF8PROC_DECOMPOSE},
    {"nfkd", UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT},
};

static void expect_form(struct harness *harness, quern_string text, utf8proc_option_t flags)
{
    utf8proc_uint8_t *expected = NULL;
    assert_true(utf8proc_map((const utf8proc_uint8_t *)text.data, (utf8proc_ssize_t)text.size,
                             &expected, flags) >= 0);
    assert_int_equal(harness_push(harness, text), QUERN_PASS);
    harness_expect_text(harness, (const char *)expected);
    free(expected);
}

/* Code points that other rules leave alone. U+11A7 is no consonant (Unicode 15, section 3.12), but
 * utf8proc 2.8 composes it as if it were one. */
static bool only_normalised(const struct harness *harness, uint32_t code)
{
    uint8_t class = class_of(harness->options.state, code);
    return !(class & (CLASS_SPACE | CLASS_SPECIAL)) && (code < 0xD800 || code > 0xDFFF) &&
           code != 0x11A7;
}

/* Beyond are tags and selectors, private use, and nothing. */
enum { LAST_ASSIGNED = 0x32400 };

static void normalises_every_character(void **state)
{
    (void)state;
    struct buffer text = {0};
    for (size_t form = 0; form < sizeof forms / sizeof *forms; form++) {
        struct harness *harness =
            harness_open(&cleanup_LTX_quern_plugin, "unicode", forms[form].name, "zero_width",
                         "keep", "trailing_space", "false", NULL);
        for (uint32_t code = 0; code < LAST_ASSIGNED;) {
            buffer_clear(&text);
            for (uint32_t end = code + 0x400; code < end; code++) {
                char bytes[4];
                if (!only_normalised(harness, code))
                    continue;
                buffer_add_text(&text, "a\u0301");
                buffer_append(&text, bytes, utf8_encode(code, bytes));
                buffer_add_text(&text, "\u0323\u05B0x\n");
            }
            if (text.size)
                expect_form(harness, (quern_string){text.data, text.size}, forms[form].flags);
        }
        harness_close(harness);
    }
    buffer_free(&text);
}

/* Sequences of letters and marks of one script, where compositions are likely. */
static void normalises_random_sequences(void **state)
{
    (void)state;
    static const uint32_t blocks[][2] = {
        {0x00A1, 0x0370}, {0x0300, 0x0350}, {0x0370, 0x0500},   {0x0590, 0x0700},
        {0x0900, 0x0E00}, {0x0F00, 0x1200}, {0x1E00, 0x2000},   {0x3041, 0x3100},
        {0xAC00, 0xAD00}, {0xFB00, 0xFB50}, {0x11080, 0x11960}, {0x1D15E, 0x1D1A0},
    };
    struct buffer text = {0};
    for (size_t round = 0; round < 20000; round++) {
        size_t form = random_below(4);
        struct harness *harness = ((struct harness **)*state)[form];
        buffer_clear(&text);
        buffer_add_text(&text, "|");
        for (size_t count = 1 + random_below(12); count; count--) {
            const uint32_t *block = blocks[random_below(sizeof blocks / sizeof *blocks)];
            uint32_t code = block[0] + (uint32_t)random_below(block[1] - block[0]);
            char bytes[4];
            if (only_normalised(harness, code))
                buffer_append(&text, bytes, utf8_encode(code, bytes));
        }
        buffer_add_text(&text, "\n");
        expect_form(harness, (quern_string){text.data, text.size}, forms[form].flags);
    }
    buffer_free(&text);
}

static int open_forms(void **state)
{
    static struct harness *harnesses[4];
    for (size_t i = 0; i < 4; i++)
        harnesses[i] =
            harness_open(&cleanup_LTX_quern_plugin, "unicode", forms[i].name, "zero_width", "keep",
                         "trailing_space", "false", "mojibake", "false", NULL);
    *state = harnesses;
    return 0;
}

static int close_forms(void **state)
{
    for (size_t i = 0; i < 4; i++)
        harness_close(((struct harness **)*state)[i]);
    return 0;
}

/* ---- Long texts ---- */

/* A step for every pair of characters would take hours here. */
static void long_texts_take_linear_time(void **state)
{
    (void)state;
    static const char *const parts[] = {
        "\u0301", "\u0301\u0323", " ",      "\n",     " \n",          "\r",           "\r\n",
        "\u200B", "\x01\uFEFF",   "\u00A0", "\t",     "\u200D\u0301", "\u1161\u11A8", "\xE9",
        "\x81\n", "a\xE9\n",      "\u202E", "\uFB01", "\u2029",       "\f "};
    struct harness *harness =
        harness_open(&cleanup_LTX_quern_plugin, "tabs", "spaces", "unicode", "nfkc", NULL);
    struct buffer text = {0};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        buffer_clear(&text);
        buffer_add_text(&text, "a");
        while (text.size < 1000000)
            buffer_add_text(&text, parts[i]);
        assert_int_equal(harness_push(harness, (quern_string){text.data, text.size}), QUERN_PASS);
    }
    buffer_free(&text);
    harness_close(harness);
}

int main(void)
{
    random_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(second_pass_changes_nothing),
        cmocka_unit_test(scanners_agree),
        cmocka_unit_test(normalises_every_character),
        cmocka_unit_test_setup_teardown(normalises_random_sequences, open_forms, close_forms),
        cmocka_unit_test(long_texts_take_linear_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
