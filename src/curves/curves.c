/* curves.c - computes the losses for every regime, seed and step, and scores the curves. */
#include "curves.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/parallel.h"
#include "measure.h"

const char *const seg_curve_scale_words[] = {"range", "max", "none", NULL};

/* Images up to this many voxels are processed in parallel; larger ones one after another, each with all threads,
 * so that memory stays that of a few maps. */
static const size_t SMALL_IMAGE = (size_t)1 << 21;

/* The steps of one regime and seed. */
struct series {
    seg_curves *curves;
    size_t regime, seed;
    uint32_t *order;
    size_t groups;
    seg_curves_progress progress;
    atomic_size_t *done;
    size_t total;
    seg_error *error; /* [points] */
    char **message;   /* [points][losses] */
};

static seg_status groups_of(const seg_experiment *regime, uint64_t seed, uint32_t **order, size_t *groups,
                            seg_error *err)
{
    const seg_family *family = regime->plan.family;
    seg_status st;

    *order = NULL;
    *groups = 0;
    if (!family->groups)
        return SEG_OK;
    st = seg_alloc(order, regime->scene.voxels, sizeof **order, "groups of voxels", err);
    return st ? st : family->groups(&regime->scene, &regime->plan, seed, *order, groups, err);
}

static seg_status make_step(const seg_experiment *regime, uint64_t seed, const uint32_t *order, size_t groups, size_t k,
                            seg_step *step, seg_error *err)
{
    return regime->plan.family->make(&regime->scene, &regime->plan, seed, order, groups, k, step, err);
}

/* Values are stored loss by loss; one step computes all losses. */
static seg_status losses_of_step(const struct series *s, size_t k, const seg_step *step, const seg_pair *pair,
                                 seg_error *err)
{
    seg_curves *c = s->curves;
    double *value = NULL, *flipped = NULL;
    const char **reason = NULL;
    seg_status st = seg_alloc(&value, c->losses, sizeof *value, "values", err);

    if (!st)
        st = seg_alloc(&reason, c->losses, sizeof *reason, "values", err);
    if (!st)
        st = seg_alloc(&flipped, c->losses, sizeof *flipped, "values", err);
    if (!st)
        st = seg_pair_losses(pair, c->loss, c->losses, value, reason, s->message + k * c->losses, err);
    if (!st && c->flipped)
        st = seg_step_flipped(step, pair, c->loss, c->losses, flipped, err);
    for (size_t i = 0; !st && i < c->losses; i++) {
        size_t at = (size_t)(seg_curves_values(c, i, s->regime, s->seed) - c->value) + k;

        c->value[at] = value[i];
        c->reason[at] = reason[i];
        if (c->flipped)
            c->flipped[at] = flipped[i];
    }
    free(value);
    free(flipped);
    free(reason);
    return st;
}

static void do_step(void *context, size_t k, int worker)
{
    struct series *s = context;
    const seg_experiment *regime = &s->curves->regime[s->regime];
    seg_error *err = &s->error[k];
    seg_step step = {0};
    seg_pair pair = {0};
    seg_status st = make_step(regime, s->curves->first_seed + s->seed, s->order, s->groups, k, &step, err);

    (void)worker;
    if (!st)
        st = seg_step_pair(&step, &pair, err);
    if (!st)
        st = seg_step_point(&step, s->curves->no_hd95 ? NULL : &pair,
                            &seg_curves_points(s->curves, s->regime, s->seed)[k], err);
    if (!st)
        st = losses_of_step(s, k, &step, &pair, err);
    err->status = st;
    seg_pair_free(&pair);
    seg_step_free(&step);
    if (s->progress.tick)
        s->progress.tick(s->progress.context, atomic_fetch_add(s->done, 1) + 1, s->total);
}

/* Errors and messages are taken in the order of the steps, not in the order in which they finish. */
static seg_status collect(struct series *s, size_t points, seg_error *err)
{
    seg_curves *c = s->curves;
    seg_status st = SEG_OK;

    for (size_t k = 0; k < points; k++) {
        if (!st && s->error[k].status)
            st = seg_fail(err, s->error[k].status, "%s", s->error[k].text);
        for (size_t i = 0; i < c->losses; i++) {
            char **message = &s->message[k * c->losses + i];

            if (!c->message[i]) {
                c->message[i] = *message;
                *message = NULL;
            }
            free(*message);
        }
    }
    return st;
}

static seg_status run_series(struct series *s, seg_error *err)
{
    const seg_experiment *regime = &s->curves->regime[s->regime];
    const size_t points = seg_experiment_points(regime);
    seg_status st = groups_of(regime, s->curves->first_seed + s->seed, &s->order, &s->groups, err);

    if (!st)
        st = seg_alloc(&s->error, points, sizeof *s->error, "steps", err);
    if (!st)
        st = seg_alloc(&s->message, points * s->curves->losses, sizeof *s->message, "steps", err);
    if (!st && regime->scene.voxels <= SMALL_IMAGE)
        seg_parallel_for(points, do_step, s);
    for (size_t k = 0; !st && regime->scene.voxels > SMALL_IMAGE && k < points; k++)
        do_step(s, k, 0);
    if (!st)
        st = collect(s, points, err);
    free(s->order);
    free(s->error);
    free(s->message);
    return st;
}

static seg_status begin(seg_curves *c, seg_curves_request *r, seg_error *err)
{
    size_t lines;
    seg_status st;

    *c = (seg_curves){.regimes = r->regimes,
                      .losses = r->losses,
                      .seeds = r->seeds,
                      .first_seed = r->first_seed,
                      .no_hd95 = r->no_hd95,
                      .x = r->x,
                      .scale = r->scale,
                      .regime = r->regime};
    r->regime = NULL;
    for (size_t i = 0; i < c->regimes; i++)
        if (seg_experiment_points(&c->regime[i]) > c->points)
            c->points = seg_experiment_points(&c->regime[i]);
    lines = c->losses * c->regimes * c->seeds;
    st = seg_alloc(&c->loss, c->losses, sizeof *c->loss, "losses", err);
    if (!st)
        st = seg_alloc(&c->message, c->losses, sizeof *c->message, "losses", err);
    if (!st)
        st = seg_alloc(&c->point, c->regimes * c->seeds * c->points, sizeof *c->point, "steps", err);
    if (!st)
        st = seg_alloc(&c->value, lines * c->points, sizeof *c->value, "values", err);
    if (!st)
        st = seg_alloc(&c->reason, lines * c->points, sizeof *c->reason, "values", err);
    if (!st && c->regimes && c->regime[0].plan.family->flips_labels)
        st = seg_alloc(&c->flipped, lines * c->points, sizeof *c->flipped, "values", err);
    if (!st)
        memcpy(c->loss, r->loss, c->losses * sizeof *c->loss);
    return st;
}

seg_status seg_curves_run(seg_curves *c, seg_curves_request *request, seg_error *err)
{
    atomic_size_t done = 0;
    size_t total = 0;
    seg_status st = begin(c, request, err);

    for (size_t i = 0; !st && i < c->regimes; i++)
        total += c->seeds * seg_experiment_points(&c->regime[i]);
    for (size_t i = 0; !st && i < c->regimes; i++)
        for (size_t seed = 0; !st && seed < c->seeds; seed++)
            st = run_series(&(struct series){.curves = c,
                                             .regime = i,
                                             .seed = seed,
                                             .progress = request->progress,
                                             .done = &done,
                                             .total = total},
                            err);
    return st;
}

seg_status seg_curves_step(const seg_curves *c, size_t regime, size_t seed, size_t k, seg_step *step, seg_error *err)
{
    uint32_t *order = NULL;
    size_t groups = 0;
    seg_status st = groups_of(&c->regime[regime], c->first_seed + seed, &order, &groups, err);

    if (!st)
        st = make_step(&c->regime[regime], c->first_seed + seed, order, groups, k, step, err);
    free(order);
    return st;
}

seg_status seg_experiment_settle(seg_experiment *regime, uint64_t seed, seg_error *err)
{
    uint32_t *order = NULL;
    size_t groups = 0;
    seg_status st;

    regime->scene.in_mm = regime->plan.family->in_mm;
    st = seg_phantom_measure(&regime->scene, err);

    if (!st)
        st = groups_of(regime, seed, &order, &groups, err);
    if (!st && groups && groups < regime->plan.steps)
        regime->plan.steps = groups;
    free(order);
    return st;
}

const char *seg_curves_skipped(const seg_curves *c, size_t loss, size_t regime)
{
    const char *reason = NULL;

    for (size_t seed = 0; seed < c->seeds; seed++) {
        const double *value = seg_curves_values(c, loss, regime, seed);
        const char **why = c->reason + (value - c->value);

        for (size_t k = 0; k < seg_experiment_points(&c->regime[regime]); k++) {
            if (!isnan(value[k]))
                return NULL;
            reason = reason ? reason : why[k];
        }
    }
    return c->message[loss] ? c->message[loss] : reason ? reason : "no step";
}

void seg_curves_range(const seg_curves *c, size_t loss, size_t regime, size_t seed, double *low, double *high)
{
    const double *value = seg_curves_values(c, loss, regime, seed);

    *low = INFINITY;
    *high = -INFINITY;
    for (size_t k = 0; k < seg_experiment_points(&c->regime[regime]); k++)
        if (!isnan(value[k])) {
            *low = fmin(*low, value[k]);
            *high = fmax(*high, value[k]);
        }
}

double seg_curves_scaled(const seg_curves *c, double value, double low, double high)
{
    const double largest = fmax(fabs(low), fabs(high));

    if (c->scale == SEG_SCALE_RANGE)
        return high > low ? (value - low) / (high - low) : value - low;
    if (c->scale == SEG_SCALE_MAX)
        return largest > 0 ? value / largest : value;
    return value;
}

seg_status seg_curves_line(const seg_curves *c, size_t loss, size_t regime, size_t seed, seg_x with, double *x,
                           double *y, size_t *n, seg_error *err)
{
    const seg_curve_point *point = seg_curves_points(c, regime, seed);
    const double *value = seg_curves_values(c, loss, regime, seed);
    double low, high;

    seg_curves_range(c, loss, regime, seed, &low, &high);
    *n = seg_experiment_points(&c->regime[regime]);
    for (size_t k = 0; k < *n; k++) {
        x[k] = point[k].x[with];
        y[k] = seg_curves_scaled(c, value[k], low, high);
    }
    return seg_merge_points(x, y, n, err);
}

/* Mean and standard deviation (n - 1) of the seeds that have the measure. */
static void summarise(const seg_monotony *one, size_t seeds, seg_curve_score *score)
{
    for (int m = 0; m < SEG_MEASURES; m++) {
        double sum = 0, squares = 0;
        size_t n = 0;

        for (size_t s = 0; s < seeds; s++)
            if (!isnan(one[s].of[m])) {
                sum += one[s].of[m];
                n++;
            }
        score->mean[m] = n ? sum / (double)n : NAN;
        for (size_t s = 0; s < seeds; s++)
            if (!isnan(one[s].of[m]))
                squares += (one[s].of[m] - score->mean[m]) * (one[s].of[m] - score->mean[m]);
        score->sd[m] = n > 1 ? sqrt(squares / (double)(n - 1)) : NAN;
        if (m == SEG_DRAWDOWN)
            score->seeds = n;
    }
    score->verdict = seg_trend_of(score->mean);
    score->borderline = seg_trend_borderline(score->mean, score->sd, score->seeds);
}

static seg_status score_one(const seg_curves *c, size_t loss, size_t regime, seg_x with, seg_monotony *one, double *x,
                            seg_error *err)
{
    const size_t n = seg_experiment_points(&c->regime[regime]);
    seg_status st = SEG_OK;

    for (size_t seed = 0; !st && seed < c->seeds; seed++) {
        const seg_curve_point *point = seg_curves_points(c, regime, seed);

        for (size_t k = 0; k < n; k++)
            x[k] = point[k].x[with];
        st = seg_monotony_of(x, seg_curves_values(c, loss, regime, seed), n, &one[seed], err);
    }
    if (!st)
        summarise(one, c->seeds, &seg_curves_scores(c, loss, regime)[with]);
    return st;
}

seg_status seg_curves_score(seg_curves *c, seg_error *err)
{
    seg_monotony *one = NULL;
    double *x = NULL;
    seg_status st = seg_alloc(&c->score, c->losses * c->regimes * SEG_XS, sizeof *c->score, "scores", err);

    if (!st)
        st = seg_alloc(&one, c->seeds, sizeof *one, "scores", err);
    if (!st)
        st = seg_alloc(&x, c->points, sizeof *x, "scores", err);
    for (size_t i = 0; !st && i < c->losses * c->regimes * SEG_XS; i++)
        st = score_one(c, i / SEG_XS / c->regimes, i / SEG_XS % c->regimes, (seg_x)(i % SEG_XS), one, x, err);
    free(one);
    free(x);
    return st;
}

void seg_curves_free(seg_curves *c)
{
    for (size_t i = 0; c->regime && i < c->regimes; i++)
        seg_phantom_free(&c->regime[i].scene);
    for (size_t i = 0; c->message && i < c->losses; i++)
        free(c->message[i]);
    free(c->regime);
    free(c->loss);
    free(c->message);
    free(c->point);
    free(c->value);
    free(c->reason);
    free(c->flipped);
    free(c->score);
    *c = (seg_curves){0};
}
