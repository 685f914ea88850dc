/*
 * Names that get numbers: labels, layers, rules, keys.
 */
#include "document/internal.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>

/* The kernel gives each process 16 random bytes; they cost no system call. */
static uint64_t hash_key(void)
{
    static _Atomic uint64_t known;
    uint64_t key = atomic_load_explicit(&known, memory_order_relaxed);
    if (key)
        return key;
    const void *random = (const void *)getauxval(AT_RANDOM);
    if (random)
        memcpy(&key, random, sizeof key);
    key |= 1;
    atomic_store_explicit(&known, key, memory_order_relaxed);
    return key;
}

static uint64_t mix(uint64_t hash)
{
    hash ^= hash >> 32;
    hash *= 0xD6E8FEB86659FD93U;
    hash ^= hash >> 32;
    hash *= 0xD6E8FEB86659FD93U;
    return hash ^ hash >> 32;
}

static uint64_t hash_name(quern_string text)
{
    const uint64_t key = hash_key();
    uint64_t hash = key ^ text.size;
    size_t at = 0;
    for (; text.size - at >= sizeof hash; at += sizeof hash) {
        uint64_t word;
        memcpy(&word, text.data + at, sizeof word);
        hash = mix(hash ^ word) * key;
    }
    uint64_t rest = 0;
    if (at < text.size)
        memcpy(&rest, text.data + at, text.size - at);
    return mix(hash ^ rest);
}

/* The slot that holds the name, or the free one where it belongs. */
static size_t find_slot(const struct names *names, quern_string text, uint64_t hash)
{
    size_t slot = hash & (names->slot_count - 1);
    for (;; slot = (slot + 1) & (names->slot_count - 1)) {
        uint32_t number = names->slots[slot];
        if (!number)
            return slot;
        const struct name *name = &names->items[number - 1];
        if (name->hash == hash && name->size == text.size &&
            (!text.size || !memcmp(name->text, text.data, text.size)))
            return slot;
    }
}

static bool grow_slots(struct names *names)
{
    if (names->count >= UINT32_MAX / 2)
        return false;
    if (names->slot_count && names->count < names->slot_count / 2)
        return true;
    size_t wanted = names->slot_count ? names->slot_count * 2 : 32;
    uint32_t *slots = memory_new(wanted, sizeof *slots);
    if (!slots)
        return false;
    free(names->slots);
    names->slots = slots;
    names->slot_count = wanted;
    for (size_t i = 0; i < names->count; i++) {
        const struct name *name = &names->items[i];
        slots[find_slot(names, (quern_string){name->text, name->size}, name->hash)] =
            (uint32_t)i + 1;
    }
    return true;
}

size_t names_find(const struct names *names, quern_string text)
{
    if (!names->count)
        return SIZE_MAX;
    uint32_t number = names->slots[find_slot(names, text, hash_name(text))];
    return number ? number - 1 : SIZE_MAX;
}

size_t names_add(struct names *names, struct arena *arena, quern_string text)
{
    if (!grow_slots(names) ||
        !memory_grow(&names->items, &names->capacity, names->count + 1, sizeof *names->items))
        return SIZE_MAX;
    uint64_t hash = hash_name(text);
    uint32_t *slot = &names->slots[find_slot(names, text, hash)];
    if (*slot)
        return *slot - 1;
    char *copy = arena_copy(arena, text);
    if (!copy)
        return SIZE_MAX;
    names->items[names->count] = (struct name){copy, text.size, hash};
    *slot = (uint32_t)++names->count;
    return names->count - 1;
}

/* A table that a hostile record blew up is let go, so that the next document does not pay for
 * clearing it. */
void names_clear(struct names *names)
{
    enum { KEPT_SLOTS = 1024 };
    if (names->slot_count > KEPT_SLOTS) {
        names_free(names);
        return;
    }
    if (names->count)
        memset(names->slots, 0, names->slot_count * sizeof *names->slots);
    names->count = 0;
}

void names_free(struct names *names)
{
    free(names->items);
    free(names->slots);
    *names = (struct names){0};
}
