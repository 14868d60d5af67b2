/* nearest_part.h - for every voxel the nearest of many parts, by voxel indices: a feature transform, exact also in ties. */
#ifndef SEG_GEOMETRY_NEAREST_PART_H
#define SEG_GEOMETRY_NEAREST_PART_H

#include <stddef.h>
#include <stdint.h>

#include "../base/error.h"

/* part[n] > 0 marks the voxels of a part, 0 belongs to none; n[3] is the size, x fastest. On return part[i] is the nearest
 * part of every voxel, the one with the smallest number among equally near ones, and squared[i] the squared Euclidean
 * distance to it in voxels. Without any part all stay 0 and squared is UINT32_MAX. One transform for all parts; the same
 * for any number of threads. Each axis must be shorter than 32768. */
seg_status seg_nearest_parts(const size_t n[3], uint32_t *part, uint32_t *squared, seg_error *err);

#endif
