/* phantom.h - the ground-truth object of a figure: a disc or ball made here, or the user's own.
 *
 * Discs and balls are exact: coordinates are integers in 1/16 pixel, pixel i has its centre at 16 i + 8, and a pixel
 * belongs to the object when (16x+8-cx)^2 + (16y+8-cy)^2 <= r^2. No rounding anywhere, so counts agree everywhere.
 */
#ifndef SEG_CURVES_PHANTOM_H
#define SEG_CURVES_PHANTOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../base/error.h"
#include "../image/grid.h"

enum { SEG_UNITS = 16 }; /* of one pixel */

typedef struct {
    int64_t centre[3], radius; /* 1/16 pixel */
} seg_ball;

typedef struct {
    char name[64];
    seg_grid grid;
    size_t voxels; /* of the grid */
    size_t object; /* voxels of the object */
    bool is_ball;
    seg_ball ball;        /* when is_ball */
    int axis;             /* the object moves along this one: the finest, x in a tie */
    double way[3];        /* or in this direction, of length 1, when it is not 0: see seg_phantom_aim() */
    int64_t travel;       /* voxels until the moved object first misses itself */
    size_t padding[3][2]; /* voxels added before and after each axis of a user's image */
    uint8_t *truth;       /* [voxels] 0 or 1 */
    int64_t id;           /* label of a user's object */
    uint8_t *rater;       /* [raters][voxels] what others marked, 0 or 1 */
    size_t raters;
    bool in_mm;      /* measure distances in millimetres, not in voxel steps */
    float *distance; /* [voxels] signed distance to the border, +-1/2 step next to it (of the finest axis, where
                            they differ), negative inside; NULL until seg_phantom_measure() */
} seg_phantom;

/* Fills out[voxels] with 1 inside the ball. */
void seg_ball_draw(const seg_ball *ball, const seg_grid *grid, uint8_t *out);

/* A disc (dim 2) or ball (dim 3) of `radius` pixels in an image of `image` pixels a side, at the left of the middle
 * by its radius (the path to the right then stays inside), or in the middle. */
seg_status seg_phantom_ball(seg_phantom *scene, const char *name, int dim, size_t image, double radius, bool middle,
                            seg_error *err);

/* The user's object: truth[voxels] is copied. Refuses an empty one, a single voxel and one that fills the image. */
seg_status seg_phantom_object(seg_phantom *scene, const char *name, const seg_grid *grid, const uint8_t *truth,
                              seg_error *err);

/* Has the object move in a direction of any length: a disc starts so far back that its path is centred in the image.
 * Refuses no direction, and one that leaves the plane of a 2D image. */
seg_status seg_phantom_aim(seg_phantom *scene, const double direction[3], seg_error *err);

/* The shift of whole voxels that is nearest to `steps` voxels on the object's way. */
void seg_phantom_shift(const seg_phantom *scene, double steps, int64_t shift[3]);

/* Grows the image so that each side of the object has at least margin[axis][before, after] voxels. */
seg_status seg_phantom_pad(seg_phantom *scene, const size_t margin[3][2], seg_error *err);

/* Makes `distance`. */
seg_status seg_phantom_measure(seg_phantom *scene, seg_error *err);

/* First and last voxel of the object along each axis. */
void seg_phantom_box(const seg_phantom *scene, size_t low[3], size_t high[3]);

/* Radius of the disc or ball with as many voxels. */
double seg_phantom_radius(const seg_phantom *scene);

void seg_phantom_free(seg_phantom *scene);

#endif
