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
#include <sys/wait.h>
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

static const struct sink_settings plain = {0};

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
    struct sink *sink = sink_open(path, &plain, problems);
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
    struct sink *sink = sink_open("out", &plain, &problems);
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
    struct sink *a = sink_open("a", &plain, &problems), *b = sink_open("b", &plain, &problems);
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
    struct sink *sink = sink_open("out", &plain, &problems);
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
    struct sink *sink = sink_open("pipe", &plain, &problems);
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
    struct sink *sink = sink_open("d/out", &plain, &problems);
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

/* ---- Several files ---- */

/* Asks for the place behind so many documents, if there is one. */
static bool open_place(struct sink *sink, size_t written, struct sink_place *place)
{
    struct problems problems = {0};
    bool closed;
    if (!sink_can_resume(sink) || !sink_sync(sink, &closed, &problems))
        return false;
    *place = sink_place(sink);
    return place->documents == written;
}

/* Writes documents "0\n", "1\n", … of so many bytes or a few more, and remembers the last place. */
static void write_documents(struct sink *sink, size_t from, size_t to, size_t size,
                            struct sink_place *place)
{
    struct problems problems = {0};
    struct buffer document = {0};
    bool closed;
    for (size_t i = from; i < to; i++) {
        buffer_clear(&document);
        for (size_t line = i; document.size < size; line = line * 7919 % 100003)
            buffer_print(&document, "%zu\n", line);
        assert_true(
            sink_write(sink, (quern_string){document.data, document.size}, &closed, &problems));
        open_place(sink, i + 1, place);
    }
    buffer_free(&document);
}

static void write_series(const char *path, const struct sink_settings *settings, size_t count,
                         size_t size)
{
    struct problems problems = {0};
    struct sink_place place;
    bool closed;
    struct sink *sink = sink_open(path, settings, &problems);
    assert_non_null(sink);
    sink_set_frame(sink, (quern_frame){"<", ",", ">"});
    write_documents(sink, 0, count, size, &place);
    assert_true(sink_close(sink, true, &closed, &problems));
}

static void test_split_by_documents(void **state)
{
    (void)state;
    const struct sink_settings settings = {.split_documents = 2};
    write_series("part-%03d", &settings, 5, 1);
    check_file("part-000", QUERN_STRING("<0\n,1\n>"));
    check_file("part-001", QUERN_STRING("<2\n,3\n>"));
    check_file("part-002", QUERN_STRING("<4\n>"));
    assert_int_equal(files_here(), 3);
    write_series("other-%d", &settings, 2, 1);
    check_file("other-0", QUERN_STRING("<0\n,1\n>"));
    write_series("none-%d", &settings, 0, 1);
    check_file("none-0", QUERN_STRING("<>"));
    assert_int_equal(files_here(), 5);
}

static void test_split_by_size(void **state)
{
    (void)state;
    const struct sink_settings settings = {.split_size = 6};
    write_series("%d.txt", &settings, 3, 1);
    check_file("0.txt", QUERN_STRING("<0\n,1\n>"));
    check_file("1.txt", QUERN_STRING("<2\n>"));
    write_series("large-%d", &settings, 2, 9);
    assert_int_equal(access("large-1", F_OK), 0);
    assert_int_equal(access("large-2", F_OK), -1);
}

static void test_numbers_in_paths(void **state)
{
    (void)state;
    static const char *const good[] = {"%d", "a-%05d.gz", "100%/%d", "%%d"};
    static const char *const bad[] = {"", "out", "%", "%s", "%5d", "%d-%d", "%012345d"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_true(sink_path_is_numbered(good[i]));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(sink_path_is_numbered(bad[i]));
    write_series("plain-%d", &plain, 1, 1);
    check_file("plain-%d", QUERN_STRING("<0\n>"));
}

/* ---- Compressed, and gone on with ---- */

static struct buffer slurp(const char *path)
{
    struct buffer bytes = {0};
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    buffer_reserve(&bytes, 32 << 20);
    bytes.size = fread(bytes.data, 1, bytes.capacity, file);
    fclose(file);
    return bytes;
}

static void check_same(const char *path, const struct buffer *expected)
{
    struct buffer bytes = slurp(path);
    assert_int_equal(bytes.size, expected->size);
    assert_memory_equal(bytes.data, expected->data, bytes.size);
    buffer_free(&bytes);
}

/* What comes out when it is read again. */
static void check_unpacked(const char *path, const struct buffer *expected)
{
    struct problems problems = {0};
    struct record record;
    struct source *source = source_open(&path, 1, &(struct source_settings){.format = SOURCE_TEXT});
    assert_int_equal(source_next(source, &record, &problems), SOURCE_RECORD);
    assert_int_equal(record.bytes.size, expected->size);
    assert_memory_equal(record.bytes.data, expected->data, expected->size);
    source_close(source);
}

/* A run that is interrupted after some documents, and another one that goes on. */
static void interrupt(const char *path, const struct sink_settings *settings, size_t count,
                      size_t size, size_t stop)
{
    struct problems problems = {0};
    struct sink_place place = {0};
    bool closed;
    struct sink *sink = sink_open(path, settings, &problems);
    sink_set_frame(sink, (quern_frame){"<", ",", ">"});
    open_place(sink, 0, &place);
    write_documents(sink, 0, stop, size, &place);
    assert_true(sink_close(sink, false, &closed, &problems));
    assert_true(sink_reaches(path, settings, place));
    sink = sink_resume(path, settings, place, &problems);
    assert_non_null(sink);
    sink_set_frame(sink, (quern_frame){"<", ",", ">"});
    write_documents(sink, (size_t)place.documents, count, size, &place);
    assert_true(sink_close(sink, true, &closed, &problems));
    assert_int_equal(problems.count, 0);
}

static void test_resume(void **state)
{
    (void)state;
    static const char *const names[] = {"out", "out.gz", "out.zst", "out.bz2", "out.xz"};
    const struct sink_settings settings = {.resumable = true};
    enum { COUNT = 12, SIZE = 900000 };
    struct buffer expected = {0};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        write_series(names[i], &settings, COUNT, i < 3 ? SIZE : SIZE / 9);
        struct buffer whole = slurp(names[i]);
        for (size_t stop = 0; stop <= COUNT; stop += i < 3 ? 1 : 6) {
            interrupt(names[i], &settings, COUNT, i < 3 ? SIZE : SIZE / 9, stop);
            check_same(names[i], &whole);
        }
        if (!i)
            expected = whole;
        else if (i < 3)
            check_unpacked(names[i], &expected);
        if (i)
            buffer_free(&whole);
    }
    buffer_free(&expected);
}

static void test_resume_split(void **state)
{
    (void)state;
    const struct sink_settings settings = {.split_documents = 3, .resumable = true};
    for (size_t stop = 0; stop <= 8; stop++) {
        interrupt("%d.gz", &settings, 8, 10, stop);
        for (int file = 0; file < 3; file++) {
            char ours[16], theirs[24];
            snprintf(ours, sizeof ours, "%d.gz", file);
            snprintf(theirs, sizeof theirs, "whole-%d.gz", file);
            if (!stop)
                write_series("whole-%d.gz", &settings, 8, 10);
            struct buffer whole = slurp(theirs);
            check_same(ours, &whole);
            buffer_free(&whole);
        }
    }
}

/* The run went on behind the place, and even ended, before it was killed. */
static void test_resume_behind_the_end(void **state)
{
    (void)state;
    const struct sink_settings settings = {.resumable = true};
    struct problems problems = {0};
    bool closed;
    write_series("out", &settings, 3, 1);
    struct sink *sink =
        sink_resume("out", &settings, (struct sink_place){0, 3, 1, 1, 3}, &problems);
    assert_int_equal(access("out", F_OK), -1);
    assert_true(sink_write(sink, QUERN_STRING("x"), &closed, &problems));
    assert_true(sink_close(sink, true, &closed, &problems));
    check_file("out", QUERN_STRING("<0\nx"));
    assert_null(sink_resume("out", &settings, (struct sink_place){0, 5, 1, 1, 5}, &problems));
    assert_true(sink_reaches("out", &settings, (struct sink_place){0, 4, 1, 1, 4}));
    assert_false(sink_reaches("out", &settings, (struct sink_place){0, 5, 1, 1, 5}));
    assert_false(sink_reaches("gone", &settings, (struct sink_place){0}));
    assert_string_equal(problems.items[0].message,
                        "there is no going on with it: it does not hold what it did");
    assert_null(sink_resume("gone", &settings, (struct sink_place){0}, &problems));
    problems_free(&problems);
}

static void test_two_runs_with_one_output(void **state)
{
    (void)state;
    struct problems problems = {0};
    bool closed;
    struct sink *sink = sink_open("out", &plain, &problems);
    pid_t child = fork();
    if (child == 0)
        _exit(sink_open("out", &plain, &problems) || problems.count != 1 ||
              strcmp(problems.items[0].message, "cannot be opened: another run is writing it") !=
                  0);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_true(sink_write(sink, QUERN_STRING("x"), &closed, &problems));
    assert_true(sink_close(sink, true, &closed, &problems));
    check_file("out", QUERN_STRING("x"));
}

static void test_left_over(void **state)
{
    (void)state;
    struct problems problems = {0};
    bool closed;
    FILE *file = fopen(".out.quern", "w");
    fputs("left over by a run that was killed", file);
    fclose(file);
    assert_true(write_out("out", QUERN_STRING("new"), true, &closed, &problems));
    check_file("out", QUERN_STRING("new"));
    assert_int_equal(files_here(), 1);
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
        TEST(test_split_by_documents),
        TEST(test_split_by_size),
        TEST(test_numbers_in_paths),
        TEST(test_resume),
        TEST(test_resume_split),
        TEST(test_resume_behind_the_end),
        TEST(test_two_runs_with_one_output),
        TEST(test_left_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
