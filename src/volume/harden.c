/* harden.c - probabilities become the runs of their winning classes, and are checked on the way, in one pass. */
#include "harden.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../base/blocks.h"
#include "../base/memory.h"

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
    int32_t winner[SEG_BLOCK], bad[SEG_BLOCK];
};

/* The best so far, and the sum; comparisons are false for NaN, so it never wins and never adds. */
static void enter(struct race *r, const float *p, size_t n, int32_t class)
{
    for (size_t i = 0; i < n; i++) {
        float y = p[i];
        int32_t finite = fabsf(y) <= FLT_MAX, wins = finite && y > r->best[i];

        r->bad[i] |= !finite;
        r->sum[i] += finite ? y : 0;
        r->best[i] = wins ? y : r->best[i];
        r->winner[i] = wins ? class : r->winner[i];
    }
}

static void watch(seg_prob_check *check, const float *p, size_t n)
{
    float low = FLT_MAX, high = -FLT_MAX;
    uint32_t outside = 0, strange = 0;

    for (size_t i = 0; i < n; i++) {
        float y = p[i];

        strange += !(fabsf(y) <= FLT_MAX);
        outside += y < -SLACK || (y > 1 + SLACK && y <= FLT_MAX);
        low = y < low && y >= -FLT_MAX ? y : low;
        high = y > high && y <= FLT_MAX ? y : high;
    }
    check->not_finite += strange;
    check->outside += outside;
    check->min = low < check->min ? low : check->min;
    check->max = high > check->max ? high : check->max;
}

static void weigh(seg_prob_check *check, const struct race *r, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        float off = fabsf(r->sum[i] - 1);

        if (off > SLACK && !r->bad[i]) {
            check->off_sum++;
            if (off > fabs(check->worst_sum - 1))
                check->worst_sum = r->sum[i];
        }
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

        watch(check, p, n);
        if (plane == 0 && first && planes > 1) {
            float before[SEG_BLOCK]; /* the background adds to the sum but takes no part in the race */

            memcpy(before, r.best, n * sizeof *before);
            enter(&r, p, n, 0);
            memcpy(r.best, before, n * sizeof *before);
            memset(r.winner, 0, n * sizeof *r.winner);
        } else {
            enter(&r, p, n, planes == 1 ? 1 : plane);
        }
    }
    if (planes > 1)
        weigh(check, &r, n);
    for (size_t i = 0; i < n; i++)
        code[i] = (uint16_t)(h->skip_nan && r.bad[i] ? (planes == 1 ? 2 : planes) : r.winner[i]);
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
