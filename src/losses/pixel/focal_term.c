/* focal_term.c - the focal cost of a voxel, and of all voxels at their true classes. */
#include "focal_term.h"

#include <float.h>
#include <math.h>

#include "../../base/blocks.h"
#include "../../base/octet.h"
#include "../../volume/own.h"

double seg_focal_term(double p, double gamma, double eps)
{
    double miss = 1 - p;

    if (p >= 1)
        return 0; /* whatever gamma is: the logarithm is 0 */
    return (gamma == 2 ? miss * miss : pow(miss, gamma)) * -log(p > eps ? p : eps);
}

/* value:    L  = -(1 - p)^g log p
 * gradient: L' =  g (1 - p)^(g-1) log p  -  (1 - p)^g / p;   at p = 1 the logarithm beats any power: -(1 - p)^g */
double seg_focal_slope(double p, double gamma, double eps)
{
    double q = p > eps ? p : eps;

    if (q >= 1)
        return gamma > 0 ? 0 : -1;
    return gamma * pow(1 - q, gamma - 1) * log(q) - pow(1 - q, gamma) / q;
}

struct pass {
    const seg_pair *pair;
    double gamma, eps;
};

/* gamma as a whole number of multiplications, or -1. */
static int whole(double gamma)
{
    return gamma >= 0 && gamma <= 16 && gamma == floor(gamma) ? (int)gamma : -1;
}

/* Eight terms: (1 - y)^gamma (-log max(y, eps)). */
SEG_OCTET_INLINE void terms(seg_double8 *y, int gamma, double eps)
{
    seg_double8 miss = 1.0 - *y, weight = miss * 0.0 + 1.0;

    for (int i = 0; i < gamma; i++)
        weight *= miss;
    seg_octet_at_least(y, eps);
    seg_octet_log(y);
    *y = weight * -*y;
}

SEG_OCTET_INLINE double stretch_terms(const float *p, size_t n, int flip, int gamma, double eps)
{
    seg_double8 sum = {0}, y;
    float rest[SEG_OCTET];
    size_t i = 0;

    for (; i + SEG_OCTET <= n; i += SEG_OCTET) {
        if (!flip && seg_octet_all_one(p + i)) /* they cost nothing */
            continue;
        seg_octet_load(&y, p + i, flip);
        terms(&y, gamma, eps);
        sum += y;
    }
    if (i < n) { /* filled up with voxels that cost nothing */
        for (size_t k = 0; k < SEG_OCTET; k++)
            rest[k] = i + k < n ? p[i + k] : !flip;
        seg_octet_load(&y, rest, flip);
        terms(&y, gamma, eps);
        sum += y;
    }
    return seg_octet_sum(&sum);
}

SEG_OCTET_KERNEL static double straight(const float *p, size_t n, int gamma, double eps)
{
    return stretch_terms(p, n, 0, gamma, eps);
}

SEG_OCTET_KERNEL static double flipped(const float *p, size_t n, int gamma, double eps)
{
    return stretch_terms(p, n, 1, gamma, eps);
}

static double any_gamma(const float *p, size_t n, bool flip, double gamma, double eps)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += seg_focal_term(seg_octet_one(p[i], flip), gamma, eps);
    return sum;
}

static void add_block(void *context, size_t begin, size_t end, double *sums)
{
    const struct pass *pass = context;
    int gamma = whole(pass->gamma);
    seg_own_piece s;
    seg_own own;

    seg_own_begin(&own, pass->pair, begin, end);
    while (seg_own_next(&own, &s))
        sums[s.code] += gamma < 0 ? any_gamma(s.p, s.n, s.flip, pass->gamma, pass->eps)
                                  : (s.flip ? flipped : straight)(s.p, s.n, gamma, pass->eps);
}

seg_status seg_focal_sums(const seg_pair *pair, double gamma, double eps, double *sums, seg_error *err)
{
    struct pass pass = {pair, gamma, eps > DBL_MIN ? eps : DBL_MIN};

    return seg_blocks_sum(pair->voxels, (size_t)pair->classes, add_block, &pass, sums, err);
}
