/* random.h - random numbers for tests that try many inputs. The seed is printed, and taken from
 * QUERN_SEED when that is set. */
#ifndef QUERN_TESTS_RANDOM_H
#define QUERN_TESTS_RANDOM_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static uint64_t random_state;

static inline void random_start(void)
{
    const char *seed = getenv("QUERN_SEED");
    random_state = seed ? strtoull(seed, NULL, 10) : (uint64_t)time(NULL);
    printf("QUERN_SEED=%llu\n", (unsigned long long)random_state);
}

/* splitmix64 */
static inline size_t random_below(size_t limit)
{
    uint64_t z = random_state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (size_t)((z ^ (z >> 31)) % limit);
}

#endif
