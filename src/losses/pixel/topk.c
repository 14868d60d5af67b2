/* topk.c - top-K loss: cross-entropy of the hardest voxels only.
 *
 *     L = 1/K sum of the K largest -log max(p_n, eps)          K = max(1, floor(N k / 100))
 *
 * Voxels of all classes compete. With a soft truth a voxel costs sum_c t (-log y). Equal costs may be exchanged without
 * changing L; the gradient takes those with the smaller index. form=survey is the sum instead of the mean.
 */
#include <math.h>
#include <stdlib.h>

#include "../../base/memory.h"
#include "../gradient.h"
#include "../loss.h"
#include "hardest.h"
#include "hardest_seen.h"

struct topk {
    double k, eps;
    int reduction, form;
};

/* k N / 100 may fall just short of the whole number it stands for. */
static const double ROUNDING = 1e-9;

static size_t count_of(const struct topk *p, double voxels)
{
    double K = floor(voxels * p->k / 100 + ROUNDING);

    return K < 1 ? 1 : (size_t)K;
}

static bool sums_up(const struct topk *p)
{
    return p->form == SEG_FORM_SURVEY || p->reduction == SEG_REDUCE_SUM;
}

/* What is seen on the first look is close enough when the doubt is this part of it. */
static const double DOUBT_ALLOWED = 1e-8;

/* The sum of the K largest costs. */
static seg_status largest(const seg_work *work, const struct topk *p, size_t K, double *sum, seg_error *err)
{
    const seg_hardest_seen *seen = seg_work_seen(work, p);
    double doubt = INFINITY;
    seg_hardest h;
    seg_status st;

    if (seen)
        seg_hardest_seen_sum(seen, K, sum, &doubt);
    if (doubt <= DOUBT_ALLOWED * *sum)
        return SEG_OK;
    st = seg_hardest_find(&h, work->pair, p->eps, K, err);
    *sum = h.sum;
    return st;
}

static seg_status value(seg_work *work, const void *params, seg_score *score, seg_error *err)
{
    const struct topk *p = params;
    double n = seg_work_voxels(work), sum = 0;
    size_t K = count_of(p, n);
    seg_status st;

    if (n == 0) {
        score->total = seg_value_undefined(SEG_NO_VOXELS);
        return SEG_OK;
    }
    st = largest(work, p, K, &sum, err);
    if (!st)
        score->total = seg_value_of(sums_up(p) ? sum : sum / (double)K);
    return st;
}

/* ---- while the map is read for the first time ---- */

static bool wants(const void *params, const seg_showing *showing)
{
    return seg_hardest_wants(((const struct topk *)params)->eps, showing);
}

static seg_status begin(void **out, const void *params, const seg_showing *showing, seg_error *err)
{
    seg_hardest_seen *seen;
    seg_status st = seg_hardest_begin(&seen, ((const struct topk *)params)->eps, showing, err);

    *out = seen;
    return st;
}

static const seg_witness_kind witness = {wants, begin, seg_hardest_see, seg_hardest_end, seg_hardest_forget};

/* ---- the loss ---- */

struct slope {
    const unsigned char *chosen;
    double divisor, eps;
};

/* value:    L  =  t (-log y) / K  over the chosen voxels
 * gradient: L' = -t / (K y);  below eps the slope at eps */
static double slope(const void *context, const seg_voxel *v)
{
    const struct slope *s = context;

    return s->chosen[v->index] && v->t > 0 ? -v->t / (s->divisor * (v->y > s->eps ? v->y : s->eps)) : 0;
}

static seg_status gradient(seg_work *work, const void *params, double *out, seg_error *err)
{
    const struct topk *p = params;
    double n = seg_work_voxels(work);
    size_t K = count_of(p, n);
    unsigned char *chosen;
    seg_hardest h;
    seg_status st = seg_alloc(&chosen, work->pair->voxels, 1, "marks of the hardest voxels", err);

    if (!st && n > 0)
        st = seg_hardest_find(&h, work->pair, p->eps, K, err);
    if (!st && n > 0)
        seg_hardest_mark(&h, chosen);
    if (!st)
        seg_gradient_fill(work->pair, slope, &(struct slope){chosen, sums_up(p) ? 1 : (double)K, p->eps}, out);
    free(chosen);
    return st;
}

static const seg_param rows[] = {
    {.name = "k", .type = SEG_PARAM_NUMBER, .at = offsetof(struct topk, k), .preset = 10, .min = 0, .above = true,
     .max = 100, .help = "percent of the voxels that count"},
    SEG_REDUCTION_ROW(struct topk),
    SEG_EPS_ROW(struct topk),
    SEG_FORM_ROW(struct topk),
    {0},
};

const seg_loss seg_loss_topk = {
    .name = "topk",
    .aliases = {"top-k"},
    .title = "Top-K loss",
    .level = SEG_PIXEL,
    .equation = "L = 1/K sum of the K largest -log max(p_n, eps),  K = max(1, floor(N k / 100))",
    .symbols = "p_n   probability of the true class of voxel n\n"
               "k     percent of voxels that count, K their number, N all voxels",
    .range = "[0, -log eps]; 0 for a perfect prediction. k = 100 is ce",
    .empty = "Voxels of all classes compete, so an absent class changes nothing. There is no value for single classes.",
    .advantages = "Easy voxels drop out altogether; one parameter with a plain meaning.",
    .disadvantages = "Most voxels get no gradient; wrong labels are the hardest voxels; k has to be tuned, and which "
                     "voxels count jumps from step to step.",
    .use_cases = "Large and mostly easy images with few hard regions; often added to Dice.",
    .reference = "Wu, Shen, van den Hengel: Bridging Category-level and Instance-level Semantic Image Segmentation, 2016, "
                 "arXiv 1605.06885 (online bootstrapping); the percentage after nnU-Net",
    .survey = "Equation 3 prints the sum over the hardest voxels; form=survey gives that. The original chooses by a "
              "threshold on p with a least number of voxels.",
    .elsewhere = "nnU-Net and SegLoss agree, but have no value for images so small that K is 0. The survey's own code "
                 "stops with an error for any image of 20 or more voxels.",
    .params = rows,
    .size = sizeof(struct topk),
    .flags = SEG_LOSS_SOFT_TRUTH,
    .value = value,
    .gradient = gradient,
    .witness = &witness,
};
