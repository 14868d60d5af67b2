/* clustering.c - a class against all others as two partitions of the voxels: pair counts and entropies.
 *
 * These scores do not ask which part is the object; they come from the same four counts as the overlaps. Pairs of
 * voxels: a together in both masks, b together in the truth alone, c together in the prediction alone, d in neither.
 * With T = sum of squares of the four cells:
 *
 *     a = (T - n) / 2,  b = (sum of squares of the truth's parts - T) / 2,  c likewise,  d = n (n - 1) / 2 - a - b - c
 */
#include <math.h>

#include "class_context.h"

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

static struct cells cells_of(const seg_class_ctx *view)
{
    struct cells c = {(double)view->n.tp, (double)view->n.fp, (double)view->n.fn, (double)view->n.tn, 0};

    c.n = c.tp + c.fp + c.fn + c.tn;
    return c;
}

static struct pairs pairs_of(const struct cells *t)
{
    double squares = square(t->tp) + square(t->fp) + square(t->fn) + square(t->tn);
    struct pairs p = {.a = (squares - t->n) / 2};

    p.b = (square(t->tp + t->fn) + square(t->tn + t->fp) - squares) / 2;
    p.c = (square(t->tp + t->fp) + square(t->tn + t->fn) - squares) / 2;
    p.d = t->n * (t->n - 1) / 2 - p.a - p.b - p.c;
    return p;
}

/* -p log2 p of a share, 0 for an empty part. */
static double surprise(double part, double n)
{
    return part > 0 ? -part / n * log2(part / n) : 0;
}

struct entropies {
    double truth, prediction, joint;
};

static struct entropies entropies_of(const struct cells *t)
{
    return (struct entropies){surprise(t->tp + t->fn, t->n) + surprise(t->tn + t->fp, t->n),
                              surprise(t->tp + t->fp, t->n) + surprise(t->tn + t->fn, t->n),
                              surprise(t->tp, t->n) + surprise(t->fp, t->n) + surprise(t->fn, t->n) +
                                  surprise(t->tn, t->n)};
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

#define CLASS_VALUE(name_, formula_)                                                                                   \
    static seg_status name_##_value(seg_class_ctx *view, const void *params, seg_value *value, seg_error *err)         \
    {                                                                                                                  \
        struct cells t = cells_of(view);                                                                               \
        struct pairs p = pairs_of(&t);                                                                                 \
        struct entropies h = entropies_of(&t);                                                                         \
                                                                                                                       \
        (void)params, (void)err, (void)p, (void)h;                                                                     \
        *value = seg_value_of(formula_);                                                                               \
        return SEG_OK;                                                                                                 \
    }

CLASS_VALUE(rand_index, (p.a + p.d) / (p.a + p.b + p.c + p.d))
CLASS_VALUE(adjusted_rand,
            2 * (p.a * p.d - p.b * p.c) / (square(p.c) + square(p.b) + 2 * p.a * p.d + (p.a + p.d) * (p.c + p.b)))
CLASS_VALUE(mutual_information, h.truth + h.prediction - h.joint)
CLASS_VALUE(variation_of_information, 2 * h.joint - h.truth - h.prediction)
CLASS_VALUE(consistency_error, consistency_error(&t))

#define CLUSTERING                                                                                                     \
    .family = SEG_OVERLAP_METRIC, .unit = SEG_UNIT_NONE, .params = seg_metric_rows, .size = sizeof(seg_metric_params)

const seg_metric seg_metric_rand_index = {
    .name = "rand-index",
    .aliases = {"rand"},
    .title = "Rand index",
    CLUSTERING,
    .better = 1,
    .definition = "the share of pairs of voxels that both masks keep together or both keep apart",
    .range = "[0, 1]",
    .empty = "a value, 1 when both are empty",
    .reference = "Rand 1971, JASA 66",
    .class_value = rand_index_value};
const seg_metric seg_metric_adjusted_rand = {
    .name = "adjusted-rand",
    .aliases = {"ari", "adjusted-rand-index"},
    .title = "Adjusted Rand index",
    CLUSTERING,
    .better = 1,
    .definition =
        "2 (a d - b c) / (b^2 + c^2 + 2 a d + (a + d) (b + c)) of the pairs of voxels: together in both a, in "
        "the truth alone b, in the prediction alone c, in neither d",
    .range = "[-1, 1]",
    .empty = "truth 0, prediction 0, both undefined",
    .reference = "Hubert and Arabie 1985, Journal of Classification 2",
    .class_value = adjusted_rand_value};
const seg_metric seg_metric_mutual_information = {.name = "mutual-information",
                                                  .aliases = {"mi"},
                                                  .title = "Mutual information",
                                                  CLUSTERING,
                                                  .better = 1,
                                                  .definition = "H(P) + H(G) - H(P, G) in bits",
                                                  .range = "[0, 1]",
                                                  .empty = "0",
                                                  .reference = "Taha and Hanbury 2015, BMC Medical Imaging 15:29",
                                                  .class_value = mutual_information_value};
const seg_metric seg_metric_variation_of_information = {.name = "variation-of-information",
                                                        .aliases = {"voi", "vi"},
                                                        .title = "Variation of information",
                                                        CLUSTERING,
                                                        .better = -1,
                                                        .definition = "2 H(P, G) - H(P) - H(G) in bits",
                                                        .range = "[0, 2]",
                                                        .empty = "a value, 0 when both are empty",
                                                        .reference = "Meila 2003, COLT",
                                                        .class_value = variation_of_information_value};
const seg_metric seg_metric_consistency_error = {
    .name = "consistency-error",
    .aliases = {"gce", "global-consistency-error"},
    .title = "Global consistency error",
    CLUSTERING,
    .better = -1,
    .definition = "the smaller of the errors of taking one partition for a refinement of the other, per voxel",
    .range = "[0, 1]",
    .empty = "0",
    .reference = "Martin et al. 2001, ICCV",
    .class_value = consistency_error_value};
