/* cell.h - the pieces of text that several formats share: a value, the name of a measure, of a class. */
#ifndef SEG_REPORT_CELL_H
#define SEG_REPORT_CELL_H

#include "report.h"

/* The value as csv, tsv and value print it: empty or the style's word when undefined, "inf", else the number. */
const char *seg_cell_exact(char out[SEG_NUMBER_ROOM], double x, const seg_report_style *style);

/* The value for people: 4 decimals, or the significant digits that the style says, zeros kept ("0.9100"); "-" or
 * the style's word when undefined. */
const char *seg_cell_rounded(char out[SEG_NUMBER_ROOM], double x, const seg_report_style *style);

/* "hd95 (mm)", "tversky fn=0.7": adds the head of a column. */
void seg_cell_measure(seg_string *out, const char *measure, const char *params, const char *unit);

/* "1 liver", or "1" without a name: adds the name of a class. */
void seg_cell_class(seg_string *out, int64_t id, const char *label);

/* True when the row has a reason to explain: its status is not "ok". */
bool seg_row_noted(const seg_row *row);

#endif
