/* lovasz_histogram.c - the Lovasz extension without sorting: errors counted in narrow bins, with a proof of the rest.
 *
 * A bin holds errors between lo and lo + w. With e = lo + r its part of the value is
 *
 *     sum e dJ = lo (J_after - J_before) + sum r dJ
 *
 * The first term is exact, because J depends only on how many hits and misses came before. In the second, sum r is known
 * for hits and for misses, and what their steps dJ can be: that bounds it from both sides, see add_bin(). As bins are
 * narrow, the doubt is usually below 1e-8.
 *
 * Misses with tiny errors hardly matter once no hit is left below them: then J cannot rise any more. So misses are
 * counted from 2^-24 up first, while the map is read for the first time if it is large, and from 2^-30 up only when the
 * hits left below make the doubt too large.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../base/memory.h"
#include "../../base/parallel.h"
#include "../../image/label_runs.h"
#include "lovasz_bins.h"
#include "lovasz_class.h"

/* Misses are counted from here up, as the bits of a float: the first that leaves little enough doubt. */
static const int32_t cuts[] = {(127 - 24) << 23, SEG_COARSE_BITS};
enum { CUTS = sizeof cuts / sizeof *cuts };

static double float_of(uint32_t bits)
{
    float x;

    memcpy(&x, &bits, sizeof x);
    return x;
}

/* ---- from counts to the value ---- */

/* Bounds of the value, and where the walk has come to. */
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
static void add_tail(struct bounds *s, size_t from, int32_t cut, double misses, const seg_counted *c)
{
    double left = s->I, errors = 0, least = 0, steps, end = float_of((uint32_t)cut) * s->I / s->U;

    for (size_t b = from; b > 0; b--) {
        seg_bin hit, miss;

        seg_counted_bin(c, b, &hit, &miss);
        least += (double)hit.n * float_of(seg_bin_edge(b)) + rest_of(&hit, b);
        left -= (double)hit.n;
    }
    errors = least + left * float_of(SEG_COARSE_BITS);
    steps = errors / s->U + misses * float_of((uint32_t)cut) * s->I / (s->U * (s->U + 1));
    s->most += steps < end ? steps : end;
    s->least += least / (s->U + misses);
}

/* Where between its bounds a value is taken to be: in the middle, from where none is far. */
static const double LIKELY = 0.5;

static void bound(const seg_counted *c, int32_t cut, double hits, double misses, double *value, double *doubt)
{
    struct bounds s = {0, 0, hits, hits};
    size_t lowest = (size_t)(cut - SEG_COARSE_BITS) / (1u << SEG_COARSE_SHIFT) + 1, b = SEG_BINS - 1;

    for (; b >= lowest && s.I > 0; b--) {
        seg_bin hit, miss;

        seg_counted_bin(c, b, &hit, &miss);
        if (hit.n + miss.n)
            add_bin(&s, b, &hit, &miss);
    }
    if (s.I > 0)
        add_tail(&s, b, cut, misses - (s.U - hits), c);
    *value = s.least + LIKELY * (s.most - s.least);
    *doubt = (1 - LIKELY) * (s.most - s.least);
}

/* ---- while the map is read for the first time ---- */

/* Maps of fewer voxels are still in a cache when the counting comes to them. */
static const size_t WORTH_SEEING = (size_t)1 << 21;

/* Bytes for each voxel, no more of which the bins of all classes and threads may take: what a loss may. */
enum { ROOM = 8 };

struct seg_lovasz_state {
    size_t classes, workers;
    seg_bins *room;         /* all bins */
    seg_bins **bins;        /* [classes][workers] */
    seg_bins_total **total; /* [classes]; NULL where a class has no voxels */
    uint64_t *voxels;       /* [classes + 1] of the truth; the last entry: ignored ones */
    double all;             /* voxels that are not ignored */
    double *value, *doubt;  /* [classes] */
};

bool seg_lovasz_enabled(const void *params, const seg_pass_info *showing)
{
    size_t sets = (size_t)showing->workers * (size_t)showing->classes;

    (void)params;
    return showing->voxels >= WORTH_SEEING && sets * sizeof(seg_bins) <= ROOM * showing->voxels;
}

/* Some megabytes, fresh from the system: that takes as long as filling them. */
static void clear_bins(void *context, size_t index, int worker)
{
    const seg_lovasz_state *seen = context;

    (void)worker;
    for (size_t c = 0; c < seen->classes; c++)
        if (seen->total[c])
            memset(seen->bins[c * seen->workers + index], 0, sizeof **seen->bins);
}

static seg_status make_bins(seg_lovasz_state *seen, seg_error *err)
{
    size_t present = 0;
    seg_status st = SEG_OK;

    for (size_t c = 0; !st && c < seen->classes; c++)
        if (seen->voxels[c]) {
            st = seg_alloc(&seen->total[c], 1, sizeof **seen->total, "counting errors", err);
            present++;
        }
    if (!st)
        st = seg_alloc_big(&seen->room, present * seen->workers, sizeof *seen->room, "counting errors", err);
    if (st)
        return st;
    for (size_t c = 0, k = 0; c < seen->classes; c++)
        for (size_t w = 0; seen->voxels[c] && w < seen->workers; w++)
            seen->bins[c * seen->workers + w] = &seen->room[k++];
    seg_parallel_for(seen->workers, clear_bins, seen);
    return SEG_OK;
}

static seg_status make_seen(seg_lovasz_state *seen, const seg_pass_info *showing, seg_error *err)
{
    size_t classes = (size_t)showing->classes, workers = (size_t)showing->workers;
    seg_status st = seg_alloc(&seen->voxels, classes + 1, sizeof *seen->voxels, "voxel counts", err);

    if (!st)
        st = seg_alloc(&seen->value, 2 * classes, sizeof *seen->value, "classes", err);
    if (!st)
        st = seg_alloc(&seen->total, classes, sizeof *seen->total, "classes", err);
    if (!st)
        st = seg_alloc(&seen->bins, classes * workers, sizeof *seen->bins, "classes", err);
    if (st)
        return st;
    seen->classes = classes;
    seen->workers = workers;
    seen->doubt = seen->value + classes;
    seg_labelmap_count(showing->truth, classes + 1, seen->voxels);
    seen->all = (double)(showing->voxels - seen->voxels[classes]);
    return make_bins(seen, err);
}

seg_status seg_lovasz_begin(void **out, const void *params, const seg_pass_info *showing, seg_error *err)
{
    seg_lovasz_state *seen;
    seg_status st = seg_alloc(&seen, 1, sizeof *seen, "counting errors", err);

    (void)params;
    *out = seen;
    return st ? st : make_seen(seen, showing, err);
}

/* The misses of a stretch from `at` on, but for pieces without one from the cut up. */
static void see_misses(seg_bins *bins, seg_bins_total *total, const seg_class_tile *sight, size_t at, size_t end)
{
    for (size_t next; at < end; at = next) {
        size_t piece = at / SEG_BLOCK_MAX_VOXELS;

        next = (piece + 1) * SEG_BLOCK_MAX_VOXELS < end ? (piece + 1) * SEG_BLOCK_MAX_VOXELS : end;
        if (sight->flip || sight->peak[piece] >= float_of((uint32_t)cuts[0]))
            seg_bins_count(bins, total, sight->p + at, next - at, cuts[0], sight->flip, false);
    }
}

void seg_lovasz_update(void *context, const seg_class_tile *sight)
{
    const seg_lovasz_state *seen = context;
    size_t cls = (size_t)sight->cls, begin = sight->begin;
    seg_label_runs stretches = seg_label_runs_of(sight->showing->truth, begin, begin + sight->n);
    seg_bins *bins = seen->bins[cls * seen->workers + (size_t)sight->worker];
    seg_label_run s;

    if (!seen->total[cls])
        return;
    while (seg_label_runs_next(&stretches, &s))
        if (s.code == cls)
            seg_bins_count(bins, seen->total[cls], sight->p + (s.begin - begin), s.end - s.begin, cuts[0], sight->flip,
                           true);
        else if (s.code != (uint32_t)seen->classes)
            see_misses(bins, seen->total[cls], sight, s.begin - begin, s.end - begin);
}

void seg_lovasz_finish(void *context, int cls)
{
    const seg_lovasz_state *seen = context;
    const seg_counted counted = {seen->bins + (size_t)cls * seen->workers, seen->workers, seen->total[cls]};
    double hits = (double)seen->voxels[cls];

    if (hits > 0)
        bound(&counted, cuts[0], hits, seen->all - hits, &seen->value[cls], &seen->doubt[cls]);
}

void seg_lovasz_from_state(const seg_lovasz_state *seen, int cls, double *value, double *doubt)
{
    *value = seen->value[cls];
    *doubt = seen->doubt[cls];
}

void seg_lovasz_free(void *context)
{
    seg_lovasz_state *seen = context;

    for (size_t c = 0; c < seen->classes; c++)
        free(seen->total[c]);
    free(seen->room);
    free(seen->bins);
    free(seen->total);
    free(seen->voxels);
    free(seen->value);
    free(seen);
}

/* ---- in a pass of its own ---- */

struct pass {
    const seg_pair *pair;
    int cls;
    int32_t cut;      /* misses below it are not counted */
    seg_bins *worker; /* [workers] */
    seg_bins_total *total;
};

/* No hit and no miss from the cut up. */
static bool nothing_counts(const struct pass *pass, size_t begin, size_t end)
{
    const seg_pair *pair = pass->pair;
    seg_label_runs stretches = seg_label_runs_of(&pair->truth, begin, end);
    seg_label_run s;

    if (pair->block_max.planes < 2 ||
        seg_block_max_bound(&pair->block_max, pass->cls, begin, end) >= float_of((uint32_t)pass->cut))
        return false;
    while (seg_label_runs_next(&stretches, &s))
        if (s.code == (uint32_t)pass->cls)
            return false;
    return true;
}

static void count_block(void *context, size_t block, int worker)
{
    const struct pass *pass = context;
    const seg_pair *pair = pass->pair;
    size_t begin = block * SEG_BLOCK, left = pair->voxels - begin, n = left < SEG_BLOCK ? left : SEG_BLOCK;
    seg_label_runs stretches = seg_label_runs_of(&pair->truth, begin, begin + n);
    float scratch[SEG_BLOCK];
    bool flip;
    const float *p;
    seg_label_run s;

    if (nothing_counts(pass, begin, begin + n))
        return;
    p = seg_pair_block(pair, pass->cls, begin, n, scratch, &flip);
    while (seg_label_runs_next(&stretches, &s))
        if (s.code != (uint32_t)pair->classes)
            seg_bins_count(&pass->worker[worker], pass->total, p + (s.begin - begin), s.end - s.begin, pass->cut, flip,
                           s.code == (uint32_t)pass->cls);
}

static void count_voxels(struct pass *pass)
{
    size_t blocks = (pass->pair->voxels + SEG_BLOCK - 1) / SEG_BLOCK;

    memset(pass->worker, 0, (size_t)seg_thread_count() * sizeof *pass->worker);
    memset(pass->total, 0, sizeof *pass->total);
    seg_parallel_for(blocks, count_block, pass);
}

/* Room for the counts of every worker. */
static seg_status make_room(struct pass *pass, seg_loss_ctx *work, seg_bins ***set, seg_error *err)
{
    size_t workers = (size_t)seg_thread_count();
    void *room;
    seg_status st = seg_loss_ctx_scratch(work, sizeof *pass->total + workers * sizeof *pass->worker, &room, err);

    if (!st)
        st = seg_alloc(set, workers, sizeof **set, "counting errors", err);
    if (st)
        return st;
    pass->total = room;
    pass->worker = (seg_bins *)(pass->total + 1);
    for (size_t w = 0; w < workers; w++)
        (*set)[w] = &pass->worker[w];
    return SEG_OK;
}

seg_status seg_lovasz_by_histogram(seg_loss_ctx *work, int cls, int looks, double enough, double *value, double *doubt,
                                   seg_error *err)
{
    struct pass pass = {.pair = work->pair, .cls = cls};
    double hits = (double)work->truth_voxels[cls], misses = seg_loss_ctx_voxels(work) - hits;
    seg_bins **set = NULL;
    seg_status st = make_room(&pass, work, &set, err);

    *doubt = INFINITY;
    for (int i = looks; !st && i<CUTS && * doubt> enough; i++) {
        pass.cut = cuts[i];
        count_voxels(&pass);
        bound(&(seg_counted){set, (size_t)seg_thread_count(), pass.total}, pass.cut, hits, misses, value, doubt);
    }
    free(set);
    return st;
}
