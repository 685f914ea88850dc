/*
 * ring.c - runs of bytes between two processes. One writes and one reads, so that each position has
 * one owner, and release and acquire on it order the bytes.
 */
#include "runner/ring.h"

#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

/* Runs start anew at the front from FRONT on if they can, so that small ones stay in the cache; the
 * memory of LARGE ones is given back to the system once they were read. */
enum { FRONT = 4 << 20, LARGE = 1 << 20, ALIGNMENT = 64 };

#if SIZE_MAX > UINT32_MAX
#define SPACE ((size_t)16 << 30)
#else
#define SPACE ((size_t)256 << 20)
#endif
static const size_t least_space = (size_t)16 << 20;

void *shared_map(size_t size)
{
    void *memory =
        mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED)
        return NULL;
    madvise(memory, size, MADV_DONTDUMP);
    return memory;
}

void shared_unmap(void *memory, size_t size)
{
    if (memory)
        munmap(memory, size);
}

bool ring_open(struct ring *ring, struct ring_ends *ends, size_t limit)
{
    *ring = (struct ring){.size = SPACE, .ends = ends};
    while (!(ring->bytes = shared_map(ring->size)) && ring->size > least_space)
        ring->size /= 2;
    ring->limit = limit < ring->size / 8 ? limit : ring->size / 8;
    return ring->bytes != NULL;
}

void ring_close(struct ring *ring)
{
    shared_unmap(ring->bytes, ring->size);
    ring->bytes = NULL;
}

static size_t round_up(size_t size)
{
    return (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

/* What does not start anew is at least as long as all before it, so that half of the space will do
 * for the longest. */
bool ring_fits(const struct ring *ring, size_t size)
{
    return size < ring->size / 2 - ALIGNMENT;
}

static size_t count_used(const struct ring *ring, size_t head, size_t tail)
{
    return tail >= head ? tail - head : ring->ends->edge - head + tail;
}

char *ring_take(struct ring *ring, size_t size)
{
    struct ring_ends *ends = ring->ends;
    size_t tail = atomic_load_explicit(&ends->tail, memory_order_relaxed);
    size_t head = atomic_load_explicit(&ends->head, memory_order_acquire);
    if (!ring_fits(ring, size))
        return NULL;
    size = round_up(size);
    size_t at = tail, used = count_used(ring, head, tail);
    if (used && (size > ring->limit || used > ring->limit - size))
        return NULL;
    if (tail >= head && tail + size > FRONT && size < head) {
        ends->edge = tail;
        at = 0;
    }
    if (size >= (at < head ? head : ring->size) - at)
        return NULL;
    atomic_store_explicit(&ends->tail, at + size, memory_order_release);
    return ring->bytes + at;
}

bool ring_may_own(const struct ring *ring, const char *run, size_t size)
{
    uintptr_t at = (uintptr_t)run - (uintptr_t)ring->bytes;
    return (at == 0 || at == ring->head) && ring_fits(ring, size) &&
           round_up(size) <= ring->size - at;
}

/* Only whole pages: others share those at the ends. */
static void give_back(const struct ring *ring, size_t begin, size_t end)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    begin = (begin + page - 1) / page * page;
    end = end / page * page;
    if (begin < end)
        madvise(ring->bytes + begin, end - begin, MADV_REMOVE);
}

void ring_free(struct ring *ring, const char *run, size_t size)
{
    size_t begin = (size_t)(run - ring->bytes), end = begin + round_up(size);
    if (size > LARGE)
        give_back(ring, begin, end);
    ring->head = end;
    atomic_store_explicit(&ring->ends->head, end, memory_order_release);
}

void ring_cut(struct ring *ring, const char *run, size_t size)
{
    size_t end = run ? (size_t)(run - ring->bytes) + round_up(size) : ring->head;
    atomic_store_explicit(&ring->ends->tail, end, memory_order_release);
}
