/* paired.h - two methods on the same cases: do they differ, by how much, and could a test have told. */
#ifndef SEG_STATISTICS_PAIRED_H
#define SEG_STATISTICS_PAIRED_H

#include <stdbool.h>
#include <stddef.h>

#include "../base/error.h"

/* Up to so many differences the distribution of the signed ranks is counted out. */
enum { SEG_WILCOXON_EXACT = 50 };

/* Wilcoxon's signed-rank test of x - y. All differences 0: p = 1, w = 0, effect 0. */
typedef struct {
    size_t n, zeros;    /* differences that are not 0, and those that are and were dropped */
    double plus, minus; /* sums of the mid-ranks of |x - y| where x > y, x < y */
    double w;           /* the smaller of them */
    double p;           /* two-sided */
    bool exact;         /* else normal, corrected for ties and continuity */
    double effect;      /* rank-biserial: (plus - minus) / (plus + minus), in [-1, 1] */
    double shift;       /* Hodges-Lehmann: median of the Walsh averages of x - y, zeros among them */
    double low, high;   /* its confidence interval from the signed ranks; infinite when n is too small for one */
} seg_wilcoxon;

/* x[n] and y[n] are finite; level of the interval: 0.95. */
seg_status seg_wilcoxon_of(seg_wilcoxon *test, const double *x, const double *y, size_t n, double level,
                           seg_error *err);

/* The smallest two-sided p that n differences can give: 2 / 2^n. */
double seg_wilcoxon_smallest(size_t n);

/* Holm: p[n] are replaced by their adjusted values; NAN stays and does not count. */
seg_status seg_holm(double *p, size_t n, seg_error *err);

#endif
