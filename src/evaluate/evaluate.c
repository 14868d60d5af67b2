/* evaluate.c - turns the losses and metrics of a pair and of its slices into the rows of a case. */
#include "evaluate.h"

#include <math.h>
#include <stdlib.h>

#include "../base/memory.h"
#include "../base/text.h"
#include "case_values.h"
#include "count_voxels.h"
#include "slice_mean.h"

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

static seg_status add_loss(const struct rows *r, const seg_case_values *v, size_t i, long slice, seg_error *err)
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
    for (row.cls = 0; r->per_class && !st && row.cls < seg_pair_scored(r->pair); row.cls++)
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

static seg_status add_expression(const struct rows *r, const seg_case_values *v, const seg_plan_item *item, long slice,
                                 seg_error *err)
{
    seg_row row = {.slice = slice,
                   .cls = -1,
                   .kind = SEG_KIND_LOSS,
                   .measure = r->plan->expression[item->index].name,
                   .params = r->plan->expression_text[item->index]};
    seg_status st = seg_case_add_value(r->out, row, seg_plan_value(r->plan, item, v->score, -1), err);

    for (row.cls = 0; r->per_class && !st && row.cls < seg_pair_scored(r->pair); row.cls++)
        st = seg_case_add_value(r->out, row, seg_plan_value(r->plan, item, v->score, row.cls), err);
    return st;
}

static seg_status add_metric(const struct rows *r, const seg_case_values *v, size_t i, long slice, seg_error *err)
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

    for (row.cls = 0; r->per_class && !st && row.cls < seg_pair_scored(r->pair); row.cls++)
        st = seg_case_add_value(r->out, row, value[row.cls], err);
    return st;
}

static seg_status add_rows(const struct rows *r, const seg_case_values *v, long slice, seg_error *err)
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

static seg_status add_slices(const struct rows *r, const seg_evaluate_options *options, seg_error *err)
{
    int axis = seg_slice_axis(r->pair, options);
    size_t n = r->pair->grid.n[axis];
    size_t first = r->out->n;
    seg_case_values *values;
    seg_status st = seg_slice_values_compute(&values, r->pair, r->plan, options->empty, axis, err);

    for (size_t i = 0; values && i < n; i++) {
        if (!st)
            st = add_rows(r, &values[i], (long)i, err);
        seg_case_values_free(&values[i]);
    }
    free(values);
    return st || !options->slice_mean ? st : seg_slice_means(r->out, first, options->per_slice, err);
}

static seg_status describe(seg_case *out, const seg_pair *pair, seg_error *err)
{
    seg_status st = SEG_OK;

    for (int a = 0; a < 3; a++) {
        out->shape[a] = pair->grid.n[a];
        out->spacing[a] = pair->grid.mm[a];
    }
    for (int cls = 0; cls < seg_pair_scored(pair) && !st; cls++)
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

    for (int k = 0; k < seg_pair_scored(pair) && k < SHOWN; k++)
        seg_string_printf(&classes, "%s%lld%s%s", k ? ", " : "", (long long)pair->id[k], pair->label[k] ? " " : "",
                          pair->label[k] ? pair->label[k] : "");
    seg_warn(options->decisions,
             "%s: the prediction is %s, the truth %s; %d classes: %s%s; voxels of %g x %g x %g %s%s%.1s", out->name,
             planes > 1 ? "probabilities"
             : planes   ? "a foreground map"
                        : "labels",
             seg_pair_soft(pair) ? "soft" : "labels", seg_pair_scored(pair), classes.text ? classes.text : "",
             seg_pair_scored(pair) > SHOWN ? ", ..." : "", mm[0], mm[1], mm[2], pair->grid.has_mm ? "mm" : "px",
             options->per_slice ? "; slices across " : "",
             options->per_slice ? &"xyz"[seg_slice_axis(pair, options)] : "");
    seg_string_free(&classes);
}

/* Curves whose mean over the cases gives a pooled value. */
static seg_status add_curves(seg_case *out, const seg_pair *pair, const seg_plan *plan, seg_error *err)
{
    seg_status st = SEG_OK;

    for (size_t i = 0; i < plan->metrics.n; i++)
        for (int cls = 0; cls < pair->classes && !st && plan->metrics.job[i].metric->curve; cls++) {
            seg_case_curve curve = {plan->metrics.job[i].metric->name, plan->metric_text[i], pair->id[cls], {NAN}};

            if (!seg_pair_foreground(pair, cls))
                continue;
            st = seg_metric_curve(pair, &plan->metrics.job[i], cls, curve.y, err);
            if (!st && !isnan(curve.y[0]))
                st = seg_case_add_curve(out, &curve, err);
        }
    return st;
}

seg_status seg_evaluate(seg_case *out, const seg_pair *pair, const seg_plan *plan, const seg_evaluate_options *options,
                        seg_error *err)
{
    struct rows r = {out, pair, plan, options->per_class};
    const seg_case_context context = {options->observer, options->accumulations, options->notes, out, options->timing};
    seg_case_values v = {0};
    seg_status st = describe(out, pair, err);
    double since;

    if (!st)
        st = seg_count_pair(out, pair, options, err);
    if (!st && options->decisions)
        tell(out, pair, options);
    if (!st && !plan->items && !plan->metrics.n)
        st = seg_fail(err, SEG_USAGE,
                      "nothing to compute: --metric is none, and losses of a map of labels have to be "
                      "asked for with --loss");
    if (!st)
        st = seg_case_values_compute(&v, pair, plan, options->empty, &context, err);
    if (!st)
        st = add_rows(&r, &v, -1, err);
    since = seg_seconds();
    if (!st && options->counts)
        st = add_curves(out, pair, plan, err);
    if (!st && options->objects) {
        st = seg_object_lines(out, pair, plan, options->objects, false, 0, err);
        seg_took(options->timing, &since, "objects", "");
    }
    if (!st && (options->per_slice || options->slice_mean)) {
        st = add_slices(&r, options, err);
        seg_took(options->timing, &since, "slices", "");
    }
    seg_case_values_free(&v);
    return st;
}
