/*
 * output.h - where formats write. Many small pieces are put together here before they become part
 * of a document's rendition, or of a file in an archive.
 */
#ifndef FORMAT_OUTPUT_H
#define FORMAT_OUTPUT_H

#include <quern.h>

#include <string.h>

/* Zeros are one that has no memory yet. */
struct output {
    quern_document *doc; /* what is full goes into its rendition; NULL: all is kept here */
    char *data;
    size_t size, capacity;
    bool failed; /* memory ran short: what is written from then on is lost */
};

/* Begins anew for a document, or for a file that is kept. Keeps the memory. */
void output_begin(struct output *output, quern_document *doc);

/* Hands over what is still here. False when memory ran short. */
bool output_end(struct output *output);
void output_free(struct output *output);

/* The part of output_bytes() that is seldom needed: there is no room left. */
void output_full(struct output *output, const char *data, size_t size);

static inline void output_bytes(struct output *output, const char *data, size_t size)
{
    if (size > output->capacity - output->size) {
        output_full(output, data, size);
    } else if (size) {
        memcpy(output->data + output->size, data, size);
        output->size += size;
    }
}

static inline void output_byte(struct output *output, char byte)
{
    output_bytes(output, &byte, 1);
}

static inline void output_string(struct output *output, quern_string text)
{
    output_bytes(output, text.data, text.size);
}

/* A constant. */
static inline void output_text(struct output *output, const char *text)
{
    output_bytes(output, text, strlen(text));
}

void output_number(struct output *output, uint64_t number);

/* From 0 to 1, with at most four decimals: in any locale the same. */
void output_score(struct output *output, double score);

#endif
