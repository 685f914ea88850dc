/*
 * hash.c - FNV-1a of 64 bits (Fowler, Noll, Vo; RFC 9923): tells bytes from others that got there by
 * accident, and comes out the same however they are cut into pieces.
 */
#include "base.h"

uint64_t hash_add(uint64_t hash, const void *bytes, size_t size)
{
    const unsigned char *at = bytes;
    for (const unsigned char *end = at + size; at < end; at++)
        hash = (hash ^ *at) * 0x100000001B3U;
    return hash;
}
