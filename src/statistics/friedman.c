/* friedman.c - rank sums of k methods over n cases.
 *
 *     chi2 = (12 / (n k (k + 1)) sum R_j^2 - 3 n (k + 1)) / (1 - sum (t^3 - t) / (n k (k^2 - 1)))
 *     F    = (n - 1) chi2 / (n (k - 1) - chi2)
 */
#include "friedman.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "distribution.h"
#include "rank.h"

double seg_nemenyi_difference(size_t n, size_t k, double alpha)
{
    double m = (double)n, methods = (double)k;

    return seg_range_quantile(1 - alpha, (int)k) * M_SQRT1_2 * sqrt(methods * (methods + 1) / (6 * m));
}

/* Adds the ranks of every case to sum[k]; work has room for 2 k. */
static seg_status add_ranks(double *sum, double *ties, const double *x, size_t n, size_t k, int better, double *work,
                            seg_error *err)
{
    seg_status st = SEG_OK;

    for (size_t i = 0; i < n && !st; i++) {
        double tied = 0;

        for (size_t j = 0; j < k; j++)
            work[j] = better > 0 ? -x[i * k + j] : x[i * k + j];
        st = seg_rank(work, k, work + k, &tied, err);
        for (size_t j = 0; j < k; j++)
            sum[j] += work[k + j];
        *ties += tied;
    }
    return st;
}

static void test_sums(seg_friedman *test, const double *sum, double ties, double n, double k)
{
    double squares = 0, untied = 1 - ties / (n * k * (k * k - 1));

    for (size_t j = 0; j < (size_t)k; j++)
        squares += (sum[j] - n * (k + 1) / 2) * (sum[j] - n * (k + 1) / 2);
    /* 12 / (n k (k + 1)) sum R^2 - 3 n (k + 1), written with deviations: nothing cancels */
    test->chi2 = untied > 0 ? 12 / (n * k * (k + 1)) * squares / untied : 0;
    test->p = seg_chi2_above(test->chi2, k - 1);
    test->f = (n - 1) * test->chi2 / fmax(0, n * (k - 1) - test->chi2);
    test->f_p = seg_f_above(test->f, k - 1, (k - 1) * (n - 1));
}

seg_status seg_friedman_of(seg_friedman *test, double *average_rank, const double *x, size_t n, size_t k, int better,
                           double alpha, seg_error *err)
{
    double *work = NULL, ties = 0;
    seg_status st = seg_alloc(&work, 2 * k, sizeof *work, "a test of ranks", err);

    *test = (seg_friedman){NAN, NAN, NAN, NAN, NAN};
    memset(average_rank, 0, k * sizeof *average_rank);
    if (!st)
        st = add_ranks(average_rank, &ties, x, n, k, better, work, err);
    if (!st && n > 1 && k > 1) {
        test_sums(test, average_rank, ties, (double)n, (double)k);
        test->difference = seg_nemenyi_difference(n, k, alpha);
    }
    for (size_t j = 0; j < k; j++)
        average_rank[j] = n ? average_rank[j] / (double)n : NAN;
    free(work);
    return st;
}
