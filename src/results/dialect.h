/* dialect.h - how a table is spelled on a terminal, in Markdown and in LaTeX. */
#ifndef SEG_RESULTS_DIALECT_H
#define SEG_RESULTS_DIALECT_H

#include "sheet.h"

typedef struct {
    void (*text)(seg_string *out, const char *text);      /* adds a text, escaped */
    void (*number)(seg_string *out, const char *number);  /* adds a number, given as plain text */
    void (*open)(seg_string *out, size_t left, size_t columns);  /* what stands before the head */
    void (*rule)(seg_string *out, size_t left, size_t columns);  /* between head and body */
    const char *row, *between, *row_end;                  /* around the cells of a row */
    const char *close;                                    /* what stands behind the last row */
    const char *mark_open, *mark_close;                   /* around the number of a footnote */
    const char *note_end;                                 /* behind each footnote */
} seg_dialect;

extern const seg_dialect seg_dialect_plain, seg_dialect_markdown, seg_dialect_latex;

/* Adds row number `row` of a sheet whose cells are already spelled in the dialect. */
void seg_dialect_row(const seg_dialect *dialect, const seg_sheet *sheet, size_t row, seg_string *out);

/* Adds the number of a footnote. */
void seg_dialect_mark(const seg_dialect *dialect, size_t number, seg_string *out);

/* Adds the footnotes, numbered from 1, and empties the pool. */
void seg_dialect_notes(const seg_dialect *dialect, seg_pool *notes, seg_string *out);

#endif
