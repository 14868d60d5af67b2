/* clamped_sums.h - sums of clamped probabilities and of their logarithms. */
#ifndef SEG_SIMD_CLAMPED_SUMS_H
#define SEG_SIMD_CLAMPED_SUMS_H

#include <stdbool.h>
#include <stddef.h>

/* p = y clamped to [low, high]; y is a stored value clamped to [0, 1], or 1 - that where flip. */
typedef struct {
    double low, high;
    double least_log, least_rest; /* the least cost of a voxel: -log(high) and -log(1 - low) */
} seg_clamp;

seg_clamp seg_clamp_between(double low, double high);

/* sum of -log p, and of -log(1 - p), over n stored values; infinite where the clamp allows the logarithm of 0. */
double seg_sum_neg_log(const float *y, size_t n, bool flip, const seg_clamp *clamp);
double seg_sum_neg_log1m(const float *y, size_t n, bool flip, const seg_clamp *clamp);

/* sum of p. */
double seg_sum_clamped(const float *y, size_t n, bool flip, const seg_clamp *clamp);

typedef struct {
    double mass;  /* sum of p */
    double rest;  /* sum of 1 - p */
    double focal; /* sum of -(1 - p)^power log(max(p, eps)) */
} seg_focal_sums3;

/* All three are added to. */
void seg_sum_clamped_focal(const float *y, size_t n, bool flip, const seg_clamp *clamp, double power, double eps,
                           seg_focal_sums3 *sums);

/* The same, one voxel after another: for logarithms of 0, and for the tests. */
double seg_sum_neg_log_ref(const float *y, size_t n, bool flip, const seg_clamp *clamp);
double seg_sum_neg_log1m_ref(const float *y, size_t n, bool flip, const seg_clamp *clamp);
double seg_sum_clamped_ref(const float *y, size_t n, bool flip, const seg_clamp *clamp);
void seg_sum_clamped_focal_ref(const float *y, size_t n, bool flip, const seg_clamp *clamp, double power, double eps,
                               seg_focal_sums3 *sums);

#endif
