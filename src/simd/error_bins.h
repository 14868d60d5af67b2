/* error_bins.h - errors of one class, counted in narrow bins: how many, and the sum of what is above the bin's edge.
 *
 * Bins are the leading bits of a float, 4096 to an octave where errors are large and 256 where they are small, so their
 * width is a small part of the errors in them. Counts and sums are whole numbers: any order of adding gives the same.
 */
#ifndef SEG_SIMD_ERROR_BINS_H
#define SEG_SIMD_ERROR_BINS_H

#include <stddef.h>
#include <stdint.h>

/* A count and a sum packed into one word: 24 and 40 bits, enough for fewer than 2^24 errors whose rests are below 2^15. */
enum { SEG_PACKED_SHIFT = 40, SEG_PACKED_LIMIT = (1 << 24) - 1 };
#define SEG_PACKED_ONE ((uint64_t)1 << SEG_PACKED_SHIFT)

typedef struct {
    uint64_t n, rest;
} seg_bin;

static inline seg_bin seg_packed_bin(uint64_t packed)
{
    return (seg_bin){packed >> SEG_PACKED_SHIFT, packed & (SEG_PACKED_ONE - 1)};
}

static inline seg_bin seg_bin_sum(seg_bin a, seg_bin b)
{
    return (seg_bin){a.n + b.n, a.rest + b.rest};
}

/* The bits of a float in [0, 1], shifted: fine bins from 2^-10 to 1, coarse ones from 2^-30 to 2^-10. What is below is
 * not counted, or in bin 0, which is not read. */
enum {
    SEG_FINE_SHIFT = 11,
    SEG_COARSE_SHIFT = 15,
    SEG_ONE_BITS = 127 << 23, /* 1.0f */
    SEG_HALF_BITS = (127 - 1) << 23,
    SEG_FINE_BITS = (127 - 10) << 23,   /* 2^-10 */
    SEG_COARSE_BITS = (127 - 30) << 23, /* 2^-30 */
    SEG_COARSE_BINS = (SEG_FINE_BITS - SEG_COARSE_BITS) >> SEG_COARSE_SHIFT,
    SEG_FINE_BINS = ((SEG_ONE_BITS - SEG_FINE_BITS) >> SEG_FINE_SHIFT) + 1, /* e = 1 has a bin of its own */
    SEG_BINS = 1 + SEG_COARSE_BINS + SEG_FINE_BINS,
    SEG_HIGH_BINS = ((SEG_ONE_BITS - SEG_HALF_BITS) >> SEG_FINE_SHIFT) + 1 /* the last of them, from 1/2 on */
};

/* The rest of a bin is in units of 2^-SEG_RESOLUTION of the octave, but 2^-23 where it is packed. */
enum { SEG_RESOLUTION = 40 };

/* One side. Errors that are floats are packed; 1 - y of a float y is one too, unless it is above 1/2. */
typedef struct {
    uint64_t packed[SEG_BINS];
    seg_bin high[SEG_HIGH_BINS]; /* those that are not floats */
} seg_bins_side;

/* The smallest error of a bin, as the bits of a float. */
static inline uint32_t seg_bin_edge(size_t bin)
{
    if (bin <= SEG_COARSE_BINS)
        return SEG_COARSE_BITS + (uint32_t)(bin - 1) * (1u << SEG_COARSE_SHIFT);
    return SEG_FINE_BITS + (uint32_t)(bin - 1 - SEG_COARSE_BINS) * (1u << SEG_FINE_SHIFT);
}

#endif
