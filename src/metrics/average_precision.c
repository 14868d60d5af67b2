/* average_precision.c - average precision: the precision at every recall that the probabilities can reach.
 *
 *     AP = sum over distinct probabilities, descending, of  precision x (recall - recall before)
 *
 * A sum of steps: the straight lines that Metrics Reloaded draws between the points are not reachable by any
 * threshold and give more. Its convention does so here too.
 */
#include <math.h>

#include "class_view.h"
#include "scores.h"

struct curve {
    bool lines;         /* trapezoids instead of steps */
    double tp, fp, precision;
    double area;        /* in positives: divided by all positives at the end */
};

static void add_rank(void *context, uint64_t positives, uint64_t negatives)
{
    struct curve *c = context;
    double before = c->precision;

    c->tp += (double)positives;
    c->fp += (double)negatives;
    c->precision = c->tp / (c->tp + c->fp);
    c->area += (double)positives * (c->lines ? (before + c->precision) / 2 : c->precision);
}

static seg_status average_precision_value(seg_class_view *view, const void *params, seg_value *value, seg_error *err)
{
    struct curve c = {.lines = view->convention->precision_lines, .precision = 1};
    seg_scores n;
    seg_status st;

    (void)params;
    *value = seg_value_undefined(seg_scores_missing(view->pair));
    if (value->status)
        return SEG_OK;
    st = seg_scores_descend(&n, view->pair, view->class, true, add_rank, &c, err);
    if (!st)
        *value = seg_value_of(c.area / (double)n.positives);
    return st;
}

const seg_metric seg_metric_average_precision = {
    .name = "average-precision", .aliases = {"ap", "auprc", "pr-auc"}, .title = "Average precision",
    .family = SEG_PROBABILITY_METRIC, .unit = SEG_UNIT_NONE, .better = 1,
    .definition = "sum over the distinct probabilities, descending, of precision times the recall gained\n"
                  "(a step curve; straight lines between the points in the convention of Metrics Reloaded)",
    .range = "[0, 1]; the share of the class in the image for probabilities that say nothing",
    .empty = "truth undefined, prediction a value, both undefined",
    .reference = "Davis and Goadrich 2006, ICML", .params = seg_metric_rows, .size = sizeof(seg_metric_params),
    .class_value = average_precision_value
};
