/* compute.c - all metrics of one pair: classes side by side, each with its counts, masks and distances made once.
 *
 * The value of an empty class is decided here and not in the metrics: the empty policy speaks first, then the
 * convention's rows, then those of the segloss convention, and only then the formula.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/parallel.h"
#include "class_context.h"

static const char NOT_DEFINED[] = SEG_NOT_COMPUTED "the convention does not define this metric";
static const char ONE_SLICE[] = SEG_NOT_COMPUTED "the convention leaves out the last slice, and the truth has one";
static const char REFUSED[] = SEG_NOT_COMPUTED "the convention's tool refuses empty masks";
static const char ZERO_BY_ZERO[] = SEG_NOT_COMPUTED "the denominator is 0";

/* The reasons why a class has no value of its own, and how they are spelled of an imputed value and of a mean that leaves
 * the class out. The worse ones stand first: of several classes a mean names the worst. */
static const struct {
    const char *reason, *imputed, *partial;
} REASONS[] = {{SEG_EMPTY_PREDICTION, SEG_IMPUTED SEG_EMPTY_PREDICTION, SEG_PARTIAL SEG_EMPTY_PREDICTION},
               {SEG_NOT_COMPUTED, SEG_IMPUTED "not-computed", SEG_PARTIAL "not-computed"},
               {SEG_EMPTY_TRUTH, SEG_IMPUTED SEG_EMPTY_TRUTH, SEG_PARTIAL SEG_EMPTY_TRUTH},
               {SEG_BOTH_EMPTY, SEG_IMPUTED SEG_BOTH_EMPTY, NULL}};
enum { REASONS_COUNT = sizeof REASONS / sizeof *REASONS };

/* Index of the reason in a status; REASONS_COUNT when it has none of them. */
static size_t reason_of(const char *status)
{
    size_t i = 0;

    while (i < REASONS_COUNT && status && strncmp(status, REASONS[i].reason, strlen(REASONS[i].reason)))
        i++;
    return status ? i : REASONS_COUNT;
}

struct task {
    int cls;
    double voxels; /* of its box */
};

struct work {
    const seg_pair *pair;
    const seg_metric_job *jobs;
    size_t n;
    seg_empty_policy empty;
    const seg_timing *timing; /* or NULL */
    seg_tally tally;
    const struct task *order; /* classes, the costly ones first */
    seg_value *results;       /* [n][classes + 1] */
    seg_error *errors;        /* [workers] */
};

/* ---- empty classes ---- */

static bool is_distance(const seg_metric *metric)
{
    return metric->family == SEG_DISTANCE_METRIC && metric->unit == SEG_UNIT_LENGTH;
}

/* The rows of a policy that follows a tool, or NULL. */
static const seg_empty_row *policy_rows(seg_empty_policy policy)
{
    if (policy == SEG_EMPTY_MONAI)
        return seg_conventions[seg_convention_find("monai")].empty;
    if (policy == SEG_EMPTY_BRATS)
        return seg_conventions[seg_convention_find("brats2023")].empty;
    return NULL;
}

static const seg_empty_row *empty_row(const seg_convention *convention, const seg_metric *metric,
                                      seg_empty_policy policy)
{
    bool distance = is_distance(metric);
    const seg_empty_row *row = seg_empty_row_find(policy_rows(policy), metric->name, distance);

    if (!row)
        row = seg_empty_row_find(convention->empty, metric->name, distance);
    if (!row)
        row = seg_empty_row_find(seg_conventions[0].empty, metric->name, distance);
    return row;
}

static double of_row(const seg_empty_row *row, const seg_class_ctx *view)
{
    const seg_extent *side = view->tally->side;

    if (!row)
        return SEG_BY_FORMULA;
    if (side[SEG_TRUTH].voxels)
        return row->prediction;
    return side[SEG_PREDICTION].voxels ? row->truth : row->both;
}

static double diagonal(const seg_grid *g)
{
    double sum = 0;

    for (int a = 0; a < seg_grid_dims(g); a++) {
        double length = (double)g->n[a] * g->mm[a];

        sum += length * length;
    }
    return sqrt(sum);
}

/* What the policy makes of a value that is undefined or infinite because a mask is empty. */
static double by_policy(double x, const seg_class_ctx *view, const seg_metric *metric, seg_empty_policy policy)
{
    bool both = !view->tally->side[SEG_TRUTH].voxels && !view->tally->side[SEG_PREDICTION].voxels;

    if (isfinite(x))
        return x;
    switch (policy) {
    case SEG_EMPTY_ZERO_ONE:
        if (is_distance(metric))
            return both ? 0 : x;
        return metric->better > 0 ? both : x;
    case SEG_EMPTY_NNUNET:
        return NAN;
    case SEG_EMPTY_DIAGONAL:
        return is_distance(metric) && !both ? diagonal(&view->pair->grid) : x;
    default:
        return x;
    }
}

/* What the segloss convention makes of the class without any policy: a value that differs from it was put in. */
static seg_status plain_value(double *x, seg_class_ctx *view, const seg_metric_job *job, seg_error *err)
{
    const seg_convention *own = view->convention;
    seg_value value = seg_value_of(
        of_row(seg_empty_row_find(seg_conventions[0].empty, job->metric->name, is_distance(job->metric)), view));
    seg_status st = SEG_OK;

    view->convention = &seg_conventions[0];
    if (value.x == SEG_BY_FORMULA)
        st = job->metric->class_value(view, job->params, &value, err);
    view->convention = own;
    *x = value.x;
    return st;
}

/* Marks a finite value that a convention or a policy put in. */
static seg_status mark_imputed(seg_class_ctx *view, const seg_metric_job *job, seg_value *value, seg_error *err)
{
    size_t reason = reason_of(value->status);
    double plain = NAN;
    seg_status st = SEG_OK;

    if (!isfinite(value->x) || reason == REASONS_COUNT)
        return SEG_OK;
    st = plain_value(&plain, view, job, err);
    if (!(plain == value->x))
        value->status = REASONS[reason].imputed;
    return st;
}

static seg_status value_of_empty(seg_class_ctx *view, const seg_metric_job *job, seg_empty_policy policy,
                                 seg_value *value, seg_error *err)
{
    double x = of_row(empty_row(view->convention, job->metric, policy), view);
    seg_status st = SEG_OK;
    bool by_formula;

    if (x == SEG_REFUSED && policy == SEG_EMPTY_NA) {
        *value = seg_value_undefined(REFUSED);
        return SEG_OK;
    }
    if (x == SEG_REFUSED) /* what the tool leaves open is for the policy to say */
        x = of_row(empty_row(&seg_conventions[0], job->metric, policy), view);
    *value = seg_value_of(x);
    by_formula = x == SEG_BY_FORMULA;
    if (by_formula)
        st = job->metric->class_value(view, job->params, value, err);
    x = value->x;
    value->x = by_policy(value->x, view, job->metric, policy);
    if (!value->status)
        value->status = seg_class_view_status(view);
    if (!st && (!by_formula || !isfinite(x)))
        st = mark_imputed(view, job, value, err);
    return st;
}

/* ---- one class, one case ---- */

/* Of a class that the convention scores on some slices only. */
static seg_status value_of_crop(seg_class_ctx *view, const seg_metric_job *job, seg_value *value, seg_error *err)
{
    const seg_box *truth = &view->tally->side[SEG_TRUTH].box;
    seg_class_ctx cropped;
    seg_status st;

    if (truth->end[2] - truth->begin[2] < 2) {
        *value = seg_value_undefined(ONE_SLICE);
        return SEG_OK;
    }
    st = seg_class_view_crop(&cropped, view, err);
    if (st)
        return st;
    st = job->metric->class_value(&cropped, job->params, value, err);
    seg_class_view_free(&cropped);
    return st;
}

static seg_status class_value(seg_class_ctx *view, const seg_metric_job *job, seg_empty_policy policy, seg_value *value,
                              seg_error *err)
{
    int convention = seg_metric_job_convention(job);
    const seg_class_rule *rule;
    seg_status st;

    if (!seg_convention_defines(convention, job->metric->name)) {
        *value = seg_value_undefined(NOT_DEFINED);
        return SEG_OK;
    }
    view->convention = &seg_conventions[convention];
    if (seg_class_view_status(view))
        return value_of_empty(view, job, policy, value, err);
    rule = seg_convention_class(view->convention, view->pair->id[view->cls]);
    st = rule && rule->cropped ? value_of_crop(view, job, value, err)
                               : job->metric->class_value(view, job->params, value, err);
    if (!st && value->asked && isnan(value->x) && !value->status)
        value->status = ZERO_BY_ZERO;
    return st;
}

static void compute_class(void *context, size_t i, int worker)
{
    struct work *w = context;
    int cls = w->order[i].cls;
    seg_error *err = &w->errors[worker];
    size_t stride = (size_t)w->pair->classes + 1;
    seg_class_ctx view;
    seg_status st = err->status;
    double since = seg_seconds();

    seg_class_view_begin(&view, w->pair, cls, &w->tally);
    for (size_t j = 0; j < w->n && !st; j++)
        if (w->jobs[j].metric->class_value) {
            st = class_value(&view, &w->jobs[j], w->empty, &w->results[j * stride + (size_t)cls], err);
            seg_took(w->timing, &since, "metric", w->jobs[j].metric->name);
        }
    seg_class_view_free(&view);
}

/* The reason that the finite mean over classes names: of the worst class that was left out or put in. */
static const char *flaw_of_mean(const seg_value *of, size_t n)
{
    size_t worst = REASONS_COUNT;
    const char *flaw = NULL;

    for (size_t c = 0; c < n; c++) {
        const char *status = of[c].asked ? of[c].status : NULL;
        bool imputed = status && !strncmp(status, SEG_IMPUTED, sizeof SEG_IMPUTED - 1);
        size_t reason = reason_of(imputed ? status + sizeof SEG_IMPUTED - 1 : status);

        if (reason >= worst || (!imputed && (!isnan(of[c].x) || !REASONS[reason].partial)))
            continue;
        worst = reason;
        flaw = imputed ? REASONS[reason].imputed : REASONS[reason].partial;
    }
    return flaw;
}

seg_value seg_metric_over_classes(const seg_value *of, size_t n, bool amount)
{
    seg_value result = {0};
    double sum = 0;
    size_t have = 0;

    for (size_t c = 0; c < n; c++) {
        bool defined = of[c].asked && !isnan(of[c].x);

        result.asked |= of[c].asked;
        if (of[c].asked && of[c].status && !result.status && (!defined || isinf(of[c].x)))
            result.status = of[c].status;
        if (defined) {
            sum += of[c].x;
            have++;
        }
    }
    result.x = !have ? NAN : amount ? sum : sum / (double)have;
    if (isfinite(result.x))
        result.status = flaw_of_mean(of, n);
    return result;
}

static seg_status case_value(const struct work *w, const seg_metric_job *job, const seg_counts *counts, seg_value *of,
                             seg_error *err)
{
    seg_value *value = &of[w->pair->classes];
    seg_status st;

    if (!job->metric->case_value) {
        *value = seg_metric_over_classes(of, (size_t)w->pair->classes, job->metric->amount);
        return SEG_OK;
    }
    if (!seg_convention_defines(seg_metric_job_convention(job), job->metric->name)) {
        *value = seg_value_undefined(NOT_DEFINED);
        return SEG_OK;
    }
    st = job->metric->case_value(w->pair, counts, job->params, value, err);
    if (!st && value->asked && isnan(value->x) && !value->status)
        value->status = ZERO_BY_ZERO;
    return st;
}

static void counts_of(seg_counts *counts, const seg_pair *pair, const seg_tally *tally)
{
    for (int c = 0; c < pair->classes; c++) {
        seg_class_ctx view;

        seg_class_view_begin(&view, pair, c, tally);
        counts[c] = view.n;
    }
}

seg_status seg_metrics_counts(seg_counts *counts, const seg_pair *pair, seg_error *err)
{
    seg_tally tally;
    seg_status st = seg_tally_pair(&tally, pair, err);

    if (!st)
        counts_of(counts, pair, &tally);
    seg_tally_free(&tally);
    return st;
}

/* Counts as a tally has them: voxels on either side. */
static seg_status tally_of(seg_tally *tally, const seg_counts *counts, int classes, seg_error *err)
{
    seg_status st = seg_alloc(&tally->of, (size_t)classes, sizeof *tally->of, "class counts", err);

    tally->voxels = counts[0].tp + counts[0].fp + counts[0].fn + counts[0].tn;
    for (int c = 0; c < classes && !st; c++) {
        tally->of[c].tp = counts[c].tp;
        tally->of[c].side[SEG_TRUTH].voxels = counts[c].tp + counts[c].fn;
        tally->of[c].side[SEG_PREDICTION].voxels = counts[c].tp + counts[c].fp;
    }
    return st;
}

seg_status seg_metric_from_counts(const seg_metric_job *job, const seg_pair *classes, const seg_counts *counts, int cls,
                                  seg_value *value, seg_error *err)
{
    const seg_metric *metric = job->metric;
    seg_tally tally = {0};
    seg_class_ctx view;
    seg_status st = SEG_OK;

    *value = seg_value_undefined(NULL);
    if (cls < 0)
        return metric->case_value ? metric->case_value(classes, counts, job->params, value, err) : SEG_OK;
    if (!metric->class_value)
        return SEG_OK;
    st = tally_of(&tally, counts, classes->classes, err);
    if (!st) {
        seg_class_view_begin(&view, classes, cls, &tally);
        view.convention = &seg_conventions[seg_metric_job_convention(job)];
        st = metric->class_value(&view, job->params, value, err);
        seg_class_view_free(&view);
    }
    seg_tally_free(&tally);
    return st;
}

static seg_status case_values(const struct work *w, seg_error *err)
{
    int classes = w->pair->classes;
    double since = seg_seconds();
    seg_counts *counts;
    seg_status st = seg_alloc(&counts, (size_t)classes, sizeof *counts, "class counts", err);

    if (st)
        return st;
    counts_of(counts, w->pair, &w->tally);
    for (size_t j = 0; j < w->n && !st; j++) {
        st = case_value(w, &w->jobs[j], counts, w->results + j * ((size_t)classes + 1), err);
        if (w->jobs[j].metric->case_value)
            seg_took(w->timing, &since, "metric", w->jobs[j].metric->name);
    }
    free(counts);
    return st;
}

/* ---- all classes ---- */

static double voxels_of_box(const seg_tally *tally, int cls)
{
    const seg_extent *side = tally->of[cls].side;
    seg_box box = seg_box_join(&side[SEG_PREDICTION].box, &side[SEG_TRUTH].box);

    return (double)(box.end[0] - box.begin[0]) * (double)(box.end[1] - box.begin[1]) *
           (double)(box.end[2] - box.begin[2]);
}

static int larger_first(const void *a, const void *b)
{
    const struct task *s = a, *t = b;

    if (s->voxels != t->voxels)
        return s->voxels < t->voxels ? 1 : -1;
    return s->cls - t->cls;
}

/* Largest boxes first, so that no thread starts the costliest class when the others are done. Returns how many
 * classes there are without the background. */
static size_t order_classes(const seg_pair *pair, const seg_tally *tally, struct task *order)
{
    size_t n = 0;

    for (int c = 0; c < pair->classes; c++)
        if (seg_pair_foreground(pair, c))
            order[n++] = (struct task){c, voxels_of_box(tally, c)};
    qsort(order, n, sizeof *order, larger_first);
    return n;
}

static seg_status compute_classes(struct work *w, struct task *order, seg_error *err)
{
    size_t n = order_classes(w->pair, &w->tally, order);
    int workers = seg_thread_count();
    seg_status st = seg_alloc(&w->errors, (size_t)workers, sizeof *w->errors, "error texts", err);

    if (st)
        return st;
    w->order = order;
    if (n < (size_t)workers) /* better all threads on each class than some idle */
        for (size_t i = 0; i < n; i++)
            compute_class(w, i, 0);
    else
        seg_parallel_for(n, compute_class, w);
    for (int i = 0; i < workers && !st; i++)
        if (w->errors[i].status)
            st = seg_fail(err, w->errors[i].status, "%s", w->errors[i].text);
    free(w->errors);
    return st;
}

seg_status seg_metrics_compute(const seg_pair *pair, const seg_metric_job *jobs, size_t n, seg_empty_policy empty,
                               const seg_timing *timing, seg_value *results, seg_error *err)
{
    struct work w = {.pair = pair, .jobs = jobs, .n = n, .empty = empty, .timing = timing, .results = results};
    size_t cells = n * ((size_t)pair->classes + 1);
    struct task *order = NULL;
    double since = seg_seconds();
    seg_status st = seg_tally_pair(&w.tally, pair, err);

    seg_took(timing, &since, "metric", "counts");
    for (size_t i = 0; i < cells; i++)
        results[i] = (seg_value){0};
    if (!st)
        st = seg_alloc(&order, (size_t)pair->classes, sizeof *order, "class order", err);
    if (!st)
        st = compute_classes(&w, order, err);
    if (!st)
        st = case_values(&w, err);
    free(order);
    seg_tally_free(&w.tally);
    return st;
}

seg_status seg_metric_curve(const seg_pair *pair, const seg_metric_job *job, int cls, double *y, seg_error *err)
{
    seg_class_ctx view;
    seg_tally tally;
    seg_status st;

    y[0] = NAN;
    if (!job->metric->curve)
        return SEG_OK;
    st = seg_tally_pair(&tally, pair, err);
    if (st)
        return st;
    seg_class_view_begin(&view, pair, cls, &tally);
    view.convention = &seg_conventions[seg_metric_job_convention(job)];
    st = job->metric->curve(&view, job->params, y, err);
    seg_class_view_free(&view);
    seg_tally_free(&tally);
    return st;
}
