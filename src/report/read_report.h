/* read_report.h - reads reports of `segloss eval` back: CSV and TSV in any order of columns, JSON, JSONL. */
#ifndef SEG_REPORT_READ_REPORT_H
#define SEG_REPORT_READ_REPORT_H

#include "../base/error.h"
#include "report.h"

/* {0} is empty. */
typedef struct {
    seg_case *cases; /* [n] in the order of the file */
    size_t n, room;
    seg_setting *settings; /* [n_settings] of a JSON document */
    size_t n_settings, room_settings;
    const seg_report_format *format; /* what the file turned out to be: csv, tsv, json or jsonl */
    seg_intern names;                /* of the cases, in their order: they are unique */
    seg_intern pool;                 /* owns the settings' texts */
} seg_report_file;

/* "-" is stdin. A line of JSONL that is cut off is an error. */
seg_status seg_report_read(seg_report_file *file, const char *path, seg_error *err);

/* The case of that name (as JSON spells it: bytes that are not UTF-8 are U+FFFD there), or NULL. */
const seg_case *seg_report_file_find(const seg_report_file *file, const char *name);

void seg_report_file_free(seg_report_file *file);

#endif
