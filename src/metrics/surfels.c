/* surfels.c - the size of a mask's surface in every cell between voxels, from geometry instead of a table.
 *
 * Symbols, 3D: F_a = area of the cell's face across axis a, N^2 = sum of F_a^2, T = N / 8 the triangle that cuts off
 * a corner, E_a = sqrt(N^2 - F_a^2) / 2 the rectangle that cuts off an edge along a. Corners joined along edges of the
 * cell form groups, and each group is cut off on its own; with more than four corners inside, those outside are.
 *
 *     group                                  area
 *     one corner                             T
 *     two along axis a                       E_a
 *     three, an L that lies across axis k    F_k / 2 + 3 T
 *     four, a face across axis k             F_k
 *     four, one and its three neighbours     6 T
 *     four, a path along axes i, j, k        4 T + (E_i + E_k) / 2
 *
 * The last and the L are not flat: other triangulations have other areas. 2D: a corner costs half the diagonal, two
 * corners along a side that side.
 */
#include "surfels.h"

#include <math.h>
#include <stdlib.h>

#include "../base/memory.h"

/* Axis 0 is x. Corner k of a cell lies at x = k & 1, y = k >> 1 & 1, z = k >> 2. Sets of corners are bit k. */
struct cell {
    int dims;
    double face[3]; /* size across each axis */
    double edge[3]; /* E_a */
    double corner;  /* T */
};

static struct cell cell_of(int dims, const double s[3])
{
    struct cell c = {.dims = dims};
    double n2;

    if (dims == 2) {
        c.face[0] = s[1], c.face[1] = s[0];
        c.corner = sqrt(s[0] * s[0] + s[1] * s[1]) / 2;
        return c;
    }
    c.face[0] = s[1] * s[2], c.face[1] = s[0] * s[2], c.face[2] = s[0] * s[1];
    n2 = c.face[0] * c.face[0] + c.face[1] * c.face[1] + c.face[2] * c.face[2];
    c.corner = sqrt(n2) / 8;
    for (int a = 0; a < 3; a++)
        c.edge[a] = sqrt(n2 - c.face[a] * c.face[a]) / 2;
    return c;
}

static int corners_in(unsigned set)
{
    return __builtin_popcount(set);
}

/* The group of `set` that holds its first corner. */
static unsigned first_group(unsigned set, int dims)
{
    unsigned group = set & -set, before = 0;

    while (group != before) {
        before = group;
        for (int k = 0; k < 1 << dims; k++)
            for (int a = 0; a < dims; a++)
                if (before >> k & 1)
                    group |= set & 1u << (k ^ 1 << a);
    }
    return group;
}

/* How many edges along axis a join two corners of the group. */
static int edges_along(unsigned group, int axis, int dims)
{
    int n = 0;

    for (int k = 0; k < 1 << dims; k++)
        n += !(k >> axis & 1) && (group >> k & 1) && (group >> (k ^ 1 << axis) & 1);
    return n;
}

/* Four corners in 3D, joined by 3 edges that are not a face's 4: a path or a star. */
static double path_or_star(const struct cell *c, unsigned group)
{
    double ends = 0;

    for (int k = 0; k < 8; k++) {
        int degree = 0, axis = 0;

        for (int a = 0; a < 3 && group >> k & 1; a++)
            if (group >> (k ^ 1 << a) & 1)
                degree++, axis = a;
        if (degree == 3)
            return 6 * c->corner;
        if (degree == 1)
            ends += c->edge[axis];
    }
    return 4 * c->corner + ends / 2;
}

static double group_area(const struct cell *c, unsigned group)
{
    int joined[3], along = -1, across = -1;

    for (int a = 0; a < 3; a++) {
        joined[a] = edges_along(group, a, 3);
        *(joined[a] ? &along : &across) = a;
    }
    switch (corners_in(group)) {
    case 1:
        return c->corner;
    case 2:
        return c->edge[along];
    case 3:
        return c->face[across] / 2 + 3 * c->corner;
    default:
        return across >= 0 ? c->face[across] : path_or_star(c, group);
    }
}

static double group_length(const struct cell *c, unsigned group)
{
    if (corners_in(group) == 1)
        return c->corner;
    return edges_along(group, 0, 2) ? c->face[1] : c->face[0]; /* along x lies the side across y */
}

static double area(const struct cell *c, unsigned inside)
{
    int corners = 1 << c->dims;
    double sum = 0;

    if (2 * corners_in(inside) > corners)
        inside ^= (1u << corners) - 1;
    while (inside) {
        unsigned group = first_group(inside, c->dims);

        sum += c->dims == 3 ? group_area(c, group) : group_length(c, group);
        inside &= ~group;
    }
    return sum;
}

static double faces(const struct cell *c, unsigned inside)
{
    double sum = 0;

    for (int a = 0; a < c->dims; a++)
        for (int k = 0; k < 1 << c->dims; k++)
            if (!(k >> a & 1) && (inside >> k & 1) != (inside >> (k ^ 1 << a) & 1))
                sum += c->face[a];
    return sum / (1 << (c->dims - 1));
}

void seg_surfel_sizes(int dims, const double step[3], seg_surfel_size kind, double size[SEG_CELL_CODES])
{
    struct cell c = cell_of(dims, step);
    int corners = 1 << dims;

    for (unsigned code = 0; code < 1u << corners; code++) {
        unsigned inside = 0;

        for (int k = 0; k < corners; k++)
            inside |= (code >> (corners - 1 - k) & 1) << k;
        size[code] = kind == SEG_SURFEL_AREA ? area(&c, inside) : faces(&c, inside);
    }
}

/* ---- cells of a mask ---- */

/* Cell (x, y, z) has the voxels x - 1 and x, y - 1 and y, z - 1 and z. A row of the mask, or zeros beyond it. */
struct corner_rows {
    const uint64_t *row[4]; /* in the order of k: (y - 1, z - 1), (y, z - 1), (y - 1, z), (y, z); NULL: zeros */
    int n;                  /* 2 in 2D: y - 1 and y */
    size_t words;
};

static const uint64_t *row_or_null(const seg_mask *mask, size_t y, size_t z)
{
    return y < mask->n[1] && z < mask->n[2] ? seg_mask_row(mask, y, z) : NULL; /* -1 wraps to a large number */
}

static struct corner_rows rows_of(const seg_mask *mask, int dims, size_t y, size_t z)
{
    struct corner_rows r = {.n = 1 << (dims - 1), .words = mask->words};

    for (int k = 0; k < r.n; k++)
        r.row[k] = row_or_null(mask, y - !(k & 1), dims == 3 ? z - !(k & 2) : z);
    return r;
}

static uint64_t word_of(const struct corner_rows *r, int k, size_t w)
{
    return r->row[k] && w < r->words ? r->row[k][w] : 0;
}

/* The bits of cells 64 w ... 64 w + 63 of the row that are cut: some voxel inside, some outside. */
static uint64_t cut_cells(const struct corner_rows *r, size_t w)
{
    uint64_t any = 0, all = ~(uint64_t)0;

    for (int k = 0; k < r->n; k++) {
        uint64_t right = word_of(r, k, w);
        uint64_t left = right << 1 | (w ? word_of(r, k, w - 1) >> 63 : 0);

        any |= left | right;
        all &= left & right;
    }
    return any & ~all;
}

static bool bit_of(const struct corner_rows *r, int k, size_t x)
{
    return word_of(r, k, x / 64) >> (x % 64) & 1; /* x - 1 of x = 0 is beyond the words */
}

static unsigned code_of(const struct corner_rows *r, size_t x)
{
    unsigned code = 0;

    for (int k = 0; k < r->n; k++)
        code = code << 2 | (unsigned)(x && bit_of(r, k, x - 1)) << 1 | (unsigned)bit_of(r, k, x);
    return code;
}

static void mark_cells(seg_mask *cells, const seg_mask *mask, int dims)
{
    for (size_t z = 0; z < cells->n[2]; z++)
        for (size_t y = 0; y < cells->n[1]; y++) {
            struct corner_rows r = rows_of(mask, dims, y, z);
            uint64_t *row = seg_mask_row(cells, y, z);

            for (size_t w = 0; w < cells->words; w++)
                row[w] = cut_cells(&r, w);
        }
}

static void measure_cells(const seg_mask *cells, const seg_mask *mask, int dims, const double *sizes, double *size)
{
    for (size_t z = 0; z < cells->n[2]; z++)
        for (size_t y = 0; y < cells->n[1]; y++) {
            struct corner_rows r = rows_of(mask, dims, y, z);
            const uint64_t *row = seg_mask_row(cells, y, z);

            for (size_t w = 0; w < cells->words; w++)
                for (uint64_t left = row[w]; left; left &= left - 1)
                    *size++ = sizes[code_of(&r, 64 * w + (size_t)__builtin_ctzll(left))];
        }
}

seg_status seg_surfels(seg_mask *cells, double **size, size_t *n, const seg_mask *mask, int dims, const double step[3],
                       seg_surfel_size kind, seg_error *err)
{
    double sizes[SEG_CELL_CODES];
    const size_t grid[3] = {mask->n[0] + 1, mask->n[1] + 1, dims == 3 ? mask->n[2] + 1 : 1};
    seg_status st = seg_mask_alloc(cells, grid, err);

    *size = NULL;
    if (st)
        return st;
    seg_surfel_sizes(dims, step, kind, sizes);
    mark_cells(cells, mask, dims);
    *n = seg_mask_count(cells);
    st = seg_alloc(size, *n, sizeof **size, "surface elements", err);
    if (st)
        seg_mask_free(cells);
    else
        measure_cells(cells, mask, dims, sizes, *size);
    return st;
}

/* ---- percentiles of weighted distances ---- */

struct weighted {
    double d, weight;
};

static int nearer_first(const void *a, const void *b)
{
    const struct weighted *s = a, *t = b;

    if (s->d != t->d)
        return s->d < t->d ? -1 : 1;
    return (s->weight > t->weight) - (s->weight < t->weight);
}

/* A share that is exactly q must count as reached, but n additions of areas may leave the sum below it by up to n
 * roundings. 1e-10 covers a million elements, and is less than what one of ten thousand million elements weighs. */
static const double SHARE_ROUNDING = 1e-10;

static double reached_at(const struct weighted *list, size_t n, double q)
{
    double all = 0, sum = 0;

    for (size_t i = 0; i < n; i++)
        all += list[i].weight;
    for (size_t i = 0; i < n; i++) {
        sum += list[i].weight;
        if (sum / all >= q / 100 - SHARE_ROUNDING)
            return list[i].d;
    }
    return n ? list[n - 1].d : NAN;
}

seg_status seg_weighted_percentile(const double *d, const double *weight, size_t n, double q, double *out,
                                   seg_error *err)
{
    struct weighted *list;
    seg_status st = seg_alloc(&list, n, sizeof *list, "surface distances", err);

    *out = NAN;
    if (st)
        return st;
    for (size_t i = 0; i < n; i++)
        list[i] = (struct weighted){d[i], weight ? weight[i] : 1};
    qsort(list, n, sizeof *list, nearer_first);
    *out = reached_at(list, n, q);
    free(list);
    return SEG_OK;
}
