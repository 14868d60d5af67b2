/* edt.h - exact Euclidean distance transforms of a set of voxels, for any voxel size.
 *
 * Distances run between voxel centres; nothing outside the image belongs to the set. `step` is the length of one
 * voxel along x, y, z: millimetres, or 1,1,1 for voxel units. Linear (up to a logarithm) in the number of voxels,
 * parallel over lines, the same bits for any number of threads and any instruction set.
 */
#ifndef SEG_GEOMETRY_EDT_H
#define SEG_GEOMETRY_EDT_H

#include "../base/error.h"
#include "mask.h"

/* Whether a set has voxels inside and outside: a distance exists only then. */
typedef enum { SEG_SET_EMPTY, SEG_SET_PARTLY, SEG_SET_FULL } seg_set_extent;

seg_set_extent seg_mask_extent(const seg_mask *set);

/* out[voxels] = squared distance from each voxel to the nearest voxel of the set, 0 on the set; +infinity
 * everywhere when the set is empty. */
seg_status seg_edt_squared(const seg_mask *set, const double step[3], float *out, seg_error *err);

/* out[voxels] = distance to the set for voxels outside it (positive), minus the distance to the nearest voxel that is
 * not in the set for voxels inside (negative). Never 0. All 0 when the set is empty or full. */
seg_status seg_edt_signed(const seg_mask *set, const double step[3], float *out, seg_error *err);

#endif
