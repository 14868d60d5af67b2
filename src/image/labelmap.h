/* labelmap.h - one integer label per voxel, kept as runs.
 *
 * Label maps are long runs of the same label, so the places where a row changes are stored: an abdomen of 39 million
 * voxels is 130 thousand runs, one megabyte, and later passes cost time for runs instead of voxels.
 * A run holds a code, an index into the map's table of label values, so any 64-bit integers can be labels.
 */
#ifndef SEG_IMAGE_LABELMAP_H
#define SEG_IMAGE_LABELMAP_H

#include <stdint.h>

#include "../base/error.h"
#include "grid.h"
#include "label_index.h"

/* Starts at x of its row and ends where the next run of the row starts, or at the end of the row. */
typedef struct {
    uint32_t x;
    uint32_t code;
} seg_run;

/* Values from 0 to below this are small. */
enum { SEG_SMALL_LABELS = 256 };

typedef struct {
    seg_grid grid;
    size_t *first;  /* [rows + 1] index of the first run of each row; row = y + n[1] z */
    seg_run *run;   /* [first[rows]] every row has at least one run, the first starts at x = 0 */
    int64_t *value; /* [values] the label each code stands for, ascending and distinct; every one occurs */
    size_t values;
    size_t runs, run_room;
    size_t rows_done;                 /* while building: these */
    seg_label_index index;            /* provisional codes */
    uint32_t small[SEG_SMALL_LABELS]; /* code + 1 of small values, which are nearly all: they need no search */
    uint32_t *change;                 /* [n[0]] where the runs of the row under way begin */
} seg_labelmap;

/* The label of voxels that were not finite in a label map of floats: they are left out, or have no class. */
#define SEG_LABEL_NOT_FINITE INT64_MIN

/* Building: _begin, then rows in order (each of grid->n[0] voxels), then _end. Values may come in any order.
 * Between _begin and _end the codes are provisional. More than SEG_LABELS_MAX values: SEG_READ. */
seg_status seg_labelmap_begin(seg_labelmap *map, const seg_grid *grid, seg_error *err);
seg_status seg_labelmap_add_row_u8(seg_labelmap *map, const uint8_t *row, seg_error *err);
seg_status seg_labelmap_add_row_i16(seg_labelmap *map, const int16_t *row, seg_error *err);
seg_status seg_labelmap_add_row_u16(seg_labelmap *map, const uint16_t *row, seg_error *err);
seg_status seg_labelmap_add_row_i64(seg_labelmap *map, const int64_t *row, seg_error *err);
seg_status seg_labelmap_end(seg_labelmap *map, seg_error *err);

/* While building: the last row once more, `times` times. */
seg_status seg_labelmap_repeat_row(seg_labelmap *map, size_t times, seg_error *err);

/* A map of its own with the same runs and values. */
seg_status seg_labelmap_copy(seg_labelmap *out, const seg_labelmap *map, seg_error *err);

/* Writes the codes of voxels [begin, begin + n) of the whole map, in memory order, to out[n]. n may cross rows. */
void seg_labelmap_codes(const seg_labelmap *map, size_t begin, size_t n, uint16_t *out);

/* The run of a row that holds voxel x. */
size_t seg_labelmap_run_at(const seg_labelmap *map, size_t row, size_t x);

/* Adds a row of codes as they are, for maps that are made from codes: set `value` and `values` yourself, or leave
 * them empty, and call seg_labelmap_close() instead of _end. */
seg_status seg_labelmap_add_row_codes(seg_labelmap *map, const uint16_t *row, seg_error *err);
seg_status seg_labelmap_close(seg_labelmap *map, seg_error *err);

/* Gives code `to` to every voxel that has code `where` in `other`, a map of the same grid. */
seg_status seg_labelmap_overlay(seg_labelmap *map, const seg_labelmap *other, uint32_t where, uint32_t to,
                                seg_error *err);

/* Replaces every code c by to[c] and joins neighbouring runs that became equal; `value` is left as it was, so the
 * caller decides what the new codes mean. */
void seg_labelmap_recode(seg_labelmap *map, const uint32_t *to);

/* Voxels of each code: counts[codes]. Codes at or above `codes` are not counted. */
void seg_labelmap_count(const seg_labelmap *map, size_t codes, uint64_t *counts);

/* The slice `index` across `axis` (0 x, 1 y, 2 z) as a 2D map of its own, with the same codes and values. */
seg_status seg_labelmap_slice(seg_labelmap *out, const seg_labelmap *map, int axis, size_t index, seg_error *err);

/* Axes permuted and flipped: axis a of the result is axis from[a] of the map, reversed where flip[a]. */
seg_status seg_labelmap_reorient(seg_labelmap *map, const int from[3], const bool flip[3], seg_error *err);

void seg_labelmap_free(seg_labelmap *map);

#endif
