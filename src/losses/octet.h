/* octet.h - eight numbers at a time, in plain C: sums whose order does not depend on the processor.
 *
 * A SEG_OCTET_KERNEL is compiled twice, for AVX-512 and for any x86-64, and the loader takes the one that fits; on
 * other systems once. Both versions add the same numbers in the same order (eight lanes, then the lanes together),
 * so they give the same bits.
 */
#ifndef SEG_LOSSES_OCTET_H
#define SEG_LOSSES_OCTET_H

#include <stdint.h>
#include <string.h>

#if defined(__x86_64__) && defined(__GLIBC__) && !defined(__SANITIZE_THREAD__) && !defined(SEG_ONE_KERNEL)
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

/* Eight floats, moved into [0, 1] (NaN becomes 0), as doubles; 1 - x of them where `flip`. */
SEG_OCTET_INLINE void seg_octet_load(seg_double8 *y, const float *p, int flip)
{
    const int32_t one = 0x3f800000; /* the bits of 1.0f; bits of floats >= 0 are in the order of the floats */
    seg_int8 bits, below;
    seg_float8 x;

    memcpy(&x, p, sizeof x);
    memcpy(&bits, p, sizeof bits);
    bits &= ~(bits >> 31) & (seg_int8)(x == x);
    below = bits - one;
    bits = (below & (below >> 31)) + one;
    memcpy(&x, &bits, sizeof x);
    *y = __builtin_convertvector(x, seg_double8);
    if (flip)
        *y = 1.0 - *y;
}

/* x = max(x, floor) */
SEG_OCTET_INLINE void seg_octet_at_least(seg_double8 *x, double least)
{
    seg_double8 floor = *x * 0.0 + least;
    seg_long8 under = (seg_long8)(*x < floor);

    *x = (seg_double8)(((seg_long8)*x & ~under) | ((seg_long8)floor & under));
}

SEG_OCTET_INLINE double seg_octet_sum(const seg_double8 *v)
{
    double x[SEG_OCTET];

    memcpy(x, v, sizeof x);
    return ((x[0] + x[4]) + (x[2] + x[6])) + ((x[1] + x[5]) + (x[3] + x[7]));
}

#endif
