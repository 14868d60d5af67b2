/* tally.c - merges the runs of two label maps row by row and adds up what belongs to each class. */
#include "tally.h"

#include <stdlib.h>

#include "../base/memory.h"
#include "../base/parallel.h"

/* Rows handed to a thread at once: enough runs to be worth it, few enough to share small volumes. */
enum { CHUNK_ROWS = 1024 };

struct work {
    const seg_pair *pair;
    seg_class_tally *part; /* [workers][classes + 1]: the last one takes what is ignored */
    size_t width;
};

/* Without branches: the runs of a row belong to one class after the other. */
static inline void widen(seg_box *box, int axis, size_t begin, size_t end)
{
    box->begin[axis] = begin < box->begin[axis] ? begin : box->begin[axis];
    box->end[axis] = end > box->end[axis] ? end : box->end[axis];
}

/* Adds the stretch [begin, end) of a row. */
static inline void add_stretch(seg_extent *e, size_t begin, size_t end, size_t y, size_t z)
{
    uint64_t n = end - begin;

    if (e->voxels == 0)
        e->box = (seg_box){{begin, y, z}, {end, y + 1, z + 1}};
    widen(&e->box, 0, begin, end);
    widen(&e->box, 1, y, y + 1);
    widen(&e->box, 2, z, z + 1);
    e->voxels += n;
    e->sum[0] += n * begin + n * (n - 1) / 2;
    e->sum[1] += n * y;
    e->sum[2] += n * z;
}

static void add_side(const seg_labelmap *map, size_t row, size_t y, size_t z, int side, seg_class_tally *of)
{
    size_t last = map->first[row + 1] - 1;

    for (size_t r = map->first[row]; r <= last; r++) {
        size_t end = r < last ? map->run[r + 1].x : map->grid.n[0];

        add_stretch(&of[map->run[r].code].side[side], map->run[r].x, end, y, z);
    }
}

/* tp: the stretches over which both maps have the same class. */
static void add_agreement(const seg_pair *pair, size_t row, seg_class_tally *of)
{
    const seg_labelmap *t = &pair->truth, *p = &pair->pred_labels;
    size_t i = t->first[row], j = p->first[row], x = 0, width = pair->grid.n[0];

    while (x < width) {
        size_t end_t = i + 1 < t->first[row + 1] ? t->run[i + 1].x : width;
        size_t end_p = j + 1 < p->first[row + 1] ? p->run[j + 1].x : width;
        size_t end = end_t < end_p ? end_t : end_p;

        if (t->run[i].code == p->run[j].code)
            of[t->run[i].code].tp += end - x;
        i += end == end_t;
        j += end == end_p;
        x = end;
    }
}

static void add_rows(void *context, size_t chunk, int worker)
{
    const struct work *w = context;
    seg_class_tally *of = w->part + (size_t)worker * w->width;
    size_t begin = chunk * CHUNK_ROWS, rows = seg_grid_rows(&w->pair->grid);
    size_t end = begin + CHUNK_ROWS < rows ? begin + CHUNK_ROWS : rows;
    size_t height = w->pair->grid.n[1], y = begin % height, z = begin / height;

    for (size_t row = begin; row < end; row++) {
        add_side(&w->pair->truth, row, y, z, SEG_TRUTH, of);
        add_side(&w->pair->pred_labels, row, y, z, SEG_PREDICTION, of);
        add_agreement(w->pair, row, of);
        if (++y == height)
            y = 0, z++;
    }
}

static void join_extent(seg_extent *to, const seg_extent *from)
{
    to->box = seg_box_join(&to->box, &from->box);
    to->voxels += from->voxels;
    for (int a = 0; a < 3; a++)
        to->sum[a] += from->sum[a];
}

seg_status seg_tally_pair(seg_tally *tally, const seg_pair *pair, seg_error *err)
{
    int workers = seg_thread_count();
    struct work w = {pair, NULL, (size_t)pair->classes + 1};
    seg_status st = seg_alloc(&w.part, w.width * (size_t)workers, sizeof *w.part, "class counts", err);

    *tally = (seg_tally){0};
    if (st)
        return st;
    seg_parallel_for((seg_grid_rows(&pair->grid) + CHUNK_ROWS - 1) / CHUNK_ROWS, add_rows, &w);
    for (size_t i = w.width; i < w.width * (size_t)workers; i++) {
        w.part[i % w.width].tp += w.part[i].tp;
        for (int side = 0; side < SEG_SIDES; side++)
            join_extent(&w.part[i % w.width].side[side], &w.part[i].side[side]);
    }
    tally->of = w.part;
    for (int c = 0; c < pair->classes; c++)
        tally->voxels += w.part[c].side[SEG_TRUTH].voxels;
    return SEG_OK;
}

void seg_tally_free(seg_tally *tally)
{
    free(tally->of);
    *tally = (seg_tally){0};
}
