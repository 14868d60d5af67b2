/* calibration.h - the bins of a reliability diagram. */
#ifndef SEG_METRICS_CALIBRATION_H
#define SEG_METRICS_CALIBRATION_H

#include "../image/pair.h"

enum { SEG_CALIBRATION_BINS = 1000 };

/* Voxels of one bin: how many, the sum of their probabilities, and how many belong to the class. */
typedef struct {
    double n, p, hits;
} seg_calibration_bin;

/* Adds the voxels of a pair to bins of equal width, [l, u) and the last one closed; with closed_above (l, u], and p = 0 in
 * none. bins <= SEG_CALIBRATION_BINS. */
void seg_calibration_bins_add(seg_calibration_bin *bin, const seg_pair *pair, int cls, int bins, bool closed_above);

#endif
