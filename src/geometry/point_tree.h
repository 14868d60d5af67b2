/* point_tree.h - the voxels of a set as points under boxes, for the few that are far from anything.
 *
 * Points stand in memory order, 16 to a box, 16 boxes to a larger box, and so on. Neighbours in memory are near each
 * other, so no sorting is needed. A search skips boxes that are farther than the best point known, so it is fast when
 * it begins with a good one: the point found for the voxel before.
 */
#ifndef SEG_GEOMETRY_POINT_TREE_H
#define SEG_GEOMETRY_POINT_TREE_H

#include "mask.h"

enum { SEG_TREE_FAN = 16, SEG_TREE_LEVELS = 16 };

typedef struct {
    int32_t x, y, z;
} seg_point;

struct seg_tree_box;

typedef struct {
    double step[3];
    seg_point *point;
    size_t points;
    int levels;
    size_t boxes[SEG_TREE_LEVELS];              /* of each level; level 0 holds points */
    struct seg_tree_box *box[SEG_TREE_LEVELS];
} seg_point_tree;

seg_status seg_point_tree_make(seg_point_tree *tree, const seg_mask *set, const double step[3], seg_error *err);

/* (dz step[2])^2 + (dy step[1])^2 + (dx step[0])^2, added in this order. */
double seg_point_squared(const double step[3], seg_point a, seg_point b);

/* The smallest squared distance below `best` from `from` to a point, which is left in *nearest; else `best`. */
double seg_point_tree_nearest(const seg_point_tree *tree, seg_point from, double best, seg_point *nearest);

void seg_point_tree_free(seg_point_tree *tree);

#endif
