/* focal_term.h - (1 - p)^gamma (-log p): the focal cost of one voxel, its slope, and its sum over a run of voxels. */
#ifndef SEG_LOSSES_PIXEL_FOCAL_TERM_H
#define SEG_LOSSES_PIXEL_FOCAL_TERM_H

#include <stdbool.h>
#include <stddef.h>

/* (1 - p)^gamma (-log max(p, eps)) */
double seg_focal_term(double p, double gamma, double eps);

/* Its derivative by p; below eps the one at eps. */
double seg_focal_slope(double p, double gamma, double eps);

/* The sum over n stored probabilities, 1 minus them where flip; eps is a normal number. */
double seg_focal_sum(const float *p, size_t n, bool flip, double gamma, double eps);

#endif
