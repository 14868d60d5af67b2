/* metric_score.c - runs one metric as the program does: specification, jobs, engine. */
#include "metric_score.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

const seg_metric *score_metric(const char *spec, const char **params)
{
    const char *colon = strchr(spec, ':');
    char *name = seg_copy(spec, colon ? (size_t)(colon - spec) : SIZE_MAX);
    const seg_metric *metric = seg_metric_find(name);

    if (!metric)
        fail_msg("no metric %s", spec);
    *params = colon ? colon + 1 : NULL;
    free(name);
    return metric;
}

seg_value score_with(const seg_pair *pair, const char *spec, const char *convention, seg_empty_policy empty, int cls)
{
    const char *params;
    const seg_metric *metric = score_metric(spec, &params);
    seg_value *of = calloc((size_t)pair->classes + 1, sizeof *of), value;
    seg_metric_jobs jobs = {0};
    seg_error err = {0};

    assert_ok(seg_metric_jobs_add(&jobs, metric, params, seg_convention_find(convention), &err), &err);
    assert_int_equal(jobs.n, 1);
    assert_ok(seg_metrics_compute(pair, jobs.job, 1, empty, NULL, of, &err), &err);
    value = of[cls == SCORE_CASE ? pair->classes : cls];
    seg_metric_jobs_free(&jobs);
    free(of);
    return value;
}

double score(const seg_pair *pair, const char *spec, int cls)
{
    return score_with(pair, spec, "segloss", SEG_EMPTY_NA, cls).x;
}

void score_random_labels(uint8_t *label, size_t n, int classes, int stay, uint64_t *seed)
{
    for (size_t i = 0; i < n; i++) {
        bool keep = i && fixture_random(seed) % ((uint64_t)stay + 1) != 0;

        label[i] = keep ? label[i - 1] : (uint8_t)(fixture_random(seed) % (uint64_t)classes);
    }
}
