/* monotone.h - does a loss rise with the errors? Kendall's tau, drawdown, reversal, plateau, tail, verdict. */
#ifndef SEG_CURVES_MONOTONE_H
#define SEG_CURVES_MONOTONE_H

#include <stdbool.h>
#include <stddef.h>

#include "../base/error.h"

typedef enum {
    SEG_CONSTANT,
    SEG_MONOTONE,
    SEG_SATURATING,
    SEG_WAVY,
    SEG_FLUCTUATING,
    SEG_UNDEFINED,
    SEG_FALLING
} seg_trend;
extern const char *const seg_trend_words[]; /* "constant", "monotone", ... */

/* The measures that get a mean and a spread over seeds. */
typedef enum { SEG_TAU, SEG_DRAWDOWN, SEG_REVERSAL, SEG_PLATEAU, SEG_TAIL, SEG_RISE, SEG_MEASURES } seg_trend_statistic;
extern const char *const seg_measure_words[];

/* Of one curve. NAN where not defined: tau of a constant curve, anything of fewer than two points. */
typedef struct {
    double of[SEG_MEASURES];
    size_t points; /* with a value */
} seg_monotony;

/* x[n], y[n] in any order; pairs with a NAN are left out.
 *
 * tau: Kendall's tau-b of x and y, y rounded to a millionth of its range first: float noise on a plateau is not a
 *      change of order.
 * Then y is scaled to its range and points of equal x become one (their mean):
 * drawdown: the largest y_i - y_j with x_i < x_j: how far the loss falls while x grows.
 * reversal: sum of the falls / sum of all changes.   plateau: share of the changes below 0.002.
 * tail: y at the end - y at half of the largest x.   rise: the largest y_j - y_i with x_i < x_j. */
seg_status seg_monotony_of(const double *x, const double *y, size_t n, seg_monotony *out, seg_error *err);

/* A drawdown above 0.10 with a rise up to 0.10 is falling. Else a drawdown up to 0.05 is monotone (saturating when the plateau is over 0.25), up to 0.10 wavy, else fluctuating.
 * The limits are a convention: the numbers are printed beside the word. */
seg_trend seg_trend_of(const double measure[SEG_MEASURES]);

/* Whether the mean over n seeds is nearer to a limit than its standard error sd / sqrt(n): other seeds may give another
 * verdict. */
bool seg_trend_borderline(const double mean[SEG_MEASURES], const double sd[SEG_MEASURES], size_t n);

/* Sorts points by x, equal ones become their mean, in place; returns how many remain. NANs are dropped. */
seg_status seg_merge_points(double *x, double *y, size_t *n, seg_error *err);

#endif
