/* dice.c - Dice loss: one minus twice the overlap over the two masses.
 *
 *     L = mean over classes of  1 - (2 I + s) / (S + N + s)          I = sum t y, S = sum y, N = sum t
 *
 * With a soft truth I is the sum of min(t, y), or with intersection=product that of t y: then a perfect prediction does not
 * cost 0, as t y is largest for a prediction of 0 and 1. denom=squared takes sums of squares below, sum y^2 + sum t^2, and
 * the product, (sum y^2 + sum t^2 - sum (t - y)^2) / 2. A class that is in neither map costs 0 (0/0 is 1, the
 * limit of equal smoothing); a class that only one map has costs 1 with s = 0, however little of it there is.
 */
#include "dice.h"

#include <math.h>

const char *const seg_dice_denom_words[] = {"linear", "squared", NULL};

/* The denominator without its smoothing. With form=survey always the linear one. */
static double masses(const seg_overlap *o, const struct seg_dice *p)
{
    return p->denom == SEG_DICE_SQUARED && p->form != SEG_FORM_SURVEY ? o->Q + o->N2 : o->S + o->N;
}

static seg_smooth smooth_of(const struct seg_dice *p)
{
    return p->form == SEG_FORM_SURVEY ? (seg_smooth){0, 0} : seg_smooth_of(&p->smooth);
}

seg_intersection seg_dice_intersection(const struct seg_dice *p)
{
    bool squared = p->denom == SEG_DICE_SQUARED && p->form != SEG_FORM_SURVEY;

    return squared ? SEG_INTERSECTION_PRODUCT : (seg_intersection)p->intersection;
}

double seg_dice_term(const seg_overlap *o, const struct seg_dice *p)
{
    seg_smooth s = smooth_of(p);

    return 1 - seg_ratio(2 * o->I + s.above, masses(o, p) + s.below);
}

/* value:    L = 1 - A / B,   A = 2 I + s,   B = S + N + s   or   Q + N + s
 * gradient: dL/dI = -2 / B,  dL/dS or dL/dQ = A / B^2 */
seg_overlap_slope seg_dice_slope(const seg_overlap *o, const void *params)
{
    const struct seg_dice *p = params;
    seg_smooth s = smooth_of(p);
    double A = 2 * o->I + s.above, B = masses(o, p) + s.below;
    bool squared = p->denom == SEG_DICE_SQUARED && p->form != SEG_FORM_SURVEY;

    if (B <= 0)
        return (seg_overlap_slope){0, 0, 0};
    return (seg_overlap_slope){-2 / B, squared ? 0 : A / (B * B), squared ? A / (B * B) : 0};
}

/* map: L = (S + N - 2 I + below - above) / B,  B = S + N + below */
seg_overlap_term seg_dice_map(const seg_overlap *o, const void *params)
{
    const struct seg_dice *p = params;
    seg_smooth s = smooth_of(p);
    double B = masses(o, p) + s.below, share = B > 0 ? 1 / B : 0;
    bool squared = p->denom == SEG_DICE_SQUARED && p->form != SEG_FORM_SURVEY;

    return (seg_overlap_term){squared ? 0 : share, squared ? 0 : share, squared ? share : 0,
                              (s.below - s.above) * share, false};
}

bool seg_dice_takes(const seg_loss_ctx *work, const void *params, int cls)
{
    const struct seg_dice *p = params;

    return p->form == SEG_FORM_SURVEY || seg_loss_ctx_includes(work, &p->classes, SEG_CLASSES_FG, cls);
}

static seg_status class_value(seg_loss_ctx *work, int cls, const void *params, seg_value *value, seg_error *err)
{
    seg_overlap o;
    seg_status st = seg_overlap_of(work, cls, seg_dice_intersection(params), &o, err);

    if (!st)
        *value = seg_value_of(seg_dice_term(&o, params));
    return st;
}

static seg_status gradient(seg_loss_ctx *work, const void *params, double *out, seg_error *err)
{
    return seg_overlap_terms_gradient(work, &seg_loss_dice, seg_dice_intersection(params), seg_dice_slope, params, out,
                                      err);
}

static seg_status check(const void *params, seg_error *err)
{
    return seg_smooth_check("dice", &((const struct seg_dice *)params)->smooth, err);
}

static seg_status loss_map(seg_loss_ctx *work, const void *params, seg_loss_map *map, seg_error *err)
{
    return seg_overlap_terms_map(work, &seg_loss_dice, seg_dice_intersection(params), seg_dice_map, params, map, err);
}

static const seg_param rows[] = {SEG_DICE_ROWS, {0}};

const seg_loss seg_loss_dice = {
    .name = "dice",
    .aliases = {"dsc-loss", "soft-dice"},
    .title = "Dice loss",
    .level = SEG_REGION,
    .equation = "L = mean over classes of  1 - (2 I + s) / (S + N + s)\n"
                "denom=squared:  1 - (2 I + s) / (Q + N + s)",
    .symbols = "I   overlap: sum of the class's probability over its voxels in the ground truth\n"
               "S   sum of its probability over all voxels, Q of the squares\n"
               "N   its voxels in the ground truth\n"
               "s   smooth",
    .range = "[0, 1]; 0 for a perfect prediction (above 0 with intersection=product, denom=linear and a soft truth)",
    .empty = "In neither map: 0. In one map only: 1 when smooth is 0, however small the predicted sum; a softmax map "
             "is never exactly 0, so a class that is absent from the ground truth has the loss 1 (classes=present-fg "
             "leaves it out).",
    .advantages = "Optimises the overlap measure that is usually reported; independent of the size of the background, "
                  "and small objects count as much as large ones.",
    .disadvantages = "Gradients are large and noisy for very small objects, where single voxels dominate; depends "
                     "neither on the location of errors nor on calibration; undefined for empty classes without "
                     "smoothing.",
    .use_cases = "Foreground much smaller than the background; medical segmentation, usually together with "
                 "cross-entropy.",
    .reference = "Milletari, Navab, Ahmadi: V-Net, 3DV 2016, arXiv 1606.04797; linear denominator after Sudre et al., "
                 "DLMIA 2017, arXiv 1707.03237",
    .survey = "Equation 7 has the linear denominator over all classes and cites V-Net, which has the squared one. "
              "form=survey: linear, all classes, s = 0.",
    .elsewhere =
        "MONAI, nnU-Net and segmentation_models_pytorch use the linear denominator, NiftyNet the squared one; "
        "nnU-Net returns minus the coefficient. kornia adds up all classes first, which for a softmax map is the "
        "mean probability of the true class.",
    .params = rows,
    .size = sizeof(struct seg_dice),
    .flags = SEG_LOSS_SOFT_TRUTH,
    .check = check,
    .class_value = class_value,
    .includes_class = seg_dice_takes,
    .gradient = gradient,
    .map = loss_map,
    .map_kind = SEG_MAP_EXACT,
    .single_pass = seg_always_single_pass,
};
