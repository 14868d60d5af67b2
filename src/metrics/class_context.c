/* class_context.c - cuts the box of a class out of both maps and measures distances inside it. */
#include "class_context.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/parallel.h"
#include "../geometry/box.h"
#include "../geometry/surface.h"
#include "grey.h"
#include "objects.h"
#include "surfels.h"

void seg_class_view_begin(seg_class_ctx *view, const seg_pair *pair, int cls, const seg_tally *tally)
{
    const seg_class_tally *t = &tally->of[cls];
    seg_box joint = seg_box_join(&t->side[SEG_PREDICTION].box, &t->side[SEG_TRUTH].box);

    *view = (seg_class_ctx){.pair = pair, .cls = cls, .tally = t};
    view->convention = &seg_conventions[0];
    view->box = seg_box_grow(&joint, 1, pair->grid.n);
    view->n.tp = t->tp;
    view->n.fp = t->side[SEG_PREDICTION].voxels - t->tp;
    view->n.fn = t->side[SEG_TRUTH].voxels - t->tp;
    view->n.tn = tally->voxels - t->tp - view->n.fp - view->n.fn;
}

static void free_distances(seg_distances *d)
{
    for (int side = 0; side < SEG_SIDES; side++) {
        free(d->d[side]);
        free(d->weight[side]);
    }
    *d = (seg_distances){0};
}

void seg_class_view_free(seg_class_ctx *view)
{
    for (int i = 0; i < view->n_kept; i++)
        free_distances(&view->kept[i]);
    for (int side = 0; side < SEG_SIDES; side++)
        seg_mask_free(&view->mask[side]);
    if (view->objects)
        seg_objects_free(view->objects);
    free(view->objects);
    if (view->grey)
        seg_grey_map_free(view->grey);
    free(view->grey);
    *view = (seg_class_ctx){0};
}

seg_status seg_class_view_masks(seg_class_ctx *view, seg_error *err)
{
    const seg_labelmap *map[SEG_SIDES] = {&view->pair->pred_labels, &view->pair->truth};
    seg_status st = SEG_OK;

    for (int side = 0; side < SEG_SIDES && !view->has_masks && !st; side++)
        st = seg_mask_of_box(&view->mask[side], map[side], (uint32_t)view->cls, &view->box, err);
    for (int side = 0; side < SEG_SIDES && st; side++)
        seg_mask_free(&view->mask[side]);
    view->has_masks = !st;
    return st;
}

void seg_class_view_step(const seg_class_ctx *view, double step[3])
{
    for (int a = 0; a < 3; a++)
        step[a] = view->convention->step == SEG_STEP_VOXEL    ? 1
                  : view->convention->step == SEG_STEP_1_5_MM ? 1.5
                                                              : view->pair->grid.mm[a];
}

static size_t common_voxels(const seg_mask mask[SEG_SIDES])
{
    size_t n = 0;

    for (size_t i = 0; i < mask[0].n[1] * mask[0].n[2] * mask[0].words; i++)
        n += (size_t)__builtin_popcountll(mask[0].bit[i] & mask[1].bit[i]);
    return n;
}

seg_status seg_class_view_crop(seg_class_ctx *cropped, seg_class_ctx *view, seg_error *err)
{
    const seg_box *truth = &view->tally->side[SEG_TRUTH].box;
    uint64_t slice = view->pair->grid.n[0] * view->pair->grid.n[1];
    seg_box box;
    seg_status st = seg_class_view_masks(view, err);

    *cropped = (seg_class_ctx){
        .pair = view->pair, .cls = view->cls, .tally = view->tally, .convention = view->convention, .box = view->box};
    cropped->box.begin[2] = truth->begin[2];
    cropped->box.end[2] = truth->end[2] - 1;
    for (int a = 0; a < 3; a++)
        box.begin[a] = cropped->box.begin[a] - view->box.begin[a],
        box.end[a] = cropped->box.end[a] - view->box.begin[a];
    for (int side = 0; side < SEG_SIDES && !st; side++)
        st = seg_mask_cut(&cropped->mask[side], &view->mask[side], &box, err);
    if (st) {
        seg_class_view_free(cropped);
        return st;
    }
    cropped->has_masks = true;
    cropped->n.tp = common_voxels(cropped->mask);
    cropped->n.fp = seg_mask_count(&cropped->mask[SEG_PREDICTION]) - cropped->n.tp;
    cropped->n.fn = seg_mask_count(&cropped->mask[SEG_TRUTH]) - cropped->n.tp;
    cropped->n.tn = slice * (box.end[2] - box.begin[2]) - cropped->n.tp - cropped->n.fp - cropped->n.fn;
    return SEG_OK;
}

/* ---- elements ---- */

/* Distances run from the voxels of `from` on one side to those of `to` on the other; `to` is `from` where it is not
 * made. */
struct elements {
    seg_mask from[SEG_SIDES], to[SEG_SIDES];
    double *weight[SEG_SIDES];
};

static void free_elements(struct elements *e)
{
    for (int side = 0; side < SEG_SIDES; side++) {
        seg_mask_free(&e->from[side]);
        seg_mask_free(&e->to[side]);
        free(e->weight[side]);
    }
}

static seg_status copy_mask(seg_mask *out, const seg_mask *mask, seg_error *err)
{
    seg_status st = seg_mask_alloc(out, mask->n, err);

    if (!st)
        memcpy(out->bit, mask->bit, mask->n[1] * mask->n[2] * mask->words * sizeof *mask->bit);
    return st;
}

/* Voxels of the box along an axis that belong to either mask. */
static size_t thickness(const seg_class_ctx *view, int axis)
{
    const seg_extent *side = view->tally->side;
    seg_box joint = seg_box_join(&side[SEG_PREDICTION].box, &side[SEG_TRUTH].box);

    return joint.end[axis] - joint.begin[axis];
}

static seg_status make_surfaces(seg_class_ctx *view, seg_mask out[SEG_SIDES], seg_elements kind, seg_error *err)
{
    seg_surface_rule rule = {.reach = SEG_CONN_FACE};
    seg_status st = SEG_OK;

    if (kind == SEG_FACE_OR_EDGE)
        rule.reach = SEG_CONN_EDGE;
    if (kind == SEG_FACE_TO_CORNER || kind == SEG_OPEN_CORNER)
        rule.reach = SEG_CONN_CORNER;
    rule.open = kind == SEG_OPEN_FACE || kind == SEG_OPEN_CORNER;
    rule.flat[2] = seg_grid_dims(&view->pair->grid) == 2;
    for (int a = 0; a < 3 && kind == SEG_CROPPED_FACE; a++)
        rule.flat[a] = thickness(view, a) == 1;
    for (int side = 0; side < SEG_SIDES && !st; side++)
        st = seg_surface(&out[side], &view->mask[side], &rule, err);
    return st;
}

static seg_status make_surfels(seg_class_ctx *view, struct elements *e, seg_elements kind, const double step[3],
                               seg_error *err)
{
    seg_surfel_size size = kind == SEG_SURFELS ? SEG_SURFEL_AREA : SEG_SURFEL_FACES;
    int dims = seg_grid_dims(&view->pair->grid);
    seg_status st = SEG_OK;
    size_t n;

    for (int side = 0; side < SEG_SIDES && !st; side++)
        st = seg_surfels(&e->from[side], &e->weight[side], &n, &view->mask[side], dims, step, size, err);
    return st;
}

static seg_status copy_masks(seg_class_ctx *view, seg_mask out[SEG_SIDES], seg_error *err)
{
    seg_status st = copy_mask(&out[SEG_PREDICTION], &view->mask[SEG_PREDICTION], err);

    return st ? st : copy_mask(&out[SEG_TRUTH], &view->mask[SEG_TRUTH], err);
}

/* Each mask without what both have. */
static void subtract_common(seg_mask mask[SEG_SIDES])
{
    for (size_t i = 0; i < mask[0].n[1] * mask[0].n[2] * mask[0].words; i++) {
        uint64_t common = mask[0].bit[i] & mask[1].bit[i];

        mask[0].bit[i] &= ~common;
        mask[1].bit[i] &= ~common;
    }
}

static seg_status make_elements(seg_class_ctx *view, struct elements *e, seg_elements kind, const double step[3],
                                seg_error *err)
{
    seg_status st;

    switch (kind) {
    case SEG_SURFELS:
    case SEG_CELLS:
        return make_surfels(view, e, kind, step, err);
    case SEG_VOXELS:
        return copy_masks(view, e->from, err);
    case SEG_DISAGREEING:
        st = copy_masks(view, e->from, err);
        if (!st)
            st = copy_masks(view, e->to, err);
        if (!st)
            subtract_common(e->from);
        return st;
    case SEG_OPEN_FACE_FROM_CORNER:
        st = make_surfaces(view, e->from, SEG_OPEN_FACE, err);
        return st ? st : make_surfaces(view, e->to, SEG_OPEN_CORNER, err);
    default:
        return make_surfaces(view, e->from, kind, err);
    }
}

/* ---- distances ---- */

static void add_up(seg_distances *d, int side)
{
    const double *x = d->d[side], *w = d->weight[side];

    if (!w) {
        d->size[side] = (double)d->n[side];
        d->total[side] = seg_sum(x, d->n[side]);
        return;
    }
    for (size_t i = 0; i < d->n[side]; i++) {
        d->size[side] += w[i];
        d->total[side] += w[i] * x[i];
    }
}

static seg_status measure(seg_distances *d, struct elements *e, const double step[3], seg_error *err)
{
    seg_status st = SEG_OK;

    for (int side = 0; side < SEG_SIDES && !st; side++) {
        const seg_mask *to = e->to[!side].bit ? &e->to[!side] : &e->from[!side];

        st = seg_surface_distances(&e->from[side], to, step, &d->d[side], &d->n[side], err);
        if (st)
            break;
        d->weight[side] = e->weight[side];
        e->weight[side] = NULL;
        add_up(d, side);
    }
    return st;
}

/* A place for new distances; the oldest make room when many conventions are asked for. */
static seg_distances *vacate(seg_class_ctx *view)
{
    if (view->n_kept == SEG_DISTANCES_KEPT) {
        free_distances(&view->kept[0]);
        memmove(view->kept, view->kept + 1, (SEG_DISTANCES_KEPT - 1) * sizeof view->kept[0]);
        view->n_kept--;
    }
    return &view->kept[view->n_kept];
}

seg_status seg_class_view_distances(seg_class_ctx *view, seg_elements kind, const seg_distances **distances,
                                    seg_error *err)
{
    struct elements e = {0};
    seg_distances *d;
    double step[3];
    seg_status st;

    for (int i = 0; i < view->n_kept; i++)
        if (view->kept[i].elements == kind && view->kept[i].step == view->convention->step) {
            *distances = &view->kept[i];
            return SEG_OK;
        }
    d = vacate(view);
    *d = (seg_distances){.elements = kind, .step = view->convention->step};
    seg_class_view_step(view, step);
    st = seg_class_view_masks(view, err);
    if (!st)
        st = make_elements(view, &e, kind, step, err);
    if (!st)
        st = measure(d, &e, step, err);
    free_elements(&e);
    if (st) {
        free_distances(d);
        return st;
    }
    view->n_kept++;
    *distances = d;
    return SEG_OK;
}

/* ---- small facts ---- */

const char *seg_class_view_status(const seg_class_ctx *view)
{
    bool truth = view->tally->side[SEG_TRUTH].voxels > 0, prediction = view->tally->side[SEG_PREDICTION].voxels > 0;

    if (truth && prediction)
        return NULL;
    return truth ? SEG_EMPTY_PREDICTION : prediction ? SEG_EMPTY_TRUTH : SEG_BOTH_EMPTY;
}

double seg_class_view_voxel_size(const seg_class_ctx *view)
{
    const seg_grid *g = &view->pair->grid;
    double size = g->mm[0] * g->mm[1];

    return seg_grid_dims(g) == 3 ? size * g->mm[2] : size;
}
