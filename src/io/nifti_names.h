/* nifti_names.h - names of labels in an extension of a NIfTI header. */
#ifndef SEG_IO_NIFTI_NAMES_H
#define SEG_IO_NIFTI_NAMES_H

#include "image_file.h"

/* Adds the labels of a Caret extension, which TotalSegmentator writes, to the segments of the file. The stream is at the
 * first byte and stays there; the extensions are between `header` bytes and data_at. What is no such text of at most
 * 1 MiB is passed over. */
seg_status seg_nifti_names(seg_image_file *file, size_t header, bool swapped, seg_error *err);

#endif
