/* interval.c - Student's interval of a mean, order statistics around a median, two one-sided tests (Schuirmann 1987).
 *
 *     mean -+ t(1 - alpha / 2; n - 1) sd / sqrt(n)
 *     p = max(P(T > (mean + margin) / se), P(T < (mean - margin) / se)),   se = sd / sqrt(n)
 */
#include "interval.h"

#include <math.h>

#include "bootstrap.h"
#include "describe.h"
#include "distribution.h"

const char *seg_interval_kind(size_t n)
{
    return n < 2 ? NULL : n < SEG_BOOTSTRAP_LEAST ? "t" : "bca";
}

/* Standard error of the mean. */
static double standard_error(const double *x, size_t n, double mean)
{
    double squares = 0;

    for (size_t i = 0; i < n; i++)
        squares += (x[i] - mean) * (x[i] - mean);
    return sqrt(squares / (double)(n - 1) / (double)n);
}

seg_interval seg_t_interval(const double *x, size_t n, double level)
{
    double mean, half;

    if (n < 2)
        return (seg_interval){NAN, NAN};
    mean = seg_mean(x, n);
    half = seg_t_quantile((1 + level) / 2, (double)(n - 1)) * standard_error(x, n, mean);
    return (seg_interval){mean - half, mean + half};
}

seg_status seg_mean_interval(seg_interval *interval, const double *x, size_t n, double level, size_t resamples,
                             uint64_t seed, seg_error *err)
{
    seg_bootstrap bootstrap;
    seg_status st;

    *interval = seg_t_interval(x, n, level);
    if (n < SEG_BOOTSTRAP_LEAST || !resamples)
        return SEG_OK;
    st = seg_bootstrap_mean(&bootstrap, x, n, level, resamples, seed, err);
    if (!st)
        *interval = bootstrap.bca;
    return st;
}

seg_interval seg_median_interval(const double *sorted, size_t n, double level)
{
    long k = seg_binomial_half_quantile((1 - level) / 2, n);

    if (k < 0 || 2 * (size_t)k + 1 > n)
        return (seg_interval){NAN, NAN};
    return (seg_interval){sorted[k], sorted[n - 1 - (size_t)k]};
}

seg_equivalence seg_equivalence_of(const double *d, size_t n, double margin, double alpha)
{
    seg_equivalence e = {NAN, {NAN, NAN}, false};
    double mean, se, df = (double)n - 1;

    if (n < 2)
        return e;
    mean = seg_mean(d, n);
    se = standard_error(d, n, mean);
    e.difference = seg_t_interval(d, n, 1 - 2 * alpha);
    if (se > 0)
        e.p = fmax(seg_t_above((mean + margin) / se, df), seg_t_above((margin - mean) / se, df));
    else /* all differences are equal */
        e.p = fabs(mean) < margin ? 0 : 1;
    e.equivalent = e.p < alpha;
    return e;
}
