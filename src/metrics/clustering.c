/* clustering.c - two partitions of the voxels compared: counts of pairs of voxels, and entropies.
 *
 * The value of a class compares two parts: the class and all the rest. The value of the case compares the partitions
 * into all classes, the background included. n_ij: voxels of part i of the truth and part j of the prediction; a_i,
 * b_j: their sums over a row and a column. Pairs of voxels: a together in both masks, b together in the truth alone, c
 * together in the prediction alone, d in neither. With T = sum of n_ij^2:
 *
 *     a = (T - n) / 2,  b = (sum of a_i^2 - T) / 2,  c = (sum of b_j^2 - T) / 2,  d = n (n - 1) / 2 - a - b - c
 *     H(G) = sum -a_i/n log2 a_i/n,  H(P) = sum -b_j/n log2 b_j/n,  H(P, G) = sum -n_ij/n log2 n_ij/n
 */
#include <math.h>
#include <stdlib.h>

#include "../base/memory.h"
#include "../geometry/shared_voxels.h"
#include "class_context.h"

/* Sums over the cells n_ij and their margins, which all scores are made of. */
struct sums {
    double n;
    double cells, truth, prediction;       /* of squares */
    double h_cells, h_truth, h_prediction; /* entropies in bits */
};

struct cells {
    double tp, fp, fn, tn, n;
};

struct pairs {
    double a, b, c, d;
};

static double square(double x)
{
    return x * x;
}

/* -p log2 p of a share, 0 for an empty part. */
static double surprise(double part, double n)
{
    return part > 0 ? -part / n * log2(part / n) : 0;
}

static void add_cell(struct sums *s, double voxels)
{
    s->cells += square(voxels);
    s->h_cells += surprise(voxels, s->n);
}

static void add_margins(struct sums *s, double truth, double prediction)
{
    s->truth += square(truth);
    s->prediction += square(prediction);
    s->h_truth += surprise(truth, s->n);
    s->h_prediction += surprise(prediction, s->n);
}

static struct cells cells_of(const seg_class_ctx *view)
{
    struct cells c = {(double)view->n.tp, (double)view->n.fp, (double)view->n.fn, (double)view->n.tn, 0};

    c.n = c.tp + c.fp + c.fn + c.tn;
    return c;
}

static struct sums sums_of_class(const struct cells *t)
{
    struct sums s = {.n = t->n};

    add_cell(&s, t->tp);
    add_cell(&s, t->fp);
    add_cell(&s, t->fn);
    add_cell(&s, t->tn);
    add_margins(&s, t->tp + t->fn, t->tp + t->fp);
    add_margins(&s, t->tn + t->fp, t->tn + t->fn);
    return s;
}

/* Ignored voxels have the code `classes` and are left out. */
static seg_status sums_of_case(struct sums *s, const seg_pair *pair, const seg_counts *counts, seg_error *err)
{
    uint32_t classes = (uint32_t)pair->classes;
    seg_shared_list cells;
    seg_status st = seg_shared_codes(&cells, &pair->truth, &pair->pred_labels, err);

    *s = (struct sums){.n = (double)counts[0].tp + (double)counts[0].fp + (double)counts[0].fn + (double)counts[0].tn};
    for (size_t i = 0; i < cells.n && !st; i++)
        if (cells.pair[i].a < classes && cells.pair[i].b < classes)
            add_cell(s, (double)cells.pair[i].voxels);
    for (int c = 0; c < pair->classes && !st; c++)
        add_margins(s, (double)counts[c].tp + (double)counts[c].fn, (double)counts[c].tp + (double)counts[c].fp);
    free(cells.pair);
    return st;
}

static struct pairs pairs_of(const struct sums *s)
{
    struct pairs p = {.a = (s->cells - s->n) / 2, .b = (s->truth - s->cells) / 2, .c = (s->prediction - s->cells) / 2};

    p.d = s->n * (s->n - 1) / 2 - p.a - p.b - p.c;
    return p;
}

static double rand_index(const struct sums *s)
{
    struct pairs p = pairs_of(s);

    return (p.a + p.d) / (p.a + p.b + p.c + p.d);
}

static double adjusted_rand(const struct sums *s)
{
    struct pairs p = pairs_of(s);

    return 2 * (p.a * p.d - p.b * p.c) / (square(p.c) + square(p.b) + 2 * p.a * p.d + (p.a + p.d) * (p.c + p.b));
}

static double mutual_information(const struct sums *s)
{
    return s->h_truth + s->h_prediction - s->h_cells;
}

static double variation_of_information(const struct sums *s)
{
    return 2 * s->h_cells - s->h_truth - s->h_prediction;
}

/* Voxels of a part that the other mask puts elsewhere, summed over the part's voxels: out (out + 2 in) / part. */
static double refinement(double in, double out)
{
    return in + out > 0 ? out * (out + 2 * in) / (in + out) : 0;
}

static double consistency_error(const struct cells *t)
{
    double there = refinement(t->tp, t->fn) + refinement(t->tn, t->fp);
    double back = refinement(t->tp, t->fp) + refinement(t->tn, t->fn);

    return fmin(there, back) / t->n;
}

/* The value of a class and that of the case. */
#define VALUES(name_)                                                                                                  \
    static seg_status name_##_value(seg_class_ctx *view, const void *params, seg_value *value, seg_error *err)         \
    {                                                                                                                  \
        struct cells t = cells_of(view);                                                                               \
        struct sums s = sums_of_class(&t);                                                                             \
                                                                                                                       \
        (void)params, (void)err;                                                                                       \
        *value = seg_value_of(name_(&s));                                                                              \
        return SEG_OK;                                                                                                 \
    }                                                                                                                  \
    static seg_status name_##_case(const seg_pair *pair, const seg_counts *counts, const void *params,                 \
                                   seg_value *value, seg_error *err)                                                   \
    {                                                                                                                  \
        struct sums s;                                                                                                 \
        seg_status st = sums_of_case(&s, pair, counts, err);                                                           \
                                                                                                                       \
        (void)params;                                                                                                  \
        *value = seg_value_of(name_(&s));                                                                              \
        return st;                                                                                                     \
    }

VALUES(rand_index)
VALUES(adjusted_rand)
VALUES(mutual_information)
VALUES(variation_of_information)

static seg_status consistency_error_value(seg_class_ctx *view, const void *params, seg_value *value, seg_error *err)
{
    struct cells t = cells_of(view);

    (void)params, (void)err;
    *value = seg_value_of(consistency_error(&t));
    return SEG_OK;
}

#define OF_THE_CASE "; of a class: the class and all the rest; of the case: all classes, the background included"
#define CLUSTERING                                                                                                     \
    .family = SEG_OVERLAP_METRIC, .unit = SEG_UNIT_NONE, .params = seg_metric_rows, .size = sizeof(seg_metric_params)

const seg_metric seg_metric_rand_index = {
    .name = "rand-index",
    .aliases = {"rand"},
    .title = "Rand index",
    CLUSTERING,
    .better = 1,
    .definition = "the share of pairs of voxels that both masks keep together or both keep apart" OF_THE_CASE,
    .range = "[0, 1]",
    .empty = "a value, 1 when both are empty",
    .reference = "Rand 1971, JASA 66",
    .class_value = rand_index_value,
    .case_value = rand_index_case};
const seg_metric seg_metric_adjusted_rand = {
    .name = "adjusted-rand",
    .aliases = {"ari", "adjusted-rand-index"},
    .title = "Adjusted Rand index",
    CLUSTERING,
    .better = 1,
    .definition =
        "2 (a d - b c) / (b^2 + c^2 + 2 a d + (a + d) (b + c)) of the pairs of voxels: together in both a, in "
        "the truth alone b, in the prediction alone c, in neither d" OF_THE_CASE,
    .range = "[-1, 1]",
    .empty = "truth 0, prediction 0, both undefined",
    .reference = "Hubert and Arabie 1985, Journal of Classification 2",
    .class_value = adjusted_rand_value,
    .case_value = adjusted_rand_case};
const seg_metric seg_metric_mutual_information = {.name = "mutual-information",
                                                  .aliases = {"mi"},
                                                  .title = "Mutual information",
                                                  CLUSTERING,
                                                  .better = 1,
                                                  .definition = "H(P) + H(G) - H(P, G) in bits" OF_THE_CASE,
                                                  .range = "[0, 1] of a class; [0, log2(classes)] of the case",
                                                  .empty = "0",
                                                  .reference = "Taha and Hanbury 2015, BMC Medical Imaging 15:29",
                                                  .class_value = mutual_information_value,
                                                  .case_value = mutual_information_case};
const seg_metric seg_metric_variation_of_information = {.name = "variation-of-information",
                                                        .aliases = {"voi", "vi"},
                                                        .title = "Variation of information",
                                                        CLUSTERING,
                                                        .better = -1,
                                                        .definition = "2 H(P, G) - H(P) - H(G) in bits" OF_THE_CASE,
                                                        .range = "[0, 2] of a class; [0, 2 log2(classes)] of the case",
                                                        .empty = "a value, 0 when both are empty",
                                                        .reference = "Meila 2003, COLT",
                                                        .class_value = variation_of_information_value,
                                                        .case_value = variation_of_information_case};
const seg_metric seg_metric_consistency_error = {
    .name = "consistency-error",
    .aliases = {"gce", "global-consistency-error"},
    .title = "Global consistency error",
    CLUSTERING,
    .better = -1,
    .definition = "min(E(G, P), E(P, G)) / n, E(G, P) = FN (FN + 2 TP) / (TP + FN) + FP (FP + 2 TN) / (TN + FP), and "
                  "with FN and FP\n"
                  "exchanged E(P, G): the error of taking one partition for a refinement of the other, as "
                  "EvaluateSegmentation has it",
    .range = "[0, 1]",
    .empty = "0",
    .reference = "Taha and Hanbury 2015, BMC Medical Imaging 15:29, after Martin et al. 2001, ICCV",
    .class_value = consistency_error_value};
