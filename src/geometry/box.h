/* box.h - where a label lies: boxes of voxels, so that a class costs its box instead of the whole volume. */
#ifndef SEG_GEOMETRY_BOX_H
#define SEG_GEOMETRY_BOX_H

#include "mask.h"

/* Voxels begin[a] <= position < end[a] along each axis; {0} is the empty box. */
typedef struct {
    size_t begin[3], end[3];
} seg_box;

static inline bool seg_box_is_empty(const seg_box *box)
{
    return box->end[0] == 0;
}

/* The smallest box that holds both; an empty one adds nothing. */
seg_box seg_box_join(const seg_box *a, const seg_box *b);

/* The box with `margin` more voxels on every side, as far as the image of n[3] voxels goes. */
seg_box seg_box_grow(const seg_box *box, size_t margin, const size_t n[3]);

/* The box of every code below `codes`, all in one pass over the runs: boxes[codes], empty where a code is absent. */
void seg_labelmap_boxes(const seg_labelmap *map, size_t codes, seg_box *boxes);

/* The voxels of `code` inside the box, as a mask of the box's size. With a box that holds the whole class and one
 * voxel of margin (seg_box_grow), surfaces and distances of the mask are those of the volume. */
seg_status seg_mask_of_box(seg_mask *mask, const seg_labelmap *map, uint32_t code, const seg_box *box, seg_error *err);

/* The box of a mask's voxels, and the part of a mask inside a box. */
seg_box seg_mask_box(const seg_mask *mask);
seg_status seg_mask_cut(seg_mask *part, const seg_mask *mask, const seg_box *box, seg_error *err);

#endif
