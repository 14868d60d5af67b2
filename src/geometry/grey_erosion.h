/* grey_erosion.h - minima of a map over balls of growing radius, and over the cross of a voxel and its face neighbours:
 * grey-scale erosion by flat structuring elements. What lies outside the image does not count. */
#ifndef SEG_GEOMETRY_GREY_EROSION_H
#define SEG_GEOMETRY_GREY_EROSION_H

#include "../base/error.h"
#include "mask.h"

/* Row dy, dz of the balls around a voxel at x: ball j has its voxels x - half[j] .. x + half[j]; -1: none. */
typedef struct {
    ptrdiff_t dy, dz;
    int *half; /* [levels] */
} seg_ball_row;

typedef struct {
    int levels;
    seg_ball_row *row;
    size_t rows;
    int *halves; /* the memory of all half[] */
} seg_balls;

/* Lengths are compared with this relative slack: NIfTI has voxel sizes as floats, and 5 * 0.8f is above 4. */
#define SEG_BALL_SLACK 1e-6

/* Balls of radius[levels], ascending from 0, for images of n voxels of size step, both along x, y, z. */
seg_status seg_balls_make(seg_balls *balls, const double *radius, int levels, const double step[3], const size_t n[3],
                          seg_error *err);
void seg_balls_free(seg_balls *balls);

typedef struct {
    const seg_balls *balls;
    const float *map; /* [n] */
    size_t n[3];
} seg_erosion;

/* Numbers of work space for one row: [levels + 2][seg_erosion_stride()]. */
size_t seg_erosion_scratch(const seg_erosion *e);
size_t seg_erosion_stride(const seg_erosion *e);

/* work[] = the minima around the voxels x in [begin, end) of a row, for every ball; row = y + n[1] z. */
void seg_erosion_row(const seg_erosion *e, size_t row, size_t begin, size_t end, float *work);

/* Before a row in work space, so that neighbours of its first voxel can be read. */
enum { SEG_EROSION_MARGIN = 16 };

/* The minimum over ball `level` around x that seg_erosion_row() left in work[]. */
static inline float seg_erosion_at(const float *work, size_t stride, int level, size_t x)
{
    return work[(size_t)level * stride + SEG_EROSION_MARGIN + x];
}

/* The voxel of the minimum over ball `level` around x of a row; the first of equals, after the centre. */
size_t seg_erosion_argmin(const seg_erosion *e, size_t row, size_t x, int level);

/* The same for the cross: of a map, the place of a minimum, and of a mask. */
void seg_cross_erosion(const float *map, const size_t n[3], float *eroded);
size_t seg_cross_argmin(const float *map, const size_t n[3], size_t at);
void seg_cross_erode_mask(const seg_mask *set, const size_t n[3], seg_mask *eroded);

#endif
