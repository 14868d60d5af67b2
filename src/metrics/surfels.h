/* surfels.h - the surface of a mask as elements at the corners between voxels, each with a size.
 *
 * Every block of 2 x 2 x 2 voxels (2 x 2 in an image), the background around the mask included, is a cell; a cell
 * that is neither full nor empty holds a piece of the surface. Cells lie on a grid with the voxels' step, shifted by
 * half a voxel and one longer along each axis, so distances between cells are distances on that grid.
 */
#ifndef SEG_METRICS_SURFELS_H
#define SEG_METRICS_SURFELS_H

#include "../geometry/mask.h"

typedef enum {
    SEG_SURFEL_AREA, /* of the marching-cubes surface inside the cell, cut edges cut in the middle */
    SEG_SURFEL_FACES /* a quarter (half in 2D) of every face between an inner and an outer voxel of the cell */
} seg_surfel_size;

enum { SEG_CELL_CODES = 256 };

/* size[2^(2^dims)] of the piece of surface in a cell. The bit 2^dims - 1 - k of the code says that voxel k is inside,
 * where k counts x fastest. step: lengths along x, y, z. */
void seg_surfel_sizes(int dims, const double step[3], seg_surfel_size kind, double size[SEG_CELL_CODES]);

/* *cells = the cells with a piece of surface, (*size)[*n] = its size in memory order of the cells; free() it.
 * dims 2: the mask is one slice. */
seg_status seg_surfels(seg_mask *cells, double **size, size_t *n, const seg_mask *mask, int dims, const double step[3],
                       seg_surfel_size kind, seg_error *err);

/* The first of the distances d[n], in ascending order, at which the elements up to there have the share q (in percent)
 * of all weight; weight NULL: 1 each. NAN for an empty list. */
seg_status seg_weighted_percentile(const double *d, const double *weight, size_t n, double q, double *out,
                                   seg_error *err);

#endif
