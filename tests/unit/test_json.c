/* JSON text: what is valid, where it is not, and strings in and out. */
#include "base/scan.h"
#include "random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static quern_string of_text(const char *text)
{
    return (quern_string){text, strlen(text)};
}

static void test_valid(void **state)
{
    (void)state;
    static const char *const valid[] = {
        "0",
        "-0",
        "-0.0",
        "1.5e+10",
        "1E5",
        "0e0",
        "123456789012345678901234567890",
        "true",
        "false",
        "null",
        "\"\"",
        "\"\\u0000\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
        "\"\x7F\"",
        "[]",
        "{}",
        " [ ] ",
        "\t{\r\n} ",
        "[[],{},[{}]]",
        "{\"a\":1,\"b\":[true,null],\"a\":2}",
        "{\"\":{\"\":[]}}",
        "[1 , 2]",
        "\"\\ud800\"",
        "\"\xF0\x9F\x98\x80\"",
    };
    for (size_t i = 0; i < sizeof valid / sizeof *valid; i++)
        assert_true(json_is_valid(of_text(valid[i])));
}

static void test_not_valid(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "",
        " ",
        "+1",
        "01",
        "-",
        "-01",
        ".5",
        "1.",
        "1.e5",
        "1e",
        "1e+",
        "0x10",
        "NaN",
        "Infinity",
        "tru",
        "True",
        "nulL",
        "'a'",
        "\"",
        "\"\\",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12G4\"",
        "\"a\nb\"",
        "\"\x1F\"",
        "[",
        "]",
        "[1",
        "[1,",
        "[1,]",
        "[,1]",
        "[1 2]",
        "{",
        "{}}",
        "{]",
        "[}",
        "{\"a\"",
        "{\"a\":",
        "{\"a\":1",
        "{\"a\":1,",
        "{\"a\":1,}",
        "{,}",
        "{a:1}",
        "{1:1}",
        "{\"a\" 1}",
        "{\"a\":1 \"b\":2}",
        "1 2",
        "\xEF\xBB\xBF{}",
        "\f1",
        "\"\xC0\x80\"",
        "\"\xFF\"",
        "[1]x",
        "{\"a\":1}{",
        "\"\\",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (json_is_valid(of_text(wrong[i])))
            fail_msg("%s", wrong[i]);
}

static void test_place_of_error(void **state)
{
    (void)state;
    static const struct {
        const char *json;
        size_t place;
        const char *why;
    } cases[] = {
        {"{\"a\":01}", 6, "a number begins with a zero too many"},
        {"[1,]", 3, "a value is missing, or is none of JSON"},
        {"[\"a\tb\"]", 3, "a control character in a string wants an escape"},
        {"{\"a\" 1}", 5, "a colon is missing after a key"},
        {"[1", 2, "the text ends too early"},
        {"\"abc", 4, "the text ends too early"},
        {"[truE]", 1, "this is not a value; a string wants its quotes"},
        {"\"\\u00x0\"", 5, "\\u wants four hexadecimal digits"},
        {"{1}", 1, "a key in quotes is missing"},
        {"[1}", 2, "a comma or a closing bracket is missing"},
        {"{\"a\":1]", 6, "a comma or a closing brace is missing"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *json = cases[i].json, *error, *why;
        assert_null(json_skip_value(json, json + strlen(json), &error, &why));
        assert_int_equal(error - json, cases[i].place);
        assert_string_equal(why, cases[i].why);
    }
}

static void test_depth(void **state)
{
    (void)state;
    enum { DEEP = JSON_DEPTH_MAX + 1 };
    char json[6 * DEEP];
    for (size_t depth = JSON_DEPTH_MAX; depth <= DEEP; depth++) {
        memset(json, '[', depth);
        memset(json + depth, ']', depth);
        assert_int_equal(json_is_valid((quern_string){json, 2 * depth}), depth <= JSON_DEPTH_MAX);
        for (size_t i = 0; i < depth; i++)
            memcpy(json + 4 * i, i % 2 ? "[   " : "{\"\":", 4);
        json[4 * depth] = '1';
        for (size_t i = 0; i < depth; i++)
            json[4 * depth + 1 + i] = (depth - 1 - i) % 2 ? ']' : '}';
        assert_int_equal(json_is_valid((quern_string){json, 5 * depth + 1}),
                         depth <= JSON_DEPTH_MAX);
    }
}

static void test_skip_stops_after_value(void **state)
{
    (void)state;
    const char *json = " {\"a\":[1,2]} , 3", *error, *why;
    assert_ptr_equal(json_skip_value(json, json + strlen(json), &error, &why), json + 12);
    assert_ptr_equal(json_skip_space(json + 12, json + strlen(json)), json + 13);
}

static void check_decoded(const char *json, const char *text, size_t size)
{
    struct buffer buffer = {0};
    json_decode_string(&buffer, json, json + strlen(json));
    assert_int_equal(buffer.size, size);
    assert_memory_equal(buffer_text(&buffer), text, size);
    buffer_free(&buffer);
}

static void test_decode(void **state)
{
    (void)state;
    check_decoded("", "", 0);
    check_decoded("plain", "plain", 5);
    check_decoded("\\\"\\\\\\/\\b\\f\\n\\r\\t", "\"\\/\b\f\n\r\t", 8);
    check_decoded("\\u0041\\u00e9\\u20AC\\u0000", "A\xC3\xA9\xE2\x82\xAC\0", 7);
    check_decoded("\\ud83d\\uDE00x", "\xF0\x9F\x98\x80x", 5);
    check_decoded("\\ud83d", "\xED\xA0\xBD", 3);
    check_decoded("\\ude00\\ud83d", "\xED\xB8\x80\xED\xA0\xBD", 6);
    check_decoded("\\ud83d\\u0041",
                  "\xED\xA0\xBD"
                  "A",
                  4);
    check_decoded("\\ud83d\\n\\ude00", "\xED\xA0\xBD\n\xED\xB8\x80", 7);
    check_decoded("\\ud83d\\ud83d\\ude00", "\xED\xA0\xBD\xF0\x9F\x98\x80", 7);
}

static void check_encoded(quern_string text, const char *json)
{
    struct buffer buffer = {0};
    json_encode_string(&buffer, text);
    assert_string_equal(buffer_text(&buffer), json);
    buffer_free(&buffer);
}

static void test_encode(void **state)
{
    (void)state;
    check_encoded((quern_string){NULL, 0}, "\"\"");
    check_encoded(QUERN_STRING(""), "\"\"");
    check_encoded(QUERN_STRING("\"\\/\b\f\n\r\t\v"), "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u000b\"");
    check_encoded(QUERN_STRING("\0\x1F\x7F"), "\"\\u0000\\u001f\\u007f\"");
    check_encoded(QUERN_STRING("\xE2\x80\xA8\xE2\x80\xA9\xE2\x80\xAA\xE2\x80"),
                  "\"\\u2028\\u2029\xE2\x80\xAA\xE2\x80\"");
    check_encoded(QUERN_STRING("caf\xC3\xA9 \xF0\x9F\x98\x80"), "\"caf\xC3\xA9 \xF0\x9F\x98\x80\"");
}

/* Bytes that a run may stop at, and their neighbours, among many that it may not. */
static size_t random_bytes(char *text, size_t limit)
{
    static const char special[] = "\"\\\x1F\x20\x7F\x80\xA8\xA9\xE2\0!#[]\xE2\x80\xA8\xE2\x80\xA9";
    size_t size = random_below(limit), dense = random_below(3);
    for (size_t i = 0; i < size; i++)
        text[i] = random_below(100) < 1 + 30 * dense ? special[random_below(sizeof special)] : 'x';
    for (size_t i = 0; dense == 2 && i + 3 <= size; i += 3 + random_below(40))
        memcpy(text + i, random_below(2) ? "\xE2\x80\xA8" : "\xE2\x80\xA9", 3);
    return size;
}

static bool slow_is_special(const char *at, const char *end, bool shown)
{
    static const char separators[] = "\xE2\x80\xA8\xE2\x80\xA9";
    unsigned char byte = (unsigned char)*at;
    if (byte < 0x20 || byte == '"' || byte == '\\')
        return true;
    return shown && (byte == 0x7F || (end - at >= 3 && (!memcmp(at, separators, 3) ||
                                                        !memcmp(at, separators + 3, 3))));
}

static const char *slow_run(const char *at, const char *end, bool shown)
{
    while (at < end && !slow_is_special(at, end, shown))
        at++;
    return at;
}

static void test_runs_of_all_sets(void **state)
{
    (void)state;
    char text[400];
    size_t count;
    const struct scan_set *sets = scan_sets(&count);
    for (int run = 0; run < 20000; run++) {
        const char *end = text + random_bytes(text, sizeof text);
        for (const char *at = text; at < end; at += 1 + random_below(30)) {
            const char *plain = slow_run(at, end, false), *shown = slow_run(at, end, true);
            assert_ptr_equal(json_plain_run(at, end), plain);
            assert_ptr_equal(json_plain_run_scalar(at, end), plain);
            for (size_t i = 0; i < count; i++) {
                assert_ptr_equal(json_plain_run_by(&sets[i], at, end), plain);
                assert_ptr_equal(json_shown_run_by(&sets[i], at, end), shown);
            }
        }
    }
}

static void test_there_and_back(void **state)
{
    (void)state;
    char text[400];
    for (int run = 0; run < 20000; run++) {
        size_t size = random_bytes(text, sizeof text);
        struct buffer json = {0}, back = {0};
        json_encode_string(&json, (quern_string){text, size});
        const char *error, *why;
        assert_ptr_equal(json_skip_value(json.data, json.data + json.size, &error, &why),
                         json.data + json.size);
        json_decode_string(&back, json.data + 1, json.data + json.size - 1);
        assert_int_equal(back.size, size);
        assert_memory_equal(buffer_text(&back), text, size);
        buffer_free(&json);
        buffer_free(&back);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_valid),
        cmocka_unit_test(test_not_valid),
        cmocka_unit_test(test_place_of_error),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_skip_stops_after_value),
        cmocka_unit_test(test_decode),
        cmocka_unit_test(test_encode),
        cmocka_unit_test(test_runs_of_all_sets),
        cmocka_unit_test(test_there_and_back),
    };
    random_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
