/* segmentation_file.h - files that describe their classes, as those of 3D Slicer do: names, layers, cropped grids. */
#ifndef SEG_EVALUATE_SEGMENTATION_FILE_H
#define SEG_EVALUATE_SEGMENTATION_FILE_H

#include "../io/look.h"
#include "reading.h"

/* After seg_look_values(): keeps the names of the labels of a file with one layer. A file with several becomes masks in
 * *image, with *ready set and facts and meaning like those of a folder of masks. */
seg_status seg_segmentation_take(seg_look *look, const char *path, seg_case_reading *reading, int side,
                                 seg_meaning *meaning, seg_image *image, bool *ready, seg_error *err);

/* Puts an image that was saved without the background around it, and covers a part of the other one's grid, into that
 * grid; said in a note. */
seg_status seg_segmentation_place(const seg_look *look, const char *path, seg_image *image, const seg_image *other,
                                  const seg_warnings *notes, seg_error *err);

#endif
