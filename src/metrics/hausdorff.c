/* hausdorff.c - Hausdorff distance and its percentiles: how far the two boundaries are apart where they are worst.
 *
 *     D(A -> B)  the distances from each boundary element of A to the nearest of B
 *     HD   = max(max D(P -> G), max D(G -> P))
 *     HDq  = max(q-th percentile of D(P -> G), q-th percentile of D(G -> P))
 *
 * The convention decides what an element is, whether the two percentiles are taken apart or of both lists pooled, and
 * how a rank becomes a value. Equal masks have 0; empty ones are decided in compute.c.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/percentile.h"
#include "class_context.h"
#include "direction.h"
#include "surfels.h"

struct hd {
    int convention, direction;
};

struct hd95 {
    int convention, direction;
    double percentile;
};

const char *const seg_direction_words[] = {"both", "prediction-to-truth", "truth-to-prediction", NULL};

/* ---- the largest distance ---- */

static double largest(const double *x, size_t n)
{
    double most = n ? x[0] : NAN;

    for (size_t i = 1; i < n; i++)
        most = x[i] > most ? x[i] : most;
    return most;
}

static double hausdorff(const seg_distances *d, int direction)
{
    double there = largest(d->d[SEG_PREDICTION], d->n[SEG_PREDICTION]);
    double back = largest(d->d[SEG_TRUTH], d->n[SEG_TRUTH]);

    if (direction == SEG_BOTH_WAYS)
        return fmax(there, back);
    return direction == SEG_PREDICTION_TO_TRUTH ? there : back;
}

static seg_status hausdorff_value(seg_class_ctx *view, int direction, seg_value *value, seg_error *err)
{
    const seg_distances *d;
    seg_status st = seg_class_view_distances(view, view->convention->elements, &d, err);

    if (!st)
        *value = seg_value_of(hausdorff(d, direction));
    return st;
}

static seg_status hd_value(seg_class_ctx *view, const void *params, seg_value *value, seg_error *err)
{
    const struct hd *p = params;

    return hausdorff_value(view, p ? p->direction : SEG_BOTH_WAYS, value, err);
}

/* ---- percentiles ---- */

/* The value at percentile q of x[n], which is reordered. */
static double rank(double *x, size_t n, double q, seg_rank_rule rule)
{
    float floor_q_n = floorf((float)(q / 100) * (float)n - 1);

    if (n == 0)
        return NAN;
    switch (rule) {
    case SEG_RANK_FLOOR:
        return seg_select(x, n, (size_t)floor(q / 100 * (double)(n - 1)));
    case SEG_RANK_FLOOR_Q_N:
        return seg_select(x, n, floor_q_n > 0 ? (size_t)floor_q_n : 0);
    default:
        return seg_percentile(x, n, q);
    }
}

/* The percentile of one side's list (side < SEG_SIDES), or of both pooled. */
static seg_status list_rank(const seg_distances *d, int side, double q, seg_rank_rule rule, double *out, seg_error *err)
{
    int first = side < SEG_SIDES ? side : 0, last = side < SEG_SIDES ? side : SEG_SIDES - 1;
    size_t n = 0;
    double *x;
    seg_status st;

    if (rule == SEG_RANK_SHARE)
        return seg_weighted_percentile(d->d[side], d->weight[side], d->n[side], q, out, err);
    st = seg_alloc(&x, d->n[0] + d->n[1], sizeof *x, "surface distances", err);
    if (st)
        return st;
    for (int s = first; s <= last; s++) {
        memcpy(x + n, d->d[s], d->n[s] * sizeof *x);
        n += d->n[s];
    }
    *out = rank(x, n, q, rule);
    free(x);
    return SEG_OK;
}

static seg_status join_ranks(const seg_distances *d, const seg_convention *c, const struct hd95 *p, double *out,
                             seg_error *err)
{
    double there, back;
    seg_status st;

    if (p->direction != SEG_BOTH_WAYS)
        return list_rank(d, seg_direction_side(p->direction), p->percentile, c->rank, out, err);
    if (c->hausdorff == SEG_INTERNED)
        return list_rank(d, SEG_SIDES, p->percentile, c->rank, out, err);
    st = list_rank(d, SEG_PREDICTION, p->percentile, c->rank, &there, err);
    if (!st)
        st = list_rank(d, SEG_TRUTH, p->percentile, c->rank, &back, err);
    if (!st)
        *out = c->hausdorff == SEG_MEAN_OF_TWO ? (there + back) / 2 : fmax(there, back);
    return st;
}

static seg_status hd95_value(seg_class_ctx *view, const void *params, seg_value *value, seg_error *err)
{
    static const struct hd95 presets = {0, SEG_BOTH_WAYS, 95};
    const struct hd95 *p = params ? params : &presets;
    const seg_convention *c = view->convention;
    const seg_distances *d;
    seg_status st;

    if (p->percentile >= 100)
        return hausdorff_value(view, p->direction, value, err);
    st = seg_class_view_distances(view, c->below_maximum ? c->below_maximum : c->elements, &d, err);
    if (st)
        return st;
    /* One voxel alone in which the masks differ has no percentile: EvaluateSegmentation then gives the maximum. */
    if (c->below_maximum && d->n[0] + d->n[1] <= 1)
        return hausdorff_value(view, p->direction, value, err);
    *value = seg_value_of(NAN);
    return join_ranks(d, c, p, &value->x, err);
}

static const seg_param hd_rows[] = {SEG_CONVENTION_ROW(struct hd), SEG_DIRECTION_ROW(struct hd), {0}};
static const seg_param hd95_rows[] = {
    SEG_CONVENTION_ROW(struct hd95),
    SEG_DIRECTION_ROW(struct hd95),
    SEG_NUMBER("percentile", struct hd95, percentile, 95, 0, 100, "the percentile; 100 is hd"),
    {0}};

const seg_metric seg_metric_hd = {
    .name = "hd",
    .aliases = {"hausdorff", "hausdorff-distance", "hd100"},
    .title = "Hausdorff distance",
    .family = SEG_DISTANCE_METRIC,
    .unit = SEG_UNIT_LENGTH,
    .better = -1,
    .definition = "the largest distance from a boundary voxel of one mask to the nearest boundary voxel of the other",
    .range = "[0, inf]",
    .empty = "truth infinite, prediction infinite, both undefined",
    .reference = "Huttenlocher et al. 1993, IEEE TPAMI 15",
    .params = hd_rows,
    .size = sizeof(struct hd),
    .class_value = hd_value};
const seg_metric seg_metric_hd95 = {
    .name = "hd95",
    .aliases = {"hausdorff95", "hausdorff-distance-95", "hd-95"},
    .title = "95th percentile of the Hausdorff distance",
    .family = SEG_DISTANCE_METRIC,
    .unit = SEG_UNIT_LENGTH,
    .better = -1,
    .definition = "the larger of the 95th percentiles of the distances from the boundary voxels of each mask to the "
                  "boundary of the other; rank q/100 (n - 1), linear between neighbours",
    .range = "[0, inf]",
    .empty = "truth infinite, prediction infinite, both undefined",
    .reference = "Maier-Hein, Reinke et al. 2024, Nature Methods 21, arXiv 2206.01653",
    .params = hd95_rows,
    .size = sizeof(struct hd95),
    .class_value = hd95_value};
