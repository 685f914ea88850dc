/*
 * The functions that the linker puts in place of malloc() and its kin (ld --wrap).
 */
#include "faults.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))

EXPORT void *__wrap_malloc(size_t size);
EXPORT void *__wrap_calloc(size_t count, size_t size);
EXPORT void *__wrap_realloc(void *memory, size_t size);
EXPORT void *__wrap_aligned_alloc(size_t alignment, size_t size);
EXPORT int __wrap_posix_memalign(void **memory, size_t alignment, size_t size);
EXPORT char *__wrap_strdup(const char *text);
EXPORT char *__wrap_strndup(const char *text, size_t size);

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
int __real_posix_memalign(void **memory, size_t alignment, size_t size);

static unsigned long left;
static bool fired;

EXPORT void faults_arm(unsigned long nth)
{
    left = nth;
    fired = false;
}

EXPORT bool faults_fired(void)
{
    return fired;
}

static bool fails(void)
{
    if (!left || --left)
        return false;
    fired = true;
    errno = ENOMEM;
    return true;
}

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *memory, size_t size)
{
    return fails() ? NULL : __real_realloc(memory, size);
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    return fails() ? NULL : __real_aligned_alloc(alignment, size);
}

int __wrap_posix_memalign(void **memory, size_t alignment, size_t size)
{
    return fails() ? ENOMEM : __real_posix_memalign(memory, alignment, size);
}

char *__wrap_strndup(const char *text, size_t size)
{
    size = strnlen(text, size);
    char *copy = __wrap_malloc(size + 1);
    if (copy) {
        memcpy(copy, text, size);
        copy[size] = '\0';
    }
    return copy;
}

char *__wrap_strdup(const char *text)
{
    return __wrap_strndup(text, strlen(text));
}
