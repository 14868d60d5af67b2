/* surface_distance.c - for each voxel of one surface the distance to the nearest voxel of another.
 *
 * Most surfaces that are compared lie close to each other. So a query first visits the rows (dy, dz) around it in
 * order of their distance, finds the nearest set bit of each in a window of 64, and stops when the next row is
 * farther than the best so far. The queries that this does not settle are left to nearest_far.c.
 *
 * In an image of one slice nearest_window.c does the near search.
 *
 * Every way ends in the same sum of the same squares, so a distance does not depend on how it was found.
 */
#include "surface.h"

#include <math.h>
#include <stdlib.h>

#include "../base/memory.h"
#include "../base/parallel.h"
#include "bits.h"
#include "edt.h"
#include "nearest_far.h"
#include "nearest_window.h"

enum {
    WINDOW = 32,    /* voxels seen on either side of the query in its row */
    ROWS = 96,      /* rows visited for a query, about */
    ROWS_FAR = 9,   /* rows visited when the voxel before was far: probably this one is, too */
    ROW_REACH = 48, /* rows along one axis on either side */
    ROWS_PER_TASK = 256
};

struct voxel {
    int x, y, z;
};

/* A row beside the query's. */
struct offset {
    double squared; /* (dz step[2])^2 + (dy step[1])^2 */
    int dy, dz;
};

struct search {
    const seg_mask *query, *target;
    double step[3];
    double along[WINDOW + 1]; /* (dx step[0])^2 */
    struct offset *offset;    /* [offsets] nearest first */
    size_t offsets;
    double seen;             /* a squared distance up to this cannot be beaten by what is not listed */
    seg_nearest_rows padded; /* the target */
    size_t rows;
    size_t *first;       /* [rows] place of a row's first distance in out */
    uint32_t *unsettled; /* [rows] queries the near search left to the far one */
    double *out;         /* distances; minus a bound on their square where not yet settled */
};

static double square(double x)
{
    return x * x;
}

static inline double less(double a, double b)
{
    return a < b ? a : b;
}

/* ---- the rows around a query ---- */

static int by_distance(const void *a, const void *b)
{
    const struct offset *p = a, *q = b;

    if (p->squared != q->squared)
        return p->squared < q->squared ? -1 : 1;
    return p->dz != q->dz ? p->dz - q->dz : p->dy - q->dy;
}

/* How many rows to either side along an axis of n voxels can be within the radius. */
static int reach(double radius, double step, size_t n)
{
    double most = n - 1 < ROW_REACH ? (double)(n - 1) : ROW_REACH;

    return (int)less(floor(radius / step), most);
}

/* The nearest offset along an axis that is not listed although the image has it. */
static double beyond(int listed, double step, size_t n)
{
    return (size_t)listed + 1 < n ? square((listed + 1) * step) : INFINITY;
}

/* An offset and its mirror images; which of them comes first does not matter. */
static void add_mirrored(struct search *s, const struct offset *o)
{
    for (int sz = o->dz ? -1 : 1; sz <= 1; sz += 2)
        for (int sy = o->dy ? -1 : 1; sy <= 1; sy += 2)
            s->offset[s->offsets++] = (struct offset){o->squared, sy * o->dy, sz * o->dz};
}

/* Those of one quarter are put in order, the others follow from them. */
static seg_status list_offsets(struct search *s, seg_error *err)
{
    const size_t *n = s->query->n;
    /* an ellipse of ROWS rows; in an image of one slice (or of one row per slice) a line of them */
    double radius = n[1] > 1 && n[2] > 1 ? sqrt(ROWS * s->step[1] * s->step[2] / 3.14159265) : INFINITY;
    int reach_y = reach(radius, s->step[1], n[1]), reach_z = reach(radius, s->step[2], n[2]);
    size_t most = (size_t)(reach_y + 1) * (size_t)(reach_z + 1), listed = 0;
    struct offset *quarter;
    seg_status st = seg_alloc_big(&quarter, most, sizeof *quarter, "surface distances", err);

    if (!st)
        st = seg_alloc_big(&s->offset, 4 * most, sizeof *s->offset, "surface distances", err);
    for (int dz = 0; !st && dz <= reach_z; dz++)
        for (int dy = 0; dy <= reach_y; dy++) {
            double squared = square(dz * s->step[2]) + square(dy * s->step[1]);

            if (squared <= square(radius))
                quarter[listed++] = (struct offset){squared, dy, dz};
        }
    if (!st)
        qsort(quarter, listed, sizeof *quarter, by_distance);
    for (size_t i = 0; i < listed; i++)
        add_mirrored(s, &quarter[i]);
    free(quarter);
    s->seen = less(square(radius), square(WINDOW * s->step[0]));
    s->seen = less(s->seen, less(beyond(reach_y, s->step[1], n[1]), beyond(reach_z, s->step[2], n[2])));
    for (int dx = 0; dx <= WINDOW; dx++)
        s->along[dx] = square(dx * s->step[0]);
    return st;
}

/* Squared distance along x to the nearest bit of a window, not empty, whose bit WINDOW is the query. */
static inline double nearest_in_window(const struct search *s, uint64_t window)
{
    uint64_t right = window >> WINDOW, left = window << WINDOW;
    int dx = right ? __builtin_ctzll(right) : WINDOW;

    if (left && __builtin_clzll(left) + 1 < dx)
        dx = __builtin_clzll(left) + 1;
    return s->along[dx];
}

/* The smallest squared distance among the first `rows` rows; *settled tells whether no other row can be nearer. */
static double near_rows(const struct search *s, struct voxel at, size_t rows, bool *settled)
{
    const size_t *n = s->query->n;
    size_t word = ((size_t)at.x + 64 - WINDOW) / 64, shift = ((size_t)at.x + 64 - WINDOW) % 64, i;
    double best = INFINITY;

    for (i = 0; i < rows && s->offset[i].squared < best; i++) {
        size_t y = (size_t)(at.y + s->offset[i].dy), z = (size_t)(at.z + s->offset[i].dz);
        const uint64_t *row;
        uint64_t window;

        if (y >= n[1] || z >= n[2]) /* also those before 0 */
            continue;
        row = seg_surface_row(&s->padded, y, z) + word;
        window = row[0] >> shift | row[1] << 1 << (63 - shift);
        if (window)
            best = less(best, s->offset[i].squared + nearest_in_window(s, window));
    }
    *settled = best <= s->seen && (i == s->offsets || best <= s->offset[i].squared);
    return best;
}

/* ---- all queries ---- */

/* What the near search of a row goes through with. */
struct near_row {
    double *out; /* of the next query */
    uint32_t unsettled;
    bool far; /* the last query was not settled */
};

static void look_near(const struct search *s, struct voxel at, struct near_row *row)
{
    size_t rows = row->far && s->offsets > ROWS_FAR ? ROWS_FAR : s->offsets;
    bool settled;
    double squared = near_rows(s, at, rows, &settled);

    *row->out++ = settled ? sqrt(squared) : -squared;
    row->far = !settled;
    row->unsettled += !settled;
}

static void do_near_row(const struct search *s, size_t index)
{
    const uint64_t *query = s->query->bit + index * s->query->words, *target = s->target->bit + index * s->query->words;
    int y = (int)(index % s->query->n[1]), z = (int)(index / s->query->n[1]);
    struct near_row row = {.out = s->out + s->first[index]};

    for (size_t i = 0; i < s->query->words; i++)
        for (uint64_t word = query[i]; word; word &= word - 1) {
            if (word & -word & target[i])
                *row.out++ = 0;
            else
                look_near(s, (struct voxel){(int)(64 * i) + __builtin_ctzll(word), y, z}, &row);
        }
    s->unsettled[index] = row.unsettled;
}

static void do_near(void *context, size_t task, int worker)
{
    const struct search *s = context;

    (void)worker;
    for (size_t row = task * ROWS_PER_TASK; row < s->rows && row < (task + 1) * ROWS_PER_TASK; row++)
        do_near_row(s, row);
}

/* What the near search left. */
static seg_status find_far(struct search *s, seg_error *err)
{
    seg_status st = SEG_OK;
    size_t row = 0;

    while (row < s->rows && !s->unsettled[row])
        row++;
    if (row == s->rows)
        return SEG_OK;
    if (!s->padded.padded)
        st = seg_nearest_rows_make(&s->padded, s->target, s->step, err);
    return st ? st : seg_nearest_far(&s->padded, s->query, s->first, s->unsettled, s->out, err);
}

/* Where the distances of each row go; *n is how many there are. */
static seg_status plan(struct search *s, size_t *n, seg_error *err)
{
    size_t words = s->query->words;
    seg_status st;

    s->rows = s->query->n[1] * s->query->n[2];
    st = seg_alloc(&s->first, s->rows, sizeof *s->first, "surface distances", err);
    if (!st)
        st = seg_alloc(&s->unsettled, s->rows, sizeof *s->unsettled, "surface distances", err);
    for (size_t row = 0; !st && row < s->rows; row++) {
        s->first[row] = *n;
        *n += seg_bits_count(s->query->bit + row * words, words);
    }
    return st ? st : seg_alloc(&s->out, *n, sizeof *s->out, "surface distances", err);
}

/* The near search: rows around each query, or windows in an image of one slice with many queries. */
static seg_status find_near(struct search *s, size_t queries, seg_error *err)
{
    seg_status st;

    if (seg_window_suits(s->query, queries))
        return seg_window_distances(s->query, s->target, s->step, s->first, s->out, s->unsettled, err);
    st = seg_nearest_rows_make(&s->padded, s->target, s->step, err);
    if (!st)
        st = list_offsets(s, err);
    if (!st)
        seg_parallel_for((s->rows + ROWS_PER_TASK - 1) / ROWS_PER_TASK, do_near, s);
    return st;
}

seg_status seg_surface_distances(const seg_mask *query, const seg_mask *target, const double step[3], double **out,
                                 size_t *n, seg_error *err)
{
    struct search s = {.query = query, .target = target, .step = {step[0], step[1], step[2]}};
    seg_status st;

    *n = 0;
    st = plan(&s, n, err);
    if (!st && seg_mask_extent(target) == SEG_SET_EMPTY) {
        for (size_t i = 0; i < *n; i++)
            s.out[i] = INFINITY;
    } else {
        if (!st)
            st = find_near(&s, *n, err);
        if (!st)
            st = find_far(&s, err);
    }
    seg_nearest_rows_free(&s.padded);
    free(s.offset);
    free(s.unsettled);
    free(s.first);
    if (st) {
        free(s.out);
        *n = 0;
    }
    *out = st ? NULL : s.out;
    return st;
}
