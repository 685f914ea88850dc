/*
 * ring.h - runs of contiguous bytes that one process writes and another reads, in memory that both
 * map at the same address. They are given back in the order in which they were taken. For the files
 * of this folder alone.
 */
#ifndef QUERN_RING_H
#define QUERN_RING_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

/* Positions, in memory that both share: of what is in use. The free part is [tail, size) and
 * [0, head) when tail >= head, else [tail, head); tail meets head only when all is free. */
struct ring_ends {
    _Atomic size_t head; /* the reader's */
    _Atomic size_t tail; /* the writer's */
    size_t edge;         /* the writer's: where the run ends behind which it began anew */
};

/* Address space, much more than is used: memory is there only where it was written to. */
struct ring {
    char *bytes;
    size_t size;
    size_t limit; /* of bytes in use; one run may be larger, alone */
    size_t head;  /* the reader's own, which a mad writer cannot change */
    struct ring_ends *ends;
};

/* Memory that processes forked later on share, set to zero. NULL when there is none. */
void *shared_map(size_t size);
void shared_unmap(void *memory, size_t size);

/* `ends` are zeros, and shared. False when there is no address space. */
bool ring_open(struct ring *ring, struct ring_ends *ends, size_t limit);
void ring_close(struct ring *ring);

/* Whether a run of that size can ever be taken. */
bool ring_fits(const struct ring *ring, size_t size);

/* The writer's: takes a run, aligned for any type. NULL when there is no room before others are
 * given back. */
char *ring_take(struct ring *ring, size_t size);

/* The reader's: gives a run back, the oldest one. Before, for what a writer says that is not to be
 * trusted: whether it can be that one. */
bool ring_may_own(const struct ring *ring, const char *run, size_t size);
void ring_free(struct ring *ring, const char *run, size_t size);

/* The reader's, when the writer is gone: takes back what was taken behind that run, or all when it
 * is NULL. */
void ring_cut(struct ring *ring, const char *run, size_t size);

#endif
