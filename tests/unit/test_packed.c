/* Compressed inputs and archives: whole, cut off, damaged, gone on with from any place. */
#include "codec/codec.h"
#include "codec/packing.h"

#include <archive.h>
#include <archive_entry.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char home[] = "quern-packed-XXXXXX";

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
    snprintf(command, sizeof command, "rm -rf %s", home);
    return chdir("..") || system(command);
}

static void put(const char *path, quern_string bytes)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes.data, 1, bytes.size, file), bytes.size);
    assert_int_equal(fclose(file), 0);
}

static const struct packed_functions *packed(void)
{
    const char *why;
    const struct packed_functions *functions = packing_functions(&why);
    assert_non_null(functions);
    return functions;
}

static bool append(void *user, quern_string bytes)
{
    buffer_add_string(user, bytes);
    return true;
}

/* Bytes as streams of at most `piece` bytes. */
static struct buffer pack(enum packing packing, quern_string bytes, size_t piece)
{
    struct buffer out = {0};
    struct packer *packer = packed()->packer_open(packing);
    do {
        size_t size = bytes.size < piece ? bytes.size : piece;
        assert_true(packed()->packer_write(packer, (quern_string){bytes.data, size}, true,
                                           (struct packed_target){&out, append}));
        bytes.data += size;
        bytes.size -= size;
    } while (bytes.size);
    packed()->packer_close(packer);
    return out;
}

/* All records as "offset=bytes;", behind the name where it changes, with "!REASON;" for problems. */
static void add_records(struct source *source, struct buffer *all)
{
    struct problems problems = {0};
    struct record record;
    enum source_result result;
    while ((result = source_next(source, &record, &problems)) != SOURCE_END) {
        if (result == SOURCE_RECORD)
            buffer_print(all, "%s:%d:%d=%.*s;", record.input, (int)record.line, (int)record.offset,
                         (int)record.bytes.size, record.bytes.data);
        else
            buffer_print(all, "!%s;", problems.items[problems.count - 1].file);
    }
    problems_free(&problems);
}

static struct buffer read_all(const char *path, enum source_format format)
{
    struct buffer all = {0};
    struct source *source = source_open(&path, 1, &(struct source_settings){.format = format});
    add_records(source, &all);
    source_close(source);
    buffer_text(&all);
    return all;
}

static void check(const char *path, enum source_format format, const char *expected)
{
    struct buffer all = read_all(path, format);
    assert_string_equal(buffer_text(&all), expected);
    buffer_free(&all);
}

/* From the place behind each record, another source gives the rest. */
static void check_places(const char *path, enum source_format format)
{
    const struct source_settings settings = {.format = format};
    struct buffer whole = read_all(path, format), before = {0};
    struct source *source = source_open(&path, 1, &settings);
    struct problems problems = {0};
    struct record record;
    enum source_result result;
    while ((result = source_next(source, &record, &problems)) == SOURCE_RECORD) {
        struct source *other = source_open(&path, 1, &settings);
        struct buffer all = {0};
        buffer_print(&before, "%s:%d:%d=%.*s;", record.input, (int)record.line, (int)record.offset,
                     (int)record.bytes.size, record.bytes.data);
        buffer_add_text(&all, buffer_text(&before));
        assert_true(source_skip(other, source_place(source), &problems));
        add_records(other, &all);
        assert_string_equal(buffer_text(&all), buffer_text(&whole));
        buffer_free(&all);
        source_close(other);
    }
    assert_int_equal(result, SOURCE_END);
    source_close(source);
    buffer_free(&before);
    buffer_free(&whole);
}

static const enum packing packings[] = {PACKING_GZIP, PACKING_XZ, PACKING_ZSTD, PACKING_BZIP2};

/* Lines of many lengths, `size` bytes or a few more. */
static struct buffer make_lines(size_t size)
{
    struct buffer lines = {0};
    for (unsigned i = 0; lines.size < size; i++)
        buffer_print(&lines, "%0*u\n", (int)(1 + i * 7919 % 300), i);
    return lines;
}

static void test_streams(void **state)
{
    (void)state;
    struct buffer lines = make_lines(300000);
    for (size_t i = 0; i < sizeof packings / sizeof *packings; i++) {
        for (size_t piece = 7777; piece < 1 << 20; piece *= 10) {
            struct buffer bytes = pack(packings[i], (quern_string){lines.data, lines.size}, piece);
            put("plain", (quern_string){lines.data, lines.size});
            put("packed", (quern_string){bytes.data, bytes.size});
            struct buffer expected = read_all("plain", SOURCE_TEXT);
            struct buffer all = read_all("packed", SOURCE_TEXT);
            assert_int_equal(all.size, expected.size + 1);
            assert_string_equal(strchr(all.data, '='), strchr(expected.data, '='));
            buffer_free(&all);
            buffer_free(&expected);
            buffer_free(&bytes);
        }
    }
    buffer_free(&lines);
}

static void test_empty_streams(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof packings / sizeof *packings; i++) {
        struct buffer bytes = pack(packings[i], QUERN_STRING(""), 1);
        put("packed", (quern_string){bytes.data, bytes.size});
        check("packed", SOURCE_AUTO, "packed:1:0=;");
        check("packed", SOURCE_JSONL, "");
        buffer_free(&bytes);
    }
}

/* Wherever it is cut off, the lines that are whole come, and then the reason; but what is left is
 * whole where it is cut between two streams, and its last line then is one. */
static void test_cut_off(void **state)
{
    (void)state;
    struct buffer lines = make_lines(3000);
    put("plain", (quern_string){lines.data, lines.size});
    struct buffer whole = read_all("plain", SOURCE_LINES);
    for (size_t i = 0; i < sizeof packings / sizeof *packings; i++) {
        struct buffer bytes = pack(packings[i], (quern_string){lines.data, lines.size}, 1000);
        size_t most = 0;
        for (size_t size = 12; size < bytes.size; size++) {
            put("plain", (quern_string){bytes.data, size});
            struct buffer all = read_all("plain", SOURCE_LINES);
            size_t given = strcspn(all.data, "!");
            assert_memory_equal(all.data, whole.data, given ? given - 1 : 0);
            if (given < all.size)
                assert_string_equal(all.data + given, "!plain;");
            most = given > most ? given : most;
            buffer_free(&all);
        }
        assert_in_range(most, whole.size / 2, whole.size);
        buffer_free(&bytes);
    }
    buffer_free(&whole);
    buffer_free(&lines);
}

/* Whatever byte is changed, either nothing is, or a problem is told. */
static void test_damaged(void **state)
{
    (void)state;
    struct buffer lines = make_lines(3000);
    put("file", (quern_string){lines.data, lines.size});
    struct buffer whole = read_all("file", SOURCE_LINES);
    for (size_t i = 0; i < sizeof packings / sizeof *packings; i++) {
        struct buffer bytes = pack(packings[i], (quern_string){lines.data, lines.size}, SIZE_MAX);
        for (size_t at = 10; at < bytes.size; at++) {
            bytes.data[at] ^= 0x10;
            put("file", (quern_string){bytes.data, bytes.size});
            struct buffer all = read_all("file", SOURCE_LINES);
            assert_true(strchr(all.data, '!') || !strcmp(all.data, whole.data));
            buffer_free(&all);
            bytes.data[at] ^= 0x10;
        }
        buffer_free(&bytes);
    }
    buffer_free(&whole);
    buffer_free(&lines);
}

static void test_places_in_streams(void **state)
{
    (void)state;
    struct buffer lines = make_lines(20000);
    for (size_t i = 0; i < sizeof packings / sizeof *packings; i++) {
        struct buffer bytes = pack(packings[i], (quern_string){lines.data, lines.size}, 3000);
        put("packed", (quern_string){bytes.data, bytes.size});
        check_places("packed", SOURCE_LINES);
        buffer_free(&bytes);
    }
    buffer_free(&lines);
}

static void test_compressed_twice(void **state)
{
    (void)state;
    struct buffer once = pack(PACKING_GZIP, QUERN_STRING("text"), SIZE_MAX);
    struct buffer twice = pack(PACKING_XZ, (quern_string){once.data, once.size}, SIZE_MAX);
    put("packed", (quern_string){twice.data, twice.size});
    check("packed", SOURCE_AUTO, "!packed;");
    buffer_free(&once);
    buffer_free(&twice);
}

/* ---- Archives ---- */

struct archive_kind {
    const char *name;
    int (*set_format)(struct archive *);
    int (*add_filter)(struct archive *);
};

static const struct archive_kind kinds[] = {
    {"a.tar", archive_write_set_format_pax_restricted, archive_write_add_filter_none},
    {"a.tar.gz", archive_write_set_format_gnutar, archive_write_add_filter_gzip},
    {"a.zip", archive_write_set_format_zip, archive_write_add_filter_none},
    {"a.7z", archive_write_set_format_7zip, archive_write_add_filter_none},
};
enum { KINDS = sizeof kinds / sizeof *kinds };

static void add_entry(struct archive *archive, const char *name, quern_string bytes)
{
    struct archive_entry *entry = archive_entry_new();
    archive_entry_set_pathname(entry, name);
    archive_entry_set_filetype(entry, name[strlen(name) - 1] == '/' ? AE_IFDIR : AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_size(entry, (la_int64_t)bytes.size);
    assert_int_equal(archive_write_header(archive, entry), ARCHIVE_OK);
    if (bytes.size)
        assert_int_equal(archive_write_data(archive, bytes.data, bytes.size), bytes.size);
    archive_entry_free(entry);
}

/* Name, content, name, content, …, NULL */
static void make_archive(const struct archive_kind *kind, const char *const *entries)
{
    struct archive *archive = archive_write_new();
    kind->set_format(archive);
    kind->add_filter(archive);
    assert_int_equal(archive_write_open_filename(archive, kind->name), ARCHIVE_OK);
    for (; *entries; entries += 2)
        add_entry(archive, entries[0], (quern_string){entries[1], strlen(entries[1])});
    assert_int_equal(archive_write_close(archive), ARCHIVE_OK);
    archive_write_free(archive);
}

static void test_archives(void **state)
{
    (void)state;
    static const char *const entries[] = {"d/", "",       "d/one.txt", "1\n",       "two",
                                          "2",  ".three", "3",         "d/.x/four", "4",
                                          "e",  "",       "f.jsonl",   "{}\n[]\n",  NULL};
    for (size_t i = 0; i < KINDS; i++) {
        struct buffer expected = {0};
        const char *name = kinds[i].name;
        make_archive(&kinds[i], entries);
        /* 7z puts empty files last. */
        buffer_print(&expected, "%s!d/one.txt:1:0=1\n;%s!two:1:0=2;", name, name);
        if (strcmp(name, "a.7z") != 0)
            buffer_print(&expected, "%s!e:1:0=;", name);
        buffer_print(&expected, "%s!f.jsonl:1:0={};%s!f.jsonl:2:3=[];", name, name);
        if (!strcmp(name, "a.7z"))
            buffer_print(&expected, "%s!e:1:0=;", name);
        check(name, SOURCE_AUTO, buffer_text(&expected));
        check_places(name, SOURCE_AUTO);
        check_places(name, SOURCE_LINES);
        buffer_free(&expected);
    }
}

static void test_archive_in_archive(void **state)
{
    (void)state;
    static const char *const entries[] = {"a", "1", "b.gz", "\x1F\x8B and so on", "c", "2", NULL};
    make_archive(&kinds[0], entries);
    check("a.tar", SOURCE_AUTO, "a.tar!a:1:0=1;!a.tar!b.gz;a.tar!c:1:0=2;");
}

static void test_patterns_in_archive(void **state)
{
    (void)state;
    static const char *const entries[] = {"./d/a.txt", "1", "./d/b", "2", "c.txt", "3", NULL};
    static const char *const texts[] = {"*.txt"};
    const char *path = "a.tar";
    struct buffer all = {0};
    make_archive(&kinds[0], entries);
    struct source *source = source_open(&path, 1, &(struct source_settings){.include = {texts, 1}});
    add_records(source, &all);
    assert_string_equal(buffer_text(&all), "a.tar!d/a.txt:1:0=1;a.tar!c.txt:1:0=3;");
    source_close(source);
    buffer_free(&all);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_streams),  TEST(test_empty_streams),      TEST(test_cut_off),
        TEST(test_damaged),  TEST(test_places_in_streams),  TEST(test_compressed_twice),
        TEST(test_archives), TEST(test_archive_in_archive), TEST(test_patterns_in_archive),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
