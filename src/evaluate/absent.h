/* absent.h - the values that measures have for a class in neither map, as an evaluation would give them. */
#ifndef SEG_EVALUATE_ABSENT_H
#define SEG_EVALUATE_ABSENT_H

#include "../metrics/metric.h"
#include "../report/summary.h"

/* The convention and the policy of the run. */
typedef struct {
    int convention; /* index into seg_conventions */
    seg_empty_policy empty;
} seg_absent_rules;

/* For seg_absent_values.value: context is a seg_absent_rules. Losses, and what depends on the size of the image, are
 * undefined. */
seg_status seg_absent_value(void *context, const seg_summary_key *key, double *x, const char **status, seg_error *err);

#endif
