/*
 * train.h - what the files of the trainer share.
 */
#ifndef ENTITIES_TRAIN_H
#define ENTITIES_TRAIN_H

#include "../feature.h"
#include "../sequence.h"

#include <stdnoreturn.h>

/* ---- Ending badly, memory, chance (tools.c) ---- */

noreturn void die(const char *which, const char *what);

/* Never NULL; zeroed. */
void *allocate(size_t count, size_t size);

/* Room for one more, with the size doubled when it is full. */
void *make_room(void *items, size_t count, size_t *capacity, size_t size);

/* The whole of a file, with a NUL behind it. */
char *read_file(const char *path, size_t *size);

/* Numbers that look random, the same ones for the same seed (Marsaglia, "Xorshift RNGs", 2003). */
struct chance {
    uint64_t state;
};
uint64_t chance_next(struct chance *chance);

/* At least 0, less than 1. */
float chance_share(struct chance *chance);

/* ---- The model's file (image.c) ---- */

struct word_entry {
    uint64_t key;
    uint32_t rank; /* the frequent ones first */
    uint16_t cluster;
};

struct row_entry {
    uint64_t key;
    struct row weights;
};

/* What goes into a file. The words are either new or those of another model. The entries are put in
 * order; of those that a look-up cannot tell apart, the first stays. */
struct parts {
    const struct model *other;
    struct word_entry *words;
    size_t word_count;
    uint16_t *coarser; /* of `clusters` each, CLUSTER_GRAINS - 1 times */
    uint32_t clusters;
    struct row_entry *rows;
    size_t row_count;
    int16_t steps[TAGS + 1][TAGS + 1];
};

void image_write(struct parts *parts, const char *path);

/* ---- Word vectors (vectors.c, clusters.c) ---- */

struct vectors {
    uint64_t *keys; /* of the words in small letters */
    float *values;  /* `size` for each word, of length 1 */
    size_t count, size;
};

void vectors_read(struct vectors *vectors, const char *path);

/* Sorts `count` points of length 1 into clusters of like direction: spherical k-means (Dhillon and
 * Modha, "Concept decompositions for large sparse text data using clustering", 2001). */
void cluster_points(const float *points, size_t count, size_t size, uint32_t clusters,
                    size_t learn_from, int rounds, uint16_t *belongs, float *centres);

/* ---- Corpora (corpus.c) ---- */

/* Kinds of names that a corpus has labelled, as bits. */
#define ALL_KINDS ((1U << NAME_KINDS) - 1)

struct corpus {
    const char *path;
    float weight;
    unsigned kinds; /* 0: it is to be labelled by the first model */
    bool sentences; /* each sentence is a document */
};

/* A document and the tag of each of its tokens. */
struct gold {
    quern_document *doc;
    uint8_t *tags;
    size_t count, capacity;
};

struct corpus_reader {
    char *data, *at;
    const struct corpus *corpus;
};

void corpus_open(struct corpus_reader *reader, const struct corpus *corpus, const char *path);
bool corpus_next(struct corpus_reader *reader, struct gold *gold);
void corpus_close(struct corpus_reader *reader);

/* ---- Examples (examples.c) ---- */

/* A stretch of words that may be part of names, between two that may not. */
struct example {
    size_t first, end; /* of the words below */
    float weight;
    bool unlabelled;
};

struct examples {
    struct example *items;
    size_t count, capacity;
    /* One for each word: the tags that it may have, as bits, and where its features begin. */
    uint32_t *allowed;
    size_t *features_at;
    size_t word_count, word_capacity, at_capacity;
    uint32_t *features;
    size_t feature_count, feature_capacity;
    /* One for each feature: its key, how often it was seen, and whether it is of a word's letters. */
    uint64_t *keys;
    uint32_t *seen;
    bool *spelling;
    size_t key_count;
    struct keys numbers;
    size_t key_capacity, seen_capacity, spelling_capacity;
};

#define ALL_TAGS ((1U << (TAGS + 1)) - 1)

void examples_add(struct examples *examples, const struct model *model, const struct corpus *corpus,
                  const char *path);

/* Leaves out features that were seen only once. */
void examples_prune(struct examples *examples, uint32_t least);

/* ---- Learning (crf.c) ---- */

struct weights {
    float (*rows)[TAGS]; /* of each feature */
    float steps[TAGS + 1][TAGS + 1];
};

struct settings {
    float rounds, step, penalty, dropout;
    float blindness; /* how often the letters of a word are not seen at all */
    uint64_t seed;
};

/* Whether a tag may follow another. */
bool may_follow(unsigned from, unsigned to);

void crf_learn(const struct examples *examples, const struct settings *settings,
               struct weights *weights);

/* Allows each word of the unlabelled examples what the weights are sure of, and where they are not,
 * everything. */
void crf_label(struct examples *examples, const struct weights *weights, float sure);

#endif
