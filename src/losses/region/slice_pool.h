/* slice_pool.h - average and maximum pooling of a slice, with padding of half a window. */
#ifndef SEG_LOSSES_REGION_SLICE_POOL_H
#define SEG_LOSSES_REGION_SLICE_POOL_H

#include <stddef.h>

typedef enum { SEG_POOL_AVG, SEG_POOL_MAX } seg_pool_kind;

typedef struct {
    seg_pool_kind kind;
    size_t H, W, h, w;     /* slice, pooled slice */
    size_t k, stride, pad; /* window, its step, rows and columns around the slice; stride 1: no pooling */
} seg_slice_pool;

seg_slice_pool seg_slice_pool_of(seg_pool_kind kind, size_t H, size_t W, size_t k, size_t stride);

/* out[h w] = the map[H W], with `plus` added to every pixel, pooled. Padding counts as zeros in the mean and not at all in
 * the maximum. column[W] is work space. */
void seg_slice_pool_apply(const seg_slice_pool *pool, double plus, const double *map, double *column, double *out);

/* The derivative: slope of pooled pixel `cell`, spread over the pixels of out[H W] it was pooled from: evenly, or to the
 * first largest of map[H W]. */
void seg_slice_pool_spread(const seg_slice_pool *pool, const double *map, size_t cell, double slope, double *out);

#endif
