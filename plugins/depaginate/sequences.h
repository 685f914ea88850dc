/*
 * sequences.h - what the files share that look for sequences:
 *
 *   sequences.c   how often each mask is seen; form feeds; all of it together
 *   nodes.c       numbers that may be those of pages
 *   chains.c      numbers that grow by one
 *   recurring.c   lines that recur
 */
#ifndef DEPAGINATE_SEQUENCES_H
#define DEPAGINATE_SEQUENCES_H

#include "depaginate.h"

enum {
    PAGE_ROWS_MIN = 8, /* the shortest page, and the longest, in rows of text */
    PAGE_ROWS_MAX = 250,
    RECUR_MIN = 3 /* lines that are alike, of which one speaks of recurring */
};

/* ---- How often masks are seen (sequences.c) ---- */

struct seen {
    uint32_t *counts; /* by the low bits of the mask */
    uint32_t mask;
};

static inline uint32_t times_seen(const struct seen *seen, const struct lines *lines, size_t line)
{
    return seen->counts[lines->items[line].mask & seen->mask];
}

/* ---- Numbers (nodes.c) ---- */

#define NO_NODE UINT32_MAX

/* A number in a line, and the best chain that ends with it. */
struct node {
    uint32_t line, value, key; /* key: equal for numbers that can stand in one chain */
    uint32_t begin, end;
    uint32_t rest;   /* hash of the line without the number */
    uint32_t before; /* the node before it in its chain */
    uint32_t older;  /* the last node before it in its bucket */
    float score;
    uint16_t length; /* of the chain */
    uint16_t letters, of;
    uint8_t slot, kind, run; /* lines directly above that number themselves, and this one */
    bool wide, marked, used;
};

struct nodes {
    const struct lines *lines;
    struct list list;
};

static inline struct node *node_at(const struct nodes *nodes, size_t i)
{
    return list_at(&nodes->list, i);
}

/* Collects the numbers that may be those of pages. False when memory is short. */
bool nodes_collect(struct nodes *nodes, const struct seen *seen);

/* ---- Chains (chains.c), lines that recur (recurring.c) ---- */

/* Add to what was found. False when memory is short. */
bool chains_add(struct list *found, const struct nodes *nodes);
bool recurring_add(struct list *found, const struct lines *lines, const struct seen *seen,
                   quern_call *call);

#endif
