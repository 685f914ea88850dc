/*
 * ruler.h - places in a text, as the readers of each format count them.
 */
#ifndef FORMAT_RULER_H
#define FORMAT_RULER_H

#include "format.h"

struct ruler {
    quern_string text;
    quern_unit unit;
    bool same;       /* every unit is a byte */
    uint32_t *marks; /* units before every so many bytes */
};

/* A ruler for the text of the job's document. False when memory is short. */
bool ruler_open(struct ruler *ruler, const struct job *job, quern_unit unit);

/* The place of a byte at which a character begins or the text ends; costs the same wherever that
 * is. */
size_t ruler_place(const struct ruler *ruler, size_t byte);

#endif
