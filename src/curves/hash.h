/* hash.h - random numbers that depend on a seed, a stream and a counter alone: no order, no thread, no state.
 *
 * The counter is the index of a voxel or a thing, so that "is voxel i noisy?" has one answer however the image is
 * walked through. Mixing is the finaliser of splitmix64 (Steele, Lea, Flood 2014), whose integer steps are the same
 * on every machine.
 */
#ifndef SEG_CURVES_HASH_H
#define SEG_CURVES_HASH_H

#include <stdint.h>

static inline uint64_t seg_mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static inline uint64_t seg_hash(uint64_t seed, uint64_t stream, uint64_t counter)
{
    const uint64_t golden = 0x9E3779B97F4A7C15u;

    return seg_mix(seg_mix(seg_mix(seed + golden) + stream * golden) + (counter + 1) * golden);
}

/* In [0, 1), 53 bits. */
static inline double seg_uniform(uint64_t seed, uint64_t stream, uint64_t counter)
{
    return (double)(seg_hash(seed, stream, counter) >> 11) * 0x1p-53;
}

#endif
