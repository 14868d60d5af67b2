/* label_runs.h - a label map as runs of voxels with one label, which may cross the ends of rows.
 *
 * Truths are long runs of the same label, so a pass over a plane of probabilities looks up the label once for a run, not
 * for every voxel, and the loops inside are the same few instructions for every voxel.
 */
#ifndef SEG_IMAGE_LABEL_RUNS_H
#define SEG_IMAGE_LABEL_RUNS_H

#include <stdbool.h>

#include "labelmap.h"

/* Voxels [begin, end) of the map have this code, the voxel at `end` (if in the range) has another. */
typedef struct {
    size_t begin, end;
    uint32_t code;
} seg_label_run;

/* Goes through the runs of voxels [begin, end): for (... = seg_label_runs_of(...); seg_label_runs_next(...);) */
typedef struct {
    const seg_labelmap *map;
    size_t at, end;  /* not yet given */
    size_t row, run; /* where `at` lies */
} seg_label_runs;

seg_label_runs seg_label_runs_of(const seg_labelmap *map, size_t begin, size_t end);
bool seg_label_runs_next(seg_label_runs *s, seg_label_run *run);

#endif
