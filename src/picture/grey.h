/* grey.h - a grey image under a plane, as a PNG file. */
#ifndef SEG_PICTURE_GREY_H
#define SEG_PICTURE_GREY_H

#include "plane.h"

typedef struct {
    const float *value;   /* [voxels] */
    const seg_grid *grid; /* the pair's */
    double window[2];     /* centre and width: black at centre - width / 2, white at centre + width / 2 */
} seg_grey_image;

/* Adds a PNG file (bytes) with a pixel for each pixel of the plane. */
seg_status seg_grey_png(seg_string *out, const seg_grey_image *grey, const seg_plane *plane, seg_error *err);

/* The usual window of an image: centre 40 and width 400 (CT, soft tissue) if values reach below -500, else from the
 * 1st to the 99th percentile of the values above 0. */
seg_status seg_grey_window(double window[2], const float *value, size_t n, seg_error *err);

#endif
