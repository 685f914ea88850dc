/*
 * frequent.h - the names that occur most often, found in memory that does not grow with how many there
 * are. For the files of this folder alone.
 *
 * Space-Saving (Metwally, Agrawal, El Abbadi, "Efficient computation of frequent and top-k elements in
 * data streams", ICDT 2005): of so many names at most a count is kept. One that comes when all places
 * are taken takes that of the name with the least count, and goes on from there. So a count is too
 * high by `error` at most, none is too low, and whatever occurs more often than all occurrences
 * divided by the places is there. Until the places are used up, all counts are exact. What is kept
 * depends on the order of what came, and on nothing else.
 */
#ifndef QUERN_FREQUENT_H
#define QUERN_FREQUENT_H

#include "runner/bytes.h"

enum { FREQUENT_PLACES = 8192 };

struct frequent_name {
    uint64_t count, error;
    uint64_t turn;      /* at which it came */
    size_t at;          /* in the heap */
    quern_string label; /* and behind it its text, in memory of its own */
    quern_string text;
};

/* Zeros are empty. */
struct frequent {
    struct frequent_name **heap; /* the least count first; of equal ones what came first */
    size_t count, capacity;
    uint64_t turns;
    void *tree; /* by label and text */
};

/* Counts a name. False when memory is short. */
bool frequent_add(struct frequent *frequent, quern_string label, quern_string text, uint64_t count);

/* In an order of its own: by label, then the highest count first, then by text. Good until the next
 * one is added; to be freed with free(). NULL when memory is short, or there are none. */
const struct frequent_name **frequent_sort(const struct frequent *frequent);

/* As bytes, and back; not to be trusted. False when they make no sense, or memory is short. */
void frequent_pack(const struct frequent *frequent, struct buffer *out);
bool frequent_unpack(struct frequent *frequent, struct bytes *in);
void frequent_free(struct frequent *frequent);

#endif
