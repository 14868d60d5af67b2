/* ascii_numbers.h - numbers written as text become stored numbers. */
#ifndef SEG_IO_ASCII_NUMBERS_H
#define SEG_IO_ASCII_NUMBERS_H

#include "image_file.h"

/* The decoder of numbers in text, separated by blanks or commas, that `from` gives: file->stored of them of file->type.
 * A word that is no such number, or a text with fewer or more, is SEG_READ. */
seg_status seg_ascii_decoder(seg_decoder *decoder, const seg_image_file *file, seg_stream *from, seg_error *err);

#endif
