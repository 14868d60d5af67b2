/* plane.c - takes a slice of both label maps and turns it. */
#include "plane.h"

#include <math.h>
#include <stdlib.h>

#include "../base/memory.h"

static void widen(seg_box *box, const seg_grid *grid, double by)
{
    for (int a = 0; a < 3; a++) {
        size_t n = (size_t)ceil(by / grid->mm[a]);

        box->begin[a] = box->begin[a] > n ? box->begin[a] - n : 0;
        box->end[a] = box->end[a] + n < grid->n[a] ? box->end[a] + n : grid->n[a];
    }
}

seg_box seg_box_of_labels(const seg_pair *pair, double wider)
{
    size_t classes = (size_t)pair->classes;
    seg_box *box = calloc(2 * classes, sizeof *box), all = {0};

    if (box) { /* without memory the whole image is shown */
        seg_labelmap_boxes(&pair->truth, classes, box);
        seg_labelmap_boxes(&pair->pred_labels, classes, box + classes);
        for (size_t c = 0; c < 2 * classes; c++)
            if (seg_pair_foreground(pair, (int)(c % classes)))
                all = seg_box_join(&all, &box[c]);
    }
    free(box);
    if (seg_box_is_empty(&all))
        for (int a = 0; a < 3; a++)
            all.end[a] = pair->grid.n[a];
    widen(&all, &pair->grid, wider);
    return all;
}

void seg_plane_voxel(const seg_plane *p, size_t i, size_t j, size_t voxel[3])
{
    const size_t at[2] = {i, j};

    voxel[p->view.normal] = p->index;
    for (int k = 0; k < 2; k++) {
        int a = p->view.axis[k];

        voxel[a] = p->view.flip[k] ? p->box.end[a] - 1 - at[k] : p->box.begin[a] + at[k];
    }
}

void seg_plane_pixel(const seg_plane *p, const size_t voxel[3], size_t pixel[2])
{
    for (int k = 0; k < 2; k++) {
        int a = p->view.axis[k];

        pixel[k] = p->view.flip[k] ? p->box.end[a] - 1 - voxel[a] : voxel[a] - p->box.begin[a];
    }
}

/* The codes of a slice, [larger axis][smaller axis] of the two that remain. */
static seg_status slice_codes(uint16_t **codes, const seg_labelmap *map, int axis, size_t index, seg_error *err)
{
    seg_labelmap slice = {0};
    seg_status st = seg_labelmap_slice(&slice, map, axis, index, err);
    size_t n = st ? 0 : seg_grid_voxels(&slice.grid);

    *codes = NULL;
    if (!st)
        st = seg_alloc(codes, n, sizeof **codes, "a plane", err);
    if (!st)
        seg_labelmap_codes(&slice, 0, n, *codes);
    seg_labelmap_free(&slice);
    return st;
}

static seg_status fill(seg_plane *p, const seg_pair *pair, const seg_labelmap *map, uint16_t **out, seg_error *err)
{
    int low = p->view.normal == 0 ? 1 : 0, high = p->view.normal == 2 ? 1 : 2;
    size_t width = pair->grid.n[low], voxel[3];
    uint16_t *codes;
    seg_status st = slice_codes(&codes, map, p->view.normal, p->index, err);

    if (!st)
        st = seg_alloc(out, p->n[0] * p->n[1], sizeof **out, "a plane", err);
    for (size_t k = 0; !st && k < p->n[0] * p->n[1]; k++) {
        seg_plane_voxel(p, k % p->n[0], k / p->n[0], voxel);
        (*out)[k] = codes[voxel[high] * width + voxel[low]];
    }
    free(codes);
    return st;
}

static seg_pixel_kind kind_of(const seg_pair *pair, uint16_t truth, uint16_t called)
{
    bool t, c;

    if (truth >= pair->classes || called >= pair->classes)
        return SEG_PIXEL_IGNORED;
    t = seg_pair_foreground(pair, truth);
    c = seg_pair_foreground(pair, called);
    if (truth == called)
        return t ? SEG_PIXEL_RIGHT : SEG_PIXEL_EMPTY;
    return t && c ? SEG_PIXEL_WRONG : t ? SEG_PIXEL_MISSED : SEG_PIXEL_EXTRA;
}

static bool inside(const seg_plane *p, const size_t voxel[3])
{
    for (int a = 0; a < 3; a++)
        if (voxel[a] < p->box.begin[a] || voxel[a] >= p->box.end[a])
            return false;
    return true;
}

static void mark_mistakes(seg_plane *p, const seg_pair *pair, const seg_mistakes *m)
{
    size_t ny = pair->grid.n[1];

    for (size_t i = 0; i < m->runs; i++) {
        const seg_mistake_run *r = &m->run[i];
        size_t voxel[3] = {r->begin, r->row % ny, r->row / ny}, pixel[2];

        if ((p->view.normal == 1 && voxel[1] != p->index) || (p->view.normal == 2 && voxel[2] != p->index))
            continue;
        for (; voxel[0] < r->end; voxel[0]++) {
            if (!inside(p, voxel))
                continue;
            seg_plane_pixel(p, voxel, pixel);
            p->mistake[pixel[1] * p->n[0] + pixel[0]] = (uint8_t)(r->mistake + 1);
        }
    }
}

seg_status seg_plane_cut(seg_plane *p, const seg_pair *pair, const seg_mistakes *mistakes, const seg_plane_view *view,
                         size_t index, const seg_box *box, seg_error *err)
{
    seg_status st;

    *p = (seg_plane){.view = *view, .index = index, .box = *box};
    p->box.begin[view->normal] = index;
    p->box.end[view->normal] = index + 1;
    for (int k = 0; k < 2; k++) {
        p->n[k] = p->box.end[view->axis[k]] - p->box.begin[view->axis[k]];
        p->mm[k] = pair->grid.mm[view->axis[k]];
    }
    st = fill(p, pair, &pair->truth, &p->truth, err);
    if (!st)
        st = fill(p, pair, &pair->pred_labels, &p->called, err);
    if (!st)
        st = seg_alloc(&p->kind, p->n[0] * p->n[1], 1, "a plane", err);
    if (!st)
        st = seg_alloc(&p->mistake, p->n[0] * p->n[1], 1, "a plane", err);
    for (size_t i = 0; !st && i < p->n[0] * p->n[1]; i++)
        p->kind[i] = (uint8_t)kind_of(pair, p->truth[i], p->called[i]);
    if (!st)
        mark_mistakes(p, pair, mistakes);
    return st;
}

void seg_plane_free(seg_plane *p)
{
    free(p->truth);
    free(p->called);
    free(p->kind);
    free(p->mistake);
    *p = (seg_plane){0};
}
