/* map_picture.h - a plane of a map of real numbers in colours, with the outlines of truth and prediction and a legend. */
#ifndef SEG_PICTURE_MAP_PICTURE_H
#define SEG_PICTURE_MAP_PICTURE_H

#include "../base/text.h"
#include "../image/pair.h"

enum { SEG_MAP_PICTURE_LINES = 4 };

typedef struct {
    const seg_pair *pair;
    const double *value; /* [voxels] */
    int axis;            /* the plane lies across it */
    size_t slice;        /* its index, from 0 */
    bool has_limits;
    double limits[2];                        /* values at the ends of the colours */
    const char *line[SEG_MAP_PICTURE_LINES]; /* of the legend; NULL: no more */
} seg_map_picture;

/* The plane across `axis` with the largest sum of absolute values, the first of equal ones. */
size_t seg_map_picture_slice(const seg_grid *grid, const double *value, int axis);

/* Adds a PNG file to *out. The plane is enlarged by the whole factor that makes its longer side at least 512 pixels, and
 * stretched where voxels are longer one way. White is 0, orange positive, blue negative; without limits they are those of
 * the 99.5 % quantile of the absolute values in the plane. Truth: full outline, prediction: dashed. */
seg_status seg_map_picture_png(seg_string *out, const seg_map_picture *picture, seg_error *err);

#endif
