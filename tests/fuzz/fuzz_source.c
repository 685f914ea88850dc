/* Any bytes as an input, plain, compressed or an archive, cut into records by a format that the
 * last byte says: a record of a plain file stands at its place in it; from a place between two
 * records, another source gives the rest. */
#include "codec/codec.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool truth)
{
    if (!truth)
        abort();
}

struct reading {
    struct source *source;
    struct record record;
};

static void open_reading(struct reading *reading, const char *const *path,
                         const struct source_settings *settings)
{
    *reading = (struct reading){.source = source_open(path, 1, settings)};
    expect(reading->source != NULL);
}

static bool next(struct reading *reading)
{
    struct problems problems = {0};
    enum source_result result;
    size_t told = 0;
    while ((result = source_next(reading->source, &reading->record, &problems)) == SOURCE_FAILED) {
        expect(problems.errors > told);
        told = problems.errors;
    }
    problems_free(&problems);
    return result == SOURCE_RECORD;
}

static uint64_t line_at(quern_string bytes, uint64_t place)
{
    uint64_t line = 1;
    for (size_t i = 0; i < place; i++)
        line += bytes.data[i] == '\n';
    return line;
}

static bool is_packed(quern_string bytes)
{
    static const char *const starts[] = {"\x1F\x8B", "\xFD", "\x28\xB5", "BZh", "PK", "7z"};
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        if (bytes.size > 1 && !strncmp(bytes.data, starts[i], strlen(starts[i])))
            return true;
    return memchr(bytes.data, '\0', bytes.size) || memchr(bytes.data, 0x18, bytes.size);
}

static void check_record(const struct record *record, quern_string bytes)
{
    expect(record->bytes.data[record->bytes.size] == '\0');
    if (is_packed(bytes))
        return;
    expect(!memcmp(bytes.data + record->offset, record->bytes.data, record->bytes.size));
    expect(record->line == line_at(bytes, record->offset));
}

static void check_rest(struct reading *reading, struct reading *other)
{
    bool more;
    do {
        more = next(reading);
        expect(next(other) == more);
        expect(!more || (reading->record.offset == other->record.offset &&
                         reading->record.line == other->record.line &&
                         reading->record.number == other->record.number &&
                         quern_string_equal(reading->record.bytes, other->record.bytes)));
    } while (more);
}

static void check(const char *path, quern_string bytes, unsigned choice)
{
    struct source_settings settings = {
        .format = choice % 7, .separator = {"ab", 2}, .record_max = choice & 64 ? 9 : 1 << 20};
    struct reading reading, other;
    struct problems problems = {0};
    open_reading(&reading, &path, &settings);
    for (unsigned n = choice / 7 % 8; n && next(&reading); n--)
        check_record(&reading.record, bytes);
    open_reading(&other, &path, &settings);
    expect(source_skip(other.source, source_place(reading.source), &problems));
    check_rest(&reading, &other);
    source_close(reading.source);
    source_close(other.source);
    problems_free(&problems);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[40];
    int file = memfd_create("input", MFD_CLOEXEC);
    if (!size || file < 0)
        return 0;
    size--;
    expect(write(file, data, size) == (ssize_t)size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    check(path, (quern_string){(const char *)data, size}, data[size]);
    close(file);
    return 0;
}
