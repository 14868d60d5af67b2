/* centre_distance.c - how far apart the centres of mass of prediction and truth are, in the grid's millimetres. */
#include <math.h>

#include "class_context.h"

static seg_status value(seg_class_ctx *view, const void *params, seg_value *out, seg_error *err)
{
    const seg_extent *p = &view->tally->side[SEG_PREDICTION], *g = &view->tally->side[SEG_TRUTH];
    double sum = 0;

    (void)params, (void)err;
    for (int a = 2; a >= 0; a--) {
        double d = (double)p->sum[a] / (double)p->voxels - (double)g->sum[a] / (double)g->voxels;

        sum += d * view->pair->grid.mm[a] * (d * view->pair->grid.mm[a]);
    }
    *out = seg_value_of(sqrt(sum));
    return SEG_OK;
}

const seg_metric seg_metric_centre_distance = {
    .name = "centre-distance",
    .aliases = {"center-distance", "centroid-distance", "com-distance"},
    .title = "Distance of the centres of mass",
    .family = SEG_DISTANCE_METRIC,
    .unit = SEG_UNIT_LENGTH,
    .better = -1,
    .definition = "distance between the mean positions of the voxels of the two masks",
    .range = "[0, inf]",
    .empty = "truth infinite, prediction infinite, both undefined",
    .reference = "Maier-Hein, Reinke et al. 2024, Nature Methods 21, arXiv 2206.01653",
    .params = seg_metric_rows,
    .size = sizeof(seg_metric_params),
    .class_value = value};
