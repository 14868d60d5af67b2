/* infer_kind.h - the numbers of one file alone become an image. */
#ifndef SEG_IO_INFER_KIND_H
#define SEG_IO_INFER_KIND_H

#include "../image/image.h"
#include "../pairing/meaning.h"
#include "image_file.h"

/* What the file holds, by options->as and by its values, without another file to compare with. *image must be empty; it
 * gets no path. An image that is read in one pass (options->once) takes the file over, which is on the heap then: *array
 * becomes NULL. */
seg_status seg_image_from_array(seg_image *image, seg_image_file **array, const seg_read_options *options,
                                seg_error *err);

/* What the options say about the numbers. */
seg_said seg_said_of(const seg_read_options *options);

#endif
