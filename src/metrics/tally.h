/* tally.h - what one pass over both label maps tells of every class: counts, extents and centres.
 *
 * The runs of a row of the truth and of the prediction are merged, so the cost is that of the runs, not of the
 * voxels. All sums are integers and therefore the same for any number of threads.
 */
#ifndef SEG_METRICS_TALLY_H
#define SEG_METRICS_TALLY_H

#include "../geometry/box.h"
#include "../image/pair.h"

enum { SEG_PREDICTION, SEG_TRUTH, SEG_SIDES };

/* Voxels of one class on one side, ignored ones left out. */
typedef struct {
    uint64_t voxels;
    uint64_t sum[3]; /* of their coordinates along x, y, z: the centre is sum / voxels */
    seg_box box;
} seg_extent;

typedef struct {
    uint64_t tp;
    seg_extent side[SEG_SIDES];
} seg_class_tally;

typedef struct {
    uint64_t voxels;     /* that are not ignored */
    seg_class_tally *of; /* [classes] */
} seg_tally;

seg_status seg_tally_pair(seg_tally *tally, const seg_pair *pair, seg_error *err);
void seg_tally_free(seg_tally *tally);

#endif
