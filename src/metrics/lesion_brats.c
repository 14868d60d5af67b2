/* lesion_brats.c - lesions as BraTS 2023 pairs them: by the dilated truth.
 *
 * The dilated mask of the truth falls into components. The truth's voxels in one of them are one lesion; all
 * components of the prediction that meet it are its counterpart. A component may belong to two lesions.
 *
 *     lesion DSC  = (sum over lesions of DSC(lesion, counterpart)) / (lesions + invented components)
 *     lesion HD95 = (sum over lesions of HD95, `missed` without a counterpart, + missed x invented) / (the same)
 */
#include <math.h>
#include <stdlib.h>

#include "../base/memory.h"
#include "../geometry/surface.h"
#include "lesions.h"
#include "surfels.h"

struct pairing {
    const seg_class_ctx *view;
    const seg_dilated_rule *rule;
    const seg_components *prediction, *dilated;
    seg_shared *met; /* [n_met] component a of the dilated truth meets component b of the prediction */
    size_t n_met;
    uint64_t *lesion;   /* [dilated->n] voxels of the truth */
    seg_shared *common; /* [n_common] voxels of the truth that a shares with b */
    size_t n_common;
};

/* ---- HD95 of one lesion: surface elements weighted by area ---- */

static seg_status directed(const seg_mask *from, const double *area, const seg_mask *to, const double step[3],
                           double *hd95, seg_error *err)
{
    double *d = NULL;
    size_t n = 0;
    seg_status st = seg_surface_distances(from, to, step, &d, &n, err);

    if (!st)
        st = seg_weighted_percentile(d, area, n, 95, hd95, err);
    free(d);
    return st;
}

static seg_status hd95_of_masks(const seg_mask mask[SEG_SIDES], int dims, const double step[3], double *hd95,
                                seg_error *err)
{
    seg_mask cells[SEG_SIDES] = {{{0}, 0, NULL}, {{0}, 0, NULL}};
    double *area[SEG_SIDES] = {NULL, NULL}, there = NAN, back = NAN;
    seg_status st = SEG_OK;
    size_t n;

    for (int side = 0; side < SEG_SIDES && !st; side++)
        st = seg_surfels(&cells[side], &area[side], &n, &mask[side], dims, step, SEG_SURFEL_AREA, err);
    if (!st)
        st = directed(&cells[0], area[0], &cells[1], step, &there, err);
    if (!st)
        st = directed(&cells[1], area[1], &cells[0], step, &back, err);
    *hd95 = fmax(there, back);
    for (int side = 0; side < SEG_SIDES; side++) {
        seg_mask_free(&cells[side]);
        free(area[side]);
    }
    return st;
}

/* Keeps of `mask`, which covers the box, only what is in the truth. */
static void keep_truth(const seg_mask *mask, const seg_mask *truth)
{
    for (size_t i = 0; i < mask->n[1] * mask->n[2] * mask->words; i++)
        mask->bit[i] &= truth->bit[i];
}

/* met [begin, end) are the lesion's counterparts. */
static seg_status lesion_hd95(const struct pairing *p, uint32_t lesion, size_t begin, size_t end, double *hd95,
                              seg_error *err)
{
    const size_t *n = p->view->mask[SEG_TRUTH].n;
    seg_mask mask[SEG_SIDES] = {{{0}, 0, NULL}, {{0}, 0, NULL}}, truth = {{0}, 0, NULL};
    seg_box box = p->dilated->box[lesion];
    seg_status st;

    for (size_t i = begin; i < end; i++)
        box = seg_box_join(&box, &p->prediction->box[p->met[i].b]);
    st = seg_mask_cut(&truth, &p->view->mask[SEG_TRUTH], &box, err);
    for (int side = 0; side < SEG_SIDES && !st; side++)
        st = seg_mask_alloc(&mask[side], truth.n, err);
    if (!st) {
        seg_components_draw(p->dilated, lesion, n, &box, &mask[SEG_TRUTH]);
        keep_truth(&mask[SEG_TRUTH], &truth);
        for (size_t i = begin; i < end; i++)
            seg_components_draw(p->prediction, p->met[i].b, n, &box, &mask[SEG_PREDICTION]);
        st = hd95_of_masks(mask, seg_grid_dims(&p->view->pair->grid), p->view->pair->grid.mm, hd95, err);
    }
    seg_mask_free(&truth);
    seg_mask_free(&mask[0]);
    seg_mask_free(&mask[1]);
    return st;
}

/* ---- all lesions ---- */

/* Adds a lesion whose counterparts are met [begin, end). */
static seg_status add_lesion(seg_dilated_matches *m, const struct pairing *p, uint32_t lesion, size_t begin, size_t end,
                             uint64_t shared, seg_error *err)
{
    double voxel = seg_class_view_voxel_size(p->view), hd95 = p->rule->missed;
    uint64_t counterpart = 0;
    seg_status st = SEG_OK;

    if ((double)p->lesion[lesion] * voxel <= p->rule->min_volume)
        return SEG_OK;
    for (size_t i = begin; i < end; i++)
        counterpart += p->prediction->voxels[p->met[i].b];
    if (begin < end && p->rule->distances)
        st = lesion_hd95(p, lesion, begin, end, &hd95, err);
    m->lesions++;
    m->found += begin < end;
    m->dsc += 2 * (double)shared / (double)(p->lesion[lesion] + counterpart);
    m->hd95 += hd95;
    return st;
}

static seg_status count_invented(seg_dilated_matches *m, const struct pairing *p, seg_error *err)
{
    bool *used;
    seg_status st = seg_alloc(&used, p->prediction->n, sizeof *used, "lesions", err);

    if (st)
        return st;
    m->invented = p->prediction->n;
    for (size_t i = 0; i < p->n_met; i++) {
        m->invented -= !used[p->met[i].b];
        used[p->met[i].b] = true;
    }
    free(used);
    return SEG_OK;
}

/* The pairs of a lesion follow those of the one before: `at` is where they begin, and is moved behind them. */
static uint64_t voxels_of_next(const seg_shared *pair, size_t n, uint32_t lesion, size_t *at)
{
    uint64_t sum = 0;

    for (; *at < n && pair[*at].a == lesion; (*at)++)
        sum += pair[*at].voxels;
    return sum;
}

static seg_status add_lesions(seg_dilated_matches *m, const struct pairing *p, seg_error *err)
{
    size_t end = 0, common = 0;
    seg_status st = count_invented(m, p, err);

    for (uint32_t lesion = 0; lesion < p->dilated->n && !st; lesion++) {
        uint64_t shared = voxels_of_next(p->common, p->n_common, lesion, &common);
        size_t begin = end;

        (void)voxels_of_next(p->met, p->n_met, lesion, &end);
        st = add_lesion(m, p, lesion, begin, end, shared, err);
    }
    return st;
}

/* Voxels of the truth in each component of the dilated truth. */
static seg_status count_lesions(struct pairing *p, const seg_mask *truth, seg_error *err)
{
    seg_shared *own = NULL;
    size_t n = 0;
    seg_status st = seg_alloc(&p->lesion, p->dilated->n, sizeof *p->lesion, "lesions", err);

    if (!st)
        st = seg_components_shared(&own, &n, p->dilated, p->dilated, truth, err);
    for (size_t i = 0; i < n; i++)
        p->lesion[own[i].a] = own[i].voxels;
    free(own);
    return st;
}

static seg_status pair_up(seg_dilated_matches *m, const seg_class_ctx *view, const seg_dilated_rule *rule,
                          const seg_components *prediction, const seg_components *dilated, seg_error *err)
{
    struct pairing p = {.view = view, .rule = rule, .prediction = prediction, .dilated = dilated};
    const seg_mask *truth = &view->mask[SEG_TRUTH];
    seg_status st = seg_components_shared(&p.met, &p.n_met, dilated, prediction, NULL, err);

    if (!st)
        st = seg_components_shared(&p.common, &p.n_common, dilated, prediction, truth, err);
    if (!st)
        st = count_lesions(&p, truth, err);
    if (!st)
        st = add_lesions(m, &p, err);
    free(p.lesion);
    free(p.common);
    free(p.met);
    return st;
}

/* Dilations that touch outside of the view's box touch inside it, too: it holds both lesions. */
static seg_status dilated_components(seg_components *c, const seg_mask *truth, int steps, seg_error *err)
{
    seg_box all = {{0, 0, 0}, {truth->n[0], truth->n[1], truth->n[2]}};
    seg_mask grown = {{0}, 0, NULL};
    seg_status st = seg_mask_cut(&grown, truth, &all, err);

    for (int i = 0; i < steps && !st; i++)
        st = seg_mask_dilate(&grown, SEG_CONN_EDGE, err);
    if (!st)
        st = seg_components_find(c, &grown, SEG_CONN_CORNER, err);
    seg_mask_free(&grown);
    return st;
}

seg_status seg_lesions_match_dilated(seg_dilated_matches *m, seg_class_ctx *view, const seg_dilated_rule *rule,
                                     seg_error *err)
{
    seg_components prediction = {0}, dilated = {0};
    seg_status st = seg_class_view_masks(view, err);

    *m = (seg_dilated_matches){0};
    if (!st)
        st = seg_components_find(&prediction, &view->mask[SEG_PREDICTION], SEG_CONN_CORNER, err);
    if (!st)
        st = dilated_components(&dilated, &view->mask[SEG_TRUTH], rule->dilation, err);
    if (!st)
        st = pair_up(m, view, rule, &prediction, &dilated, err);
    seg_components_free(&dilated);
    seg_components_free(&prediction);
    return st;
}
