/* evaluate_scene.c - the rows of independent classes: each is a case of one foreground, side by side with the others. */
#include <math.h>
#include <stdlib.h>

#include "../base/memory.h"
#include "reliability.h"
#include "case_values.h"
#include "count_voxels.h"
#include "slice_mean.h"

static const char OVERLAP[] = SEG_NOT_COMPUTED "classes overlap";

struct rows {
    seg_case *out;
    const seg_scene *scene;
    const seg_plan *plan;
    const seg_evaluate_options *options;
    seg_value *value; /* [scene->n] of one measure */
};

/* Values of the classes of a scene, of the whole case or of one slice. */
struct scene_values {
    const seg_case_values **of; /* [scene->n] */
    int axis;
    long slice; /* -1: the whole case */
};

/* ---- the aggregate ---- */

/* Mean over the classes for which there is a value. */
static seg_value mean_of(const seg_value *of, size_t n)
{
    seg_value mean = {0};
    double sum = 0;
    size_t defined = 0;

    for (size_t k = 0; k < n; k++) {
        mean.asked |= of[k].asked;
        if (of[k].asked && of[k].status && !mean.status && !isfinite(of[k].x))
            mean.status = of[k].status;
        if (!of[k].asked || isnan(of[k].x))
            continue;
        sum += of[k].x;
        defined++;
    }
    mean.x = defined ? sum / (double)defined : NAN;
    if (isfinite(mean.x))
        mean.status = NULL;
    return mean;
}

static seg_status add_values(const struct rows *r, seg_row row, seg_value aggregate, bool classes, seg_error *err)
{
    seg_status st;

    row.cls = -1;
    st = seg_case_add_value(r->out, row, aggregate, err);
    for (size_t k = 0; !st && classes && r->options->per_class && k < r->scene->n; k++) {
        row.cls = (int)k;
        st = seg_case_add_value(r->out, row, r->value[k], err);
    }
    return st;
}

/* ---- losses ---- */

static seg_status add_extras(const struct rows *r, const struct scene_values *v, size_t loss, seg_row row,
                             seg_error *err)
{
    const seg_score *first = &v->of[0]->score[loss];
    seg_status st = SEG_OK;

    row.cls = -1;
    for (size_t i = 0; !st && i < first->extras; i++) {
        seg_string params = {0};
        seg_row part = row;

        for (size_t k = 0; k < r->scene->n; k++)
            r->value[k] = seg_value_of(v->of[k]->score[loss].extra[i].x);
        seg_string_printf(&params, "%s%spart=%s", row.params, *row.params ? ";" : "", first->extra[i].name);
        part.params = params.text;
        st = seg_string_check(&params, err);
        if (!st)
            st = seg_case_add_value(r->out, part, mean_of(r->value, r->scene->n), err);
        seg_string_free(&params);
    }
    return st;
}

static seg_status add_loss(const struct rows *r, const struct scene_values *v, const seg_plan_item *item,
                           seg_error *err)
{
    const seg_plan *plan = r->plan;
    seg_row row = {.slice = v->slice,
                   .kind = SEG_KIND_LOSS,
                   .measure =
                       item->is_expression ? plan->expression[item->index].name : plan->loss[item->index].loss->name,
                   .params = item->is_expression ? plan->expression_text[item->index] : plan->loss[item->index].text};
    seg_status st;

    for (size_t k = 0; k < r->scene->n; k++)
        r->value[k] = seg_plan_value(plan, item, v->of[k]->score, -1);
    st = add_values(r, row, mean_of(r->value, r->scene->n), true, err);
    return st || item->is_expression ? st : add_extras(r, v, item->index, row, err);
}

/* ---- metrics ---- */

static seg_status count_class(const seg_pair *pair, const struct scene_values *v, seg_counts counts[2], seg_error *err)
{
    seg_pair slice;
    seg_status st;

    if (v->slice < 0)
        return seg_metrics_counts(counts, pair, err);
    st = seg_pair_slice(&slice, pair, v->axis, (size_t)v->slice, err);
    if (!st) {
        st = seg_metrics_counts(counts, &slice, err);
        seg_pair_free_maps(&slice);
    }
    return st;
}

/* A measure of several classes from the counts of each: all of them are foreground. */
static seg_status from_counts(const struct rows *r, const struct scene_values *v, const seg_metric_job *job,
                              seg_value *value, seg_error *err)
{
    size_t n = r->scene->n;
    seg_pair classes = {.classes = (int)n, .zero_is_class = true};
    seg_counts *counts = NULL;
    seg_status st = seg_alloc(&counts, n, sizeof *counts, "class counts", err);

    if (!st)
        st = seg_alloc(&classes.id, n, sizeof *classes.id, "class counts", err);
    for (size_t k = 0; !st && k < n; k++) {
        seg_counts both[2];

        st = count_class(&r->scene->pair[k], v, both, err);
        counts[k] = both[1];
        classes.id[k] = r->scene->pair[k].id[1];
    }
    if (!st)
        st = job->metric->case_value(&classes, counts, job->params, value, err);
    if (!st && isnan(value->x) && !value->status)
        value->status = SEG_NOT_COMPUTED "the denominator is 0";
    free(counts);
    free(classes.id);
    return st;
}

static seg_status add_metric(const struct rows *r, const struct scene_values *v, size_t i, seg_error *err)
{
    const seg_metric_job *job = &r->plan->metrics.job[i];
    const seg_independent_value kind = job->metric->independent;
    seg_row row = {.slice = v->slice,
                   .kind = SEG_KIND_METRIC,
                   .measure = job->metric->name,
                   .params = r->plan->metric_text[i],
                   .unit = seg_metric_job_unit(job, &r->scene->pair[0].grid)};
    seg_value aggregate;
    seg_status st = SEG_OK;

    for (size_t k = 0; k < r->scene->n; k++)
        r->value[k] = v->of[k]->metric[i * 3 + 2]; /* of two classes: their aggregate */
    aggregate = kind == SEG_INDEPENDENT_NONE ? seg_value_undefined(OVERLAP)
                                             : seg_metric_over_classes(r->value, r->scene->n, job->metric->amount);
    if (kind == SEG_INDEPENDENT_COUNTS && seg_convention_defines(seg_metric_job_convention(job), job->metric->name))
        st = from_counts(r, v, job, &aggregate, err);
    return st ? st
              : add_values(r, row, aggregate,
                           kind != SEG_INDEPENDENT_COUNTS && (job->metric->class_value || kind == SEG_INDEPENDENT_MEAN),
                           err);
}

static seg_status add_rows(const struct rows *r, const struct scene_values *v, seg_error *err)
{
    seg_status st = SEG_OK;

    for (size_t i = 0; i < r->plan->items && !st; i++)
        if (!r->plan->item[i].hidden)
            st = add_loss(r, v, &r->plan->item[i], err);
    for (size_t i = 0; i < r->plan->metrics.n && !st; i++)
        st = add_metric(r, v, i, err);
    return st;
}

/* ---- slices ---- */

static seg_status add_slice_rows(const struct rows *r, seg_case_values **slices, size_t n, int axis,
                                 const seg_case_values **of, seg_error *err)
{
    seg_status st = SEG_OK;

    for (size_t i = 0; !st && i < n; i++) {
        struct scene_values v = {of, axis, (long)i};

        for (size_t k = 0; k < r->scene->n; k++)
            of[k] = &slices[k][i];
        st = add_rows(r, &v, err);
    }
    return st;
}

static seg_status add_slices(const struct rows *r, const seg_case_values **of, seg_error *err)
{
    const seg_scene *s = r->scene;
    int axis = seg_slice_axis(&s->pair[0], r->options);
    size_t n = s->pair[0].grid.n[axis], first = r->out->n;
    seg_case_values **slices;
    seg_status st = seg_alloc(&slices, s->n, sizeof *slices, "slices", err);

    for (size_t k = 0; !st && k < s->n; k++)
        st = seg_slice_values_compute(&slices[k], &s->pair[k], r->plan, r->options->empty, axis, err);
    if (!st)
        st = add_slice_rows(r, slices, n, axis, of, err);
    for (size_t k = 0; slices && k < s->n; k++) {
        for (size_t i = 0; slices[k] && i < n; i++)
            seg_case_values_free(&slices[k][i]);
        free(slices[k]);
    }
    free(slices);
    return st || !r->options->slice_mean ? st : seg_slice_means(r->out, first, r->options->per_slice, err);
}

/* ---- the case ---- */

/* Parameters that choose among classes make no sense inside one class against its background. */
static seg_status check_params(const seg_plan_loss *l, seg_error *err)
{
    for (const seg_param *row = l->loss->params; row && row->name; row++) {
        const void *field = (const char *)l->params + row->at;

        if (row->type == SEG_PARAM_CLASSES && ((const seg_classes *)field)->kind == SEG_CLASSES_LISTED)
            return seg_fail(err, SEG_USAGE,
                            "%s: %s lists classes, but the classes of this run are independent (choose them with "
                            "--classes instead)",
                            l->loss->name, row->name);
        if (row->type == SEG_PARAM_FILE && *(char *const *)field && seg_same_name(row->name, "matrix"))
            return seg_fail(err, SEG_USAGE,
                            "%s: a matrix compares classes, but the classes of this run are independent (leave it out)",
                            l->loss->name);
    }
    return SEG_OK;
}

static seg_status describe(seg_case *out, const seg_scene *scene, seg_error *err)
{
    const seg_grid *grid = &scene->pair[0].grid;
    seg_status st = SEG_OK;

    for (int a = 0; a < 3; a++) {
        out->shape[a] = grid->n[a];
        out->spacing[a] = grid->mm[a];
    }
    for (size_t k = 0; k < scene->n && !st; k++)
        st = seg_case_add_class(out, scene->pair[k].id[1], scene->pair[k].label[1], err);
    return st;
}

static seg_status compute(const struct rows *r, seg_case_values *v, const seg_case_values **of, seg_error *err)
{
    const seg_evaluate_options *o = r->options;
    const seg_case_context context = {o->observer, NULL, o->notes, r->out, o->timing};
    seg_status st = SEG_OK;

    for (size_t i = 0; !st && i < r->plan->losses; i++)
        st = check_params(&r->plan->loss[i], err);
    for (size_t k = 0; !st && k < r->scene->n; k++) {
        of[k] = &v[k];
        st = seg_case_values_compute(&v[k], &r->scene->pair[k], r->plan, o->empty, &context, err);
    }
    return st;
}

seg_status seg_evaluate_scene(seg_case *out, const seg_scene *scene, const seg_plan *plan,
                              const seg_evaluate_options *options, seg_error *err)
{
    struct rows r = {out, scene, plan, options, NULL};
    const seg_case_values **of = NULL;
    seg_case_values *v = NULL;
    seg_status st;

    if (!scene->independent) {
        st = seg_evaluate(out, &scene->pair[0], plan, options, err);
        return !st && options->reliability ? seg_reliability_of_case(out, scene, options->reliability, err) : st;
    }
    st = describe(out, scene, err);
    if (!st)
        st = seg_count_scene(out, scene, options, err);
    if (!st)
        st = seg_alloc(&r.value, scene->n, sizeof *r.value, "classes", err);
    if (!st)
        st = seg_alloc(&v, scene->n, sizeof *v, "classes", err);
    if (!st)
        st = seg_alloc(&of, scene->n, sizeof *of, "classes", err);
    if (!st)
        st = compute(&r, v, of, err);
    if (!st)
        st = add_rows(&r, &(struct scene_values){of, 0, -1}, err);
    for (size_t k = 0; !st && options->objects && k < scene->n; k++)
        st = seg_object_lines(out, &scene->pair[k], plan, options->objects, true, (int)k, err);
    if (!st && options->reliability)
        st = seg_reliability_of_case(out, scene, options->reliability, err);
    if (!st && (options->per_slice || options->slice_mean))
        st = add_slices(&r, of, err);
    for (size_t k = 0; v && k < scene->n; k++)
        seg_case_values_free(&v[k]);
    free(v);
    free(of);
    free(r.value);
    return st;
}
