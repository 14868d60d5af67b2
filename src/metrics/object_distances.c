/* object_distances.c - how far the boundary of a truth object and that of its predictions are apart, in their joined box.
 *
 * Outside of the box, as outside of the image, is background: the edge of the box is boundary where an object touches it.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/percentile.h"
#include "../geometry/surface.h"
#include "objects.h"

struct lists {
    double *d[SEG_SIDES];
    size_t n[SEG_SIDES];
};

static void free_lists(struct lists *l)
{
    free(l->d[0]);
    free(l->d[1]);
}

static seg_status measure(struct lists *l, const seg_mask mask[SEG_SIDES], bool flat, const double step[3],
                          seg_error *err)
{
    seg_surface_rule rule = {.reach = SEG_CONN_FACE, .flat = {false, false, flat}};
    seg_mask surface[SEG_SIDES] = {{{0}, 0, NULL}, {{0}, 0, NULL}};
    seg_status st = SEG_OK;

    for (int side = 0; side < SEG_SIDES && !st; side++)
        st = seg_surface(&surface[side], &mask[side], &rule, err);
    for (int side = 0; side < SEG_SIDES && !st; side++)
        st = seg_surface_distances(&surface[side], &surface[!side], step, &l->d[side], &l->n[side], err);
    seg_mask_free(&surface[0]);
    seg_mask_free(&surface[1]);
    return st;
}

static double sum_of(const double *x, size_t n)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += x[i];
    return sum;
}

static double mean_distance(const struct lists *l, seg_joining joining)
{
    double sum[SEG_SIDES] = {sum_of(l->d[0], l->n[0]), sum_of(l->d[1], l->n[1])};

    if (joining == SEG_MEAN_OF_TWO)
        return (sum[0] / (double)l->n[0] + sum[1] / (double)l->n[1]) / 2;
    return (sum[0] + sum[1]) / (double)(l->n[0] + l->n[1]);
}

static seg_status percentile_95(const struct lists *l, seg_joining joining, double *hd95, seg_error *err)
{
    double *both;
    seg_status st;

    if (joining != SEG_INTERNED) {
        *hd95 = fmax(seg_percentile(l->d[0], l->n[0], 95), seg_percentile(l->d[1], l->n[1], 95));
        return SEG_OK;
    }
    st = seg_alloc(&both, l->n[0] + l->n[1], sizeof *both, "surface distances", err);
    if (st)
        return st;
    memcpy(both, l->d[0], l->n[0] * sizeof *both);
    memcpy(both + l->n[0], l->d[1], l->n[1] * sizeof *both);
    *hd95 = seg_percentile(both, l->n[0] + l->n[1], 95);
    free(both);
    return SEG_OK;
}

seg_status seg_object_distances(seg_class_ctx *view, const seg_objects *o, uint32_t truth, const uint32_t *member,
                                size_t n, double *hd95, double *assd, seg_error *err)
{
    return seg_object_distances_from(view, o, SEG_TRUTH, truth, member, n, hd95, assd, err);
}

seg_status seg_object_distances_from(seg_class_ctx *view, const seg_objects *o, int own, uint32_t object,
                                     const uint32_t *member, size_t n, double *hd95, double *assd, seg_error *err)
{
    const size_t *size = view->mask[SEG_TRUTH].n;
    seg_box box = o->of[own].box[object];
    seg_mask mask[SEG_SIDES] = {{{0}, 0, NULL}, {{0}, 0, NULL}};
    struct lists l = {{NULL, NULL}, {0, 0}};
    size_t extent[3];
    double step[3];
    seg_status st = SEG_OK;

    for (size_t i = 0; i < n; i++)
        box = seg_box_join(&box, &o->of[!own].box[member[i]]);
    for (int a = 0; a < 3; a++)
        extent[a] = box.end[a] - box.begin[a];
    for (int side = 0; side < SEG_SIDES && !st; side++)
        st = seg_mask_alloc(&mask[side], extent, err);
    if (!st) {
        seg_components_draw(&o->of[own], object, size, &box, &mask[own]);
        for (size_t i = 0; i < n; i++)
            seg_components_draw(&o->of[!own], member[i], size, &box, &mask[!own]);
        seg_class_view_step(view, step);
        st = measure(&l, mask, seg_grid_dims(&view->pair->grid) == 2, step, err);
    }
    if (!st) {
        *assd = mean_distance(&l, view->convention->assd);
        st = percentile_95(&l, view->convention->hausdorff, hd95, err);
    }
    free_lists(&l);
    seg_mask_free(&mask[0]);
    seg_mask_free(&mask[1]);
    return st;
}
