/* interval.h - intervals of a mean, of a median and of a difference, and the test of equivalence. */
#ifndef SEG_STATISTICS_INTERVAL_H
#define SEG_STATISTICS_INTERVAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../base/error.h"

typedef struct {
    double low, high; /* NAN: there is none */
} seg_interval;

/* Below so many cases the interval of a mean is Student's, from there on the bootstrap's (BCa): the bootstrap needs
 * cases; of 3 to 6 it covers 65 to 84 % where it names 95 %. */
enum { SEG_BOOTSTRAP_LEAST = 30 };

/* "t", "bca", or NULL for fewer than 2 cases. */
const char *seg_interval_kind(size_t n);

/* Interval of the mean of x[n], finite: mean -+ t sd / sqrt(n), or BCa with `resamples` of `seed` (0: always t). */
seg_status seg_mean_interval(seg_interval *interval, const double *x, size_t n, double level, size_t resamples,
                             uint64_t seed, seg_error *err);

seg_interval seg_t_interval(const double *x, size_t n, double level);

/* The order statistics x(k + 1), x(n - k) of sorted[n] whose binomial coverage is at least `level`, k as large as that
 * allows. NAN when n is too small (n <= 5 at 0.95). Infinite values may be among them. */
seg_interval seg_median_interval(const double *sorted, size_t n, double level);

/* Two one-sided paired t tests of |mean difference| < margin. */
typedef struct {
    double p;                /* the larger of both; NAN below 2 differences */
    seg_interval difference; /* the 1 - 2 alpha interval of the mean difference */
    bool equivalent;         /* p < alpha */
} seg_equivalence;

seg_equivalence seg_equivalence_of(const double *d, size_t n, double margin, double alpha);

#endif
