/* focal_tversky.c - focal Tversky loss: the Tversky loss of each class, bent so that hard classes pull harder.
 *
 *     L = mean over classes of  (1 - T)^(1 / gamma)          T = (I + s) / (I + fp FP + fn FN + s)
 *
 * gamma > 1 lifts small losses, gamma = 1 is the Tversky loss. The power is taken of each class, before the mean. Empty
 * classes cost what they cost in the Tversky loss: 0 or 1. form=survey adds up all classes instead.
 */
#include <math.h>

#include "tversky.h"

struct focal_tversky {
    struct seg_tversky tversky; /* first: its functions get this struct */
    double gamma;
};

static seg_intersection intersection_of(const struct focal_tversky *p)
{
    return (seg_intersection)p->tversky.intersection;
}

static seg_status class_value(seg_loss_ctx *work, int cls, const void *params, seg_value *value, seg_error *err)
{
    const struct focal_tversky *p = params;
    seg_overlap o;
    seg_status st = seg_overlap_of(work, cls, intersection_of(p), &o, err);

    if (!st)
        *value = seg_value_of(pow(seg_tversky_term(&o, &p->tversky), 1 / p->gamma));
    return st;
}

static double weight(const seg_loss_ctx *work, const void *params, int cls)
{
    const struct focal_tversky *p = params;

    (void)cls;
    return p->tversky.form == SEG_FORM_SURVEY ? 1
                                              : 1.0 / seg_loss_ctx_included(work, &p->tversky.classes, SEG_CLASSES_FG);
}

/* value:    L  = u^(1/g),   u = 1 - T
 * gradient: L' = 1/g u^(1/g - 1) u';   infinite at u = 0 for g > 1: 0 there, the prediction is perfect */
static seg_overlap_slope slope(const seg_overlap *o, const void *params)
{
    const struct focal_tversky *p = params;
    seg_overlap_slope s = seg_tversky_slope(o, &p->tversky);
    double u = seg_tversky_term(o, &p->tversky), bend = u > 0 ? pow(u, 1 / p->gamma - 1) / p->gamma : p->gamma == 1;

    return (seg_overlap_slope){bend * s.I, bend * s.S, 0};
}

static seg_status gradient(seg_loss_ctx *work, const void *params, double *out, seg_error *err)
{
    return seg_overlap_terms_gradient(work, &seg_loss_focal_tversky, intersection_of(params), slope, params, out, err);
}

/* map: u^(1/g), u = 1 - T, in proportion to the terms of u */
static seg_status loss_map(seg_loss_ctx *work, const void *params, seg_loss_map *map, seg_error *err)
{
    const struct focal_tversky *p = params;
    seg_status st = SEG_OK;

    for (int cls = 0; !st && cls < work->pair->classes; cls++) {
        seg_overlap_term terms;
        seg_overlap o;
        double value;

        if (!seg_tversky_takes(work, p, cls))
            continue;
        st = seg_overlap_of(work, cls, intersection_of(p), &o, err);
        if (st)
            break;
        terms = seg_tversky_map(&o, &p->tversky);
        terms.product = intersection_of(p) == SEG_INTERSECTION_PRODUCT;
        value = weight(work, p, cls) * pow(seg_tversky_term(&o, &p->tversky), 1 / p->gamma);
        st = seg_loss_map_share(map, cls, seg_overlap_at, &terms, value, terms.offset, err);
    }
    return st;
}

static seg_status check(const void *params, seg_error *err)
{
    return seg_tversky_check("focal-tversky", params, err);
}

static const seg_param rows[] = {
    SEG_TVERSKY_ROWS(struct focal_tversky, tversky),
    {.name = "gamma",
     .type = SEG_PARAM_NUMBER,
     .at = offsetof(struct focal_tversky, gamma),
     .preset = 4.0 / 3,
     .min = 0,
     .above = true,
     .max = HUGE_VAL,
     .help = "the exponent is 1 / gamma; 1 is tversky"},
    {0},
};

const seg_loss seg_loss_focal_tversky = {
    .name = "focal-tversky",
    .aliases = {"ftl"},
    .title = "Focal Tversky loss",
    .level = SEG_REGION,
    .equation = "L = mean over classes of  (1 - T)^(1/gamma),  T = (I + s) / (I + fp FP + fn FN + s)",
    .symbols = "T        Tversky index of a class: I its overlap, FP and FN its two errors\n"
               "fp, fn   weights of false positives and false negatives\n"
               "gamma    the exponent is 1/gamma (0.75 by default)\n"
               "s        smooth",
    .range =
        "[0, 1]; 0 for a perfect prediction (above 0 with intersection=product and a soft truth) (form=survey: [0, C])",
    .empty = "In neither map: 0. In one map only: 1 when smooth is 0 and the weight of that error is above 0.",
    .advantages =
        "As Tversky, with larger gradients for poorly segmented classes when gamma < 1, and smaller ones when "
        "gamma > 1.",
    .disadvantages =
        "Three interacting parameters; for gamma > 1 the gradient is unbounded as a class becomes perfect, so "
        "training may not settle.",
    .use_cases = "Small lesions beside large organs, where Tversky alone stops improving.",
    .reference = "Abraham, Khan: A Novel Focal Tversky Loss Function with Improved Attention U-Net for Lesion "
                 "Segmentation, ISBI 2019, arXiv 1810.07842",
    .survey = "Equation 15 adds up classes instead of averaging, so gamma = 1 is C times the Tversky loss; form=survey "
              "does that over all classes with s = 0.",
    .elsewhere =
        "The exponent is 1/gamma in the paper and here; the authors' code, SegLoss and others call the exponent "
        "itself gamma (0.75). SegLoss and segmentation_models_pytorch raise the mean over classes instead of "
        "each class.",
    .params = rows,
    .size = sizeof(struct focal_tversky),
    .flags = SEG_LOSS_SOFT_TRUTH,
    .check = check,
    .class_value = class_value,
    .includes_class = seg_tversky_takes,
    .weight = weight,
    .gradient = gradient,
    .map = loss_map,
    .map_kind = SEG_MAP_PROPORTIONAL,
    .single_pass = seg_always_single_pass,
};
