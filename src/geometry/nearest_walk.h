/* nearest_walk.h - the distance from one voxel to a surface, slice by slice. */
#ifndef SEG_GEOMETRY_NEAREST_WALK_H
#define SEG_GEOMETRY_NEAREST_WALK_H

#include "nearest_rows.h"

/* A walk under way. */
typedef struct {
    const seg_nearest_rows *target;
    int x, y, z;
    double best; /* squared distance so far, or a bound */
    size_t rows; /* that were looked at */
} seg_nearest_walk;

/* best becomes the squared distance to the target's voxels in slice z, if that is less. */
void seg_walk_slice(seg_nearest_walk *w, int z);

/* The same for all slices, from the walk's own on. */
void seg_walk_all(seg_nearest_walk *w);

#endif
