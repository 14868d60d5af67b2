/* read_parts.h - what the readers of the formats share while a report is read. */
#ifndef SEG_REPORT_READ_PARTS_H
#define SEG_REPORT_READ_PARTS_H

#include "read_report.h"

/* A new case of that name at the end of file->cases, or NULL: the name is taken, or memory is out (see *err). */
seg_case *seg_report_file_add(seg_report_file *file, const char *name, seg_error *err);

/* Index of the class with that id, added with the label when the case does not have it; -1 without memory. */
int seg_case_class_index(seg_case *c, int64_t id, const char *label, seg_error *err);

/* text is changed. length excludes the '\0' behind it. */
seg_status seg_report_read_csv(seg_report_file *file, char *text, seg_error *err);
seg_status seg_report_read_json(seg_report_file *file, const char *text, size_t length, seg_error *err);
seg_status seg_report_read_jsonl(seg_report_file *file, const char *text, size_t length, seg_error *err);
/* One line of JSONL; its line break is missing when the file is cut off. */
seg_status seg_report_read_line(seg_report_file *file, const char *text, size_t length, size_t number, seg_error *err);

/* True when the text, which starts with '{', is a document with "cases" rather than lines of them. */
bool seg_report_is_document(const char *text, size_t length);

/* The whole file, or stdin for "-", '\0' behind it; free() it, also after an error. A '\0' inside is an error: no report
 * has one. Errors name the file. */
seg_status seg_read_text(char **text, size_t *length, const char *path, seg_error *err);

#endif
