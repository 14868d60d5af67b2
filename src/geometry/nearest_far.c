/* nearest_far.c - maps that tell which slices of a surface are worth a walk, and the walks of all queries.
 *
 * A walk (nearest_walk.h) goes through the slices in order of their distance, and through the rows of each. With many
 * queries most of that is in vain, so a map tells the distance inside every slice beforehand. It is made for 16 columns
 * at a time, with the method of edt.c, and only where the queries of these columns pay for it: it then lies in the
 * cache, in memory that is used again for the next columns. (With a map of the whole box, a head with 2 % of noise took 197 ms of CPU
 * time and 55 MB instead of 138 and 25.)
 *
 * A map is of floats and only bounds; every distance ends in the same sum of the same squares.
 */
#include "nearest_far.h"

#include <math.h>
#include <stdlib.h>

#include "../base/memory.h"
#include "../base/parallel.h"
#include "bits.h"
#include "../simd/simd.h"
#include "nearest_walk.h"

enum {
    PROBES = 32,     /* queries that are walked to learn what walking costs */
    AT_A_TIME = 4,   /* slices whose minimum is taken side by side */
    NO_BIT = 1 << 30 /* farther than any voxel of a row */
};

/* What a row of a walk costs, in voxels of a map; measured, and only time depends on it. */
static const double VOXELS_PER_ROW = 4;

/* A float distance map is within this of the exact squares: sums, products and squares were rounded. */
static const double MAP_ROUNDING = 1e-6;

/* In the map of a slice without voxels: no distance has such a square, and sums with it are finite. */
static const float NOTHING = 1e30f;

/* A voxel whose distance is wanted, and the place of the distance in `out`. */
struct query {
    int x, y, z;
    size_t place;
};

struct search {
    const seg_nearest_rows *target;
    struct query *query; /* block after block of SEG_ENVELOPE_COLUMNS columns, y after y */
    size_t *first;       /* [blocks + 1] the first query of each block */
    size_t blocks;
    double rows_per_walk;
    double *out;
    float *square[3]; /* of y and z: [2 n - 1] (i step)^2 for i = -(n-1) .. n-1 */
    void **work;      /* [workers] a map and what is needed to make it, or NULL while there was none */
};

static double square(double x)
{
    return x * x;
}

static inline double less(double a, double b)
{
    return a < b ? a : b;
}

/* ---- the map of 16 columns ---- */

/* Voxels from x to the nearest bit before it; `row` is a row's first word. */
static int gap_before(const uint64_t *row, int x)
{
    ptrdiff_t i = x / 64;
    uint64_t word = row[i] & seg_bits_low((size_t)x % 64);

    while (!word && i > 0)
        word = row[--i];
    return word ? x - (int)(64 * i) - (63 - __builtin_clzll(word)) : NO_BIT;
}

/* Voxels from x to the nearest bit at or after it. */
static int gap_after(const uint64_t *row, size_t words, int x)
{
    ptrdiff_t i = x / 64;
    uint64_t word = row[i] & ~seg_bits_low((size_t)x % 64);

    while (!word && i < (ptrdiff_t)words)
        word = row[++i];
    return word ? (int)(64 * i) + __builtin_ctzll(word) - x : NO_BIT;
}

/* f = squared distance inside a row to its nearest bit, at the columns from x on; false: the row has none. */
static bool row_squares(const seg_nearest_rows *t, const uint64_t *row, int x, float *f)
{
    int before = gap_before(row, x) - 1, after = gap_after(row, t->words, x + SEG_ENVELOPE_COLUMNS),
        left[SEG_ENVELOPE_COLUMNS];
    uint64_t own = row[x / 64] >> (x % 64) & seg_bits_low(SEG_ENVELOPE_COLUMNS);
    float step = (float)t->step[0];

    if (before + 1 == NO_BIT && after == NO_BIT && !own)
        return false;
    for (int lane = 0; lane < SEG_ENVELOPE_COLUMNS; lane++)
        before = left[lane] = own >> lane & 1 ? 0 : before + 1;
    for (int lane = SEG_ENVELOPE_COLUMNS - 1; lane >= 0; lane--) {
        after = own >> lane & 1 ? 0 : after + 1;
        f[lane] = (float)(left[lane] < after ? left[lane] : after) * step;
        f[lane] *= f[lane];
    }
    return true;
}

/* The parts of a worker's memory. */
struct room {
    float *map;                  /* [n[1]][n[2]][SEG_ENVELOPE_COLUMNS]: the slices of one place lie together */
    float *f;                    /* [n[1]][SEG_ENVELOPE_COLUMNS] */
    float *by_slice;             /* [n[2]] squared distances of a query to the target's slices */
    uint32_t *at, *first, *last; /* [n[1]] */
};

static struct room room_of(void *work, const size_t n[3])
{
    struct room r = {.map = work};

    r.f = r.map + n[1] * n[2] * SEG_ENVELOPE_COLUMNS;
    r.by_slice = r.f + n[1] * SEG_ENVELOPE_COLUMNS;
    r.at = (uint32_t *)(r.by_slice + n[2]);
    r.first = r.at + n[1];
    r.last = r.first + n[1];
    return r;
}

/* Whether there is memory for a map, from here or from an earlier call. */
static bool has_room(void **work, const size_t n[3])
{
    size_t floats = n[1] * (n[2] + 1) * SEG_ENVELOPE_COLUMNS + n[2], integers = 3 * n[1];

    return *work || !seg_alloc_big(work, floats + integers, sizeof(float), "surface distances", NULL);
}

static void map_slice(const struct search *s, const struct room *r, int x, size_t z)
{
    const seg_nearest_rows *t = s->target;
    seg_envelope c = {
        .f = r->f,
        .at = r->at,
        .square = s->square[1] + t->n[1] - 1,
        .n = t->n[1],
        .first = r->first,
        .last = r->last,
        .out = r->map + z * SEG_ENVELOPE_COLUMNS,
        .stride = t->n[2] * SEG_ENVELOPE_COLUMNS,
        .width = SEG_ENVELOPE_COLUMNS,
    };

    for (int y = t->slice[z].begin; y < t->slice[z].end; y++)
        if (row_squares(t, seg_surface_row(t, (size_t)y, z) + 1, x, r->f + c.candidates * SEG_ENVELOPE_COLUMNS))
            r->at[c.candidates++] = (uint32_t)y;
    if (c.candidates)
        seg_simd()->envelope_solve(&c);
    for (size_t y = 0; y < t->n[1] && !c.candidates; y++)
        for (size_t lane = 0; lane < SEG_ENVELOPE_COLUMNS; lane++)
            c.out[y * c.stride + lane] = NOTHING;
}

/* to[z] = from[z SEG_ENVELOPE_COLUMNS] + square[z] for z in [begin, end); returns the smallest. */
static float add_across(const float *from, const float *square, int begin, int end, float *to)
{
    float least[AT_A_TIME], all = NOTHING;
    int z = begin;

    for (int i = 0; i < AT_A_TIME; i++)
        least[i] = NOTHING;
    for (; z + AT_A_TIME <= end; z += AT_A_TIME)
        for (int i = 0; i < AT_A_TIME; i++) {
            float sum = from[(z + i) * SEG_ENVELOPE_COLUMNS] + square[z + i];

            to[z + i] = sum;
            least[i] = sum < least[i] ? sum : least[i];
        }
    for (; z < end; z++) {
        to[z] = from[z * SEG_ENVELOPE_COLUMNS] + square[z];
        all = to[z] < all ? to[z] : all;
    }
    for (int i = 0; i < AT_A_TIME; i++)
        all = least[i] < all ? least[i] : all;
    return all;
}

/* As walk_from(), but only through the slices that the map says may be nearest. */
static double walk_by_map(const struct search *s, const struct room *r, const struct query *q, double best)
{
    const seg_nearest_rows *t = s->target;
    const float *map = r->map + (size_t)q->y * t->n[2] * SEG_ENVELOPE_COLUMNS + q->x % SEG_ENVELOPE_COLUMNS;
    double reach = floor(sqrt(best) / t->step[2]) + 1; /* one more: the quotient is rounded */
    int n = (int)t->n[2], begin = q->z > reach ? q->z - (int)reach : 0;
    int end = n - 1 - q->z > reach ? q->z + (int)reach + 1 : n;
    double least = (double)add_across(map, s->square[2] + n - 1 - q->z, begin, end, r->by_slice);
    seg_nearest_walk w = {t, q->x, q->y, q->z, less(best, least * (1 + MAP_ROUNDING)), 0};

    for (int z = begin; z < end; z++)
        if ((double)r->by_slice[z] * (1 - MAP_ROUNDING) < w.best)
            seg_walk_slice(&w, z);
    return w.best;
}

/* ---- all queries ---- */

/* A walk without a map. */
static seg_nearest_walk walk_from(const struct search *s, const struct query *q, double best)
{
    seg_nearest_walk w = {s->target, q->x, q->y, q->z, best, 0};

    seg_walk_all(&w);
    return w;
}

/* A map pays when the walks together would look at more rows than it costs. */
static bool map_pays(const struct search *s, size_t queries)
{
    const size_t *n = s->target->n;

    return n[2] > 1 &&
           s->rows_per_walk * (double)queries * VOXELS_PER_ROW > (double)(SEG_ENVELOPE_COLUMNS * n[1] * n[2]);
}

static double between(const struct search *s, const struct query *a, const struct query *b)
{
    const double *step = s->target->step;

    return sqrt(square((a->z - b->z) * step[2]) + square((a->y - b->y) * step[1]) + square((a->x - b->x) * step[0]));
}

/* They follow each other closely, so the distance of one bounds that of the next by the triangle: the bound is a little
 * too large, and never found itself. */
static void walk_block(const struct search *s, size_t block, const struct room *map)
{
    for (size_t i = s->first[block]; i < s->first[block + 1]; i++) {
        const struct query *q = &s->query[i];
        double best = -s->out[q->place];

        if (i > s->first[block])
            best = less(best, square(s->out[q[-1].place] + between(s, q - 1, q)) * (1 + 1e-9));
        s->out[q->place] = sqrt(map ? walk_by_map(s, map, q, best) : walk_from(s, q, best).best);
    }
}

static void do_block(void *context, size_t block, int worker)
{
    const struct search *s = context;
    const size_t *n = s->target->n, queries = s->first[block + 1] - s->first[block];
    struct room r;

    if (!queries || !map_pays(s, queries) || !has_room(&s->work[worker], n)) {
        walk_block(s, block, NULL); /* a map only saves time */
        return;
    }
    r = room_of(s->work[worker], n);
    for (size_t z = 0; z < n[2]; z++)
        map_slice(s, &r, (int)(block * SEG_ENVELOPE_COLUMNS), z);
    walk_block(s, block, &r);
}

/* ---- the list of queries ---- */

/* Where the queries come from; see nearest_far.h. */
struct listing {
    const seg_mask *query;
    const size_t *first;
    const uint32_t *unsettled;
};

/* Puts the queries of a row where those of their blocks go; without a list, only counts them. */
static void list_row(struct search *s, const struct listing *l, size_t y, size_t z, size_t *next)
{
    size_t row = y + l->query->n[1] * z, place = l->first[row];

    for (size_t i = 0; i < l->query->words; i++)
        for (uint64_t word = l->query->bit[row * l->query->words + i]; word; word &= word - 1, place++) {
            int x = (int)(64 * i) + __builtin_ctzll(word);

            if (s->out[place] >= 0)
                continue;
            if (s->query)
                s->query[next[x / SEG_ENVELOPE_COLUMNS]] = (struct query){x, (int)y, (int)z, place};
            next[x / SEG_ENVELOPE_COLUMNS]++;
        }
}

static void list_rows(struct search *s, const struct listing *l, size_t *next)
{
    for (size_t y = 0; y < l->query->n[1]; y++)
        for (size_t z = 0; z < l->query->n[2]; z++)
            if (l->unsettled[y + l->query->n[1] * z])
                list_row(s, l, y, z, next);
}

/* Fills query[] and first[]. */
static seg_status list(struct search *s, const struct listing *l, seg_error *err)
{
    size_t *next;
    seg_status st = seg_alloc(&next, s->blocks, sizeof *next, "surface distances", err);

    if (st)
        return st;
    list_rows(s, l, next);
    for (size_t block = 0; block < s->blocks; block++) {
        s->first[block + 1] = s->first[block] + next[block];
        next[block] = s->first[block];
    }
    st = seg_alloc(&s->query, s->first[s->blocks], sizeof *s->query, "surface distances", err);
    if (!st)
        list_rows(s, l, next);
    free(next);
    return st;
}

/* ---- the whole ---- */

/* The rows that a walk looks at without a map: a few walks tell. */
static double probe(const struct search *s, size_t n)
{
    size_t rows = 0, walks = 0;

    for (size_t i = 0; i < n; i += n / PROBES + 1, walks++)
        rows += walk_from(s, &s->query[i], -s->out[s->query[i].place]).rows;
    return (double)rows / (double)walks;
}

static seg_status list_squares(struct search *s, int axis, seg_error *err)
{
    size_t n = s->target->n[axis];
    seg_status st = seg_alloc(&s->square[axis], 2 * n - 1, sizeof *s->square[axis], "surface distances", err);

    for (size_t i = 0; !st && i < n; i++)
        s->square[axis][n - 1 - i] = s->square[axis][n - 1 + i] = (float)square((double)i * s->target->step[axis]);
    return st;
}

static seg_status begin(struct search *s, seg_error *err)
{
    seg_status st;

    s->blocks = (s->target->n[0] + SEG_ENVELOPE_COLUMNS - 1) / SEG_ENVELOPE_COLUMNS;
    st = seg_alloc(&s->first, s->blocks + 1, sizeof *s->first, "surface distances", err);
    for (int axis = 1; !st && axis < 3; axis++)
        st = list_squares(s, axis, err);
    return st ? st : seg_alloc(&s->work, (size_t)seg_thread_count(), sizeof *s->work, "surface distances", err);
}

static void end(struct search *s)
{
    for (int w = 0; s->work && w < seg_thread_count(); w++)
        free(s->work[w]);
    free(s->work);
    free(s->square[1]);
    free(s->square[2]);
    free(s->first);
    free(s->query);
}

seg_status seg_nearest_far(const seg_nearest_rows *target, const seg_mask *query, const size_t *first,
                           const uint32_t *unsettled, double *out, seg_error *err)
{
    const struct listing listing = {query, first, unsettled};
    struct search s = {.target = target, .out = out};
    seg_status st = begin(&s, err);

    if (!st)
        st = list(&s, &listing, err);
    if (!st) {
        s.rows_per_walk = probe(&s, s.first[s.blocks]);
        seg_parallel_for(s.blocks, do_block, &s);
    }
    end(&s);
    return st;
}
