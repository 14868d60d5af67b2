/* topk_histogram.h - what the K hardest voxels cost, from counts made while the map is read for the first time.
 *
 * The parts of a seg_accumulator_kind, for label truths. Wanted for large maps, and for an eps of at least 2^-24.
 */
#ifndef SEG_LOSSES_PIXEL_TOPK_HISTOGRAM_H
#define SEG_LOSSES_PIXEL_TOPK_HISTOGRAM_H

#include "../../pass/accumulator.h"

typedef struct seg_topk_histogram seg_topk_histogram;

bool seg_topk_histogram_wanted(double eps, const seg_pass_info *showing);
seg_status seg_topk_histogram_begin(seg_topk_histogram **seen, double eps, const seg_pass_info *showing,
                                    seg_error *err);
void seg_topk_histogram_update(void *seen, const seg_class_tile *sight);
void seg_topk_histogram_free(void *seen);

/* *sum of the `count` largest -log max(p, eps), 1 <= count <= voxels that count, within *doubt. */
void seg_topk_histogram_sum(const seg_topk_histogram *seen, size_t count, double *sum, double *doubt);

#endif
