/* average_precision.c - average precision: the precision at every recall that the probabilities can reach.
 *
 *     AP = sum over distinct probabilities, descending, of  precision x (recall - recall before)
 *
 * A sum of steps: the straight lines that Metrics Reloaded draws between the points are not reachable by any
 * threshold and give more. Its convention does so here too.
 */
#include "class_context.h"
#include "curve_areas.h"
#include "ranking.h"

static seg_status average_precision_value(seg_class_ctx *view, const void *params, seg_value *value, seg_error *err)
{
    const seg_curve_areas *a;
    seg_status st;

    (void)params;
    *value = seg_value_undefined(seg_ranking_missing(view->pair));
    if (value->status)
        return SEG_OK;
    st = seg_curve_areas_of(view, &a, err);
    if (!st)
        *value = seg_value_of((view->convention->precision_lines ? a->lines : a->steps) / a->positives);
    return st;
}

const seg_metric seg_metric_average_precision = {
    .name = "average-precision",
    .aliases = {"ap", "auprc", "pr-auc"},
    .title = "Average precision",
    .family = SEG_PROBABILITY_METRIC,
    .unit = SEG_UNIT_NONE,
    .better = 1,
    .definition = "sum over the distinct probabilities, descending, of precision times the recall gained\n"
                  "(a step curve; straight lines between the points in the convention of Metrics Reloaded)",
    .range = "[0, 1]; the share of the class in the image for probabilities that say nothing",
    .empty = "truth undefined, prediction a value, both undefined",
    .reference = "Davis and Goadrich 2006, ICML",
    .params = seg_metric_rows,
    .size = sizeof(seg_metric_params),
    .class_value = average_precision_value};
