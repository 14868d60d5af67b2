/* place.h - an image that covers a part of another one's grid. */
#ifndef SEG_IMAGE_PLACE_H
#define SEG_IMAGE_PLACE_H

#include "image.h"

/* Whether `part` has the axes and spacing of `whole` and lies inside it, shifted by whole voxels: at[i] of them along
 * axis i. Both must say where they lie. */
bool seg_grid_part(const seg_grid *part, const seg_grid *whole, size_t at[3]);

/* Puts the image, labels or masks, at[] voxels into the grid `whole`; the rest is background, label 0. */
seg_status seg_image_place(seg_image *image, const seg_grid *whole, const size_t at[3], seg_error *err);

#endif
