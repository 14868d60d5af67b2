/* pair_class_sums.c - the accumulator of class sums, and the sums of pairs that the first reading does not make.
 *
 * Blocks are cut at fixed places and added in order. A soft truth is added voxel by voxel; for two label maps y is 1 or 0,
 * so everything follows from the lengths of runs.
 */
#include "pair_class_sums.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/parallel.h"
#include "../image/label_runs.h"
#include "../simd/run_sums.h"
#include "class_pass.h"

struct pass {
    const seg_pair *pair;
    int cls;
};

/* ---- probabilities against labels ---- */

static size_t class_sums_bytes(const void *params, int classes)
{
    (void)params;
    return seg_class_sums_width(classes) * sizeof(double);
}

/* t is 1 on the runs of the class and 0 elsewhere. */
static void class_sums_update(void *state, const void *params, const seg_class_run *run)
{
    double *sums = state;
    seg_run_sums add = {0};

    (void)params;
    sums[SEG_SUM_COUNT] += (double)run->n;
    if (run->own) {
        seg_run_sums_own(run->p, run->n, run->flip, SEG_EPS, &add);
        sums[SEG_SUM_TRUTH] += (double)run->n;
        sums[SEG_SUM_OWN_SQUARE] += add.square;
        sums[SEG_SUM_OWN_ERROR] += add.error;
        sums[SEG_SUM_LOG_LOSS] += add.log;
    } else {
        seg_run_sums_other(run->p, run->n, run->flip, &add);
        sums[SEG_SUM_OTHER_ERROR] += add.square;
    }
    sums[SEG_SUM_MASS] += add.mass;
    sums[SEG_SUM_SQUARE] += add.square;
    sums[SEG_SUM_COLUMN + run->label] += add.mass;
}

const seg_accumulator seg_class_sums_accumulator = {.bytes = class_sums_bytes, .update = class_sums_update};

/* ---- labels against labels ---- */

/* Counts of voxels with label l in the truth and c in the prediction: confusion[l][c]. */
static void count_labels(const seg_pair *pair, double *confusion)
{
    seg_label_runs truth = seg_label_runs_of(&pair->truth, 0, pair->voxels);
    seg_label_runs hard = seg_label_runs_of(&pair->pred_labels, 0, pair->voxels);
    seg_label_run t = {0}, p = {0};

    for (size_t at = 0, end; at < pair->voxels; at = end) {
        if (t.end == at)
            seg_label_runs_next(&truth, &t);
        if (p.end == at)
            seg_label_runs_next(&hard, &p);
        end = t.end < p.end ? t.end : p.end;
        if (t.code < (uint32_t)pair->classes && p.code < (uint32_t)pair->classes)
            confusion[t.code * (uint32_t)pair->classes + p.code] += (double)(end - at);
    }
}

static void follow_from_counts(seg_class_sums *m)
{
    int C = m->classes;

    for (int l = 0; l < C; l++)
        for (int c = 0; c < C; c++) {
            m->sum_t[l] += m->confusion[l * C + c];
            m->sum_y[c] += m->confusion[l * C + c];
        }
    for (int c = 0; c < C; c++) {
        double hits = m->confusion[c * C + c];

        m->n += m->sum_t[c];
        m->sum_ty[c] = m->sum_ty2[c] = hits;
        m->sum_y2[c] = m->sum_y[c];
        m->sum_t2[c] = m->sum_t[c];
        m->sse_fg[c] = m->sum_t[c] - hits;
        m->sse_bg[c] = m->sum_y[c] - hits;
        m->sum_t_nll[c] = m->sse_fg[c] * -log(SEG_EPS);
    }
}

/* ---- a soft truth ---- */

/* Behind the sums that a label truth has too. */
enum { TRUTH_SQUARE, DIFFERENCE, SOFT_SUMS };

enum { SOFT_BLOCK = 512 };

static void add_soft_voxel(double t, double y, double *sums, double *soft)
{
    sums[SEG_SUM_TRUTH] += t;
    soft[TRUTH_SQUARE] += t * t;
    sums[SEG_SUM_MASS] += y;
    sums[SEG_SUM_SQUARE] += y * y;
    sums[SEG_SUM_OWN_SQUARE] += t * y * y;
    sums[SEG_SUM_OWN_ERROR] += t * (t - y) * (t - y);
    sums[SEG_SUM_OTHER_ERROR] += (1 - t) * (t - y) * (t - y);
    sums[SEG_SUM_LOG_LOSS] -= t * log(y > SEG_EPS ? y : SEG_EPS);
    soft[DIFFERENCE] += fabs(t - y);
}

static void add_soft_piece(const struct pass *pass, size_t begin, size_t n, double *sums)
{
    const seg_pair *pair = pass->pair;
    double y[SOFT_BLOCK], t[SOFT_BLOCK];
    uint16_t code[SOFT_BLOCK];

    seg_pair_codes(pair, begin, n, code);
    seg_pair_prob(pair, pass->cls, begin, n, y);
    seg_pair_target(pair, pass->cls, begin, n, t);
    for (size_t i = 0; i < n; i++)
        if (code[i] < pair->classes) {
            sums[SEG_SUM_COUNT]++;
            add_soft_voxel(t[i], y[i], sums, sums + seg_class_sums_width(pair->classes));
        }
    for (int label = 0; label < pair->classes; label++) {
        seg_pair_target(pair, label, begin, n, t);
        for (size_t i = 0; i < n; i++)
            if (code[i] < pair->classes)
                sums[SEG_SUM_COLUMN + label] += t[i] * y[i];
    }
}

static void add_soft_block(void *context, size_t begin, size_t end, double *sums)
{
    for (size_t at = begin; at < end; at += SOFT_BLOCK)
        add_soft_piece(context, at, end - at < SOFT_BLOCK ? end - at : SOFT_BLOCK, sums);
}

static void set_soft(seg_class_sums *m, int cls, const double *sums)
{
    const double *soft = sums + seg_class_sums_width(m->classes);

    seg_class_sums_set(m, cls, sums);
    m->sum_t2[cls] = soft[TRUTH_SQUARE];
    /* Sum t y is largest for a prediction of 0 and 1, not for y = t; this overlap is. */
    m->sum_ty[cls] = (m->sum_y[cls] + m->sum_t[cls] - soft[DIFFERENCE]) / 2;
}

/* ---- the whole ---- */

static seg_status add_planes(seg_class_sums *m, const seg_pair *pair, seg_error *err)
{
    bool soft = seg_pair_soft(pair);
    size_t width = seg_class_sums_width(pair->classes) + (soft ? SOFT_SUMS : 0);
    double *sums;
    seg_status st = seg_alloc(&sums, width, sizeof *sums, "sums of a class", err);

    for (int cls = 0; !st && cls < pair->classes; cls++) {
        struct pass pass = {pair, cls};

        if (soft)
            st = seg_parallel_sum(pair->voxels, width, add_soft_block, &pass, sums, err);
        else
            st = seg_class_pass(pair, &seg_class_sums_accumulator, NULL, cls, NULL,
                                memset(sums, 0, width * sizeof *sums), err);
        if (!st)
            (soft ? set_soft : seg_class_sums_set)(m, cls, sums);
    }
    free(sums);
    return st ? st : seg_probmap_check(&pair->prob, err);
}

seg_status seg_pair_class_sums(seg_class_sums *m, const seg_pair *pair, seg_error *err)
{
    seg_status st = seg_class_sums_begin(m, pair->classes, err);

    if (!st && !pair->prob.planes && !seg_pair_soft(pair)) {
        count_labels(pair, m->confusion);
        follow_from_counts(m);
    } else if (!st) {
        st = add_planes(m, pair, err);
    }
    if (st)
        seg_class_sums_free(m);
    return st;
}
