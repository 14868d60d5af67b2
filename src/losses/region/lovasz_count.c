/* lovasz_count.c - the Lovasz extension without sorting: errors counted in narrow bins, with a proof of the rest.
 *
 * A bin holds errors between lo and lo + w. With e = lo + r its part of the value is
 *
 *     sum e dJ = lo (J_after - J_before) + sum r dJ
 *
 * The first term is exact, because J depends only on how many hits and misses came before. In the second, every step dJ
 * lies between those at the two ends of the bin, and sum r is known for hits and for misses: that bounds it from both
 * sides. Bins are the leading bits of a float, 8192 to an octave where errors are large and 256 where they are small, so
 * w is a small part of lo and the doubt usually below 1e-8. Counts and sums are whole numbers: any order of adding gives
 * the same.
 */
#include <stdlib.h>
#include <string.h>

#include "../../base/blocks.h"
#include "../../base/memory.h"
#include "../../base/octet.h"
#include "../stretch.h"
#include "lovasz_class.h"

/* The bits of a float in [0, 1], shifted: fine bins from 2^-10 to 1, coarse ones from 2^-30 to 2^-10. What is below, in
 * most maps most of all voxels, is not counted (or in bin 0, which nobody reads): together it adds less than 2^-30. */
enum {
    FINE_SHIFT = 10, COARSE_SHIFT = 15,
    ONE = 127 << 23,                     /* the bits of 1.0f */
    FINE = (127 - 10) << 23,             /* 2^-10 */
    COARSE = (127 - 30) << 23,           /* 2^-30 */
    COARSE_BINS = (FINE - COARSE) >> COARSE_SHIFT,
    FINE_BINS = ((ONE - FINE) >> FINE_SHIFT) + 1, /* e = 1 has a bin of its own */
    BINS = 1 + COARSE_BINS + FINE_BINS
};

/* Errors of one bin: how many, and the sum of what is above lo. */
struct bin {
    uint64_t n, rest; /* rest in units of 2^-RESOLUTION of the octave */
};

enum { RESOLUTION = 40 };

/* One thread's counts. Misses from floats are counted in one number each, n << 40 | rest in units of 2^-23: the next two
 * fields hold 24 and 40 bits, enough for 2^24 voxels; then they are emptied into `miss`. */
struct counts {
    struct bin hit[BINS], miss[BINS];
    uint64_t packed[BINS];
    size_t in_packed;
};

enum { PACKED_SHIFT = 40 };
static const size_t PACKED_LIMIT = (size_t)1 << 24;

/* The smallest error of a bin, as the bits of a float. */
static uint32_t bits_of_bin(size_t bin)
{
    if (bin <= COARSE_BINS)
        return COARSE + (uint32_t)(bin - 1) * (1u << COARSE_SHIFT);
    return FINE + (uint32_t)(bin - 1 - COARSE_BINS) * (1u << FINE_SHIFT);
}

static void unpack(struct counts *c)
{
    for (size_t b = 0; b < BINS; b++) {
        c->miss[b].n += c->packed[b] >> PACKED_SHIFT;
        c->miss[b].rest += (c->packed[b] & (((uint64_t)1 << PACKED_SHIFT) - 1)) << (RESOLUTION - 23);
        c->packed[b] = 0;
    }
    c->in_packed = 0;
}

/* Bin and rest of eight errors that are stored as floats. What is below the lowest bin, negative or NaN goes to bin 0
 * and has no rest. Returns 0 when all of them do. */
SEG_OCTET_INLINE uint64_t place_floats(const float *p, uint32_t *bin, uint32_t *rest)
{
    const int32_t one = ONE, fine = FINE, coarse = COARSE, infinity = 0x7f800000;
    seg_int8 bits, over, is_fine, is_low, at, low;
    uint64_t any[4];

    memcpy(&bits, p, sizeof bits);
    bits &= ~((infinity - (bits & ~(bits >> 31))) >> 31);
    over = bits - one;
    bits = (over & (over >> 31)) + one; /* the smaller of the two */
    is_fine = ~((bits - fine) >> 31);
    is_low = (bits >> 31) | ((bits - coarse) >> 31);
    at = (((bits - fine) >> FINE_SHIFT) + (1 + COARSE_BINS)) & is_fine;
    at |= (((bits - coarse) >> COARSE_SHIFT) + 1) & ~is_fine & ~is_low;
    low = bits & ((is_fine & ((1 << FINE_SHIFT) - 1)) | (~is_fine & ((1 << COARSE_SHIFT) - 1))) & ~is_low;
    memcpy(bin, &at, sizeof at);
    memcpy(rest, &low, sizeof low);
    memcpy(any, &at, sizeof any);
    return any[0] | any[1] | any[2] | any[3];
}

/* The same for errors p or, where `flip`, 1 - p, which needs a double. A float has its exponent 23 and a double 52 bits
 * up, with offsets of 127 and 1023: the leading bits of a double, moved, are those of a float rounded down. */
SEG_OCTET_INLINE void place_doubles(const float *p, int flip, int64_t *bin, int64_t *rest)
{
    const int64_t fine = FINE, coarse = COARSE, offset = (int64_t)(1023 - 127) << 52;
    const int64_t fine_mask = ((int64_t)1 << (29 + FINE_SHIFT)) - 1, coarse_mask = ((int64_t)1 << (29 + COARSE_SHIFT)) - 1;
    seg_double8 e;
    seg_long8 bits, lead, is_fine, is_low, at, low;

    seg_octet_load(&e, p, flip);
    bits = (seg_long8)e;
    lead = (bits - offset) >> 29;
    is_fine = ~((lead - fine) >> 63);
    is_low = (lead - coarse) >> 63;
    at = (((lead - fine) >> FINE_SHIFT) + (1 + COARSE_BINS)) & is_fine;
    at |= (((lead - coarse) >> COARSE_SHIFT) + 1) & ~is_fine & ~is_low;
    low = (bits & ((is_fine & fine_mask) | (~is_fine & coarse_mask)) & ~is_low) >> (52 - RESOLUTION);
    memcpy(bin, &at, sizeof at);
    memcpy(rest, &low, sizeof low);
}

SEG_OCTET_INLINE void add_floats(uint64_t *packed, const float *eight, size_t n)
{
    uint32_t bin[SEG_OCTET], rest[SEG_OCTET];

    if (!place_floats(eight, bin, rest))
        return;
    for (size_t k = 0; k < n; k++)
        packed[bin[k]] += ((uint64_t)1 << PACKED_SHIFT) + rest[k];
}

SEG_OCTET_KERNEL static void count_floats(uint64_t *packed, const float *p, size_t n)
{
    float last[SEG_OCTET] = {0};
    size_t i = 0;

    for (; i + SEG_OCTET <= n; i += SEG_OCTET)
        add_floats(packed, p + i, SEG_OCTET);
    if (i < n)
        add_floats(packed, memcpy(last, p + i, (n - i) * sizeof *p), n - i);
}

SEG_OCTET_INLINE void add_doubles(struct bin *bins, const float *eight, int flip, size_t n)
{
    int64_t bin[SEG_OCTET], rest[SEG_OCTET];

    place_doubles(eight, flip, bin, rest);
    for (size_t k = 0; k < n; k++) {
        bins[bin[k]].n++;
        bins[bin[k]].rest += (uint64_t)rest[k];
    }
}

SEG_OCTET_INLINE void count_doubles(struct bin *bins, const float *p, size_t n, int flip)
{
    float last[SEG_OCTET] = {0};
    size_t i = 0;

    for (; i + SEG_OCTET <= n; i += SEG_OCTET)
        add_doubles(bins, p + i, flip, SEG_OCTET);
    if (i < n)
        add_doubles(bins, memcpy(last, p + i, (n - i) * sizeof *p), flip, n - i);
}

SEG_OCTET_KERNEL static void count_straight(struct bin *bins, const float *p, size_t n)
{
    count_doubles(bins, p, n, 0);
}

SEG_OCTET_KERNEL static void count_flipped(struct bin *bins, const float *p, size_t n)
{
    count_doubles(bins, p, n, 1);
}

static void count_stretch(struct counts *c, const float *p, size_t n, bool flip, bool hit)
{
    if (hit || flip) {
        (hit != flip ? count_flipped : count_straight)(hit ? c->hit : c->miss, p, n);
        return;
    }
    if (c->in_packed + n > PACKED_LIMIT)
        unpack(c);
    count_floats(c->packed, p, n);
    c->in_packed += n;
}

struct pass {
    const seg_pair *pair;
    int class;
    struct counts *worker; /* [workers] */
};

static void count_block(void *context, size_t block, int worker)
{
    const struct pass *pass = context;
    const seg_pair *pair = pass->pair;
    size_t begin = block * SEG_BLOCK, left = pair->voxels - begin, n = left < SEG_BLOCK ? left : SEG_BLOCK;
    seg_stretches stretches = seg_stretches_of(&pair->truth, begin, begin + n);
    float scratch[SEG_BLOCK];
    bool flip;
    const float *p = seg_plane_block(pair, pass->class, begin, n, scratch, &flip);
    seg_stretch s;

    while (seg_stretches_next(&stretches, &s))
        if (s.code != (uint32_t)pair->classes)
            count_stretch(&pass->worker[worker], p + (s.begin - begin), s.end - s.begin, flip,
                          s.code == (uint32_t)pass->class);
}

static void merge(struct counts *into, struct counts *more, size_t workers)
{
    unpack(into);
    for (size_t w = 0; w < workers; w++) {
        unpack(&more[w]);
        for (size_t b = 0; b < BINS; b++) {
            into->hit[b].n += more[w].hit[b].n;
            into->hit[b].rest += more[w].hit[b].rest;
            into->miss[b].n += more[w].miss[b].n;
            into->miss[b].rest += more[w].miss[b].rest;
        }
    }
}

/* ---- from counts to the value ---- */

/* Bounds of the value, and where the walk has come to. */
struct bounds {
    double least, most, I, U;
};

static double float_of(uint32_t bits)
{
    float x;

    memcpy(&x, &bits, sizeof x);
    return x;
}

static void add_bin(struct bounds *s, size_t b, const struct counts *c)
{
    double hits = (double)c->hit[b].n, misses = (double)c->miss[b].n;
    double I = s->I - hits, U = s->U + misses; /* after the bin */
    double lo = float_of(bits_of_bin(b));
    double rise = (s->I * misses + hits * s->U) / (s->U * U);
    uint32_t octave = bits_of_bin(b) & ~((1u << 23) - 1);
    double unit = float_of(octave) / (double)((uint64_t)1 << RESOLUTION);
    double r_hit = (double)c->hit[b].rest * unit, r_miss = (double)c->miss[b].rest * unit;

    s->most += lo * rise + r_hit / s->U + r_miss * s->I / (s->U * (s->U + 1));
    s->least += lo * rise + r_hit / U + (misses > 0 ? r_miss * I / (U * (U - 1)) : 0);
    s->I = I;
    s->U = U;
}

/* In a bin the larger errors come first and meet the larger steps, so the value lies above the middle of its bounds;
 * for errors that are spread evenly over the bin, at two thirds. */
static const double LIKELY = 2.0 / 3;

static void bound(const struct counts *c, double hits, double *value, double *doubt)
{
    struct bounds s = {0, 0, hits, hits};

    for (size_t b = BINS - 1; b > 0 && s.I > 0; b--)
        if (c->hit[b].n + c->miss[b].n)
            add_bin(&s, b, c);
    s.most += float_of(COARSE) * s.I / s.U; /* J can only rise to 1 */
    *value = s.least + LIKELY * (s.most - s.least);
    *doubt = LIKELY * (s.most - s.least);
}

seg_status seg_lovasz_by_counting(const seg_work *work, int class, double *value, double *doubt, seg_error *err)
{
    size_t blocks = (work->pair->voxels + SEG_BLOCK - 1) / SEG_BLOCK, workers = (size_t)seg_workers();
    struct pass pass = {.pair = work->pair, .class = class};
    seg_status st = seg_alloc(&pass.worker, workers, sizeof *pass.worker, "counts of errors", err);

    if (st)
        return st;
    seg_each(blocks, count_block, &pass);
    merge(pass.worker, pass.worker + 1, workers - 1);
    bound(pass.worker, (double)work->truth_voxels[class], value, doubt);
    free(pass.worker);
    return SEG_OK;
}
