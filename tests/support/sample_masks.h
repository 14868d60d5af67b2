/* sample_masks.h - sets of voxels for the tests of distances and surfaces: random, regular and degenerate ones. */
#ifndef SEG_TESTS_SAMPLE_MASKS_H
#define SEG_TESTS_SAMPLE_MASKS_H

#include "geometry/mask.h"

/* The next number of a xorshift generator; *seed must not be 0. */
uint64_t sample_next(uint64_t *seed);
/* In [0, 1). */
double sample_uniform(uint64_t *seed);

/* Each voxel belongs to the set with the given probability. */
seg_mask sample_noise(const size_t n[3], double density, uint64_t *seed);

typedef enum {
    SAMPLE_EMPTY,
    SAMPLE_FULL,
    SAMPLE_FIRST_VOXEL,
    SAMPLE_LAST_VOXEL,
    SAMPLE_LINE_X,
    SAMPLE_LINE_Y,
    SAMPLE_LINE_Z,
    SAMPLE_PLANE_X,
    SAMPLE_PLANE_Y,
    SAMPLE_PLANE_Z,
    SAMPLE_DIAGONAL,
    SAMPLE_CHECKERBOARD,
    SAMPLE_STRIPES,
    SAMPLE_BALL,
    SAMPLE_SHELL,
    SAMPLE_ALL_BUT_ONE,
    SAMPLE_SHAPES
} sample_shape;
extern const char *const sample_shape_names[SAMPLE_SHAPES];

seg_mask sample_of_shape(const size_t n[3], sample_shape shape);

#endif
