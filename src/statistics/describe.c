/* describe.c - mean, spread and quartiles.
 *
 *     mean = sum x / n        sd = sqrt(sum (x - mean)^2 / (n - 1))
 *     quantile p (type 7): h = (n - 1) p,  x[floor h] + (h - floor h) (x[floor h + 1] - x[floor h]),  x sorted
 */
#include "describe.h"

#include <math.h>
#include <stdlib.h>

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

void seg_sort(double *x, size_t n)
{
    if (n)
        qsort(x, n, sizeof *x, ascending);
}

double seg_quantile(const double *sorted, size_t n, double p)
{
    double h = n ? (double)(n - 1) * p : 0;
    size_t low = (size_t)h;

    if (!n)
        return NAN;
    if (low + 1 >= n)
        return sorted[n - 1];
    if (h == (double)low || isinf(sorted[low]))
        return sorted[low];
    return sorted[low] + (h - (double)low) * (sorted[low + 1] - sorted[low]);
}

/* Neumaier's sum: the rounding error of every addition is kept beside the total. */
typedef struct {
    double total, lost;
} compensated;

static void add_term(compensated *sum, double term)
{
    double next = sum->total + term;

    sum->lost += fabs(sum->total) >= fabs(term) ? sum->total - next + term : term - next + sum->total;
    sum->total = next;
}

double seg_total(const double *x, size_t n)
{
    compensated sum = {0, 0};

    for (size_t i = 0; i < n; i++)
        add_term(&sum, x[i]);
    return sum.total + sum.lost;
}

double seg_mean(const double *x, size_t n)
{
    return n ? seg_total(x, n) / (double)n : NAN;
}

static double squares_about(const double *x, size_t n, double mean)
{
    compensated sum = {0, 0};

    for (size_t i = 0; i < n; i++)
        add_term(&sum, (x[i] - mean) * (x[i] - mean));
    return sum.total + sum.lost;
}

seg_description seg_describe(double *x, size_t n)
{
    seg_description d = {NAN, NAN, NAN, NAN, NAN, NAN, NAN};

    if (!n)
        return d;
    seg_sort(x, n);
    d.min = x[0];
    d.max = x[n - 1];
    d.median = seg_quantile(x, n, 0.5);
    d.q1 = seg_quantile(x, n, 0.25);
    d.q3 = seg_quantile(x, n, 0.75);
    d.mean = d.min == d.max ? d.min : seg_mean(x, n); /* three times 0.1 has the mean 0.1 and the sd 0 */
    if (n > 1)
        d.sd = sqrt(squares_about(x, n, d.mean) / (double)(n - 1));
    return d;
}
