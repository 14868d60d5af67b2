/* boundary_iou.c - IoU of two inner bands along the boundaries: overlap that large objects cannot hide behind.
 *
 *     |band(P) n band(G)| / |band(P) u band(G)|
 *
 * The paper's band, and the default: voxels of the mask at most w steps (diagonal steps count one) from the outside;
 * what lies beyond the image is outside. w is 2 % of the image's diagonal in voxels, at least 1. Metrics Reloaded's:
 * voxels of the mask whose Euclidean distance to the nearest boundary voxel is under w voxels; w is 1.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../geometry/edt.h"
#include "../geometry/surface.h"
#include "class_context.h"

struct boundary_iou {
    int convention;
    double fraction, width;
};

/* ---- the paper's band ---- */

/* out = voxels of the row whose left and right neighbours are in it too. */
static void shrink_row(uint64_t *out, const uint64_t *in, size_t words)
{
    for (size_t w = 0; w < words; w++) {
        uint64_t left = in[w] << 1 | (w ? in[w - 1] >> 63 : 0);
        uint64_t right = in[w] >> 1 | (w + 1 < words ? in[w + 1] << 63 : 0);

        out[w] = in[w] & left & right;
    }
}

/* *row = row & other; NULL is a row beyond the mask. */
static void meet_row(uint64_t *row, const uint64_t *other, size_t words)
{
    for (size_t w = 0; w < words; w++)
        row[w] &= other ? other[w] : 0;
}

/* Keeps the rows of `in` that have themselves and both neighbours along axis 1 or 2 in common. */
static void shrink_across(seg_mask *out, const seg_mask *in, int axis)
{
    for (size_t z = 0; z < in->n[2]; z++)
        for (size_t y = 0; y < in->n[1]; y++) {
            size_t at = axis == 1 ? y : z, dy = axis == 1, dz = axis == 2;
            uint64_t *row = seg_mask_row(out, y, z);

            memcpy(row, seg_mask_row(in, y, z), in->words * sizeof *row);
            meet_row(row, at > 0 ? seg_mask_row(in, y - dy, z - dz) : NULL, in->words);
            meet_row(row, at + 1 < in->n[axis] ? seg_mask_row(in, y + dy, z + dz) : NULL, in->words);
        }
}

/* Takes off one layer, diagonal neighbours included. `work` has the size of the mask. */
static void shrink(seg_mask *mask, seg_mask *work, int dims)
{
    for (size_t z = 0; z < mask->n[2]; z++)
        for (size_t y = 0; y < mask->n[1]; y++)
            shrink_row(seg_mask_row(work, y, z), seg_mask_row(mask, y, z), mask->words);
    shrink_across(mask, work, 1);
    if (dims == 3) {
        memcpy(work->bit, mask->bit, mask->n[1] * mask->n[2] * mask->words * sizeof *mask->bit);
        shrink_across(mask, work, 2);
    }
}

static seg_status paper_band(seg_mask *band, const seg_mask *mask, int dims, double width, seg_error *err)
{
    seg_mask work = {0};
    seg_status st = seg_mask_alloc(band, mask->n, err);

    if (!st)
        st = seg_mask_alloc(&work, mask->n, err);
    if (st)
        return st;
    memcpy(band->bit, mask->bit, mask->n[1] * mask->n[2] * mask->words * sizeof *mask->bit);
    for (double layer = 0; layer < width && seg_mask_count(band) > 0; layer++)
        shrink(band, &work, dims);
    for (size_t i = 0; i < mask->n[1] * mask->n[2] * mask->words; i++)
        band->bit[i] = mask->bit[i] & ~band->bit[i];
    seg_mask_free(&work);
    return SEG_OK;
}

static double paper_width(const seg_pair *pair, double fraction)
{
    double sum = 0;

    for (int a = 0; a < seg_grid_dims(&pair->grid); a++)
        sum += (double)pair->grid.n[a] * (double)pair->grid.n[a];
    return fmax(1, rint(fraction * sqrt(sum)));
}

/* ---- Metrics Reloaded's band ---- */

static void keep_near(seg_mask *band, const seg_mask *mask, const float *squared, double width)
{
    for (size_t z = 0; z < mask->n[2]; z++)
        for (size_t y = 0; y < mask->n[1]; y++)
            for (size_t x = 0; x < mask->n[0]; x++)
                if (seg_mask_has(mask, x, y, z) &&
                    (double)squared[x + mask->n[0] * (y + mask->n[1] * z)] < width * width)
                    seg_mask_set(band, x, y, z);
}

static seg_status border_band(seg_mask *band, const seg_mask *mask, int dims, double width, seg_error *err)
{
    static const double voxels[3] = {1, 1, 1};
    const seg_surface_rule rule = {.reach = SEG_CONN_FACE, .flat = {false, false, dims == 2}};
    seg_mask border = {0};
    float *squared = NULL;
    seg_status st = seg_surface(&border, mask, &rule, err);

    if (!st)
        st = seg_alloc(&squared, mask->n[0] * mask->n[1] * mask->n[2], sizeof *squared, "a distance map", err);
    if (!st)
        st = seg_edt_squared(&border, voxels, squared, err);
    if (!st)
        st = seg_mask_alloc(band, mask->n, err);
    if (!st)
        keep_near(band, mask, squared, width);
    free(squared);
    seg_mask_free(&border);
    return st;
}

/* ---- the metric ---- */

static double iou_of(const seg_mask *a, const seg_mask *b)
{
    size_t both = 0, either = 0;

    for (size_t i = 0; i < a->n[1] * a->n[2] * a->words; i++) {
        both += (size_t)__builtin_popcountll(a->bit[i] & b->bit[i]);
        either += (size_t)__builtin_popcountll(a->bit[i] | b->bit[i]);
    }
    return (double)both / (double)either;
}

static seg_status make_band(seg_class_ctx *view, int side, const struct boundary_iou *p, seg_mask *band, seg_error *err)
{
    int dims = seg_grid_dims(&view->pair->grid);

    if (view->convention->band == SEG_BAND_BORDER)
        return border_band(band, &view->mask[side], dims, p->width > 0 ? p->width : 1, err);
    return paper_band(band, &view->mask[side], dims, p->width > 0 ? p->width : paper_width(view->pair, p->fraction),
                      err);
}

static seg_status value(seg_class_ctx *view, const void *params, seg_value *out, seg_error *err)
{
    seg_mask band[SEG_SIDES] = {{{0}, 0, 0}};
    seg_status st;

    *out = seg_value_of(view->n.fp + view->n.fn > 0 ? 0 : NAN);
    if (seg_class_view_status(view)) /* one band is empty, or both */
        return SEG_OK;
    st = seg_class_view_masks(view, err);
    for (int side = 0; side < SEG_SIDES && !st; side++)
        st = make_band(view, side, params, &band[side], err);
    if (!st)
        *out = seg_value_of(iou_of(&band[SEG_PREDICTION], &band[SEG_TRUTH]));
    for (int side = 0; side < SEG_SIDES; side++)
        seg_mask_free(&band[side]);
    return st;
}

static const seg_param rows[] = {
    SEG_CONVENTION_ROW(struct boundary_iou),
    SEG_NUMBER("fraction", struct boundary_iou, fraction, 0.02, 0, 1, "width of the band as a share of the diagonal"),
    SEG_NUMBER("width", struct boundary_iou, width, 0, 0, 1e6, "width of the band in voxels; 0: by the convention"),
    {0}};

const seg_metric seg_metric_boundary_iou = {
    .name = "boundary-iou",
    .aliases = {"biou"},
    .title = "Boundary IoU",
    .family = SEG_DISTANCE_METRIC,
    .unit = SEG_UNIT_NONE,
    .better = 1,
    .definition = "IoU of the inner bands along both boundaries, 2 % of the image's diagonal wide; in voxels",
    .range = "[0, 1]",
    .empty = "truth 0, prediction 0, both undefined",
    .reference = "Cheng et al. 2021, CVPR, arXiv 2103.16562",
    .params = rows,
    .size = sizeof(struct boundary_iou),
    .class_value = value};
