/* kernels.c - see kernels.h. */
#include "kernels.h"

#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

/* ---- Plain C ---- */

static void add_rows_plain(const struct model *model, const uint64_t *keys, size_t count,
                           struct score *sum)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t entry = dictionary_find(&model->features, keys[i]);
        if (entry == model->features.count)
            continue;
        for (unsigned tag = 0; tag < TAGS; tag++)
            sum->of[tag] = add_points(sum->of[tag], model->rows[entry].of[tag]);
    }
}

static void add_plain(const struct score *more, struct score *sum)
{
    for (unsigned tag = 0; tag < TAGS; tag++)
        sum->of[tag] = add_points(sum->of[tag], more->of[tag]);
}

static int16_t larger(int16_t a, int16_t b)
{
    return a > b ? a : b;
}

static int16_t points_before(const struct way *way, unsigned tag)
{
    return tag == TAG_OUTSIDE ? way->outside : way->to.of[tag];
}

static void step_on_plain(const struct step_points *steps, const struct way *before,
                          const struct score *score, struct way *after)
{
    struct way best = {.outside = INT16_MIN};
    int16_t most = INT16_MIN;
    for (unsigned to = 0; to < TAGS; to++) {
        int16_t sum = INT16_MIN;
        for (unsigned from = 0; from < STATES; from++)
            sum = larger(sum, add_points(points_before(before, from), steps->into[from].of[to]));
        best.to.of[to] = add_points(sum, score->of[to]);
        most = larger(most, best.to.of[to]);
    }
    for (unsigned from = 0; from < STATES; from++)
        best.outside =
            larger(best.outside, add_points(points_before(before, from), steps->outside[from]));
    most = larger(most, best.outside);
    for (unsigned to = 0; to < TAGS; to++)
        after->to.of[to] = add_points(best.to.of[to], -most);
    after->outside = add_points(best.outside, -most);
}

const struct kernels kernels_plain = {"plain", add_rows_plain, add_plain, step_on_plain};

#if defined(__x86_64__)

/* ---- SSE2, which every x86-64 has ---- */

static __m128i load(const void *from)
{
    return _mm_loadu_si128(from);
}

/* Eight entries of a bucket, and few have more, are looked at in one step. */
static inline uint32_t find_in(const struct dictionary *features, uint64_t key,
                               struct stretch bucket)
{
    uint32_t size = bucket.end - bucket.begin;
    __m128i check = _mm_set1_epi16((int16_t)dictionary_check(key));
    __m128i same = _mm_cmpeq_epi16(load(features->checks + bucket.begin), check);
    uint32_t bits = (uint32_t)_mm_movemask_epi8(same);
    bits &= size < DICTIONARY_SLACK ? (1U << 2 * size) - 1 : UINT32_MAX;
    if (bits != 0)
        return bucket.begin + (uint32_t)__builtin_ctz(bits) / 2;
    return size > DICTIONARY_SLACK ? dictionary_find(features, key) : features->count;
}

/* The rows of those of the first keys that the model has: returns how many. What each step reads is
 * asked for in the step before, for all keys, so that memory is waited for but once. */
#define BATCH 64
static size_t find_rows(const struct model *model, const uint64_t *keys, size_t left,
                        const struct row *rows[BATCH])
{
    const struct dictionary *features = &model->features;
    struct stretch buckets[BATCH];
    size_t known = 0, count = left < BATCH ? left : BATCH;
    for (size_t i = 0; i < count; i++)
        __builtin_prefetch(features->starts + dictionary_bucket(keys[i], features->buckets));
    for (size_t i = 0; i < count; i++) {
        buckets[i] = dictionary_look(features, keys[i]);
        __builtin_prefetch(features->checks + buckets[i].begin);
    }
    for (size_t i = 0; i < count; i++) {
        uint32_t entry = find_in(features, keys[i], buckets[i]);
        rows[known] = &model->rows[entry];
        __builtin_prefetch(rows[known]);
        known += entry < features->count;
    }
    return known;
}

static void add_rows_sse2(const struct model *model, const uint64_t *keys, size_t count,
                          struct score *sum)
{
    const struct row *rows[BATCH];
    __m128i low = load(sum->of), high = load(sum->of + 8);
    for (size_t at = 0; at < count; at += BATCH) {
        size_t known = find_rows(model, keys + at, count - at, rows);
        for (size_t i = 0; i < known; i++) {
            __m128i row = load(rows[i]->of);
            low = _mm_adds_epi16(low, _mm_srai_epi16(_mm_unpacklo_epi8(row, row), 8));
            high = _mm_adds_epi16(high, _mm_srai_epi16(_mm_unpackhi_epi8(row, row), 8));
        }
    }
    _mm_storeu_si128((void *)sum->of, low);
    _mm_storeu_si128((void *)(sum->of + 8), high);
}

static void add_sse2(const struct score *more, struct score *sum)
{
    _mm_storeu_si128((void *)sum->of, _mm_adds_epi16(load(sum->of), load(more->of)));
    _mm_storeu_si128((void *)(sum->of + 8), _mm_adds_epi16(load(sum->of + 8), load(more->of + 8)));
}

static int16_t largest(__m128i values)
{
    values = _mm_max_epi16(values, _mm_shuffle_epi32(values, 0x4E));
    values = _mm_max_epi16(values, _mm_shuffle_epi32(values, 0xB1));
    values = _mm_max_epi16(values, _mm_srli_epi32(values, 16));
    return (int16_t)_mm_extract_epi16(values, 0);
}

/* The best way out of names. */
static int16_t step_out(const struct step_points *steps, const struct way *before)
{
    __m128i low = _mm_adds_epi16(load(before->to.of), load(steps->outside));
    __m128i high = _mm_adds_epi16(load(before->to.of + 8), load(steps->outside + 8));
    return larger(largest(_mm_max_epi16(low, high)),
                  add_points(before->outside, steps->outside[TAG_OUTSIDE]));
}

static void step_on_sse2(const struct step_points *steps, const struct way *before,
                         const struct score *score, struct way *after)
{
    __m128i low = _mm_set1_epi16(INT16_MIN), high = low;
    for (unsigned from = 0; from < STATES; from++) {
        __m128i points = _mm_set1_epi16(points_before(before, from));
        low = _mm_max_epi16(low, _mm_adds_epi16(points, load(steps->into[from].of)));
        high = _mm_max_epi16(high, _mm_adds_epi16(points, load(steps->into[from].of + 8)));
    }
    low = _mm_adds_epi16(low, load(score->of));
    high = _mm_adds_epi16(high, load(score->of + 8));
    int16_t outside = step_out(steps, before);
    int16_t most = larger(outside, largest(_mm_max_epi16(low, high)));
    __m128i less = _mm_set1_epi16(add_points(0, -most));
    _mm_storeu_si128((void *)after->to.of, _mm_adds_epi16(low, less));
    _mm_storeu_si128((void *)(after->to.of + 8), _mm_adds_epi16(high, less));
    after->outside = add_points(outside, -most);
}

static const struct kernels kernels_sse2 = {"sse2", add_rows_sse2, add_sse2, step_on_sse2};

/* ---- AVX2: a row is one register ---- */

#define AVX2 __attribute__((target("avx2")))

AVX2 static void add_rows_avx2(const struct model *model, const uint64_t *keys, size_t count,
                               struct score *sum)
{
    const struct row *rows[BATCH];
    __m256i sums = _mm256_loadu_si256((const void *)sum->of);
    for (size_t at = 0; at < count; at += BATCH) {
        size_t known = find_rows(model, keys + at, count - at, rows);
        for (size_t i = 0; i < known; i++)
            sums = _mm256_adds_epi16(sums, _mm256_cvtepi8_epi16(load(rows[i]->of)));
    }
    _mm256_storeu_si256((void *)sum->of, sums);
}

AVX2 static void add_avx2(const struct score *more, struct score *sum)
{
    __m256i sums = _mm256_loadu_si256((const void *)sum->of);
    sums = _mm256_adds_epi16(sums, _mm256_loadu_si256((const void *)more->of));
    _mm256_storeu_si256((void *)sum->of, sums);
}

AVX2 static void step_on_avx2(const struct step_points *steps, const struct way *before,
                              const struct score *score, struct way *after)
{
    __m256i best = _mm256_set1_epi16(INT16_MIN);
    for (unsigned from = 0; from < STATES; from++) {
        __m256i points = _mm256_set1_epi16(points_before(before, from));
        __m256i row = _mm256_loadu_si256((const void *)steps->into[from].of);
        best = _mm256_max_epi16(best, _mm256_adds_epi16(points, row));
    }
    best = _mm256_adds_epi16(best, _mm256_loadu_si256((const void *)score->of));
    int16_t outside = step_out(steps, before);
    int16_t most = larger(outside, largest(_mm_max_epi16(_mm256_castsi256_si128(best),
                                                         _mm256_extracti128_si256(best, 1))));
    __m256i less = _mm256_set1_epi16(add_points(0, -most));
    _mm256_storeu_si256((void *)after->to.of, _mm256_adds_epi16(best, less));
    after->outside = add_points(outside, -most);
}

static const struct kernels kernels_avx2 = {"avx2", add_rows_avx2, add_avx2, step_on_avx2};

const struct kernels *const *kernels_all(void)
{
    static const struct kernels *const most[] = {&kernels_plain, &kernels_sse2, NULL};
    static const struct kernels *const all[] = {&kernels_plain, &kernels_sse2, &kernels_avx2, NULL};
    return __builtin_cpu_supports("avx2") ? all : most;
}

#else

const struct kernels *const *kernels_all(void)
{
    static const struct kernels *const all[] = {&kernels_plain, NULL};
    return all;
}

#endif

const struct kernels *kernels_choose(void)
{
    const struct kernels *const *all = kernels_all();
    const char *wanted = getenv("QUERN_ENTITIES_KERNELS");
    while (all[1] && !(wanted && strcmp((*all)->name, wanted) == 0))
        all++;
    return *all;
}
