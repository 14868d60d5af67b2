/* surface_distance.c - for each voxel of one surface the distance to the nearest voxel of another.
 *
 * Most surfaces that are compared lie close to each other. So a query first visits the rows (dy, dz) around it in
 * order of their distance, finds the nearest set bit of each in a window of 64, and stops when the next row is
 * farther than the best so far. The queries that this does not settle walk through the slices, nearest first, and
 * their rows. When there are many of those, a distance map of every slice tells which slices are worth a walk.
 *
 * In an image of one slice surface_window.c does the near search.
 *
 * Every way ends in the same sum of the same squares, so a distance does not depend on how it was found.
 */
#include "surface.h"

#include <math.h>
#include <stdlib.h>

#include "../base/blocks.h"
#include "../base/memory.h"
#include "bits.h"
#include "edt.h"
#include "surface_window.h"

enum {
    WINDOW = 32,        /* voxels seen on either side of the query in its row */
    ROWS = 96,          /* rows visited for a query, about */
    ROWS_FAR = 9,       /* rows visited when the voxel before was far: probably this one is, too */
    ROW_REACH = 48,     /* rows along one axis on either side */
    ROWS_PER_TASK = 256,
    FAR_PER_TASK = 64,
    PROBES = 32         /* far queries that are walked to learn what walking costs */
};

/* What a row of a walk costs, in voxels of a distance map; measured, and only time depends on it. */
static const double VOXELS_PER_ROW = 4;

/* A float distance map is within this of the exact squares: two sums and two squares were rounded. */
static const double MAP_ROUNDING = 1e-6;

struct voxel {
    int x, y, z;
};

/* A row beside the query's. */
struct offset {
    double squared; /* (dz step[2])^2 + (dy step[1])^2 */
    int dy, dz;
};

/* Rows [begin, end) of a slice hold all of its voxels; empty when begin == end. */
struct stretch {
    int begin, end;
};

/* A query that the near search did not settle, and the place of its distance in out. */
struct far {
    struct voxel at;
    size_t place;
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
    struct stretch *slice;      /* [n[2]] of the target */
    float *map;                 /* squared distances inside the slices of the target, or NULL */
    size_t rows;
    size_t *first;              /* [rows] place of a row's first distance in out */
    uint32_t *unsettled;        /* [rows] queries the near search left to the walks */
    struct far *query_far;      /* [far] these */
    size_t far;
    double *out;                /* distances; minus a bound on their square where not yet settled */
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
    s->seen = less(square(radius), square(WINDOW * s->step[0]));
    s->seen = less(s->seen, less(beyond(reach_y, s->step[1], n[1]), beyond(reach_z, s->step[2], n[2])));
    for (int dx = 0; dx <= WINDOW; dx++)
        s->along[dx] = square(dx * s->step[0]);
    return st;
}

/* Copies the target's rows between words of zeros, and notes which rows of each slice have voxels. */
static seg_status pad_target(struct search *s, seg_error *err)
{
    const seg_mask *t = s->target;
    size_t rows = t->n[1] * t->n[2];
    seg_status st = seg_alloc(&s->slice, t->n[2], sizeof *s->slice, "surface distances", err);

    s->stride = t->words + 2;
    if (!st)
        st = seg_alloc(&s->padded, rows, s->stride * sizeof *s->padded, "surface distances", err);
    for (size_t row = 0; !st && row < rows; row++) {
        struct stretch *slice = &s->slice[row / t->n[1]];
        int y = (int)(row % t->n[1]);
        uint64_t any = 0;

        for (size_t i = 0; i < t->words; i++)
            any |= s->padded[row * s->stride + 1 + i] = t->bit[row * t->words + i];
        if (any)
            *slice = (struct stretch){slice->end ? slice->begin : y, y + 1};
    }
    return st;
}

static const uint64_t *padded_row(const struct search *s, size_t y, size_t z)
{
    return s->padded + (y + s->target->n[1] * z) * s->stride;
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
        row = padded_row(s, y, z) + word;
        window = row[0] >> shift | row[1] << 1 << (63 - shift);
        if (window)
            best = less(best, s->offset[i].squared + nearest_in_window(s, window));
    }
    *settled = best <= s->seen && (i == s->offsets || best <= s->offset[i].squared);
    return best;
}

/* ---- a walk through slices and rows, for what is far ---- */

/* Offset to the nearest bit of a padded row that has one within `words` words of x; else something longer. */
static int nearest_in_row(const uint64_t *row, size_t words, int x)
{
    const uint64_t *here = row + 1 + x / 64;
    ptrdiff_t before = x / 64, after = (ptrdiff_t)words - 1 - before;
    uint64_t right = *here >> (x % 64), left = *here << (63 - x % 64);
    int dx = right ? __builtin_ctzll(right) : left ? __builtin_clzll(left) : (int)words * 64;

    if (left && __builtin_clzll(left) < dx)
        dx = __builtin_clzll(left);
    for (ptrdiff_t i = 1; i <= after && 64 * i - x % 64 < dx; i++)
        if (here[i]) {
            int d = (int)(64 * i) - x % 64 + __builtin_ctzll(here[i]);

            dx = d < dx ? d : dx;
            break;
        }
    for (ptrdiff_t i = 1; i <= before && 64 * i - (63 - x % 64) < dx; i++)
        if (here[-i]) {
            int d = (int)(64 * i) - (63 - x % 64) + __builtin_clzll(here[-i]);

            dx = d < dx ? d : dx;
            break;
        }
    return dx;
}

/* A walk under way: the best squared distance, or bound, so far, and the rows looked at. */
struct walk {
    double best;
    size_t rows;
};

/* Rows y, y + way, ... of a slice. */
static void walk_rows(const struct search *s, struct voxel at, int z, int y, int way, struct walk *w)
{
    struct stretch rows = s->slice[z];
    double across = square((z - at.z) * s->step[2]);

    for (; y >= rows.begin && y < rows.end; y += way) {
        double squared = across + square((y - at.y) * s->step[1]);
        int dx;

        if (squared >= w->best)
            return;
        dx = nearest_in_row(padded_row(s, (size_t)y, (size_t)z), s->target->words, at.x);
        w->rows++;
        if (dx < (int)s->target->words * 64 && squared + square(dx * s->step[0]) < w->best)
            w->best = squared + square(dx * s->step[0]);
    }
}

static double map_at(const struct search *s, struct voxel at, int z)
{
    const size_t *n = s->target->n;

    return s->map[(size_t)at.x + n[0] * ((size_t)at.y + n[1] * (size_t)z)];
}

static void walk_slice(const struct search *s, struct voxel at, int z, struct walk *w)
{
    struct stretch rows = s->slice[z];
    int y = at.y < rows.begin ? rows.begin : at.y >= rows.end ? rows.end - 1 : at.y;

    if (rows.begin == rows.end)
        return;
    if (s->map && map_at(s, at, z) * (1 - MAP_ROUNDING) + square((z - at.z) * s->step[2]) >= w->best)
        return;
    walk_rows(s, at, z, y, 1, w);
    walk_rows(s, at, z, y - 1, -1, w);
}

/* A bound on the squared distance from the maps of the slices: slightly more than the distance, or equal to it. */
static double bound_from_map(const struct search *s, struct voxel at, double best)
{
    int n = (int)s->target->n[2];

    for (int dz = 0; square(dz * s->step[2]) < best && dz < n; dz++)
        for (int way = -1; way <= (dz ? 1 : -1); way += 2) {
            int z = at.z + way * dz;

            if (z < 0 || z >= n || s->slice[z].end == 0)
                continue;
            best = less(best, map_at(s, at, z) * (1 + MAP_ROUNDING) + square(dz * s->step[2]));
        }
    return best;
}

/* The squared distance from a voxel to the target, if it is below `best`; else best. */
static struct walk walk_from(const struct search *s, struct voxel at, double best)
{
    struct walk w = {s->map ? bound_from_map(s, at, best) : best, 0};
    int n = (int)s->target->n[2];

    for (int dz = 0; dz < n && square(dz * s->step[2]) < w.best; dz++) {
        if (at.z - dz >= 0)
            walk_slice(s, at, at.z - dz, &w);
        if (dz && at.z + dz < n)
            walk_slice(s, at, at.z + dz, &w);
    }
    return w;
}

static double between(const struct search *s, struct voxel a, struct voxel b)
{
    return sqrt(square((a.z - b.z) * s->step[2]) + square((a.y - b.y) * s->step[1]) +
                square((a.x - b.x) * s->step[0]));
}

/* ---- all queries ---- */

/* What the near search of a row goes through with. */
struct near_row {
    double *out; /* of the next query */
    uint32_t unsettled;
    bool far;    /* the last query was not settled */
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

/* Adds the queries of a row that the near search left. */
static void list_far_of_row(struct search *s, size_t y, size_t z)
{
    size_t row = y + s->query->n[1] * z, place = s->first[row];

    for (size_t i = 0; i < s->query->words; i++)
        for (uint64_t word = s->query->bit[row * s->query->words + i]; word; word &= word - 1, place++)
            if (s->out[place] < 0)
                s->query_far[s->far++] =
                    (struct far){{(int)(64 * i) + __builtin_ctzll(word), (int)y, (int)z}, place};
}

/* The queries that the near search left, y after y: the walks of one y read the same columns of the map. */
static seg_status list_far(struct search *s, seg_error *err)
{
    size_t count = 0;
    seg_status st;

    for (size_t row = 0; row < s->rows; row++)
        count += s->unsettled[row];
    st = seg_alloc(&s->query_far, count, sizeof *s->query_far, "surface distances", err);
    for (size_t y = 0; !st && count && y < s->query->n[1]; y++)
        for (size_t z = 0; z < s->query->n[2]; z++)
            if (s->unsettled[y + s->query->n[1] * z])
                list_far_of_row(s, y, z);
    return st;
}

/* Walks through a stretch of the far queries. They follow each other closely, so the distance of one bounds that of
 * the next by the triangle: the bound is a little too large, and never found itself. */
static void do_far(void *context, size_t task, int worker)
{
    const struct search *s = context;
    size_t begin = task * FAR_PER_TASK;

    (void)worker;
    for (size_t i = begin; i < s->far && i < begin + FAR_PER_TASK; i++) {
        const struct far *q = &s->query_far[i];
        double best = -s->out[q->place];

        if (i > begin)
            best = less(best, square(s->out[q[-1].place] + between(s, q[-1].at, q->at)) * (1 + 1e-9));
        s->out[q->place] = sqrt(walk_from(s, q->at, best).best);
    }
}

/* A distance map pays when all walks together would look at more rows than the map costs: a few walks tell. */
static bool map_pays(const struct search *s)
{
    const size_t *n = s->target->n;
    size_t rows = 0, walks = 0;

    for (size_t i = 0; i < s->far; i += s->far / PROBES + 1, walks++)
        rows += walk_from(s, s->query_far[i].at, -s->out[s->query_far[i].place]).rows;
    return n[2] > 1 && (double)rows / (double)walks * (double)s->far * VOXELS_PER_ROW > (double)(n[0] * n[1] * n[2]);
}

static seg_status find_far(struct search *s, seg_error *err)
{
    seg_status st = list_far(s, err);

    if (!st && s->far && !s->padded)
        st = pad_target(s, err);
    if (!st && s->far && map_pays(s)) {
        st = seg_alloc_big(&s->map, s->target->n[0] * s->target->n[1] * s->target->n[2], sizeof *s->map,
                           "surface distances", err);
        if (!st)
            st = seg_edt_slices(s->target, s->step, s->map, err);
    }
    if (!st)
        seg_each((s->far + FAR_PER_TASK - 1) / FAR_PER_TASK, do_far, s);
    return st;
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
    st = pad_target(s, err);
    if (!st)
        st = list_offsets(s, err);
    if (!st)
        seg_each((s->rows + ROWS_PER_TASK - 1) / ROWS_PER_TASK, do_near, s);
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
    free(s.map);
    free(s.query_far);
    free(s.slice);
    free(s.padded);
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
