/* pair_class_sums.h - the sums of class_sums.h for a pair of any kind: maps of labels or of probabilities, a soft truth. */
#ifndef SEG_PASS_PAIR_CLASS_SUMS_H
#define SEG_PASS_PAIR_CLASS_SUMS_H

#include "../image/pair.h"
#include "accumulator.h"

/* The sums of one class for a label truth: seg_class_sums_width() doubles, for seg_class_sums_set(). It has no parameters. */
extern const seg_accumulator seg_class_sums_accumulator;

seg_status seg_pair_class_sums(seg_class_sums *m, const seg_pair *pair, seg_error *err);

#endif
