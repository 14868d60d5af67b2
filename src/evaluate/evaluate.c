/* evaluate.c - runs the engines of losses and metrics on a pair and on its slices, and turns values into rows. */
#include "evaluate.h"

#include <math.h>
#include <stdlib.h>

#include "../base/memory.h"
#include "../base/parallel.h"
#include "../base/text.h"

/* The values of one pair: of the whole case, or of one slice. */
struct values {
    seg_score *score;    /* [losses] */
    seg_value *by_class; /* [losses][classes], behind the scores */
    seg_value *metric;   /* [metrics][classes + 1] */
    seg_status status;
    seg_error error;
};

static void free_values(struct values *v)
{
    free(v->score);
    free(v->by_class);
    free(v->metric);
}

static seg_status make_room(struct values *v, const seg_plan *plan, size_t classes, seg_error *err)
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

/* Who looks at the losses while they are at hand, and for which case; of slices nobody. */
struct looking {
    const seg_observer *observer;
    const seg_accumulators *witnesses;
    const seg_warnings *notes;
    seg_case *out;
    const seg_timing *timing;
};

static seg_status compute_losses(struct values *v, const seg_pair *pair, const seg_plan *plan,
                                 const struct looking *looking, seg_error *err)
{
    const seg_observer *observer = looking ? looking->observer : NULL;
    seg_loss_job *job = NULL;
    seg_loss_ctx work = {0};
    seg_status st;

    if (!plan->losses)
        return SEG_OK;
    st = seg_alloc(&job, plan->losses, sizeof *job, "losses", err);
    for (size_t i = 0; !st && i < plan->losses; i++)
        job[i] = (seg_loss_job){plan->loss[i].loss, plan->loss[i].params};
    if (!st)
        st = seg_loss_ctx_begin(&work, pair, err);
    work.notes = looking ? looking->notes : NULL; /* once for the case, not again for every slice */
    work.witnesses = looking ? looking->witnesses : NULL;
    if (!st)
        st = seg_losses_compute(&work, job, plan->losses, v->score, err);
    if (!st && observer)
        st = observer->look(observer->context, looking->out, &work, plan, v->score, err);
    seg_loss_ctx_free(&work);
    free(job);
    return st;
}

static void tell_losses(const struct values *v, const seg_plan *plan, const seg_timing *timing)
{
    for (size_t i = 0; timing && i < plan->losses; i++)
        timing->took(timing->context, "loss", plan->loss[i].loss->name, v->score[i].seconds);
}

static seg_status compute(struct values *v, const seg_pair *pair, const seg_plan *plan, seg_empty_policy empty,
                          const struct looking *looking, seg_error *err)
{
    const seg_timing *timing = looking ? looking->timing : NULL;
    seg_status st = make_room(v, plan, (size_t)pair->classes, err);
    double since;

    if (!st)
        st = compute_losses(v, pair, plan, looking, err);
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

/* ---- rows ---- */

struct rows {
    seg_case *out;
    const seg_pair *pair;
    const seg_plan *plan;
    bool per_class;
};

static seg_status add_extras(const struct rows *r, const seg_score *score, seg_row row, seg_error *err)
{
    seg_string params = {0};
    seg_status st = SEG_OK;

    for (size_t i = 0; i < score->extras && !st; i++) {
        params.length = 0;
        seg_string_printf(&params, "%s%spart=%s", row.params, *row.params ? ";" : "", score->extra[i].name);
        st = seg_string_check(&params, err);
        if (!st) {
            seg_row part = row;

            part.params = params.text;
            st = seg_case_add_value(r->out, part, seg_value_of(score->extra[i].x), err);
        }
    }
    seg_string_free(&params);
    return st;
}

static seg_status add_loss(const struct rows *r, const struct values *v, size_t i, long slice, seg_error *err)
{
    const seg_score *score = &v->score[i];
    seg_row row = {.slice = slice,
                   .cls = -1,
                   .kind = SEG_KIND_LOSS,
                   .measure = r->plan->loss[i].loss->name,
                   .params = r->plan->loss[i].text};
    seg_status st = seg_case_add_value(r->out, row, score->total, err);

    if (!st)
        st = add_extras(r, score, row, err);
    for (row.cls = 0; r->per_class && !st && row.cls < r->pair->classes; row.cls++)
        st = seg_case_add_value(r->out, row, score->by_class[row.cls], err);
    return st;
}

/* What a formula sees: the losses over all classes, or those of one class. */
struct looked {
    const seg_score *score;
    int cls; /* -1: over all */
};

static seg_value look(const void *context, size_t index)
{
    const struct looked *l = context;

    return l->cls < 0 ? l->score[index].total : l->score[index].by_class[l->cls];
}

seg_value seg_plan_value(const seg_plan *plan, const seg_plan_item *item, const seg_score *score, int cls)
{
    const struct looked l = {score, cls};

    return item->is_expression ? seg_expression_value(&plan->expression[item->index], look, &l) : look(&l, item->index);
}

static seg_status add_expression(const struct rows *r, const struct values *v, const seg_plan_item *item, long slice,
                                 seg_error *err)
{
    seg_row row = {.slice = slice,
                   .cls = -1,
                   .kind = SEG_KIND_LOSS,
                   .measure = r->plan->expression[item->index].name,
                   .params = r->plan->expression_text[item->index]};
    seg_status st = seg_case_add_value(r->out, row, seg_plan_value(r->plan, item, v->score, -1), err);

    for (row.cls = 0; r->per_class && !st && row.cls < r->pair->classes; row.cls++)
        st = seg_case_add_value(r->out, row, seg_plan_value(r->plan, item, v->score, row.cls), err);
    return st;
}

static seg_status add_metric(const struct rows *r, const struct values *v, size_t i, long slice, seg_error *err)
{
    const seg_metric_job *job = &r->plan->metrics.job[i];
    const seg_value *value = v->metric + i * ((size_t)r->pair->classes + 1);
    seg_row row = {.slice = slice,
                   .cls = -1,
                   .kind = SEG_KIND_METRIC,
                   .measure = job->metric->name,
                   .params = r->plan->metric_text[i],
                   .unit = seg_metric_job_unit(job, &r->pair->grid)};
    seg_status st = seg_case_add_value(r->out, row, value[r->pair->classes], err);

    for (row.cls = 0; r->per_class && !st && row.cls < r->pair->classes; row.cls++)
        st = seg_case_add_value(r->out, row, value[row.cls], err);
    return st;
}

static seg_status add_rows(const struct rows *r, const struct values *v, long slice, seg_error *err)
{
    seg_status st = SEG_OK;

    for (size_t i = 0; i < r->plan->items && !st; i++) {
        const seg_plan_item *item = &r->plan->item[i];

        if (!item->hidden)
            st = item->is_expression ? add_expression(r, v, item, slice, err) : add_loss(r, v, item->index, slice, err);
    }
    for (size_t i = 0; i < r->plan->metrics.n && !st; i++)
        st = add_metric(r, v, i, slice, err);
    return st;
}

/* ---- slices ---- */

struct slices {
    const seg_pair *pair;
    const seg_plan *plan;
    seg_empty_policy empty;
    int axis;
    struct values *values; /* [slices] */
};

static void compute_slice(void *context, size_t index, int worker)
{
    const struct slices *s = context;
    struct values *v = &s->values[index];
    seg_pair slice;

    (void)worker;
    v->status = seg_pair_slice(&slice, s->pair, s->axis, index, &v->error);
    if (v->status)
        return;
    v->status = compute(v, &slice, s->plan, s->empty, NULL, &v->error); /* side by side: timed together */
    seg_pair_free_maps(&slice);
}

static int widest_axis(const seg_grid *grid)
{
    int axis = 2;

    for (int a = 1; a >= 0; a--)
        if (grid->n[2] > 1 && grid->mm[a] > grid->mm[axis])
            axis = a;
    return axis;
}

static int slice_axis(const seg_pair *pair, const seg_evaluate_options *options)
{
    return options->slice_axis < 0 ? widest_axis(&pair->grid) : options->slice_axis;
}

static seg_status add_slices(const struct rows *r, const seg_evaluate_options *options, seg_error *err)
{
    int axis = slice_axis(r->pair, options);
    size_t n = r->pair->grid.n[axis];
    struct slices s = {r->pair, r->plan, options->empty, axis, NULL};
    seg_status st = seg_alloc(&s.values, n, sizeof *s.values, "slices", err);

    if (st)
        return st;
    seg_parallel_for(n, compute_slice, &s);
    for (size_t i = 0; i < n; i++) {
        if (s.values[i].status && !st) {
            st = seg_fail(err, s.values[i].status, "%s", s.values[i].error.text);
            seg_while(err, "slice %zu", i);
        }
        if (!st)
            st = add_rows(r, &s.values[i], (long)i, err);
        free_values(&s.values[i]);
    }
    free(s.values);
    return st;
}

static seg_status describe(seg_case *out, const seg_pair *pair, seg_error *err)
{
    seg_status st = SEG_OK;

    for (int a = 0; a < 3; a++) {
        out->shape[a] = pair->grid.n[a];
        out->spacing[a] = pair->grid.mm[a];
    }
    for (int cls = 0; cls < pair->classes && !st; cls++)
        st = seg_case_add_class(out, pair->id[cls], pair->label[cls], err);
    return st;
}

/* What the files were taken for, where nothing said so: the first thing to look at when a number surprises. */
static void tell(const seg_case *out, const seg_pair *pair, const seg_evaluate_options *options)
{
    enum { SHOWN = 12 };
    int planes = pair->prob.planes;
    const double *mm = pair->grid.mm;
    seg_string classes = {0};

    for (int k = 0; k < pair->classes && k < SHOWN; k++)
        seg_string_printf(&classes, "%s%lld%s%s", k ? ", " : "", (long long)pair->id[k], pair->label[k] ? " " : "",
                          pair->label[k] ? pair->label[k] : "");
    seg_warn(options->decisions,
             "%s: the prediction is %s, the truth %s; %d classes: %s%s; voxels of %g x %g x %g %s%s%.1s", out->name,
             planes > 1 ? "probabilities"
             : planes   ? "a foreground map"
                        : "labels",
             seg_pair_soft(pair) ? "soft" : "labels", pair->classes, classes.text ? classes.text : "",
             pair->classes > SHOWN ? ", ..." : "", mm[0], mm[1], mm[2], pair->grid.has_mm ? "mm" : "px",
             options->per_slice ? "; slices across " : "", options->per_slice ? &"xyz"[slice_axis(pair, options)] : "");
    seg_string_free(&classes);
}

seg_status seg_evaluate(seg_case *out, const seg_pair *pair, const seg_plan *plan, const seg_evaluate_options *options,
                        seg_error *err)
{
    struct rows r = {out, pair, plan, options->per_class};
    const struct looking looking = {options->observer, options->witnesses, options->notes, out, options->timing};
    struct values v = {0};
    seg_status st = describe(out, pair, err);
    double since;

    if (!st && options->decisions)
        tell(out, pair, options);
    if (!st && !plan->items && !plan->metrics.n)
        st = seg_fail(err, SEG_USAGE,
                      "nothing to compute: --metric is none, and losses of a map of labels have to be "
                      "asked for with --loss");
    if (!st)
        st = compute(&v, pair, plan, options->empty, &looking, err);
    if (!st)
        st = add_rows(&r, &v, -1, err);
    since = seg_seconds();
    if (!st && options->per_slice) {
        st = add_slices(&r, options, err);
        seg_took(options->timing, &since, "slices", "");
    }
    free_values(&v);
    return st;
}
