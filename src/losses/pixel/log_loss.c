/* log_loss.c - L_c = sum t^c -log(max(y^c, eps)), shared by the losses that take a logarithm. */
#include "log_loss.h"

#include <math.h>

#include "../../base/parallel.h"
#include "../../pass/true_class.h"
#include "../../simd/run_sums.h"

static size_t log_bytes(const void *eps, int classes)
{
    (void)eps, (void)classes;
    return sizeof(double);
}

static void log_update(void *state, const void *eps, const seg_class_run *run)
{
    seg_run_sums add = {0};

    seg_run_sums_own(run->p, run->n, run->flip, *(const double *)eps, &add);
    *(double *)state += add.log;
}

static const seg_accumulator logs = {.bytes = log_bytes, .update = log_update, .own_only = true};

/* ---- a soft truth ---- */

struct soft_pass {
    const seg_pair *pair;
    double eps;
    int cls;
};

enum { PIECE = 1024 };

static void add_soft_block(void *context, size_t begin, size_t end, double *sums)
{
    const struct soft_pass *pass = context;
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
    struct soft_pass pass = {.pair = pair, .eps = eps};
    const seg_class_sums *m;
    seg_status st = SEG_OK;

    if (eps == SEG_EPS) {
        st = seg_loss_ctx_sums(work, &m, err);
        for (int cls = 0; !st && cls < pair->classes; cls++)
            sums[cls] = m->sum_t_nll[cls];
        return st;
    }
    if (!seg_pair_soft(pair))
        return seg_true_class_pass(pair, &logs, &eps, sums, err);
    for (; !st && pass.cls < pair->classes; pass.cls++)
        st = seg_parallel_sum(pair->voxels, 1, add_soft_block, &pass, &sums[pass.cls], err);
    return st;
}
