/* png.h - a PNG row by row with all its channels, behind the descriptor of format.h. */
#ifndef SEG_IO_PNG_H
#define SEG_IO_PNG_H

#include "image_file.h"

/* *row = the next row of the file, all channels as they are stored. The file is a PNG. */
seg_status seg_png_samples(seg_image_file *array, const void **row, seg_error *err);

#endif
