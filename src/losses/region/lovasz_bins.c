/* lovasz_bins.c - eight errors at a time find their bins.
 *
 * Most voxels of most maps are misses with tiny errors: 32 voxels are passed over at a time when none of them reaches
 * the cut. On a map of 9 classes where 97 of 100 misses lie between 2^-30 and 2^-24, this takes 0.15 ns per voxel and
 * class instead of 0.9.
 */
#include "lovasz_bins.h"

#include <string.h>

#include "../../simd/vec8.h"

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

/* ---- floats as they are ---- */

/* Bin and rest of eight errors that are stored as floats, moved as seg_vec_load_prob() does. What is below `cut` goes to
 * bin 0 and has no rest. */
SEG_VEC_INLINE void place_floats(const float *p, int32_t cut, uint32_t *bin, uint32_t *rest)
{
    const int32_t one = SEG_ONE_BITS, fine = SEG_FINE_BITS, coarse = SEG_COARSE_BITS, largest = 0x7f7fffff;
    const int32_t fine_mask = (1 << SEG_FINE_SHIFT) - 1, coarse_mask = (1 << SEG_COARSE_SHIFT) - 1;
    seg_i32x8 bits, over, is_fine, is_low, at, low;

    memcpy(&bits, p, sizeof bits);
    bits &= ~(bits >> 31);
    bits &= ~((largest - bits) >> 31);
    over = bits - one;
    bits = (over & (over >> 31)) + one; /* the smaller of the two */
    is_fine = ~((bits - fine) >> 31);
    is_low = (bits - cut) >> 31;
    at = (((bits - fine) >> SEG_FINE_SHIFT) + (1 + SEG_COARSE_BINS)) & is_fine;
    at |= (((bits - coarse) >> SEG_COARSE_SHIFT) + 1) & ~is_fine & ~is_low;
    low = bits & ((is_fine & fine_mask) | (~is_fine & coarse_mask)) & ~is_low;
    memcpy(bin, &at, sizeof at);
    memcpy(rest, &low, sizeof low);
}

/* Whether the bits of any of eight floats, as whole numbers, reach `least`: what is negative does not. */
SEG_VEC_INLINE void note_reached(const float *p, int32_t least, seg_i32x8 *reached)
{
    seg_i32x8 bits;

    memcpy(&bits, p, sizeof bits);
    *reached |= ~((bits & ~(bits >> 31)) - least);
}

SEG_VEC_INLINE void add_floats(uint64_t *packed, const float *eight, int32_t cut, size_t n)
{
    uint32_t bin[SEG_VEC_LANES], rest[SEG_VEC_LANES];

    place_floats(eight, cut, bin, rest);
    for (size_t k = 0; k < n; k++)
        packed[bin[k]] += SEG_PACKED_ONE + rest[k];
}

enum { GROUP = 4 * SEG_VEC_LANES };

SEG_MULTIARCH static void count_floats(uint64_t *packed, const float *p, size_t n, int32_t cut)
{
    float last[SEG_VEC_LANES] = {0};
    size_t i = 0;

    for (; i + GROUP <= n; i += GROUP) {
        seg_i32x8 reached = {0};

        for (size_t k = 0; k < GROUP; k += SEG_VEC_LANES)
            note_reached(p + i + k, cut, &reached);
        if (!seg_vec_any_negative(&reached))
            continue;
        for (size_t k = 0; k < GROUP; k += SEG_VEC_LANES) {
            reached = (seg_i32x8){0};
            note_reached(p + i + k, cut, &reached);
            if (seg_vec_any_negative(&reached))
                add_floats(packed, p + i + k, cut, SEG_VEC_LANES);
        }
    }
    for (; i + SEG_VEC_LANES <= n; i += SEG_VEC_LANES)
        add_floats(packed, p + i, cut, SEG_VEC_LANES);
    if (i < n)
        add_floats(packed, memcpy(last, p + i, (n - i) * sizeof *p), cut, n - i);
}

/* ---- errors that may need a double ---- */

/* The same for errors p or, where `flip`, 1 - p. A float has its exponent 23 and a double 52 bits up, with offsets of 127
 * and 1023: the leading bits of a double, moved, are those of a float rounded down. */
SEG_VEC_INLINE void place_doubles(const float *p, int flip, int64_t *bin, int64_t *rest)
{
    const int64_t fine = SEG_FINE_BITS, coarse = SEG_COARSE_BITS, offset = (int64_t)(1023 - 127) << 52;
    const int64_t fine_mask = ((int64_t)1 << (29 + SEG_FINE_SHIFT)) - 1;
    const int64_t coarse_mask = ((int64_t)1 << (29 + SEG_COARSE_SHIFT)) - 1;
    seg_f64x8 e;
    seg_i64x8 bits, lead, is_fine, is_low, at, low;

    seg_vec_load_prob(&e, p, flip);
    bits = (seg_i64x8)e;
    lead = (bits - offset) >> 29;
    is_fine = ~((lead - fine) >> 63);
    is_low = (lead - coarse) >> 63;
    at = (((lead - fine) >> SEG_FINE_SHIFT) + (1 + SEG_COARSE_BINS)) & is_fine;
    at |= (((lead - coarse) >> SEG_COARSE_SHIFT) + 1) & ~is_fine & ~is_low;
    low = (bits & ((is_fine & fine_mask) | (~is_fine & coarse_mask)) & ~is_low) >> (52 - SEG_RESOLUTION);
    memcpy(bin, &at, sizeof at);
    memcpy(rest, &low, sizeof low);
}

SEG_VEC_INLINE void add_doubles(seg_bins_side *side, const float *eight, int flip, size_t n)
{
    const int64_t high = SEG_BINS - SEG_HIGH_BINS;
    int64_t bin[SEG_VEC_LANES], rest[SEG_VEC_LANES];

    place_doubles(eight, flip, bin, rest);
    for (size_t k = 0; k < n; k++)
        if (bin[k] >= high) {
            side->high[bin[k] - high].n++;
            side->high[bin[k] - high].rest += (uint64_t)rest[k];
        } else {
            side->packed[bin[k]] += SEG_PACKED_ONE + ((uint64_t)rest[k] >> (SEG_RESOLUTION - FLOAT_BITS));
        }
}

SEG_VEC_INLINE void count_doubles(seg_bins_side *side, const float *p, size_t n, int flip)
{
    float last[SEG_VEC_LANES] = {0};
    size_t i = 0;

    for (; i + SEG_VEC_LANES <= n; i += SEG_VEC_LANES)
        if (!flip || !seg_vec_all_one(p + i)) /* 1 - 1 is in nobody's bin */
            add_doubles(side, p + i, flip, SEG_VEC_LANES);
    if (i < n)
        add_doubles(side, memcpy(last, p + i, (n - i) * sizeof *p), flip, n - i);
}

SEG_MULTIARCH static void count_straight(seg_bins_side *side, const float *p, size_t n)
{
    count_doubles(side, p, n, 0);
}

SEG_MULTIARCH static void count_flipped(seg_bins_side *side, const float *p, size_t n)
{
    count_doubles(side, p, n, 1);
}

/* ---- all ---- */

static void count(seg_bins *bins, const float *p, size_t n, int32_t cut, bool flip, bool hit)
{
    if (!hit && !flip)
        count_floats(bins->miss.packed, p, n, cut);
    else
        (hit != flip ? count_flipped : count_straight)(hit ? &bins->hit : &bins->miss, p, n);
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
