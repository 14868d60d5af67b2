/* random.h - random numbers that are the same on every machine: splitmix64. */
#ifndef SEG_TOOLS_TRAIN_RANDOM_H
#define SEG_TOOLS_TRAIN_RANDOM_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
    uint64_t state;
} seg_random;

static inline uint64_t seg_random_bits(seg_random *r)
{
    uint64_t z = r->state += 0x9e3779b97f4a7c15u;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

/* A stream of its own for item `index` of a series, so that items can be made in any order. */
static inline seg_random seg_random_of(uint64_t seed, uint64_t index)
{
    seg_random r = {seed ^ (index + 1) * 0xd1342543de82ef95u};

    seg_random_bits(&r);
    return (seg_random){seg_random_bits(&r)};
}

/* In [low, high). */
static inline double seg_random_in(seg_random *r, double low, double high)
{
    return low + (high - low) * ((double)(seg_random_bits(r) >> 11) * 0x1p-53);
}

static inline bool seg_random_chance(seg_random *r, double probability)
{
    return seg_random_in(r, 0, 1) < probability;
}

/* Standard normal, by Box and Muller. */
static inline double seg_random_normal(seg_random *r)
{
    double u = seg_random_in(r, 0x1p-53, 1), angle = seg_random_in(r, 0, 6.283185307179586);

    return sqrt(-2 * log(u)) * cos(angle);
}

#endif
