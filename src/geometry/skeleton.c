/* skeleton.c - thinning in two and in three dimensions, by the neighbourhood of each border voxel.
 *
 * Beyond the mask is background. The results depend on the order of deletion; both functions give the voxels that
 * scikit-image's skeletonize gives (compared with 0.19.3): in 2D Zhang and Suen 1984 with other decisions for 25 of
 * the 256 neighbourhoods, in 3D Lee, Kashyap and Chu 1994.
 */
#include "skeleton.h"

#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "bits.h"

/* Voxels x - 1, x, x + 1 of a row as bits 0, 1, 2. */
static inline unsigned three(const uint64_t *row, size_t words, size_t x)
{
    if (x == 0)
        return (unsigned)(row[0] << 1 & 7);
    return (unsigned)(seg_bits_at(row, words, x - 1) & 7);
}

static inline unsigned three_at(const seg_mask *m, size_t x, size_t y, size_t z)
{
    return y < m->n[1] && z < m->n[2] ? three(seg_mask_row(m, y, z), m->words, x) : 0;
}

/* ---- two dimensions ---- */

enum { NW = 1, N = 2, NE = 4, E = 8, SE = 16, S = 32, SW = 64, W = 128 };

/* The neighbours of a pixel as bits, in a circle from the north-west (x - 1, y - 1) over the north (x, y - 1). */
static unsigned circle_of(const seg_mask *m, size_t x, size_t y)
{
    unsigned north = three_at(m, x, y - 1, 0), here = three_at(m, x, y, 0), south = three_at(m, x, y + 1, 0);

    return north | (here >> 2 & 1) * E | (south >> 2 & 1) * SE | (south >> 1 & 1) * S | (south & 1) * SW |
           (here & 1) * W;
}

/* How many steps around the circle lead from background to foreground. */
static int rises(unsigned circle)
{
    unsigned next = (circle >> 1 | circle << 7) & 0xff;

    return __builtin_popcount(~circle & next & 0xff);
}

/* Zhang and Suen: 2 to 6 neighbours in one group, with a gap to the south-east (pass 0) or the north-west (pass 1). */
static bool deletes_by_paper(unsigned circle, int pass)
{
    static const unsigned all_of[2][2] = {{N | E | S, E | S | W}, {N | E | W, N | S | W}};
    int neighbours = __builtin_popcount(circle);

    return neighbours >= 2 && neighbours <= 6 && rises(circle) == 1 && (circle & all_of[pass][0]) != all_of[pass][0] &&
           (circle & all_of[pass][1]) != all_of[pass][1];
}

/* scikit-image departs from the paper in these neighbourhoods. Ends of lines and corners of squares are deleted in
 * one pass only, so that an object two pixels wide keeps one of them; a step of two pixels at a right angle loses its
 * corner. The rows are not symmetric; neither is the program. */
static const struct {
    unsigned circle;
    bool deleted[2]; /* in pass 0, in pass 1 */
} departures[] = {
    /* the end of a line two pixels wide */
    {N | NW, {true, false}},
    {N | NE, {true, false}},
    {E | NE, {true, false}},
    {E | SE, {false, true}},
    {S | SE, {false, false}},
    {S | SW, {false, true}},
    {W | SW, {false, true}},
    {W | NW, {false, false}},
    /* the corner of a filled square */
    {N | NE | E, {true, false}},
    {E | SE | S, {false, true}},
    {S | SW | W, {false, true}},
    {W | NW | N, {true, false}},
    /* a step, and a step with a diagonal neighbour at one or both of its ends */
    {N | E, {true, true}},
    {E | S, {true, true}},
    {S | W, {true, true}},
    {W | N, {true, true}},
    {NW | N | E, {true, false}},
    {N | E | SE, {false, true}},
    {E | S | SW, {false, true}},
    {NE | E | S | SW, {false, true}},
    {SE | S | W, {false, true}},
    {S | W | NW, {true, false}},
    {SW | W | N, {true, false}},
    {W | N | NE, {true, false}},
    {SW | W | N | NE, {true, false}},
};

/* Whether a pass deletes a pixel, for all circles. */
static void fill_deletions(bool deletes[2][256])
{
    for (int pass = 0; pass < 2; pass++) {
        for (unsigned circle = 0; circle < 256; circle++)
            deletes[pass][circle] = deletes_by_paper(circle, pass);
        for (size_t i = 0; i < sizeof departures / sizeof departures[0]; i++)
            deletes[pass][departures[i].circle] = departures[i].deleted[pass];
    }
}

/* Deletes what one pass finds in `from`; returns whether it found anything. */
static bool thin_pass(const seg_mask *mask, const seg_mask *from, const bool deletes[256])
{
    bool changed = false;

    for (size_t y = 0; y < from->n[1]; y++)
        for (size_t i = 0; i < from->words; i++)
            for (uint64_t word = seg_mask_row(from, y, 0)[i]; word; word &= word - 1) {
                if (!deletes[circle_of(from, 64 * i + (size_t)__builtin_ctzll(word), y)])
                    continue;
                seg_mask_row(mask, y, 0)[i] &= ~(word & -word);
                changed = true;
            }
    return changed;
}

seg_status seg_skeleton_2d(seg_mask *mask, seg_error *err)
{
    size_t bytes = mask->n[1] * mask->words * sizeof *mask->bit;
    bool deletes[2][256], changed = true;
    seg_mask from;
    seg_status st = seg_mask_alloc(&from, mask->n, err);

    fill_deletions(deletes);
    while (!st && changed) {
        changed = false;
        for (int pass = 0; pass < 2; pass++) {
            memcpy(from.bit, mask->bit, bytes);
            changed = thin_pass(mask, &from, deletes[pass]) || changed;
        }
    }
    seg_mask_free(&from);
    return st;
}

/* ---- three dimensions ---- */

enum { CELLS = 27, CENTRE = 13 }; /* cell dx + 1 + 3 (dy + 1) + 9 (dz + 1) of a neighbourhood is its bit */

/* Sets of cells as bits: what the two tests of a neighbourhood look up. */
struct cells {
    uint32_t touching[CELLS]; /* the cells beside each, without the centre */
    uint32_t shares_corner[8], shares_edge[12],
        shares_face[6]; /* the others at each corner, edge, face of the centre */
};

static bool within(int k, int x, int y, int z)
{
    return abs(k % 3 - 1 - x) <= 1 && abs(k / 3 % 3 - 1 - y) <= 1 && abs(k / 9 - 1 - z) <= 1;
}

/* The cells, without the centre, that meet the face, edge or corner of the centre in direction (x, y, z). */
static uint32_t sharing(int x, int y, int z)
{
    uint32_t set = 0;

    for (int k = 0; k < CELLS; k++) {
        int d[3] = {k % 3 - 1, k / 3 % 3 - 1, k / 9 - 1}, to[3] = {x, y, z};
        bool shares = k != CENTRE;

        for (int a = 0; a < 3; a++)
            shares = shares && (d[a] == 0 || d[a] == to[a]);
        set |= (uint32_t)shares << k;
    }
    return set;
}

static void list_cells(struct cells *c)
{
    int corners = 0, edges = 0, faces = 0;

    for (int k = 0; k < CELLS; k++) {
        int x = k % 3 - 1, y = k / 3 % 3 - 1, z = k / 9 - 1, differ = (x != 0) + (y != 0) + (z != 0);

        c->touching[k] = 0;
        for (int other = 0; other < CELLS; other++)
            if (other != CENTRE && other != k && within(other, x, y, z))
                c->touching[k] |= (uint32_t)1 << other;
        if (differ == 3)
            c->shares_corner[corners++] = sharing(x, y, z);
        if (differ == 2)
            c->shares_edge[edges++] = sharing(x, y, z);
        if (differ == 1)
            c->shares_face[faces++] = sharing(x, y, z);
    }
}

static uint32_t around(const seg_mask *m, size_t x, size_t y, size_t z)
{
    uint32_t cells = 0;

    for (size_t dz = 0; dz < 3; dz++)
        for (size_t dy = 0; dy < 3; dy++)
            cells |= (uint32_t)three_at(m, x, y + dy - 1, z + dz - 1) << (3 * dy + 9 * dz);
    return cells & ~((uint32_t)1 << CENTRE);
}

/* Corners - edges + faces - volume that belong to the centre alone: what its deletion takes from the Euler number of
 * the set as a union of closed cubes. */
static bool keeps_euler_number(const struct cells *c, uint32_t neighbours)
{
    int lost = -1;

    for (int i = 0; i < 8; i++)
        lost += !(neighbours & c->shares_corner[i]);
    for (int i = 0; i < 12; i++)
        lost -= !(neighbours & c->shares_edge[i]);
    for (int i = 0; i < 6; i++)
        lost += !(neighbours & c->shares_face[i]);
    return lost == 0;
}

/* Whether the neighbours hang together without the centre. */
static bool is_simple(const struct cells *c, uint32_t neighbours)
{
    uint32_t reached = neighbours & -neighbours, fresh = reached;

    while (fresh) {
        uint32_t next = 0;

        for (; fresh; fresh &= fresh - 1)
            next |= c->touching[__builtin_ctz(fresh)];
        fresh = next & neighbours & ~reached;
        reached |= fresh;
    }
    return reached == neighbours;
}

static bool may_go(const struct cells *c, uint32_t neighbours)
{
    return __builtin_popcount(neighbours) != 1 && keeps_euler_number(c, neighbours) && is_simple(c, neighbours);
}

struct found {
    size_t n, room;
    struct {
        uint32_t x, y, z;
    } * at;
};

/* The border voxels of a word: those whose neighbour in direction (dx, dy, dz) is background. */
static uint64_t border_word(const seg_mask *m, size_t i, size_t y, size_t z, const int d[3])
{
    const uint64_t *row = seg_mask_row(m, y, z);
    size_t other_y = y + (size_t)d[1], other_z = z + (size_t)d[2];

    if (d[0] > 0)
        return row[i] & ~(row[i] >> 1 | (i + 1 < m->words ? row[i + 1] << 63 : 0));
    if (d[0] < 0)
        return row[i] & ~(row[i] << 1 | (i ? row[i - 1] >> 63 : 0));
    return other_y < m->n[1] && other_z < m->n[2] ? row[i] & ~seg_mask_row(m, other_y, other_z)[i] : row[i];
}

static seg_status find(struct found *f, const seg_mask *m, const struct cells *c, const int d[3], seg_error *err)
{
    seg_status st = SEG_OK;

    f->n = 0;
    for (size_t z = 0; z < m->n[2]; z++)
        for (size_t y = 0; y < m->n[1]; y++)
            for (size_t i = 0; i < m->words; i++)
                for (uint64_t word = border_word(m, i, y, z, d); word && !st; word &= word - 1) {
                    size_t x = 64 * i + (size_t)__builtin_ctzll(word);

                    if (!may_go(c, around(m, x, y, z)))
                        continue;
                    st = seg_grow(&f->at, &f->room, f->n + 1, sizeof *f->at, "a skeleton", err);
                    if (!st) {
                        f->at[f->n].x = (uint32_t)x;
                        f->at[f->n].y = (uint32_t)y;
                        f->at[f->n++].z = (uint32_t)z;
                    }
                }
    return st;
}

/* Deletes one after the other what is still simple then. The last voxel of an object counts as simple here, so a small
 * object can vanish, as in scikit-image. Returns whether anything was deleted. */
static bool delete_found(const struct found *f, const seg_mask *m, const struct cells *c)
{
    bool changed = false;

    for (size_t k = 0; k < f->n; k++) {
        size_t x = f->at[k].x, y = f->at[k].y, z = f->at[k].z;
        uint32_t neighbours = around(m, x, y, z);

        if (!is_simple(c, neighbours))
            continue;
        seg_mask_row(m, y, z)[x / 64] &= ~((uint64_t)1 << (x % 64));
        changed = true;
    }
    return changed;
}

seg_status seg_skeleton_3d(seg_mask *mask, seg_error *err)
{
    static const int borders[6][3] = {{0, -1, 0}, {0, 1, 0}, {1, 0, 0}, {-1, 0, 0}, {0, 0, 1}, {0, 0, -1}};
    struct found found = {0};
    struct cells cells;
    seg_status st = SEG_OK;
    int still = 0;

    list_cells(&cells);
    while (still < 6 && !st) {
        still = 0;
        for (int b = 0; b < 6 && !st; b++) {
            st = find(&found, mask, &cells, borders[b], err);
            if (!st)
                still += !delete_found(&found, mask, &cells);
        }
    }
    free(found.at);
    return st;
}
