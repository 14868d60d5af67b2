/* nearest_rows.c - copies the rows of a surface between words of zeros. */
#include "nearest_rows.h"

#include <stdlib.h>

#include "../base/memory.h"

seg_status seg_nearest_rows_make(seg_nearest_rows *rows, const seg_mask *surface, const double step[3], seg_error *err)
{
    const size_t *n = surface->n, count = n[1] * n[2];
    seg_status st;

    *rows = (seg_nearest_rows){
        {n[0], n[1], n[2]}, {step[0], step[1], step[2]}, surface->words, surface->words + 2, NULL, NULL};
    st = seg_alloc(&rows->slice, n[2], sizeof *rows->slice, "surface distances", err);
    if (!st)
        st = seg_alloc(&rows->padded, count, rows->stride * sizeof *rows->padded, "surface distances", err);
    for (size_t row = 0; !st && row < count; row++) {
        seg_row_range *slice = &rows->slice[row / n[1]];
        int y = (int)(row % n[1]);
        uint64_t any = 0;

        for (size_t i = 0; i < rows->words; i++)
            any |= rows->padded[row * rows->stride + 1 + i] = surface->bit[row * rows->words + i];
        if (any)
            *slice = (seg_row_range){slice->end ? slice->begin : y, y + 1};
    }
    return st;
}

void seg_nearest_rows_free(seg_nearest_rows *rows)
{
    free(rows->slice);
    free(rows->padded);
    *rows = (seg_nearest_rows){0};
}
