/*
 * The stage cleanup on bytes that are not UTF-8.
 */
#define QUERN_STATIC_STAGE
#include "cleanup.h"

#include <string.h>

static void push(const char *on_invalid, quern_string in, quern_string out)
{
    struct harness *harness =
        harness_open(&cleanup_LTX_quern_plugin, "on_invalid", on_invalid, NULL);
    assert_int_equal(harness_push(harness, in), QUERN_PASS);
    harness_expect(harness, out);
    harness_close(harness);
}

static void guesses(const char *in, const char *out)
{
    push("guess", (quern_string){in, strlen(in)}, (quern_string){out, strlen(out)});
}

/* That nothing is guessed: the text is what replacing alone gives. */
static void guesses_nothing(quern_string in)
{
    struct harness *harness =
        harness_open(&cleanup_LTX_quern_plugin, "on_invalid", "replace", NULL);
    assert_int_equal(harness_push(harness, in), QUERN_PASS);
    quern_string text = quern_text(harness->doc);
    assert_non_null(memmem(text.data, text.size, "\uFFFD", 3));
    push("guess", in, text);
    harness_close(harness);
}

static void decodes_windows_1252(void **state)
{
    (void)state;
    guesses("caf\xE9\n", "caf\u00E9\n");
    guesses("\x93Voil\xE0,\x94 dit-elle \x96 l\x92\xE9t\xE9\x85\n",
            "\u201CVoil\u00E0,\u201D dit-elle \u2013 l\u2019\u00E9t\u00E9\u2026\n");
    guesses("\x80 20, 30\xA0% or 15\xB0, \xA9 1999, \xABnon\xBB\n",
            "\u20AC 20, 30\u00A0% or 15\u00B0, \u00A9 1999, \u00ABnon\u00BB\n");
    guesses("\xC9t\xE9 \xE0 la montagne, na\xEFve, co\x9Cur\n",
            "\u00C9t\u00E9 \u00E0 la montagne, na\u00EFve, co\u0153ur\n");
    guesses("d\xE9j\xE0", "d\u00E9j\u00E0\n");
    guesses("cr\xE9\xE9"
            "e \xE0 Malm\xF6\n",
            "cr\u00E9\u00E9"
            "e \u00E0 Malm\u00F6\n");
    guesses("stra\xDF"
            "e\r\nna\xE7\xE3o",
            "stra\u00DFe\nna\u00E7\u00E3o\n");
    guesses("One line is UTF-8: \u00E9t\u00E9.\nAnother is not: \xE9t\xE9.\n",
            "One line is UTF-8: \u00E9t\u00E9.\nAnother is not: \u00E9t\u00E9.\n");
}

static void leaves_what_is_not(void **state)
{
    (void)state;
    /* too little from a Macintosh and from DOS */
    guesses_nothing(QUERN_STRING("caf\x8E, d\x8Ej\x88\n"));
    guesses_nothing(QUERN_STRING("pr\x82sent, d\x82j\x85\n"));
    /* UTF-8 that was cut off or damaged */
    guesses_nothing(QUERN_STRING("cut off here \xE2\x80"));
    guesses_nothing(QUERN_STRING("Caf\xC3"));
    guesses_nothing(QUERN_STRING("\u00E9t\u00E9 et \xE9t\xE9\n"));
    /* bytes without a meaning, and no text at all */
    guesses_nothing(QUERN_STRING("caf\xE9 and \x81\n"));
    guesses_nothing(QUERN_STRING("\xE9\n"));
    guesses_nothing(QUERN_STRING("\x7F"
                                 "ELF\2\1\1\0\0\xE9\0\0\xB7"));
}

static void decodes_other_encodings(void **state)
{
    (void)state;
    guesses("\xCF\xF0\xE8\xE2\xE5\xF2, \xEC\xE8\xF0! Windows-1251\n",
            "Привет, мир! Windows-1251\n");
    guesses("\xF0\xD2\xC9\xD7\xC5\xD4, \xCD\xC9\xD2, \xDC\xD4\xCF KOI8-R\n",
            "Привет, мир, это KOI8-R\n");
    guesses("ksi\xB9\xBFka by\xB3"
            "a bia\xB3"
            "a i g\xEAsta\n",
            "książka była biała i gęsta\n");
    guesses("\x90\xC3\x82\xA9\x82\xC8\x8A\x43\x82\xCC\x92\xEA\x82\xC9\x92\xBE\x82\xF1\x82\xBE"
            "\x91\x44\n",
            "静かな海の底に沈んだ船\n");
}

static void decodes_utf16_and_utf32(void **state)
{
    (void)state;
    push("guess", QUERN_STRING("\xFF\xFEh\0\xE9\0\x3D\xD8\x00\xDE\n\0"),
         QUERN_STRING("h\u00E9\U0001F600\n"));
    push("guess", QUERN_STRING("\xFE\xFF\0h\0\xE9\0\n"), QUERN_STRING("h\u00E9\n"));
    push("guess", QUERN_STRING("h\0e\0l\0l\0\xF6\0\n\0"), QUERN_STRING("hell\u00F6\n"));
    push("guess", QUERN_STRING("\0h\0e\0l\0l\0\xF6\0\n"), QUERN_STRING("hell\u00F6\n"));
    push("guess", QUERN_STRING("h\0\0\0\xE9\0\0\0\n\0\0\0"), QUERN_STRING("h\u00E9\n"));
    push("guess", QUERN_STRING("\xFF\xFE\x00\xD8h\0\n\0"), QUERN_STRING("\uFFFDh\n"));
}

static void decodes_loose_utf8(void **state)
{
    (void)state;
    guesses("caf\u00E9 \xED\xA0\xBD\xED\xB8\x80 and \u00E9\u00E9\u00E9\u00E9 \u00E9\n",
            "caf\u00E9 \U0001F600 and \u00E9\u00E9\u00E9\u00E9 \u00E9\n");
    guesses("a\xC0\xAF\u00E9\xE0\x83\xA9\u00E9\u00E9\u00E9\u00E9\n",
            "a/\u00E9\u00E9\u00E9\u00E9\u00E9\u00E9\n");
    guesses_nothing(QUERN_STRING("\xF0\x8D\xA0\x80 \u00E9\u00E9\u00E9\u00E9\u00E9\n"));
}

static void decodes_what_is_named(void **state)
{
    (void)state;
    struct harness *harness =
        harness_open(&cleanup_LTX_quern_plugin, "encoding", "iso-2022-jp", NULL);
    assert_int_equal(harness_push(harness, QUERN_STRING("a \x1B$B@E$+\x1B(B b\n")), QUERN_PASS);
    harness_expect_text(harness, "a 静か b\n");
    quern_origin origin = quern_find_origin(harness->doc, 5, 8);
    assert_int_equal(origin.begin, 7);
    assert_int_equal(origin.end, 9);
    harness_close(harness);
    harness = harness_open(&cleanup_LTX_quern_plugin, "encoding", "latin1", NULL);
    assert_int_equal(harness_push(harness, QUERN_STRING("\xC3\xA4 \xE4\n")), QUERN_PASS);
    harness_expect_text(harness, "\u00C3\u00A4 \u00E4\n");
    harness_close(harness);
    harness = harness_open(&cleanup_LTX_quern_plugin, "encoding", "latin-0", NULL);
    assert_false(harness->opened);
    harness_close(harness);
}

static void keeps_the_way_back(void **state)
{
    (void)state;
    struct harness *harness = harness_open(&cleanup_LTX_quern_plugin, NULL);
    assert_int_equal(harness_push(harness, QUERN_STRING("d\xE9j\xE0 vu\n")), QUERN_PASS);
    quern_changes changes = quern_find_changes(harness->doc);
    assert_int_equal(changes.count, 2);
    for (size_t i = 0; i < changes.count; i++) {
        assert_int_equal(changes.items[i].source_begin, i ? 3 : 1);
        assert_int_equal(changes.items[i].source_end, i ? 4 : 2);
        assert_string_equal(quern_change_rule(harness->doc, &changes.items[i]), "windows-1252");
    }
    harness_close(harness);
}

/* What other options do to a character, they do to a decoded one. */
static void goes_on_with_what_was_decoded(void **state)
{
    (void)state;
    struct harness *harness = harness_open(&cleanup_LTX_quern_plugin, "quotes", "straight",
                                           "no_break_spaces", "space", NULL);
    assert_int_equal(harness_push(harness, QUERN_STRING("\x93l\x92"
                                                        "a\x94\xA0:\xA0\n")),
                     QUERN_PASS);
    harness_expect_text(harness, "\"l'a\" :\n");
    harness_close(harness);
}

static void replaces_when_asked(void **state)
{
    (void)state;
    push("replace", QUERN_STRING("caf\xE9\n"), QUERN_STRING("caf\uFFFD\n"));
    push("replace", QUERN_STRING("\xE2\x80 \xF0\x9F\x98 \xC0\xAF\n"),
         QUERN_STRING("\uFFFD \uFFFD \uFFFD\uFFFD\n"));
}

static void fails_when_asked(void **state)
{
    (void)state;
    struct harness *harness = harness_open(&cleanup_LTX_quern_plugin, "on_invalid", "fail", NULL);
    assert_int_equal(harness_push(harness, QUERN_STRING("fine\uFFFD\n")), QUERN_PASS);
    assert_int_equal(harness_push(harness, QUERN_STRING("caf\xE9\n")), QUERN_FAIL);
    assert_string_equal(harness_reason(harness), "not UTF-8 at byte 3 of the source");
    harness_close(harness);
}

/* A record brings the changes, and not the bytes behind them. */
static void does_without_the_source(void **state)
{
    (void)state;
    quern_document *doc = quern_document_new();
    assert_int_equal(document_restore(doc, QUERN_STRING("caf\uFFFD\n")), QUERN_OK);
    assert_int_equal(document_restore_change(doc, (quern_change){3, 6, 3, 4, 0},
                                             QUERN_STRING("read"), QUERN_STRING("invalid-utf8")),
                     QUERN_OK);
    struct harness *harness = harness_open(&cleanup_LTX_quern_plugin, NULL);
    assert_int_equal(harness_push_document(harness, doc), QUERN_PASS);
    harness_expect_text(harness, "caf\uFFFD\n");
    harness_close(harness);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decodes_windows_1252),    cmocka_unit_test(leaves_what_is_not),
        cmocka_unit_test(decodes_other_encodings), cmocka_unit_test(decodes_utf16_and_utf32),
        cmocka_unit_test(decodes_loose_utf8),      cmocka_unit_test(decodes_what_is_named),
        cmocka_unit_test(keeps_the_way_back),      cmocka_unit_test(goes_on_with_what_was_decoded),
        cmocka_unit_test(replaces_when_asked),     cmocka_unit_test(fails_when_asked),
        cmocka_unit_test(does_without_the_source),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
