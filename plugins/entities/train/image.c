/* image.c - writes a model's file. */
#include "train.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* As many entries share a bucket on average. */
#define BUCKET 4

static int compare_keys(uint64_t a, uint64_t b, uint32_t buckets)
{
    uint32_t first = dictionary_bucket(a, buckets), second = dictionary_bucket(b, buckets);
    if (first != second)
        return first < second ? -1 : 1;
    return (a > b) - (a < b);
}

static uint32_t sort_buckets;

static int compare_words(const void *a, const void *b)
{
    const struct word_entry *first = a, *second = b;
    int order = compare_keys(first->key, second->key, sort_buckets);
    return order != 0 ? order : (first->rank > second->rank) - (first->rank < second->rank);
}

static int compare_rows(const void *a, const void *b)
{
    const struct row_entry *first = a, *second = b;
    return compare_keys(first->key, second->key, sort_buckets);
}

/* Two keys that a look-up cannot tell from each other are one. */
static bool is_same(uint64_t a, uint64_t b, uint32_t buckets)
{
    return dictionary_bucket(a, buckets) == dictionary_bucket(b, buckets) &&
           dictionary_check(a) == dictionary_check(b);
}

static void order_words(struct parts *parts, uint32_t buckets)
{
    sort_buckets = buckets;
    qsort(parts->words, parts->word_count, sizeof *parts->words, compare_words);
    size_t kept = 0;
    for (size_t i = 0; i < parts->word_count; i++)
        if (kept == 0 || !is_same(parts->words[kept - 1].key, parts->words[i].key, buckets))
            parts->words[kept++] = parts->words[i];
    parts->word_count = kept;
}

static void order_rows(struct parts *parts, uint32_t buckets)
{
    sort_buckets = buckets;
    qsort(parts->rows, parts->row_count, sizeof *parts->rows, compare_rows);
    size_t kept = 0;
    for (size_t i = 0; i < parts->row_count; i++)
        if (kept == 0 || !is_same(parts->rows[kept - 1].key, parts->rows[i].key, buckets))
            parts->rows[kept++] = parts->rows[i];
    parts->row_count = kept;
}

static void copy_words(const struct model *model, char *image, const uint64_t offsets[PARTS])
{
    uint64_t from[PARTS];
    model_lay_out(model->header, from);
    memcpy(image + offsets[PART_WORD_STARTS], (const char *)model->header + from[PART_WORD_STARTS],
           from[PART_END] - from[PART_WORD_STARTS]);
}

static void fill_words(const struct parts *parts, uint32_t buckets, char *image,
                       const uint64_t offsets[PARTS])
{
    uint32_t *starts = (void *)(image + offsets[PART_WORD_STARTS]);
    uint16_t *checks = (void *)(image + offsets[PART_WORD_CHECKS]);
    uint16_t *clusters = (void *)(image + offsets[PART_CLUSTERS]);
    for (size_t i = 0; i < parts->word_count; i++) {
        starts[dictionary_bucket(parts->words[i].key, buckets) + 1] = (uint32_t)i + 1;
        checks[i] = dictionary_check(parts->words[i].key);
        clusters[i] = parts->words[i].cluster;
    }
    for (uint32_t i = 0; i < buckets; i++)
        if (starts[i + 1] < starts[i])
            starts[i + 1] = starts[i];
    if (parts->clusters > 0)
        memcpy(image + offsets[PART_COARSER], parts->coarser,
               parts->clusters * (CLUSTER_GRAINS - 1) * sizeof *parts->coarser);
}

static void fill_rows(const struct parts *parts, uint32_t buckets, char *image,
                      const uint64_t offsets[PARTS])
{
    uint32_t *starts = (void *)(image + offsets[PART_FEATURE_STARTS]);
    uint16_t *checks = (void *)(image + offsets[PART_FEATURE_CHECKS]);
    struct row *rows = (void *)(image + offsets[PART_ROWS]);
    for (size_t i = 0; i < parts->row_count; i++) {
        starts[dictionary_bucket(parts->rows[i].key, buckets) + 1] = (uint32_t)i + 1;
        checks[i] = dictionary_check(parts->rows[i].key);
        rows[i] = parts->rows[i].weights;
    }
    for (uint32_t i = 0; i < buckets; i++)
        if (starts[i + 1] < starts[i])
            starts[i + 1] = starts[i];
}

static void save(const char *path, const char *image, size_t size)
{
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(image, 1, size, file) != size || fclose(file) != 0)
        die(path, strerror(errno));
}

void image_write(struct parts *parts, const char *path)
{
    struct model_header header = {.magic = MODEL_MAGIC, .version = MODEL_VERSION};
    header.word_buckets = (uint32_t)(parts->word_count / BUCKET + 1);
    header.row_buckets = (uint32_t)(parts->row_count / BUCKET + 1);
    order_words(parts, header.word_buckets);
    order_rows(parts, header.row_buckets);
    header.words = (uint32_t)parts->word_count;
    header.clusters = parts->clusters;
    if (parts->other) {
        header.word_buckets = parts->other->header->word_buckets;
        header.words = parts->other->header->words;
        header.clusters = parts->other->header->clusters;
    }
    header.rows = (uint32_t)parts->row_count;
    memcpy(header.steps, parts->steps, sizeof header.steps);
    uint64_t offsets[PARTS];
    model_lay_out(&header, offsets);
    header.size = offsets[PART_END];
    char *image = allocate(header.size, 1);
    if (parts->other)
        copy_words(parts->other, image, offsets);
    else
        fill_words(parts, header.word_buckets, image, offsets);
    fill_rows(parts, header.row_buckets, image, offsets);
    memcpy(image, &header, sizeof header);
    model_seal(image);
    save(path, image, header.size);
    free(image);
}
