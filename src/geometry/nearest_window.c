/* nearest_window.c - the nearest target voxel of each query in an image of one slice, by columns instead of rows.
 *
 *     gap[y][x]  = rows from (x, y) to the nearest target voxel of column x, at most SEG_WINDOW_ROWS
 *     squared(q) = min over dx of  (gap[y][x + dx] step[1])^2 + (dx step[0])^2
 *
 * Two passes over the rows, down and up, count the gaps, a byte each. A query then looks at the columns around it, a
 * few on either side at a time, until those are farther away than what it has found. So a distance of d costs d / 4
 * looks without a search in any of them, where visiting the rows around the query takes 2 d searches. For street
 * scenes of 1024 x 512 pixels and 19 classes the distances take 1.6 ms instead of 4.1 (one thread of a Zen 4).
 *
 * The squares are the doubles of surface_distance.c, added in the same order, and only compared: the same bits.
 */
#include "nearest_window.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/parallel.h"
#include "../simd/simd.h"

enum {
    LOOK = 4,    /* columns on either side of a query that are looked at together */
    MARGIN = 16, /* bytes before and after a row: a look may reach beyond the image; keeps rows aligned */
    WORDS_PER_TASK = 16,
    ROWS_PER_TASK = 64
};

/* Of the gaps. */
static const size_t MOST_BYTES = (size_t)1 << 25;

/* Counting the gaps must not cost more than what the queries gain; measured, and only time depends on it. */
static const size_t VOXELS_PER_QUERY = 500;

struct window {
    const seg_mask *query, *target;
    double across[SEG_WINDOW_ROWS + 1]; /* (dy step[1])^2 */
    double *along;                      /* [n[0] + LOOK] (dx step[0])^2 */
    double seen;                        /* a squared distance below this is not beaten by a gap that was cut short */
    uint8_t *gap;                       /* [n[1] + 1][stride] row 0 of the image is row 1, column 0 is byte MARGIN */
    size_t stride;
    const size_t *first;
    double *out;
    uint32_t *unsettled;
};

/* Bytes of a row: whole words of columns and the margins. */
static size_t stride_of(const seg_mask *query)
{
    return 2 * MARGIN + 64 * query->words;
}

bool seg_window_suits(const seg_mask *query, size_t queries)
{
    const size_t *n = query->n;

    return n[2] == 1 && stride_of(query) * n[1] <= MOST_BYTES && n[0] * n[1] <= queries * VOXELS_PER_QUERY;
}

/* ---- gaps ---- */

/* The gaps of words [begin, end) of a row where the target is. */
static inline void clear_targets(uint8_t *gap, const uint64_t *bit, size_t begin, size_t end)
{
    for (size_t i = begin; i < end; i++)
        for (uint64_t word = bit[i]; word; word &= word - 1)
            gap[64 * i + (size_t)__builtin_ctzll(word)] = 0;
}

/* Both passes over the columns of words [begin, end). */
static void count_gaps(const struct window *w, size_t begin, size_t end)
{
    size_t rows = w->target->n[1], stride = w->stride, at = 64 * begin, n = 64 * (end - begin);
    uint8_t *gap = w->gap + MARGIN;

    for (size_t y = 0; y < rows; y++) {
        gap += stride;
        seg_simd()->gaps_lengthen(gap + at, gap + at - stride, n);
        clear_targets(gap, seg_mask_row(w->target, y, 0), begin, end);
    }
    for (size_t y = 1; y < rows; y++) {
        gap -= stride;
        seg_simd()->gaps_shorten(gap + at, gap + at + stride, n);
    }
}

static void do_columns(void *context, size_t task, int worker)
{
    const struct window *w = context;
    size_t begin = task * WORDS_PER_TASK, end = begin + WORDS_PER_TASK;

    (void)worker;
    count_gaps(w, begin, end < w->target->words ? end : w->target->words);
}

/* No target in the row above the first, nor beside the image. */
static void clear_margins(const struct window *w)
{
    memset(w->gap, SEG_WINDOW_ROWS, w->stride);
    for (size_t y = 1; y <= w->target->n[1]; y++) {
        memset(w->gap + y * w->stride, SEG_WINDOW_ROWS, MARGIN);
        memset(w->gap + (y + 1) * w->stride - MARGIN, SEG_WINDOW_ROWS, MARGIN);
    }
}

/* ---- looks ---- */

static inline double less(double a, double b)
{
    return a < b ? a : b;
}

/* The squared distance to the columns dx to the left and to the right: of two gaps the shorter is nearer. */
static inline double beside(const struct window *w, const uint8_t *left, const uint8_t *right, ptrdiff_t dx)
{
    return w->across[*left < *right ? *left : *right] + w->along[dx];
}

/* The least to columns dx to dx + 3 of both sides. */
static inline double look(const struct window *w, const uint8_t *left, const uint8_t *right, ptrdiff_t dx)
{
    return less(less(beside(w, left, right, dx), beside(w, left - 1, right + 1, dx + 1)),
                less(beside(w, left - 2, right + 2, dx + 2), beside(w, left - 3, right + 3, dx + 3)));
}

/* The squared distance from column x of a row; w->seen or more where it is not known. */
static double nearest(const struct window *w, const uint8_t *row, ptrdiff_t x)
{
    static const uint8_t NONE[LOOK] = {SEG_WINDOW_ROWS, SEG_WINDOW_ROWS, SEG_WINDOW_ROWS, SEG_WINDOW_ROWS};
    ptrdiff_t after = (ptrdiff_t)w->query->n[0] - 1 - x, most = x > after ? x : after;
    double best = less(w->seen, look(w, row + x, row + x, 0));

    for (ptrdiff_t dx = LOOK; dx <= most && w->along[dx] < best; dx += LOOK) {
        const uint8_t *left = dx <= x ? row + x - dx : NONE + LOOK - 1, *right = dx <= after ? row + x + dx : NONE;

        best = less(best, look(w, left, right, dx));
    }
    return best;
}

static void find_row(const struct window *w, size_t y)
{
    const uint64_t *bit = seg_mask_row(w->query, y, 0);
    const uint8_t *row = w->gap + (y + 1) * w->stride + MARGIN;
    double *out = w->out + w->first[y];
    uint32_t unsettled = 0;

    for (size_t i = 0; i < w->query->words; i++)
        for (uint64_t word = bit[i]; word; word &= word - 1) {
            size_t x = 64 * i + (size_t)__builtin_ctzll(word);
            double squared = row[x] ? nearest(w, row, (ptrdiff_t)x) : 0;

            *out++ = squared < w->seen ? sqrt(squared) : -INFINITY;
            unsettled += squared >= w->seen;
        }
    w->unsettled[y] = unsettled;
}

static void do_rows(void *context, size_t task, int worker)
{
    const struct window *w = context;

    (void)worker;
    for (size_t y = task * ROWS_PER_TASK; y < w->query->n[1] && y < (task + 1) * ROWS_PER_TASK; y++)
        find_row(w, y);
}

/* ---- both ---- */

static double square(double x)
{
    return x * x;
}

static seg_status make_squares(struct window *w, const double step[3], seg_error *err)
{
    size_t n = w->query->n[0] + LOOK;
    seg_status st = seg_alloc(&w->along, n, sizeof *w->along, "surface distances", err);

    for (size_t dx = 0; !st && dx < n; dx++)
        w->along[dx] = square((double)dx * step[0]);
    for (int dy = 0; dy <= SEG_WINDOW_ROWS; dy++)
        w->across[dy] = square(dy * step[1]);
    w->seen = w->across[SEG_WINDOW_ROWS];
    return st;
}

seg_status seg_window_distances(const seg_mask *query, const seg_mask *target, const double step[3],
                                const size_t *first, double *out, uint32_t *unsettled, seg_error *err)
{
    struct window w = {.query = query,
                       .target = target,
                       .stride = stride_of(query),
                       .first = first,
                       .out = out,
                       .unsettled = unsettled};
    seg_status st = make_squares(&w, step, err);

    if (!st)
        st = seg_alloc_big(&w.gap, query->n[1] + 1, w.stride, "surface distances", err);
    if (!st) {
        clear_margins(&w);
        seg_parallel_for((query->words + WORDS_PER_TASK - 1) / WORDS_PER_TASK, do_columns, &w);
        seg_parallel_for((query->n[1] + ROWS_PER_TASK - 1) / ROWS_PER_TASK, do_rows, &w);
    }
    free(w.along);
    free(w.gap);
    return st;
}
