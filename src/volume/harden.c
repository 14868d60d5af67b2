/* harden.c - probabilities become the runs of their winning classes, and are checked on the way, in one pass. */
#include "harden.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../base/blocks.h"
#include "../base/memory.h"
#include "../base/octet.h"

static const float SLACK = 1e-3f; /* what float32 softmax and quantised maps leave between their sum and 1 */

/* The work is cut into stretches of whole rows, so that each makes its own runs. */
struct stretch {
    seg_labelmap part; /* its rows as a map of their own */
    seg_prob_check check;
    seg_status status;
};

struct harden {
    const seg_probmap *map;
    struct stretch *stretch;
    size_t rows, rows_each;
    double threshold;
    bool skip_nan;
};

/* The state of one block of voxels while the classes go by. */
struct race {
    float best[SEG_BLOCK], sum[SEG_BLOCK];
    int32_t winner[SEG_BLOCK], bad[SEG_BLOCK]; /* bad: 0, or -1 where a value was not finite */
};

/* ---- one plane against the best of those before ----
 *
 * Eight voxels at a time; the plain loop does the rest of a block and is what the octets are tested against. Both do
 * the same to every voxel, so they give the same bits. Of a map of 9 classes this is 0.5 ns per value instead of 3.5.
 */

/* What one plane of a block looked like. */
struct seen {
    float low, high;
    uint32_t outside, strange;
};

/* Comparisons are false for NaN, so it never wins and never adds. takes_part: 0 for a plane that only adds. */
static void enter_plain(struct race *r, const float *p, size_t begin, size_t n, int32_t class, bool takes_part,
                        struct seen *seen)
{
    for (size_t i = begin; i < n; i++) {
        float y = p[i];
        bool finite = fabsf(y) <= FLT_MAX, wins = takes_part && finite && y > r->best[i];

        r->bad[i] |= finite ? 0 : -1;
        r->sum[i] += finite ? y : 0;
        r->best[i] = wins ? y : r->best[i];
        r->winner[i] = wins ? class : r->winner[i];
        seen->strange += !finite;
        seen->outside += y < -SLACK || (y > 1 + SLACK && y <= FLT_MAX);
        seen->low = y < seen->low && y >= -FLT_MAX ? y : seen->low;
        seen->high = y > seen->high && y <= FLT_MAX ? y : seen->high;
    }
}

/* x = mask ? y : x */
SEG_OCTET_INLINE void choose(void *x, const seg_int8 *mask, const void *y)
{
    seg_int8 a, b;

    memcpy(&a, x, sizeof a);
    memcpy(&b, y, sizeof b);
    a = (b & *mask) | (a & ~*mask);
    memcpy(x, &a, sizeof a);
}

SEG_OCTET_KERNEL static void enter(struct race *r, const float *p, size_t n, int32_t class, bool takes_part,
                                   struct seen *seen)
{
    const seg_int8 none = {0}, all = none - 1, part = takes_part ? all : none, own = none + class;
    seg_float8 low = __builtin_convertvector(none, seg_float8) + FLT_MAX, high = -low;
    seg_int8 outside = none, strange = none;
    size_t i = 0;

    for (; i + SEG_OCTET <= n; i += SEG_OCTET) {
        seg_float8 y, best, sum;
        seg_int8 bits, finite, wins, bad;

        memcpy(&y, p + i, sizeof y);
        memcpy(&bits, p + i, sizeof bits);
        memcpy(&best, r->best + i, sizeof best);
        memcpy(&sum, r->sum + i, sizeof sum);
        memcpy(&bad, r->bad + i, sizeof bad);
        finite = (seg_int8)((bits & 0x7fffffff) < 0x7f800000);
        wins = finite & part & (seg_int8)(y > best);
        bad |= ~finite;
        bits &= finite;
        sum += (seg_float8)bits;
        strange += ~finite;
        outside += (seg_int8)(y < -SLACK) | ((seg_int8)(y > 1 + SLACK) & (seg_int8)(y <= FLT_MAX));
        memcpy(r->bad + i, &bad, sizeof bad);
        memcpy(r->sum + i, &sum, sizeof sum);
        choose(r->best + i, &wins, &y);
        choose(r->winner + i, &wins, &own);
        wins = (seg_int8)(y < low) & (seg_int8)(y >= -FLT_MAX);
        choose(&low, &wins, &y);
        wins = (seg_int8)(y > high) & (seg_int8)(y <= FLT_MAX);
        choose(&high, &wins, &y);
    }
    for (int lane = 0; lane < SEG_OCTET; lane++) {
        seen->low = low[lane] < seen->low ? low[lane] : seen->low;
        seen->high = high[lane] > seen->high ? high[lane] : seen->high;
        seen->outside -= (uint32_t)outside[lane]; /* a mask is -1 */
        seen->strange -= (uint32_t)strange[lane];
    }
    enter_plain(r, p, i, n, class, takes_part, seen);
}

static void note_plane(seg_prob_check *check, const struct seen *seen)
{
    check->not_finite += seen->strange;
    check->outside += seen->outside;
    check->min = seen->low < check->min ? seen->low : check->min;
    check->max = seen->high > check->max ? seen->high : check->max;
}

/* ---- the finish ---- */

static void weigh(seg_prob_check *check, const struct race *r, size_t begin, size_t end)
{
    for (size_t i = begin; i < end; i++) {
        float off = fabsf(r->sum[i] - 1);

        if (off > SLACK && !r->bad[i]) {
            check->off_sum++;
            if (off > fabs(check->worst_sum - 1))
                check->worst_sum = r->sum[i];
        }
    }
}

/* Sums are mostly 1: octets in which all are need no closer look. */
SEG_OCTET_KERNEL static void weigh_all(seg_prob_check *check, const struct race *r, size_t n)
{
    size_t i = 0;

    for (; i + SEG_OCTET <= n; i += SEG_OCTET) {
        seg_float8 sum;
        seg_int8 fits;
        uint64_t all[4];

        memcpy(&sum, r->sum + i, sizeof sum);
        sum -= 1;
        fits = (seg_int8)(sum <= SLACK) & (seg_int8)(sum >= -SLACK);
        memcpy(all, &fits, sizeof all);
        if ((all[0] & all[1] & all[2] & all[3]) != UINT64_MAX)
            weigh(check, r, i, i + SEG_OCTET);
    }
    weigh(check, r, i, n);
}

/* Winners as codes; voxels with a value that is not finite get `bad_code` unless that is negative. */
SEG_OCTET_KERNEL static void write_codes(const struct race *r, size_t n, int32_t bad_code, uint16_t *code)
{
    int32_t skip = bad_code < 0 ? 0 : -1;

    for (size_t i = 0; i < n; i++) {
        int32_t bad = r->bad[i] & skip;

        code[i] = (uint16_t)((bad_code & bad) | (r->winner[i] & ~bad));
    }
}

static void block_codes(const struct harden *h, size_t begin, size_t n, seg_prob_check *check, uint16_t *code)
{
    int planes = h->map->planes, first = planes == 1 || !isnan(h->threshold) ? 1 : 0;
    float limit = (float)(isnan(h->threshold) ? 0.5 : h->threshold), scratch[SEG_BLOCK];
    struct race r;

    memset(r.sum, 0, n * sizeof *r.sum);
    memset(r.bad, 0, n * sizeof *r.bad);
    memset(r.winner, 0, n * sizeof *r.winner);
    for (size_t i = 0; i < n; i++)
        r.best[i] = first ? limit : -FLT_MAX;
    for (int plane = 0; plane < planes; plane++) {
        const float *p = seg_probmap_block(h->map, plane, begin, n, scratch);
        struct seen seen = {FLT_MAX, -FLT_MAX, 0, 0};

        /* Where a threshold decides, the background adds to the sum but takes no part in the race. */
        enter(&r, p, n, planes == 1 ? 1 : plane, plane > 0 || !first || planes == 1, &seen);
        note_plane(check, &seen);
    }
    if (planes > 1)
        weigh_all(check, &r, n);
    write_codes(&r, n, !h->skip_nan ? -1 : planes == 1 ? 2 : planes, code);
}

static void harden_stretch(void *context, size_t index, int worker)
{
    const struct harden *h = context;
    struct stretch *s = &h->stretch[index];
    size_t nx = h->map->grid.n[0], row = index * h->rows_each;
    size_t rows = h->rows - row < h->rows_each ? h->rows - row : h->rows_each;
    seg_grid grid = {.n = {nx, rows, 1}};
    uint16_t *code = NULL;
    seg_status st = seg_labelmap_begin(&s->part, &grid, NULL);

    (void)worker;
    s->check = (seg_prob_check){.min = DBL_MAX, .max = -DBL_MAX, .worst_sum = 1};
    if (!st)
        st = seg_alloc(&code, rows * nx, sizeof *code, "classes", NULL);
    for (size_t done = 0; !st && done < rows * nx; done += SEG_BLOCK) {
        size_t n = rows * nx - done < SEG_BLOCK ? rows * nx - done : SEG_BLOCK;

        block_codes(h, row * nx + done, n, &s->check, code + done);
    }
    for (size_t y = 0; !st && y < rows; y++)
        st = seg_labelmap_add_row_codes(&s->part, code + y * nx, NULL);
    if (!st)
        st = seg_labelmap_close(&s->part, NULL);
    s->status = st;
    free(code);
}

static void add_check(seg_prob_check *all, const seg_prob_check *part)
{
    all->not_finite += part->not_finite;
    all->outside += part->outside;
    all->off_sum += part->off_sum;
    all->min = part->min < all->min ? part->min : all->min;
    all->max = part->max > all->max ? part->max : all->max;
    if (fabs(part->worst_sum - 1) > fabs(all->worst_sum - 1))
        all->worst_sum = part->worst_sum;
}

/* Puts the stretches one behind the other. */
static seg_status join(seg_labelmap *hard, const struct harden *h, size_t stretches, seg_error *err)
{
    size_t runs = 0, row = 0;
    seg_status st;

    for (size_t i = 0; i < stretches; i++)
        runs += h->stretch[i].part.runs;
    st = seg_labelmap_begin(hard, &h->map->grid, err);
    if (!st)
        st = seg_grow(&hard->run, &hard->run_room, runs, sizeof *hard->run, "label runs", err);
    for (size_t i = 0; !st && i < stretches; i++) {
        const seg_labelmap *part = &h->stretch[i].part;

        for (size_t y = 0; y < part->grid.n[1]; y++)
            hard->first[row++] = hard->runs + part->first[y];
        memcpy(hard->run + hard->runs, part->run, part->runs * sizeof *part->run);
        hard->runs += part->runs;
    }
    hard->rows_done = row;
    return st ? st : seg_labelmap_close(hard, err);
}

seg_status seg_probmap_harden(seg_labelmap *hard, const seg_probmap *map, double threshold, bool skip_nan,
                              seg_prob_check *check, seg_error *err)
{
    size_t rows = seg_grid_rows(&map->grid), nx = map->grid.n[0];
    struct harden h = {map, NULL, rows, nx < SEG_BLOCK ? SEG_BLOCK / nx : 1, threshold, skip_nan};
    size_t stretches = (rows + h.rows_each - 1) / h.rows_each;
    seg_status st = seg_alloc(&h.stretch, stretches, sizeof *h.stretch, "classes", err);

    *check = (seg_prob_check){.min = DBL_MAX, .max = -DBL_MAX, .worst_sum = 1};
    if (st)
        return st;
    seg_each(stretches, harden_stretch, &h);
    for (size_t i = 0; i < stretches; i++) {
        add_check(check, &h.stretch[i].check);
        if (h.stretch[i].status && !st)
            st = seg_fail(err, h.stretch[i].status, "not enough memory to find the classes of a probability map");
    }
    if (!st)
        st = seg_probmap_check(map, err);
    if (!st)
        st = join(hard, &h, stretches, err);
    for (size_t i = 0; i < stretches; i++)
        seg_labelmap_free(&h.stretch[i].part);
    free(h.stretch);
    if (st)
        seg_labelmap_free(hard);
    return st;
}
