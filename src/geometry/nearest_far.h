/* nearest_far.h - distances from voxels to a surface that is not near: walks, and distance maps to guide them. */
#ifndef SEG_GEOMETRY_NEAREST_FAR_H
#define SEG_GEOMETRY_NEAREST_FAR_H

#include "nearest_rows.h"

/* Distances from voxels of `query` to the nearest voxel of the target, which has at least one. The distances of row
 * y + n[1] z stand in out[] from first[y + n[1] z] on, in the order of its voxels. Those that are negative are wanted:
 * minus a bound on the square, -infinity where nothing is known. unsettled[row] tells how many of a row are;
 * at least one is. */
seg_status seg_nearest_far(const seg_nearest_rows *target, const seg_mask *query, const size_t *first,
                           const uint32_t *unsettled, double *out, seg_error *err);

#endif
