/* lineup.h - the values of one measure in one column, methods side by side over the same cases.
 *
 * Tables and tests read the same lineup, so that a cell and the test beside it are never about different cases. A case
 * in which the truth lacks the class leaves the column for all methods. In the others a method has a number or has
 * failed, and seg_missing says what a failure becomes.
 */
#ifndef SEG_COMPARE_LINEUP_H
#define SEG_COMPARE_LINEUP_H

#include "dataset.h"

typedef enum {
    SEG_MISSING_EXCLUDE, /* a case in which any method failed leaves the column for all */
    SEG_MISSING_WORST,   /* failures are worse than any value and equal to each other */
    SEG_MISSING_PENALTY, /* failures become a number */
    SEG_MISSING_PAIRWISE /* as exclude; every pair is tested over its own common cases */
} seg_missing_rule;

typedef struct {
    seg_missing_rule rule;
    double penalty;
    bool diagonal; /* the penalty is the diagonal of the case's image, for lengths */
} seg_missing;

typedef struct {
    size_t failed;              /* cases in which the method lacks a number, for any reason that is its own */
    size_t undefined, infinite; /* values, among the failed ones, that are so */
} seg_lack;

/* Free with seg_lineup_free. */
typedef struct {
    const seg_dataset *cube;
    size_t group, measure, column; /* column SIZE_MAX: the columns that are no means are the cases (a table without) */
    seg_missing how;
    size_t *row; /* [rows] methods that have anything here */
    size_t rows;
    seg_lack *lack;  /* [rows] */
    size_t cases;    /* applicable cases */
    size_t lacking;  /* applicable cases in which any method failed */
    size_t excluded; /* those of them that left the column */
    size_t not_applicable;
    size_t *at;  /* [cases] which they are */
    double *raw; /* [cases][rows], NAN where the method failed */
    double *x;   /* [units][rows] the numbers: of cases, or means over the cases of a cluster */
    size_t units;
} seg_lineup;

seg_status seg_lineup_make(seg_lineup *l, const seg_dataset *cube, size_t group, size_t measure, size_t column,
                           const seg_missing *how, seg_error *err);
void seg_lineup_free(seg_lineup *l);

/* The place of a method in the lineup, SIZE_MAX when it has nothing here. */
size_t seg_lineup_place(const seg_lineup *l, size_t row);

/* The numbers of rows a and b (places in the lineup) side by side; x and y have room for l->cases. By
 * SEG_MISSING_PAIRWISE over the cases in which neither failed, else l->x. */
seg_status seg_lineup_pair(const seg_lineup *l, size_t a, size_t b, double *x, double *y, size_t *n, seg_error *err);

#endif
