/* text_table.h - a table of texts, printed in aligned columns that wrap to the width of a terminal. */
#ifndef SEG_REPORT_TEXT_TABLE_H
#define SEG_REPORT_TEXT_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "../base/error.h"
#include "../base/intern.h"
#include "../base/text.h"

/* The first row is the head, the first column the stub; both are repeated when columns wrap. An empty cell of the head
 * belongs to the text on its left, which is repeated above the first column of a line of columns. {0} is empty. */
typedef struct {
    size_t columns;
    const char **cell; /* [rows][columns] */
    size_t n, room;    /* cells */
    size_t left;       /* so many columns from the first are flush left, the others right */
    bool failed;       /* an addition failed for want of memory */
    seg_intern pool;
} seg_text_table;

/* Adds the next cell, row by row. */
void seg_text_table_add(seg_text_table *sheet, const char *text);

/* Adds the sheet to *out; width < 1: one block however wide. `colour` makes the head bold. */
seg_status seg_text_table_print(const seg_text_table *sheet, int width, bool colour, seg_string *out, seg_error *err);

void seg_text_table_free(seg_text_table *sheet);

#endif
