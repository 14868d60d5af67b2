/* infer_kind.h - the numbers of one file become an image. */
#ifndef SEG_IO_INFER_KIND_H
#define SEG_IO_INFER_KIND_H

#include "../image/image.h"
#include "image_file.h"

/* What the array holds, by options->as and by its values. *image must be empty; it gets no path. An image whose planes
 * come by once (options->once) takes the array over, which is on the heap then: *array becomes NULL. */
seg_status seg_image_from_array(seg_image *image, seg_image_file **array, const seg_read_options *options,
                                seg_error *err);

#endif
