/* slice_mean.h - means over the slices of a case. */
#ifndef SEG_EVALUATE_SLICE_MEAN_H
#define SEG_EVALUATE_SLICE_MEAN_H

#include "../report/report.h"

/* The rows of the case from `first` on are of slices: adds for each measure and class the mean over the slices in which
 * it is defined, as a row of slice SEG_SLICE_MEAN. Without `keep` the rows of the slices leave the case. */
seg_status seg_slice_means(seg_case *c, size_t first, bool keep, seg_error *err);

#endif
