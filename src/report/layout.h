/* layout.h - the rows of a case as people look at them: a line per class (or slice and class), a column per measure. */
#ifndef SEG_REPORT_LAYOUT_H
#define SEG_REPORT_LAYOUT_H

#include "report.h"

typedef struct {
    long slice; /* -1: the whole case; such lines stand first */
    int cls;    /* -1: the aggregate, before the classes */
} seg_layout_line;

/* Columns with metrics first, then losses, each in the order in which they came. The texts belong to the case. */
typedef struct {
    seg_layout_line *line; /* [lines], ascending */
    size_t lines, room_lines;
    const seg_row **column; /* [columns] a row that has the column's measure */
    size_t columns, room_columns;
    const seg_row **cell; /* [lines][columns], NULL where the case has no such row */
} seg_layout;

seg_status seg_layout_make(seg_layout *layout, const seg_case *c, seg_error *err);
void seg_layout_free(seg_layout *layout);

/* "slice 12, 1 liver", "all": adds the name of a line. */
void seg_layout_line_name(seg_string *out, const seg_case *c, const seg_layout_line *line);

#endif
