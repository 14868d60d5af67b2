/* lovasz_count.c - the Lovasz extension without sorting: errors counted in narrow bins, with a proof of the rest.
 *
 * A bin holds errors between lo and lo + w. With e = lo + r its part of the value is
 *
 *     sum e dJ = lo (J_after - J_before) + sum r dJ
 *
 * The first term is exact, because J depends only on how many hits and misses came before. In the second, every step dJ
 * lies between those at the two ends of the bin, and sum r is known for hits and for misses: that bounds it from both
 * sides. Bins are the leading bits of a float, 4096 to an octave where errors are large and 256 where they are small, so
 * w is a small part of lo and the doubt usually below 1e-9. Counts and sums are whole numbers: any order of adding gives
 * the same.
 */
#include <stdlib.h>
#include <string.h>

#include "../../base/blocks.h"
#include "../../base/memory.h"
#include "../octet.h"
#include "../stretch.h"
#include "lovasz_class.h"

/* The bits of a float in [0, 1], shifted: fine bins from 2^-10 to 1, coarse ones from 2^-40 to 2^-10, one below. */
enum {
    FINE_SHIFT = 11, COARSE_SHIFT = 15,
    ONE = 127 << 23,                     /* the bits of 1.0f */
    FINE = (127 - 10) << 23,             /* 2^-10 */
    COARSE = (127 - 40) << 23,           /* 2^-40 */
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

static uint32_t bin_of_bits(uint32_t bits)
{
    if (bits >= FINE)
        return 1 + COARSE_BINS + ((bits - FINE) >> FINE_SHIFT);
    return bits >= COARSE ? 1 + ((bits - COARSE) >> COARSE_SHIFT) : 0;
}

/* The smallest error of a bin, as the bits of a float. */
static uint32_t bits_of_bin(size_t bin)
{
    if (bin == 0)
        return 0;
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

/* An error as a double: its float bits, rounded down, and the mantissa bits below the bin's. */
static void count_double(struct bin *bins, double e)
{
    uint64_t bits, octaves_off = (uint64_t)(1023 - 127) << 52;
    uint32_t leading, bin;
    int below; /* mantissa bits that a bin does not see */

    memcpy(&bits, &e, sizeof bits);
    leading = bits > octaves_off ? (uint32_t)((bits - octaves_off) >> 29) : 0;
    bin = bin_of_bits(leading);
    below = 29 + (bin > COARSE_BINS ? FINE_SHIFT : COARSE_SHIFT);
    bins[bin].n++;
    if (bin > 0)
        bins[bin].rest += (bits & (((uint64_t)1 << below) - 1)) >> (52 - RESOLUTION);
}

static void count_misses(struct counts *c, const float *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t bits, bin, low;

        memcpy(&bits, &p[i], sizeof bits);
        if (bits < COARSE || bits >= 1u << 31) { /* 0, next to nothing, or negative by rounding */
            c->packed[0] += (uint64_t)1 << PACKED_SHIFT;
            continue;
        }
        bits = bits > ONE ? ONE : bits;
        bin = bin_of_bits(bits);
        low = bits & ((bits >= FINE ? 1u << FINE_SHIFT : 1u << COARSE_SHIFT) - 1);
        c->packed[bin] += ((uint64_t)1 << PACKED_SHIFT) + low;
    }
}

static void count_stretch(struct counts *c, const float *p, size_t n, bool flip, bool hit)
{
    if (!hit && !flip) {
        if (c->in_packed + n > PACKED_LIMIT)
            unpack(c);
        count_misses(c, p, n);
        c->in_packed += n;
        return;
    }
    for (size_t i = 0; i < n; i++) {
        double y = p[i] > 0 ? p[i] < 1 ? p[i] : 1 : 0;

        count_double(hit ? c->hit : c->miss, hit != flip ? 1 - y : y);
    }
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
    /* The sum of r: in the lowest bin r is only known to be below its width, elsewhere it was counted. */
    uint32_t octave = bits_of_bin(b) & ~((1u << 23) - 1);
    double unit = float_of(octave) / (double)((uint64_t)1 << RESOLUTION);
    double r_hit = (double)c->hit[b].rest * unit, r_miss = (double)c->miss[b].rest * unit;

    s->least += lo * rise;
    s->most += lo * rise;
    if (b == 0) {
        s->most += float_of(COARSE) * rise;
    } else {
        s->most += r_hit / s->U + r_miss * s->I / (s->U * (s->U + 1));
        s->least += r_hit / U + (misses > 0 ? r_miss * I / (U * (U - 1)) : 0);
    }
    s->I = I;
    s->U = U;
}

static void bound(const struct counts *c, double hits, double *value, double *doubt)
{
    struct bounds s = {0, 0, hits, hits};

    for (size_t b = BINS; b-- > 0 && s.I > 0;)
        if (c->hit[b].n + c->miss[b].n)
            add_bin(&s, b, c);
    *value = (s.most + s.least) / 2;
    *doubt = (s.most - s.least) / 2;
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
