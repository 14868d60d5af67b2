/* focal.c - focal loss: cross-entropy that looks away from what is already right.
 *
 *     mode=softmax   L = 1/N sum_n a_l(n) (1 - p_n)^gamma (-log max(p_n, eps))
 *     mode=sigmoid   L = mean over classes c of 1/N sum_n  a t (1 - y)^gamma (-log y) + (1 - a) (1 - t) y^gamma (-log(1 - y))
 *
 * p_n is the probability of the true class l(n); in sigmoid mode every class is a yes-or-no question of its own. For
 * two classes both modes agree. gamma = 0 is cross-entropy. Without alpha every a and 1 - a is 1. A voxel that is
 * right with certainty costs 0 for any gamma.
 */
#include <math.h>
#include <stdlib.h>

#include "../../base/blocks.h"
#include "../../base/memory.h"
#include "../gradient.h"
#include "../loss.h"
#include "focal_term.h"

enum { ALPHA_NONE };
static const char *const alpha_words[] = {"none", NULL};

enum { SOFTMAX, SIGMOID };
static const char *const mode_words[] = {"softmax", "sigmoid", NULL};

struct focal {
    double gamma, eps;
    seg_numbers alpha;
    seg_classes classes;
    int mode, reduction, form;
};

static bool sums_up(const struct focal *p)
{
    return p->form == SEG_FORM_SURVEY || p->reduction == SEG_REDUCE_SUM;
}

static int mode_of(const struct focal *p)
{
    return p->form == SEG_FORM_SURVEY ? SOFTMAX : p->mode;
}

/* a_c of the softmax mode. */
static double alpha_of(const struct focal *p, int class)
{
    if (p->alpha.word == ALPHA_NONE || p->form == SEG_FORM_SURVEY)
        return 1;
    if (p->alpha.n == 1)
        return class == 0 ? 1 - p->alpha.x[0] : p->alpha.x[0];
    return p->alpha.x[class];
}

/* a and 1 - a of the sigmoid mode. */
static double price_of_truth(const struct focal *p)
{
    return p->alpha.word == ALPHA_NONE ? 1 : p->alpha.x[0];
}

static double price_of_rest(const struct focal *p)
{
    return p->alpha.word == ALPHA_NONE ? 1 : 1 - p->alpha.x[0];
}

static bool takes(const seg_work *work, const struct focal *p, int class)
{
    return seg_work_takes(work, &p->classes, SEG_CLASSES_FG, class);
}

struct pass {
    const seg_pair *pair;
    const struct focal *p;
    int class;
};

enum { PIECE = 1024 };

static void add_sigmoid(void *context, size_t begin, size_t end, double *sums)
{
    const struct pass *pass = context;
    const struct focal *p = pass->p;
    double y[PIECE], t[PIECE], a = price_of_truth(p), b = price_of_rest(p);
    uint16_t code[PIECE];

    for (size_t at = begin; at < end; at += PIECE) {
        size_t n = end - at < PIECE ? end - at : PIECE;

        seg_pair_prob(pass->pair, pass->class, at, n, y);
        seg_pair_target(pass->pair, pass->class, at, n, t);
        seg_pair_codes(pass->pair, at, n, code);
        for (size_t i = 0; i < n; i++) {
            if (code[i] >= pass->pair->classes)
                continue;
            if (t[i] > 0)
                sums[0] += a * t[i] * seg_focal_term(y[i], p->gamma, p->eps);
            if (t[i] < 1)
                sums[0] += b * (1 - t[i]) * seg_focal_term(1 - y[i], p->gamma, p->eps);
        }
    }
}

static seg_status sigmoid_value(seg_work *work, const struct focal *p, seg_score *score, seg_error *err)
{
    double n = seg_work_voxels(work), total = 0;
    int taken = 0;
    seg_status st = SEG_OK;

    for (int class = 0; !st && class < work->pair->classes; class++) {
        struct pass pass = {work->pair, p, class};
        double sum;

        if (!takes(work, p, class))
            continue;
        st = seg_blocks_sum(work->pair->voxels, 1, add_sigmoid, &pass, &sum, err);
        sum /= sums_up(p) ? 1 : n;
        score->by_class[class] = n > 0 ? seg_value_of(sum) : seg_value_undefined(SEG_NO_VOXELS);
        total += sum;
        taken++;
    }
    if (n == 0)
        score->total = seg_value_undefined(SEG_NO_VOXELS);
    else if (!taken)
        score->total = seg_value_undefined(SEG_NO_CLASS);
    else
        score->total = seg_value_of(sums_up(p) ? total : total / taken);
    return st;
}

static void softmax_reduce(const seg_work *work, const struct focal *p, const double *sums, seg_score *score)
{
    double n = seg_work_voxels(work), total = 0;

    for (int c = 0; c < work->pair->classes; c++) {
        double own = (double)work->truth_voxels[c], cost = alpha_of(p, c) * sums[c];

        total += cost;
        if (sums_up(p))
            score->by_class[c] = seg_value_of(cost);
        else
            score->by_class[c] = own > 0 ? seg_value_of(cost / own) : seg_value_undefined(SEG_EMPTY_TRUTH);
    }
    score->total = n > 0 ? seg_value_of(sums_up(p) ? total : total / n) : seg_value_undefined(SEG_NO_VOXELS);
}

static seg_status softmax_value(seg_work *work, const struct focal *p, seg_score *score, seg_error *err)
{
    const seg_focal_seen *seen = seg_work_seen(work, p);
    double *sums;
    seg_status st;

    if (seg_pair_soft(work->pair)) {
        score->total = seg_value_undefined(SEG_NOT_COMPUTED "mode=softmax is not defined for a soft truth");
        return SEG_OK;
    }
    if (seen) {
        softmax_reduce(work, p, seg_focal_seen_sums(seen), score);
        return SEG_OK;
    }
    st = seg_alloc(&sums, (size_t)work->pair->classes, sizeof *sums, "class sums", err);
    if (!st)
        st = seg_focal_sums(work->pair, p->gamma, p->eps, sums, err);
    if (!st)
        softmax_reduce(work, p, sums, score);
    free(sums);
    return st;
}

/* ---- while the map is read for the first time ---- */

static bool wants(const void *params, const seg_showing *showing)
{
    (void)showing;
    return mode_of(params) == SOFTMAX;
}

static seg_status begin(void **out, const void *params, const seg_showing *showing, seg_error *err)
{
    const struct focal *p = params;
    seg_focal_seen *seen;
    seg_status st = seg_focal_begin(&seen, p->gamma, p->eps, showing, err);

    *out = seen;
    return st;
}

static const seg_witness_kind witness = {wants, begin, seg_focal_see, seg_focal_end, seg_focal_forget};

/* ---- the loss ---- */

static seg_status check_alpha(const struct focal *p, int classes, seg_error *err)
{
    if (p->form == SEG_FORM_SURVEY || p->alpha.word == ALPHA_NONE || p->alpha.n == 1)
        return SEG_OK;
    if (mode_of(p) == SOFTMAX && p->alpha.n != (size_t)classes)
        return seg_fail(err, SEG_USAGE, "focal: alpha has %zu numbers, one or %d (one for each class) were wanted",
                        p->alpha.n, classes);
    return SEG_OK;
}

static seg_status value(seg_work *work, const void *params, seg_score *score, seg_error *err)
{
    const struct focal *p = params;
    seg_status st = check_alpha(p, work->pair->classes, err);

    if (st)
        return st;
    return mode_of(p) == SIGMOID ? sigmoid_value(work, p, score, err) : softmax_value(work, p, score, err);
}

static seg_status check(const void *params, seg_error *err)
{
    const struct focal *p = params;

    if (p->alpha.word < 0 && p->alpha.n == 1 && p->alpha.x[0] > 1)
        return seg_fail(err, SEG_USAGE, "focal: alpha=%g, one number in [0, 1] or a number for each class was wanted",
                        p->alpha.x[0]);
    if (p->alpha.word < 0 && p->alpha.n > 1 && mode_of(p) == SIGMOID)
        return seg_fail(err, SEG_USAGE, "focal: mode=sigmoid takes one alpha, but %zu were given", p->alpha.n);
    return SEG_OK;
}

struct slope {
    const seg_work *work;
    const struct focal *p;
    double divisor;
};

static double softmax_slope(const void *context, const seg_voxel *v)
{
    const struct slope *s = context;

    return v->t > 0 ? alpha_of(s->p, v->class) * seg_focal_slope(v->y, s->p->gamma, s->p->eps) / s->divisor : 0;
}

/* The two halves are mirror images: d/dy f(1 - y) = -f'(1 - y). */
static double sigmoid_slope(const void *context, const seg_voxel *v)
{
    const struct slope *s = context;
    const struct focal *p = s->p;
    double sum = 0;

    if (!takes(s->work, p, v->class))
        return 0;
    if (v->t > 0)
        sum += price_of_truth(p) * v->t * seg_focal_slope(v->y, p->gamma, p->eps);
    if (v->t < 1)
        sum -= price_of_rest(p) * (1 - v->t) * seg_focal_slope(1 - v->y, p->gamma, p->eps);
    return sum / s->divisor;
}

static seg_status gradient(seg_work *work, const void *params, double *out, seg_error *err)
{
    const struct focal *p = params;
    struct slope s = {work, p, sums_up(p) ? 1 : seg_work_voxels(work)};
    seg_status st = check_alpha(p, work->pair->classes, err);

    if (st)
        return st;
    if (mode_of(p) == SIGMOID && !sums_up(p))
        s.divisor *= seg_work_taken(work, &p->classes, SEG_CLASSES_FG);
    seg_gradient_fill(work->pair, mode_of(p) == SIGMOID ? sigmoid_slope : softmax_slope, &s, out);
    return SEG_OK;
}

static const seg_param rows[] = {
    SEG_NUMBER("gamma", struct focal, gamma, 2, 0, HUGE_VAL, "how fast well predicted voxels lose weight; 0 is ce"),
    {.name = "alpha", .type = SEG_PARAM_NUMBERS, .at = offsetof(struct focal, alpha), .preset = ALPHA_NONE,
     .min = 0, .max = HUGE_VAL, .choices = alpha_words,
     .help = "price of classes: a for all but the background, which gets 1 - a; or one for each class"},
    SEG_CHOICE("mode", struct focal, mode, SOFTMAX, mode_words, "one term for a voxel, or one for each class of a voxel"),
    SEG_CLASS_LIST("classes", struct focal, classes, "fg", "classes to average over (mode=sigmoid)"),
    SEG_REDUCTION_ROW(struct focal),
    SEG_EPS_ROW(struct focal),
    SEG_FORM_ROW(struct focal),
    {0},
};

const seg_loss seg_loss_focal = {
    .name = "focal",
    .title = "Focal loss",
    .level = SEG_PIXEL,
    .equation = "L = 1/N sum_n a_l(n) (1 - p_n)^gamma (-log max(p_n, eps))\n"
                "mode=sigmoid: mean over classes of 1/N sum_n a t (1-y)^gamma (-log y) + (1-a) (1-t) y^gamma (-log(1-y))",
    .symbols = "p_n    probability of the true class l(n) of voxel n\n"
               "t, y   truth and probability of a class at a voxel\n"
               "gamma  focusing exponent\n"
               "a      price of a class; 1 when alpha=none\n"
               "N      voxels",
    .range = "[0, -log eps] for alpha=none; 0 for a perfect prediction",
    .empty = "A class without voxels in the truth adds nothing in softmax mode; its own value is undefined.",
    .advantages = "Voxels that are already right hardly count, so the many easy background voxels do not drown the few "
                  "hard ones; one number, gamma, moves it away from cross-entropy.",
    .disadvantages = "Two parameters to tune; mislabelled voxels are hard voxels and get the most attention, and "
                     "probabilities become less calibrated as gamma grows.",
    .use_cases = "Strong class imbalance with many easy negatives: small lesions, detection heads.",
    .reference = "Lin, Goyal, Girshick, He, Dollar: Focal Loss for Dense Object Detection, ICCV 2017, arXiv 1708.02002",
    .survey = "Equation 4 prints a sum over voxels without alpha; form=survey evaluates that.",
    .elsewhere = "The original divides by the number of positive anchors. MONAI's mean also divides by the number of "
                 "classes. segmentation_models_pytorch reads class scores as independent sigmoid logits, so a perfect "
                 "prediction costs 0.087 there.",
    .params = rows,
    .size = sizeof(struct focal),
    .flags = SEG_LOSS_SOFT_TRUTH,
    .check = check,
    .value = value,
    .gradient = gradient,
    .witness = &witness,
};
