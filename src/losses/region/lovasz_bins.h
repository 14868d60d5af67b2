/* lovasz_bins.h - errors of one class, counted in narrow bins: how many hits and misses, and what is above the bin's edge.
 */
#ifndef SEG_LOSSES_REGION_LOVASZ_BINS_H
#define SEG_LOSSES_REGION_LOVASZ_BINS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../../simd/error_bins.h"

typedef struct {
    seg_bins_side hit, miss;
    size_t n; /* voxels since it was emptied */
} seg_bins;

/* Where bins are emptied to before they are full, by any thread. Zeroed at first, and hardly ever needed. */
typedef struct {
    atomic_bool used;
    seg_bin_total hit[SEG_BINS], miss[SEG_BINS];
} seg_bins_total;

/* Counts n stored values of a class, all hits or all misses. Misses below `cut` (the bits of a float) need not be
 * counted. */
void seg_bins_count(seg_bins *bins, seg_bins_total *total, const float *p, size_t n, int32_t cut, bool flip, bool hit);

/* What several threads have counted of one class. */
typedef struct {
    seg_bins *const *set; /* [sets] */
    size_t sets;
    const seg_bins_total *total;
} seg_counted;

/* All that is in bin b. */
void seg_counted_bin(const seg_counted *counted, size_t b, seg_bin *hit, seg_bin *miss);

#endif
