/* model.c - see model.h. What a file says of places in it is checked wherever it is used: whatever the
 * file, no look-up reads outside of it. */
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

/* Eight sums side by side, each a multiply and a turn for eight bytes, which keep up with memory. It
 * is to find damage, not to prove who wrote the file. */
#define SUMS 8
static uint64_t checksum_of(const void *bytes, size_t size)
{
    const uint64_t odd = 0x9E3779B97F4A7C15U;
    uint64_t sums[SUMS] = {1, 2, 3, 4, 5, 6, 7, 8}, values[SUMS];
    for (size_t i = 0; i + sizeof values <= size; i += sizeof values) {
        memcpy(values, (const char *)bytes + i, sizeof values);
        for (int k = 0; k < SUMS; k++) {
            uint64_t sum = (sums[k] ^ values[k]) * odd;
            sums[k] = sum << 32 | sum >> 32;
        }
    }
    uint64_t all = size;
    for (int k = 0; k < SUMS; k++)
        all = (all ^ sums[k]) * odd ^ all >> 32;
    return all;
}

static uint64_t header_checksum(const struct model_header *header)
{
    struct model_header bare = *header;
    bare.checksum = 0;
    return checksum_of(&bare, sizeof bare);
}

static uint64_t parts_checksum(const struct model_header *header)
{
    return checksum_of(header + 1, header->size - sizeof *header);
}

void model_seal(void *image)
{
    struct model_header *header = image;
    header->parts = parts_checksum(header);
    header->checksum = header_checksum(header);
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
    if (header_checksum(header) != header->checksum)
        return "is damaged: the checksum of its header is another";
    model_lay_out(header, offsets);
    if (header->size != size || offsets[PART_END] != size || header->row_buckets == 0 ||
        header->word_buckets == 0 || header->clusters > CLUSTERS_MAX)
        return "is cut short, or has more than a model";
    model->header = header;
    find_parts(model, image, offsets);
    return NULL;
}

const char *model_verify(struct model *model)
{
    model->verified |= parts_checksum(model->header) == model->header->parts;
    return model->verified ? NULL : "is damaged: its checksum is another";
}

static const char *map_file(struct model *model, int file)
{
    struct stat status;
    if (fstat(file, &status) != 0)
        return strerror(errno);
    if (!S_ISREG(status.st_mode) || status.st_size <= 0)
        return "is no model";
    model->size = (size_t)status.st_size;
    void *image = mmap(NULL, model->size, PROT_READ, MAP_PRIVATE, file, 0);
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
    struct stretch bucket = dictionary_look(dictionary, key);
    uint16_t check = dictionary_check(key);
    for (uint32_t i = bucket.begin; i < bucket.end; i++)
        if (dictionary->checks[i] == check)
            return i;
    return dictionary->count;
}

uint16_t model_cluster(const struct model *model, uint64_t key)
{
    if (!model->header)
        return NO_CLUSTER;
    uint32_t entry = dictionary_find(&model->words, key);
    uint16_t cluster = entry < model->words.count ? model->clusters[entry] : NO_CLUSTER;
    return cluster < model->header->clusters ? cluster : NO_CLUSTER;
}
