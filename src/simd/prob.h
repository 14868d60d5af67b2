/* prob.h - a stored float as a probability, and floats by their bits. */
#ifndef SEG_SIMD_PROB_H
#define SEG_SIMD_PROB_H

#include <float.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* How far outside [0, 1] a probability, and from 1 the sum of a voxel's classes, may be: what softmax in half precision
 * and quantised maps leave. */
#define SEG_PROB_SLACK 1e-3f

/* Sums of a voxel's classes are counted by how far from 1 they are: SEG_PROB_SLACK, then these two. */
enum { SEG_SUM_SLACKS = 3 };
#define SEG_SUM_FAR   0.01f /* more than half precision leaves */
#define SEG_SUM_FAR_8 0.02f /* more than 8 bits leave */

/* A float as a probability: clamped to [0, 1], or 0 if it is not finite; 1 minus that where `flip`. */
static inline double seg_clamp_prob(float p, bool flip)
{
    double y = p > 0 && p <= FLT_MAX ? p < 1 ? (double)p : 1 : 0;

    return flip ? 1 - y : y;
}

/* The bits of the largest float that is not above `bound`, which lies in [0, 1]. Bits of floats >= 0 are in the order of
 * the floats. */
static inline int32_t seg_float_bits_below(double bound)
{
    float nearest = (float)bound;
    int32_t bits;

    memcpy(&bits, &nearest, sizeof bits);
    return bits - ((double)nearest > bound);
}

#endif
