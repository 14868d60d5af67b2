/* wrong_runs.h - the wrong voxels of a pair as runs, and how deep each of them is wrong.
 *
 * The depth of a voxel with truth t that was called p is the larger of two distances: to the nearest voxel that was
 * called t, and to the nearest voxel whose truth is p. The background is left out. A depth is at most
 * SEG_DEPTH_MOST, also where no such voxel exists. A border that is drawn a little too wide gives small depths, a
 * missed or invented object large ones: this is what separates a mistake from an inexact border.
 */
#ifndef SEG_PICTURE_WRONG_RUNS_H
#define SEG_PICTURE_WRONG_RUNS_H

#include "../image/pair.h"

/* mm; px where the size of a voxel is unknown. */
#define SEG_DEPTH_MOST 20.0

/* Voxels begin <= x < end of a row have this truth and were called this; both are class indices, and they differ. */
typedef struct {
    uint32_t begin, end;
    uint32_t truth, called;
    size_t at; /* depth[at] is the depth of voxel `begin`, the others follow */
} seg_wrong_run;

typedef struct {
    size_t n[3];        /* of the image */
    size_t *first;      /* [rows + 1] index of the first run of each row; row = y + n[1] z */
    seg_wrong_run *run; /* [first[rows]] */
    size_t runs;
    size_t voxels;
    double *depth;   /* [voxels] */
    uint64_t *right; /* [classes] voxels of each class that were called right */
} seg_wrong_runs;

/* Finds the wrong voxels of the hard prediction, and their depths. Ignored voxels are not wrong. Parallel, the same
 * bits for any number of threads. Free with seg_wrong_runs_free(), also after an error. */
seg_status seg_wrong_runs_find(seg_wrong_runs *wrong, const seg_pair *pair, seg_error *err);
void seg_wrong_runs_free(seg_wrong_runs *wrong);

#endif
