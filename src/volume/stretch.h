/* stretch.h - a label map as stretches of voxels with one label.
 *
 * Truths are long stretches of the same label, so a pass over a plane of probabilities asks "which label?" once a
 * stretch, not once a voxel, and the loops between are the same few instructions for every voxel.
 */
#ifndef SEG_VOLUME_STRETCH_H
#define SEG_VOLUME_STRETCH_H

#include <stdbool.h>

#include "labelmap.h"

/* Voxels [begin, end) of the map have this code, the voxel at `end` (if asked for at all) has another. */
typedef struct {
    size_t begin, end;
    uint32_t code;
} seg_stretch;

/* Goes through the stretches of voxels [begin, end): for (... = seg_stretches_of(...); seg_stretches_next(...);) */
typedef struct {
    const seg_labelmap *map;
    size_t at, end;  /* what is left to give */
    size_t row, run; /* where `at` lies */
} seg_stretches;

seg_stretches seg_stretches_of(const seg_labelmap *map, size_t begin, size_t end);
bool seg_stretches_next(seg_stretches *s, seg_stretch *stretch);

#endif
