/* Bytes written out: to files that get their name at the end, to pipes, to a full disk. */
#include "codec/codec.h"

#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char home[] = "quern-sink-XXXXXX";

static int set_up(void **state)
{
    (void)state;
    strcpy(home + sizeof home - 7, "XXXXXX");
    umask(027);
    signal(SIGPIPE, SIG_IGN);
    return mkdtemp(home) && chdir(home) == 0 ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    char command[100];
    snprintf(command, sizeof command, "rm -rf %s", home);
    return chdir("..") || system(command);
}

static void check_file(const char *path, quern_string expected)
{
    struct buffer bytes = {0};
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    for (int byte; (byte = fgetc(file)) != EOF;)
        buffer_add_char(&bytes, (char)byte);
    fclose(file);
    assert_true(quern_string_equal((quern_string){buffer_text(&bytes), bytes.size}, expected));
    buffer_free(&bytes);
}

static size_t files_here(void)
{
    size_t count = 0;
    DIR *folder = opendir(".");
    while (readdir(folder))
        count++;
    closedir(folder);
    return count - 2;
}

/* Writes one string and closes; returns whether both went well. */
static bool write_out(const char *path, quern_string bytes, bool keep, bool *closed,
                      struct problems *problems)
{
    struct sink *sink = sink_open(path, problems);
    if (!sink)
        return false;
    bool written = sink_write(sink, bytes, closed, problems);
    return sink_close(sink, keep, closed, problems) && written;
}

static void test_file_gets_its_name_at_the_end(void **state)
{
    (void)state;
    struct problems problems = {0};
    struct stat status;
    bool closed;
    struct sink *sink = sink_open("out", &problems);
    assert_true(sink_write(sink, QUERN_STRING("text\n"), &closed, &problems));
    assert_int_equal(access("out", F_OK), -1);
    assert_int_equal(files_here(), 1);
    assert_true(sink_close(sink, true, &closed, &problems));
    check_file("out", QUERN_STRING("text\n"));
    assert_int_equal(stat("out", &status), 0);
    assert_int_equal(status.st_mode & 0777, 0640);
    assert_int_equal(files_here(), 1);
}

static void test_file_that_is_not_kept(void **state)
{
    (void)state;
    struct problems problems = {0};
    bool closed;
    assert_true(write_out("out", QUERN_STRING("old"), true, &closed, &problems));
    assert_true(write_out("out", QUERN_STRING("new"), false, &closed, &problems));
    check_file("out", QUERN_STRING("old"));
    assert_int_equal(files_here(), 1);
}

static void test_two_sinks_at_once(void **state)
{
    (void)state;
    struct problems problems = {0};
    bool closed;
    struct sink *a = sink_open("a", &problems), *b = sink_open("b", &problems);
    assert_true(sink_write(a, QUERN_STRING("1"), &closed, &problems));
    assert_true(sink_write(b, QUERN_STRING("2"), &closed, &problems));
    assert_true(sink_close(a, true, &closed, &problems));
    assert_true(sink_close(b, true, &closed, &problems));
    check_file("a", QUERN_STRING("1"));
    check_file("b", QUERN_STRING("2"));
}

static void test_link_stays(void **state)
{
    (void)state;
    struct problems problems = {0};
    struct stat status;
    bool closed;
    assert_true(write_out("file", QUERN_STRING("old"), true, &closed, &problems));
    assert_int_equal(mkdir("d", 0777), 0);
    assert_int_equal(symlink("../file", "d/link"), 0);
    assert_true(write_out("d/link", QUERN_STRING("new"), true, &closed, &problems));
    check_file("file", QUERN_STRING("new"));
    assert_int_equal(lstat("d/link", &status), 0);
    assert_true(S_ISLNK(status.st_mode));
}

static void test_all_sizes(void **state)
{
    (void)state;
    enum { SIZE = 3 << 20 };
    struct problems problems = {0};
    bool closed;
    char *bytes = malloc(SIZE);
    for (size_t i = 0; i < SIZE; i++)
        bytes[i] = (char)(i * 31 >> 3);
    struct sink *sink = sink_open("out", &problems);
    for (size_t at = 0, size = 0; at < SIZE; at += size, size = size * 3 / 2 + 1) {
        size = size < SIZE - at ? size : SIZE - at;
        assert_true(sink_write(sink, (quern_string){bytes + at, size}, &closed, &problems));
    }
    assert_true(sink_close(sink, true, &closed, &problems));
    check_file("out", (quern_string){bytes, SIZE});
    free(bytes);
}

static void test_full_disk(void **state)
{
    (void)state;
    struct problems problems = {0};
    bool closed;
    if (access("/dev/full", W_OK) != 0)
        skip();
    assert_false(write_out("/dev/full", QUERN_STRING("x"), true, &closed, &problems));
    assert_false(closed);
    assert_int_equal(problems.count, 1);
    assert_string_equal(problems.items[0].file, "/dev/full");
    assert_string_equal(problems.items[0].message, "cannot be written: No space left on device");
    problems_free(&problems);
}

static void test_reader_went_away(void **state)
{
    (void)state;
    struct problems problems = {0};
    bool closed = false;
    assert_int_equal(mkfifo("pipe", 0666), 0);
    int reader = open("pipe", O_RDONLY | O_NONBLOCK);
    struct sink *sink = sink_open("pipe", &problems);
    close(reader);
    assert_true(sink_write(sink, QUERN_STRING("x"), &closed, &problems));
    assert_true(sink_close(sink, true, &closed, &problems));
    assert_true(closed);
    assert_int_equal(problems.count, 0);
}

static void test_cannot_be_opened(void **state)
{
    (void)state;
    struct problems problems = {0};
    bool closed;
    assert_false(write_out("no/such/folder", QUERN_STRING("x"), true, &closed, &problems));
    assert_string_equal(problems.items[0].file, "no/such/folder");
    assert_string_equal(problems.items[0].message, "cannot be opened: No such file or directory");
    assert_false(write_out(".", QUERN_STRING("x"), true, &closed, &problems));
    problems_free(&problems);
}

static void test_folder_vanishes(void **state)
{
    (void)state;
    struct problems problems = {0};
    bool closed;
    assert_int_equal(mkdir("d", 0777), 0);
    struct sink *sink = sink_open("d/out", &problems);
    assert_int_equal(system("rm -r d"), 0);
    assert_false(sink_close(sink, true, &closed, &problems));
    assert_string_equal(problems.items[0].message,
                        "cannot be given its name: No such file or directory");
    problems_free(&problems);
}

/* Standard output by any of its names is written to as it is, behind what stands there already. */
static void test_standard_output(void **state)
{
    (void)state;
    static const char *const names[] = {NULL, "-", "/dev/stdout", "file"};
    struct problems problems = {0};
    bool closed, written = true;
    int kept = dup(STDOUT_FILENO), file = open("file", O_WRONLY | O_CREAT, 0666);
    fflush(stdout);
    dup2(file, STDOUT_FILENO);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        written &= write_out(names[i], QUERN_STRING("x"), true, &closed, &problems);
    dup2(kept, STDOUT_FILENO);
    close(kept);
    close(file);
    assert_true(written);
    check_file("file", QUERN_STRING("xxxx"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_file_gets_its_name_at_the_end),
        TEST(test_file_that_is_not_kept),
        TEST(test_two_sinks_at_once),
        TEST(test_link_stays),
        TEST(test_all_sizes),
        TEST(test_full_disk),
        TEST(test_reader_went_away),
        TEST(test_cannot_be_opened),
        TEST(test_folder_vanishes),
        TEST(test_standard_output),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
