/* auroc.c - area under the ROC curve: how often a voxel of the class has a higher probability than another voxel.
 *
 *     AUROC = (pairs in which the positive is higher + 1/2 pairs of equals) / (positives x negatives)
 *
 * Exact, without thresholds: the same as the trapezoid under the curve over all distinct probabilities. What some
 * tools call AUC, the mean of sensitivity and specificity at one threshold, is balanced-accuracy.
 */
#include "class_context.h"
#include "curve_areas.h"
#include "ranking.h"

static seg_status auroc_value(seg_class_ctx *view, const void *params, seg_value *value, seg_error *err)
{
    const seg_curve_areas *a;
    seg_status st;

    (void)params;
    *value = seg_value_undefined(seg_ranking_missing(view->pair));
    if (value->status)
        return SEG_OK;
    st = seg_curve_areas_of(view, &a, err);
    if (!st)
        *value = seg_value_of(a->won / (a->positives * a->negatives));
    return st;
}

const seg_metric seg_metric_auroc = {
    .name = "auroc",
    .aliases = {"auc", "roc-auc"},
    .title = "Area under the ROC curve",
    .family = SEG_PROBABILITY_METRIC,
    .unit = SEG_UNIT_NONE,
    .better = 1,
    .definition =
        "the share of all pairs of a voxel of the class and another voxel in which the former has the higher\n"
        "probability; equal probabilities count one half. Exact: over all distinct probabilities",
    .range = "[0, 1]; 1/2 for probabilities that say nothing",
    .empty = "truth undefined, prediction a value, both undefined; undefined where the class fills the image",
    .reference = "Hanley and McNeil 1982, Radiology 143",
    .params = seg_metric_rows,
    .size = sizeof(seg_metric_params),
    .class_value = auroc_value};
