/* envelope.h - the lower envelope of parabolas, 16 neighbouring columns at a time: one axis of a distance transform.
 *
 *     out[i] = min over k of  f[k] + ((i - at[k]) step)^2          for each column (lane)
 *
 * The arg-min k does not decrease with i, in any lane. So rows are solved coarse to fine: a row between two solved
 * ones looks only at the candidates between the smallest arg-min of the lanes above and the largest of those below.
 * O(n log n) per column, without divisions and without a branch that depends on a lane.
 *
 * Only minima, sums and square roots of floats are computed, in the same order: all instruction sets give the same bits.
 */
#ifndef SEG_SIMD_ENVELOPE_H
#define SEG_SIMD_ENVELOPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SEG_ENVELOPE_COLUMNS = 16 };

typedef struct {
    size_t candidates;      /* at least 1 */
    const float *f;         /* [candidates][SEG_ENVELOPE_COLUMNS], finite, 64-byte aligned */
    const uint32_t *at;     /* [candidates] row of each, ascending, below n */
    const float *square;    /* [-(n-1) .. n-1] (i step)^2 */
    size_t n;               /* rows */
    bool root;              /* write square roots */
    uint32_t *first, *last; /* [n] work space: smallest and largest arg-min of a row's lanes */
    float *out;             /* row i goes to out + i stride */
    size_t stride;
    size_t width; /* lanes that are written, at most SEG_ENVELOPE_COLUMNS */
} seg_envelope;

#endif
