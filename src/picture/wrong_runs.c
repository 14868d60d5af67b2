/* wrong_runs.c - compares two label maps run by run, and measures how deep each wrong voxel is. */
#include "wrong_runs.h"

#include <math.h>
#include <stdlib.h>

#include "../base/memory.h"
#include "../geometry/box.h"
#include "../geometry/edt.h"
#include "../geometry/surface.h"

/* ---- the runs ---- */

/* The runs of one row of a label map, one after the other. */
struct row_runs {
    const seg_run *run, *end;
    uint32_t width;
};

static struct row_runs row_of(const seg_labelmap *map, size_t row)
{
    return (struct row_runs){map->run + map->first[row], map->run + map->first[row + 1], (uint32_t)map->grid.n[0]};
}

static uint32_t run_end(const struct row_runs *r)
{
    return r->run + 1 < r->end ? r->run[1].x : r->width;
}

static seg_status add_run(seg_wrong_runs *w, size_t *room, const seg_wrong_run *run, seg_error *err)
{
    seg_status st = seg_grow(&w->run, room, w->runs + 1, sizeof *w->run, "wrong voxels", err);

    if (!st) {
        w->run[w->runs] = *run;
        w->run[w->runs++].at = w->voxels;
        w->voxels += run->end - run->begin;
    }
    return st;
}

static seg_status compare_row(seg_wrong_runs *w, size_t *room, const seg_pair *pair, size_t row, seg_error *err)
{
    struct row_runs t = row_of(&pair->truth, row), p = row_of(&pair->pred_labels, row);
    seg_status st = SEG_OK;

    for (uint32_t x = 0, end; !st && x < t.width; x = end) {
        uint32_t truth = t.run->code, called = p.run->code, t_end = run_end(&t), p_end = run_end(&p);

        end = t_end < p_end ? t_end : p_end;
        if (truth == called && truth < (uint32_t)pair->classes)
            w->right[truth] += end - x;
        else if (truth != called)
            st = add_run(w, room, &(seg_wrong_run){x, end, truth, called, 0}, err);
        t.run += t_end == end;
        p.run += p_end == end;
    }
    return st;
}

static seg_status find_runs(seg_wrong_runs *w, const seg_pair *pair, seg_error *err)
{
    size_t rows = seg_grid_rows(&pair->grid), room = 0;
    seg_status st = seg_alloc(&w->first, rows + 1, sizeof *w->first, "wrong voxels", err);

    for (int a = 0; a < 3; a++)
        w->n[a] = pair->grid.n[a];
    if (!st)
        st = seg_alloc(&w->right, (size_t)pair->classes, sizeof *w->right, "wrong voxels", err);
    for (size_t row = 0; !st && row < rows; row++) {
        st = compare_row(w, &room, pair, row, err);
        w->first[row + 1] = w->runs;
    }
    return st;
}

/* ---- depths ---- */

/* Raises the depths of the wrong voxels whose truth (or whose prediction) is the class, in memory order of the box. */
static void raise_depths(seg_wrong_runs *w, uint32_t cls, bool of_truth, const seg_box *box, const double *distance)
{
    for (size_t z = box->begin[2]; z < box->end[2]; z++)
        for (size_t y = box->begin[1]; y < box->end[1]; y++) {
            size_t row = y + w->n[1] * z;

            for (size_t i = w->first[row]; i < w->first[row + 1]; i++) {
                const seg_wrong_run *run = &w->run[i];

                if ((of_truth ? run->truth : run->called) != cls)
                    continue;
                for (size_t k = run->at; k < run->at + (run->end - run->begin); k++, distance++)
                    w->depth[k] = fmax(w->depth[k], fmin(*distance, SEG_DEPTH_MOST));
            }
        }
}

/* *out = the voxels of a that are not in b. */
static seg_status difference(seg_mask *out, const seg_mask *a, const seg_mask *b, seg_error *err)
{
    seg_status st = seg_mask_alloc(out, a->n, err);

    for (size_t i = 0; !st && i < a->words * a->n[1] * a->n[2]; i++)
        out->bit[i] = a->bit[i] & ~b->bit[i];
    return st;
}

/* Distances from the voxels of one mask that the other lacks to the other. */
static seg_status measure(seg_wrong_runs *w, const seg_mask *from, const seg_mask *to, uint32_t cls, bool of_truth,
                          const seg_box *box, const double mm[3], seg_error *err)
{
    seg_mask query = {0};
    double *distance = NULL;
    size_t n = 0;
    seg_status st = difference(&query, from, to, err);

    if (!st && seg_mask_extent(&query) != SEG_SET_EMPTY)
        st = seg_surface_distances(&query, to, mm, &distance, &n, err);
    if (!st && n)
        raise_depths(w, cls, of_truth, box, distance);
    free(distance);
    seg_mask_free(&query);
    return st;
}

static seg_status measure_class(seg_wrong_runs *w, const seg_pair *pair, uint32_t cls, const seg_box *box,
                                seg_error *err)
{
    seg_mask truth = {0}, called = {0};
    seg_status st = seg_mask_of_box(&truth, &pair->truth, cls, box, err);

    if (!st)
        st = seg_mask_of_box(&called, &pair->pred_labels, cls, box, err);
    if (!st)
        st = measure(w, &truth, &called, cls, true, box, pair->grid.mm, err);
    if (!st)
        st = measure(w, &called, &truth, cls, false, box, pair->grid.mm, err);
    seg_mask_free(&truth);
    seg_mask_free(&called);
    return st;
}

static seg_status find_depths(seg_wrong_runs *w, const seg_pair *pair, seg_error *err)
{
    size_t classes = (size_t)pair->classes;
    seg_box *box = NULL;
    seg_status st = seg_alloc(&w->depth, w->voxels, sizeof *w->depth, "depths of wrong voxels", err);

    if (!st)
        st = seg_alloc(&box, 2 * classes, sizeof *box, "boxes of classes", err);
    if (!st) {
        seg_labelmap_boxes(&pair->truth, classes, box);
        seg_labelmap_boxes(&pair->pred_labels, classes, box + classes);
    }
    for (size_t c = 0; !st && c < classes; c++) {
        seg_box joined = seg_box_join(&box[c], &box[classes + c]);

        if (seg_pair_foreground(pair, (int)c) && !seg_box_is_empty(&joined))
            st = measure_class(w, pair, (uint32_t)c, &joined, err);
    }
    free(box);
    return st;
}

seg_status seg_wrong_runs_find(seg_wrong_runs *w, const seg_pair *pair, seg_error *err)
{
    seg_status st;

    *w = (seg_wrong_runs){0};
    st = find_runs(w, pair, err);
    return st ? st : find_depths(w, pair, err);
}

void seg_wrong_runs_free(seg_wrong_runs *w)
{
    free(w->first);
    free(w->run);
    free(w->depth);
    free(w->right);
    *w = (seg_wrong_runs){0};
}
