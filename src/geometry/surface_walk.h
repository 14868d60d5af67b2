/* surface_walk.h - the distance from one voxel to a surface, slice by slice. */
#ifndef SEG_GEOMETRY_SURFACE_WALK_H
#define SEG_GEOMETRY_SURFACE_WALK_H

#include "surface_rows.h"

/* A walk under way. */
typedef struct {
    const seg_surface_rows *target;
    int x, y, z;
    double best; /* squared distance so far, or a bound */
    size_t rows; /* that were looked at */
} seg_surface_walk;

/* best becomes the squared distance to the target's voxels in slice z, if that is less. */
void seg_walk_slice(seg_surface_walk *w, int z);

/* The same for all slices, from the walk's own on. */
void seg_walk_all(seg_surface_walk *w);

#endif
