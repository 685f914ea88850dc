/* The file that an interrupted run goes on from: what is read is what was written, whatever is left of
 * it. */
#include "runner/journal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

enum { COUNT = 5 };

static struct checkpoint make(uint64_t number)
{
    struct checkpoint checkpoint = {.quarantine = number, .done = number * 1000};
    return checkpoint;
}

/* One that began, wrote so many checkpoints, and ended with status 65. */
static void write_journal(const char *path, size_t count, size_t statistics_size)
{
    struct journal_writer writer = {.path = path, .identity = QUERN_STRING("a\0b"), .file = -1};
    struct problems problems = {0};
    char *statistics = memory_new(1, statistics_size);
    for (size_t i = 0; i < count; i++) {
        const struct checkpoint one = make(i);
        memset(statistics, (int)i, statistics_size);
        assert_true((i ? journal_add : journal_begin)(
            &writer, &one, (quern_string){statistics, statistics_size}, &problems));
    }
    assert_true(journal_end(&writer, 65, &problems));
    assert_int_equal(problems.count, 0);
    assert_int_equal(close(writer.file), 0);
    free(statistics);
}

static void read_journal(const char *path, struct journal_content *content)
{
    struct problems problems = {0};
    *content = (struct journal_content){0};
    assert_true(journal_read(path, content, &problems));
    assert_int_equal(problems.count, 0);
}

/* All checkpoints in there are such that were written, from number `first` on. */
static void check_content(const struct journal_content *content, size_t first)
{
    assert_memory_equal(content->identity.data, "a\0b", 3);
    for (size_t i = 0; i < content->count; i++) {
        struct checkpoint checkpoint;
        quern_string statistics;
        assert_true(journal_unpack(content->checkpoints[i], &checkpoint, &statistics));
        assert_int_equal(checkpoint.quarantine, first + i);
        assert_int_equal(checkpoint.done, (first + i) * 1000);
        for (size_t at = 0; at < statistics.size; at++)
            assert_int_equal(statistics.data[at], (char)(first + i));
    }
}

static void test_whole(void **state)
{
    (void)state;
    struct journal_content content;
    write_journal("j", COUNT, 10);
    read_journal("j", &content);
    assert_int_equal(content.count, COUNT);
    assert_true(content.ended && !content.broken);
    assert_int_equal(content.status, 65);
    check_content(&content, 0);
    journal_free(&content);
    assert_int_equal(access("j.new", F_OK), -1);
}

static void test_not_there(void **state)
{
    (void)state;
    struct journal_content content;
    read_journal("nowhere", &content);
    assert_true(!content.identity.size && !content.broken && !content.ended);
    journal_free(&content);
}

/* Cut off anywhere, it has fewer checkpoints. */
static void test_cut(void **state)
{
    (void)state;
    struct stat status;
    size_t before = COUNT;
    write_journal("j", COUNT, 10);
    assert_int_equal(stat("j", &status), 0);
    for (off_t size = status.st_size - 1; size >= 0; size--) {
        struct journal_content content;
        assert_int_equal(truncate("j", size), 0);
        read_journal("j", &content);
        assert_false(content.ended);
        assert_true(content.count == before || content.count + 1 == before);
        before = content.count;
        if (content.count)
            check_content(&content, 0);
        assert_int_equal(content.broken, !content.count);
        journal_free(&content);
    }
    assert_int_equal(before, 0);
}

/* With any byte changed, what is behind that does not count; without the mark nothing does. */
static void test_changed(void **state)
{
    (void)state;
    struct journal_content whole;
    write_journal("j", COUNT, 10);
    read_journal("j", &whole);
    for (size_t at = 0; at < whole.bytes.size; at++) {
        struct journal_content content = {0};
        buffer_append(&content.bytes, whole.bytes.data, whole.bytes.size);
        content.bytes.data[at] ^= 1;
        if (journal_parse(&content)) {
            assert_false(content.ended);
            if (content.identity.size)
                check_content(&content, 0);
        } else {
            assert_true(at < sizeof "quern journal 1\n" - 1);
        }
        journal_free(&content);
    }
    journal_free(&whole);
}

/* One that would become large without end keeps the last. */
static void test_large(void **state)
{
    (void)state;
    struct journal_content content;
    struct stat status;
    write_journal("j", 100, 100000);
    assert_int_equal(stat("j", &status), 0);
    assert_true(status.st_size < 2 << 20);
    read_journal("j", &content);
    assert_true(content.count > 0 && content.ended);
    check_content(&content, 100 - content.count);
    journal_free(&content);
}

static void test_something_else(void **state)
{
    (void)state;
    struct journal_content content = {0};
    struct problems problems = {0};
    assert_int_equal(mkdir("folder", 0777), 0);
    assert_false(journal_read("folder", &content, &problems));
    buffer_add_text(&content.bytes, "quern jou1");
    assert_false(journal_parse(&content));
    buffer_clear(&content.bytes);
    assert_true(journal_parse(&content) && content.broken);
    journal_free(&content);
    problems_free(&problems);
}

static void test_cannot_be_written(void **state)
{
    (void)state;
    struct journal_writer writer = {.path = "no/where", .identity = QUERN_STRING("a"), .file = -1};
    struct problems problems = {0};
    const struct checkpoint checkpoint = make(1);
    assert_false(journal_begin(&writer, &checkpoint, QUERN_STRING(""), &problems));
    assert_int_equal(problems.count, 1);
    problems_free(&problems);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole),
        cmocka_unit_test(test_not_there),
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_changed),
        cmocka_unit_test(test_large),
        cmocka_unit_test(test_something_else),
        cmocka_unit_test(test_cannot_be_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
