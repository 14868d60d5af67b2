/* test_result.h - the statistics of one measure in one group: which rows differ, and whether a test could have told. */
#ifndef SEG_COMPARE_TEST_RESULT_H
#define SEG_COMPARE_TEST_RESULT_H

#include "../statistics/bootstrap.h"
#include "../statistics/friedman.h"
#include "../statistics/paired.h"
#include "dataset.h"

/* One paired comparison of rows a and b (indexes into the verdict's rows), a - b. */
typedef struct {
    size_t a, b;
    seg_wilcoxon test;
    double holm; /* p adjusted over all pairs of the verdict */
} seg_pair_verdict;

/* Rows are compared on units: the cases in one column, or, without cases, the columns that are not means. Units in
 * which any row has no finite value are left out. */
typedef struct {
    size_t group, measure;
    size_t column; /* SIZE_MAX: the columns are the units */
    size_t *row;   /* [rows] indexes into the cube; those without any finite value are left out */
    size_t rows;
    size_t units, left_out;
    double *x;            /* [units][rows] */
    double *average_rank; /* [rows] */
    seg_friedman friedman;
    seg_pair_verdict *pair; /* [pairs] */
    size_t pairs;
    seg_stability stability;
    double smallest_p; /* that one pair can reach with so many units, and after Holm */
    double smallest_holm;
} seg_test_result;

typedef struct {
    double alpha; /* 0.05 */
    size_t resamples;
    uint64_t seed;
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
