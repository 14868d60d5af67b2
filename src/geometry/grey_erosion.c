/* grey_erosion.c - a ball is a stack of rows: the minimum over a row of growing length is kept for each ball on the way. */
#include "grey_erosion.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/parallel.h"

/* ---- balls ---- */

/* The largest h with (h mm)^2 + rest <= length^2; -1 when there is none. */
static int half_length(double length, double rest, double mm)
{
    double most = length * length * (1 + 2 * SEG_BALL_SLACK) - rest;

    return most < 0 ? -1 : (int)fmin(sqrt(most) / mm * (1 + SEG_BALL_SLACK), INT_MAX);
}

/* Rows on one side of the centre that a length reaches. */
static ptrdiff_t reach(double length, double step, size_t n)
{
    return (ptrdiff_t)fmin(length * (1 + SEG_BALL_SLACK) / step, (double)n - 1);
}

seg_status seg_balls_make(seg_balls *balls, const double *radius, int levels, const double step[3], const size_t n[3],
                          seg_error *err)
{
    ptrdiff_t ny = reach(radius[levels - 1], step[1], n[1]), nz = reach(radius[levels - 1], step[2], n[2]);
    size_t most = (size_t)((2 * ny + 1) * (2 * nz + 1));
    seg_status st;

    *balls = (seg_balls){.levels = levels};
    st = seg_alloc(&balls->row, most, sizeof *balls->row, "balls", err);
    if (!st)
        st = seg_alloc(&balls->halves, most * (size_t)levels, sizeof *balls->halves, "balls", err);
    for (ptrdiff_t dz = -nz; !st && dz <= nz; dz++)
        for (ptrdiff_t dy = -ny; dy <= ny; dy++) {
            double y = (double)dy * step[1], z = (double)dz * step[2];
            seg_ball_row *row = &balls->row[balls->rows];

            *row = (seg_ball_row){dy, dz, balls->halves + balls->rows * (size_t)levels};
            for (int j = 0; j < levels; j++)
                row->half[j] = half_length(radius[j], y * y + z * z, step[0]);
            balls->rows += row->half[levels - 1] >= 0;
        }
    return st;
}

void seg_balls_free(seg_balls *balls)
{
    free(balls->row);
    free(balls->halves);
    *balls = (seg_balls){0};
}

/* ---- minima over balls ---- */

/* Loops over a fixed number of neighbours are made into vector instructions at any level of optimisation. */
enum { LANES = SEG_EROSION_MARGIN };

static inline void take_less(float *restrict to, const float *restrict from)
{
    for (int i = 0; i < LANES; i++)
        to[i] = from[i] < to[i] ? from[i] : to[i];
}

static inline void least_of_three(float *restrict to, const float *restrict from)
{
    for (int i = 0; i < LANES; i++) {
        float side = from[i - 1] < from[i + 1] ? from[i - 1] : from[i + 1];

        to[i] = side < from[i] ? side : from[i];
    }
}

/* Rows in work space start LANES after their beginning, with +infinity on both sides. */
static void clear_row(float *row, size_t n)
{
    for (size_t x = 0; x < n; x += LANES)
        for (int i = 0; i < LANES; i++)
            row[x + (size_t)i] = INFINITY;
}

size_t seg_erosion_stride(const seg_erosion *e)
{
    return (e->n[0] + 4 * LANES - 1) / LANES * LANES;
}

size_t seg_erosion_scratch(const seg_erosion *e)
{
    return (size_t)(e->balls->levels + 2) * seg_erosion_stride(e);
}

/* A row of the image that one row of the balls lies in. */
struct source {
    const int *half;
    const float *map; /* [n[0]] */
};

/* Minima of the source row over windows of growing length, into the levels' rows, for x in [begin, end). Values outside
 * [from, to) are stale; each step invalidates one more voxel at either end, so the range is padded by the largest half. */
static void add_row(const seg_erosion *e, const struct source *source, size_t begin, size_t end, float *work)
{
    size_t nx = e->n[0], stride = seg_erosion_stride(e), levels = (size_t)e->balls->levels;
    float *wide = work + levels * stride, *wider = wide + stride, *swap;
    size_t most = (size_t)source->half[levels - 1], from = begin > most ? begin - most : 0;
    size_t to = nx - end > most ? end + most : nx;
    int half = 0;

    memcpy(wide + LANES + from, source->map + from, (to - from) * sizeof *wide);
    for (size_t j = 1; j < levels; j++) {
        float *level = work + j * stride;

        if (source->half[j] < 0)
            continue;
        for (; half < source->half[j] && (size_t)half < nx; half++) {
            for (size_t x = LANES + from / LANES * LANES; x < to + LANES; x += LANES)
                least_of_three(wider + x, wide + x);
            for (size_t x = nx; x % LANES != 0; x++) /* the last lanes have gone beyond the row */
                wider[LANES + x] = INFINITY;
            swap = wide;
            wide = wider;
            wider = swap;
        }
        for (size_t x = begin / LANES * LANES; x < end; x += LANES)
            take_less(level + LANES + x, wide + LANES + x);
    }
}

/* The row of the image dy, dz away from another one; false when it lies outside. */
static bool neighbour_row(const seg_erosion *e, const seg_ball_row *ball, size_t row, size_t *other)
{
    ptrdiff_t ny = (ptrdiff_t)e->n[1], nz = (ptrdiff_t)e->n[2];
    ptrdiff_t y = (ptrdiff_t)row % ny + ball->dy, z = (ptrdiff_t)row / ny + ball->dz;

    *other = (size_t)(y + z * ny);
    return y >= 0 && y < ny && z >= 0 && z < nz;
}

void seg_erosion_row(const seg_erosion *e, size_t row, size_t begin, size_t end, float *work)
{
    size_t stride = seg_erosion_stride(e), other;

    memcpy(work + LANES, e->map + row * e->n[0], e->n[0] * sizeof *work);
    for (int j = 1; j < e->balls->levels + 2; j++)
        clear_row(work + (size_t)j * stride, stride);
    for (size_t i = 0; i < e->balls->rows; i++) {
        const seg_ball_row *ball = &e->balls->row[i];

        if (neighbour_row(e, ball, row, &other))
            add_row(e, &(struct source){ball->half, e->map + other * e->n[0]}, begin, end, work);
    }
}

size_t seg_erosion_argmin(const seg_erosion *e, size_t row, size_t x, int level)
{
    size_t nx = e->n[0], best = row * nx + x, other;

    for (size_t i = 0; i < e->balls->rows; i++) {
        const seg_ball_row *ball = &e->balls->row[i];
        size_t from, to, half = (size_t)ball->half[level];

        if (ball->half[level] < 0 || !neighbour_row(e, ball, row, &other))
            continue;
        from = x > half ? x - half : 0;
        to = x + half < nx ? x + half + 1 : nx;
        for (size_t at = other * nx + from; at < other * nx + to; at++)
            best = e->map[at] < e->map[best] ? at : best;
    }
    return best;
}

/* ---- minima over the cross ---- */

/* Voxels of the cross around voxel i that are in the image, i first. */
static int cross_of(const size_t n[3], size_t i, size_t at[7])
{
    size_t plane = n[0] * n[1], x = i % n[0], y = i / n[0] % n[1], z = i / plane;
    int k = 0;

    at[k++] = i;
    if (x > 0)
        at[k++] = i - 1;
    if (x + 1 < n[0])
        at[k++] = i + 1;
    if (y > 0)
        at[k++] = i - n[0];
    if (y + 1 < n[1])
        at[k++] = i + n[0];
    if (z > 0)
        at[k++] = i - plane;
    if (z + 1 < n[2])
        at[k++] = i + plane;
    return k;
}

size_t seg_cross_argmin(const float *map, const size_t n[3], size_t i)
{
    size_t at[7], best = i;
    int count = cross_of(n, i, at);

    for (int k = 0; k < count; k++)
        best = map[at[k]] < map[best] ? at[k] : best;
    return best;
}

struct cross {
    const float *map;
    const size_t *n;
    float *eroded;
};

static void erode_block(void *context, size_t begin, size_t end)
{
    const struct cross *c = context;

    for (size_t i = begin; i < end; i++)
        c->eroded[i] = c->map[seg_cross_argmin(c->map, c->n, i)];
}

void seg_cross_erosion(const float *map, const size_t n[3], float *eroded)
{
    struct cross c = {map, n, eroded};

    seg_parallel_blocks(n[0] * n[1] * n[2], erode_block, &c);
}

void seg_cross_erode_mask(const seg_mask *set, const size_t n[3], seg_mask *eroded)
{
    size_t at[7], plane = n[0] * n[1];

    for (size_t i = 0; i < plane * n[2]; i++) {
        size_t x = i % n[0], y = i / n[0] % n[1], z = i / plane;
        int count = seg_mask_has(set, x, y, z) ? cross_of(n, i, at) : 0, in = 0;

        for (int k = 0; k < count; k++)
            in += seg_mask_has(set, at[k] % n[0], at[k] / n[0] % n[1], at[k] / plane);
        if (count > 0 && in == count)
            seg_mask_set(eroded, x, y, z);
    }
}
