/* findings.c - an array that grows. */
#include "findings.h"

#include <stdlib.h>

static bool grow(struct findings *findings)
{
    size_t capacity = findings->capacity == 0 ? 256 : findings->capacity * 2;
    struct finding *items = NULL;
    if (capacity <= SIZE_MAX / sizeof *items)
        items = realloc(findings->items, capacity * sizeof *items);
    if (!items)
        return false;
    findings->items = items;
    findings->capacity = capacity;
    return true;
}

bool findings_add(struct findings *findings, struct finding finding)
{
    if (findings->count == findings->capacity && !grow(findings))
        return false;
    findings->items[findings->count++] = finding;
    return true;
}

void findings_free(struct findings *findings)
{
    free(findings->items);
    *findings = (struct findings){0};
}
