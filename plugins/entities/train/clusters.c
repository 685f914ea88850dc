/* clusters.c - k-means over word vectors. */
#include "train.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Points are compared with as many centres at once: the centres stand in blocks, number by number,
 * so that the inner loop runs along a block. */
#define BLOCK 16

struct centres {
    float *blocks; /* [block][number][BLOCK] */
    size_t size;
    uint32_t count;
};

static void set_blocks(struct centres *centres, const float *rows)
{
    for (uint32_t c = 0; c < centres->count; c++)
        for (size_t i = 0; i < centres->size; i++)
            centres->blocks[(c / BLOCK * centres->size + i) * BLOCK + c % BLOCK] =
                rows[c * centres->size + i];
}

__attribute__((target_clones("avx2", "default"))) static void compare(const float *point,
                                                                      const float *block,
                                                                      size_t size,
                                                                      float sums[BLOCK])
{
    float sum[BLOCK] = {0};
    for (size_t i = 0; i < size; i++)
        for (size_t k = 0; k < BLOCK; k++)
            sum[k] += point[i] * block[i * BLOCK + k];
    memcpy(sums, sum, sizeof sum);
}

static uint16_t nearest(const struct centres *centres, const float *point)
{
    float sums[BLOCK], best = -INFINITY;
    uint32_t found = 0;
    for (uint32_t c = 0; c < centres->count; c += BLOCK) {
        compare(point, centres->blocks + c * centres->size, centres->size, sums);
        for (uint32_t k = 0; k < BLOCK && c + k < centres->count; k++)
            if (sums[k] > best) {
                best = sums[k];
                found = c + k;
            }
    }
    return (uint16_t)found;
}

/* A centre to which no point belongs stays where it was. */
static void move_centres(float *rows, const float *points, const uint16_t *belongs, size_t count,
                         size_t size, uint32_t clusters)
{
    float *sums = allocate(clusters, size * sizeof *sums);
    for (size_t p = 0; p < count; p++)
        for (size_t i = 0; i < size; i++)
            sums[belongs[p] * size + i] += points[p * size + i];
    for (uint32_t c = 0; c < clusters; c++) {
        float length = 0;
        for (size_t i = 0; i < size; i++)
            length += sums[c * size + i] * sums[c * size + i];
        for (size_t i = 0; i < size && length > 0; i++)
            rows[c * size + i] = sums[c * size + i] / sqrtf(length);
    }
    free(sums);
}

void cluster_points(const float *points, size_t count, size_t size, uint32_t clusters,
                    size_t learn_from, int rounds, uint16_t *belongs, float *centres)
{
    struct centres all = {.size = size, .count = clusters};
    all.blocks = allocate((clusters + BLOCK - 1) / BLOCK * BLOCK, size * sizeof(float));
    if (learn_from > count)
        learn_from = count;
    for (uint32_t c = 0; c < clusters; c++)
        memcpy(centres + c * size, points + learn_from / clusters * c * size, size * sizeof(float));
    for (int round = 0; round <= rounds; round++) {
        size_t some = round < rounds ? learn_from : count;
        set_blocks(&all, centres);
        for (size_t p = 0; p < some; p++)
            belongs[p] = nearest(&all, points + p * size);
        if (round < rounds)
            move_centres(centres, points, belongs, some, size, clusters);
    }
    free(all.blocks);
}
