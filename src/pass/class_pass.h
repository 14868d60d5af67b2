/* class_pass.h - a pass over the plane of one class, for accumulators that the first reading did not feed. */
#ifndef SEG_PASS_CLASS_PASS_H
#define SEG_PASS_CLASS_PASS_H

#include "../image/pair.h"
#include "accumulator.h"

/* Adds one class to *result (kind->merged_bytes, or else kind->bytes()), for a label truth: blocks of SEG_BLOCK voxels,
 * merged in their order. A block without a voxel of the class whose maximum is below kind->skip_below() is not read.
 * scratch: seg_class_pass_bytes(), or NULL: then it is allocated. */
seg_status seg_class_pass(const seg_pair *pair, const seg_accumulator *kind, const void *params, int cls, void *scratch,
                          void *result, seg_error *err);
size_t seg_class_pass_bytes(const seg_pair *pair, const seg_accumulator *kind, const void *params);

#endif
