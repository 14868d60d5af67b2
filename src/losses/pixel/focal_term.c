/* focal_term.c - the focal cost of a voxel, and of all voxels at their true classes. */
#include "focal_term.h"

#include <math.h>

#include "../../base/blocks.h"
#include "../stretch.h"

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

static void add_block(void *context, size_t begin, size_t end, double *sums)
{
    const struct pass *pass = context;
    double p[SEG_BLOCK];
    uint16_t code[SEG_BLOCK];
    size_t n = seg_pair_true_prob(pass->pair, begin, end - begin, p, code);

    for (size_t i = 0; i < n; i++)
        sums[code[i]] += seg_focal_term(p[i], pass->gamma, pass->eps);
}

seg_status seg_focal_sums(const seg_pair *pair, double gamma, double eps, double *sums, seg_error *err)
{
    struct pass pass = {pair, gamma, eps};

    return seg_blocks_sum(pair->voxels, (size_t)pair->classes, add_block, &pass, sums, err);
}
