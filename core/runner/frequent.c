/*
 * The most frequent names; see frequent.h. A heap finds the least count, a tree the name.
 */
#include "runner/frequent.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

static int compare_names(const void *one, const void *other)
{
    const struct frequent_name *a = one, *b = other;
    int order = bytes_compare(a->label, b->label);
    return order ? order : bytes_compare(a->text, b->text);
}

/* ---- The heap ---- */

static bool is_less(const struct frequent_name *a, const struct frequent_name *b)
{
    return a->count != b->count ? a->count < b->count : a->turn < b->turn;
}

static void put(struct frequent *frequent, size_t at, struct frequent_name *name)
{
    frequent->heap[at] = name;
    name->at = at;
}

static void sift_up(struct frequent *frequent, struct frequent_name *name)
{
    size_t at = name->at;
    for (; at && is_less(name, frequent->heap[(at - 1) / 2]); at = (at - 1) / 2)
        put(frequent, at, frequent->heap[(at - 1) / 2]);
    put(frequent, at, name);
}

static void sift_down(struct frequent *frequent, struct frequent_name *name)
{
    size_t at = name->at;
    for (size_t child; (child = 2 * at + 1) < frequent->count; at = child) {
        child += child + 1 < frequent->count &&
                 is_less(frequent->heap[child + 1], frequent->heap[child]);
        if (!is_less(frequent->heap[child], name))
            break;
        put(frequent, at, frequent->heap[child]);
    }
    put(frequent, at, name);
}

/* ---- Names ---- */

static struct frequent_name *copy_name(const struct frequent_name *name)
{
    const quern_string label = name->label, text = name->text;
    struct frequent_name *copy = NULL;
    if (label.size <= SIZE_MAX / 2 - sizeof *copy && text.size <= SIZE_MAX / 2)
        copy = malloc(sizeof *copy + label.size + text.size);
    if (!copy)
        return NULL;
    char *bytes = (char *)(copy + 1);
    memcpy(bytes, label.data, label.size);
    memcpy(bytes + label.size, text.data, text.size);
    *copy = *name;
    copy->label.data = bytes;
    copy->text.data = bytes + label.size;
    return copy;
}

static bool add_to_heap(struct frequent *frequent, struct frequent_name *name)
{
    if (!memory_grow(&frequent->heap, &frequent->capacity, frequent->count + 1,
                     sizeof(struct frequent_name *)))
        return false;
    name->at = frequent->count++;
    sift_up(frequent, name);
    return true;
}

/* Puts it in the place of the one with the least count. */
static void replace_least(struct frequent *frequent, struct frequent_name *name)
{
    struct frequent_name *least = frequent->heap[0];
    name->error = least->count;
    name->count += least->count;
    name->at = 0;
    sift_down(frequent, name);
    tdelete(least, &frequent->tree, compare_names);
    free(least);
}

/* Keeps a copy of a name that is not there. */
static bool keep(struct frequent *frequent, const struct frequent_name *new)
{
    struct frequent_name *name = copy_name(new);
    bool full = frequent->count == FREQUENT_PLACES;
    if (!name || !tsearch(name, &frequent->tree, compare_names)) {
        free(name);
        return false;
    }
    if (full)
        replace_least(frequent, name);
    if (full || add_to_heap(frequent, name))
        return true;
    tdelete(name, &frequent->tree, compare_names);
    free(name);
    return false;
}

bool frequent_add(struct frequent *frequent, quern_string label, quern_string text, uint64_t count)
{
    const struct frequent_name name = {
        .count = count, .turn = frequent->turns, .label = label, .text = text};
    struct frequent_name *const *found = tfind(&name, &frequent->tree, compare_names);
    if (!found) {
        frequent->turns++;
        return keep(frequent, &name);
    }
    (*found)->count += count;
    sift_down(frequent, *found);
    return true;
}

static int compare_for_list(const void *one, const void *other)
{
    const struct frequent_name *a = *(const struct frequent_name *const *)one;
    const struct frequent_name *b = *(const struct frequent_name *const *)other;
    int order = bytes_compare(a->label, b->label);
    if (!order)
        order = (a->count < b->count) - (a->count > b->count);
    return order ? order : bytes_compare(a->text, b->text);
}

const struct frequent_name **frequent_sort(const struct frequent *frequent)
{
    const struct frequent_name **sorted =
        frequent->count ? memory_new(frequent->count, sizeof(struct frequent_name *)) : NULL;
    if (!sorted)
        return NULL;
    for (size_t i = 0; i < frequent->count; i++)
        sorted[i] = frequent->heap[i];
    qsort(sorted, frequent->count, sizeof(struct frequent_name *), compare_for_list);
    return sorted;
}

/* ---- As bytes ---- */

void frequent_pack(const struct frequent *frequent, struct buffer *out)
{
    bytes_put_number(out, frequent->turns);
    bytes_put_number(out, frequent->count);
    for (size_t i = 0; i < frequent->count; i++) {
        const struct frequent_name *name = frequent->heap[i];
        bytes_put_number(out, name->count);
        bytes_put_number(out, name->error);
        bytes_put_number(out, name->turn);
        bytes_put_string(out, name->label);
        bytes_put_string(out, name->text);
    }
}

static bool unpack_name(struct frequent *frequent, struct bytes *in)
{
    struct frequent_name name = {.count = bytes_get_number(in)};
    name.error = bytes_get_number(in);
    name.turn = bytes_get_number(in);
    name.label = bytes_get_string(in);
    name.text = bytes_get_string(in);
    return !in->failed && name.error <= name.count && name.turn < frequent->turns &&
           !tfind(&name, &frequent->tree, compare_names) && keep(frequent, &name);
}

bool frequent_unpack(struct frequent *frequent, struct bytes *in)
{
    frequent->turns = bytes_get_number(in);
    uint64_t count = bytes_get_number(in);
    bool fine = !in->failed && count <= FREQUENT_PLACES;
    for (uint64_t i = 0; fine && i < count; i++)
        fine = unpack_name(frequent, in);
    return fine;
}

void frequent_free(struct frequent *frequent)
{
    tdestroy(frequent->tree, free);
    free(frequent->heap);
    *frequent = (struct frequent){0};
}
