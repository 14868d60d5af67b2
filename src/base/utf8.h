/* utf8.h - file names and labels are bytes; reports are UTF-8 in columns. */
#ifndef SEG_BASE_UTF8_H
#define SEG_BASE_UTF8_H

#include <stddef.h>

#include "text.h"

/* Bytes of the character at text, 1 to 4, or 0 when it is not well-formed UTF-8 or the end; *code is its number. */
int seg_utf8_next(const char *text, unsigned long *code);

/* Columns that the text takes on a terminal: 2 for East Asian wide characters and pictures, 0 for combining marks. */
size_t seg_utf8_width(const char *text);

/* Adds the text with every byte that is not UTF-8 replaced by U+FFFD. */
void seg_utf8_add(seg_string *out, const char *text);

#endif
