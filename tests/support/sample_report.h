/* sample_report.h - reports for tests: cases with names that formats stumble over, written to and read from a folder. */
#ifndef SEG_TESTS_SAMPLE_REPORT_H
#define SEG_TESTS_SAMPLE_REPORT_H

#include "report/read_report.h"
#include "report/report.h"

/* A case with classes 0, 1 and 7, two metrics, two losses, and odd values: undefined, infinite, tiny. */
void sample_case(seg_case *c, const char *name, double base);

/* Writes the cases to a file; fails the test when that fails. */
void sample_write(const char *path, const char *format, const seg_report_style *style, const seg_case *cases, size_t n);

/* The text of the report, '\0' behind it; free() it. */
char *sample_text(const char *format, const seg_report_style *style, const seg_case *cases, size_t n);

/* Reads a file or a text put into one. */
void sample_put(const char *path, const char *text);
char *sample_get(const char *path);

/* A file name in this test program's own temporary folder. The text is good until the next call but three. */
const char *sample_path(const char *name);

/* Fails unless both have the same rows, values bit by bit (NaN is NaN). */
void sample_same_rows(const seg_case *a, const seg_case *b);

#endif
