/* slice_pool.c - pooling of one slice, and its derivative. */
#include "slice_pool.h"

#include <math.h>
#include <string.h>

#include "../../simd/simd.h"

static size_t pooled_length(size_t n, const seg_slice_pool *p)
{
    return p->stride == 1 ? n : n + 2 * p->pad < p->k ? 0 : (n + 2 * p->pad - p->k) / p->stride + 1;
}

seg_slice_pool seg_slice_pool_of(seg_pool_kind kind, size_t H, size_t W, size_t k, size_t stride)
{
    seg_slice_pool p = {.kind = kind, .H = H, .W = W, .k = k, .stride = stride, .pad = k / 2};

    p.h = pooled_length(H, &p);
    p.w = pooled_length(W, &p);
    return p;
}

/* The part of [0, n) that the cell's window covers. */
static void span(const seg_slice_pool *p, size_t cell, size_t n, size_t *begin, size_t *end)
{
    size_t from = cell * p->stride, to = from + p->k; /* in the padded slice */

    *begin = from > p->pad ? from - p->pad : 0;
    *end = to > p->pad ? to - p->pad : 0;
    *end = *end < n ? *end : n;
}

static double cell_maximum(const seg_slice_pool *p, double plus, const double *map, size_t cy, size_t cx)
{
    size_t y0, y1, x0, x1;
    double most = -INFINITY;

    span(p, cy, p->H, &y0, &y1);
    span(p, cx, p->W, &x0, &x1);
    for (size_t y = y0; y < y1; y++)
        for (size_t x = x0; x < x1; x++) {
            double v = map[y * p->W + x] + plus;

            most = v > most ? v : most;
        }
    return most;
}

/* A row of means: the columns of each cell first, in column[W]. */
static void mean_row(const seg_slice_pool *p, double plus, const double *map, size_t cy, double *column, double *out)
{
    size_t y0, y1, x0, x1;

    span(p, cy, p->H, &y0, &y1);
    memset(column, 0, p->W * sizeof *column);
    for (size_t y = y0; y < y1; y++)
        seg_simd()->row_add_plus(column, map + y * p->W, plus, p->W);
    for (size_t cx = 0; cx < p->w; cx++) {
        double sum = 0;

        span(p, cx, p->W, &x0, &x1);
        for (size_t x = x0; x < x1; x++)
            sum += column[x];
        out[cx] = sum / (double)(p->k * p->k);
    }
}

void seg_slice_pool_apply(const seg_slice_pool *p, double plus, const double *map, double *column, double *out)
{
    for (size_t y = 0; y < p->h; y++, out += p->w) {
        if (p->stride > 1 && p->kind == SEG_POOL_AVG)
            mean_row(p, plus, map, y, column, out);
        for (size_t x = 0; x < p->w && (p->stride == 1 || p->kind == SEG_POOL_MAX); x++)
            out[x] = p->stride == 1 ? map[y * p->W + x] + plus : cell_maximum(p, plus, map, y, x);
    }
}

void seg_slice_pool_spread(const seg_slice_pool *p, const double *map, size_t cell, double slope, double *out)
{
    size_t y0, y1, x0, x1, best;

    if (p->stride == 1) {
        out[cell] += slope;
        return;
    }
    span(p, cell / p->w, p->H, &y0, &y1);
    span(p, cell % p->w, p->W, &x0, &x1);
    best = y0 * p->W + x0;
    for (size_t y = y0; y < y1; y++)
        for (size_t x = x0; x < x1; x++) {
            if (p->kind == SEG_POOL_AVG)
                out[y * p->W + x] += slope / (double)(p->k * p->k);
            else if (map[y * p->W + x] > map[best])
                best = y * p->W + x;
        }
    if (p->kind == SEG_POOL_MAX)
        out[best] += slope;
}
