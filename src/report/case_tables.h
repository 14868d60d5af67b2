/* case_tables.h - a case and a summary as tables of texts, spelled in a dialect. */
#ifndef SEG_REPORT_CASE_TABLES_H
#define SEG_REPORT_CASE_TABLES_H

#include "markup.h"
#include "report.h"

/* Lines are classes, columns measures; `named` puts the case's name in front of every line. Reasons of undefined
 * values become footnotes. A failed case is one line with its status (only when named). */
seg_status seg_case_table(seg_text_table *sheet, const seg_case *c, bool named, const seg_table_markup *dialect,
                          const seg_report_style *style, seg_intern *notes, seg_error *err);

/* A line per measure and class: n, mean, sd, median, quartiles, extremes, and what was undefined or infinite. */
seg_status seg_summary_table(seg_text_table *sheet, const seg_summary *summary, const seg_table_markup *dialect,
                             const seg_report_style *style, seg_error *err);

#endif
