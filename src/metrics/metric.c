/* metric.c - the list of metrics, how they are found by name, and the jobs that a specification asks for. */
#include "metric.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "../base/memory.h"
#include "../base/text.h"

#define METRIC(name) extern const seg_metric seg_metric_##name;
#include "all.h"
#undef METRIC

#define METRIC(name) &seg_metric_##name,
const seg_metric *const seg_metrics[] = {
#include "all.h"
};
#undef METRIC
const size_t seg_metrics_count = sizeof seg_metrics / sizeof seg_metrics[0];

const char *const seg_empty_words[] = {"na", "zero-one", "nnunet", "monai", "brats", "diagonal", NULL};
const char *const seg_metric_family_names[SEG_METRIC_FAMILIES] = {[SEG_OVERLAP_METRIC] = "overlap",
                                                                  [SEG_DISTANCE_METRIC] = "distance",
                                                                  [SEG_PROBABILITY_METRIC] = "probability",
                                                                  [SEG_STRUCTURE_METRIC] = "structure",
                                                                  [SEG_MULTICLASS_METRIC] = "multi-class"};

const seg_param seg_metric_rows[] = {SEG_CONVENTION_ROW(seg_metric_params), {0}};

static bool goes_by(const seg_metric *metric, const char *name)
{
    bool same = seg_same_name(metric->name, name);
    size_t most = sizeof metric->aliases / sizeof metric->aliases[0];

    for (size_t i = 0; i < most && metric->aliases[i] && !same; i++)
        same = seg_same_name(metric->aliases[i], name);
    return same;
}

const seg_metric *seg_metric_find(const char *name)
{
    char lesion[64];

    for (size_t i = 0; i < seg_metrics_count; i++)
        if (goes_by(seg_metrics[i], name))
            return seg_metrics[i];
    if (strncasecmp(name, "object-", 7)) /* another name of every lesion-... */
        return NULL;
    snprintf(lesion, sizeof lesion, "lesion-%s", name + 7);
    return seg_metric_find(lesion);
}

enum { ALIASES = sizeof seg_metrics[0]->aliases / sizeof(char *) };

/* The names of all metrics, then their first, second, ... other names; NULL where a metric has no more. */
static const char *name_of(const void *context, size_t i)
{
    const seg_metric *metric = seg_metrics[i % seg_metrics_count];
    size_t which = i / seg_metrics_count;

    (void)context;
    return which ? metric->aliases[which - 1] : metric->name;
}

const char *seg_metric_nearest(const char *name)
{
    return seg_nearest(name, seg_metrics_count * (1 + ALIASES), name_of, NULL);
}

/* ---- jobs ---- */

/* Every metric's parameters begin with the convention. */
static int *convention_of(void *params)
{
    return &((seg_metric_params *)params)->convention;
}

int seg_metric_job_convention(const seg_metric_job *job)
{
    const seg_metric_params *params = job->params;

    return params && params->convention > 0 ? params->convention - 1 : job->convention;
}

const char *seg_metric_job_unit(const seg_metric_job *job, const seg_grid *grid)
{
    const seg_convention *c = &seg_conventions[seg_metric_job_convention(job)];
    bool in_voxels = !grid->has_mm || c->step == SEG_STEP_VOXEL;
    seg_unit unit = job->metric->unit_of ? job->metric->unit_of(job->params) : job->metric->unit;

    if (unit == SEG_UNIT_LENGTH)
        return in_voxels ? "px" : "mm";
    if (unit == SEG_UNIT_ML)
        return grid->has_mm && seg_grid_dims(grid) == 3 ? "ml" : "px";
    if (unit == SEG_UNIT_VOLUME)
        return !grid->has_mm ? "px" : seg_grid_dims(grid) == 2 ? "mm2" : "mm3";
    return c->difference == SEG_DIFFERENCE_PERCENT && !strcmp(job->metric->name, "rvd") ? "%" : "";
}

/* The parameter that lists numbers, or NULL. */
static const seg_param *listing_row(const seg_metric *metric)
{
    for (const seg_param *row = metric->params; metric->each && row && row->name; row++)
        if (!strcmp(row->name, metric->each))
            return row;
    return NULL;
}

/* How many jobs the list makes: one for each number, but one for numbers by class. */
static size_t numbers_of(const seg_param *row, void *params)
{
    const seg_numbers *list = row ? (const seg_numbers *)((char *)params + row->at) : NULL;

    if (list && row->strata)
        return list->word < 0 ? list->n + 1 : 1;
    return list && list->n > 1 && !list->cls ? list->n : 1;
}

/* Keeps number i alone of the list that `row` read, or stratum i: from the number before it to number i. */
static seg_status keep_number(const seg_param *row, void *params, size_t i, seg_error *err)
{
    seg_numbers *list = (seg_numbers *)((char *)params + row->at);
    double low = i ? list->x[i - 1] : 0, high = i < list->n ? list->x[i] : INFINITY;
    size_t room = list->n;
    seg_status st = SEG_OK;

    if (row->strata) {
        st = seg_grow(&list->x, &room, 2, sizeof *list->x, row->name, err);
        if (st)
            return st;
        list->x[1] = high;
        list->n = 2;
    } else {
        low = high;
        list->n = 1;
    }
    list->x[0] = low;
    return st;
}

static seg_status read_params(const seg_metric *metric, const char *text, void **params, seg_error *err)
{
    size_t size = metric->size < sizeof(seg_metric_params) ? sizeof(seg_metric_params) : metric->size;
    seg_status st = seg_alloc(params, 1, size, "parameters", err);

    if (!st)
        st = seg_params_preset(metric->params, *params, size, err);
    if (!st)
        st = seg_params_read(metric->params, metric->name, text, *params, err);
    if (!st && metric->check) {
        st = metric->check(*params, err);
        if (st)
            seg_while(err, "%s", metric->name);
    }
    if (st && *params) {
        seg_params_free(metric->params, *params);
        free(*params);
        *params = NULL;
    }
    return st;
}

/* One job: the parameters as read, but convention `follow` and number i of the list. */
static seg_status add_job(seg_metric_jobs *jobs, const seg_metric *metric, const char *text, int convention, int follow,
                          size_t i, seg_error *err)
{
    const seg_param *listing = listing_row(metric);
    void *params;
    seg_status st = seg_grow(&jobs->job, &jobs->room, jobs->n + 1, sizeof *jobs->job, "metrics", err);

    if (!st)
        st = read_params(metric, text, &params, err);
    if (st)
        return st;
    *convention_of(params) = follow;
    if (numbers_of(listing, params) > 1)
        st = keep_number(listing, params, i, err);
    if (st) {
        seg_params_free(metric->params, params);
        free(params);
        return st;
    }
    jobs->job[jobs->n++] = (seg_metric_job){metric, params, convention};
    return SEG_OK;
}

seg_status seg_metric_jobs_add(seg_metric_jobs *jobs, const seg_metric *metric, const char *text, int convention,
                               seg_error *err)
{
    const seg_param *listing = listing_row(metric);
    int all = (int)seg_conventions_count + 1, first, last;
    void *params;
    size_t numbers;
    seg_status st = read_params(metric, text, &params, err);

    if (st)
        return st;
    numbers = numbers_of(listing, params);
    first = last = *convention_of(params);
    if (first == all)
        first = 1, last = all - 1;
    for (int follow = first; follow <= last && !st; follow++)
        for (size_t i = 0; i < numbers && !st; i++)
            if (first == last || seg_convention_defines(follow - 1, metric->name))
                st = add_job(jobs, metric, text, convention, follow, i, err);
    seg_params_free(metric->params, params);
    free(params);
    return st;
}

static void free_job(const seg_metric_job *job)
{
    void *params;

    memcpy(&params, &job->params, sizeof params);
    seg_params_free(job->metric->params, params);
    free(params);
}

void seg_metric_jobs_drop(seg_metric_jobs *jobs, size_t at)
{
    free_job(&jobs->job[at]);
    jobs->n--;
    memmove(&jobs->job[at], &jobs->job[at + 1], (jobs->n - at) * sizeof *jobs->job);
}

void seg_metric_jobs_free(seg_metric_jobs *jobs)
{
    for (size_t i = 0; i < jobs->n; i++)
        free_job(&jobs->job[i]);
    free(jobs->job);
    *jobs = (seg_metric_jobs){0};
}
