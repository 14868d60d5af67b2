/* focal_term.h - (1 - p)^gamma (-log p): the focal cost of one voxel, its slope, and its sum over the true classes. */
#ifndef SEG_LOSSES_PIXEL_FOCAL_TERM_H
#define SEG_LOSSES_PIXEL_FOCAL_TERM_H

#include "../../base/error.h"
#include "../../volume/pair.h"
#include "../../volume/witness.h"

/* (1 - p)^gamma (-log max(p, eps)) */
double seg_focal_term(double p, double gamma, double eps);

/* Its derivative by p; below eps the one at eps. */
double seg_focal_slope(double p, double gamma, double eps);

/* sums[classes]: the terms of the voxels of each class of the truth, p being the probability of that class. */
seg_status seg_focal_sums(const seg_pair *pair, double gamma, double eps, double *sums, seg_error *err);

/* The same sums, made while the map is read for the first time: the parts of a seg_witness_kind. */
typedef struct seg_focal_seen seg_focal_seen;
seg_status seg_focal_begin(seg_focal_seen **seen, double gamma, double eps, const seg_showing *showing, seg_error *err);
void seg_focal_see(void *seen, const seg_sight *sight);
void seg_focal_end(void *seen, int class);
const double *seg_focal_seen_sums(const seg_focal_seen *seen); /* [classes] */
void seg_focal_forget(void *seen);

#endif
