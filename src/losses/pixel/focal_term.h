/* focal_term.h - (1 - p)^gamma (-log p): the focal cost of one voxel, its slope, and its sum over the true classes. */
#ifndef SEG_LOSSES_PIXEL_FOCAL_TERM_H
#define SEG_LOSSES_PIXEL_FOCAL_TERM_H

#include "../../base/error.h"
#include "../../volume/pair.h"

/* (1 - p)^gamma (-log max(p, eps)) */
double seg_focal_term(double p, double gamma, double eps);

/* Its derivative by p; below eps the one at eps. */
double seg_focal_slope(double p, double gamma, double eps);

/* sums[classes]: the terms of the voxels of each class of the truth, p being the probability of that class. */
seg_status seg_focal_sums(const seg_pair *pair, double gamma, double eps, double *sums, seg_error *err);

#endif
