/* lovasz_bins.h - hits and misses of one class in bins of errors: how many, and the sum of what is above the bin's edge. */
#ifndef SEG_LOSSES_REGION_LOVASZ_BINS_H
#define SEG_LOSSES_REGION_LOVASZ_BINS_H

#include <stdbool.h>

#include "../../simd/error_bins.h"

/* The state of one walk; fewer than SEG_PACKED_LIMIT voxels. */
typedef struct {
    seg_bins_side hit, miss;
} seg_bins;

/* What all states have counted of a class. */
typedef struct {
    seg_bin hit[SEG_BINS], miss[SEG_BINS];
} seg_bins_total;

/* Counts n stored values of a class, all hits or all misses. Misses below `cut` (the bits of a float) need not be
 * counted. */
void seg_bins_count(seg_bins *bins, const float *p, size_t n, int32_t cut, bool flip, bool hit);

/* Adds the counts of a seg_bins to a seg_bins_total. */
void seg_bins_merge(void *total, const void *bins);

#endif
