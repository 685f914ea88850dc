/* model.c - see model.h. What a file says is checked before it is believed: whatever the file, no
 * look-up reads outside of it. */
#include "model.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- The file ---- */

static uint64_t aligned(uint64_t offset)
{
    return (offset + 63) / 64 * 64;
}

/* Counts are 32 bits wide, so that no sum overflows. */
void model_lay_out(const struct model_header *header, uint64_t offsets[PARTS])
{
    const uint64_t sizes[PARTS - 1] = {
        ((uint64_t)header->row_buckets + 1) * sizeof(uint32_t),
        (uint64_t)header->rows * TAGS,
        ((uint64_t)header->rows + DICTIONARY_SLACK) * sizeof(uint16_t),
        ((uint64_t)header->word_buckets + 1) * sizeof(uint32_t),
        ((uint64_t)header->words + DICTIONARY_SLACK) * sizeof(uint16_t),
        (uint64_t)header->words * sizeof(uint16_t),
        (uint64_t)header->clusters * (CLUSTER_GRAINS - 1) * sizeof(uint16_t),
    };
    uint64_t at = aligned(sizeof *header);
    for (int part = 0; part < PARTS - 1; part++) {
        offsets[part] = at;
        at = aligned(at + sizes[part]);
    }
    offsets[PART_END] = at;
}

/* Four sums side by side, each a multiply and a rotation for eight bytes, which keep up with
 * memory. It is to find damage, not to prove who wrote the file. */
uint64_t model_checksum(const void *image, size_t size)
{
    const uint64_t odd = 0x9E3779B97F4A7C15U;
    const size_t at = offsetof(struct model_header, checksum) / sizeof(uint64_t);
    uint64_t sums[4] = {1, 2, 3, 4};
    for (size_t i = 0; i < size / sizeof(uint64_t); i++) {
        uint64_t value;
        memcpy(&value, (const char *)image + i * sizeof value, sizeof value);
        uint64_t sum = (sums[i % 4] ^ (i == at ? 0 : value)) * odd;
        sums[i % 4] = sum ^ sum >> 29;
    }
    uint64_t all = size;
    for (int i = 0; i < 4; i++)
        all = (all ^ sums[i]) * odd ^ all >> 32;
    return all;
}

/* Buckets are small, so that every look-up is quick. */
#define BUCKET_MAX 256

static bool starts_ascend(const struct dictionary *dictionary)
{
    const uint32_t *starts = dictionary->starts;
    bool sound = starts[0] == 0 && starts[dictionary->buckets] == dictionary->count;
    for (uint32_t i = 0; i < dictionary->buckets; i++)
        sound &= starts[i] <= starts[i + 1] && starts[i + 1] - starts[i] <= BUCKET_MAX;
    return sound;
}

static bool all_below(const uint16_t *items, size_t count, uint32_t limit)
{
    bool sound = true;
    for (size_t i = 0; i < count; i++)
        sound &= items[i] < limit;
    return sound;
}

static bool parts_are_sound(const struct model *model)
{
    const struct model_header *header = model->header;
    return header->clusters <= CLUSTERS_MAX && starts_ascend(&model->features) &&
           starts_ascend(&model->words) &&
           all_below(model->clusters, header->words, header->clusters) &&
           all_below(model->coarser[0], (size_t)header->clusters * (CLUSTER_GRAINS - 1),
                     CLUSTERS_MAX);
}

static void find_parts(struct model *model, const char *image, const uint64_t offsets[PARTS])
{
    const struct model_header *header = model->header;
    model->features = (struct dictionary){
        .starts = (const void *)(image + offsets[PART_FEATURE_STARTS]),
        .checks = (const void *)(image + offsets[PART_FEATURE_CHECKS]),
        .buckets = header->row_buckets,
        .count = header->rows,
    };
    model->words = (struct dictionary){
        .starts = (const void *)(image + offsets[PART_WORD_STARTS]),
        .checks = (const void *)(image + offsets[PART_WORD_CHECKS]),
        .buckets = header->word_buckets,
        .count = header->words,
    };
    model->rows = (const void *)(image + offsets[PART_ROWS]);
    model->clusters = (const void *)(image + offsets[PART_CLUSTERS]);
    for (int i = 0; i < CLUSTER_GRAINS - 1; i++)
        model->coarser[i] = (const uint16_t *)(const void *)(image + offsets[PART_COARSER]) +
                            (size_t)i * header->clusters;
}

const char *model_use(struct model *model, const void *image, size_t size)
{
    const struct model_header *header = image;
    uint64_t offsets[PARTS];
    if (size < sizeof *header || memcmp(header->magic, MODEL_MAGIC, sizeof MODEL_MAGIC) != 0)
        return "is no model";
    if (header->version != MODEL_VERSION)
        return "is a model of another version";
    model_lay_out(header, offsets);
    if (header->size != size || offsets[PART_END] != size || header->row_buckets == 0 ||
        header->word_buckets == 0)
        return "is cut short, or has more than a model";
    if (model_checksum(image, size) != header->checksum)
        return "is damaged: its checksum is another";
    model->header = header;
    find_parts(model, image, offsets);
    return parts_are_sound(model) ? NULL : "is no sound model";
}

static const char *map_file(struct model *model, int file)
{
    struct stat status;
    if (fstat(file, &status) != 0)
        return strerror(errno);
    if (!S_ISREG(status.st_mode) || status.st_size <= 0)
        return "is no model";
    model->size = (size_t)status.st_size;
    void *image = mmap(NULL, model->size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, file, 0);
    if (image == MAP_FAILED)
        return strerror(errno);
    model->image = image;
    return NULL;
}

const char *model_open(struct model *model, const char *path)
{
    *model = (struct model){0};
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return strerror(errno);
    const char *problem = map_file(model, file);
    close(file);
    if (!problem)
        problem = model_use(model, model->image, model->size);
    if (problem)
        model_close(model);
    return problem;
}

void model_close(struct model *model)
{
    if (model->image)
        munmap(model->image, model->size);
    *model = (struct model){0};
}

/* ---- Look-ups ---- */

uint32_t dictionary_find(const struct dictionary *dictionary, uint64_t key)
{
    uint32_t bucket = dictionary_bucket(key, dictionary->buckets);
    uint16_t check = dictionary_check(key);
    uint32_t end = dictionary->starts[bucket + 1];
    for (uint32_t i = dictionary->starts[bucket]; i < end; i++)
        if (dictionary->checks[i] == check)
            return i;
    return dictionary->count;
}

uint16_t model_cluster(const struct model *model, uint64_t key)
{
    if (!model->header)
        return NO_CLUSTER;
    uint32_t entry = dictionary_find(&model->words, key);
    return entry < model->words.count ? model->clusters[entry] : NO_CLUSTER;
}
