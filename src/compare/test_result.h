/* test_result.h - the statistics of one measure in one group: which rows differ, and whether a test could have told. */
#ifndef SEG_COMPARE_TEST_RESULT_H
#define SEG_COMPARE_TEST_RESULT_H

#include "../statistics/bootstrap.h"
#include "../statistics/friedman.h"
#include "../statistics/paired.h"
#include "lineup.h"

/* One paired comparison of rows a and b (indexes into the result's rows), a - b. */
typedef struct {
    size_t a, b;
    size_t units; /* cases, or clusters, compared */
    seg_wilcoxon test;
    double holm;                 /* p adjusted over all pairs of the result */
    double mean_difference;      /* over all units, zeros among them; NAN when a failure counts as worst */
    seg_interval mean_interval;  /* of it */
    seg_equivalence equivalence; /* within the margin, when there is one */
} seg_pair_verdict;

enum { SEG_MEAN_THEN_RANK, SEG_RANK_THEN_MEAN, SEG_TEST_BASED, SEG_RANKINGS };
extern const char *const seg_ranking_names[]; /* "mean_then_rank", ... */

/* Rows are compared on units: the cases in one column, or means over clusters of them, or, in a table without cases, the
 * columns that are not means. The cases are those of the table's cells: see lineup.h. */
typedef struct {
    size_t group, measure;
    size_t column; /* SIZE_MAX: the columns are the units */
    size_t *row;   /* [rows] indexes into the cube; those without any number are left out */
    size_t rows;
    size_t units;
    size_t cases;           /* behind the units */
    size_t excluded;        /* cases that some row lacks and that are left out for all */
    double *x;              /* [units][rows] */
    double *average_rank;   /* [rows] */
    seg_friedman friedman;  /* NAN for pairs over cases of their own */
    seg_pair_verdict *pair; /* [pairs] */
    size_t pairs;
    seg_stability stability;  /* NAN when a failure counts as worst */
    double *place;            /* [SEG_RANKINGS][rows] mid-ranks by three rules: of the means, of the mean ranks, of the
                              * pairs won at alpha after Holm */
    double tau[SEG_RANKINGS]; /* tau-b of the rules: 0 and 1, 0 and 2, 1 and 2; NAN when one is constant */
    double smallest_p;        /* that one pair can reach with so many units, and after Holm */
    double smallest_holm;
    bool infinite; /* a failure that counts as worst is among x */
} seg_test_result;

typedef struct {
    double alpha; /* 0.05 */
    size_t resamples;
    uint64_t seed;
    seg_missing missing;
    seg_zeros zeros;
    double margin; /* of equivalence; 0: none was given */
} seg_test_options;

/* Every group, measure with a direction, and column "all" (or each column when a measure has none such). *verdicts is
 * [*n]; free with seg_test_results_free. What has fewer than 2 rows or 2 units is left out. */
seg_status seg_test_results_make(seg_test_result **verdicts, size_t *n, const seg_dataset *cube,
                                 const seg_test_options *how, seg_error *err);
/* The same for every column of every measure with a direction, "all" or not. */
seg_status seg_test_results_of_columns(seg_test_result **verdicts, size_t *n, const seg_dataset *cube,
                                       const seg_test_options *how, seg_error *err);
void seg_test_results_free(seg_test_result *verdicts, size_t n);

#endif
