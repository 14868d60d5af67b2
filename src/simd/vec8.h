/* vec8.h - eight numbers at a time, in plain C with vector types: sums whose order does not depend on the processor.
 *
 * Eight numbers are one, two or four vectors of the width that the instruction set has; wider ones would be kept in memory
 * by the compiler. An expression is written for one vector and repeated by SEG_VEC_EACH:
 *
 *     SEG_VEC_EACH (k)
 *         sum.v[k] += y.v[k] * y.v[k];
 *
 * Every instruction set adds the same numbers in the same order (eight lanes, then the lanes together), so all of them
 * give the same bits. Only the .inc files of this folder include this header.
 */
#ifndef SEG_SIMD_VEC8_H
#define SEG_SIMD_VEC8_H

#include <float.h>
#include <stdint.h>
#include <string.h>

#ifdef __SSE2__
#include <immintrin.h>
#endif

#include "prob.h"
#include "simd.h"

/* Vectors are passed by address: how a function would receive them by value depends on the instruction set. */
#define SEG_VEC_INLINE static inline __attribute__((always_inline))

/* How many numbers of 8 and of 4 bytes a vector has. */
#if defined __AVX512F__
enum { SEG_VEC_WIDTH = 8, SEG_VEC_WIDTH32 = 8 };
#elif defined __AVX2__
enum { SEG_VEC_WIDTH = 4, SEG_VEC_WIDTH32 = 8 };
#else
enum { SEG_VEC_WIDTH = 2, SEG_VEC_WIDTH32 = 4 };
#endif
enum { SEG_VEC_PARTS = SEG_VEC_LANES / SEG_VEC_WIDTH, SEG_VEC_PARTS32 = SEG_VEC_LANES / SEG_VEC_WIDTH32 };

#ifdef __clang__
#define SEG_VEC_UNROLL _Pragma("unroll")
#else
#define SEG_VEC_UNROLL _Pragma("GCC unroll 4")
#endif
#define SEG_VEC_EACH(k)   SEG_VEC_UNROLL for (int k = 0; k < SEG_VEC_PARTS; k++)
#define SEG_VEC_EACH32(k) SEG_VEC_UNROLL for (int k = 0; k < SEG_VEC_PARTS32; k++)

typedef double seg_f64v __attribute__((vector_size(8 * SEG_VEC_WIDTH)));
typedef int64_t seg_i64v __attribute__((vector_size(8 * SEG_VEC_WIDTH)));
typedef float seg_f32v __attribute__((vector_size(4 * SEG_VEC_WIDTH32)));
typedef int32_t seg_i32v __attribute__((vector_size(4 * SEG_VEC_WIDTH32)));

/* Eight numbers. */
typedef struct {
    seg_f64v v[SEG_VEC_PARTS];
} seg_f64x8;
typedef struct {
    seg_i64v v[SEG_VEC_PARTS];
} seg_i64x8;
typedef struct {
    seg_f32v v[SEG_VEC_PARTS32];
} seg_f32x8;
typedef struct {
    seg_i32v v[SEG_VEC_PARTS32];
} seg_i32x8;

/* ---- loading ---- */

/* Each vector by itself: copies of a whole struct go through memory. */
#define SEG_VEC_LOAD(to, from)                                                                                         \
    do {                                                                                                               \
        SEG_VEC_UNROLL for (size_t k_ = 0; k_ < sizeof(to)->v / sizeof *(to)->v; k_++)                                 \
            memcpy(&(to)->v[k_], (const char *)(from) + k_ * sizeof *(to)->v, sizeof *(to)->v);                        \
    } while (0)
#define SEG_VEC_STORE(to, from)                                                                                        \
    do {                                                                                                               \
        SEG_VEC_UNROLL for (size_t k_ = 0; k_ < sizeof(from)->v / sizeof *(from)->v; k_++)                             \
            memcpy((char *)(to) + k_ * sizeof *(from)->v, &(from)->v[k_], sizeof *(from)->v);                          \
    } while (0)

/* y = x */
SEG_VEC_INLINE void seg_vec_widen(seg_f64x8 *y, const seg_f32x8 *x)
{
#if defined __AVX512F__
    y->v[0] = (seg_f64v)_mm512_cvtps_pd((__m256)x->v[0]);
#elif defined __AVX2__
    y->v[0] = (seg_f64v)_mm256_cvtps_pd(_mm256_castps256_ps128((__m256)x->v[0]));
    y->v[1] = (seg_f64v)_mm256_cvtps_pd(_mm256_extractf128_ps((__m256)x->v[0], 1));
#elif defined __SSE2__
    SEG_VEC_EACH32 (k) {
        y->v[2 * k] = (seg_f64v)_mm_cvtps_pd((__m128)x->v[k]);
        y->v[2 * k + 1] = (seg_f64v)_mm_cvtps_pd(_mm_movehl_ps((__m128)x->v[k], (__m128)x->v[k]));
    }
#else
    SEG_VEC_EACH (k)
        for (int lane = 0; lane < SEG_VEC_WIDTH; lane++)
            y->v[k][lane] = (double)x->v[k / 2][k % 2 * SEG_VEC_WIDTH + lane];
#endif
}

/* Eight floats clamped to [0, 1], what is not finite to 0: see seg_clamp_prob(). */
SEG_VEC_INLINE void seg_vec_clamp(seg_f32x8 *y, const float *p)
{
    SEG_VEC_LOAD(y, p);
    SEG_VEC_EACH32 (k) {
        seg_f32v x = y->v[k];
        seg_i32v positive = (seg_i32v)(x > 0.0f) & (seg_i32v)(x <= FLT_MAX), above = (seg_i32v)(x > 1.0f);
        seg_i32v one = (seg_i32v)(1.0f + (seg_f32v){0});

        y->v[k] = (seg_f32v)((((seg_i32v)x & ~above) | (one & above)) & positive);
    }
}

/* Eight floats as probabilities: see seg_clamp_prob(). */
SEG_VEC_INLINE void seg_vec_load_prob(seg_f64x8 *y, const float *p, int flip)
{
    seg_f32x8 x;

    seg_vec_clamp(&x, p);
    seg_vec_widen(y, &x);
    if (flip)
        SEG_VEC_EACH (k)
            y->v[k] = 1.0 - y->v[k];
}

/* ---- questions ---- */

/* Whether the sign bit of any lane is set. */
SEG_VEC_INLINE int seg_vec_any_negative(const seg_i32x8 *x)
{
#if defined __AVX2__
    return _mm256_movemask_ps((__m256)x->v[0]) != 0;
#elif defined __SSE2__
    return _mm_movemask_ps((__m128)(x->v[0] | x->v[1])) != 0;
#else
    uint64_t pair[4];

    memcpy(pair, x, sizeof pair);
    return ((pair[0] | pair[1] | pair[2] | pair[3]) & 0x8000000080000000) != 0;
#endif
}

/* Whether all lanes of a mask, -1 or 0 each, are set. */
SEG_VEC_INLINE bool seg_vec_all_set(const seg_i32x8 *mask)
{
    seg_i32x8 clear;

    SEG_VEC_EACH32 (k)
        clear.v[k] = ~mask->v[k];
    return !seg_vec_any_negative(&clear);
}

/* Whether eight floats are 1 when clamped to [0, 1]: certain voxels, of which a map often holds most. */
SEG_VEC_INLINE int seg_vec_all_one(const float *p)
{
    seg_f32x8 x;
    seg_i32x8 certain;

    SEG_VEC_LOAD(&x, p);
    SEG_VEC_EACH32 (k)
        certain.v[k] = (seg_i32v)(x.v[k] >= 1.0f) & (seg_i32v)(x.v[k] <= FLT_MAX);
    return seg_vec_all_set(&certain);
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

/* Whether eight floats clamped to [0, 1] are all at most the float with the bits `cut`: of a map of organs most are. */
SEG_VEC_INLINE int seg_vec_all_le(const float *p, int32_t cut)
{
    seg_i32x8 x;

    SEG_VEC_LOAD(&x, p); /* the bits of floats >= 0 are in the order of the floats */
    SEG_VEC_EACH32 (k)
        x.v[k] = cut - (x.v[k] & ~(x.v[k] >> 31));
    return !seg_vec_any_negative(&x);
}

/* ---- arithmetic ---- */

/* largest = max(largest, x) */
SEG_VEC_INLINE void seg_vec_keep_largest(seg_f32v *largest, const seg_f32v *x)
{
#if defined __AVX2__
    *largest = (seg_f32v)_mm256_max_ps((__m256)*largest, (__m256)*x);
#elif defined __SSE2__
    *largest = (seg_f32v)_mm_max_ps((__m128)*largest, (__m128)*x);
#else
    seg_i32v more = (seg_i32v)(*x > *largest);

    *largest = (seg_f32v)(((seg_i32v)*x & more) | ((seg_i32v)*largest & ~more));
#endif
}

/* x = max(x, least) */
SEG_VEC_INLINE void seg_vec_max(seg_f64x8 *x, double least)
{
    seg_f64v floor = least + (seg_f64v){0};

    SEG_VEC_EACH (k) {
#if defined __AVX512F__
        x->v[k] = (seg_f64v)_mm512_max_pd((__m512d)floor, (__m512d)x->v[k]);
#elif defined __AVX2__
        x->v[k] = (seg_f64v)_mm256_max_pd((__m256d)floor, (__m256d)x->v[k]);
#elif defined __SSE2__
        x->v[k] = (seg_f64v)_mm_max_pd((__m128d)floor, (__m128d)x->v[k]);
#else
        seg_i64v under = (seg_i64v)(x->v[k] < floor);

        x->v[k] = (seg_f64v)(((seg_i64v)x->v[k] & ~under) | ((seg_i64v)floor & under));
#endif
    }
}

/* x = min(x, most) */
SEG_VEC_INLINE void seg_vec_min(seg_f64x8 *x, double most)
{
    seg_f64v ceiling = most + (seg_f64v){0};

    SEG_VEC_EACH (k) {
#if defined __AVX512F__
        x->v[k] = (seg_f64v)_mm512_min_pd((__m512d)ceiling, (__m512d)x->v[k]);
#elif defined __AVX2__
        x->v[k] = (seg_f64v)_mm256_min_pd((__m256d)ceiling, (__m256d)x->v[k]);
#elif defined __SSE2__
        x->v[k] = (seg_f64v)_mm_min_pd((__m128d)ceiling, (__m128d)x->v[k]);
#else
        seg_i64v over = (seg_i64v)(x->v[k] > ceiling);

        x->v[k] = (seg_f64v)(((seg_i64v)x->v[k] & ~over) | ((seg_i64v)ceiling & over));
#endif
    }
}

/* log(*x) of normal numbers above 0, within one unit of the last place.
 *
 * x = 2^k m with m in [sqrt 1/2, sqrt 2), and log m = 2 artanh(s) = 2 s + 2/3 s^3 + 2/5 s^5 + ... with
 * s = (m - 1) / (m + 1), |s| < 0.1716: ten terms leave less than 3e-17 of s. */
SEG_VEC_INLINE void seg_vec_log_part(seg_f64v *x)
{
    static const double LN2_HIGH = 0x1.62e42fefa3800p-1, LN2_LOW = 0x1.ef35793c76730p-45; /* k LN2_HIGH is exact */
    const int64_t root_half = 0x3fe6a09e667f3bcd, bias = 1023;                            /* the bits of sqrt 1/2 */
    const int64_t two_52 = 0x4330000000000000; /* the bits of 2^52: with k + bias in the lowest ones, k + bias more */
    typedef uint64_t u64v __attribute__((vector_size(sizeof *x)));
    u64v bits = (u64v)*x, exponent = (bits + (u64v)((bias << 52) - root_half + (seg_i64v){0})) >> 52; /* k + bias */
    seg_f64v f = (seg_f64v)(bits - ((exponent - (uint64_t)bias) << 52)) - 1.0;
    seg_f64v power = (seg_f64v)(exponent | (uint64_t)two_52) - (0x1p52 + (double)bias);
    seg_f64v s = f / (f + 2.0), z = s * s, r = z * (2.0 / 21);

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

SEG_VEC_INLINE void seg_vec_log(seg_f64x8 *x)
{
    SEG_VEC_EACH (k)
        seg_vec_log_part(&x->v[k]);
}

/* log(1 - *y) of numbers in [0, 1), as exact for tiny ones: to the logarithm of the rounded 1 - y comes what the
 * rounding took, divided by 1 - y, which may be left out because it took nothing unless y is small. */
SEG_VEC_INLINE void seg_vec_log1m(seg_f64x8 *y)
{
    SEG_VEC_EACH (k) {
        seg_f64v rest = 1.0 - y->v[k], taken = (1.0 - rest) - y->v[k];

        seg_vec_log_part(&rest);
        y->v[k] = rest + taken;
    }
}

SEG_VEC_INLINE double seg_vec_hsum(const seg_f64x8 *v)
{
    double x[SEG_VEC_LANES];

    SEG_VEC_STORE(x, v);
    return ((x[0] + x[4]) + (x[2] + x[6])) + ((x[1] + x[5]) + (x[3] + x[7]));
}

#endif
