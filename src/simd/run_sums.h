/* run_sums.h - sums of the probabilities of a class over a run of voxels. */
#ifndef SEG_SIMD_RUN_SUMS_H
#define SEG_SIMD_RUN_SUMS_H

#include <stdbool.h>
#include <stddef.h>

/* Sums over n stored values p (y = p clamped to [0, 1], or 1 - that where flip). */
typedef struct {
    double mass;   /* y */
    double square; /* y^2 */
    double error;  /* (1 - y)^2 */
    double log;    /* -log(max(y, eps)) */
} seg_run_sums;

/* mass and square are added to. */
void seg_run_sums_other(const float *p, size_t n, bool flip, seg_run_sums *sums);
/* All four are added to. eps > 0. */
void seg_run_sums_own(const float *p, size_t n, bool flip, double eps, seg_run_sums *sums);

/* The same, one voxel after another, for the tests. */
void seg_run_sums_own_ref(const float *p, size_t n, bool flip, double eps, seg_run_sums *sums);

#endif
