/* boundary_pairs.h - training data of the network behind inverse-form: two tiles of boundary and the map
 * between them.
 *
 * The truth is a random shape f > 0 on the tile [-1, 1] x [-1, 1]; the prediction at x is the truth at A x +
 * t, sharp or as the blurred, biased and rippled probability that a network might give. Both become bands of
 * boundary.
 */
#ifndef SEG_TOOLS_TRAIN_BOUNDARY_PAIRS_H
#define SEG_TOOLS_TRAIN_BOUNDARY_PAIRS_H

#include <stddef.h>
#include <stdint.h>

#include "../../base/error.h"

enum { SEG_PAIR_TARGETS = 6 };

typedef struct {
    size_t n, tile, band;
    uint8_t *map;                      /* [n][2][tile][tile] prediction, truth: 255 times the edge map */
    float (*target)[SEG_PAIR_TARGETS]; /* [n] rows of [A - I | t] */
} seg_boundary_pairs;

/* n pairs; pair i depends on the seed and i alone. */
seg_status seg_boundary_pairs_make(seg_boundary_pairs *pairs, size_t n, size_t tile, size_t band, uint64_t seed,
                                   seg_error *err);
void seg_boundary_pairs_free(seg_boundary_pairs *pairs);

/* Pair i turned by one of the 8 symmetries of the square: x[2 tile^2] in [0, 1], and its target. */
void seg_boundary_pair_turned(const seg_boundary_pairs *pairs, size_t i, unsigned symmetry, float *x,
                              float target[SEG_PAIR_TARGETS]);

#endif
