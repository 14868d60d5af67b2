/* octet.h - eight numbers at a time, in plain C: sums whose order does not depend on the processor.
 *
 * A SEG_OCTET_KERNEL is compiled twice, for AVX-512 and for any x86-64, and the loader takes the one that fits; on
 * other systems once. Both versions add the same numbers in the same order (eight lanes, then the lanes together),
 * so they give the same bits. Kernels are static: clang 14 gives an external one a name that the linker does not find.
 */
#ifndef SEG_BASE_OCTET_H
#define SEG_BASE_OCTET_H

#include <float.h>
#include <stdint.h>
#include <string.h>

/* The choice is made while the program is loaded, before a thread sanitizer is ready for it. */
#if defined(__SANITIZE_THREAD__)
#define SEG_ONE_KERNEL
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define SEG_ONE_KERNEL
#endif
#endif

#if defined(__x86_64__) && defined(__GLIBC__) && !defined(SEG_ONE_KERNEL)
#define SEG_OCTET_KERNEL __attribute__((target_clones("arch=x86-64-v4", "default")))
#else
#define SEG_OCTET_KERNEL
#endif

/* Vectors are passed by address: how a function would receive them by value depends on the instruction set. */
#define SEG_OCTET_INLINE static inline __attribute__((always_inline))

enum { SEG_OCTET = 8 };

typedef float seg_float8 __attribute__((vector_size(32)));
typedef int32_t seg_int8 __attribute__((vector_size(32)));
typedef double seg_double8 __attribute__((vector_size(64)));
typedef int64_t seg_long8 __attribute__((vector_size(64)));

/* A float as a probability: moved into [0, 1], or 0 if it is not finite; 1 minus that where `flip`. */
SEG_OCTET_INLINE double seg_octet_one(float p, int flip)
{
    double y = p > 0 && p <= FLT_MAX ? p < 1 ? (double)p : 1 : 0;

    return flip ? 1 - y : y;
}

/* The same for eight floats. */
SEG_OCTET_INLINE void seg_octet_load(seg_double8 *y, const float *p, int flip)
{
    /* The bits of 1.0f and FLT_MAX; bits of floats >= 0 are in the order of the floats. Signs, shifted, are masks:
     * compilers turn comparisons of wide vectors into comparisons of single numbers. */
    const int32_t one = 0x3f800000, largest = 0x7f7fffff;
    seg_int8 bits, below;
    seg_float8 x;

    memcpy(&bits, p, sizeof bits);
    bits &= ~(bits >> 31);
    bits &= ~((largest - bits) >> 31);
    below = bits - one;
    bits = (below & (below >> 31)) + one;
    memcpy(&x, &bits, sizeof x);
    *y = __builtin_convertvector(x, seg_double8);
    if (flip)
        *y = 1.0 - *y;
}

/* Whether the sign bit of any lane is set. */
SEG_OCTET_INLINE int seg_octet_any_negative(const seg_int8 *x)
{
    uint64_t pair[4];

    memcpy(pair, x, sizeof pair);
    return ((pair[0] | pair[1] | pair[2] | pair[3]) & 0x8000000080000000) != 0;
}

/* Whether eight floats are 1 when moved into [0, 1]: certain voxels, of which a map often holds most. */
SEG_OCTET_INLINE int seg_octet_all_one(const float *p)
{
    const int32_t one = 0x3f800000, largest = 0x7f7fffff;
    seg_int8 bits, size, unsure;

    memcpy(&bits, p, sizeof bits);
    size = bits & INT32_MAX;
    unsure = bits | (size - one) | (largest - size);
    return !seg_octet_any_negative(&unsure);
}

/* Whether any of eight numbers >= 0 is 0. */
SEG_OCTET_INLINE int seg_octet_any_zero(const seg_double8 *x)
{
    uint64_t bits[SEG_OCTET], below = 0;

    memcpy(bits, x, sizeof bits);
    for (int k = 0; k < SEG_OCTET; k++)
        below |= bits[k] - 1;
    return below >> 63 != 0;
}

/* x = max(x, floor) */
SEG_OCTET_INLINE void seg_octet_at_least(seg_double8 *x, double least)
{
    seg_double8 floor = *x * 0.0 + least;
    seg_long8 under = (seg_long8)(*x < floor);

    *x = (seg_double8)(((seg_long8)*x & ~under) | ((seg_long8)floor & under));
}

/* x = min(x, ceiling) */
SEG_OCTET_INLINE void seg_octet_at_most(seg_double8 *x, double most)
{
    seg_double8 ceiling = *x * 0.0 + most;
    seg_long8 over = (seg_long8)(*x > ceiling);

    *x = (seg_double8)(((seg_long8)*x & ~over) | ((seg_long8)ceiling & over));
}

/* The bits of the largest float that is not above `bound`, which lies in [0, 1]: a cut for seg_octet_none_above(). */
SEG_OCTET_INLINE int32_t seg_octet_cut(double bound)
{
    float nearest = (float)bound;
    int32_t bits;

    memcpy(&bits, &nearest, sizeof bits);
    return bits - ((double)nearest > bound);
}

/* Whether eight floats moved into [0, 1] are all at most the float with the bits `cut`: of a map of organs most are. */
SEG_OCTET_INLINE int seg_octet_none_above(const float *p, int32_t cut)
{
    seg_int8 bits, over;

    memcpy(&bits, p, sizeof bits);
    bits &= ~(bits >> 31);
    over = cut - bits;
    return !seg_octet_any_negative(&over);
}

/* log(*x) of normal numbers above 0, within one unit of the last place.
 *
 * x = 2^k m with m in [sqrt 1/2, sqrt 2), and log m = 2 artanh(s) = 2 s + 2/3 s^3 + 2/5 s^5 + ... with
 * s = (m - 1) / (m + 1), |s| < 0.1716: ten terms leave less than 3e-17 of s. */
SEG_OCTET_INLINE void seg_octet_log(seg_double8 *x)
{
    static const double LN2_HIGH = 0x1.62e42fefa3800p-1, LN2_LOW = 0x1.ef35793c76730p-45; /* k LN2_HIGH is exact */
    const int64_t root_half = 0x3fe6a09e667f3bcd; /* the bits of sqrt 1/2 */
    seg_long8 bits = (seg_long8)*x, k = (bits - root_half) >> 52;
    seg_double8 f = (seg_double8)(bits - (k << 52)) - 1.0, power = __builtin_convertvector(k, seg_double8);
    seg_double8 s = f / (f + 2.0), z = s * s, r = z * (2.0 / 21);

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
SEG_OCTET_INLINE void seg_octet_log_rest(seg_double8 *y)
{
    seg_double8 rest = 1.0 - *y, taken = (1.0 - rest) - *y;

    seg_octet_log(&rest);
    *y = rest + taken;
}

SEG_OCTET_INLINE double seg_octet_sum(const seg_double8 *v)
{
    double x[SEG_OCTET];

    memcpy(x, v, sizeof x);
    return ((x[0] + x[4]) + (x[2] + x[6])) + ((x[1] + x[5]) + (x[3] + x[7]));
}

#endif
