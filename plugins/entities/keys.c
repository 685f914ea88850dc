/* keys.c - see keys.h. */
#include "keys.h"

#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

struct key_slot {
    uint64_t key;
    uint32_t number;
    uint32_t round; /* since which it is taken; free when that is not the one at hand */
};

#define FIRST_BITS 9
#define KEPT_BITS 14

void keys_open(struct keys *keys)
{
    uint64_t seed;
    *keys = (struct keys){0};
    if (getrandom(&seed, sizeof seed, GRND_NONBLOCK) != (ssize_t)sizeof seed)
        seed = (uint64_t)clock() * 0x9E3779B97F4A7C15U;
    keys->multiplier = seed | 1;
    keys->round = 1;
}

void keys_close(struct keys *keys)
{
    free(keys->slots);
    keys->slots = NULL;
    keys->bits = 0;
    keys->count = 0;
}

void keys_clear(struct keys *keys)
{
    if (keys->bits > KEPT_BITS || keys->round == UINT32_MAX)
        keys_close(keys);
    keys->round = keys->slots ? keys->round + 1 : 1;
    keys->count = 0;
}

static struct key_slot *find(const struct keys *keys, uint64_t key)
{
    size_t mask = ((size_t)1 << keys->bits) - 1;
    size_t i = (size_t)((key * keys->multiplier) >> (64 - keys->bits));
    while (keys->slots[i].round == keys->round && keys->slots[i].key != key)
        i = (i + 1) & mask;
    return &keys->slots[i];
}

/* The table is never more than half full. */
static bool make_room(struct keys *keys)
{
    if (keys->slots && keys->count < (size_t)1 << (keys->bits - 1))
        return true;
    struct keys grown = *keys;
    grown.bits = keys->slots ? keys->bits + 1 : FIRST_BITS;
    grown.slots = calloc((size_t)1 << grown.bits, sizeof *grown.slots);
    if (!grown.slots)
        return false;
    for (size_t i = 0; keys->slots && i < (size_t)1 << keys->bits; i++)
        if (keys->slots[i].round == keys->round)
            *find(&grown, keys->slots[i].key) = keys->slots[i];
    free(keys->slots);
    *keys = grown;
    return true;
}

uint32_t keys_add(struct keys *keys, uint64_t key)
{
    if (!make_room(keys))
        return KEYS_NONE;
    struct key_slot *slot = find(keys, key);
    if (slot->round != keys->round)
        *slot = (struct key_slot){key, keys->count++, keys->round};
    return slot->number;
}

uint32_t keys_find(const struct keys *keys, uint64_t key)
{
    if (!keys->slots)
        return KEYS_NONE;
    const struct key_slot *slot = find(keys, key);
    return slot->round == keys->round ? slot->number : KEYS_NONE;
}
