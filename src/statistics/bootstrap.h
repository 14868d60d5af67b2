/* bootstrap.h - what would other cases of the same kind have given: intervals and the stability of a ranking. */
#ifndef SEG_STATISTICS_BOOTSTRAP_H
#define SEG_STATISTICS_BOOTSTRAP_H

#include <stddef.h>
#include <stdint.h>

#include "../base/error.h"

#include "interval.h"

typedef struct {
    seg_interval percentile;
    seg_interval bca; /* bias-corrected and accelerated (Efron 1987) */
} seg_bootstrap;

/* Intervals of the mean of x[n], which is finite, from `resamples` draws of n cases. NAN when n < 2. */
seg_status seg_bootstrap_mean(seg_bootstrap *result, const double *x, size_t n, double level, size_t resamples,
                              uint64_t seed, seg_error *err);

/* How the order of methods by their means survives other cases. Two means are equal when they differ by less than
 * SEG_EQUAL_MEANS of the largest absolute value: sums of the same numbers in another order are not a difference. */
#define SEG_EQUAL_MEANS 1e-12

typedef struct {
    size_t winner;          /* the best mean; of equal ones the first */
    size_t winners;         /* how many methods share the best mean */
    double stays_first;     /* share of resamples in which no other method is better than the winner */
    double tau, tau_low;    /* Kendall's tau-b between the order and that of a resample: mean and 5% quantile */
    size_t decisive;        /* cases without which another method would be first */
    double tau_without_one; /* smallest tau-b when one case is left out */
} seg_stability;

/* x[n][k] finite. better +1 or -1. NAN where n < 2 or k < 2. */
seg_status seg_stability_of(seg_stability *result, const double *x, size_t n, size_t k, int better, size_t resamples,
                            uint64_t seed, seg_error *err);

#endif
