/*
 * What a quarantine folder keeps, as the records of a run.
 */
#include "runner/retry.h"
#include "runner/quarantine.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

struct entry {
    uint64_t number;
    quern_string separator; /* has to be there before workers are forked, and as long as the run */
    bool given;
    bool stays; /* it failed again */
};

struct retry {
    const char *folder;
    DIR *stream; /* locked */
    struct entry *entries;
    size_t count, capacity;
    size_t next;
    struct buffer path, bytes;
    json_t *report; /* of the record at hand, which has its texts */
    struct arena arena;
};

static bool complain(struct problems *problems, const char *path, const char *what, const char *why)
{
    problems_add(problems, QUERN_ERROR, (struct place){.file = path}, NULL, "%s: %s", what, why);
    return false;
}

/* ---- The folder ---- */

static int compare(const void *one, const void *other)
{
    const struct entry *a = one, *b = other;
    return (a->number > b->number) - (a->number < b->number);
}

static bool list_entries(struct retry *retry)
{
    errno = 0;
    for (const struct dirent *file; (file = readdir(retry->stream)); errno = 0) {
        uint64_t number = quarantine_number(file->d_name);
        errno = ENOMEM;
        if (number && !memory_grow(&retry->entries, &retry->capacity, retry->count + 1,
                                   sizeof *retry->entries))
            return false;
        if (number)
            retry->entries[retry->count++] = (struct entry){.number = number};
    }
    if (errno == 0 && retry->count)
        qsort(retry->entries, retry->count, sizeof *retry->entries, compare);
    return errno == 0;
}

/* ---- Records ---- */

/* A NUL stands behind them, as behind all records. */
static bool read_bytes(struct retry *retry, uint64_t number)
{
    const char *path = quarantine_path(retry->folder, "", number, ".record", &retry->path);
    struct buffer *bytes = &retry->bytes;
    ssize_t count = -1;
    buffer_clear(bytes);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return false;
    while (buffer_reserve(bytes, BUFSIZ) &&
           ((count = read(file, bytes->data + bytes->size, bytes->capacity - bytes->size)) > 0 ||
            (count < 0 && errno == EINTR)))
        bytes->size += count > 0 ? (size_t)count : 0;
    int error = bytes->failed ? ENOMEM : errno;
    close(file);
    errno = error;
    buffer_text(bytes);
    return count == 0 && !bytes->failed;
}

/* Code points as the bytes of the same numbers. */
static bool decode_separator(const char *text, size_t size, struct buffer *bytes)
{
    for (const char *end = text + size; text < end; text++) {
        unsigned char byte = (unsigned char)*text;
        if (byte > 0xC3)
            return false;
        if (byte >= 0xC2)
            byte = (unsigned char)(byte << 6 | (unsigned char)(*++text & 0x3F));
        buffer_add_char(bytes, (char)byte);
    }
    return !bytes->failed;
}

static bool find_format(const char *name, enum record_format *format)
{
    for (size_t i = 0; i <= RECORD_JSONL; i++) {
        *format = (enum record_format)i;
        if (!strcmp(quarantine_formats[i], name))
            return true;
    }
    return false;
}

static bool load_report(struct retry *retry, uint64_t number)
{
    struct buffer path = {0};
    json_decref(retry->report);
    retry->report = json_load_file(quarantine_path(retry->folder, "", number, ".json", &path),
                                   JSON_ALLOW_NUL, NULL);
    buffer_free(&path);
    return retry->report != NULL;
}

/* All of a record but its bytes. */
static bool read_report(struct retry *retry, const struct entry *entry, struct record *record)
{
    const char *format;
    json_int_t byte, line;
    if (!load_report(retry, entry->number) ||
        json_unpack(retry->report, "{s:{s:s, s:I, s:I}, s:s}", "place", "file", &record->input,
                    "byte", &byte, "line", &line, "kind", &format) != 0)
        return false;
    record->offset = (uint64_t)byte;
    record->line = (uint64_t)line;
    record->separator = entry->separator;
    return find_format(format, &record->format);
}

/* A report without one is told when it comes to its record. */
static bool keep_separator(struct retry *retry, struct entry *entry)
{
    struct buffer bytes = {0};
    const char *text;
    size_t size;
    bool fine = true;
    if (load_report(retry, entry->number) &&
        json_unpack(retry->report, "{s:s%}", "separator", &text, &size) == 0 &&
        decode_separator(text, size, &bytes)) {
        entry->separator = (quern_string){buffer_text(&bytes), bytes.size};
        entry->separator.data = arena_copy(&retry->arena, entry->separator);
        fine = entry->separator.data != NULL;
    }
    buffer_free(&bytes);
    errno = ENOMEM;
    return fine;
}

/* ---- Opening ---- */

static bool keep_separators(struct retry *retry)
{
    for (size_t i = 0; i < retry->count; i++)
        if (!keep_separator(retry, &retry->entries[i]))
            return false;
    return true;
}

void retry_close(struct retry *retry)
{
    if (!retry)
        return;
    if (retry->stream)
        closedir(retry->stream);
    free(retry->entries);
    buffer_free(&retry->path);
    buffer_free(&retry->bytes);
    arena_free(&retry->arena);
    json_decref(retry->report);
    free(retry);
}

struct retry *retry_open(const char *folder, struct problems *problems)
{
    struct retry *retry = memory_new(1, sizeof *retry);
    errno = ENOMEM;
    if (retry) {
        retry->folder = folder;
        retry->stream = opendir(folder);
        if (retry->stream && flock(dirfd(retry->stream), LOCK_EX | LOCK_NB) == 0 &&
            list_entries(retry) && keep_separators(retry))
            return retry;
    }
    complain(problems, folder, "cannot be run again",
             errno == EWOULDBLOCK ? "another run is doing so" : strerror(errno));
    retry_close(retry);
    return NULL;
}

/* ---- One after the other ---- */

enum source_result retry_next(struct retry *retry, struct record *record, struct problems *problems)
{
    if (retry->next == retry->count)
        return SOURCE_END;
    struct entry *entry = &retry->entries[retry->next];
    const char *why = "its report cannot be read, which says what it is";
    *record = (struct record){.number = retry->next++};
    bool fine = read_bytes(retry, entry->number);
    if (!fine)
        why = strerror(errno);
    else
        fine = read_report(retry, entry, record);
    if (!fine) {
        complain(problems, buffer_text(&retry->path), "is left out", why);
        return SOURCE_FAILED;
    }
    record->bytes = (quern_string){retry->bytes.data, retry->bytes.size};
    entry->given = true;
    return SOURCE_RECORD;
}

/* ---- What becomes of them ---- */

uint64_t retry_keep(struct retry *retry, const struct record *record)
{
    if (record->number >= retry->count)
        return 0;
    struct entry *entry = &retry->entries[record->number];
    entry->stays = true;
    return entry->number;
}

static bool remove_entry(const struct retry *retry, uint64_t number, struct problems *problems)
{
    static const char *const suffixes[] = {".record", ".json"};
    struct buffer path = {0};
    bool fine = true;
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes && fine; i++) {
        const char *name = quarantine_path(retry->folder, "", number, suffixes[i], &path);
        if (unlink(name) != 0)
            fine = complain(problems, name, "cannot be removed", strerror(errno));
    }
    buffer_free(&path);
    return fine;
}

bool retry_remove(const struct retry *retry, struct problems *problems)
{
    bool fine = true;
    for (size_t i = 0; i < retry->count; i++)
        if (retry->entries[i].given && !retry->entries[i].stays)
            fine = remove_entry(retry, retry->entries[i].number, problems) && fine;
    return fine;
}
