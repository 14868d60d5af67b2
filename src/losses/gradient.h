/* gradient.h - fills a gradient from the derivative at one voxel. */
#ifndef SEG_LOSSES_GRADIENT_H
#define SEG_LOSSES_GRADIENT_H

#include "../base/error.h"
#include "../image/pair.h"

/* One class at one voxel. */
typedef struct {
    size_t index; /* of the voxel */
    int cls;
    int label; /* its class in the truth (with a soft truth: the largest) */
    double t;  /* truth of `class` here, 1 or 0, or the soft truth's value */
    double y;  /* probability of `class` here */
} seg_voxel;

/* dL/dy of the voxel's class at the voxel. Runs in any thread. */
typedef double seg_slope_fn(const void *context, const seg_voxel *voxel);

/* gradient[classes][voxels] = slope(context, voxel) for every class and voxel, 0 at ignored voxels. */
void seg_gradient_fill(const seg_pair *pair, seg_slope_fn *slope, const void *context, double *gradient);

/* The same for one class alone: plane[voxels]. */
void seg_plane_fill(const seg_pair *pair, int cls, seg_slope_fn *slope, const void *context, double *plane);

/* The same into its place: gradient[class][voxels]. */
void seg_gradient_fill_class(const seg_pair *pair, int cls, seg_slope_fn *slope, const void *context, double *gradient);

#endif
