/* nll.c - negative log-likelihood: the mean surprise at the truth, in nats.
 *
 *     of a class:  mean over voxels of  -ln p  in the class,  -ln(1 - p)  elsewhere
 *     of a case:   mean over voxels of  -ln p of the true class
 *
 * Nothing is clipped unless asked for, unlike in the cross-entropy loss: a voxel whose class was given the probability
 * 0 makes it infinite, because no finite number is the likelihood of what was called impossible. For maps that were
 * rounded to 8 bits that says little; eps then is the least probability that is believed.
 */
#include <math.h>

#include "../base/blocks.h"
#include "../base/held_sums.h"
#include "../volume/own.h"
#include "class_view.h"
#include "scores.h"

static const char IMPOSSIBLE[] = SEG_NOT_COMPUTED "a voxel's true class has probability 0";

struct nll {
    int convention;
    double eps;
};

struct task {
    const seg_pair *pair;
    int class;
    seg_hold own, other; /* of the probability in the class, and elsewhere */
};

/* sums: surprise, voxels. */
static void add_class(void *context, size_t begin, size_t end, double *sums)
{
    const struct task *t = context;
    seg_stretches stretches = seg_stretches_of(&t->pair->truth, begin, end);
    float scratch[SEG_BLOCK];
    bool flip;
    const float *p = seg_pair_block(t->pair, t->class, begin, end - begin, scratch, &flip);
    seg_stretch s;

    while (seg_stretches_next(&stretches, &s)) {
        size_t n = s.end - s.begin;

        if (s.code == (uint32_t)t->pair->classes)
            continue;
        sums[0] += s.code == (uint32_t)t->class ? seg_held_log(p + (s.begin - begin), n, flip, &t->own)
                                                : seg_held_log_rest(p + (s.begin - begin), n, flip, &t->other);
        sums[1] += (double)n;
    }
}

static void add_case(void *context, size_t begin, size_t end, double *sums)
{
    const struct task *t = context;
    seg_own_piece piece;
    seg_own own;

    seg_own_begin(&own, t->pair, begin, end);
    while (seg_own_next(&own, &piece)) {
        sums[0] += seg_held_log(piece.p, piece.n, piece.flip, &t->own);
        sums[1] += (double)piece.n;
    }
}

static seg_status mean_surprise(const seg_pair *pair, int class, seg_sum_fn *add, const struct nll *p,
                                seg_value *value, seg_error *err)
{
    double eps = p ? p->eps : 0;
    struct task t = {pair, class, seg_hold_between(eps, 1), seg_hold_between(0, 1 - eps)};
    double sums[2];
    seg_status st;

    *value = seg_value_undefined(seg_scores_missing(pair));
    if (value->status)
        return SEG_OK;
    st = seg_blocks_sum(pair->voxels, 2, add, &t, sums, err);
    if (st)
        return st;
    *value = seg_value_with(sums[0] / sums[1], isinf(sums[0]) ? IMPOSSIBLE : NULL);
    return seg_probmap_check(&pair->prob, err);
}

static seg_status nll_value(seg_class_view *view, const void *params, seg_value *value, seg_error *err)
{
    return mean_surprise(view->pair, view->class, add_class, params, value, err);
}

static seg_status nll_case(const seg_pair *pair, const seg_counts *counts, const void *params, seg_value *value,
                           seg_error *err)
{
    (void)counts;
    return mean_surprise(pair, 0, add_case, params, value, err);
}

static const seg_param rows[] = {
    SEG_CONVENTION_ROW(struct nll),
    SEG_NUMBER("eps", struct nll, eps, 0, 0, 1e-2, "probabilities below this count as this; 0: nothing is clipped"),
    {0}
};

const seg_metric seg_metric_nll = {
    .name = "nll", .aliases = {"negative-log-likelihood", "log-score"}, .title = "Negative log-likelihood",
    .family = SEG_PROBABILITY_METRIC, .unit = SEG_UNIT_NONE, .better = -1,
    .definition = "of a class: mean over voxels of -ln p where it is the truth and -ln(1 - p) elsewhere;\n"
                  "of a case: mean over voxels of -ln p of the true class. Not clipped unless eps says so",
    .range = "[0, inf]", .empty = "a value", .reference = "Good 1952, Journal of the Royal Statistical Society B 14",
    .params = rows, .size = sizeof(struct nll), .class_value = nll_value, .case_value = nll_case
};
