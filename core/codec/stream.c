/*
 * stream.c - an open file as the bytes that are in it.
 *
 * Up to three readers stand one upon the other: the file, what unpacks it, and what steps through
 * an archive. What each gives is looked at before anybody gets it.
 */
#include "stream.h"
#include "packing.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A reader of which the first bytes were looked at. They are given again. */
struct peeked {
    ptrdiff_t (*read)(struct stream *stream, char *to, size_t room);
    size_t begin, size;
    ptrdiff_t last; /* what the reader said behind them: more may come if it is above 0 */
    char head[PACKING_HEAD];
};

struct stream {
    int fd;
    bool regular, seeks;
    uint64_t size; /* of a regular file */
    struct stream_watch *watch;
    struct peeked file, unpacked, member;
    struct peeked *top; /* what is read from */
    const struct packed_functions *packed;
    struct unpacker *unpacker;
    struct archive_reader *archive;
    bool as_it_is; /* what is packed stays so */
    const char *why;
    bool begun;
};

/* ---- Readers ---- */

/* A signal that interrupts this is to end the run, so that it is not tried again. */
static ptrdiff_t read_file(struct stream *stream, char *to, size_t room)
{
    const struct stream_watch *watch = stream->watch;
    errno = EINTR;
    bool ready = stream->regular || !watch->wait || watch->wait(watch->user, stream->fd);
    ssize_t count = ready ? read(stream->fd, to, room) : -1;
    if (count < 0)
        stream->why = strerror(errno);
    else
        stream->watch->count += (uint64_t)count;
    return count;
}

static ptrdiff_t read_unpacked(struct stream *stream, char *to, size_t room)
{
    return stream->packed->unpacker_read(stream->unpacker, to, room, &stream->why);
}

static ptrdiff_t read_member(struct stream *stream, char *to, size_t room)
{
    return stream->packed->archive_read(stream->archive, to, room, &stream->why);
}

static ptrdiff_t read_peeked(struct stream *stream, struct peeked *peeked, char *to, size_t room)
{
    size_t left = peeked->size - peeked->begin;
    if (!left)
        return peeked->last > 0 ? peeked->read(stream, to, room) : peeked->last;
    size_t size = left < room ? left : room;
    memcpy(to, peeked->head + peeked->begin, size);
    peeked->begin += size;
    return (ptrdiff_t)size;
}

/* No more is waited for than tells what it is. */
static struct packing_kind peek(struct stream *stream, struct peeked *peeked)
{
    peeked->begin = peeked->size = 0;
    do {
        size_t room = PACKING_HEAD - peeked->size;
        peeked->last = peeked->read(stream, peeked->head + peeked->size, room);
        peeked->size += peeked->last > 0 ? (size_t)peeked->last : 0;
    } while (peeked->last > 0 && packing_is_open((quern_string){peeked->head, peeked->size}));
    return packing_of((quern_string){peeked->head, peeked->size});
}

/* ---- What stands upon them ---- */

static ptrdiff_t give_file(void *user, char *to, size_t room)
{
    struct stream *stream = user;
    return read_peeked(stream, &stream->file, to, room);
}

static ptrdiff_t give_unpacked(void *user, char *to, size_t room)
{
    struct stream *stream = user;
    return read_peeked(stream, &stream->unpacked, to, room);
}

static int64_t seek_file(void *user, int64_t offset, int whence)
{
    struct stream *stream = user;
    if (whence == SEEK_CUR)
        offset -= (int64_t)(stream->file.size - stream->file.begin);
    stream->file.begin = stream->file.size;
    stream->file.last = 1;
    return lseek(stream->fd, offset, whence);
}

/* Only what stands at its start can be sought in as an archive has it. */
static void look_at_file(struct stream *stream)
{
    struct stat status;
    if (fstat(stream->fd, &status) != 0 || !S_ISREG(status.st_mode))
        return;
    stream->regular = true;
    stream->size = (uint64_t)status.st_size;
    stream->seeks = lseek(stream->fd, 0, SEEK_CUR) == 0;
}

struct stream *stream_open(int fd, struct stream_watch *watch, bool as_it_is)
{
    struct stream *stream = memory_new(1, sizeof *stream);
    if (!stream) {
        if (fd > STDIN_FILENO)
            close(fd);
        return NULL;
    }
    stream->fd = fd;
    stream->watch = watch;
    stream->as_it_is = as_it_is;
    look_at_file(stream);
    stream->file.read = read_file;
    stream->unpacked.read = read_unpacked;
    stream->member.read = read_member;
    return stream;
}

void stream_close(struct stream *stream)
{
    if (!stream)
        return;
    if (stream->archive)
        stream->packed->archive_close(stream->archive);
    if (stream->unpacker)
        stream->packed->unpacker_close(stream->unpacker);
    if (stream->fd > STDIN_FILENO)
        close(stream->fd);
    free(stream);
}

static bool refuse(struct stream *stream, const char *why)
{
    stream->why = why;
    return false;
}

static bool unpack(struct stream *stream, enum packing packing, struct packing_kind *kind)
{
    struct packed_source source = {stream, give_file, NULL};
    stream->unpacker = stream->packed->unpacker_open(packing, source);
    if (!stream->unpacker)
        return refuse(stream, strerror(ENOMEM));
    stream->top = &stream->unpacked;
    *kind = peek(stream, &stream->unpacked);
    return kind->packing == PACKING_NONE || refuse(stream, "it is compressed more than once");
}

static bool open_archive(struct stream *stream)
{
    bool seeks = stream->seeks && !stream->unpacker;
    struct packed_source source = {stream, stream->unpacker ? give_unpacked : give_file,
                                   seeks ? seek_file : NULL};
    stream->archive = stream->packed->archive_open(source);
    return stream->archive || refuse(stream, strerror(ENOMEM));
}

static bool begin(struct stream *stream)
{
    struct packing_kind kind = peek(stream, &stream->file);
    stream->top = &stream->file;
    if (stream->as_it_is)
        return true;
    if (kind.packing == PACKING_NONE && !kind.archive)
        return true;
    stream->packed = packing_functions(&stream->why);
    if (!stream->packed)
        return false;
    if (kind.packing != PACKING_NONE && !unpack(stream, kind.packing, &kind))
        return false;
    return !kind.archive || open_archive(stream);
}

static int next_member(struct stream *stream, const char **member)
{
    int result = stream->packed->archive_next(stream->archive, member, &stream->why);
    if (result != 1)
        return result;
    struct packing_kind kind = peek(stream, &stream->member);
    stream->top = &stream->member;
    if (kind.packing == PACKING_NONE && !kind.archive)
        return 1;
    refuse(stream, "it is packed, and what is packed in an archive is not opened");
    return -1;
}

int stream_next(struct stream *stream, const char **member, const char **why)
{
    int result = 0;
    *member = NULL;
    if (!stream->begun)
        result = begin(stream) ? 1 : -1;
    bool first = !stream->begun;
    stream->begun = true;
    if (stream->archive && result >= 0)
        result = next_member(stream, member);
    else if (!first)
        result = 0;
    *why = stream->why;
    return result;
}

/* ---- Reading ---- */

ptrdiff_t stream_read(struct stream *stream, char *to, size_t room, const char **why)
{
    ptrdiff_t count = read_peeked(stream, stream->top, to, room);
    *why = stream->why;
    return count;
}

uint64_t stream_size(const struct stream *stream)
{
    return stream->top == &stream->file ? stream->size : 0;
}

/* Of a plain file the rest is not read. */
static bool seek_over(struct stream *stream, uint64_t *size)
{
    off_t at = lseek(stream->fd, 0, SEEK_CUR);
    if (at < 0 || (uint64_t)at > stream->size || stream->size - (uint64_t)at < *size ||
        lseek(stream->fd, (off_t)*size, SEEK_CUR) < 0)
        return false;
    stream->watch->count += *size;
    *size = 0;
    return true;
}

bool stream_is_file(const struct stream *stream)
{
    return stream->regular;
}

bool stream_skip(struct stream *stream, uint64_t size, uint64_t *hash, const char **why)
{
    char rest[4096];
    while (size) {
        bool plain = stream->top == &stream->file && stream->file.begin == stream->file.size;
        if (plain && stream->seeks && seek_over(stream, &size))
            break;
        ptrdiff_t count = stream_read(stream, rest, size < sizeof rest ? size : sizeof rest, why);
        if (count == 0)
            *why = "it has become shorter";
        if (count <= 0)
            return false;
        *hash = hash_add(*hash, rest, (size_t)count);
        size -= (uint64_t)count;
    }
    return true;
}
