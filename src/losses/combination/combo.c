/* combo.c - Combo loss: cross-entropy with a price for what was missed, minus the Dice overlap.
 *
 *     L = alpha 1/(N K) sum over c, n of -[ beta t ln p + (1 - beta) (1 - t) ln(1 - p) ]  -  (1 - alpha) D
 *     D = (2 sum t y + S) / (sum t + sum y + S),  the sums over all voxels of all K classes (dice=flat)
 *
 * t truth, y probability, p = y held in [eps, 1 - eps], N voxels, S = smooth. dice=mean and dice=sum take D
 * class by class. The smallest value is -(1 - alpha), not 0, because the Dice overlap itself is subtracted
 * and not 1 - D. A class that is empty in both maps has D = 1.
 *
 * The survey prints (eq. 32)  alpha L_WCE + (1 - alpha) L_dice:
 *     L = alpha 1/N sum over n, c of -w_c t ln max(y, eps)  +  (1 - alpha) (1 - mean over c of D_c)
 * with S = 0 and 0/0 = 1.
 *
 * More than 350 lines: two forms, each with value, gradient and map, share their weights.
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
#include "../region/overlap.h"
#include "class_weights.h"

enum { DICE_FLAT, DICE_MEAN, DICE_SUM };
static const char *const dice_words[] = {"flat", "mean", "sum", NULL};
static const char *const sign_words[] = {"1", "-1", NULL};
static const char *const weight_words[] = {"none", "inverse", NULL};

struct combo {
    double alpha, beta, smooth, eps;
    seg_classes classes;
    int dice, sign, form, reduction, intersection;
    seg_numbers weights;
};

/* Both forms are one formula with other numbers: a class costs `missed` for each voxel of its own and `added`
 * for each other voxel, per unit of -ln. */
struct prices {
    double *missed; /* [classes] 0 where the class takes no part */
    double added;
    double scale;   /* 1/(N K), 1/N, 1/K or 1 */
    seg_clamp hold; /* where p is held */
    double smooth;
    int dice;
    double constant; /* 0, or 1 - alpha in the survey's form */
    int taken;
    seg_classes_kind preset;
};

static double ratio(double above, double below)
{
    return below > 0 ? above / below : 1;
}

static bool takes(const seg_loss_ctx *work, const struct combo *t, const struct prices *price, int cls)
{
    return seg_loss_ctx_includes(work, &t->classes, price->preset, cls);
}

static seg_status reference_prices(struct prices *price, seg_loss_ctx *work, const struct combo *t, seg_error *err)
{
    seg_status st;

    *price = (struct prices){.preset = SEG_CLASSES_FG,
                             .added = (t->sign == 0 ? 1 : -1) * (1 - t->beta),
                             .hold = seg_clamp_between(t->eps, 1 - t->eps),
                             .smooth = t->smooth,
                             .dice = t->dice};
    price->taken = seg_loss_ctx_included(work, &t->classes, price->preset);
    price->scale = price->taken ? 1.0 / price->taken : 0;
    st = seg_alloc(&price->missed, (size_t)work->pair->classes, sizeof *price->missed, "class weights", err);
    for (int cls = 0; !st && cls < work->pair->classes; cls++)
        price->missed[cls] = takes(work, t, price, cls) ? t->beta : 0;
    return st;
}

static seg_status survey_prices(struct prices *price, seg_loss_ctx *work, const struct combo *t, seg_error *err)
{
    int classes = work->pair->classes;
    bool inverse = t->weights.word == 1;
    seg_status st;

    *price = (struct prices){.preset = SEG_CLASSES_ALL,
                             .hold = seg_clamp_between(t->eps, 1),
                             .dice = DICE_MEAN,
                             .scale = 1,
                             .constant = 1 - t->alpha};
    price->taken = seg_loss_ctx_included(work, &t->classes, price->preset);
    st = seg_class_weights(&price->missed, work, &t->weights, inverse ? 1 : 0, err);
    for (int cls = 0; !st && inverse && cls < classes; cls++)
        price->missed[cls] /= classes; /* w_c = N / (C N_c), as in the weighted cross-entropy */
    return st;
}

static seg_status find_prices(struct prices *price, seg_loss_ctx *work, const struct combo *t, seg_error *err)
{
    double n = seg_loss_ctx_voxels(work);
    seg_status st =
        t->form == SEG_FORM_SURVEY ? survey_prices(price, work, t, err) : reference_prices(price, work, t, err);

    if (t->reduction == SEG_REDUCE_MEAN)
        price->scale /= fmax(n, 1);
    return st;
}

struct pass {
    const seg_pair *pair;
    const struct prices *price;
    int cls;
    double added;       /* 0 where only the survey's term for own voxels is wanted */
    double slope_cross; /* gradient: alpha scale */
    double above, below, slope_dice;
    bool product; /* the overlap with a soft truth */
};

/* -[ missed t ln p + added (1 - t) ln(1 - p) ] */
static void add_soft_cross(void *context, size_t begin, size_t end, double *sums)
{
    const struct pass *s = context;
    const struct prices *price = s->price;
    double missed = price->missed[s->cls], y[SEG_BLOCK], t[SEG_BLOCK], total = 0;
    size_t n = seg_class_block(s->pair, s->cls, begin, end - begin, y, t);

    for (size_t i = 0; i < n; i++) {
        double p = fmin(fmax(y[i], price->hold.low), price->hold.high);

        if (t[i] > 0)
            total -= missed * t[i] * log(p);
        if (t[i] < 1 && s->added != 0)
            total -= s->added * (1 - t[i]) * log1p(-p);
    }
    sums[0] = total;
}

/* No probability of the class is above the lower hold: what does not belong to it costs the same everywhere. */
static bool nowhere_near(const struct pass *s, size_t begin, size_t end)
{
    const seg_block_max *peaks = &s->pair->block_max;

    return peaks->planes > 1 && seg_block_max_bound(peaks, s->cls, begin, end) <= s->price->hold.low;
}

/* The same where t is 1 on the stretches of the class and 0 elsewhere. The plane is read when first needed. */
static void add_cross(void *context, size_t begin, size_t end, double *sums)
{
    const struct pass *s = context;
    const seg_clamp *hold = &s->price->hold;
    seg_label_runs stretches = seg_label_runs_of(&s->pair->truth, begin, end);
    bool far = nowhere_near(s, begin, end), flip;
    float scratch[SEG_BLOCK];
    const float *y = NULL;
    seg_label_run piece;

    while (seg_label_runs_next(&stretches, &piece)) {
        bool own = piece.code == (uint32_t)s->cls;
        double price = own ? s->price->missed[s->cls] : s->added;
        size_t n = piece.end - piece.begin;

        if (piece.code == (uint32_t)s->pair->classes || price == 0)
            continue;
        if (far && !own) {
            sums[0] += price * (double)n * hold->least_rest;
            continue;
        }
        if (!y)
            y = seg_pair_block(s->pair, s->cls, begin, end - begin, scratch, &flip);
        sums[0] += price * (own ? seg_sum_neg_log : seg_sum_neg_log1m)(y + (piece.begin - begin), n, flip, hold);
    }
}

static seg_status cross_of(seg_loss_ctx *work, const struct combo *t, const struct prices *price, int cls,
                           double *cross, seg_error *err)
{
    struct pass s = {
        .pair = work->pair, .price = price, .cls = cls, .added = takes(work, t, price, cls) ? price->added : 0};

    *cross = 0;
    if (price->missed[cls] == 0 && s.added == 0)
        return SEG_OK;
    return seg_parallel_sum(work->pair->voxels, 1, seg_pair_soft(work->pair) ? add_soft_cross : add_cross, &s, cross,
                            err);
}

/* 2 sum t y + S and sum t + sum y + S, of one class or of all that are taken. */
static void dice_of(const seg_loss_ctx *work, const struct combo *t, const struct prices *price, int cls, double *above,
                    double *below)
{
    const seg_class_sums *m = &work->moments;
    bool product = t->intersection == SEG_INTERSECTION_PRODUCT && seg_pair_soft(work->pair);

    *above = *below = price->smooth;
    for (int c = 0; c < work->pair->classes; c++)
        if (price->dice == DICE_FLAT ? takes(work, t, price, c) : c == cls) {
            *above += 2 * (product ? m->confusion[c * m->classes + c] : m->sum_ty[c]);
            *below += m->sum_t[c] + m->sum_y[c];
        }
}

/* What D of one class weighs in D: all of it in a flat or single one. */
static double dice_share(const struct prices *price)
{
    return price->dice == DICE_MEAN ? 1.0 / price->taken : 1;
}

static seg_status compute(seg_loss_ctx *work, const struct combo *t, const struct prices *price, seg_score *score,
                          seg_error *err)
{
    double cross = 0, dice = 0, above, below;

    if (!price->taken || !(seg_loss_ctx_voxels(work) > 0)) {
        score->total = seg_value_undefined(price->taken ? SEG_NO_VOXELS : SEG_NO_CLASS);
        return SEG_OK;
    }
    for (int cls = 0; cls < work->pair->classes; cls++) {
        double own;
        seg_status st = cross_of(work, t, price, cls, &own, err);

        if (st)
            return st;
        cross += own;
        if (!takes(work, t, price, cls))
            continue;
        dice_of(work, t, price, cls, &above, &below);
        if (price->dice != DICE_FLAT)
            dice += dice_share(price) * ratio(above, below);
        /* The loss is a mean over classes only where both of its parts are. */
        if (t->form == SEG_FORM_REFERENCE && (price->dice == DICE_MEAN || price->taken == 1))
            score->by_class[cls] =
                seg_value_of(t->alpha * price->scale * price->taken * own - (1 - t->alpha) * ratio(above, below));
    }
    if (price->dice == DICE_FLAT) {
        dice_of(work, t, price, 0, &above, &below);
        dice = ratio(above, below);
    }
    score->total = seg_value_of(t->alpha * price->scale * cross + price->constant - (1 - t->alpha) * dice);
    return SEG_OK;
}

static seg_status value(seg_loss_ctx *work, const void *params, seg_score *score, seg_error *err)
{
    const seg_class_sums *m;
    struct prices price = {0};
    seg_status st = seg_loss_ctx_sums(work, &m, err);

    if (!st)
        st = find_prices(&price, work, params, err);
    if (!st)
        st = compute(work, params, &price, score, err);
    free(price.missed);
    return st;
}

/* cross:  -[ missed t / p  -  added (1 - t) / (1 - p) ],  0 where p is held
 * Dice:   D' = (2 I' below - above) / below^2,  I' = t (for a soft truth see seg_overlap_gradient) */
static double slope(const void *context, const seg_voxel *v)
{
    const struct pass *s = &((const struct pass *)context)[v->cls];
    const struct prices *price = s->price;
    double g = 0, overlap = s->product || v->t == 0 || v->t == 1 ? v->t : v->y < v->t ? 1 : v->y > v->t ? 0 : 0.5;

    if (v->y >= price->hold.low && v->y <= price->hold.high) {
        if (v->t > 0)
            g -= s->slope_cross * price->missed[v->cls] * v->t / v->y;
        if (v->t < 1 && s->added != 0)
            g += s->slope_cross * s->added * (1 - v->t) / (1 - v->y);
    }
    if (s->below > 0)
        g -= s->slope_dice * (2 * overlap * s->below - s->above) / (s->below * s->below);
    return g;
}

/* What a voxel needs, class by class. */
static seg_status make_passes(struct pass **pass, struct prices *price, seg_loss_ctx *work, const struct combo *t,
                              seg_error *err)
{
    const seg_class_sums *m;
    seg_status st = seg_loss_ctx_sums(work, &m, err);

    if (!st)
        st = find_prices(price, work, t, err);
    if (!st)
        st = seg_alloc(pass, (size_t)work->pair->classes, sizeof **pass, "class slopes", err);
    for (int cls = 0; !st && cls < work->pair->classes; cls++) {
        bool taken = takes(work, t, price, cls);
        struct pass *s = &(*pass)[cls];

        *s = (struct pass){.price = price,
                           .added = taken ? price->added : 0,
                           .slope_cross = t->alpha * price->scale,
                           .product = t->intersection == SEG_INTERSECTION_PRODUCT,
                           .slope_dice = taken ? (1 - t->alpha) * dice_share(price) : 0};
        dice_of(work, t, price, cls, &s->above, &s->below);
    }
    return st;
}

static seg_status gradient(seg_loss_ctx *work, const void *params, double *gradient, seg_error *err)
{
    struct prices price = {0};
    struct pass *pass = NULL;
    seg_status st = make_passes(&pass, &price, work, params, err);

    if (!st)
        seg_gradient_fill(work->pair, slope, pass, gradient);
    free(pass);
    free(price.missed);
    return st;
}

/* map: the cross-entropy of the voxel, and 1 - D = (sum t + sum y - 2 sum t y) / below */
static double term(const void *context, const seg_voxel *v)
{
    const struct pass *s = &((const struct pass *)context)[v->cls];
    const struct prices *price = s->price;
    double p = fmin(fmax(v->y, price->hold.low), price->hold.high), sum = 0;
    double overlap = s->product || v->t == 0 || v->t == 1 ? v->t * v->y : fmin(v->t, v->y);

    if (v->t > 0)
        sum -= s->slope_cross * price->missed[v->cls] * v->t * log(p);
    if (v->t < 1 && s->added != 0)
        sum -= s->slope_cross * s->added * (1 - v->t) * log1p(-p);
    if (s->below > 0)
        sum += s->slope_dice * (v->t + v->y - 2 * overlap) / s->below;
    return sum;
}

static seg_status loss_map(seg_loss_ctx *work, const void *params, seg_loss_map *map, seg_error *err)
{
    const struct combo *t = params;
    struct prices price = {0};
    struct pass *pass = NULL;
    seg_status st = make_passes(&pass, &price, work, t, err);

    map->offset = price.constant - (1 - t->alpha) * (price.dice == DICE_SUM ? price.taken : 1);
    for (int cls = 0; !st && cls < work->pair->classes; cls++)
        if (price.missed[cls] != 0 || pass[cls].added != 0 || pass[cls].slope_dice != 0)
            st = seg_loss_map_class(map, cls, term, pass, err);
    free(pass);
    free(price.missed);
    return st;
}

static const seg_param rows[] = {
    SEG_NUMBER("alpha", struct combo, alpha, 0.5, 0, 1,
               "weight of the cross-entropy; the Dice overlap has weight 1 - alpha"),
    SEG_NUMBER("beta", struct combo, beta, 0.5, 0, 1,
               "weight of false negatives; false positives have weight 1 - beta"),
    SEG_NUMBER("smooth", struct combo, smooth, 1, 0, 1e9, "added to numerator and denominator of the Dice overlap"),
    SEG_CLAMP_EPS_ROW(struct combo),
    SEG_CLASSES_ROW(struct combo, "fg; all with form=survey"),
    SEG_CHOICE("dice", struct combo, dice, DICE_FLAT, dice_words, "Dice of all classes together, mean or sum of each"),
    SEG_CHOICE("sign", struct combo, sign, 0, sign_words, "-1 repeats the sign error of the authors' code"),
    SEG_INTERSECTION_ROW(struct combo, intersection),
    SEG_FORM_ROW(struct combo),
    {.name = "weights",
     .type = SEG_PARAM_NUMBERS,
     .at = offsetof(struct combo, weights),
     .preset = 0,
     .min = 0,
     .max = 1e9,
     .choices = weight_words,
     .help = "class weights w_c of the survey's form"},
    SEG_CHOICE("reduction", struct combo, reduction, SEG_REDUCE_MEAN, seg_reduction_words,
               "mean over voxels, or sum, of the cross-entropy"),
    {0}};

const seg_loss seg_loss_combo = {
    .name = "combo",
    .title = "Combo loss",
    .level = SEG_COMBINATION,
    .equation = "L = alpha/(N K) sum_{c,n} -[beta t ln p + (1 - beta) (1 - t) ln(1 - p)] - (1 - alpha) D\n"
                "D = (2 sum t y + S) / (sum t + sum y + S)",
    .symbols = "t  ground truth of a class at a voxel, 1 or 0\n"
               "y  its probability; p = y clamped to [eps, 1 - eps]\n"
               "N, K  voxels and classes\n"
               "D  of all classes together (dice=flat), or the mean or sum of that of each\n"
               "S  smooth",
    .range = "[-(1 - alpha), infinity); -(1 - alpha) for a perfect prediction",
    .empty = "a class empty in both maps has D = 1; predicted but absent, or present but not predicted, D falls to S / "
             "(sum + S) and the cross-entropy adds the loss of each voxel",
    .advantages = "Two weights: alpha between cross-entropy and overlap, beta between false negatives and false "
                  "positives; the cross-entropy provides a gradient where the overlap is 0.",
    .disadvantages =
        "Two parameters to tune, and a value that is negative for good predictions and so not "
        "comparable with other losses. Averaged over a large image the cross-entropy becomes small for small objects.",
    .use_cases = "Several organs or lesions of very different size; tasks where false negatives are worse than false "
                 "positives, or the reverse.",
    .reference = "S. A. Taghanaki et al., Combo loss: handling input and output imbalance in multi-organ "
                 "segmentation, Computerized Medical Imaging and Graphics 75, 2019, arXiv:1805.02798",
    .survey = "Eq. 32 adds the Dice loss 1 - D where the original subtracts D, and prints neither beta nor "
              "the smoothing; form=survey computes it with eq. 2 averaged over voxels and eq. 7 without "
              "smoothing.",
    .elsewhere = "The authors' file rewards a wrong background (a sign error; sign=-1 repeats it). "
                 "Unified-focal-loss' combo weights the channels of a softmax: at its beta 0.5 it is dice=mean, "
                 "smooth=2e-06, classes=all; another beta has no equal here. Nacriema's Loss-Functions is classes=all, "
                 "eps=1e-12. The survey's repository computes a Dice loss under this name.",
    .params = rows,
    .size = sizeof(struct combo),
    .flags = SEG_LOSS_SOFT_TRUTH,
    .value = value,
    .gradient = gradient,
    .map = loss_map,
    .map_kind = SEG_MAP_EXACT,
};
