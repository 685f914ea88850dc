/*
 * Lines and columns against a count from the start, over random texts.
 */
#include "runner/lines.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

/* By the book: a line ends after LF, and after CR that no LF follows. */
static void count(quern_string text, size_t place, uint64_t *line, uint64_t *column)
{
    *line = *column = 1;
    for (size_t at = 0; at < place; at++) {
        bool ends = text.data[at] == '\n' ||
                    (text.data[at] == '\r' && !(at + 1 < text.size && text.data[at + 1] == '\n'));
        if (ends) {
            ++*line;
            *column = 1;
        } else if ((text.data[at] & 0xC0) != 0x80) {
            ++*column;
        }
    }
}

static char *make_text(size_t *size)
{
    static const char *const pieces[] = {"a",        "\n",           "\r\n", "\r",
                                         "\xC3\xA4", "\xE2\x82\xAC", "word "};
    char *text = malloc(3 * 5 * 1000 + 1);
    *size = 0;
    for (int i = 0; i < 3000; i++) {
        const char *piece = pieces[(size_t)rand() % (sizeof pieces / sizeof *pieces)];
        memcpy(text + *size, piece, strlen(piece));
        *size += strlen(piece);
    }
    return text;
}

static void places_are_those_of_a_count(void **state)
{
    (void)state;
    const char *given = getenv("QUERN_SEED");
    unsigned seed = given ? (unsigned)strtoul(given, NULL, 10) : (unsigned)time(NULL);
    print_message("QUERN_SEED=%u\n", seed);
    srand(seed);
    for (int round = 0; round < 20; round++) {
        struct line_index index = {0};
        quern_string text;
        text.data = make_text(&text.size);
        for (int i = 0; i < 200; i++) {
            size_t place = i ? (size_t)rand() % (text.size + 1) : text.size;
            uint64_t line, column, right_line, right_column;
            assert_true(lines_find(&index, text, place, &line, &column));
            count(text, place, &right_line, &right_column);
            assert_int_equal(line, right_line);
            assert_int_equal(column, right_column);
        }
        lines_free(&index);
        free((char *)text.data);
    }
}

static void the_ends_have_places(void **state)
{
    (void)state;
    static char full[8192];
    const quern_string texts[] = {QUERN_STRING(""), {full, 4096}, {full, 8192}};
    memset(full, 'x', sizeof full);
    for (size_t i = 0; i < 3; i++) {
        struct line_index index = {0};
        uint64_t line, column;
        assert_true(lines_find(&index, texts[i], UINT64_MAX, &line, &column));
        assert_int_equal(line, 1);
        assert_int_equal(column, texts[i].size + 1);
        lines_free(&index);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places_are_those_of_a_count),
        cmocka_unit_test(the_ends_have_places),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
