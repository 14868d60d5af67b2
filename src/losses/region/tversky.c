/* tversky.c - Tversky loss: overlap with separate prices for false positives and false negatives.
 *
 *     L = mean over classes of  1 - (I + s) / (I + fp FP + fn FN + s)          FP = S - I, FN = N - I
 *
 * fp = fn = 0.5 is Dice (with half its smooth), fp = fn = 1 is IoU; fn > fp punishes what was missed. A class that is
 * in neither map costs 0, one that only one map has costs 1 (s = 0, its price > 0).
 */
#include "tversky.h"

#include <math.h>

static seg_smooth smooth_of(const struct seg_tversky *p)
{
    return p->form == SEG_FORM_SURVEY ? (seg_smooth){0, 0} : seg_smooth_of(&p->smooth);
}

static double denominator(const seg_overlap *o, const struct seg_tversky *p)
{
    return o->I + p->fp * (o->S - o->I) + p->fn * (o->N - o->I);
}

double seg_tversky_term(const seg_overlap *o, const struct seg_tversky *p)
{
    seg_smooth s = smooth_of(p);
    double term = 1 - seg_ratio(o->I + s.above, denominator(o, p) + s.below);

    return term > 0 ? term : 0; /* rounding may take a ratio of 1 above 1 */
}

/* value:    L = 1 - A / B,   A = I + s,   B = I + fp (S - I) + fn (N - I) + s
 * gradient: dL/dI = -1 / B + A (1 - fp - fn) / B^2,   dL/dS = A fp / B^2 */
seg_overlap_slope seg_tversky_slope(const seg_overlap *o, const void *params)
{
    const struct seg_tversky *p = params;
    seg_smooth s = smooth_of(p);
    double A = o->I + s.above, B = denominator(o, p) + s.below;

    if (B <= 0)
        return (seg_overlap_slope){0, 0, 0};
    return (seg_overlap_slope){-1 / B + A * (1 - p->fp - p->fn) / (B * B), A * p->fp / (B * B), 0};
}

/* map: 1 - T = (fn (N - I) + fp (S - I) + below - above) / B */
seg_overlap_term seg_tversky_map(const seg_overlap *o, const void *params)
{
    const struct seg_tversky *p = params;
    seg_smooth s = smooth_of(p);
    double B = denominator(o, p) + s.below, share = B > 0 ? 1 / B : 0;

    if (seg_tversky_term(o, p) == 0) /* also where it was raised to 0 */
        return (seg_overlap_term){0};
    return (seg_overlap_term){p->fn * share, p->fp * share, 0, (s.below - s.above) * share, false};
}

bool seg_tversky_takes(const seg_loss_ctx *work, const void *params, int cls)
{
    const struct seg_tversky *p = params;

    return p->form == SEG_FORM_SURVEY || seg_loss_ctx_includes(work, &p->classes, SEG_CLASSES_FG, cls);
}

seg_status seg_tversky_check(const char *loss, const struct seg_tversky *p, seg_error *err)
{
    if (p->fp == 0 && p->fn == 0)
        return seg_fail(err, SEG_USAGE, "%s: fp and fn are both 0, one of them must be above 0", loss);
    return seg_smooth_check(loss, &p->smooth, err);
}

static seg_intersection intersection_of(const struct seg_tversky *p)
{
    return (seg_intersection)p->intersection;
}

static seg_status class_value(seg_loss_ctx *work, int cls, const void *params, seg_value *value, seg_error *err)
{
    seg_overlap o;
    seg_status st = seg_overlap_of(work, cls, intersection_of(params), &o, err);

    if (!st)
        *value = seg_value_of(seg_tversky_term(&o, params));
    return st;
}

static seg_status gradient(seg_loss_ctx *work, const void *params, double *out, seg_error *err)
{
    return seg_overlap_terms_gradient(work, &seg_loss_tversky, intersection_of(params), seg_tversky_slope, params, out,
                                      err);
}

static seg_status loss_map(seg_loss_ctx *work, const void *params, seg_loss_map *map, seg_error *err)
{
    return seg_overlap_terms_map(work, &seg_loss_tversky, intersection_of(params), seg_tversky_map, params, map, err);
}

static seg_status check(const void *params, seg_error *err)
{
    return seg_tversky_check("tversky", params, err);
}

struct alone {
    struct seg_tversky t;
};

static const seg_param rows[] = {SEG_TVERSKY_ROWS(struct alone, t), {0}};

const seg_loss seg_loss_tversky = {
    .name = "tversky",
    .title = "Tversky loss",
    .level = SEG_REGION,
    .equation = "L = mean over classes of  1 - (I + s) / (I + fp FP + fn FN + s)",
    .symbols = "I        overlap: sum of the class's probability over its voxels in the ground truth\n"
               "FP       its probability outside them\n"
               "FN       its voxels in the ground truth minus I\n"
               "fp, fn   weights of the two errors\n"
               "s        smooth",
    .range = "[0, 1]; 0 for a perfect prediction (above 0 with intersection=product and a soft truth)",
    .empty = "In neither map: 0. In one map only: 1 when smooth is 0 and the weight of that error is above 0.",
    .advantages = "Sets the balance of precision and recall: a larger weight of false negatives increases recall.",
    .disadvantages =
        "Two weights to tune, whose best values differ between data sets; like Dice it is unstable for very small "
        "objects and does not depend on the location of errors.",
    .use_cases = "Lesions and other small targets where a false negative is worse than a false positive.",
    .reference =
        "Salehi, Erdogmus, Gholipour: Tversky loss function for image segmentation using 3D fully convolutional "
        "deep networks, MLMI 2017, arXiv 1706.05721",
    .survey =
        "Equation 14 puts alpha on the false negatives, Salehi and most code on the false positives; equation 13 "
        "has |Y \\ T| twice. Here the parameters are called fp and fn; alpha = fn and beta = fp follow the survey's "
        "text. form=survey: all classes, s = 0.",
    .elsewhere =
        "MONAI, segmentation_models_pytorch and NiftyNet default to 0.5/0.5 with alpha on false positives. kornia "
        "and NiftyNet add up all classes first: on a softmax map only alpha + beta matters then.",
    .params = rows,
    .size = sizeof(struct alone),
    .flags = SEG_LOSS_SOFT_TRUTH,
    .check = check,
    .class_value = class_value,
    .includes_class = seg_tversky_takes,
    .gradient = gradient,
    .map = loss_map,
    .map_kind = SEG_MAP_EXACT,
    .single_pass = seg_always_single_pass,
};
