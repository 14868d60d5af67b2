/* rank.c - mid-ranks and Kendall's tau-b.
 *
 *     tau-b = (C - D) / sqrt((P - Tx) (P - Ty)),   P = n (n - 1) / 2 pairs, Tx and Ty of them tied in x, y
 *
 * Without ties and under independence D counts the inversions of a random order, whose numbers are those of
 * (1) (1 + z) (1 + z + z^2) ... (1 + ... + z^(n - 1)).
 */
#include "rank.h"

#include <math.h>
#include <stdlib.h>

#include "../base/memory.h"
#include "distribution.h"

typedef struct {
    double x;
    size_t at;
} indexed;

/* Equal numbers stay in their order, so that the result does not depend on the sort. */
static int ascending(const void *a, const void *b)
{
    const indexed *p = a, *q = b;

    if (p->x != q->x)
        return p->x < q->x ? -1 : 1;
    return (p->at > q->at) - (p->at < q->at);
}

seg_status seg_rank(const double *x, size_t n, double *rank, double *ties, seg_error *err)
{
    indexed *order = NULL;
    seg_status st = seg_alloc(&order, n, sizeof *order, "ranks", err);
    double tied = 0;

    for (size_t i = 0; !st && i < n; i++)
        order[i] = (indexed){x[i], i};
    if (!st && n)
        qsort(order, n, sizeof *order, ascending);
    for (size_t from = 0, to; !st && from < n; from = to) {
        double t;

        for (to = from + 1; to < n && order[to].x == order[from].x;)
            to++;
        t = (double)(to - from);
        tied += t * t * t - t;
        for (size_t i = from; i < to; i++)
            rank[order[i].at] = (double)(from + 1 + to) / 2;
    }
    if (!st && ties)
        *ties = tied;
    free(order);
    return st;
}

static int sign(double d, double tolerance)
{
    return (d > tolerance) - (d < -tolerance);
}

enum { EXACT_N = 50, EXACT_PAIRS = EXACT_N * (EXACT_N - 1) / 2 };

/* P(D <= d) for n different numbers in random order: every factor of the product is divided by its value at 1, so that
 * the coefficients are probabilities. */
static double inversions_at_most(int d, int n)
{
    double p[EXACT_PAIRS + 1] = {1}, sum = 0;

    for (int m = 2; m <= n; m++) {
        double next[EXACT_PAIRS + 1] = {0};

        for (int i = 0; i <= m * (m - 1) / 2; i++) {
            for (int j = 0; j < m && j <= i; j++)
                next[i] += p[i - j] / m;
        }
        for (int i = 0; i <= m * (m - 1) / 2; i++)
            p[i] = next[i];
    }
    for (int i = 0; i <= d; i++)
        sum += p[i];
    return sum;
}

/* Sums over groups of t equal numbers, as sums over their members. */
typedef struct {
    double t1, t2, t5; /* of t (t - 1), t (t - 1) (t - 2), t (t - 1) (2 t + 5) */
} tie_sums;

static tie_sums ties_of(const double *x, size_t n)
{
    tie_sums sums = {0};

    for (size_t i = 0; i < n; i++) {
        double t = 0;

        for (size_t j = 0; j < n; j++)
            t += x[j] == x[i];
        sums.t1 += t - 1;
        sums.t2 += (t - 1) * (t - 2);
        sums.t5 += (t - 1) * (2 * t + 5);
    }
    return sums;
}

/* Kendall (1970): the variance of C - D with ties on both sides. */
static double p_normal(double s, const double *x, const double *y, size_t n)
{
    tie_sums a = ties_of(x, n), b = ties_of(y, n);
    double m = (double)n, variance = (m * (m - 1) * (2 * m + 5) - a.t5 - b.t5) / 18 + a.t1 * b.t1 / (2 * m * (m - 1));

    if (n > 2)
        variance += a.t2 * b.t2 / (9 * m * (m - 1) * (m - 2));
    return fmin(1, 2 * seg_normal_above(fabs(s) / sqrt(variance)));
}

seg_kendall seg_kendall_of(const double *x, const double *y, size_t n)
{
    return seg_kendall_within(x, y, n, 0);
}

seg_kendall seg_kendall_within(const double *x, const double *y, size_t n, double tolerance)
{
    double s = 0, tied_x = 0, tied_y = 0, pairs = (double)n * ((double)n - 1) / 2;
    seg_kendall k = {NAN, NAN};

    for (size_t i = 0; i < n; i++) {
        for (size_t j = i + 1; j < n; j++) {
            int a = sign(x[i] - x[j], tolerance), b = sign(y[i] - y[j], tolerance);

            s += a * b;
            tied_x += !a;
            tied_y += !b;
        }
    }
    if (n < 2 || tied_x == pairs || tied_y == pairs)
        return k;
    k.tau = s / sqrt((pairs - tied_x) * (pairs - tied_y));
    if (tied_x > 0 || tied_y > 0 || n > EXACT_N)
        k.p = p_normal(s, x, y, n);
    else
        k.p = fmin(1, 2 * inversions_at_most((int)((pairs - fabs(s)) / 2), (int)n));
    return k;
}
