/* metric_score.h - a metric's value from its specification, and random masks to try it on. */
#ifndef TESTS_SUPPORT_METRIC_SCORE_H
#define TESTS_SUPPORT_METRIC_SCORE_H

#include "fixture.h"
#include "metrics/metric.h"

/* The class that stands for the whole case. */
enum { SCORE_CASE = -1 };

/* The metric of "hd95:percentile=50"; *params: what stands behind the colon, or NULL. */
const seg_metric *score_metric(const char *spec, const char **params);

/* The value of "hd95:percentile=50" for a class or the case, in a convention, under an empty policy. */
seg_value score_with(const seg_pair *pair, const char *spec, const char *convention, seg_empty_policy empty, int cls);

/* The same by the segloss convention, as a number. */
double score(const seg_pair *pair, const char *spec, int cls);

/* Labels below `classes` in blobs: voxels keep their left neighbour's label `stay` times of `stay` + 1. */
void score_random_labels(uint8_t *label, size_t n, int classes, int stay, uint64_t *seed);

#endif
