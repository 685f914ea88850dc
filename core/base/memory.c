/*
 * Allocation with checked sizes, and arenas.
 */
#include "base/base.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_BLOCK = 4096, LARGEST_COMMON_BLOCK = 1 << 20 };

struct arena_block {
    struct arena_block *next;
    size_t size, used;
    max_align_t bytes[];
};

void *memory_new(size_t count, size_t size)
{
    return calloc(count ? count : 1, size ? size : 1);
}

bool memory_grow(void *array, size_t *capacity, size_t wanted, size_t size)
{
    if (wanted <= *capacity)
        return true;
    size_t grown = *capacity > SIZE_MAX / 2 ? SIZE_MAX : *capacity * 2;
    if (grown < 8)
        grown = 8;
    if (grown < wanted)
        grown = wanted;
    if (grown > SIZE_MAX / size)
        return false;
    /* The array's pointer is of a type that is not known here; copying it keeps aliasing rules. */
    void *memory;
    memcpy(&memory, array, sizeof memory);
    memory = realloc(memory, grown * size);
    if (!memory)
        return false;
    memcpy(array, &memory, sizeof memory);
    *capacity = grown;
    return true;
}

char *memory_copy(const char *data, size_t size)
{
    char *copy = size < SIZE_MAX ? malloc(size + 1) : NULL;
    if (!copy)
        return NULL;
    if (size)
        memcpy(copy, data, size);
    copy[size] = '\0';
    return copy;
}

static struct arena_block *add_block(struct arena *arena, size_t bytes)
{
    size_t size = arena->blocks ? arena->blocks->size : FIRST_BLOCK / 2;
    size = size < LARGEST_COMMON_BLOCK / 2 ? size * 2 : LARGEST_COMMON_BLOCK;
    if (size < bytes)
        size = bytes;
    if (arena->limit && (arena->held > arena->limit || size > arena->limit - arena->held))
        size = bytes;
    if (arena->limit && (arena->held > arena->limit || size > arena->limit - arena->held))
        return NULL;
    struct arena_block *block = malloc(sizeof *block + size);
    if (!block)
        return NULL;
    *block = (struct arena_block){.next = arena->blocks, .size = size};
    arena->blocks = block;
    arena->held += size;
    return block;
}

void *arena_alloc(struct arena *arena, size_t count, size_t size)
{
    const size_t unit = sizeof(max_align_t);
    if (size && count > (SIZE_MAX / 2) / size)
        return NULL;
    size_t bytes = (count * size + unit - 1) / unit * unit;
    struct arena_block *block = arena->blocks;
    if (!block || bytes > block->size - block->used)
        block = add_block(arena, bytes);
    if (!block)
        return NULL;
    void *memory = (char *)block->bytes + block->used;
    block->used += bytes;
    return memset(memory, 0, bytes);
}

char *arena_copy(struct arena *arena, quern_string text)
{
    char *copy = text.size < SIZE_MAX ? arena_alloc(arena, text.size + 1, 1) : NULL;
    if (copy && text.size)
        memcpy(copy, text.data, text.size);
    return copy;
}

void arena_reset(struct arena *arena)
{
    struct arena_block *kept = NULL;
    for (struct arena_block *block = arena->blocks, *next; block; block = next) {
        next = block->next;
        if (!kept && block->size <= LARGEST_COMMON_BLOCK)
            kept = block;
        else
            free(block);
    }
    if (kept)
        *kept = (struct arena_block){.size = kept->size};
    arena->blocks = kept;
    arena->held = kept ? kept->size : 0;
}

void arena_free(struct arena *arena)
{
    for (struct arena_block *block = arena->blocks, *next; block; block = next) {
        next = block->next;
        free(block);
    }
    *arena = (struct arena){.limit = arena->limit};
}
