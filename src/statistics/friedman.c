/* friedman.c - rank sums of k methods over n cases.
 *
 *     chi2 = (12 / (n k (k + 1)) sum R_j^2 - 3 n (k + 1)) / (1 - sum (t^3 - t) / (n k (k^2 - 1)))
 *     F    = (n - 1) chi2 / (n (k - 1) - chi2)
 */
#include "friedman.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "distribution.h"
#include "friedman_exact.h"
#include "rank.h"

double seg_nemenyi_difference(size_t n, size_t k, double alpha)
{
    double m = (double)n, methods = (double)k;

    return seg_range_quantile(1 - alpha, (int)k) * M_SQRT1_2 * sqrt(methods * (methods + 1) / (6 * m));
}

/* rank[n][k] of every case, their sums in sum[k]. */
static seg_status find_ranks(double *rank, double *sum, double *ties, const double *x, size_t n, size_t k, int better,
                             double *work, seg_error *err)
{
    seg_status st = SEG_OK;

    for (size_t i = 0; i < n && !st; i++) {
        double tied = 0;

        for (size_t j = 0; j < k; j++)
            work[j] = better > 0 ? -x[i * k + j] : x[i * k + j];
        st = seg_rank(work, k, rank + i * k, &tied, err);
        for (size_t j = 0; j < k; j++)
            sum[j] += rank[i * k + j];
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
}

/* When all cases agree, chi2 is n (k - 1) and the denominator of F is 0; when every case is one tie, F tells nothing. */
static void test_f(seg_friedman *test, double n, double k, bool all_tied, double p_of_agreement)
{
    double below = n * (k - 1) - test->chi2;

    if (all_tied || below <= 1e-9 * n) {
        test->f = NAN;
        test->f_p = all_tied ? 1 : p_of_agreement;
    } else {
        test->f = (n - 1) * test->chi2 / below;
        test->f_p = seg_f_above(test->f, k - 1, (k - 1) * (n - 1));
    }
}

/* The probability that n - 1 cases have the ranks of the first one: each (product of t! over its ties) / k!. */
static double agreement(const double *rank, size_t n, size_t k)
{
    double log_orders = lgamma((double)k + 1);

    for (size_t i = 0; i < k; i++) {
        double before = 1;

        for (size_t j = 0; j < i; j++)
            before += rank[j] == rank[i];
        log_orders -= log(before); /* the product over a tie is t! */
    }
    return exp(-(double)(n - 1) * log_orders);
}

seg_status seg_friedman_of(seg_friedman *test, double *average_rank, const double *x, size_t n, size_t k, int better,
                           double alpha, seg_error *err)
{
    double *work = NULL, *rank, ties = 0;
    seg_status st = seg_alloc(&work, (n + 1) * k, sizeof *work, "a test of ranks", err);

    *test = (seg_friedman){NAN, NAN, NAN, NAN, NAN, NAN};
    memset(average_rank, 0, k * sizeof *average_rank);
    rank = work ? work + k : NULL;
    if (!st)
        st = find_ranks(rank, average_rank, &ties, x, n, k, better, work, err);
    if (!st && n > 1 && k > 1) {
        test_sums(test, average_rank, ties, (double)n, (double)k);
        test_f(test, (double)n, (double)k, ties >= (double)n * (double)k * ((double)k * (double)k - 1),
               agreement(rank, n, k));
        test->difference = seg_nemenyi_difference(n, k, alpha);
        st = seg_friedman_exact(&test->exact_p, rank, n, k, err);
    }
    for (size_t j = 0; j < k; j++)
        average_rank[j] = n ? average_rank[j] / (double)n : NAN;
    free(work);
    return st;
}
