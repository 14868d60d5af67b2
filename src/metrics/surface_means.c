/* surface_means.c - average distances between two masks: how far the boundaries are apart on the whole.
 *
 *     D(A -> B)  the distances from each boundary element of A to the nearest of B, with weights where it has some
 *     ASD  = mean D(P -> G)
 *     ASSD = mean of D(P -> G) and D(G -> P) pooled: the larger boundary counts more
 *     MASD = (mean D(P -> G) + mean D(G -> P)) / 2, which panoptica calls ASSD
 *
 * The average Hausdorff distances run over all voxels of the masks instead of their boundaries.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/percentile.h"
#include "class_context.h"
#include "direction.h"

struct asd {
    int convention, direction;
};

static double mean_of_side(const seg_distances *d, int side)
{
    return d->total[side] / d->size[side];
}

static double mean_of_means(const seg_distances *d)
{
    return (mean_of_side(d, SEG_PREDICTION) + mean_of_side(d, SEG_TRUTH)) / 2;
}

static double pooled_mean(const seg_distances *d)
{
    return (d->total[0] + d->total[1]) / (d->size[0] + d->size[1]);
}

static seg_status asd_value(seg_class_ctx *view, const void *params, seg_value *value, seg_error *err)
{
    const struct asd *p = params;
    const seg_distances *d;
    seg_status st = seg_class_view_distances(view, view->convention->elements, &d, err);

    if (!st)
        *value = seg_value_of(mean_of_side(d, p && p->direction == 1 ? SEG_TRUTH : SEG_PREDICTION));
    return st;
}

#define DISTANCES_VALUE(name_, elements_, formula_)                                                                    \
    static seg_status name_##_value(seg_class_ctx *view, const void *params, seg_value *value, seg_error *err)         \
    {                                                                                                                  \
        const seg_distances *d;                                                                                        \
        seg_status st = seg_class_view_distances(view, elements_, &d, err);                                            \
                                                                                                                       \
        (void)params;                                                                                                  \
        if (!st)                                                                                                       \
            *value = seg_value_of(formula_);                                                                           \
        return st;                                                                                                     \
    }

DISTANCES_VALUE(assd, view->convention->elements,
                view->convention->assd == SEG_INTERNED ? pooled_mean(d) : mean_of_means(d))
DISTANCES_VALUE(masd, view->convention->elements, mean_of_means(d))
DISTANCES_VALUE(average_hausdorff, SEG_VOXELS, mean_of_means(d))
DISTANCES_VALUE(balanced_average_hausdorff, SEG_VOXELS, (d->total[0] + d->total[1]) / (2 * d->size[SEG_TRUTH]))
DISTANCES_VALUE(contour_mean_distance, view->convention->contour,
                fmax(mean_of_side(d, SEG_PREDICTION), mean_of_side(d, SEG_TRUTH)))

/* ---- spread ---- */

static double squares_from(const double *x, size_t n, double mean)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += (x[i] - mean) * (x[i] - mean);
    return sum;
}

/* The deviation of the pooled distances from their mean, over n as numpy has it. */
static double deviation(const seg_distances *d)
{
    double n = (double)(d->n[0] + d->n[1]), mean = (d->total[0] + d->total[1]) / n;

    return sqrt((squares_from(d->d[0], d->n[0], mean) + squares_from(d->d[1], d->n[1], mean)) / n);
}

DISTANCES_VALUE(surface_sd, view->convention->elements, deviation(d))

static seg_status surface_median_value(seg_class_ctx *view, const void *params, seg_value *value, seg_error *err)
{
    const seg_distances *d;
    double *x = NULL;
    seg_status st = seg_class_view_distances(view, view->convention->elements, &d, err);

    (void)params;
    if (!st)
        st = seg_alloc(&x, d->n[0] + d->n[1], sizeof *x, "surface distances", err);
    if (st)
        return st;
    memcpy(x, d->d[0], d->n[0] * sizeof *x);
    memcpy(x + d->n[0], d->d[1], d->n[1] * sizeof *x);
    *value = seg_value_of(seg_percentile(x, d->n[0] + d->n[1], 50));
    free(x);
    return SEG_OK;
}

/* ---- descriptors ---- */

static const char *const asd_words[] = {"prediction-to-truth", "truth-to-prediction", NULL};
static const seg_param asd_rows[] = {
    SEG_CONVENTION_ROW(struct asd),
    SEG_CHOICE("direction", struct asd, direction, 0, asd_words, "whose boundary the distances are measured from"),
    {0}};

#define DISTANCE                                                                                                       \
    .family = SEG_DISTANCE_METRIC, .unit = SEG_UNIT_LENGTH, .better = -1, .range = "[0, inf]",                         \
    .empty = "truth infinite, prediction infinite, both undefined"
#define PLAIN    DISTANCE, .params = seg_metric_rows, .size = sizeof(seg_metric_params)
#define RELOADED "Maier-Hein, Reinke et al. 2024, Nature Methods 21, arXiv 2206.01653"
#define TAHA     "Taha and Hanbury 2015, BMC Medical Imaging 15:29"

const seg_metric seg_metric_assd = {
    .name = "assd",
    .aliases = {"average-symmetric-surface-distance"},
    .title = "Average symmetric surface distance",
    PLAIN,
    .definition = "the mean of the distances from every boundary voxel of either mask to the other boundary",
    .reference = "Heimann et al. 2009, IEEE TMI 28",
    .class_value = assd_value};
const seg_metric seg_metric_masd = {
    .name = "masd",
    .aliases = {"mean-average-surface-distance"},
    .title = "Mean average surface distance",
    PLAIN,
    .definition = "the mean of the two means: prediction's boundary to truth's, and back; panoptica's ASSD",
    .reference = RELOADED,
    .class_value = masd_value};
const seg_metric seg_metric_asd = {
    .name = "asd",
    .aliases = {"average-surface-distance"},
    .title = "Average surface distance, one way",
    DISTANCE,
    .definition = "the mean of the distances from the boundary voxels of the prediction to the truth's boundary, or "
                  "with direction=truth-to-prediction back",
    .reference = RELOADED,
    .params = asd_rows,
    .size = sizeof(struct asd),
    .class_value = asd_value};
const seg_metric seg_metric_surface_median = {
    .name = "surface-median",
    .aliases = {"median-surface-distance", "mdsd"},
    .title = "Median surface distance",
    PLAIN,
    .definition = "the median of the distances from every boundary voxel of either mask to the other boundary",
    .reference = RELOADED,
    .class_value = surface_median_value};
const seg_metric seg_metric_surface_sd = {
    .name = "surface-sd",
    .aliases = {"surface-distance-sd", "stdsd"},
    .title = "Standard deviation of the surface distances",
    PLAIN,
    .definition = "the standard deviation of the distances that assd is the mean of, over their number",
    .reference = RELOADED,
    .class_value = surface_sd_value};
const seg_metric seg_metric_average_hausdorff = {
    .name = "average-hausdorff",
    .aliases = {"avd", "average-hausdorff-distance", "ahd"},
    .title = "Average Hausdorff distance",
    PLAIN,
    .definition = "the mean of two means: of the distances from each voxel of the prediction to the truth (0 inside), "
                  "and back",
    .reference = TAHA,
    .class_value = average_hausdorff_value};
const seg_metric seg_metric_balanced_average_hausdorff = {
    .name = "balanced-average-hausdorff",
    .aliases = {"bavd", "bahd"},
    .title = "Balanced average Hausdorff distance",
    PLAIN,
    .definition = "(sum of the distances from each voxel of the prediction to the truth + sum of those back) / "
                  "(2 voxels of the truth)",
    .reference = "Aydin et al. 2021, European Radiology Experimental 5",
    .class_value = balanced_average_hausdorff_value};
const seg_metric seg_metric_contour_mean_distance = {
    .name = "contour-mean-distance",
    .title = "Contour mean distance",
    PLAIN,
    .definition = "the larger of the two means: prediction's boundary to truth's, and back",
    .reference = "the ITK software guide",
    .class_value = contour_mean_distance_value};
