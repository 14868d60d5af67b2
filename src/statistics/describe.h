/* describe.h - where a sample of numbers lies. */
#ifndef SEG_STATISTICS_DESCRIBE_H
#define SEG_STATISTICS_DESCRIBE_H

#include <stddef.h>

typedef struct {
    double mean, sd;       /* sd with n - 1 */
    double median, q1, q3; /* type 7: linear between order statistics */
    double min, max;
} seg_description;

/* x[n] must be finite; it is sorted. All NAN when n is 0; sd is NAN when n is 1. */
seg_description seg_describe(double *x, size_t n);

/* The sum and the mean, compensated, in the order of x; the mean of none is NAN. */
double seg_total(const double *x, size_t n);
double seg_mean(const double *x, size_t n);

/* Sorts ascending. */
void seg_sort(double *x, size_t n);

/* Type 7 quantile of n sorted numbers, p in [0, 1]; NAN of none. Numbers may be infinite. */
double seg_quantile(const double *sorted, size_t n, double p);

#endif
