/*
 * Texts that are made to be costly: time stays linear and memory within a bound for each line. Every
 * one of them would take from minutes to hours if the time grew with the square of its size.
 */
#define QUERN_STATIC_STAGE
#include <quern.h>

static size_t scratch_bytes;

static void *count_scratch(quern_call *call, size_t count, size_t size)
{
    scratch_bytes += count * size;
    return quern_scratch(call, count, size);
}

#define quern_scratch count_scratch
#include "depaginate.h"
#undef quern_scratch

#include "random.h"

enum { TEXT_SIZE = 1 << 19 };

/* What README.md promises for each line of at most 80 bytes, and for any text. */
enum { BYTES_PER_ROW = 400, BYTES_ASIDE = 1 << 16 };

/* ---- Memory ---- */

/* Lines as the stage counts them: form feeds end them too, and long ones are wrapped. */
static size_t count_rows(quern_string text)
{
    struct cursor cursor = {.text = text};
    size_t count = 0;
    while (step_line(&cursor))
        count += 1 + (cursor.end - cursor.begin) / ROW_WIDTH;
    return count;
}

static void push(struct harness *harness, quern_string text)
{
    scratch_bytes = 0;
    assert_int_equal(harness_push(harness, text), QUERN_PASS);
    size_t rows = count_rows(text);
    assert_true(scratch_bytes <= rows * BYTES_PER_ROW + BYTES_ASIDE);
}

/* ---- One block again and again ---- */

static quern_string whole(struct buffer *buffer)
{
    return (quern_string){buffer_text(buffer), strlen(buffer_text(buffer))};
}

static void takes_repeated_blocks(void **state)
{
    (void)state;
    static const char *const blocks[] = {
        "\n",
        "\f\n\n\n",
        "a\f",
        "\f",
        "a\n\f\n",
        "7\n\n",
        "7\n",
        "iv\n\nv\n\n",
        "xii ",
        "[1]",
        "[Pg 1] a\n",
        "[[Page S1]]\n\n",
        "Page 1 of 2\n\n",
        "- 4 -\nthe boats\n",
        "A-1   a\n\n\n",
        "1/2\n",
        "3   Page 4   5\n\n",
        "3   Page 4   5\na\n",
        "3   Page 4 [Pg 4] [Pg 5] of   5\na b\n",
        "the same line\n",
        "\"\n",
        "   \f   ",
        "a very long line that is not ended by anything at all, and so goes on "};
    struct harness *harness = harness_open(&depaginate_LTX_quern_plugin, "unwrap", "true", NULL);
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) {
        struct buffer text = {0};
        for (size_t size = strlen(blocks[i]), n = TEXT_SIZE / size; n > 0; n--)
            buffer_append(&text, blocks[i], size);
        push(harness, whole(&text));
        buffer_free(&text);
    }
    harness_close(harness);
}

/* ---- Lines with numbers ---- */

static void takes_many_numbers(void **state)
{
    (void)state;
    static const char *const shapes[] = {"%zu\n",
                                         "%zu\nthe boats came in\n\n\n\n\n\n\n\n\n",
                                         "Page %zu\n\n",
                                         "A%zu\nb\n",
                                         "the %zu\n\n",
                                         "Annual Report      %zu\n",
                                         "[Pg %zu] a ",
                                         "\f%zu\n\n",
                                         "7   Page %zu   8\n\n"};
    struct harness *harness = harness_open(&depaginate_LTX_quern_plugin, "unwrap", "true", NULL);
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        for (size_t cycle = 3; cycle < 100000; cycle *= 181) {
            struct buffer text = {0};
            for (size_t n = 0; text.size < TEXT_SIZE; n++)
                buffer_print(&text, shapes[i], n % cycle);
            push(harness, whole(&text));
            buffer_free(&text);
        }
    harness_close(harness);
}

/* ---- Anything ---- */

static void takes_mixtures(void **state)
{
    (void)state;
    static const char *const pieces[] = {"a",
                                         "\f",
                                         "\n",
                                         "\n",
                                         "\n\n",
                                         "7",
                                         "iv",
                                         "   ",
                                         "[12]",
                                         "A-1",
                                         "- 4 -",
                                         "Page 3",
                                         "of the ha-",
                                         "Page 1 of 2",
                                         "3   Page 4   5",
                                         "[Pg 3]",
                                         "           ",
                                         "the boats came in",
                                         "Annual Report   9"};
    struct harness *harness = harness_open(&depaginate_LTX_quern_plugin, "unwrap", "true", NULL);
    for (unsigned round = 0; round < 16; round++) {
        const char *chosen[6];
        struct buffer text = {0};
        size_t count = 1 + random_below(6);
        for (size_t i = 0; i < count; i++)
            chosen[i] = pieces[random_below(sizeof pieces / sizeof *pieces)];
        for (size_t n = 0; text.size < TEXT_SIZE / 4; n++)
            buffer_print(&text, "%s", chosen[round % 2 ? n % count : random_below(count)]);
        push(harness, whole(&text));
        buffer_free(&text);
    }
    harness_close(harness);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_repeated_blocks),
        cmocka_unit_test(takes_many_numbers),
        cmocka_unit_test(takes_mixtures),
    };
    random_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
