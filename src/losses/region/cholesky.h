/* cholesky.h - small symmetric positive definite matrices: factor, solve, and no more. Row after row, n x n. */
#ifndef SEG_LOSSES_REGION_CHOLESKY_H
#define SEG_LOSSES_REGION_CHOLESKY_H

#include <stdbool.h>
#include <stddef.h>

/* Overwrites M by L with M = L L' (zeros above the diagonal). False when M is not positive definite. */
bool seg_cholesky(double *M, size_t n);

/* X = L^-1 X for the n x m matrix X. */
void seg_cholesky_forward(const double *L, size_t n, double *X, size_t m);

/* X = L'^-1 X. After _forward this gives M^-1 X. */
void seg_cholesky_backward(const double *L, size_t n, double *X, size_t m);

#endif
