/* brier.c - Brier score: the mean squared error of the probabilities.
 *
 *     of a class:  mean over voxels of (p - t)^2
 *     of a case:   mean over voxels of the sum over all classes of (p - t)^2, as Brier wrote it
 *
 * So the case of two classes costs twice what its foreground does; Metrics Reloaded's value of a class is the double
 * one as well, and so it is in its convention.
 */
#include <math.h>

#include "../base/blocks.h"
#include "class_view.h"
#include "scores.h"

struct task {
    const seg_pair *pair;
    int class;
};

/* sums: squared errors, voxels. */
static void add_errors(void *context, size_t begin, size_t end, double *sums)
{
    const struct task *t = context;
    uint16_t code[SEG_BLOCK];
    double y[SEG_BLOCK], sum = 0, count = 0;

    seg_pair_prob(t->pair, t->class, begin, end - begin, y);
    seg_pair_codes(t->pair, begin, end - begin, code);
    for (size_t i = 0; i < end - begin; i++) {
        double error = y[i] - (code[i] == t->class), counts = code[i] < t->pair->classes;

        sum += counts * error * error;
        count += counts;
    }
    sums[0] = sum;
    sums[1] = count;
}

static seg_status mean_error(const seg_pair *pair, int class, double *mean, seg_error *err)
{
    struct task t = {pair, class};
    double sums[2];
    seg_status st = seg_blocks_sum(pair->voxels, 2, add_errors, &t, sums, err);

    *mean = st ? NAN : sums[0] / sums[1];
    return st ? st : seg_probmap_check(&pair->prob, err);
}

static seg_status brier_value(seg_class_view *view, const void *params, seg_value *value, seg_error *err)
{
    double mean;
    seg_status st;

    (void)params;
    *value = seg_value_undefined(seg_scores_missing(view->pair));
    if (value->status)
        return SEG_OK;
    st = mean_error(view->pair, view->class, &mean, err);
    *value = seg_value_of(view->convention->brier_of_both ? 2 * mean : mean);
    return st;
}

static seg_status brier_case(const seg_pair *pair, const seg_counts *counts, const void *params, seg_value *value,
                             seg_error *err)
{
    double sum = 0, mean;
    seg_status st = SEG_OK;

    (void)params, (void)counts;
    *value = seg_value_undefined(seg_scores_missing(pair));
    for (int c = 0; c < pair->classes && !value->status && !st; c++) {
        st = mean_error(pair, c, &mean, err);
        sum += mean;
    }
    if (!value->status)
        *value = seg_value_of(sum);
    return st;
}

const seg_metric seg_metric_brier = {
    .name = "brier", .aliases = {"brier-score"}, .title = "Brier score", .family = SEG_PROBABILITY_METRIC,
    .unit = SEG_UNIT_NONE, .better = -1,
    .definition = "of a class: mean over voxels of (p - t)^2; of a case: the sum of that over all classes",
    .range = "[0, 1] of a class, [0, 2] of a case", .empty = "a value",
    .reference = "Brier 1950, Monthly Weather Review 78", .params = seg_metric_rows,
    .size = sizeof(seg_metric_params), .class_value = brier_value, .case_value = brier_case
};
