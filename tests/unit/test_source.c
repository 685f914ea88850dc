/* Inputs cut into records: files, folders, pipes, lines and texts. */
#include "codec/codec.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char home[] = "quern-source-XXXXXX";

static int set_up(void **state)
{
    (void)state;
    strcpy(home + sizeof home - 7, "XXXXXX");
    return mkdtemp(home) && chdir(home) == 0 ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    char command[100];
    snprintf(command, sizeof command, "chmod -R u+rwx %s && rm -rf %s", home, home);
    return chdir("..") || system(command);
}

static void put(const char *path, quern_string bytes)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes.data, 1, bytes.size, file), bytes.size);
    assert_int_equal(fclose(file), 0);
}

static void print_record(struct buffer *all, const struct record *record)
{
    static const char letters[] = {
        [RECORD_TEXT] = 't', [RECORD_PART] = 'p', [RECORD_MESSAGE] = 'm', [RECORD_JSONL] = 'j'};
    assert_int_equal(record->bytes.data[record->bytes.size], '\0');
    buffer_print(all, "%s:%d:%d:%c=%.*s;", record->input, (int)record->line, (int)record->offset,
                 letters[record->format], (int)record->bytes.size, record->bytes.data);
}

/* All records of the paths as "input:line:offset:format=bytes;", with '!' for each problem. */
static void gather(const char *const *paths, size_t count, const struct source_settings *settings,
                   struct buffer *all, struct problems *problems)
{
    struct source *source = source_open(paths, count, settings);
    struct record record;
    enum source_result result;
    uint64_t number = 0;
    while ((result = source_next(source, &record, problems)) != SOURCE_END) {
        if (result == SOURCE_FAILED) {
            buffer_add_text(all, "!");
            continue;
        }
        assert_int_equal(record.number, number++);
        print_record(all, &record);
    }
    assert_int_equal(source_next(source, &record, problems), SOURCE_END);
    source_close(source);
}

/* From each place between two records, a source that is opened anew gives what was still to come. */
static void check_places(const char *const *paths, size_t count,
                         const struct source_settings *settings, const char *expected)
{
    struct source *source = source_open(paths, count, settings);
    struct problems problems = {0};
    struct buffer before = {0};
    struct record record;
    enum source_result result = SOURCE_RECORD;
    while (result != SOURCE_END) {
        struct source *other = source_open(paths, count, settings);
        struct buffer all = {0};
        buffer_add_string(&all, (quern_string){buffer_text(&before), before.size});
        assert_true(source_skip(other, source_place(source), &problems));
        while ((result = source_next(other, &record, &problems)) != SOURCE_END) {
            if (result == SOURCE_RECORD)
                print_record(&all, &record);
            else
                buffer_add_char(&all, '!');
        }
        assert_string_equal(buffer_text(&all), expected);
        buffer_free(&all);
        source_close(other);
        result = source_next(source, &record, &problems);
        if (result == SOURCE_RECORD)
            print_record(&before, &record);
        else if (result == SOURCE_FAILED)
            buffer_add_char(&before, '!');
    }
    source_close(source);
    buffer_free(&before);
    problems_free(&problems);
}

static void check_settings(const char *const *paths, size_t count,
                           const struct source_settings *settings, const char *expected)
{
    struct buffer all = {0};
    struct problems problems = {0};
    gather(paths, count, settings, &all, &problems);
    assert_string_equal(buffer_text(&all), expected);
    buffer_free(&all);
    problems_free(&problems);
    check_places(paths, count, settings, expected);
}

static void check_all(const char *const *paths, size_t count, enum source_format format,
                      const char *expected)
{
    check_settings(paths, count, &(struct source_settings){.format = format}, expected);
}

static void check(const char *path, enum source_format format, const char *expected)
{
    check_all(&path, 1, format, expected);
}

static void test_lines(void **state)
{
    (void)state;
    put("a", QUERN_STRING("{}\n\n {\"a\":1}\r\n \t\r\nnonsense\n[2]"));
    check("a", SOURCE_JSONL, "a:1:0:j={};a:3:4:j= {\"a\":1}\r;a:5:18:j=nonsense;a:6:27:j=[2];");
    put("b", QUERN_STRING("\xEF\xBB\xBF{}\n{}\n"));
    check("b", SOURCE_JSONL, "b:1:3:j={};b:2:6:j={};");
    put("c", QUERN_STRING(""));
    check("c", SOURCE_JSONL, "");
    put("d", QUERN_STRING("\n\n\n"));
    check("d", SOURCE_JSONL, "");
    put("e", QUERN_STRING("\xEF\xBB\xBF"));
    check("e", SOURCE_JSONL, "");
}

static void test_texts(void **state)
{
    (void)state;
    put("a", QUERN_STRING("one\ntwo\n"));
    put("b", QUERN_STRING(""));
    const char *const paths[] = {"a", "b"};
    check_all(paths, 2, SOURCE_TEXT, "a:1:0:t=one\ntwo\n;b:1:0:t=;");
}

static void test_guess(void **state)
{
    (void)state;
    static const struct {
        const char *name, *bytes;
        bool lines;
    } cases[] = {
        {"a.jsonl", "no JSON at all", true},
        {"a.ndjson", "x", true},
        {"jsonl", "x", false},
        {"a.txt", "{\"text\":\"\"}", true},
        {"b", "\n \n{\"text\":\"\"}\nrubbish", true},
        {"c", "\xEF\xBB\xBF {\"a\":[]} \r\n", true},
        {"d", "{\n\"text\":\"\"}\n", false},
        {"e", "{\"text\":\"\"} x\n", false},
        {"f", "{\"text\":1", false},
        {"g", "[1]\n{}", false},
        {"h", "text {}", false},
        {"i", "", false},
        {"j", "  \n\n", false},
        {"k", "\xEF\xBB\xBF", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        put(cases[i].name, (quern_string){cases[i].bytes, strlen(cases[i].bytes)});
        struct source *source = source_open(&cases[i].name, 1, &(struct source_settings){0});
        struct problems problems = {0};
        struct record record;
        assert_int_equal(source_next(source, &record, &problems), SOURCE_RECORD);
        assert_int_equal(record.format, cases[i].lines ? RECORD_JSONL : RECORD_TEXT);
        if (!cases[i].lines)
            assert_true(quern_string_equal(record.bytes,
                                           (quern_string){cases[i].bytes, strlen(cases[i].bytes)}));
        assert_int_equal(source_bytes_read(source), source_bytes_total(source));
        source_close(source);
    }
}

static void test_folders(void **state)
{
    (void)state;
    static const char *const folders[] = {"d", "d/a", "d/a/z", "d/empty", "d/.hidden"};
    static const char *const files[] = {"d/a.txt", "d/a/2",  "d/a/1",       "d/a/z/3",
                                        "d/b",     "d/.dot", "d/.hidden/x", "outside"};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        assert_int_equal(mkdir(folders[i], 0777), 0);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        put(files[i], QUERN_STRING("x"));
    assert_int_equal(symlink("../../d", "d/a/circle"), 0);
    assert_int_equal(symlink("../outside", "d/link"), 0);
    assert_int_equal(mkfifo("d/pipe", 0666), 0);
    static const char expected[] = "d/a.txt:1:0:t=x;d/a/1:1:0:t=x;d/a/2:1:0:t=x;d/a/z/3:1:0:t=x;"
                                   "d/b:1:0:t=x;d/link:1:0:t=x;";
    check("d", SOURCE_AUTO, expected);
    check("d/", SOURCE_AUTO, expected);
    const char *const paths[] = {"outside", "d/a", "outside"};
    check_all(paths, 3, SOURCE_AUTO,
              "outside:1:0:t=x;d/a/1:1:0:t=x;d/a/2:1:0:t=x;d/a/z/3:1:0:t=x;outside:1:0:t=x;");
}

static void test_problems_do_not_end_the_run(void **state)
{
    (void)state;
    struct buffer all = {0};
    struct problems problems = {0};
    assert_int_equal(mkdir("d", 0777), 0);
    assert_int_equal(symlink("nowhere", "d/gone"), 0);
    put("d/there", QUERN_STRING("x"));
    const char *const paths[] = {"not-there", "d", "/proc/self/mem", "d/there"};
    gather(paths, 4, &(struct source_settings){0}, &all, &problems);
    assert_string_equal(buffer_text(&all), "!!d/there:1:0:t=x;!d/there:1:0:t=x;");
    assert_int_equal(problems.count, 3);
    assert_string_equal(problems.items[0].file, "not-there");
    assert_string_equal(problems.items[0].message, "cannot be opened: No such file or directory");
    assert_string_equal(problems.items[1].file, "d/gone");
    assert_string_equal(problems.items[2].message, "cannot be read: Input/output error");
    buffer_free(&all);
    problems_free(&problems);
}

static void test_folder_that_cannot_be_read(void **state)
{
    (void)state;
    if (geteuid() == 0)
        skip();
    assert_int_equal(mkdir("d", 0777), 0);
    assert_int_equal(mkdir("d/closed", 0), 0);
    put("d/a", QUERN_STRING("x"));
    put("d/z", QUERN_STRING("x"));
    check("d", SOURCE_AUTO, "d/a:1:0:t=x;!d/z:1:0:t=x;");
}

/* Goes on behind the first record of a traced source, after something has happened. */
static bool goes_on(const char *const *paths, size_t count, void (*happens)(void))
{
    const struct source_settings settings = {.format = SOURCE_LINES, .traced = true};
    struct source *source = source_open(paths, count, &settings);
    struct source *other = source_open(paths, count, &settings);
    struct problems problems = {0};
    struct record record;
    assert_int_equal(source_next(source, &record, &problems), SOURCE_RECORD);
    assert_int_equal(problems.count, 0);
    happens();
    bool skipped = source_skip(other, source_place(source), &problems);
    assert_int_equal(problems.count, !skipped);
    assert_true(!skipped || source_next(other, &record, &problems) == SOURCE_RECORD);
    source_close(source);
    source_close(other);
    problems_free(&problems);
    return skipped;
}

static void nothing(void)
{
}

static void become_longer(void)
{
    put("d/b", QUERN_STRING("one\ntwo\nthree\n"));
}

static void become_another(void)
{
    const struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_sec = 1}};
    put("d/b", QUERN_STRING("uno\ntwo\n"));
    assert_int_equal(utimensat(AT_FDCWD, "d/b", times, 0), 0);
}

static void be_renamed(void)
{
    assert_int_equal(rename("d/b", "d/a"), 0);
}

static void get_company(void)
{
    put("d/.hidden", QUERN_STRING("x\n"));
    put("d/c", QUERN_STRING("x\n"));
}

static void get_company_before(void)
{
    put("d/a", QUERN_STRING("x\n"));
}

/* What was read is known again; what was not may be anything. */
static void test_traced_files(void **state)
{
    (void)state;
    static const struct {
        void (*happens)(void);
        bool goes_on;
    } rows[] = {{nothing, true},     {become_longer, false}, {become_another, false},
                {be_renamed, false}, {get_company, true},    {get_company_before, false}};
    const char *folder = "d";
    assert_int_equal(mkdir("d", 0777), 0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        unlink("d/a");
        put("d/b", QUERN_STRING("one\ntwo\n"));
        assert_int_equal(goes_on(&folder, 1, rows[i].happens), rows[i].goes_on);
        unlink("d/c");
    }
}

static void test_text_that_is_too_large(void **state)
{
    (void)state;
    struct problems problems = {0};
    struct buffer all = {0};
    put("large", QUERN_STRING("x"));
    if (truncate("large", (off_t)QUERN_TEXT_MAX + 1) != 0)
        skip();
    const char *path = "large";
    gather(&path, 1, &(struct source_settings){.format = SOURCE_TEXT}, &all, &problems);
    assert_string_equal(buffer_text(&all), "!");
    assert_string_equal(problems.items[0].file, "large");
    buffer_free(&all);
    problems_free(&problems);
}

/* Has a child write to our standard input: `lines` lines of a length that goes up and down, in
 * pieces of a size that does not divide them. */
static void feed(size_t lines, size_t longest, size_t piece)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    if (fork() == 0) {
        FILE *out = fdopen(ends[1], "wb");
        setvbuf(out, NULL, _IOFBF, piece);
        for (size_t i = 0; i < lines; i++)
            fprintf(out, "{%0*zu}\n", (int)(i * 7919 % longest), i);
        exit(fclose(out));
    }
    close(ends[1]);
    dup2(ends[0], STDIN_FILENO);
    close(ends[0]);
}

static void test_pipe(void **state)
{
    (void)state;
    static const struct {
        size_t lines, longest, piece;
    } cases[] = {{3000, 900, 7}, {300, 400000, 4096}, {5, 5000000, 65536}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        feed(cases[i].lines, cases[i].longest, cases[i].piece);
        struct problems problems = {0};
        struct record record;
        const char *path = "-";
        struct source *source =
            source_open(&path, 1, &(struct source_settings){.format = SOURCE_JSONL});
        assert_int_equal(source_bytes_total(source), 0);
        uint64_t offset = 0;
        size_t count = 0;
        while (source_next(source, &record, &problems) == SOURCE_RECORD) {
            assert_int_equal(record.offset, offset);
            assert_int_equal(record.bytes.data[0], '{');
            assert_int_equal(strtoul(record.bytes.data + 1, NULL, 10), count++);
            assert_int_equal(record.bytes.data[record.bytes.size - 1], '}');
            offset += record.bytes.size + 1;
        }
        assert_int_equal(count, cases[i].lines);
        assert_int_equal(offset, source_bytes_read(source));
        source_close(source);
        wait(NULL);
    }
}

static void test_text_from_pipe(void **state)
{
    (void)state;
    struct buffer all = {0};
    struct problems problems = {0};
    const char *path = "-";
    feed(2, 3, 100);
    gather(&path, 1, &(struct source_settings){.format = SOURCE_TEXT}, &all, &problems);
    assert_string_equal(buffer_text(&all), "-:1:0:t={0}\n{01}\n;");
    buffer_free(&all);
    wait(NULL);
}

static void test_parts(void **state)
{
    (void)state;
    put("a", QUERN_STRING("one\r\n\ntwo\f\nthree"));
    check("a", SOURCE_LINES, "a:1:0:p=one;a:2:5:p=;a:3:6:p=two\f;a:4:11:p=three;");
    check("a", SOURCE_FORMFEED, "a:1:0:p=one\r\n\ntwo;a:3:10:p=\nthree;");
    put("b", QUERN_STRING("\n\r\n\f"));
    check("b", SOURCE_LINES, "b:1:0:p=;b:2:1:p=;b:3:3:p=\f;");
    check("b", SOURCE_FORMFEED, "b:1:0:p=\n\r\n;");
    put("c", QUERN_STRING(""));
    check("c", SOURCE_LINES, "");
    check("c", SOURCE_MBOX, "");
}

static void test_mailbox(void **state)
{
    (void)state;
    put("a", QUERN_STRING("From x\nA: b\n\nFrome\n>From\n\nFrom y\n\nFro\nFrom "));
    check("a", SOURCE_MBOX,
          "a:1:0:m=From x\nA: b\n\nFrome\n>From\n\n;a:7:26:m=From y\n\nFro\n;a:10:38:m=From ;");
    put("b", QUERN_STRING("\n\nFrom x\n"));
    check("b", SOURCE_MBOX, "b:3:2:m=From x\n;");
}

static void test_separator(void **state)
{
    (void)state;
    const char *path = "a";
    struct source_settings settings = {.format = SOURCE_SEPARATED, .separator = QUERN_STRING("--")};
    put(path, QUERN_STRING("a---b\n----c-"));
    check_settings(&path, 1, &settings, "a:1:0:p=a;a:1:3:p=-b\n;a:2:8:p=;a:2:10:p=c-;");
    settings.separator = QUERN_STRING("\0");
    put(path, QUERN_STRING("x\0y\0"));
    check_settings(&path, 1, &settings, "a:1:0:p=x;a:1:2:p=y;");
}

static void test_record_that_is_too_large(void **state)
{
    (void)state;
    const char *path = "a";
    struct source_settings settings = {.format = SOURCE_JSONL, .record_max = 4};
    put(path, QUERN_STRING("{}\n{...}\n{...........}\n{..}\n{...}"));
    check_settings(&path, 1, &settings, "a:1:0:j={};!!a:4:23:j={..};!");
    settings.format = SOURCE_TEXT;
    check_settings(&path, 1, &settings, "!");
    settings.record_max = 100;
    check_settings(&path, 1, &settings, "a:1:0:t={}\n{...}\n{...........}\n{..}\n{...};");
}

/* Much more than a buffer holds, so that what is left out is seen not to be kept. */
static void test_long_record_is_left_out(void **state)
{
    (void)state;
    enum { LONG = 40 << 20 };
    struct buffer bytes = {0}, all = {0};
    struct problems problems = {0};
    const char *path = "a";
    struct source_settings settings = {.format = SOURCE_JSONL, .record_max = 1 << 20};
    buffer_add_text(&bytes, "{1}\n");
    buffer_reserve(&bytes, LONG);
    memset(bytes.data + bytes.size, 'x', LONG);
    bytes.size += LONG;
    buffer_add_text(&bytes, "\n{2}\n");
    put(path, (quern_string){bytes.data, bytes.size});
    gather(&path, 1, &settings, &all, &problems);
    assert_string_equal(buffer_text(&all), "a:1:0:j={1};!a:3:41943045:j={2};");
    assert_int_equal(problems.items[0].line, 2);
    buffer_free(&bytes);
    buffer_free(&all);
    problems_free(&problems);
}

static void test_patterns(void **state)
{
    (void)state;
    static const char *const folders[] = {"d", "d/a", "d/a/b", "d/c"};
    static const char *const files[] = {"d/1.txt", "d/2.md", "d/a/3.txt", "d/a/b/4.txt",
                                        "d/c/5.txt"};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        assert_int_equal(mkdir(folders[i], 0777), 0);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        put(files[i], QUERN_STRING("x"));
    const char *const paths[] = {"d", "d/2.md"}, *const texts[] = {"*.txt"}, *const b[] = {"b"},
                      *const deep[] = {"a/*", "c"};
    struct source_settings settings = {.include = {texts, 1}};
    check_settings(paths, 2, &settings,
                   "d/1.txt:1:0:t=x;d/a/3.txt:1:0:t=x;d/a/b/4.txt:1:0:t=x;d/c/5.txt:1:0:t=x;"
                   "d/2.md:1:0:t=x;");
    settings.exclude = (struct source_patterns){b, 1};
    check_settings(paths, 1, &settings, "d/1.txt:1:0:t=x;d/a/3.txt:1:0:t=x;d/c/5.txt:1:0:t=x;");
    settings.include.count = 0;
    settings.exclude = (struct source_patterns){deep, 2};
    check_settings(paths, 1, &settings, "d/1.txt:1:0:t=x;d/2.md:1:0:t=x;");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_lines),
        TEST(test_texts),
        TEST(test_guess),
        TEST(test_folders),
        TEST(test_problems_do_not_end_the_run),
        TEST(test_folder_that_cannot_be_read),
        TEST(test_traced_files),
        TEST(test_text_that_is_too_large),
        TEST(test_pipe),
        TEST(test_text_from_pipe),
        TEST(test_parts),
        TEST(test_mailbox),
        TEST(test_separator),
        TEST(test_record_that_is_too_large),
        TEST(test_long_record_is_left_out),
        TEST(test_patterns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
