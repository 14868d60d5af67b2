/* random.h - random numbers by counter: number i of a seed is the same whoever asks first (splitmix64). */
#ifndef SEG_STATISTICS_RANDOM_H
#define SEG_STATISTICS_RANDOM_H

#include <stddef.h>
#include <stdint.h>

static inline uint64_t seg_random_at(uint64_t seed, uint64_t counter)
{
    uint64_t x = seed + (counter + 1) * 0x9e3779b97f4a7c15u;

    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return x ^ x >> 31;
}

/* In [0, n), n < 2^32; the bias is below n / 2^32. */
static inline size_t seg_random_below(uint64_t seed, uint64_t counter, size_t n)
{
    return (size_t)((seg_random_at(seed, counter) >> 32) * n >> 32);
}

#endif
