/* minimise.h - the smallest value of a function of one number. */
#ifndef SEG_BASE_MINIMISE_H
#define SEG_BASE_MINIMISE_H

#include <stdbool.h>

#include "error.h"

/* *y = the function at x; may fail. */
typedef seg_status seg_objective_fn(const void *context, double x, double *y, seg_error *err);

typedef struct {
    double lo, hi;
    int points;       /* tried first, lo and hi among them, at least 2 */
    double precision; /* of x */
} seg_search;

/* *x = where the function is smallest in [lo, hi]: the best of the points, then a golden section between its two
 * neighbours, where the function should have one minimum. When an end is the best point, *x is that end exactly and
 * *at_end is true. */
seg_status seg_minimise(seg_objective_fn *f, const void *context, const seg_search *search, double *x, bool *at_end,
                        seg_error *err);

#endif
