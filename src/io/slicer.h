/* slicer.h - the segments that 3D Slicer describes in the header of a .seg.nrrd. */
#ifndef SEG_IO_SLICER_H
#define SEG_IO_SLICER_H

#include "image_file.h"

/* Takes over a key of the header if it describes a segment or the segmentation; other keys do not matter. */
seg_status seg_slicer_key(seg_image_file *file, const char *key, const char *value, seg_error *err);

/* After the header: whether the segments fit the image. Segments without a label value have 1; without a layer they
 * have one of their own where the file has an axis of layers, else the first. */
seg_status seg_slicer_check(seg_image_file *file, seg_error *err);

#endif
