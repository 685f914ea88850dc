/*
 * packed.h - compressed streams, read and written, and archives.
 *
 * To link what is behind this takes longer than all the rest of a short run (libarchive brings ICU
 * along), so it is a library of its own, which is loaded when the first input or output is met that
 * needs it. It exports the table of functions below, and knows nothing of the rest of Quern.
 *
 * Where a function fails because of what it reads, `*why` is the reason, which stays until the next
 * call for the same thing.
 */
#ifndef QUERN_PACKED_H
#define QUERN_PACKED_H

#include <quern.h>

enum packing { PACKING_NONE, PACKING_GZIP, PACKING_XZ, PACKING_ZSTD, PACKING_BZIP2 };

/* Where packed bytes come from. */
struct packed_source {
    void *user;
    /* Reads up to `room` bytes: 0 at the end, -1 with errno. */
    ptrdiff_t (*read)(void *user, char *to, size_t room);
    int64_t (*seek)(void *user, int64_t offset, int whence); /* as lseek(); NULL when it cannot */
};

/* Where they go; false when they could not be written. */
struct packed_target {
    void *user;
    bool (*write)(void *user, quern_string bytes);
};

struct unpacker;
struct packer;
struct archive_reader;

struct packed_functions {
    unsigned version; /* PACKED_VERSION */

    /* Streams one behind the other are read as one. NULL when memory is short. */
    struct unpacker *(*unpacker_open)(enum packing packing, struct packed_source source);
    /* Up to `room` bytes; 0 at the end; -1 when the rest cannot be had, after all that can. Sums
     * are checked. */
    ptrdiff_t (*unpacker_read)(struct unpacker *unpacker, char *to, size_t room, const char **why);
    void (*unpacker_close)(struct unpacker *unpacker);

    /* A tar, zip or 7z. NULL when memory is short. */
    struct archive_reader *(*archive_open)(struct packed_source source);
    /* Steps to the next file in it: 1, and its name; 0 at the end; -1 when there is no way on. The
     * name stays until the next step. */
    int (*archive_next)(struct archive_reader *reader, const char **name, const char **why);
    /* As unpacker_read(), of that file. */
    ptrdiff_t (*archive_read)(struct archive_reader *reader, char *to, size_t room,
                              const char **why);
    void (*archive_close)(struct archive_reader *reader);

    /* NULL when memory is short. */
    struct packer *(*packer_open)(enum packing packing);
    /* Packs bytes, which may be none. `last` ends a stream; more bytes begin another one behind it.
     * False when the target was, or when memory is short, which `errno` tells. */
    bool (*packer_write)(struct packer *packer, quern_string bytes, bool last,
                         struct packed_target target);
    void (*packer_close)(struct packer *packer);
};

#define PACKED_VERSION 1
#define PACKED_SYMBOL "quern_packed"

#endif
