/* friedman.h - many methods on the same cases: do their ranks differ at all, and by how much they must. */
#ifndef SEG_STATISTICS_FRIEDMAN_H
#define SEG_STATISTICS_FRIEDMAN_H

#include <stddef.h>

#include "../base/error.h"

typedef struct {
    double chi2, p; /* Friedman, corrected for ties; k - 1 degrees of freedom */
    double f, f_p;  /* Iman and Davenport: k - 1 and (k - 1) (n - 1) degrees of freedom; f is NAN when all cases agree
                        * (or tell nothing), and f_p is then the exact p */
    double exact_p; /* by counting all orders, see friedman_exact.h; NAN where that would be too long */
    double difference; /* Nemenyi: average ranks further apart than this differ at level alpha */
} seg_friedman;

/* x[n][k]: n cases, k methods, not NAN; infinite values rank as what they are. better +1: large is good, -1: small is good. average_rank[k]: 1 is best.
 * Everything is NAN when n or k is below 2; p is 1 when every case is all ties. */
seg_status seg_friedman_of(seg_friedman *test, double *average_rank, const double *x, size_t n, size_t k, int better,
                           double alpha, seg_error *err);

/* q_alpha(k) / sqrt(2) * sqrt(k (k + 1) / (6 n)) */
double seg_nemenyi_difference(size_t n, size_t k, double alpha);

#endif
