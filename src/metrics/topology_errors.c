/* topology_errors.c - Betti numbers and Euler number of both masks compared. */
#include <stdlib.h>

#include "../geometry/topology.h"
#include "class_context.h"

struct topology {
    int convention, connectivity, of;
};

enum { OF_ERROR, OF_TRUTH, OF_PREDICTION };
enum { CORNER, FACE };

enum number { B0, B1, B2, ALL, EULER };

static double difference(int64_t p, int64_t t, int of)
{
    return of == OF_TRUTH ? (double)t : of == OF_PREDICTION ? (double)p : (double)llabs(p - t);
}

static double number_of(const seg_topology side[SEG_SIDES], int of, enum number which)
{
    const seg_topology *p = &side[SEG_PREDICTION], *t = &side[SEG_TRUTH];
    double b0 = difference(p->objects, t->objects, of), b1 = difference(p->tunnels, t->tunnels, of);
    double b2 = difference(p->cavities, t->cavities, of);

    switch (which) {
    case B0:
        return b0;
    case B1:
        return b1;
    case B2:
        return b2;
    case ALL:
        return b0 + b1 + b2;
    default:
        return difference(p->euler, t->euler, of);
    }
}

static seg_status topology_value(seg_class_ctx *view, const void *params, enum number which, seg_value *value,
                                 seg_error *err)
{
    const struct topology *p = params;
    bool flat = seg_grid_dims(&view->pair->grid) == 2;
    seg_topology of[SEG_SIDES] = {{0, 0, 0, 0}, {0, 0, 0, 0}};
    seg_status st = seg_class_view_masks(view, err);

    for (int side = 0; side < SEG_SIDES && !st; side++)
        if (view->tally->side[side].voxels)
            st = seg_topology_of(&of[side], &view->mask[side], p->connectivity == CORNER, flat, err);
    if (!st)
        *value = seg_value_of(number_of(of, p->of, which));
    return st;
}

#define NUMBER(name_, which_)                                                                                          \
    static seg_status name_##_value(seg_class_ctx *view, const void *params, seg_value *value, seg_error *err)         \
    {                                                                                                                  \
        return topology_value(view, params, which_, value, err);                                                       \
    }

NUMBER(betti0, B0)
NUMBER(betti1, B1)
NUMBER(betti2, B2)
NUMBER(betti, ALL)
NUMBER(euler, EULER)

static const char *const connectivity_words[] = {"corner", "face", NULL};
static const char *const of_words[] = {"error", "truth", "prediction", NULL};
static const seg_param rows[] = {
    SEG_CONVENTION_ROW(struct topology),
    SEG_CHOICE("connectivity", struct topology, connectivity, CORNER, connectivity_words,
               "of the foreground: corner 26 (2D 8) with background 6 (4), face 6 (4) with background 26 (8)"),
    SEG_CHOICE("of", struct topology, of, OF_ERROR, of_words, "the difference of both masks, or the number of one"),
    {0}};

#define TOPOLOGY                                                                                                       \
    .family = SEG_STRUCTURE_METRIC, .params = rows, .size = sizeof(struct topology), .better = -1,                     \
    .range = "[0, inf)", .empty = "a value, 0 for two empty masks",                                                    \
    .reference = "Hu et al. 2019, NeurIPS, arXiv 1906.05404"
#define WHOLE "; of the whole image, not a mean over patches as in many papers"

const seg_metric seg_metric_betti0_error = {.name = "betti0-error",
                                            .aliases = {"betti-0-error"},
                                            .title = "Betti 0 error",
                                            TOPOLOGY,
                                            .definition = "|b0(P) - b0(T)|, b0 the number of components" WHOLE,
                                            .class_value = betti0_value};
const seg_metric seg_metric_betti1_error = {.name = "betti1-error",
                                            .aliases = {"betti-1-error"},
                                            .title = "Betti 1 error",
                                            TOPOLOGY,
                                            .definition = "|b1(P) - b1(T)|, b1 the number of tunnels, in an image of "
                                                          "holes" WHOLE,
                                            .class_value = betti1_value};
const seg_metric seg_metric_betti2_error = {.name = "betti2-error",
                                            .aliases = {"betti-2-error"},
                                            .title = "Betti 2 error",
                                            TOPOLOGY,
                                            .definition =
                                                "|b2(P) - b2(T)|, b2 the number of cavities of a volume; 0 in "
                                                "an image" WHOLE,
                                            .class_value = betti2_value};
const seg_metric seg_metric_betti_error = {.name = "betti-error",
                                           .title = "Betti error",
                                           TOPOLOGY,
                                           .definition = "betti0-error + betti1-error + betti2-error" WHOLE
                                                         ". Not Betti matching, which compares places",
                                           .class_value = betti_value};
const seg_metric seg_metric_euler_error = {
    .name = "euler-error",
    .title = "Euler number error",
    TOPOLOGY,
    .definition = "|chi(P) - chi(T)|, chi = b0 - b1 + b2 the Euler number, which may be negative" WHOLE,
    .class_value = euler_value};
