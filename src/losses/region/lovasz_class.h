/* lovasz_class.h - the Lovasz extension of the Jaccard loss for one class, by sorting and by counting.
 *
 * Voxels of the class are hits, others are misses; e = 1 - y for a hit, y for a miss. From the largest error down, the
 * Jaccard loss of the voxels seen so far is J = 1 - I / U: a hit lowers I, a miss raises U. The value is sum e dJ.
 */
#ifndef SEG_LOSSES_REGION_LOVASZ_CLASS_H
#define SEG_LOSSES_REGION_LOVASZ_CLASS_H

#include "../context.h"

/* By sorting the errors: exact. 16 bytes for each voxel that comes before the last hit. */
seg_status seg_lovasz_by_sorting(const seg_loss_ctx *work, int cls, double *value, seg_error *err);

/* By counting the errors in narrow bins: *value lies within *err_bound of the exact one, proven from the counts. The bins
 * of tiny errors are counted only where that is needed to come below `enough`, and *err_bound is larger where it does not
 * help. Some megabytes for each thread, whatever the number of voxels. The class must have voxels. */
seg_status seg_lovasz_by_histogram(seg_loss_ctx *work, int cls, double enough, double *value, double *err_bound,
                                   seg_error *err);

/* gradient[voxels] of the class: -dJ for hits, +dJ for misses; among equal errors the lower index comes first. */
seg_status seg_lovasz_class_gradient(const seg_loss_ctx *work, int cls, double *gradient, seg_error *err);

/* map[voxels], 0 before: what each voxel of the image adds to scale times the value. Equal errors share the steps of the
 * Jaccard loss equally, so the map does not depend on the order of voxels. */
seg_status seg_lovasz_class_map(const seg_loss_ctx *work, int cls, double scale, double *map, seg_error *err);

#endif
