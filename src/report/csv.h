/* csv.h - fields of RFC 4180, written and read. */
#ifndef SEG_REPORT_CSV_H
#define SEG_REPORT_CSV_H

#include <stdbool.h>
#include <stddef.h>

#include "../base/error.h"
#include "../base/text.h"

/* Adds a field, quoted when it holds the separator, a quote or a line break. */
void seg_csv_field(seg_string *out, char separator, const char *text);

/* A text cut into records, one after the other. {.text, .separator, .line = 1} begins it; the text is changed in place. */
typedef struct {
    char *text; /* what is left */
    char separator;
    size_t line, record; /* line where the next record starts, and the last one started; the first line is 1 */
    char **field;        /* [n] of the last record, inside the text */
    size_t n, room;
} seg_csv;

/* The next record; *more is false at the end of the text. Lines end with LF or CRLF; empty lines are skipped. */
seg_status seg_csv_next(seg_csv *csv, bool *more, seg_error *err);

void seg_csv_free(seg_csv *csv);

/* The separator that the first line uses: a tab when it has one outside quotes and no comma, else a comma. */
char seg_csv_separator(const char *text);

#endif
