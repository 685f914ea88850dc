/*
 * held.c - records of documents that are held back.
 */
#include "runner/held.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

struct kept {
    struct record record;    /* its bytes and the name of its input are behind this */
    const struct step *step; /* that holds it; NULL while it is seen whether any does */
};

static int compare(const void *one, const void *other)
{
    const struct kept *a = one, *b = other;
    return (a->record.number > b->record.number) - (a->record.number < b->record.number);
}

static struct kept *copy_record(const struct record *record)
{
    size_t name = strlen(record->input) + 1;
    struct kept *kept = NULL;
    if (record->bytes.size <= SIZE_MAX - sizeof *kept - name)
        kept = malloc(sizeof *kept + record->bytes.size + name);
    if (!kept)
        return NULL;
    char *bytes = (char *)(kept + 1), *input = bytes + record->bytes.size;
    memcpy(bytes, record->bytes.data, record->bytes.size);
    memcpy(input, record->input, name);
    *kept = (struct kept){.record = *record};
    kept->record.bytes.data = bytes;
    kept->record.input = input;
    return kept;
}

static struct kept *find(const struct held *held, uint64_t number)
{
    const struct kept key = {.record = {.number = number}};
    struct kept *const *found = tfind(&key, &held->tree, compare);
    return found ? *found : NULL;
}

static struct kept *add(struct held *held, const struct record *record)
{
    struct kept *kept = copy_record(record);
    if (kept && tsearch(kept, &held->tree, compare))
        return kept;
    free(kept);
    return NULL;
}

/* A document can be let go of and held again by a later stage, so that nothing is forgotten before
 * all changes are seen. */
void held_change(struct held *held, const struct hold *holds, size_t count,
                 const struct record *record)
{
    for (size_t i = 0; i < count; i++) {
        struct kept *kept = find(held, holds[i].number);
        if (!kept && record && holds[i].number == record->number)
            kept = add(held, record);
        if (kept)
            kept->step = holds[i].step;
    }
    for (size_t i = 0; i < count; i++) {
        struct kept *kept = find(held, holds[i].number);
        if (kept && !kept->step) {
            tdelete(kept, &held->tree, compare);
            free(kept);
        }
    }
}

struct visit {
    void *user;
    void (*take)(void *user, const struct record *record, const struct step *step);
};

static void visit(const void *node, VISIT order, void *closure)
{
    const struct visit *with = closure;
    const struct kept *kept = *(struct kept *const *)node;
    if (order == postorder || order == leaf)
        with->take(with->user, &kept->record, kept->step);
}

void held_give_up(struct held *held, void *user,
                  void (*take)(void *user, const struct record *record, const struct step *step))
{
    struct visit with = {user, take};
    twalk_r(held->tree, visit, &with);
    held_free(held);
}

void held_free(struct held *held)
{
    tdestroy(held->tree, free);
    held->tree = NULL;
}
