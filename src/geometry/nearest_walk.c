/* nearest_walk.c - walks through the rows of a surface, nearest first, until none can be nearer than what was found. */
#include "nearest_walk.h"

enum { NO_BIT = 1 << 30 }; /* farther than any voxel of a row */

static double square(double x)
{
    return x * x;
}

static inline double less(double a, double b)
{
    return a < b ? a : b;
}

/* Offset to the nearest bit of a padded row that has one; NO_BIT if it has none. */
static int nearest_in_row(const uint64_t *row, size_t words, int x)
{
    const uint64_t *here = row + 1 + x / 64;
    ptrdiff_t before = x / 64, after = (ptrdiff_t)words - 1 - before;
    uint64_t right = *here >> (x % 64), left = *here << (63 - x % 64);
    int dx = right ? __builtin_ctzll(right) : left ? __builtin_clzll(left) : NO_BIT;

    if (left && __builtin_clzll(left) < dx)
        dx = __builtin_clzll(left);
    for (ptrdiff_t i = 1; i <= after && 64 * i - x % 64 < dx; i++)
        if (here[i]) {
            int d = (int)(64 * i) - x % 64 + __builtin_ctzll(here[i]);

            dx = d < dx ? d : dx;
            break;
        }
    for (ptrdiff_t i = 1; i <= before && 64 * i - (63 - x % 64) < dx; i++)
        if (here[-i]) {
            int d = (int)(64 * i) - (63 - x % 64) + __builtin_clzll(here[-i]);

            dx = d < dx ? d : dx;
            break;
        }
    return dx;
}

/* Rows y, y + way, ... of a slice. */
static void walk_rows(seg_nearest_walk *w, int z, int y, int way)
{
    const seg_nearest_rows *t = w->target;
    seg_row_range rows = t->slice[z];
    double across = square((z - w->z) * t->step[2]);

    for (; y >= rows.begin && y < rows.end; y += way) {
        double squared = across + square((y - w->y) * t->step[1]);
        int dx;

        if (squared >= w->best)
            return;
        dx = nearest_in_row(seg_surface_row(t, (size_t)y, (size_t)z), t->words, w->x);
        w->rows++;
        if (dx < NO_BIT)
            w->best = less(w->best, squared + square(dx * t->step[0]));
    }
}

void seg_walk_slice(seg_nearest_walk *w, int z)
{
    seg_row_range rows = w->target->slice[z];
    int y = w->y < rows.begin ? rows.begin : w->y >= rows.end ? rows.end - 1 : w->y;

    if (rows.begin == rows.end)
        return;
    walk_rows(w, z, y, 1);
    walk_rows(w, z, y - 1, -1);
}

void seg_walk_all(seg_nearest_walk *w)
{
    int n = (int)w->target->n[2];

    for (int dz = 0; dz < n && square(dz * w->target->step[2]) < w->best; dz++) {
        if (w->z - dz >= 0)
            seg_walk_slice(w, w->z - dz);
        if (dz && w->z + dz < n)
            seg_walk_slice(w, w->z + dz);
    }
}
