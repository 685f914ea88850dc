/*
 * bytes.h - numbers and strings one behind the other, put into a buffer and read out again by who
 * does not trust them. For the files of this folder alone.
 */
#ifndef QUERN_BYTES_H
#define QUERN_BYTES_H

#include "base/base.h"

void bytes_put(struct buffer *out, const void *data, size_t size);
void bytes_put_number(struct buffer *out, uint64_t number);
void bytes_put_string(struct buffer *out, quern_string string); /* behind its size */
void bytes_put_text(struct buffer *out, const char *text);

/* What is left to be read. Once more is asked for than is there, `failed` stays set, and nothing
 * comes any more. */
struct bytes {
    quern_string rest;
    bool failed;
};

/* The next so many, where they stand; NULL when there are not so many. */
const char *bytes_get(struct bytes *bytes, uint64_t size);

/* The same as a copy. False leaves it as it was. */
bool bytes_copy(struct bytes *bytes, void *to, uint64_t size);
uint64_t bytes_get_number(struct bytes *bytes);
quern_string bytes_get_string(struct bytes *bytes); /* where it stands; `data` is NULL for none */

/* As memcmp() does; of two of which one begins the other, the shorter one is the first. */
int bytes_compare(quern_string a, quern_string b);

#endif
