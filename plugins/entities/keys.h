/*
 * keys.h - numbers the keys of a document, from 0 up, in the order in which they are first seen.
 *
 * An open-addressed hash table whose hash is drawn at random when it is opened, so that no document
 * can be written for its keys to collide (multiply-shift: Dietzfelbinger and others, "A reliable
 * randomized algorithm for the closest-pair problem", 1997). The numbers do not depend on it.
 */
#ifndef ENTITIES_KEYS_H
#define ENTITIES_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KEYS_NONE UINT32_MAX

struct key_slot;

struct keys {
    struct key_slot *slots;
    unsigned bits; /* there are two to this power */
    uint32_t count;
    uint32_t round; /* how often they were forgotten */
    uint64_t multiplier;
};

void keys_open(struct keys *keys);
void keys_close(struct keys *keys);

/* Forgets all keys, and gives memory back when there were many. */
void keys_clear(struct keys *keys);

/* The number of a key, which is new if it equals the count before; KEYS_NONE when memory is short. */
uint32_t keys_add(struct keys *keys, uint64_t key);

/* The number of a key, or KEYS_NONE. */
uint32_t keys_find(const struct keys *keys, uint64_t key);

#endif
