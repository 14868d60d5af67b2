/* ece.c - calibration errors: how far the probabilities are from the frequencies they promise.
 *
 * Voxels are sorted into bins by confidence; in each bin the mean confidence is held against the share that is right.
 *
 *     ECE = sum over bins of  n_bin / n |confidence - share right|        MCE = the largest of these differences
 *
 * Of a class: confidence is the probability of the class, right means the voxel belongs to it. Of a case: confidence
 * is the largest probability of the voxel, right means it is that of the true class.
 *
 * Bins are [k/15, (k+1)/15), and p = 1 is a bin of its own, as in torchmetrics. Metrics Reloaded has 10 bins
 * (k/10, (k+1)/10] and leaves voxels with p = 0 out altogether.
 */
#include <math.h>
#include <stdlib.h>

#include "../base/blocks.h"
#include "../base/memory.h"
#include "class_view.h"
#include "scores.h"

enum { MOST_BINS = 1000, PRESET_BINS = 15, PRESET_BINS_CLOSED_ABOVE = 10 };

struct calibration {
    int convention, bins;
};

struct task {
    const seg_pair *pair;
    int class;             /* -1: the class with the largest probability */
    int bins;
    bool closed_above;     /* (l, u] instead of [l, u) */
    float edge[MOST_BINS + 1];
};

/* The bin of a confidence, 0..bins; -1 for none. The edges are floats as the probabilities are. */
static int bin_of(const struct task *t, double confidence)
{
    float p = (float)confidence;
    int k = (int)(confidence * t->bins);

    if (t->closed_above) {
        while (k > 0 && p <= t->edge[k])
            k--;
        while (k + 1 < t->bins && p > t->edge[k + 1])
            k++;
        return p > 0 ? k : -1;
    }
    while (k > 0 && p < t->edge[k])
        k--;
    while (k < t->bins && p >= t->edge[k + 1])
        k++;
    return k;
}

/* sums: for each bin 0..bins voxels, confidence, right. */
static void add_voxel(const struct task *t, double confidence, bool right, double *sums)
{
    int bin = bin_of(t, confidence);

    if (bin < 0)
        return;
    sums[3 * bin]++;
    sums[3 * bin + 1] += confidence;
    sums[3 * bin + 2] += right;
}

static void add_class(void *context, size_t begin, size_t end, double *sums)
{
    const struct task *t = context;
    uint16_t code[SEG_BLOCK];
    double y[SEG_BLOCK];

    seg_pair_prob(t->pair, t->class, begin, end - begin, y);
    seg_pair_codes(t->pair, begin, end - begin, code);
    for (size_t i = 0; i < end - begin; i++)
        if (code[i] < t->pair->classes)
            add_voxel(t, y[i], code[i] == t->class, sums);
}

/* Of equal probabilities the class with the lower index is the predicted one. */
static void add_top(void *context, size_t begin, size_t end, double *sums)
{
    const struct task *t = context;
    uint16_t code[SEG_BLOCK], top[SEG_BLOCK];
    double y[SEG_BLOCK], most[SEG_BLOCK];

    seg_pair_codes(t->pair, begin, end - begin, code);
    for (int c = 0; c < t->pair->classes; c++) {
        seg_pair_prob(t->pair, c, begin, end - begin, y);
        for (size_t i = 0; i < end - begin; i++)
            if (c == 0 || y[i] > most[i]) {
                most[i] = y[i];
                top[i] = (uint16_t)c;
            }
    }
    for (size_t i = 0; i < end - begin; i++)
        if (code[i] < t->pair->classes)
            add_voxel(t, most[i], code[i] == top[i], sums);
}

static void set_bins(struct task *t, const seg_convention *c, const struct calibration *p)
{
    t->closed_above = c->bins_closed_above;
    t->bins = p && p->bins ? p->bins : t->closed_above ? PRESET_BINS_CLOSED_ABOVE : PRESET_BINS;
    for (int k = 0; k <= t->bins; k++)
        t->edge[k] = (float)((double)k / t->bins);
}

static double expected(const double *sums, int bins)
{
    double n = 0, sum = 0;

    for (int k = 0; k <= bins; k++) {
        n += sums[3 * k];
        sum += fabs(sums[3 * k + 1] - sums[3 * k + 2]);
    }
    return sum / n;
}

static double largest(const double *sums, int bins)
{
    double most = NAN;

    for (int k = 0; k <= bins; k++)
        if (sums[3 * k] > 0)
            most = fmax(most, fabs(sums[3 * k + 1] - sums[3 * k + 2]) / sums[3 * k]);
    return most;
}

typedef double error_fn(const double *sums, int bins);

static seg_status measure(struct task *t, error_fn *error, seg_value *value, seg_error *err)
{
    double *sums = NULL;
    size_t width = 3 * ((size_t)t->bins + 1);
    seg_status st;

    *value = seg_value_undefined(seg_scores_missing(t->pair));
    if (value->status)
        return SEG_OK;
    st = seg_alloc(&sums, width, sizeof *sums, "bins", err);
    if (!st)
        st = seg_blocks_sum(t->pair->voxels, width, t->class < 0 ? add_top : add_class, t, sums, err);
    if (!st)
        *value = seg_value_of(error(sums, t->bins));
    free(sums);
    return st ? st : seg_probmap_check(&t->pair->prob, err);
}

static seg_status class_error(seg_class_view *view, const void *params, error_fn *error, seg_value *value,
                              seg_error *err)
{
    struct task t = {.pair = view->pair, .class = view->class};

    set_bins(&t, view->convention, params);
    return measure(&t, error, value, err);
}

/* The case has one definition: that of the first convention. */
static seg_status case_error(const seg_pair *pair, const void *params, error_fn *error, seg_value *value,
                             seg_error *err)
{
    struct task t = {.pair = pair, .class = -1};

    set_bins(&t, &seg_conventions[0], params);
    return measure(&t, error, value, err);
}

static seg_status ece_value(seg_class_view *view, const void *params, seg_value *value, seg_error *err)
{
    return class_error(view, params, expected, value, err);
}

static seg_status ece_case(const seg_pair *pair, const seg_counts *counts, const void *params, seg_value *value,
                           seg_error *err)
{
    (void)counts;
    return case_error(pair, params, expected, value, err);
}

static seg_status mce_value(seg_class_view *view, const void *params, seg_value *value, seg_error *err)
{
    return class_error(view, params, largest, value, err);
}

static seg_status mce_case(const seg_pair *pair, const seg_counts *counts, const void *params, seg_value *value,
                           seg_error *err)
{
    (void)counts;
    return case_error(pair, params, largest, value, err);
}

static const seg_param rows[] = {
    SEG_CONVENTION_ROW(struct calibration),
    SEG_INTEGER("bins", struct calibration, bins, 0, 0, MOST_BINS, "how many bins; 0: 15, or the convention's"),
    {0}
};

#define COMMON .family = SEG_PROBABILITY_METRIC, .unit = SEG_UNIT_NONE, .better = -1, .range = "[0, 1]",             \
    .empty = "a value", .reference = "Naeini et al. 2015, AAAI", .params = rows, .size = sizeof(struct calibration)

const seg_metric seg_metric_ece = {
    .name = "ece", .aliases = {"expected-calibration-error"}, .title = "Expected calibration error", COMMON,
    .definition = "sum over bins of n_bin / n |mean confidence - share right|; of a class: p against belonging to it;\n"
                  "of a case: the largest p of a voxel against being that of the true class",
    .class_value = ece_value, .case_value = ece_case
};
const seg_metric seg_metric_mce = {
    .name = "mce", .aliases = {"maximum-calibration-error"}, .title = "Maximum calibration error", COMMON,
    .definition = "the largest |mean confidence - share right| of the bins of ece",
    .class_value = mce_value, .case_value = mce_case
};
