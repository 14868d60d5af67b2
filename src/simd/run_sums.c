/* run_sums.c - sums over stored probabilities, eight voxels at a time.
 *
 * The logarithm is taken of products: -log y1 - log y2 - ... = -log(y1 y2 ...), one logarithm for some 30 voxels. Each
 * factor is at least eps, so as many factors as keep eps^n above the smallest double may be gathered; each product
 * rounds by 1.1e-16 of its value, so the sum is off by at most that much per voxel.
 */
#include "run_sums.h"

#include <math.h>

#include "prob.h"
#include "simd.h"

void seg_run_sums_own_ref(const float *p, size_t n, bool flip, double eps, seg_run_sums *sums)
{
    for (size_t i = 0; i < n; i++) {
        double y = seg_clamp_prob(p[i], flip);

        sums->mass += y;
        sums->square += y * y;
        sums->error += (1 - y) * (1 - y);
        sums->log -= log(y > eps ? y : eps);
    }
}

/* How many factors >= eps have a product that is surely a normal number. */
static size_t factors_per_product(double eps)
{
    double n = 700 / -log(eps);

    return n < 1 ? 1 : (size_t)n;
}

void seg_run_sums_own(const float *p, size_t n, bool flip, double eps, seg_run_sums *sums)
{
    seg_simd()->sum_own(p, n, flip, eps, factors_per_product(eps), sums);
}

void seg_run_sums_other(const float *p, size_t n, bool flip, seg_run_sums *sums)
{
    seg_simd()->sum_other(p, n, flip, sums);
}
