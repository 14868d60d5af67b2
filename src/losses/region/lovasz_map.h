/* lovasz_map.h - shares the Lovasz loss of a class out over the voxels. */
#ifndef SEG_LOSSES_REGION_LOVASZ_MAP_H
#define SEG_LOSSES_REGION_LOVASZ_MAP_H

#include "../context.h"

/* map[voxels], 0 before: the sum is scale times the value of the class. 16 bytes for each voxel of the image. */
seg_status seg_lovasz_class_map(const seg_loss_ctx *work, int cls, double scale, double *map, seg_error *err);

#endif
