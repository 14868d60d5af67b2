/* focal_term.h - (1 - p)^gamma (-log p): the focal cost of one voxel, its slope, and its sum over the true classes. */
#ifndef SEG_LOSSES_PIXEL_FOCAL_TERM_H
#define SEG_LOSSES_PIXEL_FOCAL_TERM_H

#include "../../base/error.h"
#include "../../image/pair.h"
#include "../../pass/accumulator.h"

/* (1 - p)^gamma (-log max(p, eps)) */
double seg_focal_term(double p, double gamma, double eps);

/* Its derivative by p; below eps the one at eps. */
double seg_focal_slope(double p, double gamma, double eps);

/* sums[classes]: the terms of the voxels of each class of the truth, p being the probability of that class. */
seg_status seg_focal_sums(const seg_pair *pair, double gamma, double eps, double *sums, seg_error *err);

/* The same sums, made while the map is read for the first time: the parts of a seg_accumulator_kind. */
typedef struct seg_focal_state seg_focal_state;
seg_status seg_focal_begin(seg_focal_state **seen, double gamma, double eps, const seg_pass_info *showing,
                           seg_error *err);
void seg_focal_update(void *seen, const seg_class_tile *sight);
void seg_focal_finish(void *seen, int cls);
const double *seg_focal_state_sums(const seg_focal_state *seen); /* [classes] */
void seg_focal_free(void *seen);

#endif
