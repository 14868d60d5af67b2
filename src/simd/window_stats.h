/* window_stats.h - rows of vectors with one number for each class, and sums over the window around eight pixels. */
#ifndef SEG_SIMD_WINDOW_STATS_H
#define SEG_SIMD_WINDOW_STATS_H

#include <stddef.h>
#include <stdint.h>

/* Planes of whole rows with margins: class c of pixel i is f[c * plane + i]. */
typedef struct {
    size_t half; /* windows are 2 half + 1 pixels wide */
    size_t stride, plane;
    int classes;
    const double *f, *norm;
    const int32_t *code;  /* class in the truth, `classes` where ignored */
    const int32_t *right; /* 1 where that is predicted */
} seg_window_rows;

enum { SEG_WINDOW_LANES = 8 };

/* The windows of eight pixels: all but the pixel itself, its own class m_1 and those of them predicted right m_2. */
typedef struct {
    double n1[SEG_WINDOW_LANES], n2[SEG_WINDOW_LANES];
    double *m1, *m2; /* [classes][SEG_WINDOW_LANES] sums of f */
    double pairs[SEG_WINDOW_LANES],
        count[SEG_WINDOW_LANES]; /* sum of (cos - [same class])^2 over pairs, and their number */
} seg_window_stats;

#endif
