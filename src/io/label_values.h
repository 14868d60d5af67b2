/* label_values.h - an array of whole numbers becomes runs of labels. */
#ifndef SEG_IO_LABEL_VALUES_H
#define SEG_IO_LABEL_VALUES_H

#include "../image/labelmap.h"
#include "image_file.h"

/* What stands in the way of a label map. */
typedef struct {
    uint64_t fractions, not_finite;      /* voxels */
    uint64_t fraction_at, not_finite_at; /* the first of each */
    double fraction;                     /* the first */
} seg_label_faults;

/* Reads all rows. Values count as whole within 1e-3. With stop_at_fraction the first that is not ends the reading
 * with SEG_OK, the map half built and faults->fractions = 1: the caller frees it. Otherwise they are counted and
 * given the label 0. With options->has_above the labels are 1 where the value is above it, else 0. `last`: the array ends
 * behind these rows, else another plane follows. Values that are not finite become
 * SEG_LABEL_NOT_FINITE, or 0 with options->nan_is_zero. */
seg_status seg_labels_read(seg_labelmap *map, seg_image_file *array, const seg_read_options *options,
                           bool stop_at_fraction, bool last, seg_label_faults *faults, seg_error *err);

#endif
