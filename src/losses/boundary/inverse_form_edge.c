/* inverse_form_edge.c - the soft band around the boundary, made of whole shifted rows so that it
 * vectorises. */
#include "inverse_form_edge.h"

#include <string.h>

#include "../../simd/simd.h"

/* Columns reached from a row `dy` away: the widest dx with dx^2 + dy^2 <= band^2. */
static size_t reach(size_t band, size_t dy)
{
    size_t dx = band;

    while (dx * dx + dy * dy > band * band)
        dx--;
    return dx;
}

/* Row `from`, shifted by up to dx columns either way, takes part in high and low. */
static void spread_row(const double *from, size_t nx, size_t dx, double *high, double *low)
{
    seg_simd()->row_extremes(from, nx, high, low);
    for (size_t d = 1; d <= dx && d < nx; d++) {
        seg_simd()->row_extremes(from + d, nx - d, high, low);
        seg_simd()->row_extremes(from, nx - d, high + d, low + d);
    }
}

void seg_inverse_edge(const double *map, size_t nx, size_t ny, size_t band, double *edge, double *low)
{
    memcpy(edge, map, nx * ny * sizeof *map);
    memcpy(low, map, nx * ny * sizeof *map);
    for (size_t y = 0; y < ny; y++) {
        size_t first = y > band ? y - band : 0, last = y + band < ny ? y + band : ny - 1;

        for (size_t from = first; from <= last; from++)
            spread_row(map + from * nx, nx, reach(band, from > y ? from - y : y - from), edge + y * nx, low + y * nx);
    }
    for (size_t i = 0; i < nx * ny; i++)
        edge[i] -= low[i];
}

void seg_inverse_edge_ends(const double *map, size_t nx, size_t ny, size_t band, size_t x, size_t y, size_t *highest,
                           size_t *lowest)
{
    size_t first = y > band ? y - band : 0, last = y + band < ny ? y + band : ny - 1;

    *highest = *lowest = y * nx + x;
    for (size_t row = first; row <= last; row++) {
        size_t dx = reach(band, row > y ? row - y : y - row);
        size_t begin = x > dx ? x - dx : 0, end = x + dx < nx ? x + dx : nx - 1;

        for (size_t i = row * nx + begin; i <= row * nx + end; i++) {
            if (map[i] > map[*highest])
                *highest = i;
            if (map[i] < map[*lowest])
                *lowest = i;
        }
    }
}
