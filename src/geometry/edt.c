/* edt.c - exact Euclidean distance transforms, one axis after the other.
 *
 * Along x the nearest set bit of a row is found from its gaps. Along y and then z the squared distances of 16
 * neighbouring columns at a time become the lower envelope of their parabolas (simd/envelope.h). Rows and slices without a
 * voxel of the set are never filled in: they are no candidates for the next axis.
 */
#include "edt.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/parallel.h"
#include "bits.h"
#include "box.h"
#include "../simd/simd.h"

enum {
    ROWS_PER_TASK = 64,
    BLOCKS_PER_TASK = 8 /* of SEG_ENVELOPE_COLUMNS columns */
};

/* A transform under way. */
struct transform {
    const seg_mask *set;
    float *out;         /* [voxels] squared distances so far; the final values after the last axis */
    bool root;          /* the last axis writes distances instead of their squares */
    int last_axis;      /* the last one longer than 1 */
    float *squares[3];  /* [2 n[a] - 1] (i step[a])^2 for i = -(n[a]-1) .. n[a]-1 */
    uint8_t *row_has;   /* [n[2]][n[1]] the row has a voxel of the set */
    uint8_t *slice_has; /* [n[2]] */
    size_t longest;     /* of n[1], n[2] */
    void **work;        /* [workers] space for the blocks of a task; see struct room */

    /* of the axis under way (1 or 2) */
    int axis;
    size_t inner, tasks_per_outer;
};

/* ---- squares ---- */

/* squares[n-1 + i] = (i step)^2 for i in (-n, n). */
static seg_status list_squares(float **squares, size_t n, double step, seg_error *err)
{
    seg_status st = seg_alloc(squares, 2 * n - 1, sizeof **squares, "distances along a line", err);

    for (size_t i = 0; !st && i < n; i++) {
        float square = (float)((double)i * step * ((double)i * step));

        (*squares)[n - 1 + i] = square;
        (*squares)[n - 1 - i] = square;
    }
    return st;
}

/* ---- along x ---- */

/* Voxels [begin, end) lie between set voxels at begin - 1 (if `left`) and end (if `right`). */
static void fill_gap(const struct transform *t, float *row, size_t begin, size_t end, bool left, bool right)
{
    size_t n = t->set->n[0], gap = end - begin, rising = right ? left ? (gap + 1) / 2 : 0 : gap;
    const float *up = t->squares[0] + n, *down = t->squares[0] + (n - 1) - (gap - rising);

    memcpy(row + begin, up, rising * sizeof *row);
    memcpy(row + begin + rising, down, (gap - rising) * sizeof *row);
}

/* Returns whether the row has any voxel of the set; it is left as it was when not. */
static bool row_distances(const struct transform *t, const uint64_t *bits, float *row)
{
    size_t n = t->set->n[0], at = seg_bits_next(bits, n, 0, true);

    if (at == n)
        return false;
    fill_gap(t, row, 0, at, false, true);
    while (at < n) {
        size_t end = seg_bits_next(bits, n, at, false), next = seg_bits_next(bits, n, end, true);

        memset(row + at, 0, (end - at) * sizeof *row);
        fill_gap(t, row, end, next, true, next < n);
        at = next;
    }
    return true;
}

static void root_row(float *row, size_t n)
{
    for (size_t i = 0; i < n; i++)
        row[i] = sqrtf(row[i]);
}

static void do_rows(void *context, size_t task, int worker)
{
    struct transform *t = context;
    size_t rows = t->set->n[1] * t->set->n[2], begin = task * ROWS_PER_TASK, n = t->set->n[0];

    (void)worker;
    for (size_t row = begin; row < rows && row < begin + ROWS_PER_TASK; row++) {
        t->row_has[row] = row_distances(t, t->set->bit + row * t->set->words, t->out + row * n);
        if (t->row_has[row] && t->root && t->last_axis == 0)
            root_row(t->out + row * n, n);
    }
}

/* ---- along y, z ---- */

/* The work space of one thread. */
struct room {
    float *f;                    /* [BLOCKS_PER_TASK][longest][SEG_ENVELOPE_COLUMNS] the columns' candidates */
    uint32_t *at, *first, *last; /* [longest] their rows, and what seg_envelope_solve() needs */
};

static seg_status work_alloc(struct transform *t, seg_error *err)
{
    int workers = seg_thread_count();
    seg_status st = seg_alloc(&t->work, (size_t)workers, sizeof *t->work, "distances", err);

    for (int w = 0; !st && w < workers; w++)
        st = seg_alloc_big(&t->work[w], t->longest,
                           BLOCKS_PER_TASK * SEG_ENVELOPE_COLUMNS * sizeof(float) + 3 * sizeof(uint32_t), "distances",
                           err);
    return st;
}

static struct room room_of(const struct transform *t, int worker)
{
    struct room r = {.f = t->work[worker]};

    r.at = (uint32_t *)(r.f + BLOCKS_PER_TASK * SEG_ENVELOPE_COLUMNS * t->longest);
    r.first = r.at + t->longest;
    r.last = r.first + t->longest;
    return r;
}

/* 16 columns of a row; lanes beyond the width repeat the first, which keeps arg-mins close. */
static void gather_row(const float *from, size_t width, float *f)
{
    if (width >= SEG_ENVELOPE_COLUMNS) {
        memcpy(f, from, SEG_ENVELOPE_COLUMNS * sizeof *f);
        return;
    }
    for (size_t lane = 0; lane < SEG_ENVELOPE_COLUMNS; lane++)
        f[lane] = from[lane < width ? lane : 0];
}

/* Copies the candidates of `width` columns together, block after block; returns how many each has. All blocks of a
 * task at once, as what lies side by side in memory: signed distances take a tenth less time than block by block. */
static size_t gather(const struct transform *t, const float *from, const uint8_t *has, size_t width, struct room *r)
{
    size_t count = 0;

    for (size_t i = 0; i < t->set->n[t->axis]; i++) {
        if (!has[i])
            continue;
        for (size_t x = 0; x < width; x += SEG_ENVELOPE_COLUMNS)
            gather_row(from + i * t->inner + x, width - x, r->f + x * t->longest + count * SEG_ENVELOPE_COLUMNS);
        r->at[count++] = (uint32_t)i;
    }
    return count;
}

static void do_columns(void *context, size_t task, int worker)
{
    const struct transform *t = context;
    size_t outer = task / t->tasks_per_outer, n = t->set->n[t->axis];
    size_t begin = task % t->tasks_per_outer * BLOCKS_PER_TASK * SEG_ENVELOPE_COLUMNS,
           end = begin + BLOCKS_PER_TASK * SEG_ENVELOPE_COLUMNS;
    size_t width = (end < t->inner ? end : t->inner) - begin;
    const uint8_t *has = t->axis == 1 ? t->row_has + outer * n : t->slice_has;
    float *columns = t->out + outer * n * t->inner + begin;
    struct room r = room_of(t, worker);
    size_t candidates = gather(t, columns, has, width, &r);

    for (size_t x = 0; x < width && candidates; x += SEG_ENVELOPE_COLUMNS) {
        seg_envelope c = {
            .candidates = candidates,
            .f = r.f + x * t->longest,
            .at = r.at,
            .square = t->squares[t->axis] + n - 1,
            .n = n,
            .root = t->root && t->axis == t->last_axis,
            .first = r.first,
            .last = r.last,
            .out = columns + x,
            .stride = t->inner,
            .width = width - x < SEG_ENVELOPE_COLUMNS ? width - x : SEG_ENVELOPE_COLUMNS,
        };

        seg_simd()->envelope_solve(&c);
    }
}

static void along(struct transform *t, int axis)
{
    const size_t *n = t->set->n;
    size_t outer = axis == 1 ? n[2] : 1;

    if (n[axis] == 1)
        return;
    t->axis = axis;
    t->inner = axis == 1 ? n[0] : n[0] * n[1];
    t->tasks_per_outer =
        (t->inner + BLOCKS_PER_TASK * SEG_ENVELOPE_COLUMNS - 1) / (BLOCKS_PER_TASK * SEG_ENVELOPE_COLUMNS);
    seg_parallel_for(outer * t->tasks_per_outer, do_columns, t);
}

static void find_slices(struct transform *t)
{
    size_t n = t->set->n[1];

    for (size_t z = 0; z < t->set->n[2]; z++)
        t->slice_has[z] = memchr(t->row_has + z * n, 1, n) != NULL;
}

/* ---- the whole ---- */

static seg_status begin(struct transform *t, const seg_mask *set, const double step[3], seg_error *err)
{
    const size_t *n = set->n;
    seg_status st = SEG_OK;

    t->set = set;
    t->longest = n[1] > n[2] ? n[1] : n[2];
    t->last_axis = n[2] > 1 ? 2 : n[1] > 1 ? 1 : 0;
    for (int a = 0; !st && a < 3; a++)
        st = list_squares(&t->squares[a], n[a], step[a], err);
    if (!st)
        st = seg_alloc(&t->row_has, n[1], n[2], "distances", err);
    if (!st)
        st = seg_alloc(&t->slice_has, n[2], 1, "distances", err);
    return st ? st : work_alloc(t, err);
}

static void end(struct transform *t)
{
    for (int w = 0; t->work && w < seg_thread_count(); w++)
        free(t->work[w]);
    free(t->work);
    free(t->slice_has);
    free(t->row_has);
    for (int a = 0; a < 3; a++)
        free(t->squares[a]);
}

static void along_rows(struct transform *t)
{
    seg_parallel_for((t->set->n[1] * t->set->n[2] + ROWS_PER_TASK - 1) / ROWS_PER_TASK, do_rows, t);
}

/* The distances (or their squares) to a set that has at least one voxel. */
static seg_status distances(const seg_mask *set, const double step[3], bool root, float *out, seg_error *err)
{
    struct transform t = {.out = out, .root = root};
    seg_status st = begin(&t, set, step, err);

    if (!st) {
        along_rows(&t);
        along(&t, 1);
        find_slices(&t);
        along(&t, 2);
    }
    end(&t);
    return st;
}

/* ---- public ---- */

seg_set_extent seg_mask_extent(const seg_mask *set)
{
    size_t voxels = set->n[0] * set->n[1] * set->n[2], rows = set->n[1] * set->n[2];
    bool some = false, all = true;

    for (size_t row = 0; row < rows && (!some || all); row++) {
        const uint64_t *bits = set->bit + row * set->words;

        some = some || seg_bits_next(bits, set->n[0], 0, true) < set->n[0];
        all = all && seg_bits_next(bits, set->n[0], 0, false) == set->n[0];
    }
    return !some || !voxels ? SEG_SET_EMPTY : all ? SEG_SET_FULL : SEG_SET_PARTLY;
}

static void fill(float *out, size_t n, float value)
{
    for (size_t i = 0; i < n; i++)
        out[i] = value;
}

seg_status seg_edt_squared(const seg_mask *set, const double step[3], float *out, seg_error *err)
{
    if (seg_mask_extent(set) == SEG_SET_EMPTY) {
        fill(out, set->n[0] * set->n[1] * set->n[2], INFINITY);
        return SEG_OK;
    }
    return distances(set, step, false, out, err);
}

/* out = -depth on the set's voxels; depth and `outside` cover the box. */
static void write_depth(const seg_mask *outside, const float *depth, const seg_box *box, const size_t n[3], float *out)
{
    for (size_t row = 0; row < outside->n[1] * outside->n[2]; row++) {
        const uint64_t *bits = outside->bit + row * outside->words;
        size_t width = outside->n[0], y = box->begin[1] + row % outside->n[1], z = box->begin[2] + row / outside->n[1];
        float *to = out + box->begin[0] + n[0] * (y + n[1] * z);

        for (size_t x = seg_bits_next(bits, width, 0, false); x < width;) {
            size_t stop = seg_bits_next(bits, width, x, true);

            for (; x < stop; x++)
                to[x] = -depth[row * width + x];
            x = seg_bits_next(bits, width, x, false);
        }
    }
}

/* The nearest voxel outside is a neighbour of the set's box at the farthest, so only the box is looked at. */
static seg_status inside(const seg_mask *set, const double step[3], float *out, seg_error *err)
{
    seg_box tight = seg_mask_box(set), box = seg_box_grow(&tight, 1, set->n);
    seg_mask outside = {0};
    float *depth = NULL;
    seg_status st = seg_mask_cut(&outside, set, &box, err);

    if (!st)
        st = seg_alloc_big(&depth, outside.n[0] * outside.n[1] * outside.n[2], sizeof *depth, "distances", err);
    if (!st) {
        seg_mask_invert(&outside);
        st = distances(&outside, step, true, depth, err);
    }
    if (!st)
        write_depth(&outside, depth, &box, set->n, out);
    free(depth);
    seg_mask_free(&outside);
    return st;
}

seg_status seg_edt_signed(const seg_mask *set, const double step[3], float *out, seg_error *err)
{
    seg_status st;

    if (seg_mask_extent(set) != SEG_SET_PARTLY) {
        fill(out, set->n[0] * set->n[1] * set->n[2], 0);
        return SEG_OK;
    }
    st = distances(set, step, true, out, err);
    return st ? st : inside(set, step, out, err);
}
