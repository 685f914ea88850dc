/* UTF-8: what is well-formed, what is counted, and that the vector loops say what the scalar code
 * says. */
#include "base/scan.h"
#include "random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* By another road than the code under test: decodes the number and looks whether it may be. */
static size_t slow_length(const unsigned char *at, size_t size)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t length = at[0] < 0x80           ? 1
                    : (at[0] >> 5) == 0x06 ? 2
                    : (at[0] >> 4) == 0x0E ? 3
                    : (at[0] >> 3) == 0x1E ? 4
                                           : 0;
    if (length < 2)
        return length;
    if (length > size)
        return 0;
    uint32_t code = at[0] & (0xFFU >> (length + 1));
    for (size_t i = 1; i < length; i++) {
        if ((at[i] & 0xC0) != 0x80)
            return 0;
        code = code << 6 | (at[i] & 0x3F);
    }
    bool surrogate = code >= 0xD800 && code < 0xE000;
    return code >= least[length] && code <= 0x10FFFF && !surrogate ? length : 0;
}

static size_t slow_prefix(const char *text, size_t size)
{
    size_t at = 0;
    while (at < size) {
        size_t length = slow_length((const unsigned char *)text + at, size - at);
        if (!length)
            break;
        at += length;
    }
    return at;
}

static void check_prefix(const char *text, size_t size)
{
    size_t count, expected = slow_prefix(text, size);
    const struct scan_set *sets = scan_sets(&count);
    assert_int_equal(utf8_valid_prefix(text, size), expected);
    assert_int_equal(utf8_valid_prefix_scalar(text, size), expected);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(utf8_valid_prefix_by(&sets[i], text, size), expected);
}

/* Every sequence of up to three bytes and all leads of four, in the middle of ASCII, so that each
 * falls on any place in a vector. */
static void test_every_short_sequence(void **state)
{
    (void)state;
    static const unsigned char edges[] = {0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0,
                                          0xBF, 0xC0, 0xC2, 0xE0, 0xED, 0xF0, 0xF4, 0xFF};
    enum { EDGES = sizeof edges, SIZE = 160 };
    char text[SIZE];
    for (unsigned first = 0x80; first < 0x100; first++)
        for (size_t rest = 0; rest < (size_t)EDGES * EDGES * EDGES; rest++) {
            size_t at = (first + rest) % (SIZE - 4);
            memset(text, 'a', sizeof text);
            text[at] = (char)first;
            text[at + 1] = (char)edges[rest % EDGES];
            text[at + 2] = (char)edges[rest / EDGES % EDGES];
            text[at + 3] = (char)edges[rest / EDGES / EDGES];
            check_prefix(text, sizeof text);
        }
}

static void test_every_code_point(void **state)
{
    (void)state;
    for (uint32_t code = 0; code <= 0x10FFFF; code++) {
        char out[4];
        size_t length = utf8_encode(code, out);
        bool surrogate = code >= 0xD800 && code < 0xE000;
        assert_int_equal(utf8_valid_prefix_scalar(out, length), surrogate ? 0 : length);
        if (surrogate)
            continue;
        size_t at = 0;
        assert_int_equal(quern_next_char((quern_string){out, length}, &at), code);
        assert_int_equal(at, length);
        assert_int_equal(utf8_count_utf16(out, length), code < 0x10000 ? 1 : 2);
    }
}

static size_t random_text(char *text, size_t size)
{
    size_t at = 0, kind = random_below(4);
    while (at + 4 <= size) {
        size_t roll = random_below(100);
        if (kind == 0 || roll < 70 / kind)
            text[at++] = (char)(0x20 + random_below(0x5F));
        else {
            uint32_t code = (uint32_t)(kind == 1 ? random_below(0x800) : random_below(0x110000));
            if (code < 0xD800 || code > 0xDFFF)
                at += utf8_encode(code, text + at);
        }
    }
    return at;
}

static void test_random_texts(void **state)
{
    (void)state;
    char text[700];
    for (int run = 0; run < 20000; run++) {
        size_t size = random_text(text, 4 + random_below(sizeof text - 4));
        check_prefix(text, size);
        for (size_t changes = random_below(4); changes && size; changes--)
            text[random_below(size)] = (char)random_below(256);
        check_prefix(text, random_below(size + 1));
    }
}

static void test_counts(void **state)
{
    (void)state;
    static char text[20000];
    size_t count;
    const struct scan_set *sets = scan_sets(&count);
    for (int run = 0; run < 500; run++) {
        size_t size = random_below(sizeof text);
        for (size_t i = 0; i < size; i++)
            text[i] = (char)(run % 2 ? 0x80 : random_below(256));
        size_t expected = utf8_count_scalar(text, size);
        assert_int_equal(utf8_count(text, size), expected);
        for (size_t i = 0; i < count; i++)
            assert_int_equal(utf8_count_by(&sets[i], text, size), expected);
    }
    assert_int_equal(utf8_count("a\xC3\xA9\xF0\x9F\x98\x80", 7), 3);
    assert_int_equal(utf8_count_utf16("a\xC3\xA9\xF0\x9F\x98\x80", 7), 4);
}

/* Tables 3-8 to 3-11 of Unicode 15 show what a maximal subpart is. */
static void test_ill_formed_length(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t lengths[8];
    } cases[] = {
        {"\xC0\xAF\xE0\x80\xBF\xF0\x81\x82", {1, 1, 1, 1, 1, 1, 1, 1}},
        {"\xED\xA0\x80\xED\xBF\xBF\xED\xAF", {1, 1, 1, 1, 1, 1, 1, 1}},
        {"\xF4\x91\x92\x93\xFF\x80\xBF", {1, 1, 1, 1, 1, 1, 1}},
        {"\xE1\x80\xE2\xF0\x91\x92\xF1\xBF", {2, 1, 3, 2}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t size = strlen(cases[i].bytes);
        for (size_t at = 0, n = 0; at < size; at += cases[i].lengths[n++])
            assert_int_equal(utf8_ill_formed_length(cases[i].bytes + at, size - at),
                             cases[i].lengths[n]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_short_sequence), cmocka_unit_test(test_every_code_point),
        cmocka_unit_test(test_random_texts),         cmocka_unit_test(test_counts),
        cmocka_unit_test(test_ill_formed_length),
    };
    random_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
