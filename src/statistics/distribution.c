/* distribution.c - chi-squared and F from nifticlib's cdf library (DCDFLIB), the studentised range by integration.
 *
 *     P(Q <= q) = k  integral of  phi(z) (Phi(z) - Phi(z - q))^(k - 1)  over z:  z is the largest of the k
 */
#include "distribution.h"

#include <math.h>

#include <nifti1.h>
#include <nifticdf.h>

double seg_normal_below(double z)
{
    return erfc(-z * M_SQRT1_2) / 2;
}

double seg_normal_above(double z)
{
    return erfc(z * M_SQRT1_2) / 2;
}

double seg_normal_quantile(double p)
{
    return nifti_cdf2stat(p, NIFTI_INTENT_ZSCORE, 0, 0, 0);
}

/* The library calls the upper tail "reversed" and wants x >= 0. */
double seg_chi2_above(double x, double df)
{
    return x > 0 ? nifti_stat2rcdf(x, NIFTI_INTENT_CHISQ, df, 0, 0) : 1;
}

double seg_f_above(double x, double df1, double df2)
{
    if (isinf(x))
        return 0;
    return x > 0 ? nifti_stat2rcdf(x, NIFTI_INTENT_FTEST, df1, df2, 0) : 1;
}

/* T^2 is F with 1 and df degrees of freedom: both tails together are P(F > t^2). */
double seg_t_above(double t, double df)
{
    double tail = seg_f_above(t * t, 1, df) / 2;

    return t > 0 ? tail : 1 - tail;
}

/* Bisection: DCDFLIB's own inverse stops at 1e-8. */
double seg_t_quantile(double p, double df)
{
    double low = 0, high = 1, tail = p < 0.5 ? p : 1 - p;

    while (seg_t_above(high, df) > tail && high < 1e100)
        high *= 2;
    for (int i = 0; i < 200 && low < high; i++) {
        double middle = low + (high - low) / 2;

        if (middle <= low || middle >= high)
            break;
        if (seg_t_above(middle, df) > tail)
            low = middle;
        else
            high = middle;
    }
    return p < 0.5 ? -high : high;
}

long seg_binomial_half_quantile(double p, size_t n)
{
    double below = 0, top = lgamma((double)n + 1) - (double)n * M_LN2;
    long k = -1;

    while (k + 1 <= (long)n) {
        double next = (double)(k + 1);

        below += exp(top - lgamma(next + 1) - lgamma((double)n - next + 1));
        if (below > p)
            break;
        k++;
    }
    return k;
}

/* The trapezoidal rule converges faster than any power of the step for a smooth integrand that dies off at both ends:
 * at 1/32 the error is below rounding. phi(8.5) is 8e-17. */
double seg_range_below(double q, int k)
{
    static const double STEP = 0.03125, END = 8.5;
    double sum = 0;

    if (q <= 0)
        return 0;
    for (double z = -END; z <= END; z += STEP)
        sum += exp(-z * z / 2) * pow(seg_normal_below(z) - seg_normal_below(z - q), k - 1);
    sum *= k * STEP * M_SQRT1_2 * M_2_SQRTPI / 2;
    return sum < 1 ? sum : 1;
}

double seg_range_quantile(double p, int k)
{
    double low = 0, high = 100; /* the range of a million normals is about 10 */

    for (int i = 0; i < 60; i++) { /* 100 / 2^60 is below rounding */
        double middle = (low + high) / 2;

        if (seg_range_below(middle, k) < p)
            low = middle;
        else
            high = middle;
    }
    return (low + high) / 2;
}
