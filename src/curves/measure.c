/* measure.c - builds the pair of a step in memory and computes losses and metrics of it. */
#include "measure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/parallel.h"
#include "../metrics/metric.h"

/* Background and object: codes 0 and 1, also when only one of them occurs. */
static seg_status labels_of(seg_labelmap *map, const seg_grid *grid, const uint8_t *mask, seg_error *err)
{
    const size_t rows = seg_grid_rows(grid);
    seg_status st = seg_labelmap_begin(map, grid, err);

    for (size_t row = 0; !st && row < rows; row++)
        st = seg_labelmap_add_row_u8(map, mask + row * grid->n[0], err);
    if (!st)
        st = seg_labelmap_end(map, err);
    if (!st) {
        const uint32_t code[2] = {(uint32_t)map->value[0], 1};

        seg_labelmap_recode(map, code);
    }
    return st;
}

static void take_plane(seg_probmap *map, const seg_grid *grid, float **plane)
{
    if (!*plane)
        return;
    *map = (seg_probmap){.grid = *grid, .planes = 1, .prob = *plane};
    *plane = NULL;
}

seg_status seg_step_pair(seg_step *step, seg_pair *pair, seg_error *err)
{
    seg_status st;

    *pair = (seg_pair){.grid = step->grid, .voxels = step->voxels, .classes = 2};
    st = seg_alloc(&pair->id, 2, sizeof *pair->id, "classes", err);
    if (!st)
        st = seg_alloc(&pair->label, 2, sizeof *pair->label, "classes", err);
    if (!st)
        st = labels_of(&pair->truth, &step->grid, step->truth, err);
    if (!st)
        st = labels_of(&pair->pred_labels, &step->grid, step->mask, err);
    if (st)
        return st;
    pair->id[1] = 1;
    take_plane(&pair->prob, &step->grid, &step->prob);
    take_plane(&pair->soft_truth, &step->grid, &step->target);
    return SEG_OK;
}

static void count(const seg_step *step, seg_curve_point *p)
{
    for (size_t i = 0; i < step->voxels; i++) {
        p->tp += step->truth[i] && step->mask[i];
        p->fn += step->truth[i] && !step->mask[i];
        p->fp += !step->truth[i] && step->mask[i];
    }
}

/* 0/0 is 0: nothing to miss, nothing missed. */
static double share(size_t part, size_t whole)
{
    return whole ? (double)part / (double)whole : 0;
}

static seg_status hd95(const seg_pair *pair, double *x, seg_error *err)
{
    const seg_metric_job job = {.metric = seg_metric_find("hd95")};
    seg_value result[3];
    void *params = NULL;
    seg_status st;

    *x = NAN;
    if (!job.metric || !pair)
        return SEG_OK;
    st = seg_alloc(&params, 1, job.metric->size, "metric parameters", err);
    if (!st && job.metric->params)
        st = seg_params_preset(job.metric->params, params, job.metric->size, err);
    if (!st)
        st = seg_metrics_compute(pair, &(seg_metric_job){job.metric, params, 0}, 1, SEG_EMPTY_NA, NULL, result, err);
    if (!st && isfinite(result[1].x))
        *x = result[1].x;
    if (params && job.metric->params)
        seg_params_free(job.metric->params, params);
    free(params);
    return st;
}

seg_status seg_step_point(const seg_step *step, const seg_pair *pair, seg_curve_point *point, seg_error *err)
{
    size_t truth, errors;

    *point = (seg_curve_point){.voxels = step->voxels};
    count(step, point);
    truth = point->tp + point->fn;
    errors = point->fn + point->fp;
    point->dice = 1 - share(errors, 2 * point->tp + errors);
    point->x[SEG_X_ERRORS] = (double)errors;
    point->x[SEG_X_STEP] = step->severity;
    point->x[SEG_X_IOU] = share(errors, point->tp + errors);
    point->x[SEG_X_BERR] = share(point->fn, truth) + share(point->fp, step->voxels - truth);
    return hd95(pair, &point->x[SEG_X_HD95], err);
}

static size_t parts_of(const seg_curve_loss *loss)
{
    return loss->formula ? loss->formula->parts : 1;
}

static const seg_loss_job *jobs_of(const seg_curve_loss *loss)
{
    return loss->formula ? loss->formula->part : &loss->job;
}

/* score[parts_of(loss)] */
static void take_score(const seg_curve_loss *loss, const seg_score *score, double *value, const char **reason)
{
    const seg_value v = loss->formula ? loss->formula->value(loss->formula->context, score) : score->total;

    *value = isfinite(v.x) ? v.x : NAN;
    *reason = isfinite(v.x) ? NULL : v.status ? v.status : "not finite";
}

/* One loss alone: its failure does not end the run, except for lack of memory or an internal error. */
static seg_status alone(seg_loss_ctx *work, const seg_curve_loss *loss, seg_score *score, double *value,
                        const char **reason, char **message, seg_error *err)
{
    seg_error mine = {0};
    seg_status st = seg_losses_compute(work, jobs_of(loss), parts_of(loss), score, &mine);

    if (!st) {
        take_score(loss, score, value, reason);
        return SEG_OK;
    }
    if (st == SEG_MEMORY || st == SEG_BUG)
        return seg_fail(err, st, "%s", mine.text);
    *value = NAN;
    *reason = "not computed";
    if (!*message)
        *message = seg_copy(mine.text, SIZE_MAX);
    return SEG_OK;
}

static seg_status together(seg_loss_ctx *work, const seg_curve_loss *loss, size_t n, size_t jobs, seg_score *score,
                           seg_error *err)
{
    seg_loss_job *job = NULL;
    size_t filled = 0;
    seg_status st = seg_alloc(&job, jobs, sizeof *job, "losses", err);

    for (size_t i = 0; !st && i < n; filled += parts_of(&loss[i]), i++)
        memcpy(job + filled, jobs_of(&loss[i]), parts_of(&loss[i]) * sizeof *job);
    if (!st)
        st = seg_losses_compute(work, job, jobs, score, err);
    free(job);
    return st;
}

seg_status seg_pair_losses(const seg_pair *pair, const seg_curve_loss *loss, size_t n, double *value,
                           const char **reason, char **message, seg_error *err)
{
    seg_loss_ctx work = {0};
    seg_score *score = NULL;
    seg_value *by_class = NULL;
    seg_error mine = {0};
    size_t jobs = 0, at = 0;
    seg_status st = seg_loss_ctx_begin(&work, pair, err);

    for (size_t i = 0; i < n; i++)
        jobs += parts_of(&loss[i]);
    if (!st)
        st = seg_alloc(&score, jobs, sizeof *score, "scores", err);
    if (!st)
        st = seg_alloc(&by_class, jobs * (size_t)pair->classes, sizeof *by_class, "scores", err);
    for (size_t i = 0; !st && i < jobs; i++)
        score[i].by_class = by_class + i * (size_t)pair->classes;
    /* Computed together they share distance maps; when one fails, each is computed alone. */
    if (!st && !together(&work, loss, n, jobs, score, &mine))
        for (size_t i = 0; i < n; at += parts_of(&loss[i]), i++)
            take_score(&loss[i], score + at, &value[i], &reason[i]);
    else
        for (size_t i = 0; !st && i < n; at += parts_of(&loss[i]), i++)
            st = alone(&work, &loss[i], score + at, &value[i], &reason[i], &message[i], err);
    free(score);
    free(by_class);
    seg_loss_ctx_free(&work);
    return st;
}

/* With two classes |dL/dz| = y (1 - y) |dL/dy_1 - dL/dy_0|, for either logit. */
static double flipped_share(const seg_step *step, const seg_pair *pair, const double *gradient)
{
    double y[SEG_BLOCK], all = 0, flipped = 0;

    for (size_t begin = 0; begin < step->voxels; begin += SEG_BLOCK) {
        const size_t n = step->voxels - begin < SEG_BLOCK ? step->voxels - begin : SEG_BLOCK;

        seg_pair_prob(pair, 1, begin, n, y);
        for (size_t i = 0; i < n; i++) {
            const double pull = y[i] * (1 - y[i]) * fabs(gradient[step->voxels + begin + i] - gradient[begin + i]);

            all += pull;
            flipped += step->truth[begin + i] != step->mask[begin + i] ? pull : 0;
        }
    }
    return all > 0 ? flipped / all : NAN;
}

seg_status seg_step_flipped(const seg_step *step, const seg_pair *pair, const seg_curve_loss *loss, size_t n,
                            double *share, seg_error *err)
{
    seg_loss_ctx work = {0};
    double *gradient = NULL;
    seg_status st = seg_loss_ctx_begin(&work, pair, err);

    if (!st)
        st = seg_alloc_big(&gradient, 2 * step->voxels, sizeof *gradient, "a gradient", err);
    for (size_t i = 0; !st && i < n; i++) {
        const seg_loss *one = loss[i].job.loss;

        share[i] = NAN;
        if (one && one->gradient && !one->gradient(&work, loss[i].job.params, gradient, NULL))
            share[i] = flipped_share(step, pair, gradient);
    }
    free(gradient);
    seg_loss_ctx_free(&work);
    return st;
}
