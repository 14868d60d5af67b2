/* surface.c - boundary voxels, 64 at a time: a voxel is inside when all its neighbours are in the set.
 *
 * The neighbours of a whole word are the words of the rows around it, as they are and shifted by one bit either way.
 */
#include "surface.h"

#include "bits.h"

/* Keeps those bits of inner[] whose neighbours in one row, straight and (with `sides`) one voxel to either side,
 * are set. The bit before the row and those after it count as `beyond`. */
static void keep_inner(uint64_t *inner, const uint64_t *row, const seg_mask *set, bool sides, bool beyond)
{
    uint64_t before = beyond;

    for (size_t i = 0; i < set->words; i++) {
        uint64_t after = i + 1 < set->words ? row[i + 1] & 1 : beyond;
        uint64_t word = beyond ? row[i] | ~seg_bits_low(set->n[0] - 64 * i) : row[i];

        inner[i] &= word;
        if (sides)
            inner[i] &= (word << 1 | before) & (word >> 1 | after << 63);
        before = word >> 63;
    }
}

static void clear(uint64_t *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        words[i] = 0;
}

/* Whether two positions of an axis of n voxels are both in the mask: `at` and `at` + offset. */
static bool in_mask(size_t at, int offset, size_t n)
{
    return offset < 0 ? at > 0 : at + (size_t)offset < n;
}

/* inner[] arrives as the row itself and is left with the voxels that have no neighbour outside of the set. */
static void row_inner(uint64_t *inner, const seg_mask *set, const seg_surface_rule *rule, size_t y, size_t z)
{
    int axes = rule->reach == SEG_CONN_FACE ? 1 : rule->reach == SEG_CONN_EDGE ? 2 : 3;
    int reach_y = !rule->flat[1], reach_z = !rule->flat[2];

    for (int dz = -reach_z; dz <= reach_z; dz++)
        for (int dy = -reach_y; dy <= reach_y; dy++) {
            int differ = (dy != 0) + (dz != 0);

            if (differ > axes)
                continue;
            if (in_mask(y, dy, set->n[1]) && in_mask(z, dz, set->n[2]))
                keep_inner(inner, seg_mask_row(set, y + (size_t)dy, z + (size_t)dz), set,
                           differ < axes && !rule->flat[0], rule->open);
            else if (!rule->open)
                clear(inner, set->words);
        }
}

/* The same for the usual rule, in one go: *out = the voxels of the row with a neighbour outside across a face. A row at
 * the edge of the mask has them all. */
static void face_rim(uint64_t *out, const seg_mask *set, bool flat, size_t y, size_t z)
{
    const size_t words = set->words, slice = flat ? 0 : words * set->n[1];
    const uint64_t *row = seg_mask_row(set, y, z);
    bool edge = y == 0 || y + 1 == set->n[1] || (!flat && (z == 0 || z + 1 == set->n[2]));
    uint64_t before = 0;

    for (size_t i = 0; i < words; i++) {
        const uint64_t *at = row + i;
        uint64_t word = *at, after = i + 1 < words ? at[1] << 63 : 0,
                 inner = (word << 1 | before) & (word >> 1 | after);

        before = word >> 63;
        out[i] = edge ? word : word & ~(inner & at[-(ptrdiff_t)words] & at[words] & at[-(ptrdiff_t)slice] & at[slice]);
    }
}

/* As for any rule: *out = the voxels of the row that are not inner ones. */
static void rim(uint64_t *out, const seg_mask *set, const seg_surface_rule *rule, size_t y, size_t z)
{
    const uint64_t *row = seg_mask_row(set, y, z);

    if (seg_bits_next(row, set->n[0], 0, true) == set->n[0])
        return;
    for (size_t i = 0; i < set->words; i++)
        out[i] = row[i];
    row_inner(out, set, rule, y, z);
    for (size_t i = 0; i < set->words; i++)
        out[i] ^= row[i];
}

seg_status seg_surface(seg_mask *surface, const seg_mask *set, const seg_surface_rule *rule, seg_error *err)
{
    bool usual = rule->reach == SEG_CONN_FACE && !rule->open && !rule->flat[0] && !rule->flat[1];
    seg_status st = seg_mask_alloc(surface, set->n, err);

    for (size_t z = 0; !st && z < set->n[2]; z++)
        for (size_t y = 0; y < set->n[1]; y++)
            if (usual)
                face_rim(seg_mask_row(surface, y, z), set, rule->flat[2], y, z);
            else
                rim(seg_mask_row(surface, y, z), set, rule, y, z);
    return st;
}

/* What is within reach of the set is what is not inside its complement, of which all that lies beyond is part. */
seg_status seg_mask_dilate(seg_mask *set, seg_connectivity reach, seg_error *err)
{
    const seg_surface_rule rule = {.reach = reach, .open = true};
    seg_mask rim = {0};
    seg_status st;

    seg_mask_invert(set);
    st = seg_surface(&rim, set, &rule, err);
    seg_mask_invert(set);
    for (size_t i = 0; !st && i < set->n[1] * set->n[2] * set->words; i++)
        set->bit[i] |= rim.bit[i];
    seg_mask_free(&rim);
    return st;
}
