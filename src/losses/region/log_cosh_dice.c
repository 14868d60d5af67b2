/* log_cosh_dice.c - log-cosh Dice loss: the Dice loss, rounded off near 0.
 *
 *     L = log cosh(x)          x = the Dice loss, after the mean over classes
 *
 * x^2 / 2 for small x and nearly a straight line above. log cosh x = log1p(2 sinh^2(x / 2)) does not cancel for small x.
 * form=survey prints (e^x - e^-x) / 2, which is sinh: log sinh x, minus infinity for a perfect prediction.
 */
#include <math.h>

#include "dice.h"

static double smoothed(double x, int form)
{
    double s = sinh(x / 2);

    return form == SEG_FORM_SURVEY ? log(sinh(x)) : log1p(2 * s * s);
}

static seg_value value_of(double x, int form)
{
    double y = smoothed(x, form);

    return isfinite(y) ? seg_value_of(y) : seg_value_with(y, SEG_NOT_COMPUTED "the logarithm of 0");
}

/* x and, where by_class is given, the value of each class. *taken: how many classes. */
static seg_status mean_dice(seg_loss_ctx *work, const struct seg_dice *p, seg_value *by_class, double *x, int *taken,
                            seg_error *err)
{
    double sum = 0;

    *taken = 0;
    for (int cls = 0; cls < work->pair->classes; cls++) {
        seg_overlap o;
        seg_status st;

        if (!seg_dice_takes(work, p, cls))
            continue;
        st = seg_overlap_of(work, cls, seg_dice_intersection(p), &o, err);
        if (st)
            return st;
        if (by_class)
            by_class[cls] = value_of(seg_dice_term(&o, p), p->form);
        sum += seg_dice_term(&o, p);
        ++*taken;
    }
    *x = *taken ? sum / *taken : 0;
    return SEG_OK;
}

static seg_status value(seg_loss_ctx *work, const void *params, seg_score *score, seg_error *err)
{
    const struct seg_dice *p = params;
    int taken;
    double x;
    seg_status st = mean_dice(work, p, score->by_class, &x, &taken, err);

    if (!st)
        score->total = taken ? value_of(x, p->form) : seg_value_undefined(SEG_NO_CLASS);
    return st;
}

/* value:    L  = log cosh x     or  log sinh x
 * gradient: L' = tanh(x) x'     or  x' / tanh(x);  0 where x = 0: the smallest Dice loss has no slope that leads on */
static seg_status gradient(seg_loss_ctx *work, const void *params, double *out, seg_error *err)
{
    const struct seg_dice *p = params;
    size_t n = (size_t)work->pair->classes * work->pair->voxels;
    int taken;
    double x, factor = 0;
    seg_status st = mean_dice(work, p, NULL, &x, &taken, err);

    if (!st)
        st = seg_overlap_terms_gradient(work, &seg_loss_dice, seg_dice_intersection(p), seg_dice_slope, params, out,
                                        err);
    if (!st && x != 0)
        factor = p->form == SEG_FORM_SURVEY ? 1 / tanh(x) : tanh(x);
    for (size_t i = 0; !st && i < n; i++)
        out[i] *= factor;
    return st;
}

/* Hands the map of the Dice loss on, times a factor. */
struct scaled {
    seg_loss_map *to;
    double factor;
};

static seg_status take_scaled(void *context, int cls, const double *plane, seg_error *err)
{
    const struct scaled *s = context;

    for (size_t i = 0; i < s->to->pair->voxels; i++)
        s->to->plane[i] = s->factor * plane[i];
    return s->to->take(s->to->context, cls, s->to->plane, err);
}

/* map: that of the Dice loss, times L / x */
static seg_status loss_map(seg_loss_ctx *work, const void *params, seg_loss_map *map, seg_error *err)
{
    const struct seg_dice *p = params;
    struct scaled s = {map, 0};
    seg_loss_map dice = {map->pair, map->plane, 0, take_scaled, &s};
    int taken;
    double x;
    seg_status st = mean_dice(work, p, NULL, &x, &taken, err);

    s.factor = x != 0 ? smoothed(x, p->form) / x : 0;
    if (!st)
        st = seg_overlap_terms_map(work, &seg_loss_dice, seg_dice_intersection(p), seg_dice_map, params, &dice, err);
    map->offset = s.factor * dice.offset;
    return st;
}

static seg_status check(const void *params, seg_error *err)
{
    return seg_smooth_check("log-cosh-dice", &((const struct seg_dice *)params)->smooth, err);
}

static const seg_param rows[] = {SEG_DICE_ROWS, {0}};

const seg_loss seg_loss_log_cosh_dice = {
    .name = "log-cosh-dice",
    .aliases = {"lc-dice", "logcosh-dice"},
    .title = "Log-cosh Dice loss",
    .level = SEG_REGION,
    .equation = "L = log cosh(x),  x = mean over classes of  1 - (2 I + s) / (S + N + s)",
    .symbols = "x   the Dice loss with the same parameters\n"
               "I   overlap: sum of the class's probability over its voxels in the ground truth\n"
               "S   sum of its probability over all voxels\n"
               "N   its voxels in the ground truth\n"
               "s   smooth",
    .range = "[0, log cosh 1] = [0, 0.43378]; 0 for a perfect prediction (above 0 with intersection=product, "
             "denom=linear and a soft truth)",
    .empty = "As dice, before the logarithm: in neither map x = 0, in one map only x = 1.",
    .advantages = "Behaves like Dice far from the optimum and is flat near it, so training is more stable.",
    .disadvantages = "The gradient vanishes as the overlap approaches 1; otherwise the disadvantages of Dice, and no "
                     "parameter to tune.",
    .use_cases = "Imbalanced data where training with the Dice loss is unstable.",
    .reference = "Jadon: A survey of loss functions for semantic segmentation, CIBCB 2020, arXiv 2006.14822",
    .survey = "Equation 8 defines cosh with a minus sign, which is sinh. form=survey evaluates log sinh(x) over all "
              "classes: negative below x = 0.8814 and minus infinity for a perfect prediction.",
    .elsewhere = "Jadon's own code is binary with smooth = 1.",
    .params = rows,
    .size = sizeof(struct seg_dice),
    .flags = SEG_LOSS_SOFT_TRUTH,
    .check = check,
    .value = value,
    .gradient = gradient,
    .map = loss_map,
    .map_kind = SEG_MAP_PROPORTIONAL,
    .single_pass = seg_always_single_pass,
};
