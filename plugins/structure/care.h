/* care.h - how carefully a document is written. */
#ifndef STRUCTURE_CARE_H
#define STRUCTURE_CARE_H

#include "block.h"

struct care {
    uint8_t unfinished; /* blocks that end without a full stop: 0 few, 1 many, 2 most */
    bool lower_i;       /* "i" for "I" */
};

struct care care_judge(const struct blocks *blocks);

/* Whether every sentence can be trusted to have its full stop. */
static inline bool care_is_taken(struct care care)
{
    return care.unfinished == 0 && !care.lower_i;
}

#endif
