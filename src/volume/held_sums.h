/* held_sums.h - sums of probabilities, held away from 0 and 1 or not, and of their logarithms. */
#ifndef SEG_VOLUME_HELD_SUMS_H
#define SEG_VOLUME_HELD_SUMS_H

#include <stdbool.h>
#include <stddef.h>

/* p = y held in [low, high]; y are stored values moved into [0, 1], or 1 - that where flip. */
typedef struct {
    double low, high;
    double least_log, least_rest; /* what no voxel is below: -log(high) and -log(1 - low) */
} seg_hold;

seg_hold seg_hold_between(double low, double high);

/* sum of -log p, and of -log(1 - p), over n stored values; infinite where the hold allows the logarithm of 0. */
double seg_held_log(const float *y, size_t n, bool flip, const seg_hold *hold);
double seg_held_log_rest(const float *y, size_t n, bool flip, const seg_hold *hold);

/* sum of p. */
double seg_held_mass(const float *y, size_t n, bool flip, const seg_hold *hold);

typedef struct {
    double mass;  /* sum of p */
    double rest;  /* sum of 1 - p */
    double focal; /* sum of -(1 - p)^power log(max(p, eps)) */
} seg_held_focal_sums;

/* All three are added to. */
void seg_held_focal(const float *y, size_t n, bool flip, const seg_hold *hold, double power, double eps,
                    seg_held_focal_sums *sums);

/* The same, one voxel after another: for octets with a logarithm of 0, and for the tests. */
double seg_held_log_plainly(const float *y, size_t n, bool flip, const seg_hold *hold);
double seg_held_log_rest_plainly(const float *y, size_t n, bool flip, const seg_hold *hold);
double seg_held_mass_plainly(const float *y, size_t n, bool flip, const seg_hold *hold);
void seg_held_focal_plainly(const float *y, size_t n, bool flip, const seg_hold *hold, double power, double eps,
                            seg_held_focal_sums *sums);

#endif
