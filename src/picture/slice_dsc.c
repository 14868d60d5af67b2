/* slice_dsc.c - counts of each class in each slice, from the runs of both label maps. */
#include "slice_dsc.h"

#include <math.h>
#include <stdlib.h>

#include "../base/memory.h"

/* What is counted: voxels of the truth, of the prediction, or of both where they agree. */
enum part { TRUTH, CALLED, RIGHT };

static void add(seg_slice_counts *c, enum part part, uint64_t n)
{
    *(part == TRUTH ? &c->truth : part == CALLED ? &c->called : &c->right) += n;
}

/* Voxels [begin, end) of row y of slice z. Across x every voxel lies in another slice. */
static void add_run(seg_slice_dsc *s, int axis, size_t row, size_t ny, uint32_t cls, size_t begin, size_t end,
                    enum part part)
{
    seg_slice_counts *c = s->count + (size_t)cls * s->slices;

    if (cls >= s->classes)
        return;
    add(&s->whole[cls], part, end - begin);
    if (axis)
        add(&c[axis == 1 ? row % ny : row / ny], part, end - begin);
    for (size_t x = begin; !axis && x < end; x++)
        add(&c[x], part, 1);
}

static void add_row(seg_slice_dsc *s, const seg_pair *pair, int axis, size_t row)
{
    const seg_labelmap *map[2] = {&pair->truth, &pair->pred_labels};
    size_t n = pair->grid.n[0], ny = pair->grid.n[1], at[2] = {map[0]->first[row], map[1]->first[row]};

    for (size_t x = 0, end; x < n; x = end) {
        uint32_t code[2];

        end = n;
        for (int i = 0; i < 2; i++) {
            code[i] = map[i]->run[at[i]].code;
            if (at[i] + 1 < map[i]->first[row + 1] && map[i]->run[at[i] + 1].x < end)
                end = map[i]->run[at[i] + 1].x;
        }
        add_run(s, axis, row, ny, code[0], x, end, TRUTH);
        add_run(s, axis, row, ny, code[1], x, end, CALLED);
        if (code[0] == code[1])
            add_run(s, axis, row, ny, code[0], x, end, RIGHT);
        for (int i = 0; i < 2; i++)
            at[i] += at[i] + 1 < map[i]->first[row + 1] && map[i]->run[at[i] + 1].x == end;
    }
}

seg_status seg_slice_dsc_find(seg_slice_dsc *s, const seg_pair *pair, int axis, seg_error *err)
{
    seg_status st;

    *s = (seg_slice_dsc){.classes = (size_t)pair->classes, .slices = pair->grid.n[axis]};
    st = seg_alloc(&s->count, s->classes * s->slices, sizeof *s->count, "counts of slices", err);
    if (!st)
        st = seg_alloc(&s->whole, s->classes, sizeof *s->whole, "counts of classes", err);
    for (size_t row = 0; !st && row < seg_grid_rows(&pair->grid); row++)
        add_row(s, pair, axis, row);
    return st;
}

void seg_slice_dsc_free(seg_slice_dsc *s)
{
    free(s->count);
    free(s->whole);
    *s = (seg_slice_dsc){0};
}

double seg_counts_dsc(const seg_slice_counts *c)
{
    return c->truth + c->called ? 2 * (double)c->right / (double)(c->truth + c->called) : NAN;
}
