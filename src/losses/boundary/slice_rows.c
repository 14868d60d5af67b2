/* slice_rows.c - rows of a slice with all classes side by side. */
#include "slice_rows.h"

#include <stdlib.h>
#include <string.h>

#include "../../base/memory.h"
#include "../../simd/simd.h"

/* A band is worth a thread, and its margins cost little. */
enum { ROWS_AT_LEAST = 16, PIXELS_AT_LEAST = 8192 };

static size_t band_rows(const seg_grid *grid)
{
    size_t rows = PIXELS_AT_LEAST / grid->n[0];

    return rows > ROWS_AT_LEAST ? rows : ROWS_AT_LEAST;
}

size_t seg_slice_bands(const seg_grid *grid)
{
    size_t rows = band_rows(grid);

    return (grid->n[1] + rows - 1) / rows;
}

void seg_slice_rows_place(seg_slice_rows *rows, const seg_pair *pair, size_t z, size_t index, size_t margin)
{
    size_t height = band_rows(&pair->grid), ny = pair->grid.n[1];

    *rows = (seg_slice_rows){.pair = pair, .z = z, .classes = pair->classes};
    rows->begin = index == SEG_WHOLE_SLICE ? 0 : index * height;
    rows->end = index == SEG_WHOLE_SLICE || rows->begin + height > ny ? ny : rows->begin + height;
    rows->from = rows->begin > margin ? rows->begin - margin : 0;
    rows->to = rows->end + margin < ny ? rows->end + margin : ny;
}

/* Voxels whose classes, side by side, stay in the second-level cache while class after class is put there. */
enum { AT_ONCE = 4096 };

/* Classes whose peaks lie below `least` are not read. */
static void load_piece(const seg_slice_rows *rows, size_t base, size_t n, double least, double *to)
{
    const seg_block_max *peaks = &rows->pair->block_max;
    size_t classes = (size_t)rows->classes;
    double y[AT_ONCE];

    for (size_t cls = 0; cls < classes; cls++) {
        if (peaks->planes > 1 && seg_block_max_bound(peaks, (int)cls, base, base + n) <= least) {
            for (size_t i = 0; i < n; i++)
                to[i * classes + cls] = least;
            continue;
        }
        seg_pair_prob(rows->pair, (int)cls, base, n, y);
        seg_simd()->row_max(y, n, least);
        for (size_t i = 0; i < n; i++)
            to[i * classes + cls] = y[i];
    }
}

seg_status seg_slice_rows_load(seg_slice_rows *rows, const seg_pair *pair, size_t z, size_t index, size_t margin,
                               double least, seg_error *err)
{
    size_t nx = pair->grid.n[0], classes = (size_t)pair->classes, pixels, base;
    seg_status st;

    seg_slice_rows_place(rows, pair, z, index, margin);
    pixels = (rows->to - rows->from) * nx;
    base = (z * pair->grid.n[1] + rows->from) * nx;
    st = seg_alloc_big(&rows->y, pixels * classes, sizeof *rows->y, "rows of probabilities", err);
    for (size_t done = 0; !st && done < pixels; done += AT_ONCE)
        load_piece(rows, base + done, pixels - done < AT_ONCE ? pixels - done : AT_ONCE, least,
                   rows->y + done * classes);
    return st;
}

void seg_slice_rows_free(seg_slice_rows *rows)
{
    free(rows->y);
    *rows = (seg_slice_rows){0};
}
