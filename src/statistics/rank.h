/* rank.h - ranks with ties, and how well two rankings agree. */
#ifndef SEG_STATISTICS_RANK_H
#define SEG_STATISTICS_RANK_H

#include <stddef.h>

#include "../base/error.h"

/* rank[n] = 1 for the smallest x; equal numbers share the mean of their ranks. *ties (may be NULL) = sum of t^3 - t over
 * groups of t equal numbers. x must not be NAN; infinities rank as what they are. */
seg_status seg_rank(const double *x, size_t n, double *rank, double *ties, seg_error *err);

typedef struct {
    double tau; /* Kendall's tau-b; NAN when one side is constant or n < 2 */
    double p;   /* two-sided: exact without ties up to n = 50, else normal */
} seg_kendall;

/* Agreement of x and y; O(n^2). */
seg_kendall seg_kendall_of(const double *x, const double *y, size_t n);
/* The same with numbers that differ by at most `tolerance` tied. */
seg_kendall seg_kendall_within(const double *x, const double *y, size_t n, double tolerance);

#endif
