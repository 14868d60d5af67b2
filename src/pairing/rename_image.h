/* rename_image.h - a renaming applied to the labels or channels of an image. */
#ifndef SEG_PAIRING_RENAME_IMAGE_H
#define SEG_PAIRING_RENAME_IMAGE_H

#include "../image/image.h"
#include "renaming.h"

/* Renames labels by their runs, and the labels that exclusive channels stand for; channels of one label are added up when
 * the pair is made. Independent channels are left alone. SEG_MISMATCH for a segment that a panoptic file does not list. */
seg_status seg_image_rename(seg_image *image, const seg_renaming *renaming, seg_error *err);

#endif
