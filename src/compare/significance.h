/* significance.h - which cells of a table differ from the best of their column. */
#ifndef SEG_COMPARE_SIGNIFICANCE_H
#define SEG_COMPARE_SIGNIFICANCE_H

#include "cells.h"
#include "test_result.h"

/* Sets `differs` in the cells whose row differs from every best row of the column: the p of the signed-rank test, after
 * Holm over all pairs of rows in the column, is below how->alpha. *attainable: a column has units enough for that. The
 * cube needs cases. */
seg_status seg_grades_tell_apart(seg_grades *grades, const seg_test_options *how, bool *attainable, seg_error *err);

#endif
