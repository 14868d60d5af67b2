/* topk_bins.h - probabilities of true classes counted in narrow bins. */
#ifndef SEG_SIMD_TOPK_BINS_H
#define SEG_SIMD_TOPK_BINS_H

#include <stddef.h>
#include <stdint.h>

/* Bins are the leading bits of floats from 2^-24 to 1/2. What is smaller is in the first, one for each lane, whose rest is
 * the number of those that are not 0. */
enum {
    SEG_TOPK_SHIFT = 11,
    SEG_TOPK_LOW_BITS = (127 - 24) << 23,
    SEG_TOPK_HALF_BITS = (127 - 1) << 23,
    SEG_TOPK_FIRST = 8,
    SEG_TOPK_BINS = SEG_TOPK_FIRST + ((SEG_TOPK_HALF_BITS - SEG_TOPK_LOW_BITS) >> SEG_TOPK_SHIFT) + 1
};

enum { SEG_TOPK_BELOW, SEG_TOPK_ABOVE, SEG_TOPK_SIDES }; /* p < 1/2, and 1 - p where p is larger */

typedef struct {
    uint64_t side[SEG_TOPK_SIDES][SEG_TOPK_BINS];
    size_t n; /* since they were emptied */
} seg_topk_counts;

#endif
