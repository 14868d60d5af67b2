/* place.c - segmentations that were saved without the background around them get it back. */
#include "place.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"

/* How far a shift may be from whole voxels. */
static const double TOLERANCE = 1e-3;

/* Whether both have the same step along each axis, within a thousandth of it. */
static bool same_steps(const seg_grid *a, const seg_grid *b)
{
    for (int axis = 0; axis < 3; axis++)
        for (int k = 0; k < 3; k++)
            if (!(fabs(a->affine[k][axis] - b->affine[k][axis]) <= TOLERANCE * b->mm[axis]))
                return false;
    return a->has_affine && b->has_affine;
}

/* The coordinate of a world vector along an axis of the grid, in voxels; the axes are at right angles. */
static double along(const seg_grid *g, int axis, const double vector[3])
{
    double dot = 0, square = 0;

    for (int k = 0; k < 3; k++) {
        dot += g->affine[k][axis] * vector[k];
        square += g->affine[k][axis] * g->affine[k][axis];
    }
    return dot / square;
}

bool seg_grid_part(const seg_grid *part, const seg_grid *whole, size_t at[3])
{
    double shift[3], rest[3], error = 0;

    if (!same_steps(part, whole))
        return false;
    for (int k = 0; k < 3; k++)
        rest[k] = shift[k] = part->affine[k][3] - whole->affine[k][3];
    for (int axis = 0; axis < 3; axis++) {
        double voxels = along(whole, axis, shift), nearest = round(voxels);

        if (!(fabs(voxels - nearest) <= TOLERANCE) || nearest < 0 ||
            nearest + (double)part->n[axis] > (double)whole->n[axis])
            return false;
        at[axis] = (size_t)nearest;
        for (int k = 0; k < 3; k++)
            rest[k] -= nearest * whole->affine[k][axis];
    }
    for (int k = 0; k < 3; k++) /* axes that are not at right angles leave more */
        error = fmax(error, fabs(rest[k]));
    return error <= 2 * TOLERANCE * fmax(whole->mm[0], fmax(whole->mm[1], whole->mm[2]));
}

/* Row (y, z) of the whole: background, with a row of the part in it where there is one. */
static void make_row(const seg_labelmap *part, const size_t at[3], size_t y, size_t z, uint16_t *code, int64_t *row)
{
    const seg_grid *g = &part->grid;

    if (y < at[1] || y - at[1] >= g->n[1] || z < at[2] || z - at[2] >= g->n[2])
        return;
    seg_labelmap_codes(part, ((z - at[2]) * g->n[1] + y - at[1]) * g->n[0], g->n[0], code);
    for (size_t x = 0; x < g->n[0]; x++)
        row[at[0] + x] = part->value[code[x]];
}

static seg_status place_rows(seg_labelmap *out, const seg_labelmap *part, const size_t at[3], uint16_t *code,
                             int64_t *row, seg_error *err)
{
    const seg_grid *g = &out->grid;
    seg_status st = SEG_OK;

    for (size_t z = 0; !st && z < g->n[2]; z++)
        for (size_t y = 0; !st && y < g->n[1]; y++) {
            memset(row, 0, g->n[0] * sizeof *row);
            make_row(part, at, y, z, code, row);
            st = seg_labelmap_add_row_i64(out, row, err);
        }
    return st ? st : seg_labelmap_end(out, err);
}

static seg_status place_map(seg_labelmap *map, const seg_grid *whole, const size_t at[3], seg_error *err)
{
    seg_labelmap out;
    uint16_t *code = NULL;
    int64_t *row = NULL;
    seg_status st = seg_labelmap_begin(&out, whole, err);

    if (st)
        return st;
    st = seg_alloc(&code, map->grid.n[0], sizeof *code, "a row of labels", err);
    if (!st)
        st = seg_alloc(&row, whole->n[0], sizeof *row, "a row of labels", err);
    if (!st)
        st = place_rows(&out, map, at, code, row, err);
    free(code);
    free(row);
    seg_labelmap_free(st ? &out : map);
    if (!st)
        *map = out;
    return st;
}

/* A mask has the codes 0 and 1, whatever its values are; placed, it has the same. */
static seg_status place_mask(seg_labelmap *mask, const seg_grid *whole, const size_t at[3], seg_error *err)
{
    static const int64_t CODES[] = {0, 1};
    uint32_t to[2] = {0, 1};
    seg_status st;

    free(mask->value);
    mask->value = NULL;
    mask->values = 2;
    st = seg_alloc(&mask->value, 2, sizeof *mask->value, "values of a mask", err);
    if (st)
        return st;
    memcpy(mask->value, CODES, sizeof CODES);
    st = place_map(mask, whole, at, err);
    for (size_t i = 0; !st && i < mask->values; i++)
        to[i] = (uint32_t)mask->value[i];
    if (!st)
        seg_labelmap_recode(mask, to);
    return st;
}

seg_status seg_image_place(seg_image *image, const seg_grid *whole, const size_t at[3], seg_error *err)
{
    seg_status st = SEG_OK;

    if (image->kind == SEG_IMAGE_LABELS)
        return place_map(&image->labels, whole, at, err);
    for (size_t k = 0; !st && k < image->masks; k++)
        st = place_mask(&image->mask[k], whole, at, err);
    return st;
}
