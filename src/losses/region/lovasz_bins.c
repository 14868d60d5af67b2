/* lovasz_bins.c - hits and misses of one class in bins of errors. */
#include "lovasz_bins.h"

#include <string.h>

#include "../../simd/simd.h"

enum { FLOAT_BITS = 23 };

/* ---- what was counted ---- */

static void empty(seg_bins *bins, seg_bins_total *total)
{
    atomic_store_explicit(&total->used, true, memory_order_relaxed);
    seg_packed_empty(bins->hit.packed, SEG_BINS, total->hit);
    seg_packed_empty(bins->miss.packed, SEG_BINS, total->miss);
    bins->n = 0;
}

static void add_side(seg_bin *packed, seg_bin *high, const seg_bins_side *side, size_t b)
{
    const size_t first_high = SEG_BINS - SEG_HIGH_BINS;

    *packed = seg_bin_sum(*packed, seg_packed_bin(side->packed[b]));
    if (b >= first_high)
        *high = seg_bin_sum(*high, side->high[b - first_high]);
}

static seg_bin together(seg_bin packed, seg_bin high)
{
    packed.rest <<= SEG_RESOLUTION - FLOAT_BITS;
    return seg_bin_sum(packed, high);
}

void seg_counted_bin(const seg_counted *counted, size_t b, seg_bin *hit, seg_bin *miss)
{
    seg_bin hits = {0}, high_hits = {0}, misses = {0}, high_misses = {0};

    for (size_t i = 0; i < counted->sets; i++) {
        add_side(&hits, &high_hits, &counted->set[i]->hit, b);
        add_side(&misses, &high_misses, &counted->set[i]->miss, b);
    }
    if (counted->total->used) {
        hits = seg_bin_sum(hits, (seg_bin){counted->total->hit[b].n, counted->total->hit[b].rest});
        misses = seg_bin_sum(misses, (seg_bin){counted->total->miss[b].n, counted->total->miss[b].rest});
    }
    *hit = together(hits, high_hits);
    *miss = together(misses, high_misses);
}

/* ---- all ---- */

static void count(seg_bins *bins, const float *p, size_t n, int32_t cut, bool flip, bool hit)
{
    if (!hit && !flip)
        seg_simd()->lovasz_count_floats(bins->miss.packed, p, n, cut);
    else
        seg_simd()->lovasz_count(hit ? &bins->hit : &bins->miss, p, n, hit != flip);
}

void seg_bins_count(seg_bins *bins, seg_bins_total *total, const float *p, size_t n, int32_t cut, bool flip, bool hit)
{
    for (size_t at = 0, some; at < n; at += some) {
        some = n - at < SEG_PACKED_LIMIT ? n - at : SEG_PACKED_LIMIT;
        if (bins->n + some > SEG_PACKED_LIMIT)
            empty(bins, total);
        count(bins, p + at, some, cut, flip, hit);
        bins->n += some;
    }
}
