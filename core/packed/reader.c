/*
 * reader.c - reads archives: tar, zip and 7z, by libarchive.
 *
 * What holds no bytes of its own (folders, links, devices) is passed over. Of the zip reader's two
 * ways, by the directory at the end and by the headers between, libarchive takes the first where
 * the source can seek.
 */
#include "functions.h"
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 64 << 10 };

struct archive_reader {
    struct archive *archive;
    struct packed_source source;
    locale_t utf8; /* what names come out in, whatever the environment says */
    bool opened, ended;
    /* Of the file at hand: bytes that can be given, zeros before them, and what was said with them. */
    const void *data;
    size_t size;
    int64_t at, zeros;
    int result;
    char block[BLOCK];
};

static la_ssize_t read_block(struct archive *archive, void *user, const void **block)
{
    struct archive_reader *reader = user;
    ptrdiff_t count = reader->source.read(reader->source.user, reader->block, BLOCK);
    *block = reader->block;
    if (count < 0)
        archive_set_error(archive, errno, "%s", strerror(errno));
    return count;
}

static la_int64_t seek_to(struct archive *archive, void *user, la_int64_t offset, int whence)
{
    struct archive_reader *reader = user;
    int64_t place = reader->source.seek(reader->source.user, offset, whence);
    if (place >= 0)
        return place;
    archive_set_error(archive, errno, "%s", strerror(errno));
    return ARCHIVE_FATAL;
}

static const char *reason(const struct archive_reader *reader)
{
    const char *why = archive_error_string(reader->archive);
    return why ? why : "the archive is damaged";
}

struct archive_reader *reader_open(struct packed_source source)
{
    struct archive_reader *reader = malloc(sizeof *reader);
    struct archive *archive = archive_read_new();
    if (!reader || !archive) {
        free(reader);
        archive_read_free(archive);
        return NULL;
    }
    reader->archive = archive;
    reader->source = source;
    reader->opened = reader->ended = false;
    reader->utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    archive_read_support_format_tar(archive);
    archive_read_support_format_zip(archive);
    archive_read_support_format_7zip(archive);
    archive_read_set_callback_data(archive, reader);
    archive_read_set_read_callback(archive, read_block);
    if (source.seek)
        archive_read_set_seek_callback(archive, seek_to);
    return reader;
}

void reader_close(struct archive_reader *reader)
{
    archive_read_free(reader->archive);
    if (reader->utf8)
        freelocale(reader->utf8);
    free(reader);
}

static bool has_bytes(struct archive_entry *entry)
{
    return archive_entry_filetype(entry) == AE_IFREG && !archive_entry_hardlink(entry);
}

/* Steps to the next file. Names that are in no encoding that libarchive knows of stay as they are. */
static int step(struct archive_reader *reader, const char **name)
{
    struct archive_entry *entry;
    int result;
    if (!reader->opened && (result = archive_read_open1(reader->archive)) != ARCHIVE_OK)
        return result;
    reader->opened = true;
    do
        result = archive_read_next_header(reader->archive, &entry);
    while ((result == ARCHIVE_OK || result == ARCHIVE_WARN) && !has_bytes(entry));
    if (result != ARCHIVE_OK && result != ARCHIVE_WARN)
        return result;
    *name = archive_entry_pathname(entry);
    if (!*name)
        *name = "?";
    return ARCHIVE_OK;
}

int reader_next(struct archive_reader *reader, const char **name, const char **why)
{
    reader->at = reader->zeros = 0;
    reader->size = 0;
    reader->result = ARCHIVE_OK;
    if (reader->ended)
        return 0;
    locale_t before = reader->utf8 ? uselocale(reader->utf8) : (locale_t)0;
    int result = step(reader, name);
    if (before)
        uselocale(before);
    reader->ended = result != ARCHIVE_OK;
    *why = reason(reader);
    return result == ARCHIVE_OK ? 1 : result == ARCHIVE_EOF ? 0 : -1;
}

/* A file with holes comes in pieces. The last piece may come with a complaint about all of it. */
static void fetch(struct archive_reader *reader)
{
    la_int64_t offset = reader->at;
    reader->result =
        archive_read_data_block(reader->archive, &reader->data, &reader->size, &offset);
    reader->ended |= reader->result == ARCHIVE_FATAL;
    if (reader->result != ARCHIVE_OK && reader->result != ARCHIVE_WARN)
        reader->size = 0;
    else if (offset > reader->at)
        reader->zeros = offset - reader->at;
}

ptrdiff_t reader_read(struct archive_reader *reader, char *to, size_t room, const char **why)
{
    while (!reader->zeros && !reader->size && reader->result == ARCHIVE_OK)
        fetch(reader);
    *why = reason(reader);
    if (!reader->zeros && !reader->size)
        return reader->result == ARCHIVE_EOF ? 0 : -1;
    size_t most = reader->zeros ? (size_t)reader->zeros : reader->size;
    size_t size = most < room ? most : room;
    reader->at += (int64_t)size;
    if (reader->zeros) {
        memset(to, 0, size);
        reader->zeros -= (int64_t)size;
        return (ptrdiff_t)size;
    }
    memcpy(to, reader->data, size);
    reader->data = (const char *)reader->data + size;
    reader->size -= size;
    return (ptrdiff_t)size;
}
