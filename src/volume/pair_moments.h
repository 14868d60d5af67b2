/* pair_moments.h - the sums of moments.h for a pair of any kind: maps of labels or of probabilities, a soft truth. */
#ifndef SEG_VOLUME_PAIR_MOMENTS_H
#define SEG_VOLUME_PAIR_MOMENTS_H

#include "pair.h"

seg_status seg_pair_moments(seg_moments *m, const seg_pair *pair, seg_error *err);

#endif
