/* sheet.h - the lines of a comparison's table, spelled in a dialect: what stands where, in either direction. */
#ifndef SEG_COMPARE_SHEET_H
#define SEG_COMPARE_SHEET_H

#include "table.h"

typedef enum { SEG_LINE_HEAD, SEG_LINE_GROUP, SEG_LINE_ROW, SEG_LINE_FOOT } seg_line_kind;

/* cell[columns]. In a head a cell may cover several columns: the others are NULL. A group line is the stub alone. */
typedef struct {
    seg_line_kind kind;
    bool new_block; /* the first line of a block of rows */
    const char *stub;
    const char **cell;
} seg_line;

typedef struct {
    size_t columns; /* beside the stub */
    seg_line *line; /* [n], heads first */
    size_t n, room;
    bool failed;
    seg_intern pool;
} seg_sheet;

/* Columns [from, to) of the grades. Usually methods are rows. `transpose`: classes are rows, and measures and methods
 * columns; where no measure has more than one class, measures are rows and methods columns. Footnotes go to *notes. */
typedef struct {
    size_t from, to;
    bool transpose;
} seg_sheet_part;

seg_status seg_sheet_make(seg_sheet *sheet, const seg_table *table, const seg_sheet_part *part,
                          const seg_table_markup *dialect, const seg_markup *markup, seg_intern *notes, seg_error *err);
void seg_sheet_free(seg_sheet *sheet);

/* The first part of the table and the ones behind it; false at the end. `by_measure`: a part for each measure. */
bool seg_sheet_next(seg_sheet_part *part, const seg_table *table, bool by_measure);

/* How a table is turned and divided. */
typedef struct {
    bool transpose, by_measure;
} seg_sheet_form;

/* The width of the widest of its parts: the sum over columns of the widest text by `width_of`, and a gap for each. */
seg_status seg_sheet_width(double *width, const seg_table *table, const seg_sheet_form *form,
                           double (*width_of)(const char *text), double gap, seg_error *err);

#endif
