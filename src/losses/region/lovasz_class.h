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

/* By counting the errors in narrow bins: *value lies within *doubt of the exact one, proven from the counts. A doubt
 * above `enough` is what is left when no closer look helps. looks: 1 when seg_lovasz_from_state() was not enough, else 0.
 * Some megabytes for each thread, whatever the number of voxels. The class must have voxels. */
seg_status seg_lovasz_by_histogram(seg_loss_ctx *work, int cls, int looks, double enough, double *value, double *doubt,
                                   seg_error *err);

/* The same counting while the map is read for the first time, with the doubt that one look leaves: the parts of a
 * seg_accumulator_kind. Wanted for large maps. */
typedef struct seg_lovasz_state seg_lovasz_state;
bool seg_lovasz_enabled(const void *params, const seg_pass_info *showing);
seg_status seg_lovasz_begin(void **seen, const void *params, const seg_pass_info *showing, seg_error *err);
void seg_lovasz_update(void *seen, const seg_class_tile *sight);
void seg_lovasz_finish(void *seen, int cls);
void seg_lovasz_from_state(const seg_lovasz_state *seen, int cls, double *value, double *doubt);
void seg_lovasz_free(void *seen);

/* gradient[voxels] of the class: -dJ for hits, +dJ for misses; among equal errors the lower index comes first. */
seg_status seg_lovasz_class_gradient(const seg_loss_ctx *work, int cls, double *gradient, seg_error *err);

#endif
