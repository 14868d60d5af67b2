/* read_lines.h - a JSONL report case by case: what is in memory does not grow with the report. */
#ifndef SEG_REPORT_READ_LINES_H
#define SEG_REPORT_READ_LINES_H

#include <stdio.h>

#include "read_report.h"

/* {0} is closed. */
typedef struct {
    FILE *stream;
    const char *path;    /* the caller's */
    char *text;          /* the line read last */
    size_t room, number; /* lines read since opening */
    uint64_t at;         /* where the line read last begins */
    uint64_t next;       /* and the one after it */
    seg_report_file one; /* its case, and the settings when it says them */
} seg_report_lines;

/* Opens a file at a place where a line begins. */
seg_status seg_report_lines_open(seg_report_lines *lines, const char *path, uint64_t at, seg_error *err);

/* The next case, good until the next call; NULL at the end. A line that is cut off is an error. */
seg_status seg_report_lines_next(seg_report_lines *lines, seg_case **c, seg_error *err);

void seg_report_lines_close(seg_report_lines *lines);

/* Counts the complete lines of a report that may be torn, without looking into them; *bytes is what they take. A file
 * that is not there has none. */
seg_status seg_report_lines_count(const char *path, size_t *n, size_t *bytes, seg_error *err);

#endif
