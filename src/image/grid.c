/* grid.c - grids that are cut out of others or turned. */
#include "grid.h"

seg_grid seg_grid_slice(const seg_grid *grid, int axis)
{
    static const int rest[3][2] = {{1, 2}, {0, 2}, {0, 1}};
    int a = rest[axis][0], b = rest[axis][1];

    return (seg_grid){
        .n = {grid->n[a], grid->n[b], 1}, .mm = {grid->mm[a], grid->mm[b], grid->mm[axis]}, .has_mm = grid->has_mm};
}

seg_grid seg_grid_reorient(const seg_grid *grid, const int from[3], const bool flip[3])
{
    seg_grid g = *grid;

    for (int a = 0; a < 3; a++) {
        g.n[a] = grid->n[from[a]];
        g.mm[a] = grid->mm[from[a]];
        for (int r = 0; r < 3; r++) {
            double column = grid->affine[r][from[a]];

            g.affine[r][a] = flip[a] ? -column : column;
            if (flip[a])
                g.affine[r][3] += column * (double)(grid->n[from[a]] - 1);
        }
    }
    return g;
}

size_t seg_grid_source(const seg_grid *grid, const int from[3], const bool flip[3], size_t x, size_t y, size_t z)
{
    size_t to[3] = {x, y, z}, at[3] = {0, 0, 0};

    for (int a = 0; a < 3; a++)
        at[from[a]] = flip[a] ? grid->n[from[a]] - 1 - to[a] : to[a];
    return at[0] + grid->n[0] * (at[1] + grid->n[1] * at[2]);
}
