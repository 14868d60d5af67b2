/* percentile.h - quantiles of a list of numbers, by selection instead of sorting. */
#ifndef SEG_BASE_PERCENTILE_H
#define SEG_BASE_PERCENTILE_H

#include <stddef.h>

/* The k-th smallest of x[n] (k from 0, k < n). Reorders x so that nothing before x[k] is larger and nothing after
 * it is smaller. */
double seg_select(double *x, size_t n, size_t k);

/* The q-th percentile, q in [0, 100], linear between the two nearest ranks, with numpy's rounding:
 *
 *     r = q/100 (n - 1),  lo = floor(r),  t = r - lo,  x[lo] + (x[lo+1] - x[lo]) t      (x sorted)
 *
 * Reorders x. NAN for an empty list; never interpolates with infinity: then it is the larger of the two ranks, or the
 * lower one when t is 0. */
double seg_percentile(double *x, size_t n, double q);

#endif
