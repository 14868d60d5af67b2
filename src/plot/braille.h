/* braille.h - line drawings in a terminal: 2 x 4 dots a character, or one ASCII sign where there is no Unicode. */
#ifndef SEG_PLOT_BRAILLE_H
#define SEG_PLOT_BRAILLE_H

#include <stdbool.h>
#include <stddef.h>

#include "../base/error.h"
#include "../base/text.h"

/* {0} is empty. */
typedef struct {
    size_t columns, rows; /* characters */
    bool unicode;
    unsigned char *cell; /* [rows][columns] braille dots, or the ASCII sign */
} seg_dotboard;

seg_status seg_dotboard_begin(seg_dotboard *board, size_t columns, size_t rows, bool unicode, seg_error *err);

/* A line between two points of the unit square, y up. `sign` marks it in ASCII. Points that are not finite draw
 * nothing. */
void seg_dotboard_line(seg_dotboard *board, double x1, double y1, double x2, double y2, char sign);

/* Row `row` from the top, without a line feed. */
void seg_dotboard_row(const seg_dotboard *board, size_t row, seg_string *out);

void seg_dotboard_free(seg_dotboard *board);

#endif
