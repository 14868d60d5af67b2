/* skeleton.h - a mask thinned to lines one voxel wide, with the same connections. */
#ifndef SEG_GEOMETRY_SKELETON_H
#define SEG_GEOMETRY_SKELETON_H

#include "mask.h"

/* Thins an image (n[2] = 1) by two alternating passes, each deleting in parallel: Zhang and Suen 1984 as scikit-image
 * has it, with other decisions for some neighbourhoods. */
seg_status seg_skeleton_2d(seg_mask *mask, seg_error *err);

/* Thins a volume: Lee, Kashyap and Chu 1994, border by border (y-, y+, x+, x-, z+, z-), until nothing changes. Small
 * objects can vanish, as in scikit-image. */
seg_status seg_skeleton_3d(seg_mask *mask, seg_error *err);

#endif
