/* object_lines.h - the objects of a case as lines of a table. */
#ifndef SEG_EVALUATE_OBJECT_LINES_H
#define SEG_EVALUATE_OBJECT_LINES_H

#include "../metrics/object_table.h"
#include "../report/report.h"
#include "plan.h"

typedef enum { SEG_LINES_NONE, SEG_LINES_CSV, SEG_LINES_TSV, SEG_LINES_JSONL } seg_line_format;

/* The line of names; nothing for JSON lines. */
void seg_object_header(seg_string *out, seg_line_format format);

/* Adds a line for each object of the pair to out->objects. Class c of the pair is class first + c of the case, or, in a
 * scene of one foreground, class `first` alone. */
seg_status seg_object_lines(seg_case *out, const seg_pair *pair, const seg_plan *plan, seg_line_format format,
                            bool scene, int first, seg_error *err);

#endif
