/* topology.c - cells of all dimensions counted on words of 64 voxels, and components of the mask and its background.
 *
 * Euler number: sum over cells of (-1)^dimension. With corner connectivity voxels are closed cubes: a cell between voxels
 * belongs to the union where one of the voxels around it does. With face connectivity voxels are points: a cell joins
 * neighbours along some axes and exists where all of them are in the mask. b0 by components, b2 by those of the padded
 * background but the outer one, b1 = b0 + b2 - Euler number.
 */
#include "topology.h"

#include "bits.h"
#include "components.h"

/* ---- the Euler number ---- */

static uint64_t word_at(const seg_mask *m, size_t y, size_t z, size_t w)
{
    return y < m->n[1] && z < m->n[2] && w < m->words ? seg_mask_row(m, y, z)[w] : 0; /* -1 wraps around */
}

/* Voxels of a word joined with those before them along y and z where the cell extends so. */
static uint64_t across(const seg_mask *m, const bool axis[3], bool any, size_t y, size_t z, size_t w)
{
    uint64_t joined = word_at(m, y, z, w);

    if (axis[1])
        joined = any ? joined | word_at(m, y - 1, z, w) : joined & word_at(m, y - 1, z, w);
    if (axis[2]) {
        uint64_t before = word_at(m, y, z - 1, w);

        if (axis[1])
            before = any ? before | word_at(m, y - 1, z - 1, w) : before & word_at(m, y - 1, z - 1, w);
        joined = any ? joined | before : joined & before;
    }
    return joined;
}

/* Cells of a row: along x too, and with x one more place behind the last voxel. */
static int64_t cells_of_row(const seg_mask *m, const bool axis[3], bool any, size_t y, size_t z)
{
    uint64_t carry = 0;
    int64_t n = 0;

    for (size_t w = 0; w <= m->words; w++) {
        uint64_t here = across(m, axis, any, y, z, w), before = here << 1 | carry;

        carry = here >> 63;
        if (axis[0])
            here = any ? here | before : here & before;
        n += (int64_t)seg_bits_count(&here, 1);
    }
    return n;
}

static int64_t euler_number(const seg_mask *m, bool corner, int dims)
{
    int64_t sum = 0;

    for (int set = 0; set < 1 << dims; set++) {
        const bool axis[3] = {set & 1, set >> 1 & 1, set >> 2 & 1};
        int joined = axis[0] + axis[1] + axis[2], dimension = corner ? dims - joined : joined;

        for (size_t z = 0; z < m->n[2] + axis[2]; z++)
            for (size_t y = 0; y < m->n[1] + axis[1]; y++)
                sum += (dimension % 2 ? -1 : 1) * cells_of_row(m, axis, corner, y, z);
    }
    return sum;
}

/* ---- components ---- */

static seg_status count_components(int64_t *n, const seg_mask *m, bool corner, seg_error *err)
{
    seg_components c;
    seg_status st = seg_components_find(&c, m, corner ? SEG_CONN_CORNER : SEG_CONN_FACE, err);

    *n = st ? 0 : (int64_t)c.n;
    seg_components_free(&c);
    return st;
}

/* The background with one layer around it. */
static seg_status padded_background(seg_mask *out, const seg_mask *m, bool flat, seg_error *err)
{
    const size_t n[3] = {m->n[0] + 2, m->n[1] + 2, m->n[2] + (flat ? 0 : 2)};
    seg_status st = seg_mask_alloc(out, n, err);

    for (size_t z = 0; z < m->n[2] && !st; z++)
        for (size_t y = 0; y < m->n[1]; y++) {
            uint64_t *row = seg_mask_row(out, y + 1, z + !flat), carry = 0;

            for (size_t w = 0; w < out->words; w++) {
                uint64_t here = w < m->words ? seg_mask_row(m, y, z)[w] : 0;

                row[w] = here << 1 | carry;
                carry = here >> 63;
            }
        }
    if (!st)
        seg_mask_invert(out);
    return st;
}

seg_status seg_topology_of(seg_topology *t, const seg_mask *m, bool corner, bool flat, seg_error *err)
{
    seg_mask background = {{0}, 0, NULL};
    int64_t behind = 0;
    seg_status st = count_components(&t->objects, m, corner, err);

    if (!st)
        st = padded_background(&background, m, flat, err);
    if (!st)
        st = count_components(&behind, &background, !corner, err);
    seg_mask_free(&background);
    t->euler = euler_number(m, corner, flat ? 2 : 3);
    t->cavities = flat ? 0 : behind - 1;
    t->tunnels = flat ? behind - 1 : t->objects + t->cavities - t->euler;
    return st;
}
