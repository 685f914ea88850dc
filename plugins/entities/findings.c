/* findings.c - an array that grows. */
#include "findings.h"

#include <stdlib.h>

/* Room for as many is kept from one document to the next. */
#define KEPT 16384

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

void findings_clear(struct findings *findings)
{
    if (findings->capacity > KEPT)
        findings_free(findings);
    findings->count = 0;
}

void findings_free(struct findings *findings)
{
    free(findings->items);
    *findings = (struct findings){0};
}
