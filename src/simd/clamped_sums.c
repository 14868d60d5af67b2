/* clamped_sums.c - the sums of clamped_sums.h, and the same one voxel after another. */
#include "clamped_sums.h"

#include <float.h>
#include <math.h>

#include "prob.h"
#include "simd.h"

seg_clamp seg_clamp_between(double low, double high)
{
    return (seg_clamp){low, high, -log(high), -log1p(-low)};
}

static double clamped(float y, bool flip, const seg_clamp *clamp)
{
    return fmin(fmax(seg_clamp_prob(y, flip), clamp->low), clamp->high);
}

double seg_sum_neg_log_ref(const float *y, size_t n, bool flip, const seg_clamp *clamp)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum -= log(clamped(y[i], flip, clamp));
    return sum;
}

double seg_sum_neg_log1m_ref(const float *y, size_t n, bool flip, const seg_clamp *clamp)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum -= log1p(-clamped(y[i], flip, clamp));
    return sum;
}

double seg_sum_clamped_ref(const float *y, size_t n, bool flip, const seg_clamp *clamp)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += clamped(y[i], flip, clamp);
    return sum;
}

void seg_sum_clamped_focal_ref(const float *y, size_t n, bool flip, const seg_clamp *clamp, double power, double eps,
                               seg_focal_sums3 *sums)
{
    for (size_t i = 0; i < n; i++) {
        double p = clamped(y[i], flip, clamp);

        sums->mass += p;
        sums->rest += 1 - p;
        sums->focal -= pow(1 - p, power) * log(fmax(p, eps));
    }
}

double seg_sum_neg_log(const float *y, size_t n, bool flip, const seg_clamp *clamp)
{
    if (clamp->low > 0 && clamp->low < DBL_MIN) /* the vector logarithm is one of normal numbers, as all floats are */
        return seg_sum_neg_log_ref(y, n, flip, clamp);
    return seg_simd()->sum_neg_log(y, n, flip, clamp);
}

double seg_sum_neg_log1m(const float *y, size_t n, bool flip, const seg_clamp *clamp)
{
    return seg_simd()->sum_neg_log1m(y, n, flip, clamp);
}

double seg_sum_clamped(const float *y, size_t n, bool flip, const seg_clamp *clamp)
{
    return seg_simd()->sum_clamped(y, n, flip, clamp);
}

void seg_sum_clamped_focal(const float *y, size_t n, bool flip, const seg_clamp *clamp, double power, double eps,
                           seg_focal_sums3 *sums)
{
    if (fmax(clamp->low, eps) < DBL_MIN)
        seg_sum_clamped_focal_ref(y, n, flip, clamp, power, eps, sums);
    else
        seg_simd()->sum_clamped_focal(y, n, flip, clamp, power, eps, sums);
}
