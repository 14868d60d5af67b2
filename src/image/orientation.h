/* orientation.h - positions of two grids in the world, and the axes and flips that turn one into the other. */
#ifndef SEG_IMAGE_ORIENTATION_H
#define SEG_IMAGE_ORIENTATION_H

#include "grid.h"

/* A flip of one voxel is a tenth of a millimetre at least; rounding of stored affines is far below. */
#define SEG_SPACE_TOLERANCE_MM 0.01

/* The largest distance between the same corner of the two volumes, in mm. Without affines: the difference of the
 * extents. 0 when neither grid knows its size. Shapes must be equal. */
double seg_space_displacement(const seg_grid *a, const seg_grid *b);

/* The axes and flips that turn `grid` so that it lies as `like` does, by their affines (as for
 * seg_grid_reorient). False when no such turn exists or an affine is unknown. */
bool seg_space_turn(const seg_grid *grid, const seg_grid *like, int from[3], bool flip[3]);

#endif
