/*
 * model.h - the statistical model: a file that is mapped and used as it stands.
 *
 * It holds three things: for each word that its vectors knew the cluster in which it fell, for each
 * feature that was worth keeping a row of sixteen weights, and the weights of the steps from label
 * to label. Both dictionaries are sorted by bucket: a key's bucket says where its few entries stand,
 * and sixteen bits of the key tell them apart.
 *
 * Sixteen points double the odds: a weight is a multiple of ln 2 / 16.
 */
#ifndef ENTITIES_MODEL_H
#define ENTITIES_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Names are labelled by where in the name a word stands (BILOU): it begins it, is inside, is the
 * last, or is all of it. `O`, no name, is a label that has no weights, for only differences count. */
enum { TAG_B, TAG_I, TAG_L, TAG_U, TAG_PLACES };
#define TAGS 16
#define TAG_OUTSIDE TAGS
#define TAG(kind, place) ((kind)*TAG_PLACES + (place))
#define TAG_KIND(tag) ((tag) / TAG_PLACES)
#define TAG_PLACE(tag) ((tag) % TAG_PLACES)

#define KINDS (TAGS / TAG_PLACES)

#define MODEL_POINTS_DOUBLE 16

/* The weight of a step that cannot be taken. */
#define MODEL_NEVER (-8192)

/* Each word's cluster is one of the finest grain; two coarser ones follow from it. */
#define CLUSTERS_MAX 4096
#define CLUSTER_GRAINS 3
#define NO_CLUSTER UINT16_MAX

/* The file: this header, then the parts in the order of their offsets. All numbers are little-endian.
 * `checksum` is that of the header with this field 0, `parts` that of all that follows. */
#define MODEL_MAGIC "quern-ner"
#define MODEL_VERSION 2
struct model_header {
    char magic[12];
    uint32_t version;
    uint64_t checksum;
    uint64_t parts;
    uint64_t size;
    uint32_t rows, row_buckets;
    uint32_t words, word_buckets;
    uint32_t clusters;
    int16_t steps[TAGS + 1][TAGS + 1]; /* from, to */
    uint8_t padding[2];
};
_Static_assert(sizeof(struct model_header) % 64 == 0, "the header is whole blocks of the checksum");

/* The weights of a feature, and the sum of some; what `O` weighs is 0. */
struct row {
    int8_t of[TAGS];
};

struct score {
    int16_t of[TAGS];
};

/* A sum that stays within bounds. */
static inline int16_t add_points(int a, int b)
{
    int sum = a + b;
    return (int16_t)(sum > INT16_MAX ? INT16_MAX : sum < INT16_MIN ? INT16_MIN : sum);
}

struct dictionary {
    const uint32_t *starts; /* of each bucket, and the end of the last */
    const uint16_t *checks; /* followed by DICTIONARY_SLACK that are not used */
    uint32_t buckets, count;
};
#define DICTIONARY_SLACK 8

struct model {
    void *image; /* NULL for none */
    size_t size;
    const struct model_header *header;
    struct dictionary features, words;
    const struct row *rows;                      /* of each feature */
    const uint16_t *clusters;                    /* of each word, of the finest grain */
    const uint16_t *coarser[CLUSTER_GRAINS - 1]; /* of each cluster */
    bool verified;
};

/* Where the parts of a file stand whose header this is; the last offset is the file's size. */
enum {
    PART_FEATURE_STARTS,
    PART_ROWS,
    PART_FEATURE_CHECKS,
    PART_WORD_STARTS,
    PART_WORD_CHECKS,
    PART_CLUSTERS,
    PART_COARSER,
    PART_END,
    PARTS
};
void model_lay_out(const struct model_header *header, uint64_t offsets[PARTS]);

/* Sets both checksums of a file. */
void model_seal(void *image);

/* Takes an image of a model, which stays the caller's, and looks at its header alone. NULL, or what is
 * wrong with it. Whatever the parts hold, no look-up reads outside of them. */
const char *model_use(struct model *model, const void *image, size_t size);

/* Maps a file likewise. Nothing but its first page is read. */
const char *model_open(struct model *model, const char *path);
void model_close(struct model *model);

/* Before the first look-up: are the parts what they were when the file was written? NULL, or what is
 * wrong. All of the file is read the first time. */
const char *model_verify(struct model *model);

/* The entry of a key: below `count`, or `count` when there is none. */
uint32_t dictionary_find(const struct dictionary *dictionary, uint64_t key);

/* The bucket of a key, and the bits of it that are kept. */
static inline uint32_t dictionary_bucket(uint64_t key, uint32_t buckets)
{
    return (uint32_t)(((key & UINT32_MAX) * buckets) >> 32);
}

static inline uint16_t dictionary_check(uint64_t key)
{
    return (uint16_t)(key >> 48);
}

/* The entries among which a key is, if it is there. A file may say anything: they are within the
 * dictionary, and so few that every look-up is quick. */
#define BUCKET_MAX 256
struct stretch {
    uint32_t begin, end;
};

static inline struct stretch dictionary_look(const struct dictionary *dictionary, uint64_t key)
{
    uint32_t bucket = dictionary_bucket(key, dictionary->buckets);
    uint32_t begin = dictionary->starts[bucket], end = dictionary->starts[bucket + 1];
    if (begin > dictionary->count || end < begin)
        return (struct stretch){0, 0};
    uint32_t most = dictionary->count - begin < BUCKET_MAX ? dictionary->count : begin + BUCKET_MAX;
    return (struct stretch){begin, end < most ? end : most};
}

/* The cluster of a word whose key, written small, is given; NO_CLUSTER when it has none. */
uint16_t model_cluster(const struct model *model, uint64_t key);

#endif
