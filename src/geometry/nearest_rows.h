/* nearest_rows.h - the rows of a surface as the searches for its nearest voxel read them: between words of zeros, and
 * with the rows of each slice that have voxels. */
#ifndef SEG_GEOMETRY_NEAREST_ROWS_H
#define SEG_GEOMETRY_NEAREST_ROWS_H

#include "mask.h"

/* Rows [begin, end) of a slice hold all of its voxels; empty when begin == end. */
typedef struct {
    int begin, end;
} seg_row_range;

typedef struct {
    size_t n[3];
    double step[3];
    size_t words;         /* of a row, without the padding */
    size_t stride;        /* with a word of zeros on either side */
    uint64_t *padded;     /* [n[2]][n[1]][stride] */
    seg_row_range *slice; /* [n[2]] */
} seg_nearest_rows;

seg_status seg_nearest_rows_make(seg_nearest_rows *rows, const seg_mask *surface, const double step[3], seg_error *err);
void seg_nearest_rows_free(seg_nearest_rows *rows);

/* The word of zeros before row y of slice z; the row's own words follow. */
static inline const uint64_t *seg_surface_row(const seg_nearest_rows *rows, size_t y, size_t z)
{
    return rows->padded + (y + rows->n[1] * z) * rows->stride;
}

#endif
