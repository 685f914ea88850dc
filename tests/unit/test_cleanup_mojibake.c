/*
 * The stage cleanup: mojibake. What is restored, what is left alone, and that each edit leads back
 * to the letters that it was made of.
 */
#define QUERN_STATIC_STAGE
#include "cleanup.h"
#include "random.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static struct harness *open_bare(void)
{
    return harness_open(&cleanup_LTX_quern_plugin, "unicode", "none", "trailing_space", "false",
                        "final_newline", "false", NULL);
}

static void expect(struct harness *harness, const char *in, const char *out)
{
    assert_int_equal(harness_push(harness, (quern_string){in, strlen(in)}), QUERN_PASS);
    harness_expect_text(harness, out);
}

struct restored {
    const char *in, *out;
};

static void expect_restored(const struct restored *cases, size_t count)
{
    struct harness *harness = open_bare();
    for (size_t i = 0; i < count; i++) {
        expect(harness, cases[i].in, cases[i].out);
        expect(harness, cases[i].out, cases[i].out);
    }
    harness_close(harness);
}

static void restores_one_layer(void **state)
{
    (void)state;
    static const struct restored cases[] = {
        {"Die TÃ¼r war offen.", "Die Tür war offen."}, /* Windows-1252 */
        {"ein â€žWortâ€œ â€“ mehr", "ein „Wort“ – mehr"},
        {"pÅ™Ã­liÅ¡ Å¾luÅ¥ouÄ\xC2\x8D"
         "kÃ½",
         "příliš žluťoučký"},                            /* Latin-1 */
        {"kÄ±rmÄ±zÄ± bir Ã§iÃ§ek", "kırmızı bir çiçek"}, /* Windows-1254 */
        {"Die TĂĽr war offen.", "Die Tür war offen."},   /* Windows-1250 */
        {"una maГ±ana frГ­a", "una mañana fría"},        /* Windows-1251 */
        {"un Г©tГ© trГЁs chaud", "un été très chaud"},
        {"Die TΓΌr war offen.", "Die Tür war offen."}, /* Windows-1253 */
        {"Die TĆ¼r war offen.", "Die Tür war offen."}, /* Windows-1257 */
        {"Die T√ºr war offen.", "Die Tür war offen."}, /* MacRoman */
        {"Die T├╝r war offen.", "Die Tür war offen."}, /* IBM 437 */
        {"ÐœÐ¾Ñ€Ðµ Ð±Ñ‹Ð»Ð¾ Ñ‚Ð¸Ñ…Ð¸Ð¼", "Море было тихим"},
        {"РњРѕСЂРµ Р±С‹Р»Рѕ С‚РёС…РёРј", "Море было тихим"},
        {"Î— Î¸Î¬Î»Î±ÏƒÏƒÎ±", "Η θάλασσα"},
        {"æµ·ã\xC2\x81"
         "¯é\xC2\x9D"
         "™ã\xC2\x81"
         "‹ã\xC2\x81"
         " ã\xC2\x81"
         "£ã\xC2\x81"
         "Ÿ",
         "海は静かだった"},
        {"ðŸ˜€ fine", "😀 fine"},
    };
    expect_restored(cases, COUNT(cases));
}

static void restores_several_layers(void **state)
{
    (void)state;
    static const struct restored cases[] = {
        {"Die TÃƒÂ¼r war offen.", "Die Tür war offen."},
        {"Die TÃƒÆ’Ã‚Â¼r war offen.", "Die Tür war offen."},
        {"Die T‚àö¬∫r war offen.", "Die Tür war offen."},
        {"it costs Г‚ВЈ5 a day", "it costs £5 a day"},
    };
    expect_restored(cases, COUNT(cases));
}

static void restores_what_lost_bytes(void **state)
{
    (void)state;
    static const struct restored cases[] = {
        {"il est dÃ©jÃ  Ã  la gare", "il est déjà à la gare"},
        {"il est dÃ©jÃ\u00A0 Ã\u00A0 la gare", "il est déjà à la gare"},
        {"vÃ¡ Ã s oito", "vá às oito"},
        {"eine â€žFrageâ€\uFFFD", "eine „Frage\uFFFD"},
        {"smile í\u00A0½í¸\xC2\x80", "smile 😀"}, /* CESU-8 */
    };
    expect_restored(cases, COUNT(cases));
}

static void restores_the_stretch_concerned(void **state)
{
    (void)state;
    static const struct restored cases[] = {
        {"grün, blÃ¤ulich und rÃ¶tlich", "grün, bläulich und rötlich"},
        {"Море: â€œtihoâ€\xC2\x9D"
         ", сказал он",
         "Море: “tiho”, сказал он"},
        {"right: é\nwrong: dÃ©jÃ\u00A0 vu\nright: ü", "right: é\nwrong: déjà vu\nright: ü"},
    };
    expect_restored(cases, COUNT(cases));
}

static void restores_control_characters(void **state)
{
    (void)state;
    static const struct restored cases[] = {
        {"\xC2\x93"
         "So be it\xC2\x94"
         " \xC2\x96"
         " don\xC2\x92"
         "t",
         "“So be it” – don’t"},
        {"and so on\xC2\x85"
         " he said",
         "and so on… he said"},
        {"one\xC2\x85"
         "Two",
         "one\nTwo"},
        {"la ma\xC2\x96"
         "ana fr\xC2\x92"
         "a del pl\xC2\x87"
         "tano",
         "la mañana fría del plátano"},
    };
    expect_restored(cases, COUNT(cases));
}

static void leaves_right_texts_alone(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "Ça suffit, s’écria-t-il… « Où ça ? »",
        "ÜBERGRÖẞE ÀÉÎ ÑANDÚ ÅRHUS ØYER",
        "CAFÉ™ LATTÉ® OLÉ… FIANCÉ’s",
        "4×£3 = £12, 20°C ±½, №5",
        "Привет! «Ёлка» – №7… Їжак, Љубав",
        "Καλημέρα «Ελλάδα»· ΄Αλφα",
        "שלום עולם, مرحبا بالعالم، नमस्ते दुनिया",
        "你好，世界。日本語のテキスト。안녕하세요.",
        "┌──┬──┐ │ab│cd│ └──┴──┘",
        "x ≤ √2·π, ∆t → 0",
        "¬¬ ´´ ¨¨ Ã Â",
        "😀👍🏽❤️ ☺",
    };
    struct harness *harness = open_bare();
    for (size_t i = 0; i < COUNT(texts); i++) {
        expect(harness, texts[i], texts[i]);
        assert_int_equal(document_copied(harness->doc), 0);
    }
    harness_close(harness);
}

static void edits_lead_back(void **state)
{
    (void)state;
    struct harness *harness = open_bare();
    expect(harness, "Die TÃ¼r, der FluÃŸ", "Die Tür, der Fluß");
    quern_changes changes = quern_find_changes(harness->doc);
    assert_int_equal(changes.count, 2);
    assert_string_equal(quern_change_rule(harness->doc, &changes.items[0]),
                        "mojibake-windows-1252");
    assert_int_equal(changes.items[0].source_begin, 5);
    assert_int_equal(changes.items[0].source_end, 9);
    assert_int_equal(changes.items[1].begin, 17);
    assert_int_equal(changes.items[1].source_end - changes.items[1].source_begin, 4);
    harness_close(harness);
}

static void can_be_turned_off(void **state)
{
    (void)state;
    struct harness *harness = harness_open(&cleanup_LTX_quern_plugin, "mojibake", "false", NULL);
    expect(harness, "Die TÃ¼r\n", "Die TÃ¼r\n");
    harness_close(harness);
}

/* Lines are read in parts of LINE_LETTERS. */
static void long_lines_take_linear_time(void **state)
{
    (void)state;
    static const char *const parts[] = {"Ã¼",       "Ã",  "Ã ",  "Ãƒ", "ÃƒÂ",
                                        "\xC2\x80", "Рђ", "├╝a", "â€"};
    struct harness *harness = open_bare();
    struct buffer text = {0};
    for (size_t i = 0; i < COUNT(parts); i++) {
        buffer_clear(&text);
        while (text.size < 1000000)
            buffer_add_text(&text, parts[i]);
        assert_int_equal(harness_push(harness, (quern_string){text.data, text.size}), QUERN_PASS);
    }
    buffer_free(&text);
    harness_close(harness);
}

/* ---- Misread at random ---- */

/* A word of one script in UTF-8, read in an encoding of the table. */
static void add_misread(struct buffer *to, const char *word, int encoding)
{
    for (const char *at = word; *at; at++) {
        unsigned byte = (unsigned char)*at;
        uint32_t code = byte;
        for (uint32_t other = 0x80; byte >= 0x80 && other < 0x2600; other++)
            if (character_of(other)->bytes[encoding] == byte)
                code = other;
        char bytes[4];
        buffer_append(to, bytes, utf8_encode(code, bytes));
    }
}

static void restores_words_in_all_encodings(void **state)
{
    (void)state;
    static const char *const words[] = {
        "Übergröße der Bäume, schönes Öl", "что было, то прошло — и будет",
        "Η θάλασσα είναι ήσυχη σήμερα", "שלום לכולם ולילה טוב", "静かな海の底に沈んだ船"};
    struct harness *harness = open_bare();
    struct buffer text = {0};
    for (int encoding = 0; encoding < ENCODINGS; encoding++)
        for (size_t i = 0; i < COUNT(words); i++) {
            buffer_clear(&text);
            add_misread(&text, words[i], encoding);
            expect(harness, buffer_text(&text), words[i]);
        }
    buffer_free(&text);
    harness_close(harness);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(restores_one_layer),
        cmocka_unit_test(restores_several_layers),
        cmocka_unit_test(restores_what_lost_bytes),
        cmocka_unit_test(restores_the_stretch_concerned),
        cmocka_unit_test(restores_control_characters),
        cmocka_unit_test(leaves_right_texts_alone),
        cmocka_unit_test(edits_lead_back),
        cmocka_unit_test(can_be_turned_off),
        cmocka_unit_test(long_lines_take_linear_time),
        cmocka_unit_test(restores_words_in_all_encodings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
