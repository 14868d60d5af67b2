/* per_component.c - the mean over the components t of the truth of a score of (P in R_t, t).
 *
 * R_t: the voxels nearest to t, by voxel indices; equally near ones belong to the component that comes first (CC-Metrics'
 * Voronoi regions). One feature transform serves all components.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/percentile.h"
#include "../geometry/nearest_part.h"
#include "../geometry/surface.h"
#include "object_params.h"

struct per_component {
    int convention, connectivity;
    seg_numbers missed;
    double tolerance;
};

enum score { DSC, NSD, HD95, ASSD };

/* The prediction's voxels in the region of each component. */
struct regions {
    const seg_components *truth;
    const seg_mask *prediction;
    uint32_t *nearest, *squared; /* [voxels of the box] */
    uint64_t *voxels, *common;   /* [components] of the prediction in the region; of those in the component */
    seg_box *box;                /* [components] of both */
};

static void free_regions(struct regions *r)
{
    free(r->nearest);
    free(r->squared);
    free(r->voxels);
    free(r->common);
    free(r->box);
}

static void mark_components(const seg_components *c, const size_t n[3], uint32_t *part)
{
    for (size_t row = 0; row < c->rows; row++)
        for (size_t i = c->first[row]; i < c->first[row + 1]; i++)
            for (size_t x = c->stretch[i].begin; x < c->stretch[i].end; x++)
                part[row * n[0] + x] = c->stretch[i].component + 1;
}

static void assign(struct regions *r)
{
    const size_t *n = r->prediction->n;

    for (size_t z = 0; z < n[2]; z++)
        for (size_t y = 0; y < n[1]; y++)
            for (size_t x = 0; x < n[0]; x++) {
                size_t at = x + n[0] * (y + n[1] * z), t = r->nearest[at] - 1;
                seg_box one = {{x, y, z}, {x + 1, y + 1, z + 1}};

                if (!seg_mask_has(r->prediction, x, y, z))
                    continue;
                r->voxels[t]++;
                r->common[t] += r->squared[at] == 0;
                r->box[t] = seg_box_join(&r->box[t], &one);
            }
}

static seg_status make_regions(struct regions *r, const seg_components *truth, const seg_mask *prediction,
                               seg_error *err)
{
    size_t voxels = prediction->n[0] * prediction->n[1] * prediction->n[2];
    seg_status st;

    *r = (struct regions){.truth = truth, .prediction = prediction};
    st = seg_alloc(&r->nearest, voxels, sizeof *r->nearest, "regions of components", err);
    if (!st)
        st = seg_alloc(&r->squared, voxels, sizeof *r->squared, "regions of components", err);
    if (!st)
        st = seg_alloc(&r->voxels, truth->n, sizeof *r->voxels, "regions of components", err);
    if (!st)
        st = seg_alloc(&r->common, truth->n, sizeof *r->common, "regions of components", err);
    if (!st)
        st = seg_alloc(&r->box, truth->n, sizeof *r->box, "regions of components", err);
    if (!st) {
        mark_components(truth, prediction->n, r->nearest);
        memcpy(r->box, truth->box, truth->n * sizeof *r->box);
        st = seg_nearest_parts(prediction->n, r->nearest, r->squared, err);
    }
    if (!st)
        assign(r);
    return st;
}

/* ---- distances of one component ---- */

static void draw(const struct regions *r, uint32_t t, const seg_mask mask[SEG_SIDES])
{
    const seg_box *b = &r->box[t];
    const size_t *n = r->prediction->n;

    seg_components_draw(r->truth, t, n, b, &mask[SEG_TRUTH]);
    for (size_t z = b->begin[2]; z < b->end[2]; z++)
        for (size_t y = b->begin[1]; y < b->end[1]; y++)
            for (size_t x = b->begin[0]; x < b->end[0]; x++)
                if (seg_mask_has(r->prediction, x, y, z) && r->nearest[x + n[0] * (y + n[1] * z)] == t + 1)
                    seg_mask_set(&mask[SEG_PREDICTION], x - b->begin[0], y - b->begin[1], z - b->begin[2]);
}

static double score_of(double *d[SEG_SIDES], const size_t n[SEG_SIDES], enum score which, double tolerance)
{
    double sum = 0, within = 0;

    if (which == HD95)
        return fmax(seg_percentile(d[0], n[0], 95), seg_percentile(d[1], n[1], 95));
    for (int side = 0; side < SEG_SIDES; side++)
        for (size_t i = 0; i < n[side]; i++) {
            sum += d[side][i];
            within += (float)d[side][i] <= (float)tolerance;
        }
    return (which == ASSD ? sum : within) / (double)(n[0] + n[1]);
}

static seg_status distance_score(const struct regions *r, const seg_class_ctx *view, uint32_t t, enum score which,
                                 double tolerance, double *x, seg_error *err)
{
    seg_surface_rule rule = {.reach = SEG_CONN_FACE};
    seg_mask mask[SEG_SIDES] = {{{0}, 0, NULL}, {{0}, 0, NULL}}, surface[SEG_SIDES] = {{{0}, 0, NULL}, {{0}, 0, NULL}};
    double *d[SEG_SIDES] = {NULL, NULL}, step[3];
    size_t n[SEG_SIDES] = {0, 0}, extent[3];
    seg_status st = SEG_OK;

    rule.flat[2] = seg_grid_dims(&view->pair->grid) == 2;
    seg_class_view_step(view, step);
    for (int a = 0; a < 3; a++)
        extent[a] = r->box[t].end[a] - r->box[t].begin[a];
    for (int side = 0; side < SEG_SIDES && !st; side++)
        st = seg_mask_alloc(&mask[side], extent, err);
    if (!st)
        draw(r, t, mask);
    for (int side = 0; side < SEG_SIDES && !st; side++)
        st = seg_surface(&surface[side], &mask[side], &rule, err);
    for (int side = 0; side < SEG_SIDES && !st; side++)
        st = seg_surface_distances(&surface[side], &surface[!side], step, &d[side], &n[side], err);
    if (!st)
        *x = score_of(d, n, which, tolerance);
    for (int side = 0; side < SEG_SIDES; side++) {
        seg_mask_free(&mask[side]);
        seg_mask_free(&surface[side]);
        free(d[side]);
    }
    return st;
}

/* ---- the mean ---- */

static double missed_of(const struct per_component *p)
{
    return p->missed.word < 0 ? p->missed.x[0] : INFINITY;
}

static seg_status component_score(const struct regions *r, const seg_class_ctx *view, const struct per_component *p,
                                  uint32_t t, enum score which, double *x, seg_error *err)
{
    if (which == DSC) {
        *x = 2 * (double)r->common[t] / (double)(r->voxels[t] + r->truth->voxels[t]);
        return SEG_OK;
    }
    *x = which == NSD ? 0 : missed_of(p);
    return r->voxels[t] ? distance_score(r, view, t, which, p->tolerance, x, err) : SEG_OK;
}

static seg_status mean_score(seg_class_ctx *view, const struct per_component *p, enum score which, seg_value *value,
                             seg_error *err)
{
    seg_components truth = {0};
    struct regions r = {0};
    double sum = 0;
    seg_status st = seg_class_view_masks(view, err);

    if (!st)
        st = seg_components_find(&truth, &view->mask[SEG_TRUTH], seg_reach_of(p->connectivity, &view->pair->grid), err);
    if (!st)
        st = make_regions(&r, &truth, &view->mask[SEG_PREDICTION], err);
    for (uint32_t t = 0; t < truth.n && !st; t++) {
        double x = 0;

        st = component_score(&r, view, p, t, which, &x, err);
        sum += x;
    }
    if (!st)
        *value = seg_value_of(sum / (double)truth.n);
    free_regions(&r);
    seg_components_free(&truth);
    return st;
}

/* Nothing to find: undefined when nothing was found, else the worst value. */
static seg_status cc_value(seg_class_ctx *view, const void *params, enum score which, seg_value *value, seg_error *err)
{
    const struct per_component *p = params;
    bool empty = !view->tally->side[SEG_TRUTH].voxels, found = view->tally->side[SEG_PREDICTION].voxels > 0;

    if (!empty)
        return mean_score(view, p, which, value, err);
    *value = seg_value_of(!found ? NAN : which == DSC || which == NSD ? 0 : missed_of(p));
    return SEG_OK;
}

#define PER_COMPONENT(name_, which_)                                                                                   \
    static seg_status name_##_value(seg_class_ctx *view, const void *params, seg_value *value, seg_error *err)         \
    {                                                                                                                  \
        return cc_value(view, params, which_, value, err);                                                             \
    }

PER_COMPONENT(cc_dsc, DSC)
PER_COMPONENT(cc_nsd, NSD)
PER_COMPONENT(cc_hd95, HD95)
PER_COMPONENT(cc_assd, ASSD)

static const char *const missed_words[] = {"inf", NULL};

#define CONNECTIVITY                                                                                                   \
    SEG_CHOICE("connectivity", struct per_component, connectivity, SEG_REACH_AUTO, seg_reach_words,                    \
               "neighbours that make one component of the truth: face 6 (2D 4), edge 18 (2D 8), corner 26 (2D 8); "    \
               "auto: corner, in 2D face")
static const seg_param dsc_rows[] = {SEG_CONVENTION_ROW(struct per_component), CONNECTIVITY, {0}};
static const seg_param nsd_rows[] = {SEG_CONVENTION_ROW(struct per_component),
                                     CONNECTIVITY,
                                     SEG_NUMBER("tolerance", struct per_component, tolerance, 1, 0, 1e9,
                                                "largest distance that counts as agreement, mm"),
                                     {0}};
static const seg_param distance_rows[] = {
    SEG_CONVENTION_ROW(struct per_component),
    CONNECTIVITY,
    {.name = "missed",
     .type = SEG_PARAM_NUMBERS,
     .at = offsetof(struct per_component, missed),
     .choices = missed_words,
     .min = 0,
     .max = 1e9,
     .help = "value of a component without a voxel of the prediction in its region"},
    {0}};

#define REGIONS(rows_)                                                                                                 \
    .family = SEG_STRUCTURE_METRIC, .params = rows_, .size = sizeof(struct per_component),                             \
    .reference = "Jaus et al. 2024, CC-Metrics, arXiv 2410.18684"
#define OVER      "mean over the components of the truth of the "
#define IN_REGION " between the component and the prediction in its region, the voxels nearest to it"

const seg_metric seg_metric_cc_dsc = {.name = "cc-dsc",
                                      .aliases = {"cc-dice"},
                                      .title = "DSC per component",
                                      REGIONS(dsc_rows),
                                      .better = 1,
                                      .definition = OVER "DSC" IN_REGION,
                                      .range = "[0, 1]",
                                      .empty = "truth 0, prediction 0, both undefined",
                                      .class_value = cc_dsc_value};
const seg_metric seg_metric_cc_nsd = {.name = "cc-nsd",
                                      .aliases = {"cc-surface-dice"},
                                      .title = "NSD per component",
                                      REGIONS(nsd_rows),
                                      .better = 1,
                                      .definition = OVER "NSD" IN_REGION,
                                      .range = "[0, 1]",
                                      .empty = "truth 0, prediction 0, both undefined",
                                      .class_value = cc_nsd_value};
const seg_metric seg_metric_cc_hd95 = {.name = "cc-hd95",
                                       .title = "HD95 per component",
                                       REGIONS(distance_rows),
                                       .unit = SEG_UNIT_LENGTH,
                                       .better = -1,
                                       .definition = OVER "HD95" IN_REGION,
                                       .range = "[0, inf]",
                                       .empty = "truth missed, prediction missed, both undefined",
                                       .class_value = cc_hd95_value};
const seg_metric seg_metric_cc_assd = {.name = "cc-assd",
                                       .title = "ASSD per component",
                                       REGIONS(distance_rows),
                                       .unit = SEG_UNIT_LENGTH,
                                       .better = -1,
                                       .definition = OVER "ASSD" IN_REGION "; CC-Metrics' own distance is one-way",
                                       .range = "[0, inf]",
                                       .empty = "truth missed, prediction missed, both undefined",
                                       .class_value = cc_assd_value};
