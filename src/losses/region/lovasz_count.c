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
 *
 * Most voxels of most maps are misses with tiny errors, and these hardly matter once no hit is left below them: then J
 * cannot rise any more. So misses are counted from 2^-22 up first, 32 voxels passed over at a time, and from 2^-30 up
 * only when the hits left below make the doubt too large. On a map of 9 classes where 97 of 100 misses lie between the
 * two, this takes 0.15 ns per voxel and class instead of 0.9.
 */
#include <math.h>
#include <string.h>

#include "../../base/blocks.h"
#include "../../base/octet.h"
#include "../../volume/stretch.h"
#include "lovasz_class.h"

/* The bits of a float in [0, 1], shifted: fine bins from 2^-10 to 1, coarse ones from 2^-30 to 2^-10. What is below is
 * not counted, or in bin 0, which nobody reads. */
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
 * fields hold 24 and 40 bits, enough for fewer than 2^24 voxels; then they are emptied into `miss`. */
struct counts {
    struct bin hit[BINS], miss[BINS];
    uint64_t packed[BINS];
    size_t in_packed;
};

enum { PACKED_SHIFT = 40 };
static const size_t PACKED_LIMIT = ((size_t)1 << 24) - 1;

/* Misses are counted from here up, as the bits of a float: the first that leaves little enough doubt. */
static const int32_t cuts[] = {(127 - 22) << 23, COARSE};
enum { CUTS = sizeof cuts / sizeof *cuts };

static double float_of(uint32_t bits)
{
    float x;

    memcpy(&x, &bits, sizeof x);
    return x;
}

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

/* Bin and rest of eight errors that are stored as floats, moved as seg_octet_load() does. What is below `cut` goes to
 * bin 0 and has no rest. */
SEG_OCTET_INLINE void place_floats(const float *p, int32_t cut, uint32_t *bin, uint32_t *rest)
{
    const int32_t one = ONE, fine = FINE, coarse = COARSE, largest = 0x7f7fffff;
    seg_int8 bits, over, is_fine, is_low, at, low;

    memcpy(&bits, p, sizeof bits);
    bits &= ~(bits >> 31);
    bits &= ~((largest - bits) >> 31);
    over = bits - one;
    bits = (over & (over >> 31)) + one; /* the smaller of the two */
    is_fine = ~((bits - fine) >> 31);
    is_low = (bits - cut) >> 31;
    at = (((bits - fine) >> FINE_SHIFT) + (1 + COARSE_BINS)) & is_fine;
    at |= (((bits - coarse) >> COARSE_SHIFT) + 1) & ~is_fine & ~is_low;
    low = bits & ((is_fine & ((1 << FINE_SHIFT) - 1)) | (~is_fine & ((1 << COARSE_SHIFT) - 1))) & ~is_low;
    memcpy(bin, &at, sizeof at);
    memcpy(rest, &low, sizeof low);
}

/* Whether the bits of any of eight floats, as whole numbers, reach `least`: what is negative does not. */
SEG_OCTET_INLINE void note_reached(const float *p, int32_t least, seg_int8 *reached)
{
    seg_int8 bits;

    memcpy(&bits, p, sizeof bits);
    *reached |= ~((bits & ~(bits >> 31)) - least);
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

SEG_OCTET_INLINE void add_floats(uint64_t *packed, const float *eight, int32_t cut, size_t n)
{
    uint32_t bin[SEG_OCTET], rest[SEG_OCTET];

    place_floats(eight, cut, bin, rest);
    for (size_t k = 0; k < n; k++)
        packed[bin[k]] += ((uint64_t)1 << PACKED_SHIFT) + rest[k];
}

enum { GROUP = 4 * SEG_OCTET };

SEG_OCTET_KERNEL static void count_floats(uint64_t *packed, const float *p, size_t n, int32_t cut)
{
    float last[SEG_OCTET] = {0};
    size_t i = 0;

    for (; i + GROUP <= n; i += GROUP) {
        seg_int8 reached = {0};

        for (size_t k = 0; k < GROUP; k += SEG_OCTET)
            note_reached(p + i + k, cut, &reached);
        if (!seg_octet_any_negative(&reached))
            continue;
        for (size_t k = 0; k < GROUP; k += SEG_OCTET) {
            reached = (seg_int8){0};
            note_reached(p + i + k, cut, &reached);
            if (seg_octet_any_negative(&reached))
                add_floats(packed, p + i + k, cut, SEG_OCTET);
        }
    }
    for (; i + SEG_OCTET <= n; i += SEG_OCTET)
        add_floats(packed, p + i, cut, SEG_OCTET);
    if (i < n)
        add_floats(packed, memcpy(last, p + i, (n - i) * sizeof *p), cut, n - i);
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
        if (!flip || !seg_octet_all_one(p + i)) /* 1 - 1 is in nobody's bin */
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

static void count_stretch(struct counts *c, const float *p, size_t n, int32_t cut, bool flip, bool hit)
{
    if (hit || flip) {
        (hit != flip ? count_flipped : count_straight)(hit ? c->hit : c->miss, p, n);
        return;
    }
    if (c->in_packed + n > PACKED_LIMIT)
        unpack(c);
    count_floats(c->packed, p, n, cut);
    c->in_packed += n;
}

struct pass {
    const seg_pair *pair;
    int class;
    int32_t cut;           /* misses below it are not counted */
    struct counts *worker; /* [workers] */
};

/* No hit and no miss from the cut up. */
static bool nothing_counts(const struct pass *pass, size_t begin, size_t end)
{
    const seg_pair *pair = pass->pair;
    seg_stretches stretches = seg_stretches_of(&pair->truth, begin, end);
    seg_stretch s;

    if (pair->peaks.planes < 2 || seg_peaks_bound(&pair->peaks, pass->class, begin, end) >= float_of((uint32_t)pass->cut))
        return false;
    while (seg_stretches_next(&stretches, &s))
        if (s.code == (uint32_t)pass->class)
            return false;
    return true;
}

static void count_block(void *context, size_t block, int worker)
{
    const struct pass *pass = context;
    const seg_pair *pair = pass->pair;
    size_t begin = block * SEG_BLOCK, left = pair->voxels - begin, n = left < SEG_BLOCK ? left : SEG_BLOCK;
    seg_stretches stretches = seg_stretches_of(&pair->truth, begin, begin + n);
    float scratch[SEG_BLOCK];
    bool flip;
    const float *p;
    seg_stretch s;

    if (nothing_counts(pass, begin, begin + n))
        return;
    p = seg_pair_block(pair, pass->class, begin, n, scratch, &flip);
    while (seg_stretches_next(&stretches, &s))
        if (s.code != (uint32_t)pair->classes)
            count_stretch(&pass->worker[worker], p + (s.begin - begin), s.end - s.begin, pass->cut, flip,
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

/* The part of the errors that lies above lo. */
static double rest_of(const struct bin *bin, size_t b)
{
    uint32_t octave = bits_of_bin(b) & ~((1u << 23) - 1);

    return (double)bin->rest * (float_of(octave) / (double)((uint64_t)1 << RESOLUTION));
}

static void add_bin(struct bounds *s, size_t b, const struct counts *c)
{
    double hits = (double)c->hit[b].n, misses = (double)c->miss[b].n;
    double I = s->I - hits, U = s->U + misses; /* after the bin */
    double lo = float_of(bits_of_bin(b));
    double rise = (s->I * misses + hits * s->U) / (s->U * U);
    double r_hit = rest_of(&c->hit[b], b), r_miss = rest_of(&c->miss[b], b);

    s->most += lo * rise + r_hit / s->U + r_miss * s->I / (s->U * (s->U + 1));
    s->least += lo * rise + r_hit / U + (misses > 0 ? r_miss * I / (U * (U - 1)) : 0);
    s->I = I;
    s->U = U;
}

/* Below the cut the errors of the hits are known, but not which of them come before which of the `misses`. No step is
 * larger than those at the start; all steps together lead from here to J = 1. */
static void add_tail(struct bounds *s, size_t from, int32_t cut, double misses, const struct counts *c)
{
    double left = s->I, errors = 0, least = 0, steps, end = float_of((uint32_t)cut) * s->I / s->U;

    for (size_t b = from; b > 0; b--) {
        least += (double)c->hit[b].n * float_of(bits_of_bin(b)) + rest_of(&c->hit[b], b);
        left -= (double)c->hit[b].n;
    }
    errors = least + left * float_of(COARSE);
    steps = errors / s->U + misses * float_of((uint32_t)cut) * s->I / (s->U * (s->U + 1));
    s->most += steps < end ? steps : end;
    s->least += least / (s->U + misses);
}

/* In a bin the larger errors come first and meet the larger steps, so the value lies above the middle of its bounds;
 * for errors that are spread evenly over the bin, at two thirds. */
static const double LIKELY = 2.0 / 3;

static void bound(const struct counts *c, int32_t cut, double hits, double misses, double *value, double *doubt)
{
    struct bounds s = {0, 0, hits, hits};
    size_t lowest = (size_t)(cut - COARSE) / (1u << COARSE_SHIFT) + 1, b = BINS - 1;

    for (; b >= lowest && s.I > 0; b--)
        if (c->hit[b].n + c->miss[b].n)
            add_bin(&s, b, c);
    if (s.I > 0)
        add_tail(&s, b, cut, misses - (s.U - hits), c);
    *value = s.least + LIKELY * (s.most - s.least);
    *doubt = LIKELY * (s.most - s.least);
}

static void count_voxels(struct pass *pass)
{
    size_t blocks = (pass->pair->voxels + SEG_BLOCK - 1) / SEG_BLOCK, workers = (size_t)seg_workers();

    memset(pass->worker, 0, workers * sizeof *pass->worker);
    seg_each(blocks, count_block, pass);
    merge(pass->worker, pass->worker + 1, workers - 1);
}

seg_status seg_lovasz_by_counting(seg_work *work, int class, double enough, double *value, double *doubt, seg_error *err)
{
    struct pass pass = {.pair = work->pair, .class = class};
    double hits = (double)work->truth_voxels[class], misses = seg_work_voxels(work) - hits;
    void *room;
    seg_status st = seg_work_room(work, (size_t)seg_workers() * sizeof *pass.worker, &room, err);

    if (st)
        return st;
    pass.worker = room;
    *doubt = INFINITY;
    for (int i = 0; i < CUTS && *doubt > enough; i++) {
        pass.cut = cuts[i];
        count_voxels(&pass);
        bound(pass.worker, pass.cut, hits, misses, value, doubt);
    }
    return SEG_OK;
}
