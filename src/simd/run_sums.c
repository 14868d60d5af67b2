/* run_sums.c - sums over stored probabilities, eight voxels at a time.
 *
 * The logarithm is taken of products: -log y1 - log y2 - ... = -log(y1 y2 ...), one logarithm for some 30 voxels. Each
 * factor is at least eps, so as many factors as keep eps^n above the smallest double may be gathered; each product
 * rounds by 1.1e-16 of its value, so the sum is off by at most that much per voxel.
 */
#include "run_sums.h"

#include <math.h>

#include "vec8.h"

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

/* The values as they are, which is right while all lie in [0, 1]: *outside keeps its sign bits 0 then. This takes two
 * thirds of the time of moving each value there. */
SEG_VEC_INLINE void load_unmoved(seg_f64x8 *y, const float *p, seg_i32x8 *outside)
{
    const int32_t one = 0x3f800000; /* the bits of 1.0f; bits of floats >= 0 are in the order of the floats */
    seg_f32x8 x;
    seg_i32x8 bits;

    memcpy(&x, p, sizeof x);
    memcpy(&bits, p, sizeof bits);
    *outside |= bits | (one - (bits & INT32_MAX));
    *y = __builtin_convertvector(x, seg_f64x8);
}

SEG_VEC_INLINE bool add_mass(const float *p, size_t n, bool flip, bool move, seg_run_sums *sums)
{
    seg_f64x8 mass = {0}, square = {0}, y;
    seg_i32x8 outside = {0};
    double m = 0, q = 0;
    size_t i = 0;

    for (; i + SEG_VEC_LANES <= n; i += SEG_VEC_LANES) {
        if (move)
            seg_vec_load_prob(&y, p + i, flip);
        else
            load_unmoved(&y, p + i, &outside);
        mass += y;
        square += y * y;
    }
    if (seg_vec_any_negative(&outside))
        return false;
    for (; i < n; i++) {
        double rest = seg_clamp_prob(p[i], flip);

        m += rest;
        q += rest * rest;
    }
    sums->mass += seg_vec_hsum(&mass) + m;
    sums->square += seg_vec_hsum(&square) + q;
    return true;
}

SEG_MULTIARCH static void add_mass_straight(const float *p, size_t n, seg_run_sums *sums)
{
    if (!add_mass(p, n, false, false, sums))
        add_mass(p, n, false, true, sums);
}

SEG_MULTIARCH static void add_mass_flipped(const float *p, size_t n, seg_run_sums *sums)
{
    add_mass(p, n, true, true, sums);
}

void seg_run_sums_other(const float *p, size_t n, bool flip, seg_run_sums *sums)
{
    (flip ? add_mass_flipped : add_mass_straight)(p, n, sums);
}

/* How many factors >= eps have a product that is surely a normal number. */
static size_t factors_per_product(double eps)
{
    double n = 700 / -log(eps);

    return n < 1 ? 1 : (size_t)n;
}

/* Fewer than eight voxels. */
SEG_VEC_INLINE void add_own_rest(const float *p, size_t n, bool flip, double eps, size_t factors, seg_run_sums *sums)
{
    double product = 1;

    for (size_t i = 0, left = factors; i < n; i++) {
        double y = seg_clamp_prob(p[i], flip);

        sums->mass += y;
        sums->square += y * y;
        sums->error += (1 - y) * (1 - y);
        product *= y > eps ? y : eps;
        if (--left == 0) {
            sums->log -= log(product);
            product = 1;
            left = factors;
        }
    }
    sums->log -= log(product);
}

/* Up to `factors` steps of eight voxels from p; the product of each lane ends in one logarithm. */
SEG_VEC_INLINE void add_own(const float *p, size_t n, bool flip, double eps, size_t factors, seg_run_sums *sums)
{
    seg_f64x8 mass = {0}, square = {0}, error = {0}, y;
    seg_run_sums rest = {0};
    size_t i = 0;

    while (i + SEG_VEC_LANES <= n) {
        seg_f64x8 product = {1, 1, 1, 1, 1, 1, 1, 1};
        double lane[SEG_VEC_LANES];

        for (size_t step = 0; step < factors && i + SEG_VEC_LANES <= n; step++, i += SEG_VEC_LANES) {
            seg_vec_load_prob(&y, p + i, flip);
            mass += y;
            square += y * y;
            error += (1.0 - y) * (1.0 - y);
            seg_vec_max(&y, eps);
            product *= y;
        }
        memcpy(lane, &product, sizeof lane);
        for (int k = 0; k < SEG_VEC_LANES; k++)
            rest.log -= log(lane[k]);
    }
    add_own_rest(p + i, n - i, flip, eps, factors, &rest);
    sums->mass += seg_vec_hsum(&mass) + rest.mass;
    sums->square += seg_vec_hsum(&square) + rest.square;
    sums->error += seg_vec_hsum(&error) + rest.error;
    sums->log += rest.log;
}

SEG_MULTIARCH static void add_own_straight(const float *p, size_t n, double eps, size_t factors, seg_run_sums *sums)
{
    add_own(p, n, false, eps, factors, sums);
}

SEG_MULTIARCH static void add_own_flipped(const float *p, size_t n, double eps, size_t factors, seg_run_sums *sums)
{
    add_own(p, n, true, eps, factors, sums);
}

void seg_run_sums_own(const float *p, size_t n, bool flip, double eps, seg_run_sums *sums)
{
    (flip ? add_own_flipped : add_own_straight)(p, n, eps, factors_per_product(eps), sums);
}
