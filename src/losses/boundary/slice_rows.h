/* slice_rows.h - rows of a slice with the probabilities of all classes side by side, for losses that look at
 * a pixel and its neighbours: volumes are stacks of slices to them. */
#ifndef SEG_LOSSES_BOUNDARY_SLICE_ROWS_H
#define SEG_LOSSES_BOUNDARY_SLICE_ROWS_H

#include "../context.h"

/* A part of a slice: rows [begin, end) are worked on, rows [from, to) can be looked at. */
typedef struct {
    const seg_pair *pair;
    size_t z, begin, end, from, to;
    int classes;
    double *y; /* [to - from][nx][classes], or NULL */
} seg_slice_rows;

/* Bands of rows, a fixed number for a grid, that are worked on side by side. */
size_t seg_slice_bands(const seg_grid *grid);

/* Band `index` of slice z with `margin` more rows to look at on either side. index SEG_WHOLE_SLICE: all
 * rows. */
#define SEG_WHOLE_SLICE ((size_t)-1)
void seg_slice_rows_place(seg_slice_rows *rows, const seg_pair *pair, size_t z, size_t index, size_t margin);

/* The same with their probabilities, held at `least` or more. */
seg_status seg_slice_rows_load(seg_slice_rows *rows, const seg_pair *pair, size_t z, size_t index, size_t margin,
                               double least, seg_error *err);
void seg_slice_rows_free(seg_slice_rows *rows);

/* The probabilities of the pixel, [classes]. */
static inline double *seg_slice_pixel(const seg_slice_rows *rows, size_t x, size_t y)
{
    return rows->y + ((y - rows->from) * rows->pair->grid.n[0] + x) * (size_t)rows->classes;
}

#endif
