/* one_hot.c - goes through the rows of several masks at once. */
#include "one_hot.h"

#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"

enum { NONE = -1, SEVERAL = -2 };

/* at[x] = the only mask that has voxel x of the row, or NONE, or SEVERAL. */
static void find_masks(const seg_labelmap *mask, size_t n, size_t row, int64_t *at)
{
    size_t width = mask->grid.n[0];

    for (size_t x = 0; x < width; x++)
        at[x] = NONE;
    for (size_t k = 0; k < n; k++)
        for (size_t i = mask[k].first[row]; i < mask[k].first[row + 1]; i++) {
            size_t end = i + 1 < mask[k].first[row + 1] ? mask[k].run[i + 1].x : width;

            for (size_t x = mask[k].run[i].x; mask[k].value[mask[k].run[i].code] != 0 && x < end; x++)
                at[x] = at[x] == NONE ? (int64_t)k : SEVERAL;
        }
}

static bool row_is_one_hot(const int64_t *at, size_t n)
{
    bool good = true;

    for (size_t x = 0; x < n; x++)
        good &= at[x] >= 0;
    return good;
}

seg_status seg_one_hot(seg_labelmap *labels, const seg_labelmap *mask, size_t n, bool *one_hot, seg_error *err)
{
    size_t rows = seg_grid_rows(&mask->grid), width = mask->grid.n[0];
    int64_t *at;
    seg_status st = seg_alloc(&at, width, sizeof *at, "a row of labels", err);

    *one_hot = true;
    if (!st && labels)
        st = seg_labelmap_begin(labels, &mask->grid, err);
    for (size_t row = 0; !st && *one_hot && row < rows; row++) {
        find_masks(mask, n, row, at);
        *one_hot = row_is_one_hot(at, width);
        if (labels && *one_hot)
            st = seg_labelmap_add_row_i64(labels, at, err);
    }
    if (!st && labels && *one_hot)
        st = seg_labelmap_end(labels, err);
    if (labels && (st || !*one_hot))
        seg_labelmap_free(labels);
    free(at);
    return st;
}
