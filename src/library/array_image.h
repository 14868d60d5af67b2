/* array_image.h - an array in memory as an image. */
#ifndef SEG_LIBRARY_ARRAY_IMAGE_H
#define SEG_LIBRARY_ARRAY_IMAGE_H

#include "../image/image.h"
#include "scorer.h"

/* Labels are copied as runs; probabilities are used where they are. `name` stands for the path in errors. The image is
 * the caller's to free, also after an error. SEG_USAGE for an array that cannot be an image. */
seg_status seg_array_image(seg_image *image, const seg_array *array, const char *name, seg_error *err);

#endif
