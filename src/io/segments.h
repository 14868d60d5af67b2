/* segments.h - the named classes that a file describes become names of labels, or masks. */
#ifndef SEG_IO_SEGMENTS_H
#define SEG_IO_SEGMENTS_H

#include "../image/image.h"
#include "../pairing/label_name.h"
#include "image_file.h"

/* Whether the classes may overlap: they stand in several layers. */
static inline bool seg_has_layers(const seg_image_file *file)
{
    return file->segments > 0 && file->channels > 1;
}

/* The names of the labels of a file with one layer, to be freed by seg_label_names_free(). */
seg_status seg_segment_names(const seg_image_file *file, seg_label_name **names, size_t *n, seg_error *err);

/* A mask with a name for each class of a file with several layers, in the order of the file. layer[channels] are the
 * label maps of its layers. *image must be empty; it gets no path. */
seg_status seg_segment_masks(const seg_image_file *file, const seg_labelmap *layer, seg_image *image, seg_error *err);

#endif
