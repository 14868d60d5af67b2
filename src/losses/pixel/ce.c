/* ce.c - cross-entropy: -log of the probability of the true class, averaged over voxels; with class weights.
 *
 *     L = sum_n w_l(n) (-log max(p_n, eps)) / sum_n w_l(n)          p_n = y_n of the true class l(n)
 *
 * Without weights w = 1 and this is the plain mean. weights=inverse is w_c = N / (C N_c): each class that occurs counts
 * the same, so L is the mean over present classes of their own means. A class without voxels has weight 0. The
 * largest cost of a voxel is -log eps. With a soft truth t the sum runs over classes, w_c t_n^c (-log y_n^c).
 */
#include <math.h>
#include <stdlib.h>

#include "../../base/memory.h"
#include "../gradient.h"
#include "../loss.h"
#include "log_loss.h"

enum { WEIGHTS_NONE, WEIGHTS_INVERSE };
static const char *const weight_words[] = {"none", "inverse", NULL};

enum { MEAN, SUM, MEAN_N };
static const char *const reduction_words[] = {"mean", "sum", "mean-n", NULL};

struct ce {
    seg_numbers weights;
    int reduction, form;
    double eps;
};

/* The weight of each class: w[classes]. */
static seg_status class_weights(const struct ce *p, const seg_class_sums *m, double *w, seg_error *err)
{
    if (p->weights.word < 0 && p->weights.n != (size_t)m->classes)
        return seg_fail(err, SEG_USAGE, "ce: %zu weights were given for %d classes", p->weights.n, m->classes);
    for (int c = 0; c < m->classes; c++) {
        if (p->weights.word < 0)
            w[c] = p->weights.x[c];
        else if (p->weights.word == WEIGHTS_NONE)
            w[c] = 1;
        else
            w[c] = m->sum_t[c] > 0 ? m->n / (m->classes * m->sum_t[c]) : 0;
    }
    return SEG_OK;
}

/* What the weighted sum is divided by. */
static double divisor(const struct ce *p, const seg_class_sums *m, const double *w)
{
    double sum = 0;

    if (p->form == SEG_FORM_SURVEY || p->reduction == SUM)
        return 1;
    if (p->reduction == MEAN_N)
        return m->n;
    for (int c = 0; c < m->classes; c++)
        sum += w[c] * m->sum_t[c];
    return sum;
}

/* The class alone, reduced in the same way: its own mean, in which its weight cancels, or its share of the sum. */
static seg_value value_of_class(const struct ce *p, const seg_class_sums *m, int c, double w, double log_loss)
{
    if (p->form == SEG_FORM_SURVEY || p->reduction == SUM)
        return seg_value_of(w * log_loss);
    if (p->reduction == MEAN_N)
        return seg_value_of(w * log_loss / m->n);
    return m->sum_t[c] > 0 ? seg_value_of(log_loss / m->sum_t[c]) : seg_value_undefined(SEG_EMPTY_TRUTH);
}

static void reduce(const struct ce *p, const seg_class_sums *m, const double *w, const double *log_loss,
                   seg_score *score)
{
    double sum = 0, d = divisor(p, m, w);

    for (int c = 0; c < m->classes; c++) {
        sum += w[c] * log_loss[c];
        score->by_class[c] = value_of_class(p, m, c, w[c], log_loss[c]);
    }
    if (m->n == 0)
        score->total = seg_value_undefined(SEG_NO_VOXELS);
    else if (d == 0)
        score->total = seg_value_undefined(SEG_NOT_COMPUTED "every voxel has the weight 0");
    else
        score->total = seg_value_of(sum / d);
}

static seg_status value(seg_loss_ctx *work, const void *params, seg_score *score, seg_error *err)
{
    size_t C = (size_t)work->pair->classes;
    const seg_class_sums *m;
    double *w = NULL, *log_loss = NULL;
    seg_status st = seg_loss_ctx_sums(work, &m, err);

    if (!st)
        st = seg_alloc(&w, C, sizeof *w, "weights", err);
    if (!st)
        st = seg_alloc(&log_loss, C, sizeof *log_loss, "class sums", err);
    if (!st)
        st = class_weights(params, m, w, err);
    if (!st)
        st = seg_log_loss(work, ((const struct ce *)params)->eps, log_loss, err);
    if (!st)
        reduce(params, m, w, log_loss, score);
    free(w);
    free(log_loss);
    return st;
}

struct slope {
    const double *w;
    double divisor, eps;
};

/* value:    L  =  w t (-log y) / W
 * gradient: L' = -w t / (W y);  below eps the slope at eps, which has the right sign */
static double slope(const void *context, const seg_voxel *v)
{
    const struct slope *s = context;

    return v->t > 0 ? -s->w[v->cls] * v->t / (s->divisor * (v->y > s->eps ? v->y : s->eps)) : 0;
}

/* The context of a voxel; free(*w), also after an error. */
static seg_status make_slope(struct slope *slope, double **w, seg_loss_ctx *work, const struct ce *p, seg_error *err)
{
    const seg_class_sums *m;
    seg_status st = seg_loss_ctx_sums(work, &m, err);

    *w = NULL;
    if (!st)
        st = seg_alloc(w, (size_t)work->pair->classes, sizeof **w, "weights", err);
    if (!st)
        st = class_weights(p, m, *w, err);
    if (!st) {
        double d = divisor(p, m, *w);

        *slope = (struct slope){*w, d > 0 ? d : INFINITY, p->eps};
    }
    return st;
}

static seg_status gradient(seg_loss_ctx *work, const void *params, double *out, seg_error *err)
{
    struct slope s;
    double *w;
    seg_status st = make_slope(&s, &w, work, params, err);

    if (!st)
        seg_gradient_fill(work->pair, slope, &s, out);
    free(w);
    return st;
}

/* map: w t (-log y) / W */
static double term(const void *context, const seg_voxel *v)
{
    const struct slope *s = context;

    return v->t > 0 ? -s->w[v->cls] * v->t * log(v->y > s->eps ? v->y : s->eps) / s->divisor : 0;
}

static seg_status loss_map(seg_loss_ctx *work, const void *params, seg_loss_map *map, seg_error *err)
{
    struct slope s;
    double *w;
    seg_status st = make_slope(&s, &w, work, params, err);

    if (!st)
        st = seg_loss_map_fill_own(map, term, &s, err);
    free(w);
    return st;
}

static const seg_param rows[] = {
    {.name = "weights",
     .type = SEG_PARAM_NUMBERS,
     .at = offsetof(struct ce, weights),
     .preset = WEIGHTS_NONE,
     .min = 0,
     .max = HUGE_VAL,
     .choices = weight_words,
     .help = "class weights; inverse: N / (C N_c)"},
    SEG_CHOICE("reduction", struct ce, reduction, MEAN, reduction_words,
               "weighted mean, weighted sum, or weighted sum / number of voxels"),
    SEG_EPS_ROW(struct ce),
    SEG_FORM_ROW(struct ce),
    {0},
};

/* The class sums hold the logarithms for this eps alone. */
static bool needs_class_sums_only(const void *params)
{
    return ((const struct ce *)params)->eps == SEG_EPS;
}

const seg_loss seg_loss_ce = {
    .name = "ce",
    .aliases = {"cross-entropy"},
    .title = "Cross-entropy, plain and weighted",
    .level = SEG_PIXEL,
    .equation = "L = sum_n w_l(n) (-log max(p_n, eps)) / sum_n w_l(n)",
    .symbols = "n     voxel, l(n) its class in the ground truth\n"
               "p_n   probability that the prediction gives to l(n)\n"
               "w_c   weight of class c: 1, or N / (C N_c) with weights=inverse (the name wce), or as given\n"
               "N     voxels, N_c those of class c, C classes\n"
               "eps   lower limit of probabilities in the logarithm",
    .range = "[0, -log eps] = [0, 16.118] with eps = 1e-7; 0 for a perfect prediction",
    .empty = "A class without voxels in the ground truth adds nothing to L; its own value is undefined.",
    .advantages = "Smooth and convex in the logits, with large gradients wherever the prediction is wrong; every "
                  "voxel contributes, also in images without the object. Class weights increase the influence of "
                  "rare classes.",
    .disadvantages =
        "Voxels are treated independently, so shape and overlap do not enter, and without weights the largest "
        "class dominates. Weights from class frequencies can amplify label noise of rare classes.",
    .use_cases = "The default for balanced data, and a component of most combined losses; weighted when classes differ "
                 "in size by a known factor.",
    .reference =
        "Cross-entropy is the negative log-likelihood of a categorical distribution; weighted for segmentation "
        "by Ronneberger, Fischer, Brox: U-Net, MICCAI 2015, arXiv 1505.04597",
    .survey = "Equations 1 and 2 are sums over voxels where implementations take the mean; with weights the sum "
              "depends on their scale. form=survey gives the sum, with w_c = N / (C N_c) for inverse weights.",
    .elsewhere =
        "PyTorch divides by the sum of weights, as here; reduction=mean-n divides by the number of voxels. Keras "
        "clamps at both ends, so a perfect prediction has the loss 1e-7 there.",
    .params = rows,
    .size = sizeof(struct ce),
    .flags = SEG_LOSS_SOFT_TRUTH,
    .value = value,
    .gradient = gradient,
    .map = loss_map,
    .map_kind = SEG_MAP_EXACT,
    .single_pass = needs_class_sums_only,
};
