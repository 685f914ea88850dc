/* scan.c - the loops of scan_loops.h for the vectors of x86-64 (SSE2, which every one has, and
 * AVX2, asked for at run time) and of 64-bit ARM (NEON, which every one has). */
#include "scan.h"

static size_t none_utf8(const char *text, size_t at, size_t size)
{
    (void)text, (void)size;
    return at;
}

static size_t none_starts(const char *text, size_t size, size_t *count)
{
    (void)text, (void)size;
    return *count = 0;
}

static const char *none_run(const char *at, const char *end)
{
    (void)end;
    return at;
}

#define SET_NONE                                                                                   \
    {                                                                                              \
        "none", none_utf8, none_starts, none_run, none_run                                         \
    }

#if defined(__x86_64__)
#include <immintrin.h>

#define NAME(name) sse2_##name
#define LOOP(type, name) type sse2_##name
#define VECTOR __m128i
#define WIDTH 16
#define LOAD(p) _mm_loadu_si128((const __m128i *)(const void *)(p))
#define FILL(b) _mm_set1_epi8((char)(b))
#define SAME(v, b) _mm_cmpeq_epi8(v, FILL(b))
#define AT_LEAST(v, b) _mm_cmpeq_epi8(_mm_max_epu8(v, FILL(b)), v)
#define AT_MOST(v, b) _mm_cmpeq_epi8(_mm_min_epu8(v, FILL(b)), v)
#define CONTINUES(v) _mm_cmpgt_epi8(FILL(0xC0), v)
#define OR(v, w) _mm_or_si128(v, w)
#define AND(v, w) _mm_and_si128(v, w)
#define XOR(v, w) _mm_xor_si128(v, w)
#define ANY(v) (_mm_movemask_epi8(v) != 0)
#define HIGH(v) ANY(v)
#define FIRST(v) __builtin_ctz((unsigned)_mm_movemask_epi8(v))
#define SUBTRACT(v, w) _mm_sub_epi8(v, w)
#define SUM(v) sum_sse2(_mm_sad_epu8(v, _mm_setzero_si128()))
static inline size_t sum_sse2(__m128i halves)
{
    return (size_t)_mm_cvtsi128_si64(_mm_add_epi64(halves, _mm_unpackhi_epi64(halves, halves)));
}
#include "scan_loops.h"

#define AVX2 __attribute__((target("avx2")))
#define NAME(name) avx2_##name
#define LOOP(type, name) AVX2 type avx2_##name
#define VECTOR __m256i
#define WIDTH 32
#define LOAD(p) _mm256_loadu_si256((const __m256i *)(const void *)(p))
#define FILL(b) _mm256_set1_epi8((char)(b))
#define SAME(v, b) _mm256_cmpeq_epi8(v, FILL(b))
#define AT_LEAST(v, b) _mm256_cmpeq_epi8(_mm256_max_epu8(v, FILL(b)), v)
#define AT_MOST(v, b) _mm256_cmpeq_epi8(_mm256_min_epu8(v, FILL(b)), v)
#define CONTINUES(v) _mm256_cmpgt_epi8(FILL(0xC0), v)
#define OR(v, w) _mm256_or_si256(v, w)
#define AND(v, w) _mm256_and_si256(v, w)
#define XOR(v, w) _mm256_xor_si256(v, w)
#define ANY(v) (_mm256_movemask_epi8(v) != 0)
#define HIGH(v) ANY(v)
#define FIRST(v) __builtin_ctz((unsigned)_mm256_movemask_epi8(v))
#define SUBTRACT(v, w) _mm256_sub_epi8(v, w)
#define SUM(v) sum_avx2(_mm256_sad_epu8(v, _mm256_setzero_si256()))
static inline AVX2 size_t sum_avx2(__m256i quarters)
{
    __m128i halves =
        _mm_add_epi64(_mm256_castsi256_si128(quarters), _mm256_extracti128_si256(quarters, 1));
    return sum_sse2(halves);
}
#include "scan_loops.h"

const struct scan_set *scan_sets(size_t *count)
{
    static const struct scan_set sets[] = {
        {"avx2", avx2_utf8, avx2_starts, avx2_plain, avx2_shown},
        {"sse2", sse2_utf8, sse2_starts, sse2_plain, sse2_shown},
        SET_NONE,
    };
    *count = 2 + (__builtin_cpu_supports("avx2") != 0);
    return sets + 3 - *count;
}

#elif defined(__aarch64__)
#include <arm_neon.h>

#define NAME(name) neon_##name
#define LOOP(type, name) type neon_##name
#define VECTOR uint8x16_t
#define WIDTH 16
#define LOAD(p) vld1q_u8((const uint8_t *)(p))
#define FILL(b) vdupq_n_u8(b)
#define SAME(v, b) vceqq_u8(v, FILL(b))
#define AT_LEAST(v, b) vcgeq_u8(v, FILL(b))
#define AT_MOST(v, b) vcleq_u8(v, FILL(b))
#define CONTINUES(v) vcltq_s8(vreinterpretq_s8_u8(v), vdupq_n_s8(-0x40))
#define OR(v, w) vorrq_u8(v, w)
#define AND(v, w) vandq_u8(v, w)
#define XOR(v, w) veorq_u8(v, w)
#define ANY(v) (vmaxvq_u8(v) != 0)
#define HIGH(v) (vmaxvq_u8(v) >= 0x80)
#define FIRST(v) (__builtin_ctzll(nibbles_neon(v)) >> 2)
#define SUBTRACT(v, w) vsubq_u8(v, w)
#define SUM(v) vaddlvq_u8(v)
/* Four bits for each byte: NEON has no instruction that gathers one. */
static inline uint64_t nibbles_neon(uint8x16_t v)
{
    return vget_lane_u64(vreinterpret_u64_u8(vshrn_n_u16(vreinterpretq_u16_u8(v), 4)), 0);
}
#include "scan_loops.h"

const struct scan_set *scan_sets(size_t *count)
{
    static const struct scan_set sets[] = {
        {"neon", neon_utf8, neon_starts, neon_plain, neon_shown},
        SET_NONE,
    };
    *count = 2;
    return sets;
}

#else

const struct scan_set *scan_sets(size_t *count)
{
    static const struct scan_set none = SET_NONE;
    *count = 1;
    return &none;
}

#endif
