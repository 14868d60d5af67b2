/* text_header.h - headers of lines of text, as NRRD and MetaImage have, and the data files that they name. */
#ifndef SEG_IO_TEXT_HEADER_H
#define SEG_IO_TEXT_HEADER_H

#include "image_file.h"

enum { SEG_HEADER_LINE = 65536, SEG_HEADER_BYTES = 1 << 20 };

/* Reads a line into line[SEG_HEADER_LINE], without its end and the blanks around it; *at grows by its bytes. *more is
 * false at the end of the file. A line or a header that is too long, or a zero byte in a line, is SEG_READ. */
seg_status seg_header_line(seg_image_file *file, char *line, uint64_t *at, bool *more, seg_error *err);

/* Cuts a line at `separator`: *value is what follows, both without blanks around them. False when there is none. */
bool seg_header_cut(char *line, const char *separator, char **value);

/* The n numbers of a text, separated by blanks, commas or parentheses; "nan" is one. False when there are fewer or more. */
bool seg_header_numbers(const char *text, double *out, int n);
/* The same for whole numbers of at least 1. */
bool seg_header_sizes(const char *text, size_t *out, int n);

/* Goes to the data file that a header names: one plain name in the header's folder. Closes the header. */
seg_status seg_header_data_file(seg_image_file *file, const char *name, const seg_read_options *options,
                                seg_error *err);

#endif
