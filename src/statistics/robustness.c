/* robustness.c - means and variances over redrawn truths; the interval of an sd from chi-squared. */
#include "robustness.h"

#include <math.h>
#include <stdlib.h>

#include "../base/memory.h"
#include "../base/parallel.h"
#include "distribution.h"

static double mean_of(const double *x, size_t n, size_t step)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += x[i * step];
    return sum / (double)n;
}

/* Divisor n - 1; the mean is subtracted first. */
static double variance_of(const double *x, size_t n, size_t step)
{
    double mean = mean_of(x, n, step), sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += (x[i * step] - mean) * (x[i * step] - mean);
    return sum / ((double)n - 1);
}

seg_robust_value seg_robust_value_of(const double *given, const double *redrawn, size_t cases, size_t redraws)
{
    seg_robust_value v = {mean_of(given, cases, 1), 0, 0};

    for (size_t i = 0; i < cases; i++) {
        v.bias += (mean_of(redrawn + i, redraws, cases) - given[i]) / (double)cases;
        v.sd += variance_of(redrawn + i, redraws, cases) / (double)cases;
    }
    v.sd = sqrt(v.sd);
    return v;
}

/* The x with P(X > x) = p for chi-squared, by halving. */
static double chi2_with_above(double p, double df)
{
    double low = 0, high = df + 100;

    while (seg_chi2_above(high, df) > p)
        high *= 2;
    for (int i = 0; i < 200 && high - low > 1e-14 * high; i++) {
        double middle = (low + high) / 2;

        if (seg_chi2_above(middle, df) > p)
            low = middle;
        else
            high = middle;
    }
    return (low + high) / 2;
}

static int sign_of(double x)
{
    return (x > 0) - (x < 0);
}

seg_status seg_robust_gap_of(seg_robust_gap *g, const double *given, const double *redrawn, size_t cases,
                             size_t redraws, seg_error *err)
{
    double df = (double)redraws - 1, *gaps = NULL;
    seg_status st = seg_alloc(&gaps, redraws, sizeof *gaps, "redraws", err);

    if (st)
        return st;
    *g = (seg_robust_gap){.gap = mean_of(given, cases, 1)};
    for (size_t r = 0; r < redraws; r++) {
        gaps[r] = mean_of(redrawn + r * cases, cases, 1);
        g->flips += (sign_of(gaps[r]) != sign_of(g->gap)) / (double)redraws;
        for (size_t i = 0; i < cases; i++)
            g->case_flips += sign_of(redrawn[r * cases + i]) != sign_of(given[i]);
    }
    g->case_flips /= (double)(cases * redraws);
    g->gap_redrawn = mean_of(gaps, redraws, 1);
    g->gap_sd = sqrt(variance_of(gaps, redraws, 1));
    g->gap_sd_low = g->gap_sd * sqrt(df / chi2_with_above(0.025, df));
    g->gap_sd_high = g->gap_sd * sqrt(df / chi2_with_above(0.975, df));
    g->retained = g->gap != 0 ? g->gap_redrawn / g->gap : NAN;
    free(gaps);
    return SEG_OK;
}

seg_gap_verdict seg_gap_verdict_of(const seg_robust_gap *g)
{
    if (g->gap == 0 && g->gap_sd == 0)
        return SEG_GAP_NONE;
    if (g->flips == 0 && fabs(g->gap) > 3 * g->gap_sd_high)
        return SEG_GAP_STANDS;
    return fabs(g->gap) < 2 * g->gap_sd ? SEG_GAP_NOISE : SEG_GAP_UNSETTLED;
}
