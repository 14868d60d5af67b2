/* surface.h - the boundary voxels of a set, and how far they lie from those of another: what HD, ASSD and NSD need.
 *
 * The usual way for one class: seg_labelmap_boxes() on both maps, join and grow by 1, seg_mask_of_box() twice,
 * seg_surface() twice, then seg_surface_distances() in both directions.
 */
#ifndef SEG_GEOMETRY_SURFACE_H
#define SEG_GEOMETRY_SURFACE_H

#include "mask.h"

/* Which neighbours are looked at: those that differ along one axis, along at most two, along any. */
typedef enum { SEG_CONN_FACE, SEG_CONN_EDGE, SEG_CONN_CORNER } seg_connectivity;

/* {0} is the usual rule: face neighbours, and what lies beyond the mask is outside of the set. */
typedef struct {
    seg_connectivity reach;
    bool open;    /* what lies beyond the mask does not count: voxels at the edge are boundary only on account of
                       other neighbours. In a mask cut with a margin of 1 only the image's own edge is affected. */
    bool flat[3]; /* axes along which nothing is a neighbour: set flat[2] for a 2D image */
} seg_surface_rule;

/* *surface = the voxels of the set with a neighbour that is not in the set. */
seg_status seg_surface(seg_mask *surface, const seg_mask *set, const seg_surface_rule *rule, seg_error *err);

/* Adds to the set the voxels within `reach` of it. */
seg_status seg_mask_dilate(seg_mask *set, seg_connectivity reach, seg_error *err);

/* For each voxel of `query` the distance to the nearest voxel of `target` (masks of the same size): (*out)[*n], in
 * memory order of the query's voxels, so that weights can be listed in the same order; free() it. A distance is
 * sqrt((dz step[2])^2 + (dy step[1])^2 + (dx step[0])^2) in double, added in this order. +infinity for all when the
 * target is empty. Parallel, the same bits for any number of threads. */
seg_status seg_surface_distances(const seg_mask *query, const seg_mask *target, const double step[3], double **out,
                                 size_t *n, seg_error *err);

#endif
