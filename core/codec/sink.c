/*
 * sink.c - writes bytes out.
 *
 * A file is written under a passing name beside its own and renamed at the end, so that whoever
 * sees the name sees all of it. There is no fsync: it would make every run wait for the disk, and
 * what it guards against, a machine that fails, is mended by running again.
 */
#include "codec.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BUFFER = 256 << 10 };

struct sink {
    char *name;    /* as messages have it */
    char *path;    /* of the file in the end; NULL when it is written to straight */
    char *passing; /* of the file until then */
    int fd;
    bool standard;
    bool closed;
    size_t size;
    char bytes[BUFFER];
};

static void complain(const struct sink *sink, struct problems *problems, const char *what)
{
    problems_add(problems, QUERN_ERROR, (struct place){sink->name, 0, 0}, NULL, "%s: %s", what,
                 strerror(errno));
}

static void free_sink(struct sink *sink)
{
    free(sink->name);
    free(sink->path);
    free(sink->passing);
    free(sink);
}

/* ---- Opening ---- */

/* "FOLDER/.quern-PID-NUMBER" */
static char *passing_name(const char *path, unsigned number)
{
    struct buffer name = {0};
    const char *slash = strrchr(path, '/');
    buffer_append(&name, path, slash ? (size_t)(slash - path) + 1 : 0);
    buffer_print(&name, ".quern-%ld-%u", (long)getpid(), number);
    char *copy = name.failed ? NULL : memory_copy(name.data, name.size);
    buffer_free(&name);
    return copy;
}

/* A name that is taken belongs to another sink, or was left over by a run that was killed. */
static bool open_passing(struct sink *sink)
{
    enum { TRIES = 1000 };
    errno = EEXIST;
    for (unsigned number = 0; sink->fd < 0 && errno == EEXIST && number < TRIES; number++) {
        free(sink->passing);
        sink->passing = passing_name(sink->path, number);
        if (!sink->passing)
            return false;
        sink->fd = open(sink->passing, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    }
    return sink->fd >= 0;
}

static bool is_standard_output(const struct stat *status)
{
    struct stat output;
    return fstat(STDOUT_FILENO, &output) == 0 && output.st_dev == status->st_dev &&
           output.st_ino == status->st_ino;
}

/* A file, whether it is there or not, is made anew; where a link leads to it, the link stays. What
 * is no file is written to straight. */
static bool open_path(struct sink *sink, const char *path)
{
    struct stat status;
    bool there = stat(path, &status) == 0;
    if (!there && errno != ENOENT)
        return false;
    if (there && is_standard_output(&status)) {
        sink->fd = STDOUT_FILENO;
        return sink->standard = true;
    }
    if (there && !S_ISREG(status.st_mode)) {
        sink->fd = open(path, O_WRONLY | O_CLOEXEC);
        return sink->fd >= 0;
    }
    sink->path = there ? realpath(path, NULL) : memory_copy(path, strlen(path));
    return sink->path && open_passing(sink);
}

struct sink *sink_open(const char *path, struct problems *problems)
{
    bool standard = !path || !strcmp(path, "-");
    const char *name = standard ? "standard output" : path;
    struct sink *sink = malloc(sizeof *sink);
    if (sink) {
        sink->path = sink->passing = NULL;
        sink->name = memory_copy(name, strlen(name));
        sink->fd = standard ? STDOUT_FILENO : -1;
        sink->standard = standard;
        sink->closed = false;
        sink->size = 0;
        if (sink->name && (standard || open_path(sink, path)))
            return sink;
    }
    problems_add(problems, QUERN_ERROR, (struct place){name, 0, 0}, NULL, "cannot be opened: %s",
                 strerror(errno));
    if (sink)
        free_sink(sink);
    return NULL;
}

/* ---- Writing ---- */

static bool write_all(struct sink *sink, const char *bytes, size_t size, struct problems *problems)
{
    while (size && !sink->closed) {
        ssize_t written = write(sink->fd, bytes, size);
        if (written >= 0) {
            bytes += written;
            size -= (size_t)written;
        } else if (errno == EPIPE) {
            sink->closed = true;
        } else if (errno != EINTR) {
            complain(sink, problems, "cannot be written");
            return false;
        }
    }
    return true;
}

static bool flush(struct sink *sink, struct problems *problems)
{
    size_t size = sink->size;
    sink->size = 0;
    return write_all(sink, sink->bytes, size, problems);
}

bool sink_write(struct sink *sink, quern_string bytes, bool *closed, struct problems *problems)
{
    bool written = bytes.size <= BUFFER - sink->size || flush(sink, problems);
    if (written && bytes.size > BUFFER) {
        written = write_all(sink, bytes.data, bytes.size, problems);
    } else if (written && bytes.size) {
        memcpy(sink->bytes + sink->size, bytes.data, bytes.size);
        sink->size += bytes.size;
    }
    *closed = sink->closed;
    return written;
}

bool sink_flush(struct sink *sink, bool *closed, struct problems *problems)
{
    bool written = sink->path || flush(sink, problems);
    *closed = sink->closed;
    return written;
}

/* ---- Closing ---- */

/* Some file systems tell of a full disk only here. Standard output stays open, for others may still
 * write to it. */
static bool close_descriptor(struct sink *sink, struct problems *problems)
{
    if (sink->standard || close(sink->fd) == 0 || errno == EINTR)
        return true;
    complain(sink, problems, "cannot be written");
    return false;
}

bool sink_close(struct sink *sink, bool keep, bool *closed, struct problems *problems)
{
    bool written = !keep && sink->path ? true : flush(sink, problems);
    written &= close_descriptor(sink, problems);
    if (sink->path && keep && written && rename(sink->passing, sink->path) != 0) {
        complain(sink, problems, "cannot be given its name");
        written = false;
    }
    if (sink->path && !(keep && written))
        unlink(sink->passing);
    *closed = sink->closed;
    free_sink(sink);
    return written;
}
