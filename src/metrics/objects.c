/* objects.c - objects of both sides of a class: found, filtered by volume, and compared in one pass over their runs. */
#include "objects.h"

#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"

const char *const seg_reach_words[] = {"auto", "face", "edge", "corner", NULL};

seg_connectivity seg_reach_of(int word, const seg_grid *grid)
{
    static const seg_connectivity reach[] = {
        [SEG_REACH_FACE] = SEG_CONN_FACE, [SEG_REACH_EDGE] = SEG_CONN_EDGE, [SEG_REACH_CORNER] = SEG_CONN_CORNER};

    if (word != SEG_REACH_AUTO)
        return reach[word];
    return seg_grid_dims(grid) == 3 ? SEG_CONN_CORNER : SEG_CONN_FACE;
}

void seg_objects_free(seg_objects *o)
{
    for (int side = 0; side < SEG_SIDES; side++) {
        seg_components_free(&o->of[side]);
        free(o->number[side]);
    }
    free(o->shared);
    *o = (seg_objects){0};
}

/* ---- instances ---- */

/* The class that an id stands for, or 0 for none: every id is of class 1, or of class id / divisor. */
static int64_t class_of_id(int64_t id, int64_t divisor)
{
    if (id <= 0)
        return 0;
    return divisor ? (id >= divisor ? id / divisor : 0) : 1;
}

/* to[code] = the object's index among those of the class; number[index] = its id. Returns how many there are. */
static size_t number_ids(const seg_class_ctx *view, const seg_labelmap *map, uint32_t *to, int64_t *number)
{
    int64_t cls = view->pair->id[view->cls];
    size_t n = 0;

    for (size_t code = 0; code < map->values; code++) {
        bool mine = class_of_id(map->value[code], view->pair->object_divisor) == cls;

        to[code] = mine ? (uint32_t)n : SEG_NO_OBJECT;
        if (mine)
            number[n++] = map->value[code];
    }
    return n;
}

static seg_status find_instances(seg_objects *o, seg_class_ctx *view, int side, seg_error *err)
{
    const seg_labelmap *map = &view->pair->objects[side];
    uint32_t *to = NULL;
    size_t n = 0;
    seg_status st = seg_alloc(&to, map->values + 1, sizeof *to, "objects", err);

    if (!st)
        st = seg_alloc(&o->number[side], map->values, sizeof *o->number[side], "objects", err);
    if (!st) {
        n = number_ids(view, map, to, o->number[side]);
        to[map->values] = SEG_NO_OBJECT;
        st = seg_components_of_codes(&o->of[side], map, &view->box, &view->mask[side], to, n, err);
    }
    free(to);
    return st;
}

/* ---- components ---- */

static seg_status find_components(seg_objects *o, seg_class_ctx *view, int side, seg_error *err)
{
    seg_components *c = &o->of[side];
    seg_status st = seg_components_find(c, &view->mask[side], o->reach, err);

    if (!st)
        st = seg_alloc(&o->number[side], c->n, sizeof *o->number[side], "objects", err);
    for (size_t i = 0; i < c->n && !st; i++)
        o->number[side][i] = (int64_t)i + 1;
    return st;
}

/* ---- both ---- */

/* Objects without a voxel (ids that were ignored) and those up to the smallest volume leave. */
static seg_status drop_small(seg_objects *o, int side, double voxel, seg_error *err)
{
    seg_components *c = &o->of[side];
    uint32_t *to, kept = 0;
    seg_status st = seg_alloc(&to, c->n, sizeof *to, "objects", err);

    for (size_t i = 0; i < c->n && !st; i++) {
        bool stays = c->voxels[i] && (o->min_volume <= 0 || (double)c->voxels[i] * voxel > o->min_volume);

        if (stays)
            o->number[side][kept] = o->number[side][i];
        to[i] = stays ? kept++ : SEG_NO_OBJECT;
    }
    if (!st)
        seg_components_keep(c, to);
    free(to);
    return st;
}

static seg_status find_objects(seg_objects *o, seg_class_ctx *view, seg_error *err)
{
    double voxel = seg_class_view_voxel_size(view);
    seg_status st = seg_class_view_masks(view, err);

    for (int side = 0; side < SEG_SIDES && !st; side++) {
        st = view->pair->has_objects ? find_instances(o, view, side, err) : find_components(o, view, side, err);
        if (!st)
            st = drop_small(o, side, voxel, err);
    }
    if (!st)
        st = seg_components_shared(&o->shared, &o->n_shared, &o->of[SEG_PREDICTION], &o->of[SEG_TRUTH], NULL, err);
    return st;
}

seg_status seg_class_view_objects(seg_class_ctx *view, seg_connectivity reach, double min_volume,
                                  const seg_objects **objects, seg_error *err)
{
    seg_objects *o = view->objects;
    seg_status st;

    *objects = o;
    if (o && (o->reach == reach || view->pair->has_objects) && o->min_volume == min_volume)
        return SEG_OK;
    if (o)
        seg_objects_free(o);
    else if ((st = seg_alloc(&view->objects, 1, sizeof *view->objects, "objects", err)))
        return st;
    o = view->objects;
    *o = (seg_objects){.reach = reach, .min_volume = min_volume};
    st = find_objects(o, view, err);
    if (st) {
        seg_objects_free(o);
        free(view->objects);
        view->objects = NULL;
    }
    *objects = view->objects;
    return st;
}
