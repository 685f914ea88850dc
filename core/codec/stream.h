/*
 * stream.h - an open file as the bytes that are in it: as it is, unpacked, or member by member when
 * it is an archive. What it is, it says by how it begins. Nothing is held in memory as a whole.
 *
 * Where a function fails, `*why` is the reason, which stays until the next call.
 */
#ifndef QUERN_CODEC_STREAM_H
#define QUERN_CODEC_STREAM_H

#include "document/document.h"

struct stream;

/* Who wants to know of what is read. */
struct stream_watch {
    uint64_t count; /* bytes are added to it as they are read */
    void *user;
    bool (*wait)(void *user, int descriptor); /* as in source_on_wait(); NULL for none */
};

/* Takes the descriptor, unless it is standard input, which it leaves open at the end. NULL when
 * memory is short; then the descriptor is closed. */
struct stream *stream_open(int fd, struct stream_watch *watch, bool as_it_is);

/* Steps to the next thing in it: 1, and its name when it is a member of an archive, else NULL; 0 at
 * the end; -1 when it cannot be had, after which there may be more. */
int stream_next(struct stream *stream, const char **member, const char **why);

/* Up to `room` of its bytes; 0 at the end; -1 when the rest cannot be had. */
ptrdiff_t stream_read(struct stream *stream, char *to, size_t room, const char **why);

/* The size of a plain file; 0 when it is not known. */
uint64_t stream_size(const struct stream *stream);

/* Whether it is a file, whose time of change tells of all changes. */
bool stream_is_file(const struct stream *stream);

/* Steps over bytes, all of which have to be there. Those that it has to read for that are taken into
 * the hash. */
bool stream_skip(struct stream *stream, uint64_t size, uint64_t *hash, const char **why);

void stream_close(struct stream *stream); /* NULL is allowed */

#endif
