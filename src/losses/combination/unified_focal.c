/* unified_focal.c - Unified Focal loss: focal cross-entropy and focal Tversky under one pair of parameters.
 *
 *     L   = lam L_F + (1 - lam) L_T
 *     L_F = 1/N sum over c, n of -v_c (1 - p)^a_c t ln p,        v_0 = 1 - delta,  v_c = delta for c > 0
 *     L_T = mean over c of (1 - T_c)^b_c,   T_c = (TP + eps) / (TP + delta FN + (1 - delta) FP + eps)
 *     asymmetric: a_0 = gamma, a_c = 0;  b_0 = 1, b_c = 1 - gamma
 *     symmetric:  a_c = gamma;           b_c = 1 - gamma
 *
 * p = y held in [eps, 1 - eps], also in TP = sum t p, FN = sum t (1 - p), FP = sum (1 - t) p. So a class that
 * is empty in both maps has FP = N eps, T near 0, and costs about 1 in L_T: that is what both public
 * implementations compute. With more than two classes every foreground class is rare. form=paper swaps gamma
 * and 1 - gamma (symmetric only).
 *
 * The survey prints (eq. 36)  lam 1/N sum (1 - y)^2 (-ln y)  +  (1 - lam) sum over c of (1 - TI_c)^(3/4), y
 * the probability of the true class, TI without smoothing from 0.7 FN and 0.3 FP, 0/0 costing 0.
 */
#include <math.h>
#include <stdlib.h>

#include "../../base/memory.h"
#include "../../base/parallel.h"
#include "../../image/label_runs.h"
#include "../../simd/clamped_sums.h"
#include "../boundary/masked_class.h"
#include "../gradient.h"
#include "../loss.h"

enum { FORM_REFERENCE, FORM_SURVEY, FORM_PAPER };
static const char *const form_words[] = {"reference", "survey", "paper", NULL};

struct unified_focal {
    double lam, delta, gamma, eps;
    int asymmetric, tversky_reduction, form;
};

/* What distinguishes the forms, for one class. */
struct powers {
    double v, a, b;       /* weight and power of the focal part, power of the Tversky part */
    double delta, smooth; /* prices delta FN + (1 - delta) FP */
    seg_clamp hold;       /* where p is held */
    double share;         /* of L_T: 1/C or 1 */
};

static struct powers powers_of(const struct unified_focal *t, int classes, int cls)
{
    bool plain = t->asymmetric && t->form == FORM_REFERENCE;
    struct powers w = {cls == 0 ? 1 - t->delta : t->delta,
                       t->gamma,
                       1 - t->gamma,
                       t->delta,
                       t->eps,
                       seg_clamp_between(t->eps, 1 - t->eps),
                       t->tversky_reduction == SEG_REDUCE_SUM ? 1 : 1.0 / classes};

    if (t->form == FORM_SURVEY) /* eqs. 4, 14 and 15 with the survey's own constants */
        return (struct powers){1, 2, 3.0 / 4, 0.7, 0, seg_clamp_between(0, 1), 1};
    if (t->form == FORM_PAPER) {
        w.a = 1 - t->gamma;
        w.b = t->gamma;
    } else if (plain) {
        w.a = cls == 0 ? t->gamma : 0;
        w.b = cls == 0 ? 1 : 1 - t->gamma;
    }
    return w;
}

enum { FOCAL, OVERLAP, MISSED, ADDED, SUMS }; /* the focal part, TP, FN and FP */

struct pass {
    const seg_pair *pair;
    struct powers w;
    int cls;
    double low;          /* the logarithm is held from here */
    double scale, slope; /* gradient: lam v/N, and d(L)/dT times -1 */
    double above, below;
};

static void add_soft_class(void *context, size_t begin, size_t end, double *sums)
{
    const struct pass *s = context;
    double y[SEG_BLOCK], t[SEG_BLOCK], focal = 0, overlap = 0, missed = 0, added = 0;
    size_t n = seg_class_block(s->pair, s->cls, begin, end - begin, y, t);

    for (size_t i = 0; i < n; i++) {
        double p = fmin(fmax(y[i], s->w.hold.low), s->w.hold.high);

        added += (1 - t[i]) * p;
        if (t[i] == 0)
            continue;
        overlap += t[i] * p;
        missed += t[i] * (1 - p);
        focal -= pow(1 - p, s->w.a) * t[i] * log(fmax(p, s->low));
    }
    sums[FOCAL] = focal;
    sums[OVERLAP] = overlap;
    sums[MISSED] = missed;
    sums[ADDED] = added;
}

/* The same where t is 1 on the stretches of the class and 0 elsewhere. Where no probability of the class is above the
 * lower hold, which the peaks tell, its plane is read for its own voxels alone. */
static void add_class(void *context, size_t begin, size_t end, double *sums)
{
    const struct pass *s = context;
    const seg_pair *pair = s->pair;
    const seg_clamp *hold = &s->w.hold;
    seg_label_runs stretches = seg_label_runs_of(&pair->truth, begin, end);
    bool far = pair->block_max.planes > 1 && seg_block_max_bound(&pair->block_max, s->cls, begin, end) <= hold->low,
         flip;
    seg_focal_sums3 own = {0};
    float scratch[SEG_BLOCK];
    const float *y = NULL;
    seg_label_run piece;

    while (seg_label_runs_next(&stretches, &piece)) {
        size_t at = piece.begin - begin, n = piece.end - piece.begin;
        bool hit = piece.code == (uint32_t)s->cls;

        if (piece.code == (uint32_t)pair->classes)
            continue;
        if (!y && (hit || !far))
            y = seg_pair_block(pair, s->cls, begin, end - begin, scratch, &flip);
        if (hit)
            seg_sum_clamped_focal(y + at, n, flip, hold, s->w.a, s->low, &own);
        else
            sums[ADDED] += far ? (double)n * hold->low : seg_sum_clamped(y + at, n, flip, hold);
    }
    sums[FOCAL] = own.focal;
    sums[OVERLAP] = own.mass;
    sums[MISSED] = own.rest;
}

/* T = above / below; 0/0 is 1, so that it costs nothing. Returns 1 - T, from the misses alone: where T is nearly 1 no
 * digit would be left of the difference. */
static double tversky_loss(const double sums[SUMS], const struct powers *w, double *above, double *below)
{
    double wrong = w->delta * sums[MISSED] + (1 - w->delta) * sums[ADDED];

    *above = sums[OVERLAP] + w->smooth;
    *below = *above + wrong;
    return *below > 0 ? wrong / *below : 0;
}

static seg_status sum_class(seg_loss_ctx *work, const struct unified_focal *t, int cls, struct pass *s,
                            double sums[SUMS], seg_error *err)
{
    *s = (struct pass){.pair = work->pair, .w = powers_of(t, work->pair->classes, cls), .cls = cls, .low = t->eps};
    return seg_parallel_sum(work->pair->voxels, SUMS, seg_pair_soft(work->pair) ? add_soft_class : add_class, s, sums,
                            err);
}

static seg_status value(seg_loss_ctx *work, const void *params, seg_score *score, seg_error *err)
{
    const struct unified_focal *t = params;
    double focal = 0, region = 0, n = seg_loss_ctx_voxels(work);

    if (!(n > 0)) {
        score->total = seg_value_undefined(SEG_NO_VOXELS);
        return SEG_OK;
    }
    for (int cls = 0; cls < work->pair->classes; cls++) {
        struct pass s;
        double sums[SUMS], above, below;
        seg_status st = sum_class(work, t, cls, &s, sums, err);

        if (st)
            return st;
        focal += s.w.v * sums[FOCAL] / n;
        region += s.w.share * pow(tversky_loss(sums, &s.w, &above, &below), s.w.b);
    }
    score->total = seg_value_of(t->lam * focal + (1 - t->lam) * region);
    score->extra[0].name = "focal";
    score->extra[0].x = focal;
    score->extra[1].name = "tversky";
    score->extra[1].x = region;
    score->extras = 2;
    return SEG_OK;
}

/* focal:   -v (1 - p)^a t ln p      ->  v t [ a (1 - p)^(a-1) ln p - (1 - p)^a / p ]
 * Tversky: (1 - T)^b                ->  -b (1 - T)^(b-1) T',
 *          T' = [ t below - above (t - delta t + (1 - delta) (1 - t)) ] / below^2 */
static double slope(const void *context, const seg_voxel *v)
{
    const struct pass *s = &((const struct pass *)context)[v->cls];
    const struct powers *w = &s->w;
    double t = v->t, p = v->y, g = 0;

    if (p < w->hold.low || p > w->hold.high)
        return 0;
    if (t > 0 && p >= s->low) {
        if (w->a > 0 && p < 1)
            g = w->a * pow(1 - p, w->a - 1) * log(p);
        g = s->scale * t * (g - pow(1 - p, w->a) / p);
    }
    if (s->slope != 0)
        g -= s->slope * (t * s->below - s->above * (t - w->delta * t + (1 - w->delta) * (1 - t))) /
             (s->below * s->below);
    return g;
}

static seg_status find_slope(struct pass *s, seg_loss_ctx *work, const struct unified_focal *t, int cls, seg_error *err)
{
    double sums[SUMS], rest;
    seg_status st = sum_class(work, t, cls, s, sums, err);

    if (st)
        return st;
    rest = tversky_loss(sums, &s->w, &s->above, &s->below);
    s->scale = t->lam * s->w.v / seg_loss_ctx_voxels(work);
    /* Infinite at T = 1 for a power below 1; 0 is reported there. */
    s->slope = rest > 0 ? (1 - t->lam) * s->w.share * s->w.b * pow(rest, s->w.b - 1) : 0;
    return SEG_OK;
}

static seg_status gradient(seg_loss_ctx *work, const void *params, double *gradient, seg_error *err)
{
    struct pass *pass;
    seg_status st = seg_alloc(&pass, (size_t)work->pair->classes, sizeof *pass, "class slopes", err);

    for (int cls = 0; !st && cls < work->pair->classes; cls++)
        st = find_slope(&pass[cls], work, params, cls, err);
    if (!st)
        seg_gradient_fill(work->pair, slope, pass, gradient);
    free(pass);
    return st;
}

/* map: the focal part of the voxel, and the Tversky part in proportion to delta t (1 - p) + (1 - delta) (1 - t) p */
static double term(const void *context, const seg_voxel *v)
{
    const struct pass *s = &((const struct pass *)context)[v->cls];
    const struct powers *w = &s->w;
    double t = v->t, p = fmin(fmax(v->y, w->hold.low), w->hold.high);
    double focal = t > 0 ? -s->scale * pow(1 - p, w->a) * t * log(fmax(p, s->low)) : 0;

    return focal + s->slope * (w->delta * t * (1 - p) + (1 - w->delta) * (1 - t) * p);
}

/* As find_slope(), with what a unit of that sum costs in place of the slope. */
static seg_status find_share(struct pass *s, seg_loss_ctx *work, const struct unified_focal *t, int cls, double *offset,
                             seg_error *err)
{
    double sums[SUMS], missed, wrong;
    seg_status st = sum_class(work, t, cls, s, sums, err);

    if (st)
        return st;
    missed = tversky_loss(sums, &s->w, &s->above, &s->below);
    wrong = s->w.delta * sums[MISSED] + (1 - s->w.delta) * sums[ADDED]; /* not below - above: nothing cancels */
    s->scale = t->lam * s->w.v / seg_loss_ctx_voxels(work);
    s->slope = wrong > 0 ? (1 - t->lam) * s->w.share * pow(missed, s->w.b) / wrong : 0;
    *offset += wrong > 0 ? 0 : (1 - t->lam) * s->w.share * pow(missed, s->w.b);
    return SEG_OK;
}

static seg_status loss_map(seg_loss_ctx *work, const void *params, seg_loss_map *map, seg_error *err)
{
    struct pass *pass;
    seg_status st = seg_alloc(&pass, (size_t)work->pair->classes, sizeof *pass, "class shares", err);

    for (int cls = 0; !st && cls < work->pair->classes; cls++)
        st = find_share(&pass[cls], work, params, cls, &map->offset, err);
    if (!st)
        st = seg_loss_map_fill(map, term, pass, err);
    free(pass);
    return st;
}

static const seg_param rows[] = {
    {.name = "lam",
     .alias = "lambda",
     .type = SEG_PARAM_NUMBER,
     .at = offsetof(struct unified_focal, lam),
     .preset = 0.5,
     .min = 0,
     .max = 1,
     .help = "weight of the focal part; the Tversky part has weight 1 - lam"},
    SEG_BETWEEN("delta", struct unified_focal, delta, 0.6, 1, "weight of the rare classes, and of false negatives"),
    SEG_BELOW("gamma", struct unified_focal, gamma, 0.5, 0, 1,
              "focusing exponent: reduces the weight of easy background, increases that of rare classes"),
    SEG_SWITCH("asymmetric", struct unified_focal, asymmetric, 1, "different focusing for background and rare classes"),
    SEG_CLAMP_EPS_ROW(struct unified_focal),
    SEG_CHOICE("tversky_reduction", struct unified_focal, tversky_reduction, SEG_REDUCE_MEAN, seg_reduction_words,
               "mean or sum of the Tversky part over classes"),
    SEG_CHOICE("form", struct unified_focal, form, FORM_REFERENCE, form_words,
               "definition: the authors' code, as printed in the survey, or (symmetric) the paper's exponents"),
    {0}};

const seg_loss seg_loss_unified_focal = {
    .name = "unified-focal",
    .title = "Unified Focal loss",
    .level = SEG_COMBINATION,
    .equation = "L = lam L_F + (1 - lam) L_T\n"
                "L_F = 1/N sum_{c,n} -v_c (1 - p)^a_c t ln p,  v_0 = 1 - delta, v_c = delta\n"
                "L_T = mean_c (1 - T_c)^b_c,  T = (TP + eps) / (TP + delta FN + (1 - delta) FP + eps)\n"
                "asymmetric: a_0 = gamma, a_c = 0, b_0 = 1, b_c = 1 - gamma\n"
                "symmetric: a = gamma, b = 1 - gamma",
    .symbols = "p  probability clamped to [eps, 1 - eps], also in the sums\n"
               "TP = sum t p, FN = sum t (1 - p), FP = sum (1 - t) p\n"
               "c = 0  the background, the common class; every other class is rare\n"
               "lam, delta, gamma  balance of the two parts, of the classes, and the focus\n"
               "part=focal, part=tversky  rows of a report with L_F and L_T",
    .range = "[0, infinity); nearly 0 for a perfect prediction of classes that occur",
    .empty = "a class empty in both maps gives about 1 in L_T, because p is clamped to at least eps and N eps is not "
             "small against eps",
    .advantages = "One family that contains Dice, cross-entropy, focal and Tversky losses with three "
                  "parameters instead of six; the asymmetric form does not reduce the weight of the rare classes.",
    .disadvantages = "An absent class has the maximum loss; the gradient is infinite where the Tversky part "
                     "is perfect; public implementations disagree about which part lam is the weight of.",
    .use_cases = "Strong class imbalance in two or three dimensions: lesions, tumours, small vessels.",
    .reference = "M. Yeung et al., Unified Focal loss: generalising Dice and cross entropy-based losses to "
                 "handle class imbalanced medical image segmentation, Computerized Medical Imaging and "
                 "Graphics 95, 2022, arXiv:2102.04525",
    .survey = "Eq. 36 combines the plain focal and focal Tversky losses of eqs. 4 and 15; delta, the common "
              "gamma and the asymmetry between classes are missing. form=survey computes it so, with gamma "
              "2, 4/3, 0.7 and 0.3.",
    .elsewhere = "The authors' file weighs the Tversky part by its weight, so lam = 1 - weight; it does not "
                 "import as published, and on volumes its focal part indexes a column instead of a channel. "
                 "MONAI has delta 0.7.",
    .params = rows,
    .size = sizeof(struct unified_focal),
    .flags = SEG_LOSS_SOFT_TRUTH,
    .value = value,
    .gradient = gradient,
    .map = loss_map,
    .map_kind = SEG_MAP_MIXED,
};
