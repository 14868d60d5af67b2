/* paired.h - two methods on the same cases: do they differ, by how much, and could a test have told. */
#ifndef SEG_STATISTICS_PAIRED_H
#define SEG_STATISTICS_PAIRED_H

#include <stdbool.h>
#include <stddef.h>

#include "../base/error.h"

/* Up to so many differences the distribution of the signed ranks is counted out. */
enum { SEG_WILCOXON_EXACT = 50 };

/* What becomes of differences that are 0: they are left out before ranking, or ranked and then left out (Pratt 1959). */
typedef enum { SEG_ZEROS_DROP, SEG_ZEROS_PRATT } seg_zeros;
extern const char *const seg_zeros_words[]; /* "drop", "pratt" */

/* Wilcoxon's signed-rank test of x - y. All differences 0: p = 1, w = 0, effect 0. */
typedef struct {
    size_t n, zeros;    /* differences that are not 0, and those that are */
    double plus, minus; /* sums of the mid-ranks of |x - y| where x > y, x < y */
    double w;           /* the smaller of them */
    double p;           /* two-sided; NAN below 3 cases, where no p can say anything */
    bool exact;       /* counted over all sign patterns of the observed ranks; else normal with continuity correction */
    double effect;    /* rank-biserial: (plus - minus) / (plus + minus), in [-1, 1] */
    double shift;     /* Hodges-Lehmann: median of the Walsh averages of the differences that are not 0; NAN for Pratt,
                         * without any such difference, and when one is infinite */
    double low, high; /* its confidence interval from the signed ranks; infinite when n is too small for one */
    bool identical;   /* all differences are 0 */
} seg_wilcoxon;

/* x[n] and y[n], not NAN; an infinite difference is larger than any other and equal to its like, and inf - inf is 0.
 * level of the interval: 0.95. */
seg_status seg_wilcoxon_of(seg_wilcoxon *test, const double *x, const double *y, size_t n, seg_zeros zeros,
                           double level, seg_error *err);

/* The smallest two-sided p that n differences can give: 2 / 2^n. */
double seg_wilcoxon_smallest(size_t n);

/* Holm: p[n] are replaced by their adjusted values; NAN stays and does not count. */
seg_status seg_holm(double *p, size_t n, seg_error *err);

#endif
