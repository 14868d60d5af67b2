/* surface_distance.c - for each voxel of one surface the distance to the nearest voxel of another.
 *
 * Most surfaces that are compared lie close to each other. So a query first visits the rows (dy, dz) around it in
 * order of their distance, finds the nearest set bit of each in a window of 64, and stops when the next row is
 * farther than the best so far. What is not settled by the rows listed goes to a tree of boxes.
 */
#include "surface.h"

#include <math.h>
#include <stdlib.h>

#include "../base/blocks.h"
#include "../base/memory.h"
#include "bits.h"
#include "point_tree.h"

enum {
    WINDOW = 32,        /* voxels seen on either side of the query in its row */
    ROWS = 96,          /* rows visited for a query, about */
    ROWS_FAR = 9,       /* rows visited when the voxel before was far: probably this one is, too */
    ROW_REACH = 48,     /* rows along one axis on either side */
    ROWS_PER_TASK = 256
};

/* A row beside the query's. */
struct offset {
    double squared; /* (dz step[2])^2 + (dy step[1])^2 */
    int dy, dz;
};

struct search {
    const seg_mask *query, *target;
    double step[3];
    double along[WINDOW + 1];   /* (dx step[0])^2 */
    struct offset *offset;      /* [offsets] nearest first */
    size_t offsets;
    double seen;                /* a squared distance up to this cannot be beaten by what is not listed */
    uint64_t *padded;           /* the target with a word of zeros on either side of each row */
    size_t stride;              /* words of a padded row */
    seg_point_tree tree;
    size_t *first;              /* [tasks] place of a task's first distance in out */
    double *out;
};

/* ---- the rows around a query ---- */

static int by_distance(const void *a, const void *b)
{
    const struct offset *p = a, *q = b;

    if (p->squared != q->squared)
        return p->squared < q->squared ? -1 : 1;
    return p->dz != q->dz ? p->dz - q->dz : p->dy - q->dy;
}

static double square(double x)
{
    return x * x;
}

/* How many rows to either side along an axis of n voxels can be within the radius. */
static int reach(double radius, double step, size_t n)
{
    double most = n - 1 < ROW_REACH ? (double)(n - 1) : ROW_REACH;

    return (int)fmin(floor(radius / step), most);
}

/* The nearest offset along an axis that is not listed although the image has it. */
static double beyond(int listed, double step, size_t n)
{
    return (size_t)listed + 1 < n ? square((listed + 1) * step) : INFINITY;
}

static seg_status list_offsets(struct search *s, seg_error *err)
{
    const size_t *n = s->query->n;
    /* an ellipse of ROWS rows; in an image of one slice (or of one row per slice) a line of them */
    double radius = n[1] > 1 && n[2] > 1 ? sqrt(ROWS * s->step[1] * s->step[2] / 3.14159265) : INFINITY;
    int reach_y = reach(radius, s->step[1], n[1]), reach_z = reach(radius, s->step[2], n[2]);
    seg_status st = seg_alloc(&s->offset, (size_t)(2 * reach_y + 1) * (size_t)(2 * reach_z + 1), sizeof *s->offset,
                              "surface distances", err);

    for (int dz = -reach_z; !st && dz <= reach_z; dz++)
        for (int dy = -reach_y; dy <= reach_y; dy++) {
            double squared = square(dz * s->step[2]) + square(dy * s->step[1]);

            if (squared <= square(radius))
                s->offset[s->offsets++] = (struct offset){squared, dy, dz};
        }
    if (!st)
        qsort(s->offset, s->offsets, sizeof *s->offset, by_distance);
    s->seen = fmin(square(radius), square(WINDOW * s->step[0]));
    s->seen = fmin(s->seen, fmin(beyond(reach_y, s->step[1], n[1]), beyond(reach_z, s->step[2], n[2])));
    for (int dx = 0; dx <= WINDOW; dx++)
        s->along[dx] = square(dx * s->step[0]);
    return st;
}

/* ---- one query ---- */

static seg_status pad_target(struct search *s, seg_error *err)
{
    const seg_mask *t = s->target;
    size_t rows = t->n[1] * t->n[2];
    seg_status st;

    s->stride = t->words + 2;
    st = seg_alloc(&s->padded, rows, s->stride * sizeof *s->padded, "surface distances", err);
    for (size_t row = 0; !st && row < rows; row++)
        for (size_t i = 0; i < t->words; i++)
            s->padded[row * s->stride + 1 + i] = t->bit[row * t->words + i];
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
static double near_rows(const struct search *s, seg_point at, size_t rows, bool *settled)
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
        row = s->padded + (y + n[1] * z) * s->stride + word;
        window = row[0] >> shift | row[1] << 1 << (63 - shift);
        if (window) {
            double squared = s->offset[i].squared + nearest_in_window(s, window);

            best = squared < best ? squared : best;
        }
    }
    *settled = best <= s->seen && (i == s->offsets || best <= s->offset[i].squared);
    return best;
}

/* What a task knows from the voxels before. */
struct trail {
    bool far;          /* the last one was not settled by the rows around it */
    bool has_nearest;
    seg_point nearest; /* what the tree last found: a bound for the next search */
};

static double search_tree(const struct search *s, seg_point at, double best, struct trail *trail)
{
    double known = trail->has_nearest ? seg_point_squared(s->step, trail->nearest, at) : INFINITY;
    double bound = known < best ? known : best, found;

    found = seg_point_tree_nearest(&s->tree, at, bound, &trail->nearest);
    trail->has_nearest = trail->has_nearest || found < bound;
    return found;
}

static double distance_from(const struct search *s, seg_point at, struct trail *trail)
{
    size_t rows = trail->far && s->offsets > ROWS_FAR ? ROWS_FAR : s->offsets;
    bool settled;
    double best = near_rows(s, at, rows, &settled);

    trail->far = !settled;
    return sqrt(settled ? best : search_tree(s, at, best, trail));
}

/* ---- all queries ---- */

static void do_row(const struct search *s, size_t row, size_t *place, struct trail *trail)
{
    size_t words = s->query->words;
    int32_t y = (int32_t)(row % s->query->n[1]), z = (int32_t)(row / s->query->n[1]);

    for (size_t i = 0; i < words; i++) {
        uint64_t common = s->target->bit[row * words + i];

        for (uint64_t word = s->query->bit[row * words + i]; word; word &= word - 1) {
            seg_point at = {(int32_t)(64 * i) + __builtin_ctzll(word), y, z};

            s->out[(*place)++] = common & word & -word ? 0 : distance_from(s, at, trail);
        }
    }
}

static void do_rows(void *context, size_t task, int worker)
{
    const struct search *s = context;
    size_t rows = s->query->n[1] * s->query->n[2], begin = task * ROWS_PER_TASK, place = s->first[task];
    struct trail trail = {0};

    (void)worker;
    for (size_t row = begin; row < rows && row < begin + ROWS_PER_TASK; row++)
        do_row(s, row, &place, &trail);
}

/* Where the distances of each task go; *n is how many there are. */
static seg_status plan(struct search *s, size_t *tasks, size_t *n, seg_error *err)
{
    size_t rows = s->query->n[1] * s->query->n[2], words = s->query->words;
    seg_status st;

    *tasks = (rows + ROWS_PER_TASK - 1) / ROWS_PER_TASK;
    st = seg_alloc(&s->first, *tasks, sizeof *s->first, "surface distances", err);
    for (size_t row = 0; !st && row < rows; row++) {
        if (row % ROWS_PER_TASK == 0)
            s->first[row / ROWS_PER_TASK] = *n;
        for (size_t i = 0; i < words; i++)
            *n += (size_t)__builtin_popcountll(s->query->bit[row * words + i]);
    }
    return st ? st : seg_alloc(&s->out, *n, sizeof *s->out, "surface distances", err);
}

static seg_status search(struct search *s, size_t tasks, size_t n, seg_error *err)
{
    seg_status st = seg_point_tree_make(&s->tree, s->target, s->step, err);

    if (st || !s->tree.points) {
        for (size_t i = 0; !st && i < n; i++)
            s->out[i] = INFINITY;
        return st;
    }
    st = list_offsets(s, err);
    if (!st)
        st = pad_target(s, err);
    if (!st)
        seg_each(tasks, do_rows, s);
    return st;
}

seg_status seg_surface_distances(const seg_mask *query, const seg_mask *target, const double step[3], double **out,
                                 size_t *n, seg_error *err)
{
    struct search s = {.query = query, .target = target, .step = {step[0], step[1], step[2]}};
    size_t tasks = 0, queries = 0;
    seg_status st = plan(&s, &tasks, &queries, err);

    if (!st)
        st = search(&s, tasks, queries, err);
    seg_point_tree_free(&s.tree);
    free(s.padded);
    free(s.offset);
    free(s.first);
    if (st)
        free(s.out);
    *out = st ? NULL : s.out;
    *n = st ? 0 : queries;
    return st;
}
