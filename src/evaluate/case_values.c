/* case_values.c - runs the engines of losses and metrics on a pair and on its slices. */
#include "case_values.h"

#include <stdlib.h>

#include "../base/memory.h"
#include "../base/parallel.h"

void seg_case_values_free(seg_case_values *v)
{
    free(v->score);
    free(v->by_class);
    free(v->metric);
}

static seg_status make_room(seg_case_values *v, const seg_plan *plan, size_t classes, seg_error *err)
{
    seg_status st = seg_alloc(&v->score, plan->losses, sizeof *v->score, "losses", err);

    if (!st)
        st = seg_alloc(&v->by_class, plan->losses * classes, sizeof *v->by_class, "losses", err);
    if (!st)
        st = seg_alloc(&v->metric, plan->metrics.n * (classes + 1), sizeof *v->metric, "metrics", err);
    for (size_t i = 0; !st && i < plan->losses; i++)
        v->score[i].by_class = v->by_class + i * classes;
    return st;
}

static seg_status compute_losses(seg_case_values *v, const seg_pair *pair, const seg_plan *plan,
                                 const seg_case_context *context, seg_error *err)
{
    const seg_observer *observer = context ? context->observer : NULL;
    seg_loss_job *job = NULL;
    seg_loss_ctx work = {0};
    seg_status st;

    if (!plan->losses && !observer)
        return SEG_OK;
    st = seg_alloc(&job, plan->losses, sizeof *job, "losses", err);
    for (size_t i = 0; !st && i < plan->losses; i++)
        job[i] = (seg_loss_job){plan->loss[i].loss, plan->loss[i].params};
    if (!st)
        st = seg_loss_ctx_begin(&work, pair, err);
    work.notes = context ? context->notes : NULL; /* once for the case, not again for every slice */
    work.accumulations = context ? context->accumulations : NULL;
    if (!st)
        st = seg_losses_compute(&work, job, plan->losses, v->score, err);
    if (!st && observer)
        st = observer->look(observer->context, context->out, &work, plan, v->score, err);
    seg_loss_ctx_free(&work);
    free(job);
    return st;
}

static void tell_losses(const seg_case_values *v, const seg_plan *plan, const seg_timing *timing)
{
    for (size_t i = 0; timing && i < plan->losses; i++)
        timing->took(timing->context, "loss", plan->loss[i].loss->name, v->score[i].seconds);
}

seg_status seg_case_values_compute(seg_case_values *v, const seg_pair *pair, const seg_plan *plan,
                                   seg_empty_policy empty, const seg_case_context *context, seg_error *err)
{
    const seg_timing *timing = context ? context->timing : NULL;
    seg_status st = make_room(v, plan, (size_t)pair->classes, err);
    double since;

    if (!st)
        st = compute_losses(v, pair, plan, context, err);
    if (!st)
        tell_losses(v, plan, timing);
    since = seg_seconds();
    if (!st && plan->metrics.n) {
        st = seg_metrics_compute(pair, plan->metrics.job, plan->metrics.n, empty, timing, v->metric, err);
        seg_took(timing, &since, "metrics", "");
    }
    if (!st)
        st = seg_probmap_check(&pair->prob, err);
    return st;
}

/* ---- slices ---- */

struct slices {
    const seg_pair *pair;
    const seg_plan *plan;
    seg_empty_policy empty;
    int axis;
    seg_case_values *values; /* [slices] */
};

static void compute_slice(void *context, size_t index, int worker)
{
    const struct slices *s = context;
    seg_case_values *v = &s->values[index];
    seg_pair slice;

    (void)worker;
    v->status = seg_pair_slice(&slice, s->pair, s->axis, index, &v->error);
    if (v->status)
        return;
    v->status =
        seg_case_values_compute(v, &slice, s->plan, s->empty, NULL, &v->error); /* side by side: timed together */
    seg_pair_free_maps(&slice);
}

int seg_slice_axis(const seg_pair *pair, const seg_evaluate_options *options)
{
    return options->slice_axis < 0 ? seg_default_slice_axis(&pair->grid) : options->slice_axis;
}

seg_status seg_slice_values_compute(seg_case_values **values, const seg_pair *pair, const seg_plan *plan,
                                    seg_empty_policy empty, int axis, seg_error *err)
{
    size_t n = pair->grid.n[axis];
    struct slices s = {pair, plan, empty, axis, NULL};
    seg_status st = seg_alloc(&s.values, n, sizeof *s.values, "slices", err);

    *values = s.values;
    if (!st)
        seg_parallel_for(n, compute_slice, &s);
    for (size_t i = 0; !st && i < n; i++)
        if (s.values[i].status) {
            st = seg_fail(err, s.values[i].status, "%s", s.values[i].error.text);
            seg_while(err, "slice %zu", i);
        }
    return st;
}
