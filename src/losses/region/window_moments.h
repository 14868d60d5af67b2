/* window_moments.h - second moments of all R x R windows of two maps: what region mutual information is made of. */
#ifndef SEG_LOSSES_REGION_WINDOW_MOMENTS_H
#define SEG_LOSSES_REGION_WINDOW_MOMENTS_H

#include <stddef.h>

/* Two maps [h][w] of equal size, h and w at least R. A window is a vector of R^2 numbers, row after row. */
typedef struct {
    size_t h, w, R;
} seg_windows;

static inline size_t seg_windows_count(const seg_windows *s)
{
    return (s->h - s->R + 1) * (s->w - s->R + 1);
}

/* mean[R^2] of the windows of a map. */
void seg_windows_mean(const seg_windows *s, const double *map, double *mean);

/* M[R^2][R^2] = sum over windows of (a - mean_a) (b - mean_b)'; the means are those of seg_windows_mean(). Maps whose
 * own mean is near 0 lose no digits. symmetric: a and b are the same map, half the work is done. */
void seg_windows_moments(const seg_windows *s, const double *a, const double *b, const double *mean_a,
                         const double *mean_b, int symmetric, double *M);

/* The same by the definition, for the tests. */
void seg_windows_moments_plainly(const seg_windows *s, const double *a, const double *b, const double *mean_a,
                                 const double *mean_b, double *M);

#endif
