/* folder_image.h - one image from several files: a channel in each, or a mask in each. */
#ifndef SEG_IO_FOLDER_IMAGE_H
#define SEG_IO_FOLDER_IMAGE_H

#include "../image/image.h"
#include "class_files.h"

/* Whether the files are named as channels: one text that ends in c, ch, channel, class, label, prob, pve_ or softmax, and
 * the numbers 0 to n-1. */
bool seg_folder_is_channels(const seg_folder *folder);

/* One map of exclusive classes: the class of a file is the number in its name, never its place in the list. Numbers from 1
 * leave the background the rest of 1. Numbers that are missing are SEG_MISMATCH. */
seg_status seg_image_of_channel_files(seg_image *image, const seg_folder *folder, const seg_read_options *options,
                                      const seg_warnings *notes, seg_error *err);

/* Independent masks of 0 and one more value, or maps with fractions; the class of a file is its name without extension. */
seg_status seg_image_of_mask_files(seg_image *image, const seg_folder *folder, const seg_read_options *options,
                                   const seg_warnings *notes, seg_error *err);

/* The name of a file without folder and image extension; free() it. NULL without memory. */
char *seg_file_stem(const char *path);

#endif
