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
    int axes = rule->reach == SEG_REACH_FACE ? 1 : rule->reach == SEG_REACH_EDGE ? 2 : 3;
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

seg_status seg_surface(seg_mask *surface, const seg_mask *set, const seg_surface_rule *rule, seg_error *err)
{
    seg_status st = seg_mask_alloc(surface, set->n, err);

    if (st)
        return st;
    for (size_t z = 0; z < set->n[2]; z++)
        for (size_t y = 0; y < set->n[1]; y++) {
            const uint64_t *row = seg_mask_row(set, y, z);
            uint64_t *out = seg_mask_row(surface, y, z);

            if (seg_bits_next(row, set->n[0], 0, true) == set->n[0])
                continue;
            for (size_t i = 0; i < set->words; i++)
                out[i] = row[i];
            row_inner(out, set, rule, y, z);
            for (size_t i = 0; i < set->words; i++)
                out[i] ^= row[i];
        }
    return SEG_OK;
}

/* What is within reach of the set is what is not inside its complement, of which all that lies beyond is part. */
seg_status seg_mask_dilate(seg_mask *set, seg_reach reach, seg_error *err)
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
