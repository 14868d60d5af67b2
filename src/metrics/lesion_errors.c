/* lesion_errors.c - volumes of missed and invented components (autoPET), and splits and merges of cells (Coelho).
 *
 * Splits and merges: each object goes to the label of the other side with which it shares most voxels, background
 * included, equal ones to the smaller label.
 */
#include <stdlib.h>

#include "../base/memory.h"
#include "object_params.h"

/* Objects of a side that share no voxel with any of the other: their voxels. */
static seg_status voxels_without_contact(double *voxels, const seg_objects *o, int side, seg_error *err)
{
    bool *met;
    seg_status st = seg_alloc(&met, o->of[side].n, sizeof *met, "objects", err);

    *voxels = 0;
    for (size_t i = 0; i < o->n_shared && !st; i++)
        met[side == SEG_PREDICTION ? o->shared[i].a : o->shared[i].b] = true;
    for (size_t i = 0; i < o->of[side].n && !st; i++)
        *voxels += met[i] ? 0 : (double)o->of[side].voxels[i];
    free(met);
    return st;
}

/* In ml; in pixels of an image. */
static double amount(const seg_class_ctx *view, double voxels)
{
    bool volume = seg_grid_dims(&view->pair->grid) == 3 && view->pair->grid.has_mm;

    return volume ? voxels * seg_class_view_voxel_size(view) / 1000 : voxels;
}

static seg_status lost_value(seg_class_ctx *view, const void *params, int side, seg_value *value, seg_error *err)
{
    const seg_objects *o;
    double voxels = 0;
    seg_status st = seg_objects_of(view, params, &o, err);

    if (!st)
        st = voxels_without_contact(&voxels, o, side, err);
    *value = seg_value_of(amount(view, voxels));
    return st;
}

static seg_status fpv_value(seg_class_ctx *view, const void *params, seg_value *value, seg_error *err)
{
    return lost_value(view, params, SEG_PREDICTION, value, err);
}

static seg_status fnv_value(seg_class_ctx *view, const void *params, seg_value *value, seg_error *err)
{
    return lost_value(view, params, SEG_TRUTH, value, err);
}

/* |V(P) - V(T)| */
static seg_status ave_value(seg_class_ctx *view, const void *params, seg_value *value, seg_error *err)
{
    double p = (double)view->tally->side[SEG_PREDICTION].voxels, t = (double)view->tally->side[SEG_TRUTH].voxels;

    (void)params, (void)err;
    *value = seg_value_of(amount(view, p > t ? p - t : t - p));
    return SEG_OK;
}

/* ---- splits and merges ---- */

struct errors {
    double crowded; /* objects of the other side that more than one object went to */
    double lost;    /* objects that went to the background */
};

static uint32_t other_end(const seg_shared *s, int side)
{
    return side == SEG_PREDICTION ? s->b : s->a;
}

/* home[object of `side`] = the object of the other side with most of its voxels, SEG_NO_OBJECT for the background. The
 * background has the smallest label: it wins a tie. */
static seg_status find_homes(uint32_t **home, const seg_objects *o, int side, seg_error *err)
{
    size_t n = o->of[side].n;
    uint64_t *most = NULL, *inside = NULL;
    seg_status st = seg_alloc(home, n, sizeof **home, "objects", err);

    if (!st)
        st = seg_alloc(&most, n, sizeof *most, "objects", err);
    if (!st)
        st = seg_alloc(&inside, n, sizeof *inside, "objects", err);
    for (size_t i = 0; i < n && !st; i++)
        (*home)[i] = SEG_NO_OBJECT;
    for (size_t i = 0; i < o->n_shared && !st; i++) { /* in ascending order of the other end, for each object */
        const seg_shared *s = &o->shared[i];
        uint32_t own = side == SEG_PREDICTION ? s->a : s->b;

        inside[own] += s->voxels;
        if (s->voxels > most[own]) {
            most[own] = s->voxels;
            (*home)[own] = other_end(s, side);
        }
    }
    for (size_t i = 0; i < n && !st; i++)
        if (o->of[side].voxels[i] - inside[i] >= most[i])
            (*home)[i] = SEG_NO_OBJECT;
    free(most);
    free(inside);
    return st;
}

static seg_status count_errors(struct errors *e, const seg_objects *o, int side, seg_error *err)
{
    uint32_t *home = NULL, *guests = NULL;
    seg_status st = find_homes(&home, o, side, err);

    *e = (struct errors){0};
    if (!st)
        st = seg_alloc(&guests, o->of[!side].n, sizeof *guests, "objects", err);
    for (size_t i = 0; i < o->of[side].n && !st; i++)
        if (home[i] == SEG_NO_OBJECT)
            e->lost++;
        else if (++guests[home[i]] == 2)
            e->crowded++;
    free(home);
    free(guests);
    return st;
}

#define ERRORS(name_, side_, value_)                                                                                   \
    static seg_status name_##_value(seg_class_ctx *view, const void *params, seg_value *value, seg_error *err)         \
    {                                                                                                                  \
        struct errors e = {0};                                                                                         \
        const seg_objects *o;                                                                                          \
        seg_status st = seg_objects_of(view, params, &o, err);                                                         \
                                                                                                                       \
        if (!st)                                                                                                       \
            st = count_errors(&e, o, side_, err);                                                                      \
        *value = seg_value_of(value_);                                                                                 \
        return st;                                                                                                     \
    }

ERRORS(splits, SEG_PREDICTION, e.crowded)
ERRORS(merges, SEG_TRUTH, e.crowded)
ERRORS(spurious, SEG_PREDICTION, e.lost)
ERRORS(missing, SEG_TRUTH, e.lost)

/* ---- descriptors ---- */

static const seg_param volume_rows[] = {
    SEG_CONVENTION_ROW(seg_object_params), SEG_OBJECT_CONNECTIVITY_ROW(SEG_REACH_EDGE), {0}};
static const seg_param object_rows[] = {
    SEG_CONVENTION_ROW(seg_object_params), SEG_OBJECT_CONNECTIVITY_ROW(SEG_REACH_AUTO), SEG_OBJECT_VOLUME_ROW, {0}};

#define OBJECTS(rows_)                                                                                                 \
    .family = SEG_STRUCTURE_METRIC, .params = rows_, .size = sizeof(seg_object_params), .amount = true
#define LOST                                                                                                           \
    OBJECTS(volume_rows), .unit = SEG_UNIT_ML, .better = -1, .range = "[0, inf)", .empty = "a value",                  \
                          .reference = "Gatidis et al. 2022, autoPET, Scientific Data 9"
#define COELHO                                                                                                         \
    OBJECTS(object_rows), .better = -1, .range = "[0, objects]", .empty = "a value", .check = seg_object_params_check, \
                          .reference = "Coelho et al. 2009, ISBI"

const seg_metric seg_metric_fpv = {.name = "fpv",
                                   .aliases = {"false-positive-volume"},
                                   .title = "False positive volume",
                                   LOST,
                                   .definition = "volume of the components of the prediction that meet no voxel of the "
                                                 "truth, ml (in an image px)",
                                   .class_value = fpv_value};
const seg_metric seg_metric_fnv = {.name = "fnv",
                                   .aliases = {"false-negative-volume"},
                                   .title = "False negative volume",
                                   LOST,
                                   .definition = "volume of the components of the truth that meet no voxel of the "
                                                 "prediction, ml (in an image px)",
                                   .class_value = fnv_value};
const seg_metric seg_metric_ave = {.name = "ave",
                                   .aliases = {"absolute-volume-error"},
                                   .title = "Absolute volume error",
                                   .family = SEG_OVERLAP_METRIC,
                                   .params = seg_metric_rows,
                                   .size = sizeof(seg_metric_params),
                                   .unit = SEG_UNIT_ML,
                                   .better = -1,
                                   .range = "[0, inf)",
                                   .empty = "a value",
                                   .reference = "Hirsch et al. 2021, Radiology: Artificial Intelligence 3",
                                   .definition = "|V(P) - V(T)|, ml (in an image px)",
                                   .class_value = ave_value};
const seg_metric seg_metric_false_splits = {
    .name = "false-splits",
    .title = "Split objects",
    COELHO,
    .definition =
        "truth objects that more than one predicted object goes to: each goes to the truth label, background\n"
        "included, with which it shares most voxels",
    .class_value = splits_value};
const seg_metric seg_metric_false_merges = {
    .name = "false-merges",
    .title = "Merged objects",
    COELHO,
    .definition = "predicted objects that more than one truth object goes to, as for false-splits",
    .class_value = merges_value};
const seg_metric seg_metric_spurious = {
    .name = "spurious",
    .title = "Spurious objects",
    COELHO,
    .definition = "predicted objects that go to the background, as for false-splits; not the same as lesion-fp",
    .class_value = spurious_value};
const seg_metric seg_metric_missing = {
    .name = "missing",
    .title = "Missing objects",
    COELHO,
    .definition = "truth objects that go to the background, as for false-splits; not the same as lesion-fn",
    .class_value = missing_value};
