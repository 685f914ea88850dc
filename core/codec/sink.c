/*
 * sink.c - writes documents out.
 *
 * A file is written under a passing name beside its own, synced, and renamed at the end, so that
 * whoever sees the name sees all of it, even after a power cut. A lock keeps two runs from writing
 * under the same passing name.
 *
 * Compressed output is a row of streams, which all formats allow. A new one begins at the first
 * document behind so many bytes: documents alone decide, so that the same ones give the same bytes
 * however often a run was interrupted.
 */
#include "codec.h"
#include "packing.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BUFFER = 256 << 10, STREAM = 4 << 20 };

struct sink {
    char *name;    /* as the user gave it; of the file at hand when there are several */
    char *pattern; /* the path that was given; NULL for standard output */
    char *path;    /* of the file at hand in the end; NULL when it is written to straight */
    char *passing; /* of it until then */
    struct sink_settings settings;
    quern_frame frame;
    struct sink_place place;
    int fd; /* -1 when none is open */
    bool standard;
    bool closed;
    const struct packed_functions *packed;
    struct packer *packer;
    uint64_t stream_size; /* bytes in the compressed stream that has not ended */
    size_t size;
    char bytes[BUFFER];
};

static void complain(const struct sink *sink, struct problems *problems, const char *what,
                     const char *why)
{
    problems_add(problems, QUERN_ERROR, (struct place){sink->name, 0, 0}, NULL, "%s: %s", what,
                 why);
}

static void free_sink(struct sink *sink)
{
    if (sink->packer)
        sink->packed->packer_close(sink->packer);
    free(sink->name);
    free(sink->pattern);
    free(sink->path);
    free(sink->passing);
    free(sink);
}

/* ---- Names ---- */

/* "%d", or "%0" with a width of one or two digits and "d". NULL when it is none of these. */
static const char *end_of_number(const char *at)
{
    at++;
    if (*at == '0')
        for (int digits = 0; digits < 3 && *at >= '0' && *at <= '9'; digits++)
            at++;
    return *at == 'd' ? at + 1 : NULL;
}

static const char *find_number(const char *path)
{
    while ((path = strchr(path, '%')) && !end_of_number(path))
        path++;
    return path;
}

bool sink_path_is_numbered(const char *path)
{
    const char *number = find_number(path);
    return number && !find_number(end_of_number(number));
}

static bool is_split(const struct sink *sink)
{
    return sink->settings.split_documents || sink->settings.split_size;
}

static char *make_name(const struct sink *sink)
{
    struct buffer name = {0};
    const char *number = is_split(sink) ? find_number(sink->pattern) : NULL;
    if (number) {
        int width = (int)strtol(number + 1, NULL, 10);
        buffer_append(&name, sink->pattern, (size_t)(number - sink->pattern));
        buffer_print(&name, "%0*" PRIu64, width, sink->place.file);
        number = end_of_number(number);
    }
    buffer_add_text(&name, number ? number : sink->pattern);
    char *copy = name.failed ? NULL : memory_copy(name.data, name.size);
    buffer_free(&name);
    return copy;
}

/* "FOLDER/.NAME.quern" */
static char *make_passing_name(const char *path)
{
    struct buffer name = {0};
    const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
    buffer_append(&name, path, (size_t)(base - path));
    buffer_print(&name, ".%s.quern", base);
    char *copy = name.failed ? NULL : memory_copy(name.data, name.size);
    buffer_free(&name);
    return copy;
}

/* ---- Opening ---- */

/* Whether the passing name still is that of the file that was opened by it. */
static bool is_still_named(const struct sink *sink)
{
    struct stat opened, named;
    return fstat(sink->fd, &opened) == 0 && lstat(sink->passing, &named) == 0 &&
           opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

static bool lock(const struct sink *sink)
{
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (fcntl(sink->fd, F_SETLK, &whole) == 0 || (errno != EAGAIN && errno != EACCES))
        return true;
    errno = EBUSY;
    return false;
}

/* What a run that was killed left over is taken over. Between opening and locking, the run that had
 * it may have given it its name. */
static bool open_passing(struct sink *sink, int flags)
{
    sink->passing = make_passing_name(sink->path);
    while (sink->passing) {
        sink->fd = open(sink->passing, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | flags, 0666);
        if (sink->fd < 0 || !lock(sink))
            return false;
        if (is_still_named(sink))
            return true;
        close(sink->fd);
    }
    return false;
}

static bool is_standard_output(const struct stat *status)
{
    struct stat output;
    return fstat(STDOUT_FILENO, &output) == 0 && output.st_dev == status->st_dev &&
           output.st_ino == status->st_ino;
}

/* A file, whether it is there or not, is made anew; where a link leads to it, the link stays. What
 * is no file is written to straight. */
static bool open_path(struct sink *sink)
{
    struct stat status;
    const char *path = sink->name;
    bool there = stat(path, &status) == 0;
    if (!there && errno != ENOENT)
        return false;
    bool standard = there && is_standard_output(&status);
    errno = ESPIPE;
    if (sink->settings.resumable && there && (standard || !S_ISREG(status.st_mode)))
        return false;
    if (standard) {
        sink->fd = STDOUT_FILENO;
        return sink->standard = true;
    }
    if (there && !S_ISREG(status.st_mode)) {
        sink->fd = open(path, O_WRONLY | O_CLOEXEC);
        return sink->fd >= 0;
    }
    errno = EEXIST;
    if (there && sink->settings.spares)
        return false;
    sink->path = there ? realpath(path, NULL) : memory_copy(path, strlen(path));
    return sink->path && open_passing(sink, O_CREAT) && ftruncate(sink->fd, 0) == 0;
}

/* What is to go on stands under its passing name, unless it got its name after the place. */
static bool find_again(struct sink *sink, const char **found)
{
    char *resolved = realpath(sink->name, NULL);
    sink->path = resolved ? resolved : memory_copy(sink->name, strlen(sink->name));
    sink->passing = sink->path ? make_passing_name(sink->path) : NULL;
    *found = sink->passing && access(sink->passing, F_OK) != 0 ? sink->path : sink->passing;
    return *found != NULL;
}

static bool open_again(struct sink *sink)
{
    struct stat status;
    const char *found;
    if (!find_again(sink, &found))
        return false;
    if (found == sink->path)
        (void)rename(sink->path, sink->passing);
    free(sink->passing);
    if (!open_passing(sink, 0) || fstat(sink->fd, &status) != 0)
        return false;
    errno = EINVAL;
    return S_ISREG(status.st_mode) && (uint64_t)status.st_size >= sink->place.bytes &&
           ftruncate(sink->fd, (off_t)sink->place.bytes) == 0 && lseek(sink->fd, 0, SEEK_END) >= 0;
}

static bool open_packer(struct sink *sink, const char **why)
{
    enum packing packing = packing_of_name(sink->name);
    if (sink->standard || packing == PACKING_NONE)
        return true;
    sink->packed = packing_functions(why);
    if (!sink->packed)
        return false;
    if (!sink->packer)
        sink->packer = sink->packed->packer_open(packing);
    *why = strerror(ENOMEM);
    return sink->packer != NULL;
}

/* Opens the file whose number is in the place. */
static bool open_file(struct sink *sink, bool again, struct problems *problems)
{
    free(sink->name);
    free(sink->path);
    free(sink->passing);
    sink->path = sink->passing = NULL;
    sink->fd = -1;
    sink->name = make_name(sink);
    const char *why = NULL;
    bool opened = sink->name && (again ? open_again(sink) : open_path(sink));
    if (!opened)
        why = errno == EBUSY    ? "another run is writing it"
              : errno == EINVAL ? "it does not hold what it did"
                                : strerror(errno);
    if (opened && open_packer(sink, &why))
        return true;
    complain(sink, problems, again ? "there is no going on with it" : "cannot be opened", why);
    if (sink->fd > STDOUT_FILENO)
        close(sink->fd);
    sink->fd = -1;
    return false;
}

static struct sink *make_sink(const char *path, const struct sink_settings *settings)
{
    struct sink *sink = malloc(sizeof *sink);
    if (!sink)
        return NULL;
    memset(sink, 0, offsetof(struct sink, bytes));
    sink->settings = *settings;
    sink->standard = !path || !strcmp(path, "-");
    const char *name = sink->standard ? "standard output" : path;
    sink->name = memory_copy(name, strlen(name));
    sink->pattern = memory_copy(name, strlen(name));
    sink->fd = STDOUT_FILENO;
    if (sink->name && sink->pattern)
        return sink;
    free_sink(sink);
    return NULL;
}

static struct sink *open_sink(const char *path, const struct sink_settings *settings,
                              const struct sink_place *place, struct problems *problems)
{
    struct sink *sink = make_sink(path, settings);
    if (!sink) {
        problems_add(problems, QUERN_ERROR, (struct place){path, 0, 0}, NULL,
                     "cannot be opened: %s", strerror(ENOMEM));
        return NULL;
    }
    if (place)
        sink->place = *place;
    if (sink->standard || open_file(sink, place != NULL, problems))
        return sink;
    free_sink(sink);
    return NULL;
}

struct sink *sink_open(const char *path, const struct sink_settings *settings,
                       struct problems *problems)
{
    return open_sink(path, settings, NULL, problems);
}

bool sink_reaches(const char *path, const struct sink_settings *settings, struct sink_place place)
{
    struct sink *sink = make_sink(path, settings);
    const char *found;
    struct stat status;
    if (!sink)
        return false;
    sink->place = place;
    free(sink->name);
    sink->name = make_name(sink);
    bool reaches = sink->name && find_again(sink, &found) && stat(found, &status) == 0 &&
                   S_ISREG(status.st_mode) && (uint64_t)status.st_size >= place.bytes;
    free_sink(sink);
    return reaches;
}

struct sink *sink_resume(const char *path, const struct sink_settings *settings,
                         struct sink_place place, struct problems *problems)
{
    return open_sink(path, settings, &place, problems);
}

void sink_set_frame(struct sink *sink, quern_frame frame)
{
    sink->frame = frame;
}

/* ---- Writing ---- */

static bool write_all(struct sink *sink, const char *bytes, size_t size)
{
    while (size && !sink->closed) {
        ssize_t written = write(sink->fd, bytes, size);
        if (written >= 0) {
            bytes += written;
            size -= (size_t)written;
        } else if (errno == EPIPE) {
            sink->closed = true;
        } else if (errno != EINTR) {
            return false;
        }
    }
    return true;
}

static bool flush(struct sink *sink)
{
    size_t size = sink->size;
    sink->size = 0;
    return write_all(sink, sink->bytes, size);
}

/* What is on its way to the file, compressed or not. */
static bool store(void *user, quern_string bytes)
{
    struct sink *sink = user;
    sink->place.bytes += bytes.size;
    if (bytes.size > BUFFER - sink->size && !flush(sink))
        return false;
    if (bytes.size > BUFFER)
        return write_all(sink, bytes.data, bytes.size);
    memcpy(sink->bytes + sink->size, bytes.data, bytes.size);
    sink->size += bytes.size;
    return true;
}

static bool put(struct sink *sink, quern_string bytes)
{
    if (!bytes.size)
        return true;
    sink->place.file_size += bytes.size;
    if (!sink->packer)
        return store(sink, bytes);
    sink->stream_size += bytes.size;
    return sink->packed->packer_write(sink->packer, bytes, false,
                                      (struct packed_target){sink, store});
}

static bool put_text(struct sink *sink, const char *text)
{
    return !text || put(sink, (quern_string){text, strlen(text)});
}

/* Ends a compressed stream; a file has at least one. */
static bool end_stream(struct sink *sink)
{
    if (!sink->packer || (!sink->stream_size && sink->place.bytes))
        return true;
    sink->stream_size = 0;
    return sink->packed->packer_write(sink->packer, QUERN_STRING(""), true,
                                      (struct packed_target){sink, store});
}

static bool put_document(struct sink *sink, quern_string document)
{
    struct sink_place *place = &sink->place;
    const quern_frame *frame = &sink->frame;
    bool fine = put_text(sink, place->file_documents ? frame->between : frame->begin) &&
                put(sink, document);
    place->documents++;
    place->file_documents++;
    return fine && (sink->stream_size < STREAM || end_stream(sink));
}

/* ---- The end of a file ---- */

/* A folder is synced for the name that is new in it. */
static bool give_name(struct sink *sink)
{
    if (rename(sink->passing, sink->path) != 0)
        return false;
    char *slash = strrchr(sink->passing, '/');
    if (slash)
        slash[1] = '\0';
    int folder = open(slash ? sink->passing : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        return true;
    (void)fsync(folder);
    close(folder);
    return true;
}

static bool end_content(struct sink *sink, bool complete)
{
    const quern_frame *frame = &sink->frame;
    if (complete && !sink->place.file_documents && !put_text(sink, frame->begin))
        return false;
    if (complete && !put_text(sink, frame->end))
        return false;
    return end_stream(sink) && flush(sink) && (!sink->path || fsync(sink->fd) == 0);
}

/* Some file systems tell of a full disk only when a file is closed. Standard output stays open, for
 * others may still write to it. The file is closed last, for the lock that it holds. */
static bool end_file(struct sink *sink, bool keep, struct problems *problems)
{
    const char *failed = NULL;
    if ((keep || !sink->path) && !end_content(sink, keep))
        failed = "cannot be written";
    else if (sink->path && keep && !give_name(sink))
        failed = "cannot be given its name";
    int error = errno;
    if (sink->path && (failed || !keep) && !sink->settings.resumable)
        unlink(sink->passing);
    if (!sink->standard && close(sink->fd) != 0 && errno != EINTR && !failed) {
        failed = "cannot be written";
        error = errno;
    }
    sink->fd = -1;
    if (failed)
        complain(sink, problems, failed, strerror(error));
    return !failed;
}

static bool is_full(const struct sink *sink, size_t more)
{
    const struct sink_settings *settings = &sink->settings;
    const struct sink_place *place = &sink->place;
    if (!place->file_documents)
        return false;
    return (settings->split_documents && place->file_documents >= settings->split_documents) ||
           (settings->split_size &&
            (more > settings->split_size || place->file_size > settings->split_size - more));
}

static bool next_file(struct sink *sink, struct problems *problems)
{
    if (!end_file(sink, true, problems))
        return false;
    sink->place =
        (struct sink_place){.file = sink->place.file + 1, .documents = sink->place.documents};
    return open_file(sink, false, problems);
}

bool sink_write(struct sink *sink, quern_string document, bool *closed, struct problems *problems)
{
    bool written = !is_full(sink, document.size) || next_file(sink, problems);
    if (written && !put_document(sink, document)) {
        complain(sink, problems, "cannot be written", strerror(errno));
        written = false;
    }
    *closed = sink->closed;
    return written;
}

bool sink_flush(struct sink *sink, bool *closed, struct problems *problems)
{
    bool written = sink->path || flush(sink);
    if (!written)
        complain(sink, problems, "cannot be written", strerror(errno));
    *closed = sink->closed;
    return written;
}

bool sink_can_resume(const struct sink *sink)
{
    return !sink->stream_size;
}

struct sink_place sink_place(const struct sink *sink)
{
    return sink->place;
}

bool sink_sync(struct sink *sink, bool *closed, struct problems *problems)
{
    bool synced = flush(sink) && (!sink->path || fdatasync(sink->fd) == 0);
    if (!synced)
        complain(sink, problems, "cannot be written", strerror(errno));
    *closed = sink->closed;
    return synced;
}

bool sink_close(struct sink *sink, bool keep, bool *closed, struct problems *problems)
{
    bool written = sink->fd < 0 || end_file(sink, keep, problems);
    *closed = sink->closed;
    free_sink(sink);
    return written;
}

bool sink_write_file(const char *path, quern_string bytes, struct problems *problems)
{
    bool closed = false;
    struct sink *sink = sink_open(path, &(struct sink_settings){0}, problems);
    bool fine = sink && sink_write(sink, bytes, &closed, problems);
    return sink && sink_close(sink, fine, &closed, problems) && fine;
}
