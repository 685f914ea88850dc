/*
 * A file that an interrupted run goes on from: a mark, and entries, each with a head.
 */
#include "runner/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char mark[] = "quern journal 1\n";

enum { MARK_SIZE = sizeof mark - 1, LARGE = 1 << 20 };

enum kind { KIND_IDENTITY = 1, KIND_CHECKPOINT, KIND_END };

struct head {
    uint64_t size, kind, hash;
};

/* The hash is of all but itself. */
static uint64_t hash_entry(const struct head *head, const char *bytes)
{
    uint64_t hash = hash_add(HASH_EMPTY, head, offsetof(struct head, hash));
    return hash_add(hash, bytes, (size_t)head->size);
}

static bool complain(struct problems *problems, const char *path, const char *what)
{
    problems_add(problems, QUERN_ERROR, (struct place){.file = path}, NULL, "%s: %s", what,
                 strerror(errno));
    return false;
}

/* ---- Reading ---- */

/* Steps over an entry. False at the end, and where it is broken off or not what was written. */
static bool next_entry(quern_string *rest, struct head *head, quern_string *entry)
{
    if (rest->size < sizeof *head)
        return false;
    memcpy(head, rest->data, sizeof *head);
    *entry = (quern_string){rest->data + sizeof *head, (size_t)head->size};
    if (head->size > rest->size - sizeof *head || hash_entry(head, entry->data) != head->hash)
        return false;
    rest->data = entry->data + entry->size;
    rest->size -= sizeof *head + entry->size;
    return true;
}

static bool add_checkpoint(struct journal_content *content, quern_string entry)
{
    errno = ENOMEM;
    if (!memory_grow(&content->checkpoints, &content->capacity, content->count + 1,
                     sizeof *content->checkpoints))
        return false;
    content->checkpoints[content->count++] = entry;
    return true;
}

bool journal_parse(struct journal_content *content)
{
    quern_string rest = {content->bytes.data, content->bytes.size}, entry;
    struct head head;
    size_t marked = rest.size < MARK_SIZE ? rest.size : MARK_SIZE;
    errno = EINVAL;
    if (marked && memcmp(rest.data, mark, marked) != 0)
        return false;
    content->broken = true;
    if (marked < MARK_SIZE)
        return true;
    rest.data += marked;
    rest.size -= marked;
    if (!next_entry(&rest, &head, &entry) || head.kind != KIND_IDENTITY)
        return true;
    content->identity = entry;
    while (!content->ended && next_entry(&rest, &head, &entry)) {
        if (head.kind == KIND_CHECKPOINT && !add_checkpoint(content, entry))
            return false;
        content->ended = head.kind == KIND_END && entry.size == sizeof content->status;
        if (content->ended)
            memcpy(&content->status, entry.data, sizeof content->status);
    }
    content->broken = !content->count;
    return true;
}

static bool read_all(int file, struct buffer *bytes)
{
    ssize_t count = -1;
    while (buffer_reserve(bytes, BUFSIZ) &&
           ((count = read(file, bytes->data + bytes->size, bytes->capacity - bytes->size)) > 0 ||
            (count < 0 && errno == EINTR)))
        bytes->size += count > 0 ? (size_t)count : 0;
    if (bytes->failed)
        errno = ENOMEM;
    return count == 0 && !bytes->failed;
}

bool journal_read(const char *path, struct journal_content *content, struct problems *problems)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0 && errno == ENOENT)
        return true;
    bool fine = file >= 0 && read_all(file, &content->bytes);
    int error = errno;
    if (file >= 0)
        close(file);
    errno = error;
    if (!fine)
        return complain(problems, path, "cannot be read");
    return journal_parse(content) || complain(problems, path, "is not a journal of this program");
}

bool journal_unpack(quern_string bytes, struct checkpoint *checkpoint, quern_string *statistics)
{
    if (bytes.size < sizeof *checkpoint)
        return false;
    memcpy(checkpoint, bytes.data, sizeof *checkpoint);
    *statistics = (quern_string){bytes.data + sizeof *checkpoint, bytes.size - sizeof *checkpoint};
    return true;
}

void journal_free(struct journal_content *content)
{
    buffer_free(&content->bytes);
    free(content->checkpoints);
}

/* ---- Writing ---- */

static void put_entry(struct buffer *out, enum kind kind, quern_string first, quern_string second)
{
    struct head head = {.size = first.size + second.size, .kind = kind};
    size_t begin = out->size;
    buffer_append(out, (const char *)&head, sizeof head);
    buffer_add_string(out, first);
    buffer_add_string(out, second);
    if (out->failed)
        return;
    head.hash = hash_entry(&head, out->data + begin + sizeof head);
    memcpy(out->data + begin, &head, sizeof head);
}

static void put_checkpoint(struct buffer *out, const struct checkpoint *checkpoint,
                           quern_string statistics)
{
    put_entry(out, KIND_CHECKPOINT, (quern_string){(const char *)checkpoint, sizeof *checkpoint},
              statistics);
}

/* Has the bytes on the disk, and frees them. */
static bool append(struct journal_writer *writer, struct buffer *bytes)
{
    const char *at = bytes->data;
    size_t rest = bytes->failed ? 0 : bytes->size;
    bool fine = !bytes->failed;
    if (!fine)
        errno = ENOMEM;
    while (fine && rest) {
        ssize_t written = write(writer->file, at, rest);
        fine = written >= 0 || errno == EINTR;
        at += written > 0 ? written : 0;
        rest -= written > 0 ? (size_t)written : 0;
    }
    fine = fine && fdatasync(writer->file) == 0;
    writer->size += bytes->size;
    int error = errno;
    buffer_free(bytes);
    errno = error;
    return fine;
}

/* For the name that is new in it. */
static void sync_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash ? memory_copy(path, (size_t)(slash - path) + 1) : NULL;
    int file = open(folder ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file >= 0) {
        (void)fsync(file);
        close(file);
    }
    free(folder);
}

/* What was written so far is let go of when what takes its place is complete. */
static bool begin(struct journal_writer *writer, const char *passing, struct buffer *bytes)
{
    int before = writer->file;
    writer->size = 0;
    writer->file = open(passing, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0666);
    bool fine = writer->file >= 0 && append(writer, bytes) && rename(passing, writer->path) == 0;
    int error = errno;
    if (before >= 0)
        close(before);
    if (!fine && writer->file >= 0)
        unlink(passing);
    errno = error;
    return fine;
}

bool journal_begin(struct journal_writer *writer, const struct checkpoint *checkpoint,
                   quern_string statistics, struct problems *problems)
{
    struct buffer bytes = {0}, passing = {0};
    buffer_append(&bytes, mark, MARK_SIZE);
    put_entry(&bytes, KIND_IDENTITY, writer->identity, (quern_string){"", 0});
    put_checkpoint(&bytes, checkpoint, statistics);
    buffer_print(&passing, "%s.new", writer->path);
    bool fine = begin(writer, buffer_text(&passing), &bytes);
    if (!fine)
        complain(problems, writer->path, "cannot be written");
    else
        sync_folder(writer->path);
    buffer_free(&passing);
    buffer_free(&bytes);
    return fine;
}

bool journal_add(struct journal_writer *writer, const struct checkpoint *checkpoint,
                 quern_string statistics, struct problems *problems)
{
    if (writer->size > LARGE)
        return journal_begin(writer, checkpoint, statistics, problems);
    struct buffer bytes = {0};
    put_checkpoint(&bytes, checkpoint, statistics);
    return append(writer, &bytes) || complain(problems, writer->path, "cannot be written");
}

bool journal_end(struct journal_writer *writer, int status, struct problems *problems)
{
    struct buffer bytes = {0};
    put_entry(&bytes, KIND_END, (quern_string){(const char *)&status, sizeof status},
              (quern_string){"", 0});
    return append(writer, &bytes) || complain(problems, writer->path, "cannot be written");
}
