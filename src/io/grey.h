/* grey.h - rows of pixels with one to four samples become rows of one number for each pixel. */
#ifndef SEG_IO_GREY_H
#define SEG_IO_GREY_H

#include "format.h"

/* How the pixels of a picture are stored; filled when it is opened. */
typedef struct {
    int channels; /* 1 grey, 2 grey+alpha, 3 RGB, 4 RGBA */
    bool alpha;   /* the last channel is transparency */
    bool alpha_seen;
    uint64_t alpha_value; /* of all pixels so far */
} seg_pixels;

/* Colours are read as one number for each pixel, R + 256 G + 65536 B, when there are three of 8 bits. */
void seg_take_colours(seg_image_file *file, int colours);

/* out[width] = the number of each pixel of row y, samples of file->type in the byte order of this machine. Colour
 * channels must agree in every pixel, and transparency must be the same everywhere: else SEG_READ. */
seg_status seg_grey_row(seg_pixels *pixels, const seg_image_file *file, const void *row, size_t width, size_t y,
                        void *out, seg_error *err);

#endif
