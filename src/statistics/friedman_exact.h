/* friedman_exact.h - Friedman's test by counting all orders. */
#ifndef SEG_STATISTICS_FRIEDMAN_EXACT_H
#define SEG_STATISTICS_FRIEDMAN_EXACT_H

#include <stddef.h>

#include "../base/error.h"

/* The share of all orders of the observed (mid-)ranks within every case whose rank sums are as far from each other as
 * the observed ones, or further. rank[n][k]. *p is NAN where the counting would be too long: it is done for k = 3 up to
 * n = 20, k = 4 up to 12, k = 5 up to 6, k = 6 up to 4. */
seg_status seg_friedman_exact(double *p, const double *rank, size_t n, size_t k, seg_error *err);

#endif
