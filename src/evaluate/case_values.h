/* case_values.h - the losses and metrics of one pair, before they become rows. */
#ifndef SEG_EVALUATE_CASE_VALUES_H
#define SEG_EVALUATE_CASE_VALUES_H

#include "evaluate.h"

/* The values of one pair: of the whole case, or of one slice. */
typedef struct {
    seg_score *score;    /* [losses] */
    seg_value *by_class; /* [losses][classes], behind the scores */
    seg_value *metric;   /* [metrics][classes + 1] */
    seg_status status;
    seg_error error;
} seg_case_values;

/* What accompanies the whole case: observer, warnings, timing; a slice has none of it. */
typedef struct {
    const seg_observer *observer;
    const seg_accumulations *accumulations;
    const seg_warnings *notes;
    seg_case *out;
    const seg_timing *timing;
} seg_case_context;

/* Computes the losses and metrics of the plan. `context` may be NULL. Free *v also after an error. */
seg_status seg_case_values_compute(seg_case_values *v, const seg_pair *pair, const seg_plan *plan,
                                   seg_empty_policy empty, const seg_case_context *context, seg_error *err);
void seg_case_values_free(seg_case_values *v);

/* The values of every slice across an axis, side by side; values[slices], to be freed each and then as a whole. */
seg_status seg_slice_values_compute(seg_case_values **values, const seg_pair *pair, const seg_plan *plan,
                                    seg_empty_policy empty, int axis, seg_error *err);

/* The axis that slices are cut across: the option, or the one with the largest spacing, z in a tie. */
int seg_slice_axis(const seg_pair *pair, const seg_evaluate_options *options);

#endif
