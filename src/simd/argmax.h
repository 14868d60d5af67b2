/* argmax.h - the state of a running argmax over class planes. */
#ifndef SEG_SIMD_ARGMAX_H
#define SEG_SIMD_ARGMAX_H

#include <stdint.h>

/* Arrays for n voxels, rounded up to a multiple of 8. */
typedef struct {
    float *best, *sum;
    int32_t *winner, *bad; /* bad: 0, or -1 where a value was not finite */
} seg_argmax_tile;

#endif
