/* anatomy.h - which way the axes of a grid point, and how a plane of it is held on a page.
 *
 * Planes are shown as radiologists hold them: axial with R at the left and A at the top, coronal with R at the left
 * and S at the top, sagittal with A at the left and S at the top. Without an affine the axes are x, y and z, in the
 * order of the file, and nothing is turned.
 */
#ifndef SEG_PICTURE_ANATOMY_H
#define SEG_PICTURE_ANATOMY_H

#include "../image/grid.h"

/* A plane of the grid: its pixel (i, j), i to the right and j down, is the voxel at index `at` across `axis`, at i or
 * n - 1 - i along axis[0], at j or n - 1 - j along axis[1]. */
typedef struct {
    int normal;       /* voxel axis across the plane */
    int axis[2];      /* voxel axes to the right and down */
    bool flip[2];     /* the index falls to the right, down */
    char letter[4];   /* at the left, right, top and bottom: R L A P S I; 0 where unknown */
    const char *name; /* axial, coronal, sagittal; or x, y, z */
    const char *from; /* where index 0 across the plane lies: inferior ...; NULL where unknown */
    const char *to;   /* and where the last one lies */
} seg_plane_view;

/* The view across a voxel axis. */
seg_plane_view seg_plane_across(const seg_grid *grid, int axis);

/* The voxel axis that is nearest to left-right (0), posterior-anterior (1), inferior-superior (2); the axis itself
 * without an affine. */
int seg_axis_of_world(const seg_grid *grid, int world);

#endif
