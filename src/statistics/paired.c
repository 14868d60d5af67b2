/* paired.c - Wilcoxon's signed-rank test, Hodges and Lehmann's shift, Holm's correction.
 *
 * Under the hypothesis every difference has either sign with probability 1/2, so W+ is a sum of ranks, each taken or
 * not. Mid-ranks are multiples of 1/2: with doubled ranks r the number of sign patterns that give each sum is the
 * coefficient of the product of (1 + z^r), exact in a double up to n = 50.
 */
#include "paired.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "describe.h"
#include "distribution.h"
#include "rank.h"

const char *const seg_zeros_words[] = {"drop", "pratt", NULL};

/* below[s] = P(doubled W+ <= s) for these ranks, s = 0 .. sums - 1, the last of which is the doubled sum of all. */
static void count_signs(const double *rank, size_t n, double *below, size_t sums)
{
    size_t top = 0;

    memset(below, 0, sums * sizeof *below);
    below[0] = 1;
    for (size_t i = 0; i < n; i++) {
        size_t r = (size_t)(2 * rank[i]);

        top += r;
        for (size_t s = top + 1; s-- > r;)
            below[s] += below[s - r];
    }
    for (size_t s = 1; s < sums; s++)
        below[s] += below[s - 1];
    for (size_t s = 0; s < sums; s++)
        below[s] = ldexp(below[s], -(int)n);
}

/* The ranks may be of more differences than n, as Pratt's are: the room depends on their sum. */
static seg_status p_exact(double *p, double w, const double *rank, size_t n, seg_error *err)
{
    double *below = NULL, total = 0;
    size_t sums;
    seg_status st;

    for (size_t i = 0; i < n; i++)
        total += rank[i];
    sums = (size_t)(2 * total) + 1;
    st = seg_alloc(&below, sums, sizeof *below, "a paired test", err);
    if (!st) {
        count_signs(rank, n, below, sums);
        *p = fmin(1, 2 * below[(size_t)(2 * w)]);
    }
    free(below);
    return st;
}

/* Normal with the variance of the observed ranks, sum r^2 / 4. */
static double p_normal(double w, const double *rank, size_t n)
{
    double total = 0, squares = 0, z;

    for (size_t i = 0; i < n; i++) {
        total += rank[i];
        squares += rank[i] * rank[i];
    }
    z = (total / 2 - w - 0.5) / sqrt(squares / 4);
    return z > 0 ? 2 * seg_normal_above(z) : 1;
}

double seg_wilcoxon_smallest(size_t n)
{
    return n < 1000 ? fmin(1, ldexp(2, -(int)n)) : 0;
}

/* How many Walsh averages (d[i] + d[j]) / 2, i <= j, are at most x; d is sorted. */
static double averages_at_most(const double *d, size_t n, double x)
{
    double count = 0;
    size_t j = n;

    for (size_t i = 0; i < n; i++) {
        while (j > 0 && (d[i] + d[j - 1]) / 2 > x)
            j--;
        count += j > i ? (double)(j - i) : 0;
    }
    return count;
}

/* Doubles in the order of their values as integers, so that bisection ends at neighbours. */
static int64_t ordinal(double x)
{
    int64_t bits;

    memcpy(&bits, &x, sizeof bits);
    return bits < 0 ? INT64_MIN - bits : bits;
}

static double from_ordinal(int64_t bits)
{
    double x;

    bits = bits < 0 ? INT64_MIN - bits : bits;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* The k-th smallest Walsh average, k from 1: no list of n (n + 1) / 2 numbers is made. */
static double walsh_average(const double *d, size_t n, double k)
{
    int64_t low = ordinal(d[0]), high = ordinal(d[n - 1]);

    while (low < high) {
        int64_t middle = low + (int64_t)(((uint64_t)high - (uint64_t)low) / 2);

        if (averages_at_most(d, n, from_ordinal(middle)) >= k)
            high = middle;
        else
            low = middle + 1;
    }
    return from_ordinal(low);
}

enum { SUMS = SEG_WILCOXON_EXACT * (SEG_WILCOXON_EXACT + 1) + 1 }; /* doubled sums 0 .. n (n + 1) */

/* The number c of Walsh averages that the interval leaves out at either end, plus one: P(W+ <= c - 1) <= alpha / 2 for
 * untied ranks. 0: n is too small. */
static double left_out(size_t n, double alpha)
{
    double rank[SEG_WILCOXON_EXACT], below[SUMS], m = (double)n;
    size_t c = 0, sums = n * (n + 1) + 1;

    if (n > SEG_WILCOXON_EXACT)
        return floor(m * (m + 1) / 4 + seg_normal_quantile(alpha / 2) * sqrt(m * (m + 1) * (2 * m + 1) / 24) + 0.5);
    for (size_t i = 0; i < n; i++)
        rank[i] = (double)i + 1;
    count_signs(rank, n, below, sums);
    while (2 * c < sums && below[2 * c] <= alpha / 2)
        c++;
    return (double)c;
}

/* d[n] is sorted. */
static void estimate_shift(seg_wilcoxon *test, const double *d, size_t n, double level)
{
    double pairs = (double)n * ((double)n + 1) / 2, c = left_out(n, 1 - level);

    test->shift = (walsh_average(d, n, floor((pairs + 1) / 2)) + walsh_average(d, n, ceil((pairs + 1) / 2))) / 2;
    test->low = c < 1 ? -INFINITY : walsh_average(d, n, c);
    test->high = c < 1 ? INFINITY : walsh_average(d, n, pairs + 1 - c);
}

/* |d| of those that are ranked, their ranks, and then the ranks of those that are not 0 moved to the front. */
static seg_status rank_sizes(const double *d, size_t n, seg_zeros zeros, double *size, double *rank, seg_error *err)
{
    size_t m = 0, k = 0;
    seg_status st;

    for (size_t i = 0; i < n; i++) {
        if (d[i] != 0 || zeros == SEG_ZEROS_PRATT)
            size[m++] = fabs(d[i]);
    }
    st = seg_rank(size, m, rank, NULL, err);
    for (size_t i = 0; i < m && !st; i++) {
        if (size[i] > 0)
            rank[k++] = rank[i];
    }
    return st;
}

/* size[] and rank[] have room for n; d is not sorted yet. */
static seg_status test_signs(seg_wilcoxon *test, const double *d, size_t n, seg_zeros zeros, double *size, double *rank,
                             seg_error *err)
{
    size_t m = 0;
    seg_status st = rank_sizes(d, n, zeros, size, rank, err);

    for (size_t i = 0; i < n && !st; i++) {
        if (d[i] != 0)
            *(d[i] > 0 ? &test->plus : &test->minus) += rank[m++];
    }
    if (st)
        return st;
    test->n = m;
    test->zeros = n - m;
    test->identical = m == 0;
    test->w = fmin(test->plus, test->minus);
    test->exact = m <= SEG_WILCOXON_EXACT;
    test->effect = m ? (test->plus - test->minus) / (test->plus + test->minus) : 0;
    if (!test->exact)
        test->p = p_normal(test->w, rank, m);
    else if (n > 2)
        st = p_exact(&test->p, test->w, rank, m, err);
    return st;
}

/* The differences that are not 0, sorted, at the front of d; their number. */
static size_t sort_nonzero(double *d, size_t n)
{
    size_t m = 0;

    for (size_t i = 0; i < n; i++) {
        if (d[i] != 0)
            d[m++] = d[i];
    }
    seg_sort(d, m);
    return m;
}

seg_status seg_wilcoxon_of(seg_wilcoxon *test, const double *x, const double *y, size_t n, seg_zeros zeros,
                           double level, seg_error *err)
{
    double *work = NULL, *d;
    size_t m;
    seg_status st = seg_alloc(&work, 3 * n, sizeof *work, "a paired test", err);

    *test = (seg_wilcoxon){.shift = NAN, .low = NAN, .high = NAN, .p = NAN};
    if (st || !n) {
        free(work);
        return st;
    }
    d = work;
    /* As doubles: 0.3 - 0.2 and 0.2 - 0.1 are not tied here, nor in scipy or R. */
    for (size_t i = 0; i < n; i++)
        d[i] = x[i] == y[i] ? 0 : x[i] - y[i];
    st = test_signs(test, d, n, zeros, work + n, work + 2 * n, err);
    m = sort_nonzero(d, n);
    if (!st && m && zeros == SEG_ZEROS_DROP && isfinite(d[0]) && isfinite(d[m - 1]))
        estimate_shift(test, d, m, level);
    free(work);
    return st;
}

/* adjusted p of the i-th smallest of m = max over j <= i of (m - j + 1) p_j, at most 1 */
seg_status seg_holm(double *p, size_t n, seg_error *err)
{
    double *sorted = NULL, *adjusted, largest = 0;
    size_t m = 0;
    seg_status st = seg_alloc(&sorted, 2 * n, sizeof *sorted, "a correction of p values", err);

    if (st)
        return st;
    adjusted = sorted + n;
    for (size_t i = 0; i < n; i++) {
        if (!isnan(p[i]))
            sorted[m++] = p[i];
    }
    seg_sort(sorted, m);
    for (size_t i = 0; i < m; i++)
        adjusted[i] = largest = fmax(largest, fmin(1, (double)(m - i) * sorted[i]));
    for (size_t i = 0; i < n; i++) {
        size_t at = 0;

        while (at < m && sorted[at] != p[i]) /* of equal p values the first has the largest factor */
            at++;
        if (!isnan(p[i]))
            p[i] = adjusted[at];
    }
    free(sorted);
    return SEG_OK;
}
