/* log_loss.c - L_c = sum t^c -log(max(y^c, eps)), shared by the losses that take a logarithm. */
#include "log_loss.h"

#include <math.h>

#include "../../base/parallel.h"
#include "../../pass/true_class.h"
#include "../../simd/run_sums.h"

struct pass {
    const seg_pair *pair;
    double eps;
    int cls; /* of a soft truth */
};

static void add_block(void *context, size_t begin, size_t end, double *sums)
{
    const struct pass *pass = context;
    seg_true_class_piece s;
    seg_true_class own;

    seg_true_class_begin(&own, pass->pair, begin, end);
    while (seg_true_class_next(&own, &s)) {
        seg_run_sums add = {0};

        seg_run_sums_own(s.p, s.n, s.flip, pass->eps, &add);
        sums[s.code] += add.log;
    }
}

enum { PIECE = 1024 };

static void add_soft_block(void *context, size_t begin, size_t end, double *sums)
{
    const struct pass *pass = context;
    double y[PIECE], t[PIECE];

    for (size_t at = begin; at < end; at += PIECE) {
        size_t n = end - at < PIECE ? end - at : PIECE;

        seg_pair_prob(pass->pair, pass->cls, at, n, y);
        seg_pair_target(pass->pair, pass->cls, at, n, t);
        for (size_t i = 0; i < n; i++)
            sums[0] -= t[i] * log(y[i] > pass->eps ? y[i] : pass->eps);
    }
}

seg_status seg_log_loss(seg_loss_ctx *work, double eps, double *sums, seg_error *err)
{
    const seg_pair *pair = work->pair;
    struct pass pass = {.pair = pair, .eps = eps};
    const seg_class_sums *m;
    seg_status st = SEG_OK;

    if (eps == SEG_EPS) {
        st = seg_loss_ctx_sums(work, &m, err);
        for (int cls = 0; !st && cls < pair->classes; cls++)
            sums[cls] = m->sum_t_nll[cls];
        return st;
    }
    if (!seg_pair_soft(pair))
        return seg_parallel_sum(pair->voxels, (size_t)pair->classes, add_block, &pass, sums, err);
    for (; !st && pass.cls < pair->classes; pass.cls++)
        st = seg_parallel_sum(pair->voxels, 1, add_soft_block, &pass, &sums[pass.cls], err);
    return st;
}
