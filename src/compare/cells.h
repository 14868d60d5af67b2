/* cells.h - a cube as a table: blocks of rows, columns of measures and classes, cells with their marks. */
#ifndef SEG_COMPARE_CELLS_H
#define SEG_COMPARE_CELLS_H

#include "../base/text.h"
#include "../statistics/describe.h"
#include "../statistics/interval.h"
#include "lineup.h"

/* What a cell says. */
typedef enum { SEG_SHOW_MEAN, SEG_SHOW_SD, SEG_SHOW_MEDIAN, SEG_SHOW_QUARTILES, SEG_SHOW_INTERVAL } seg_show;
extern const char *const seg_show_words[]; /* "mean", "sd", "median", "quartiles", "interval" */

typedef enum { SEG_UNMARKED, SEG_BEST, SEG_SECOND } seg_mark;

typedef struct {
    seg_show show;
    bool percent;   /* metrics without a unit times 100 */
    int decimals;   /* < 0: as many as a long table has, 4 for a pure number, 2 in percent or with a unit */
    bool strict;    /* ties are decided by the numbers, not by what is printed of them */
    bool mean;      /* a column with the mean over a measure's columns */
    double level;   /* of intervals: 0.95 */
    bool intervals; /* of the means are computed */
    size_t resamples;
    uint64_t seed;
    seg_missing missing; /* what failures become */
} seg_grading;

typedef struct {
    bool given;   /* the cube has something here */
    size_t n;     /* cases, or clusters of them, behind the numbers: the same for all methods of a column */
    size_t cases; /* cases that could be judged, of them */
    size_t failed;
    size_t undefined, infinite;   /* values among the failed ones */
    size_t not_applicable;        /* cases of the column whose truth lacks the class */
    size_t columns;               /* in the column of means: how many columns were averaged */
    seg_description d;            /* the mean is NAN when a failure counts as worst */
    const char *interval_kind;    /* "t", "bca", or NULL */
    seg_interval interval;        /* of the mean */
    seg_interval median;          /* of the median */
    double x;                     /* the number that is marked: mean or median, in percent when asked */
    char number[SEG_NUMBER_ROOM]; /* x as printed, or "" */
    double worst_median;          /* the median with failures as worst: what the order would be then */
    seg_mark mark;
    bool differs; /* from the best of its column, by a test: see significance.h */
    int place;    /* by the number shown: 1 is best, ties share the lowest; 0: none */
    int rank;     /* the same, but a method that failed in more cases of the column stands behind one that failed in
                   * fewer: leaving out a case must not raise a method that failed in it */
} seg_cell;

typedef struct {
    size_t measure;
    size_t column; /* SIZE_MAX: the mean over the columns of the measure that are not means themselves */
} seg_grade_column;

typedef struct {
    size_t group;
    size_t *row; /* [rows] */
    size_t rows;
    seg_cell *cell;  /* [rows][columns] */
    size_t *lacking; /* [columns] cases in which any method failed */
} seg_block;

typedef struct {
    const seg_dataset *cube;
    seg_grading how;
    seg_grade_column *column; /* [columns], measure by measure; columns that are means stand last */
    size_t columns;
    bool single;      /* no measure has more than one column: the second line of the head is left out */
    seg_block *block; /* [blocks] one per group that has anything */
    size_t blocks;
} seg_grades;

/* The cube must be sorted and outlive the grades. */
seg_status seg_grades_make(seg_grades *grades, const seg_dataset *cube, const seg_grading *how, seg_error *err);
void seg_grades_free(seg_grades *grades);

/* Adds "hd95 (mm)", "dsc (%)": the name of a measure with its unit. */
void seg_grades_measure(const seg_grades *grades, size_t measure, seg_string *out);
/* The name of a column: a class, "all", "mean". */
const char *seg_grades_column_name(const seg_grades *grades, size_t column);
/* 100 for a metric in percent, else 1; how many digits stand behind the point. */
double seg_grades_factor(const seg_grades *grades, size_t measure);
int seg_grades_decimals(const seg_grades *grades, size_t measure);
/* A number with so many digits behind the point; with an exponent when that would show nothing, or run wide. */
void seg_grades_print(char out[SEG_NUMBER_ROOM], double x, int decimals);
/* What stands in the cell beside the number: the sd in low, and nothing in high, or the ends of an interval; false when
 * nothing does. */
bool seg_grades_spread(const seg_grades *grades, size_t column, const seg_cell *cell, char low[SEG_NUMBER_ROOM],
                       char high[SEG_NUMBER_ROOM]);
/* What must be said about the values of a cell, "failed in 3 of 20 cases: 1 undefined, 2 infinite"; false when
 * nothing. */
bool seg_grades_remark(const seg_grades *grades, const seg_cell *cell, seg_string *out);
/* The number of cases in the column in which any method of the block failed, and the n of the column's cells. */
size_t seg_grades_failed(const seg_grades *grades, const seg_block *block, size_t column);
size_t seg_grades_n(const seg_grades *grades, const seg_block *block, size_t column);
/* How the order of the methods changes when failures count as worst: a sentence for every column in which it does, and
 * one when it does nowhere. Nothing without failures. */
void seg_grades_orders(const seg_grades *grades, seg_string *out);
/* True when the numbers shown are medians. */
bool seg_grades_medians(const seg_grading *how);

#endif
