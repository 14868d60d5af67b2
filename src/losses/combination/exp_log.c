/* exp_log.c - exponential logarithmic loss: powers of the logarithms of overlap and of probabilities.
 *
 *     L   = w_dice L_D + w_cross L_C
 *     L_D = mean over c of (-ln D_c)^gamma_dice,   D_c = (2 sum t y + s) / (sum t + sum y + s)
 *     L_C = 1/N sum over n of w_l (-ln y_n^l)^gamma_cross,   l the true class of n,   w_l = sqrt(N / N_l)
 *
 * D_c and y are held in [eps, 1] before the logarithm. With a power below 1 the curve is steep where the
 * prediction is nearly right, and its gradient infinite where it is exactly right; there it is reported as 0.
 * A class empty in both maps has D = 1 (s > 0, or 0/0 taken as 1); its weight is never used.
 *
 * The survey (eqs. 33 to 35) takes logarithms of the losses instead:
 *     L = w_dice (-ln L_Dice)^gamma_dice + w_cross (-ln L_WCE)^gamma_cross
 * L_Dice = 1 - mean D_c (no smoothing) and L_WCE the mean cross-entropy. That falls as the prediction gets
 * worse, is infinite for a perfect one and not a number as soon as L_WCE > 1: computed on request, and told so.
 *
 * More than 350 lines: two forms that share nothing but their sums, each with value and map.
 */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../base/memory.h"
#include "../../base/parallel.h"
#include "../../pass/true_class.h"
#include "../../simd/simd.h"
#include "../boundary/masked_class.h"
#include "../gradient.h"
#include "../loss.h"
#include "class_weights.h"

static const char *const weight_words[] = {"sqrt-inverse", NULL};

struct exp_log {
    double w_dice, w_cross, gamma_dice, gamma_cross, smooth, eps;
    seg_classes classes;
    seg_numbers weights;
    int form;
};

static bool takes(const seg_loss_ctx *work, const struct exp_log *t, int cls)
{
    return seg_loss_ctx_includes(work, &t->classes, SEG_CLASSES_ALL, cls);
}

static double dice(const seg_class_sums *m, int cls, double smooth)
{
    double below = m->sum_t[cls] + m->sum_y[cls] + smooth;

    return below > 0 ? (2 * m->sum_ty[cls] + smooth) / below : 1;
}

/* (-ln x)^gamma with x held in [eps, 1], so that rounding never leaves a negative base. */
static double log_power(double x, double eps, double gamma)
{
    double base = -log(fmin(fmax(x, eps), 1));

    return base > 0 ? pow(base, gamma) : 0;
}

/* Its derivative: gamma (-ln x)^(gamma - 1) (-1/x); 0 where x is held, and at 1, where it is infinite. */
static double log_power_slope(double x, double eps, double gamma)
{
    double base = -log(x);

    return x >= eps && x < 1 ? -gamma * pow(base, gamma - 1) / x : 0;
}

struct pass {
    const seg_pair *pair;
    const struct exp_log *t;
    const double *weight; /* [classes] */
};

static size_t cross_bytes(const void *params, int classes)
{
    (void)params, (void)classes;
    return sizeof(double);
}

static void cross_update(void *state, const void *params, const seg_class_run *run)
{
    const struct pass *s = params;
    double eps = fmax(s->t->eps, DBL_MIN); /* the logarithm of the kernel is one of normal numbers */

    *(double *)state +=
        s->weight[run->label] * seg_simd()->sum_log_powers(run->p, run->n, run->flip, eps, s->t->gamma_cross);
}

static const seg_accumulator cross_terms = {
    .bytes = cross_bytes, .update = cross_update, .own_only = true, .of_case = true};

static seg_status cross_entropy(seg_loss_ctx *work, const struct exp_log *t, double *cross, seg_error *err)
{
    struct pass s = {.pair = work->pair, .t = t};
    double *weight, sum = 0;
    seg_status st = seg_class_weights(&weight, work, &t->weights, 0.5, err);

    s.weight = weight;
    if (!st)
        st = seg_true_class_pass(work->pair, &cross_terms, &s, &sum, err);
    *cross = sum / seg_loss_ctx_voxels(work);
    free(weight);
    return st;
}

static seg_status reference_value(seg_loss_ctx *work, const struct exp_log *t, int taken, seg_score *score,
                                  seg_error *err)
{
    const seg_class_sums *m = &work->moments;
    double cross, overlap = 0;
    seg_status st = cross_entropy(work, t, &cross, err);

    for (int cls = 0; !st && cls < work->pair->classes; cls++)
        if (takes(work, t, cls))
            overlap += log_power(dice(m, cls, t->smooth), t->eps, t->gamma_dice) / taken;
    score->total = seg_value_of(t->w_dice * overlap + t->w_cross * cross);
    score->extra[0].name = "dice";
    score->extra[0].x = overlap;
    score->extra[1].name = "cross-entropy";
    score->extra[1].x = cross;
    score->extras = 2;
    return st;
}

/* w (-ln loss)^gamma as printed: infinite at 0, not a number where the base is negative. */
static double printed(double weight, double loss, double gamma)
{
    return weight == 0 ? 0 : weight * pow(-log(loss), gamma);
}

static void add_log(void *context, size_t begin, size_t end, double *sums)
{
    const struct pass *s = context;
    double p[SEG_BLOCK], total = 0;
    uint16_t code[SEG_BLOCK];
    size_t n = seg_true_class_prob(s->pair, begin, end - begin, p, code);

    for (size_t i = 0; i < n; i++)
        total -= s->weight[code[i]] * log(fmax(p[i], s->t->eps));
    sums[0] = total;
}

static seg_status survey_value(seg_loss_ctx *work, const struct exp_log *t, int taken, seg_score *score, seg_error *err)
{
    struct pass s = {.pair = work->pair, .t = t};
    double *weight, sum = 0, x, overlap = 0, n = seg_loss_ctx_voxels(work);
    /* Power 0: every class weighs 1 unless weights are listed. */
    seg_status st = seg_class_weights(&weight, work, &t->weights, 0, err);

    s.weight = weight;
    if (!st)
        st = seg_parallel_sum(work->pair->voxels, 1, add_log, &s, &sum, err);
    for (int cls = 0; cls < work->pair->classes; cls++)
        if (takes(work, t, cls))
            overlap += dice(&work->moments, cls, 0) / taken;
    x = printed(t->w_dice, fmax(1 - overlap, 0), t->gamma_dice) + printed(t->w_cross, sum / n, t->gamma_cross);
    score->total = isnan(x)   ? seg_value_undefined(SEG_NOT_COMPUTED "power of the logarithm of a loss above 1")
                   : isinf(x) ? seg_value_with(x, SEG_NOT_COMPUTED "infinite, the logarithm of a loss of 0")
                              : seg_value_of(x);
    free(weight);
    return st;
}

static seg_status value(seg_loss_ctx *work, const void *params, seg_score *score, seg_error *err)
{
    const struct exp_log *t = params;
    const seg_class_sums *m;
    int taken = seg_loss_ctx_included(work, &t->classes, SEG_CLASSES_ALL);
    seg_status st = seg_loss_ctx_sums(work, &m, err);

    if (st)
        return st;
    if (!taken || !(m->n > 0)) {
        score->total = seg_value_undefined(taken ? SEG_NO_VOXELS : SEG_NO_CLASS);
        return SEG_OK;
    }
    return t->form == SEG_FORM_SURVEY ? survey_value(work, t, taken, score, err)
                                      : reference_value(work, t, taken, score, err);
}

/* What the gradient needs to know of a class. */
struct class_slope {
    double gamma, eps, cross;  /* cross: w_cross w_c / N */
    double above, below, dice; /* of D, and dL/dD */
};

/* value:    w_dice/K (-ln D)^g            +  w_cross/N w_l (-ln y)^g
 * gradient: w_dice/K d(-ln D)^g/dD dD/dy  +  w_cross/N w_l d(-ln y)^g/dy
 *           dD/dy = (2 t below - above) / below^2 */
static double slope(const void *context, const seg_voxel *v)
{
    const struct class_slope *s = &((const struct class_slope *)context)[v->cls];
    double g = v->t > 0 ? s->cross * log_power_slope(v->y, s->eps, s->gamma) : 0;

    if (s->dice != 0)
        g += s->dice * (2 * v->t * s->below - s->above) / (s->below * s->below);
    return g;
}

static seg_status find_slopes(struct class_slope *slopes, seg_loss_ctx *work, const struct exp_log *t, seg_error *err)
{
    const seg_class_sums *m;
    double *weight = NULL;
    int taken = seg_loss_ctx_included(work, &t->classes, SEG_CLASSES_ALL);
    seg_status st = seg_loss_ctx_sums(work, &m, err);

    if (!st)
        st = seg_class_weights(&weight, work, &t->weights, 0.5, err);
    for (int cls = 0; !st && cls < work->pair->classes; cls++) {
        struct class_slope *s = &slopes[cls];

        *s = (struct class_slope){.gamma = t->gamma_cross, .eps = t->eps, .cross = t->w_cross * weight[cls] / m->n};
        s->above = 2 * m->sum_ty[cls] + t->smooth;
        s->below = m->sum_t[cls] + m->sum_y[cls] + t->smooth;
        if (takes(work, t, cls))
            s->dice = t->w_dice / taken * log_power_slope(dice(m, cls, t->smooth), t->eps, t->gamma_dice);
    }
    free(weight);
    return st;
}

static seg_status gradient(seg_loss_ctx *work, const void *params, double *gradient, seg_error *err)
{
    const struct exp_log *t = params;
    struct class_slope *slopes;
    seg_status st;

    if (t->form == SEG_FORM_SURVEY)
        return seg_fail(err, SEG_USAGE, "exp-log: form=survey has no gradient (it is infinite where the loss is 0)");
    st = seg_alloc(&slopes, (size_t)work->pair->classes, sizeof *slopes, "class slopes", err);
    if (!st)
        st = find_slopes(slopes, work, t, err);
    if (!st)
        seg_gradient_fill(work->pair, slope, slopes, gradient);
    free(slopes);
    return st;
}

/* map: the Dice part of a class in proportion to t + y - 2 t y, the cross-entropy part at the true class */
static double term(const void *context, const seg_voxel *v)
{
    const struct class_slope *s = &((const struct class_slope *)context)[v->cls];
    double cross = v->t > 0 ? s->cross * log_power(v->y, s->eps, s->gamma) : 0;

    return cross + s->dice * (v->t + v->y - 2 * v->t * v->y);
}

static double missed(const void *context, const seg_voxel *v)
{
    (void)context;
    return v->t + v->y - 2 * v->t * v->y;
}

/* dice = what a unit of t + y - 2 t y costs when all of the class cost `value`; the sum is taken here, as a difference of
 * class sums has few digits for a good prediction. */
static seg_status reference_share(struct class_slope *s, double value, int cls, seg_loss_map *map, seg_error *err)
{
    double sum = 0;
    seg_status st = SEG_OK;

    if (value != 0)
        st = seg_loss_map_sum(map, cls, missed, NULL, &sum, err);
    s->dice = sum > 0 ? value / sum : 0;
    map->offset += sum > 0 ? 0 : value;
    return st;
}

static seg_status reference_shares(struct class_slope *shares, seg_loss_ctx *work, const struct exp_log *t,
                                   seg_loss_map *map, seg_error *err)
{
    int taken = seg_loss_ctx_included(work, &t->classes, SEG_CLASSES_ALL);
    seg_status st = find_slopes(shares, work, t, err);

    for (int cls = 0; !st && cls < work->pair->classes; cls++) {
        double power = log_power(dice(&work->moments, cls, t->smooth), t->eps, t->gamma_dice);

        st = reference_share(&shares[cls], takes(work, t, cls) ? t->w_dice / taken * power : 0, cls, map, err);
    }
    return st;
}

/* form=survey: 1 - mean D as a sum of terms. shares[].dice = 1 / (sum t + sum y) / classes. */
static seg_status survey_dice(struct class_slope *shares, seg_loss_ctx *work, const struct exp_log *t,
                              seg_loss_map *map, double *all, seg_error *err)
{
    const seg_class_sums *m = &work->moments;
    int taken = seg_loss_ctx_included(work, &t->classes, SEG_CLASSES_ALL);
    seg_status st = SEG_OK;

    *all = 0;
    for (int cls = 0; !st && cls < work->pair->classes; cls++) {
        double below = m->sum_t[cls] + m->sum_y[cls], sum;

        st = seg_loss_map_sum(map, cls, missed, NULL, &sum, err);
        shares[cls].dice = takes(work, t, cls) && below > 0 ? 1 / below / taken : 0;
        *all += st ? 0 : shares[cls].dice * sum;
    }
    return st;
}

/* Each of the two powers in proportion to the loss in it. */
static seg_status survey_shares(struct class_slope *shares, seg_loss_ctx *work, const struct exp_log *t,
                                seg_loss_map *map, seg_error *err)
{
    struct pass s = {.pair = work->pair, .t = t};
    int taken = seg_loss_ctx_included(work, &t->classes, SEG_CLASSES_ALL);
    double *weight, sum = 0, overlap = 0, n = seg_loss_ctx_voxels(work), all = 0, dice_value, cross_value;
    seg_status st = seg_class_weights(&weight, work, &t->weights, 0, err);

    s.weight = weight;
    if (!st)
        st = seg_parallel_sum(work->pair->voxels, 1, add_log, &s, &sum, err);
    if (!st)
        st = survey_dice(shares, work, t, map, &all, err);
    for (int cls = 0; !st && cls < work->pair->classes; cls++)
        overlap += takes(work, t, cls) ? dice(&work->moments, cls, 0) / taken : 0;
    dice_value = printed(t->w_dice, fmax(1 - overlap, 0), t->gamma_dice);
    cross_value = printed(t->w_cross, sum / n, t->gamma_cross);
    for (int cls = 0; !st && cls < work->pair->classes; cls++) {
        shares[cls].gamma = 1;
        shares[cls].eps = t->eps;
        shares[cls].cross = sum > 0 ? cross_value / sum * weight[cls] : 0;
        shares[cls].dice *= all > 0 ? dice_value / all : 0;
    }
    map->offset += (!st && all > 0 ? 0 : dice_value) + (sum > 0 ? 0 : cross_value);
    free(weight);
    return st;
}

static seg_status loss_map(seg_loss_ctx *work, const void *params, seg_loss_map *map, seg_error *err)
{
    const struct exp_log *t = params;
    const seg_class_sums *m;
    struct class_slope *shares;
    seg_status st = seg_alloc(&shares, (size_t)work->pair->classes, sizeof *shares, "class shares", err);

    if (!st)
        st = seg_loss_ctx_sums(work, &m, err);
    if (!st)
        st = (t->form == SEG_FORM_SURVEY ? survey_shares : reference_shares)(shares, work, t, map, err);
    if (!st)
        st = seg_loss_map_fill(map, term, shares, err);
    free(shares);
    return st;
}

static const seg_param rows[] = {
    SEG_NUMBER("w_dice", struct exp_log, w_dice, 0.8, 0, 1e9, "weight of the Dice part"),
    SEG_NUMBER("w_cross", struct exp_log, w_cross, 0.2, 0, 1e9, "weight of the cross-entropy part"),
    SEG_POSITIVE("gamma_dice", struct exp_log, gamma_dice, 0.3, 100, "exponent of the logarithm of the Dice overlap"),
    SEG_POSITIVE("gamma_cross", struct exp_log, gamma_cross, 0.3, 100,
                 "exponent of the logarithm of a voxel's probability"),
    SEG_NUMBER("smooth", struct exp_log, smooth, 1, 0, 1e9, "added to numerator and denominator of the Dice overlap"),
    SEG_EPS_ROW(struct exp_log),
    SEG_CLASSES_ROW(struct exp_log, "all"),
    {.name = "weights",
     .type = SEG_PARAM_NUMBERS,
     .at = offsetof(struct exp_log, weights),
     .preset = 0,
     .min = 0,
     .max = 1e9,
     .choices = weight_words,
     .help = "class weights w of the cross-entropy part"},
    SEG_FORM_ROW(struct exp_log),
    {0}};

const seg_loss seg_loss_exp_log = {
    .name = "exp-log",
    .title = "Exponential logarithmic loss",
    .level = SEG_COMBINATION,
    .equation = "L = w_dice mean_c (-ln D_c)^gamma_dice + w_cross 1/N sum_n w_l (-ln y_n^l)^gamma_cross\n"
                "D_c = (2 sum t y + s) / (sum t + sum y + s),  w_l = sqrt(N / N_l)",
    .symbols = "y_n^l  probability of the true class l of voxel n, clamped to [eps, 1]\n"
               "N, N_l  voxels, and voxels of class l in the ground truth of this case\n"
               "s  smooth",
    .range = "[0, infinity); 0 for a perfect prediction",
    .empty = "a class empty in both maps has D = 1 and adds 0; predicted but absent, D = s / (sum y + s): a large loss "
             "for small probabilities when s is small",
    .advantages = "Rare classes have larger weights, and an exponent below 1 keeps the gradient large for nearly "
                  "correct predictions, so small structures are still refined.",
    .disadvantages = "Five parameters to choose; weights from class frequencies change from case to case; the gradient "
                     "is infinite at a perfect prediction.",
    .use_cases = "Many classes of very different size in one volume, such as 20 brain structures.",
    .reference = "K. C. L. Wong et al., 3D segmentation with exponential logarithmic loss for highly "
                 "unbalanced object sizes, MICCAI 2018, arXiv:1809.00076",
    .survey = "Eqs. 34 and 35 take the logarithm of the Dice and cross-entropy losses, the original of the "
              "Dice overlap and of each probability; form=survey follows the survey, is infinite for a "
              "perfect prediction and undefined when the mean cross-entropy exceeds 1. Eq. 33's text lists "
              "gamma twice.",
    .elsewhere = "PyMIC rescales D and y to [0.005, 0.995] and weighs by (f + 0.1)^-1/2. SegLoss takes "
                 "the power of -ln of the mean D and leaves the cross-entropy plain. Nacriema's "
                 "Loss-Functions applies softmax twice.",
    .params = rows,
    .size = sizeof(struct exp_log),
    .value = value,
    .gradient = gradient,
    .map = loss_map,
    .map_kind = SEG_MAP_MIXED,
};
