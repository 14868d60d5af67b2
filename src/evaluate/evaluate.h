/* evaluate.h - one pair and one plan give the rows of one case. */
#ifndef SEG_EVALUATE_EVALUATE_H
#define SEG_EVALUATE_EVALUATE_H

#include "../base/error.h"
#include "../results/report.h"
#include "../volume/pair.h"
#include "plan.h"

typedef struct {
    bool per_class;         /* rows for each class beside the aggregate */
    bool per_slice;         /* rows for each slice beside those of the case */
    int slice_axis;         /* 0 x, 1 y, 2 z; -1: the axis with the largest spacing, z in a tie */
    seg_empty_policy empty;
} seg_evaluate_options;

/* Fills shape, spacing, classes and rows of a named case. Rows come in the order of the plan, the aggregate before
 * the classes, the whole case before its slices. Slices are computed side by side. */
seg_status seg_evaluate(seg_case *out, const seg_pair *pair, const seg_plan *plan, const seg_evaluate_options *options,
                        seg_error *err);

#endif
