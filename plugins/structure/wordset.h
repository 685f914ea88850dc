/* wordset.h - sets of short words, each with a small number; upper and lower case are the same. */
#ifndef STRUCTURE_WORDSET_H
#define STRUCTURE_WORDSET_H

#include <quern.h>

/* Longest word, in bytes. Longer ones are in no set. */
#define WORDSET_LONGEST 22

struct word {
    char text[WORDSET_LONGEST];
    uint8_t size; /* 0 for an empty place */
    uint8_t value;
};

/* A hash table with open addressing, never more than half full. In front of it stands a filter:
 * for the low five bits of the first and the last byte of a word, the sizes that there are. */
struct wordset {
    struct word *words;
    size_t mask; /* places, a power of two, less one */
    size_t count;
    uint32_t sizes[32][32];
};

/* Places that a set for `count` words needs. */
size_t wordset_places(size_t count);

/* Makes a set that is all zero use `places` words, all zero, as counted by wordset_places. */
void wordset_open(struct wordset *set, struct word *words, size_t places);

/* Adds a word, or sets the value of one that is there. False when it is too long or too much. */
bool wordset_add(struct wordset *set, quern_string text, uint8_t value);

/* The value of a word; 0 when it is not in the set. */
uint8_t wordset_find(const struct wordset *set, quern_string text);

/* Whether a word of one byte or more passes the filter: false for most that are not in the set. */
static inline bool wordset_may_hold(const struct wordset *set, const char *text, size_t size)
{
    return size <= WORDSET_LONGEST && (set->sizes[text[0] & 31][text[size - 1] & 31] >> size & 1);
}

#endif
