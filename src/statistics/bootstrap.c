/* bootstrap.c - resamples cases with replacement; draw j of resample b is random number b n + j of the seed.
 *
 * BCa: the interval's ends are the quantiles Phi(z0 + (z0 + z) / (1 - a (z0 + z))) of the resampled means, with
 *     z0 = Phi^-1(share of them below the mean),    a = sum d^3 / (6 (sum d^2)^(3/2)),
 * d = mean of the jackknife means - jackknife mean. For a mean d is proportional to x - mean.
 */
#include "bootstrap.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/parallel.h"
#include "describe.h"
#include "distribution.h"
#include "random.h"
#include "rank.h"

typedef struct {
    const double *x; /* [n][k] */
    size_t n, k;
    uint64_t seed;
    double *mean;     /* [resamples][k] */
    double tolerance; /* means closer than this are equal */
} resampling;

/* The usual case of one method, with its sum in a register. */
static double mean_of_draws(const resampling *r, uint64_t first)
{
    double sum = 0;

    for (size_t j = 0; j < r->n; j++)
        sum += r->x[seg_random_below(r->seed, first + j, r->n)];
    return sum / (double)r->n;
}

static void means_of_draws(const resampling *r, uint64_t first, double *mean)
{
    memset(mean, 0, r->k * sizeof *mean);
    for (size_t j = 0; j < r->n; j++) {
        const double *row = r->x + seg_random_below(r->seed, first + j, r->n) * r->k;

        for (size_t m = 0; m < r->k; m++)
            mean[m] += row[m];
    }
    for (size_t m = 0; m < r->k; m++)
        mean[m] /= (double)r->n;
}

static void resample(void *context, size_t b, int worker)
{
    const resampling *r = context;
    uint64_t first = (uint64_t)b * r->n;

    (void)worker;
    if (r->k == 1)
        r->mean[b] = mean_of_draws(r, first);
    else
        means_of_draws(r, first, r->mean + b * r->k);
}

static double acceleration(const double *x, size_t n, double mean)
{
    double squares = 0, cubes = 0;

    for (size_t i = 0; i < n; i++) {
        double d = x[i] - mean;

        squares += d * d;
        cubes += d * d * d;
    }
    return squares > 0 ? cubes / (6 * pow(squares, 1.5)) : 0;
}

static double largest(const double *x, size_t n)
{
    double size = 0;

    for (size_t i = 0; i < n; i++)
        size = fmax(size, fabs(x[i]));
    return size;
}

/* Share of the sorted means below `mean`, equal ones counted half. */
static double share_below(const double *sorted, size_t n, double mean, double tolerance)
{
    size_t below = 0, equal = 0;

    while (below < n && sorted[below] < mean - tolerance)
        below++;
    while (below + equal < n && sorted[below + equal] <= mean + tolerance)
        equal++;
    return ((double)below + (double)equal / 2) / (double)n;
}

static double corrected(double p, double z0, double a)
{
    double z = z0 + seg_normal_quantile(p);

    return seg_normal_below(z0 + z / (1 - a * z));
}

static void intervals(seg_bootstrap *result, const double *x, size_t n, double level, const double *sorted,
                      size_t resamples)
{
    double mean = seg_mean(x, n), tail = (1 - level) / 2;
    double share = share_below(sorted, resamples, mean, SEG_EQUAL_MEANS * largest(x, n));

    result->percentile.low = seg_quantile(sorted, resamples, tail);
    result->percentile.high = seg_quantile(sorted, resamples, 1 - tail);
    result->bca = result->percentile;
    if (share > 0 && share < 1 && sorted[0] < sorted[resamples - 1]) {
        double z0 = seg_normal_quantile(share), a = acceleration(x, n, mean);

        result->bca.low = seg_quantile(sorted, resamples, corrected(tail, z0, a));
        result->bca.high = seg_quantile(sorted, resamples, corrected(1 - tail, z0, a));
    }
}

seg_status seg_bootstrap_mean(seg_bootstrap *result, const double *x, size_t n, double level, size_t resamples,
                              uint64_t seed, seg_error *err)
{
    resampling r = {.x = x, .n = n, .k = 1, .seed = seed};
    seg_status st;

    *result = (seg_bootstrap){{NAN, NAN}, {NAN, NAN}};
    if (n < 2 || !resamples)
        return SEG_OK;
    st = seg_alloc(&r.mean, resamples, sizeof *r.mean, "a bootstrap", err);
    if (!st) {
        seg_parallel_for(resamples, resample, &r);
        seg_sort(r.mean, resamples);
        intervals(result, x, n, level, r.mean, resamples);
    }
    free(r.mean);
    return st;
}

/* The first of the methods whose mean no other one exceeds by more than the tolerance. */
static size_t best_of(const double *mean, size_t k, int better, double tolerance)
{
    size_t best = 0;

    for (size_t m = 1; m < k; m++) {
        if ((mean[m] - mean[best]) * better > tolerance)
            best = m;
    }
    return best;
}

static bool stays(const double *mean, size_t k, int better, size_t winner, double tolerance)
{
    for (size_t m = 0; m < k; m++) {
        if ((mean[m] - mean[winner]) * better > tolerance)
            return false;
    }
    return true;
}

static void means_of(const double *x, size_t n, size_t k, double *mean)
{
    memset(mean, 0, k * sizeof *mean);
    for (size_t i = 0; i < n * k; i++)
        mean[i % k] += x[i];
    for (size_t m = 0; m < k; m++)
        mean[m] /= (double)n;
}

/* mean and work have room for k. Two constant orders have no tau: they count as agreeing. Each mean without a case
 * follows from the mean of all, so that the time is proportional to the cases; the tolerance covers the rounding. */
static void leave_one_out(seg_stability *result, const resampling *r, int better, const double *mean, double *work)
{
    size_t k = r->k;
    double n = (double)r->n;

    result->tau_without_one = 1;
    for (size_t i = 0; i < r->n; i++) {
        for (size_t m = 0; m < k; m++)
            work[m] = (mean[m] * n - r->x[i * k + m]) / (n - 1);
        result->decisive += !stays(work, k, better, result->winner, r->tolerance);
        result->tau_without_one = fmin(result->tau_without_one, seg_kendall_within(mean, work, k, r->tolerance).tau);
    }
}

static void count_resamples(seg_stability *result, const resampling *r, size_t resamples, int better,
                            const double *mean, double *tau)
{
    size_t first = 0;

    for (size_t b = 0; b < resamples; b++) {
        first += stays(r->mean + b * r->k, r->k, better, result->winner, r->tolerance);
        tau[b] = seg_kendall_within(mean, r->mean + b * r->k, r->k, r->tolerance).tau;
        tau[b] = isnan(tau[b]) ? 0 : tau[b]; /* a resample in which all methods are equal orders nothing */
    }
    seg_sort(tau, resamples);
    result->stays_first = (double)first / (double)resamples;
    result->tau = seg_sum(tau, resamples) / (double)resamples;
    result->tau_low = seg_quantile(tau, resamples, 0.05);
}

seg_status seg_stability_of(seg_stability *result, const double *x, size_t n, size_t k, int better, size_t resamples,
                            uint64_t seed, seg_error *err)
{
    resampling r = {.x = x, .n = n, .k = k, .seed = seed, .tolerance = SEG_EQUAL_MEANS * largest(x, n * k)};
    double *work = NULL;
    seg_status st;

    *result = (seg_stability){0, 0, NAN, NAN, NAN, 0, NAN};
    if (n < 2 || k < 2 || !resamples)
        return SEG_OK;
    st = seg_alloc(&r.mean, resamples * k, sizeof *r.mean, "a bootstrap", err);
    if (!st)
        st = seg_alloc(&work, 2 * k + resamples, sizeof *work, "a bootstrap", err);
    if (!st) {
        means_of(x, n, k, work);
        result->winner = best_of(work, k, better, r.tolerance);
        for (size_t m = 0; m < k; m++)
            result->winners += fabs(work[m] - work[result->winner]) <= r.tolerance;
        seg_parallel_for(resamples, resample, &r);
        count_resamples(result, &r, resamples, better, work, work + 2 * k);
        leave_one_out(result, &r, better, work, work + k);
    }
    free(work);
    free(r.mean);
    return st;
}
