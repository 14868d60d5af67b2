/* minimise.c - a scan of equal steps, then a golden section. */
#include "minimise.h"

#include <math.h>

/* The middle of what is left of [a, b] when it is shorter than precision. */
static seg_status golden_section(seg_objective_fn *f, const void *context, double a, double b, double precision,
                                 double *x, seg_error *err)
{
    static const double G = 0.6180339887498949; /* 1 / golden ratio */
    double left = b - G * (b - a), right = a + G * (b - a), at_left, at_right;
    seg_status st = f(context, left, &at_left, err);

    if (!st)
        st = f(context, right, &at_right, err);
    while (!st && b - a > precision) {
        if (at_left < at_right) {
            b = right;
            right = left, at_right = at_left;
            left = b - G * (b - a);
            st = f(context, left, &at_left, err);
        } else {
            a = left;
            left = right, at_left = at_right;
            right = a + G * (b - a);
            st = f(context, right, &at_right, err);
        }
    }
    *x = (a + b) / 2;
    return st;
}

seg_status seg_minimise(seg_objective_fn *f, const void *context, const seg_search *search, double *x, bool *at_end,
                        seg_error *err)
{
    double step = (search->hi - search->lo) / (search->points - 1), least = INFINITY;
    int best = 0;
    seg_status st = SEG_OK;

    for (int i = 0; !st && i < search->points; i++) {
        double y;

        st = f(context, search->lo + i * step, &y, err);
        if (!st && y < least) {
            least = y;
            best = i;
        }
    }
    if (st)
        return st;
    *at_end = best == 0 || best == search->points - 1;
    if (*at_end) {
        *x = best == 0 ? search->lo : search->hi;
        return SEG_OK;
    }
    return golden_section(f, context, search->lo + (best - 1) * step, search->lo + (best + 1) * step, search->precision,
                          x, err);
}
