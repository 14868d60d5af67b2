/* packed_histogram.h - counts and sums of many numbers by bins, both in one word: how many, and what they are above the bin's edge.
 *
 * A number is a float; above the edge it is a whole number of units, less than 2^15 of them. Fields of 24 and 40 bits
 * are enough for fewer than 2^24 numbers; then the words are emptied into totals, which threads share. Whole numbers: any
 * order of adding gives the same.
 */
#ifndef SEG_BASE_PACKED_HISTOGRAM_H
#define SEG_BASE_PACKED_HISTOGRAM_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

enum { SEG_PACKED_SHIFT = 40, SEG_PACKED_LIMIT = (1 << 24) - 1 };
#define SEG_PACKED_ONE ((uint64_t)1 << SEG_PACKED_SHIFT)

typedef struct {
    uint64_t n, rest;
} seg_bin;

typedef struct {
    atomic_uint_least64_t n, rest;
} seg_bin_total;

static inline seg_bin seg_packed_bin(uint64_t packed)
{
    return (seg_bin){packed >> SEG_PACKED_SHIFT, packed & (SEG_PACKED_ONE - 1)};
}

static inline seg_bin seg_bin_sum(seg_bin a, seg_bin b)
{
    return (seg_bin){a.n + b.n, a.rest + b.rest};
}

/* Adds all words to the totals; they are 0 then. Several threads may do so. */
void seg_packed_empty(uint64_t *packed, size_t bins, seg_bin_total *total);

#endif
