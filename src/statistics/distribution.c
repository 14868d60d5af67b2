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
