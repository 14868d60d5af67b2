/* lovasz_bins.c - hits and misses of one class in bins of errors. */
#include "lovasz_bins.h"

#include "../../simd/simd.h"

enum { FLOAT_BITS = 23 };

void seg_bins_count(seg_bins *bins, const float *p, size_t n, int32_t cut, bool flip, bool hit)
{
    if (!hit && !flip)
        seg_simd()->lovasz_count_floats(bins->miss.packed, p, n, cut);
    else
        seg_simd()->lovasz_count(hit ? &bins->hit : &bins->miss, p, n, hit != flip);
}

static void add_side(seg_bin *total, const seg_bins_side *side)
{
    const size_t first_high = SEG_BINS - SEG_HIGH_BINS;

    for (size_t b = 0; b < SEG_BINS; b++) {
        seg_bin bin = seg_packed_bin(side->packed[b]);

        bin.rest <<= SEG_RESOLUTION - FLOAT_BITS;
        total[b] = seg_bin_sum(total[b], bin);
        if (b >= first_high)
            total[b] = seg_bin_sum(total[b], side->high[b - first_high]);
    }
}

void seg_bins_merge(void *total, const void *bins)
{
    seg_bins_total *sum = total;
    const seg_bins *more = bins;

    add_side(sum->hit, &more->hit);
    add_side(sum->miss, &more->miss);
}
