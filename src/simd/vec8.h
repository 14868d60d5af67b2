/* vec8.h - eight numbers at a time, in plain C with vector types: sums whose order does not depend on the processor.
 *
 * Every instruction set adds the same numbers in the same order (eight lanes, then the lanes together), so all of them
 * give the same bits. Only the .inc files of this folder include this header.
 */
#ifndef SEG_SIMD_VEC8_H
#define SEG_SIMD_VEC8_H

#include <stdint.h>
#include <string.h>

#include "prob.h"
#include "simd.h"

/* Vectors are passed by address: how a function would receive them by value depends on the instruction set. */
#define SEG_VEC_INLINE static inline __attribute__((always_inline))

typedef float seg_f32x8 __attribute__((vector_size(32)));
typedef int32_t seg_i32x8 __attribute__((vector_size(32)));
typedef double seg_f64x8 __attribute__((vector_size(64)));
typedef int64_t seg_i64x8 __attribute__((vector_size(64)));

/* Eight floats as probabilities: see seg_clamp_prob(). */
SEG_VEC_INLINE void seg_vec_load_prob(seg_f64x8 *y, const float *p, int flip)
{
    /* The bits of 1.0f and FLT_MAX; bits of floats >= 0 are in the order of the floats. Signs, shifted, are masks:
     * compilers turn comparisons of wide vectors into comparisons of single numbers. */
    const int32_t one = 0x3f800000, largest = 0x7f7fffff;
    seg_i32x8 bits, below;
    seg_f32x8 x;

    memcpy(&bits, p, sizeof bits);
    bits &= ~(bits >> 31);
    bits &= ~((largest - bits) >> 31);
    below = bits - one;
    bits = (below & (below >> 31)) + one;
    memcpy(&x, &bits, sizeof x);
    *y = __builtin_convertvector(x, seg_f64x8);
    if (flip)
        *y = 1.0 - *y;
}

/* Whether the sign bit of any lane is set. */
SEG_VEC_INLINE int seg_vec_any_negative(const seg_i32x8 *x)
{
    uint64_t pair[4];

    memcpy(pair, x, sizeof pair);
    return ((pair[0] | pair[1] | pair[2] | pair[3]) & 0x8000000080000000) != 0;
}

/* Whether all bits of a mask are set. */
SEG_VEC_INLINE bool seg_vec_all_set(const seg_i32x8 *mask)
{
    uint64_t all[4];

    memcpy(all, mask, sizeof all);
    return (all[0] & all[1] & all[2] & all[3]) == UINT64_MAX;
}

/* Whether eight floats are 1 when clamped to [0, 1]: certain voxels, of which a map often holds most. */
SEG_VEC_INLINE int seg_vec_all_one(const float *p)
{
    const int32_t one = 0x3f800000, largest = 0x7f7fffff;
    seg_i32x8 bits, size, unsure;

    memcpy(&bits, p, sizeof bits);
    size = bits & INT32_MAX;
    unsure = bits | (size - one) | (largest - size);
    return !seg_vec_any_negative(&unsure);
}

/* Whether any of eight numbers >= 0 is 0. */
SEG_VEC_INLINE int seg_vec_any_zero(const seg_f64x8 *x)
{
    uint64_t bits[SEG_VEC_LANES], below = 0;

    memcpy(bits, x, sizeof bits);
    for (int k = 0; k < SEG_VEC_LANES; k++)
        below |= bits[k] - 1;
    return below >> 63 != 0;
}

/* x = max(x, floor) */
SEG_VEC_INLINE void seg_vec_max(seg_f64x8 *x, double least)
{
    seg_f64x8 floor = *x * 0.0 + least;
    seg_i64x8 under = (seg_i64x8)(*x < floor);

    *x = (seg_f64x8)(((seg_i64x8)*x & ~under) | ((seg_i64x8)floor & under));
}

/* x = min(x, ceiling) */
SEG_VEC_INLINE void seg_vec_min(seg_f64x8 *x, double most)
{
    seg_f64x8 ceiling = *x * 0.0 + most;
    seg_i64x8 over = (seg_i64x8)(*x > ceiling);

    *x = (seg_f64x8)(((seg_i64x8)*x & ~over) | ((seg_i64x8)ceiling & over));
}

/* Whether eight floats clamped to [0, 1] are all at most the float with the bits `cut`: of a map of organs most are. */
SEG_VEC_INLINE int seg_vec_all_le(const float *p, int32_t cut)
{
    seg_i32x8 bits, over;

    memcpy(&bits, p, sizeof bits);
    bits &= ~(bits >> 31);
    over = cut - bits;
    return !seg_vec_any_negative(&over);
}

/* log(*x) of normal numbers above 0, within one unit of the last place.
 *
 * x = 2^k m with m in [sqrt 1/2, sqrt 2), and log m = 2 artanh(s) = 2 s + 2/3 s^3 + 2/5 s^5 + ... with
 * s = (m - 1) / (m + 1), |s| < 0.1716: ten terms leave less than 3e-17 of s. */
SEG_VEC_INLINE void seg_vec_log(seg_f64x8 *x)
{
    static const double LN2_HIGH = 0x1.62e42fefa3800p-1, LN2_LOW = 0x1.ef35793c76730p-45; /* k LN2_HIGH is exact */
    const int64_t root_half = 0x3fe6a09e667f3bcd;                                         /* the bits of sqrt 1/2 */
    seg_i64x8 bits = (seg_i64x8)*x, k = (bits - root_half) >> 52;
    seg_f64x8 f = (seg_f64x8)(bits - (k << 52)) - 1.0, power = __builtin_convertvector(k, seg_f64x8);
    seg_f64x8 s = f / (f + 2.0), z = s * s, r = z * (2.0 / 21);

    r = z * (r + 2.0 / 19);
    r = z * (r + 2.0 / 17);
    r = z * (r + 2.0 / 15);
    r = z * (r + 2.0 / 13);
    r = z * (r + 2.0 / 11);
    r = z * (r + 2.0 / 9);
    r = z * (r + 2.0 / 7);
    r = z * (r + 2.0 / 5);
    r = z * (r + 2.0 / 3);
    /* f - s f = 2 s without the rounding of s, which would be the largest error of small logarithms */
    *x = power * LN2_HIGH + (f - (s * (f - r) - power * LN2_LOW));
}

/* log(1 - *y) of numbers in [0, 1), as exact for tiny ones: to the logarithm of the rounded 1 - y comes what the
 * rounding took, divided by 1 - y, which may be left out because it took nothing unless y is small. */
SEG_VEC_INLINE void seg_vec_log1m(seg_f64x8 *y)
{
    seg_f64x8 rest = 1.0 - *y, taken = (1.0 - rest) - *y;

    seg_vec_log(&rest);
    *y = rest + taken;
}

SEG_VEC_INLINE double seg_vec_hsum(const seg_f64x8 *v)
{
    double x[SEG_VEC_LANES];

    memcpy(x, v, sizeof x);
    return ((x[0] + x[4]) + (x[2] + x[6])) + ((x[1] + x[5]) + (x[3] + x[7]));
}

#endif
