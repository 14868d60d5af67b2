/* robustness.h - what another truth does to a value, and to the difference of two. */
#ifndef SEG_STATISTICS_ROBUSTNESS_H
#define SEG_STATISTICS_ROBUSTNESS_H

#include <stdbool.h>
#include <stddef.h>

#include "../base/error.h"

/* Of one method: given[cases] against the given truth, redrawn[redraws][cases] against the others. At least one case and
 * two redraws, all finite. */
typedef struct {
    double value; /* mean of given */
    double bias;  /* mean over cases of (mean over redraws - given) */
    double sd;    /* root of the mean over cases of the variance over redraws */
} seg_robust_value;
seg_robust_value seg_robust_value_of(const double *given, const double *redrawn, size_t cases, size_t redraws);

/* Of two methods: differences first less second. */
typedef struct {
    double gap, gap_redrawn, retained;      /* retained: NAN when gap is 0 */
    double gap_sd, gap_sd_low, gap_sd_high; /* over redraws, and its 95 % interval */
    double flips, case_flips;               /* shares of redraws, and of cases and redraws, with another sign */
} seg_robust_gap;
seg_status seg_robust_gap_of(seg_robust_gap *gap, const double *given, const double *redrawn, size_t cases,
                             size_t redraws, seg_error *err);

/* What can be said of it. */
typedef enum { SEG_GAP_NONE, SEG_GAP_STANDS, SEG_GAP_NOISE, SEG_GAP_UNSETTLED } seg_gap_verdict;
seg_gap_verdict seg_gap_verdict_of(const seg_robust_gap *gap);

#endif
