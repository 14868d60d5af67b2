/* markup.h - how a table is spelled on a terminal, in Markdown and in LaTeX. */
#ifndef SEG_REPORT_MARKUP_H
#define SEG_REPORT_MARKUP_H

#include "text_table.h"

typedef struct {
    void (*text)(seg_string *out, const char *text);            /* adds a text, escaped */
    void (*number)(seg_string *out, const char *number);        /* adds a number, given as plain text */
    void (*open)(seg_string *out, size_t left, size_t columns); /* what stands before the head */
    void (*rule)(seg_string *out, size_t left, size_t columns); /* between head and body */
    const char *row, *between, *row_end;                        /* around the cells of a row */
    const char *close;                                          /* what stands behind the last row */
    const char *mark_open, *mark_close;                         /* around the number of a footnote */
    const char *note_end;                                       /* behind each footnote */
} seg_table_markup;

extern const seg_table_markup seg_markup_plain, seg_markup_markdown, seg_markup_latex;

/* Adds row number `row` of a sheet whose cells are already spelled in the dialect. */
void seg_markup_row(const seg_table_markup *dialect, const seg_text_table *sheet, size_t row, seg_string *out);

/* Adds the number of a footnote. */
void seg_markup_mark(const seg_table_markup *dialect, size_t number, seg_string *out);

/* Adds the footnotes, numbered from 1, and empties the pool. */
void seg_markup_notes(const seg_table_markup *dialect, seg_intern *notes, seg_string *out);

#endif
