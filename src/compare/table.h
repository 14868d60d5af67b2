/* table.h - a comparison, ready to be written as text, Markdown, LaTeX, HTML, CSV or JSON. */
#ifndef SEG_COMPARE_TABLE_H
#define SEG_COMPARE_TABLE_H

#include "../report/markup.h"
#include "cells.h"
#include "test_result.h"

typedef enum { SEG_MARK_BOLD_UNDERLINE, SEG_MARK_SURVEY, SEG_MARK_NONE } seg_marking;
extern const char *const seg_marking_words[]; /* "bold-underline", "survey", "none" */

/* What a method, a measure or a class is called in the texts. */
typedef struct {
    const char *name, *shown;
} seg_new_name;

typedef enum { SEG_WRAP_AUTO, SEG_WRAP_NONE, SEG_WRAP_METRIC } seg_wrap;
extern const char *const seg_wrap_words[]; /* "auto", "none", "metric" */

typedef struct {
    seg_marking marking;
    bool transpose;            /* methods are columns */
    seg_wrap wrap;             /* a table for each measure; auto: where the whole one is too wide */
    const seg_new_name *names; /* [n_names] */
    size_t n_names;
    bool arrows;                 /* which direction is good, in the head */
    const char *caption, *label; /* LaTeX, HTML; NULL: none */
    int width;                   /* columns of the terminal for text; < 1: unlimited */
    bool colour;                 /* text */
} seg_table_style;

typedef struct {
    const seg_grades *grades;
    const seg_test_result *verdict; /* [n_verdicts], none when no statistics are asked for */
    size_t n_verdicts;
    seg_test_options judging;
    bool tells_apart;          /* cells that differ from the best of their column have a dagger */
    bool attainable;           /* there are enough cases for that */
    unsigned rankings;         /* bit k: the order by rule k of SEG_RANKINGS is written */
    const char *remarks;       /* sentences that stand under the table, one a line; may be NULL */
    const seg_warnings *notes; /* receives a sentence when a table was turned to fit the page */
    seg_table_style style;
} seg_table;

typedef struct {
    const char *name; /* text */
    const char *const *extensions;
    const char *meaning;
    bool statistics; /* written unless told otherwise */
    seg_status (*write)(const seg_table *table, seg_string *out, seg_error *err);
} seg_table_format;

extern const seg_table_format *const seg_table_formats[];
extern const size_t seg_table_formats_count;

const seg_table_format *seg_table_format_find(const char *name);
const seg_table_format *seg_table_format_of_path(const char *path);
const char *seg_table_format_nearest(const char *name);

/* For the writers: how marks, arrows and ± are spelled. */
typedef struct {
    const char *best[2], *second[2], *plain[2]; /* before and behind the number */
    const char *up, *down;
    const char *plus_minus;
    const char *differs[2]; /* behind a value that differs from the best of its column, and behind one that does not */
} seg_markup;

/* Adds a name as it is to be shown: a new one goes into LaTeX as it is, and is escaped elsewhere. */
void seg_table_name(const seg_table *table, const seg_table_markup *dialect, const char *name, seg_string *out);
/* The new name of something for a sentence, or the old one where the new one is markup. */
const char *seg_table_plain_name(const seg_table *table, const char *name);

/* Adds measure and arrow: "dsc (%) ↑". */
void seg_table_measure(const seg_table *table, size_t measure, const seg_table_markup *dialect,
                       const seg_markup *markup, seg_string *out);
/* Adds a cell: number, mark, spread, and the number of a footnote, whose text goes to *notes. */
void seg_table_cell(const seg_table *table, const seg_block *block, size_t i, size_t j, const seg_table_markup *dialect,
                    const seg_markup *markup, seg_intern *notes, seg_string *out);
/* Columns of the measure that column j belongs to, when j is the first of them; else 0. */
size_t seg_table_span(const seg_table *table, size_t j);
/* True when a second best is marked in the column: of two methods it would be the only other one. */
bool seg_table_has_second(const seg_table *table, const seg_block *block, size_t column);

/* The sentences under a table: how the order of the methods depends on failures, and table->remarks. */
void seg_table_remarks(const seg_table *table, seg_string *out);

/* "* best, + second best in each column" and how many cases; nothing when nothing is marked. */
void seg_table_legend(const seg_table *table, const char *best, const char *second, seg_string *out);

/* "† differs from the best of its column (...)", or that nothing does or can; nothing when it was not asked for. */
void seg_table_differences(const seg_table *table, const seg_table_markup *dialect, const char *dagger,
                           seg_string *out);

/* The statistics of one verdict: a title, two tables and some sentences, spelled in a dialect. */
typedef struct {
    seg_string title;
    seg_text_table rows, pairs;
    seg_string sentences; /* one a line */
} seg_statistics_text;

seg_status seg_statistics_text_make(seg_statistics_text *findings, const seg_table *table,
                                    const seg_test_result *verdict, const seg_table_markup *dialect, seg_error *err);
void seg_statistics_text_free(seg_statistics_text *findings);

#endif
