/* absent.c - evaluates a metric on a small image that lacks the class in both maps. */
#include "absent.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../base/text.h"

/* Voxels of background along each axis. */
enum { SIDE = 4 };

static seg_status make_map(seg_labelmap *map, const seg_grid *grid, seg_error *err)
{
    static const uint8_t ROW[SIDE];
    seg_status st = seg_labelmap_begin(map, grid, err);

    for (size_t r = 0; r < seg_grid_rows(grid) && !st; r++)
        st = seg_labelmap_add_row_u8(map, ROW, err);
    return st ? st : seg_labelmap_end(map, err);
}

/* Values of the metric by class: [0] the background, [1] a class that no voxel has, [2] the case. */
static seg_status evaluate(const seg_metric_jobs *jobs, seg_empty_policy empty, seg_value value[3], seg_error *err)
{
    int64_t id[2] = {0, 1};
    char *label[2] = {NULL, NULL};
    seg_pair pair = {.grid = {{SIDE, SIDE, SIDE}, {1, 1, 1}, true, false, {{0}}},
                     .voxels = SIDE * SIDE * SIDE,
                     .classes = 2,
                     .id = id,
                     .label = label};
    seg_status st = make_map(&pair.truth, &pair.grid, err);

    if (!st)
        st = make_map(&pair.pred_labels, &pair.grid, err);
    if (!st)
        st = seg_metrics_compute(&pair, jobs->job, 1, empty, NULL, value, err);
    seg_pair_free_maps(&pair);
    return st;
}

/* "tolerance=1;convention=monai" as a specification writes it. */
static char *as_specification(const char *params)
{
    char *text = *params ? seg_copy(params, SIZE_MAX) : NULL;

    for (char *c = text; c && *c; c++)
        *c = *c == ';' ? ',' : *c;
    return text;
}

seg_status seg_absent_value(void *context, const seg_summary_key *key, double *x, const char **status, seg_error *err)
{
    const seg_absent_rules *rules = context;
    const seg_metric *metric = key->kind == SEG_KIND_METRIC ? seg_metric_find(key->measure) : NULL;
    seg_metric_jobs jobs = {0};
    seg_value value[3] = {{0}};
    char *params;
    seg_status st;

    *x = NAN;
    *status = SEG_BOTH_EMPTY;
    if (!metric || !metric->class_value || !strcmp(metric->name, "tn"))
        return SEG_OK;
    params = as_specification(key->params);
    if (*key->params && !params)
        return seg_fail(err, SEG_MEMORY, "not enough memory for the summary");
    st = seg_metric_jobs_add(&jobs, metric, params, rules->convention, NULL);
    if (!st && jobs.n == 1)
        st = evaluate(&jobs, rules->empty, value, err);
    else
        st = SEG_OK; /* parameters of another version */
    if (!st && value[1].asked) {
        *x = value[1].x;
        *status = value[1].status ? value[1].status : SEG_BOTH_EMPTY;
    }
    seg_metric_jobs_free(&jobs);
    free(params);
    return st;
}
