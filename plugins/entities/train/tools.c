/* tools.c - what the trainer needs beside its subject. It ends where memory is short. */
#include "train.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

noreturn void die(const char *which, const char *what)
{
    fprintf(stderr, "quern-train: %s: %s\n", which, what);
    exit(1);
}

void *allocate(size_t count, size_t size)
{
    void *items = calloc(count ? count : 1, size);
    if (!items)
        die("memory", strerror(errno));
    return items;
}

void *make_room(void *items, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity)
        return items;
    size_t wanted = count < 512 ? 1024 : count * 2;
    void *grown = wanted > SIZE_MAX / size ? NULL : realloc(items, wanted * size);
    if (!grown)
        die("memory", "not enough");
    *capacity = wanted;
    return grown;
}

char *read_file(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END) != 0)
        die(path, strerror(errno));
    long end = ftell(file);
    if (end < 0)
        die(path, strerror(errno));
    rewind(file);
    *size = (size_t)end;
    char *data = allocate(*size + 1, 1);
    if (fread(data, 1, *size, file) != *size || fclose(file) != 0)
        die(path, "cannot be read");
    return data;
}

uint64_t chance_next(struct chance *chance)
{
    chance->state ^= chance->state << 13;
    chance->state ^= chance->state >> 7;
    chance->state ^= chance->state << 17;
    return chance->state;
}

float chance_share(struct chance *chance)
{
    return (float)(chance_next(chance) >> 40) / (float)(1 << 24);
}
