/* lovasz_histogram.c - the Lovasz extension without sorting: errors counted in narrow bins, with a proven error bound.
 *
 * A bin holds errors between lo and lo + w. With e = lo + r its part of the value is
 *
 *     sum e dJ = lo (J_after - J_before) + sum r dJ
 *
 * The first term is exact, because J depends only on how many hits and misses came before. In the second, sum r is known
 * for hits and for misses, and what their steps dJ can be: that bounds it from both sides, see add_bin(). As bins are
 * narrow, the error bound is usually below 1e-8.
 *
 * Misses with tiny errors hardly matter once no hit is left below them: then J cannot rise any more. So misses are
 * counted from 2^-24 up first, and from 2^-30 up only when the hits left below make the error bound too large.
 */
#include <math.h>
#include <string.h>

#include "../../pass/class_pass.h"
#include "lovasz_bins.h"
#include "lovasz_class.h"

/* Misses are counted from here up, as the bits of a float: the first whose error bound is small enough. */
static const int32_t cuts[] = {(127 - 24) << 23, SEG_COARSE_BITS};
enum { CUTS = sizeof cuts / sizeof *cuts };

static double float_of(uint32_t bits)
{
    float x;

    memcpy(&x, &bits, sizeof x);
    return x;
}

/* ---- from counts to the value ---- */

/* Bounds of the value, and I and U after the bins so far. */
struct bounds {
    double least, most, I, U;
};

/* The part of the errors that lies above lo. */
static double rest_of(const seg_bin *bin, size_t b)
{
    uint32_t octave = seg_bin_edge(b) & ~((1u << 23) - 1);

    return (double)bin->rest * (float_of(octave) / (double)((uint64_t)1 << SEG_RESOLUTION));
}

/* A hit's step is 1 / U, a miss's I / (U (U + 1)), and both become smaller on the way. So do the r of the hits, and those
 * of the misses: larger r meet larger steps, and the sum is no less than if every r met the mean step. Steps of hits are
 * smallest when the misses come first, those of misses when the hits do; and largest the other way round. The r of the
 * misses, none above w, make the most of it when as few as possible have them all: r_miss / w misses. */
static void add_bin(struct bounds *s, size_t b, const seg_bin *hit, const seg_bin *miss)
{
    double hits = (double)hit->n, misses = (double)miss->n;
    double I = s->I - hits, U = s->U + misses; /* after the bin */
    double lo = float_of(seg_bin_edge(b)), w = float_of(seg_bin_edge(b + 1)) - lo;
    double rise = (s->I * misses + hits * s->U) / (s->U * U);
    double r_hit = rest_of(hit, b), r_miss = rest_of(miss, b);

    s->most += lo * rise + r_hit / s->U + (r_miss > 0 ? r_miss * s->I / (s->U * (s->U + r_miss / w)) : 0);
    s->least += lo * rise + r_hit / U + r_miss * I / (s->U * U);
    s->I = I;
    s->U = U;
}

/* Below the cut the errors of the hits are known, but not which of them come before which of the `misses`. No step is
 * larger than those at the start; all steps together lead from here to J = 1. */
static void add_tail(struct bounds *s, size_t from, int32_t cut, double misses, const seg_bins_total *c)
{
    double left = s->I, errors = 0, least = 0, steps, end = float_of((uint32_t)cut) * s->I / s->U;

    for (size_t b = from; b > 0; b--) {
        seg_bin hit = c->hit[b];

        least += (double)hit.n * float_of(seg_bin_edge(b)) + rest_of(&hit, b);
        left -= (double)hit.n;
    }
    errors = least + left * float_of(SEG_COARSE_BITS);
    steps = errors / s->U + misses * float_of((uint32_t)cut) * s->I / (s->U * (s->U + 1));
    s->most += steps < end ? steps : end;
    s->least += least / (s->U + misses);
}

static void bound(const seg_bins_total *c, int32_t cut, double hits, double misses, double *value, double *err_bound)
{
    struct bounds s = {0, 0, hits, hits};
    size_t lowest = (size_t)(cut - SEG_COARSE_BITS) / (1u << SEG_COARSE_SHIFT) + 1, b = SEG_BINS - 1;

    for (; b >= lowest && s.I > 0; b--) {
        if (c->hit[b].n + c->miss[b].n)
            add_bin(&s, b, &c->hit[b], &c->miss[b]);
    }
    if (s.I > 0)
        add_tail(&s, b, cut, misses - (s.U - hits), c);
    *value = s.least + 0.5 * (s.most - s.least);
    *err_bound = 0.5 * (s.most - s.least);
}

/* ---- counting ---- */

static size_t bins_bytes(const void *cut, int classes)
{
    (void)cut, (void)classes;
    return sizeof(seg_bins);
}

static void bins_update(void *state, const void *cut, const seg_class_run *run)
{
    seg_bins_count(state, run->p, run->n, *(const int32_t *)cut, run->flip, run->own);
}

static float cut_as_float(const void *cut)
{
    return (float)float_of((uint32_t) * (const int32_t *)cut);
}

static const seg_accumulator bins_of_class = {.bytes = bins_bytes,
                                              .update = bins_update,
                                              .merge = seg_bins_merge,
                                              .merged_bytes = sizeof(seg_bins_total),
                                              .limit = SEG_PACKED_LIMIT,
                                              .skip_below = cut_as_float,
                                              .exact = true};

seg_status seg_lovasz_by_histogram(seg_loss_ctx *work, int cls, double enough, double *value, double *err_bound,
                                   seg_error *err)
{
    double hits = (double)work->truth_voxels[cls], misses = seg_loss_ctx_voxels(work) - hits;
    size_t bytes = seg_class_pass_bytes(work->pair, &bins_of_class, &cuts[0]);
    void *scratch;
    seg_status st = seg_loss_ctx_scratch(work, sizeof(seg_bins_total) + bytes, &scratch, err);

    *err_bound = INFINITY;
    for (size_t i = 0; !st && i<CUTS && * err_bound> enough; i++) {
        seg_bins_total *total = memset(scratch, 0, sizeof *total);

        st = seg_class_pass(work->pair, &bins_of_class, &cuts[i], cls, total + 1, total, err);
        if (!st)
            bound(total, cuts[i], hits, misses, value, err_bound);
    }
    return st;
}
