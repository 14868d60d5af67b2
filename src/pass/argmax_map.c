/* argmax_map.c - the first reading of a map: argmax as runs, checks, block maxima and accumulators, in one pass.
 *
 * Reading a map of gigabytes from its file costs more than what is computed from it. So some rows of all planes are read
 * into the second-level cache, and everything is computed from them there.
 */
#include "argmax_map.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/parallel.h"
#include "argmax_parts.h"
#include "pair_class_sums.h"

enum { PARTS = 256, PLANES_BYTES = 1 << 20, LEAST_VOXELS = 2048 };

/* Class sums of very many classes would need more memory than the map: then seg_pair_class_sums() makes them on demand. */
static const size_t MOST_SUMS = (size_t)1 << 23;

/* One plane is the foreground of two classes. */
static int classes_of(const seg_probmap *map)
{
    return map->planes == 1 ? 2 : map->planes;
}

/* ---- all planes of some rows ---- */

/* Memory of a thread. */
struct workspace {
    float *values; /* [planes][voxels] when the map is not in memory */
    const float **plane;
    uint16_t *code; /* [voxels] */
    float *max;     /* [planes][pieces of SEG_ARGMAX_TILE voxels] */
};

struct rows_walk {
    const seg_argmax_job *h;
    struct workspace *workspace; /* [workers] */
};

/* n <= SEG_ARGMAX_TILE voxels, `at` voxels behind the start of the planes. max[planes * step] */
static void find_argmax(const seg_argmax_job *h, const float *const *plane, size_t at, size_t n, seg_prob_stats *check,
                        float *max, size_t step, uint16_t *code)
{
    int planes = h->map->planes;
    bool fine = true;
    seg_argmax_stats stats = SEG_ARGMAX_NO_STATS;
    seg_argmax_scratch scratch;
    seg_argmax_tile r = seg_argmax_in(&scratch);

    seg_argmax_init(&r, n, seg_argmax_threshold(h));
    for (int k = 0; fine && k < planes; k++)
        fine = seg_argmax_update(&r, plane[k] + at, n, seg_argmax_class(h, k), seg_argmax_competes(h, k),
                                 &max[(size_t)k * step]);
    if (!fine)
        seg_argmax_init(&r, n, seg_argmax_threshold(h));
    for (int k = 0; !fine && k < planes; k++) {
        seg_argmax_update_ref(&r, plane[k] + at, n, seg_argmax_class(h, k), seg_argmax_competes(h, k), &stats);
        max[(size_t)k * step] = INFINITY;
    }
    seg_argmax_add_stats(check, &stats);
    seg_argmax_finish(h, &r, n, check, code);
}

static seg_status argmax_rows(const struct rows_walk *walk, size_t part, int worker, size_t row, size_t rows)
{
    const seg_argmax_job *h = walk->h;
    const struct workspace *b = &walk->workspace[worker];
    size_t nx = h->map->grid.n[0], n = rows * nx, pieces = (n + SEG_ARGMAX_TILE - 1) / SEG_ARGMAX_TILE;

    for (int k = 0; k < h->map->planes; k++)
        b->plane[k] = seg_probmap_block(h->map, k, row * nx, n, b->values ? b->values + (size_t)k * n : NULL);
    memset(b->max, 0, (size_t)h->map->planes * pieces * sizeof *b->max);
    for (size_t at = 0; at < n; at += SEG_ARGMAX_TILE)
        find_argmax(h, b->plane, at, n - at < SEG_ARGMAX_TILE ? n - at : SEG_ARGMAX_TILE, &h->part[part].check,
                    b->max + at / SEG_ARGMAX_TILE, pieces, b->code + at);
    for (int k = 0; h->rules->truth && k < h->map->planes; k++)
        seg_argmax_feed(h, k, part, worker, row, n, b->plane[k], b->max + (size_t)k * pieces);
    return seg_argmax_part_add(&h->part[part], b->code, rows);
}

static void argmax_part(void *context, size_t index, int worker)
{
    const struct rows_walk *walk = context;
    seg_argmax_part *part = &walk->h->part[index];
    seg_argmax_rows rows = seg_argmax_rows_of(walk->h, index);

    part->status = seg_argmax_part_begin(walk->h, index);
    while (!part->status && rows.row < rows.end) {
        size_t n = seg_argmax_rows_next(walk->h, &rows);

        part->status = argmax_rows(walk, index, worker, rows.row, n);
        rows.row += n;
    }
    if (!part->status)
        part->status = seg_labelmap_close(&part->rows, NULL);
}

static seg_status make_workspaces(struct rows_walk *walk, size_t workers, seg_error *err)
{
    size_t planes = (size_t)walk->h->map->planes, voxels = seg_argmax_voxels(walk->h);
    seg_status st = seg_alloc(&walk->workspace, workers, sizeof *walk->workspace, "classes", err);

    for (size_t w = 0; !st && w < workers; w++) {
        struct workspace *b = &walk->workspace[w];

        st = seg_alloc(&b->plane, planes, sizeof *b->plane, "classes", err);
        if (!st)
            st = seg_alloc(&b->code, voxels, sizeof *b->code, "classes", err);
        if (!st)
            st = seg_alloc(&b->max, planes * (voxels / SEG_ARGMAX_TILE + 1), sizeof *b->max, "classes", err);
        if (!st && !walk->h->map->prob)
            st = seg_alloc_big(&b->values, planes * voxels, sizeof *b->values, "classes", err);
    }
    return st;
}

static seg_status argmax_all_rows(const seg_argmax_job *h, seg_error *err)
{
    size_t workers = (size_t)seg_thread_count();
    struct rows_walk walk = {.h = h};
    seg_status st = make_workspaces(&walk, workers, err);

    if (!st)
        seg_parallel_for(h->parts, argmax_part, &walk);
    for (size_t w = 0; walk.workspace && w < workers; w++) {
        free(walk.workspace[w].plane);
        free(walk.workspace[w].code);
        free(walk.workspace[w].max);
        free(walk.workspace[w].values);
    }
    free(walk.workspace);
    return st ? st : seg_probmap_check(h->map, err);
}

/* ---- the whole ---- */

static void add_check(seg_prob_stats *all, const seg_prob_stats *part)
{
    all->not_finite += part->not_finite;
    all->outside += part->outside;
    for (int i = 0; i < SEG_SUM_SLACKS; i++)
        all->off_sum[i] += part->off_sum[i];
    all->min = part->min < all->min ? part->min : all->min;
    all->max = part->max > all->max ? part->max : all->max;
    if (fabs(part->worst_sum - 1) > fabs(all->worst_sum - 1))
        all->worst_sum = part->worst_sum;
}

/* Puts the parts one behind the other. */
static seg_status join(seg_labelmap *hard, const seg_argmax_job *h, seg_error *err)
{
    size_t runs = 0, row = 0;
    seg_status st;

    for (size_t i = 0; i < h->parts; i++)
        runs += h->part[i].rows.runs;
    st = seg_labelmap_begin(hard, &h->map->grid, err);
    if (!st)
        st = seg_grow(&hard->run, &hard->run_room, runs, sizeof *hard->run, "label runs", err);
    for (size_t i = 0; !st && i < h->parts; i++) {
        const seg_labelmap *part = &h->part[i].rows;

        for (size_t y = 0; y < part->grid.n[1]; y++)
            hard->first[row++] = hard->runs + part->first[y];
        memcpy(hard->run + hard->runs, part->run, part->runs * sizeof *part->run);
        hard->runs += part->runs;
    }
    hard->rows_done = row;
    return st ? st : seg_labelmap_close(hard, err);
}

static seg_status set_class_sums(seg_class_sums *m, const seg_argmax_job *h, seg_error *err)
{
    seg_status st = seg_class_sums_begin(m, h->classes, err);

    seg_accumulations_merge(&h->sums);
    for (int cls = 0; !st && cls < m->classes; cls++)
        seg_class_sums_set(m, cls, seg_accumulations_state(&h->sums, NULL, cls));
    return st;
}

static void cut(seg_argmax_job *h)
{
    size_t nx = h->map->grid.n[0], voxels = PLANES_BYTES / sizeof(float) / (size_t)h->map->planes;

    voxels = voxels < LEAST_VOXELS ? LEAST_VOXELS : voxels > SEG_BLOCK ? SEG_BLOCK : voxels;
    h->rows = seg_grid_rows(&h->map->grid);
    h->rows_at_once = voxels > nx ? voxels / nx : 1;
    h->rows_each = (h->rows + PARTS - 1) / PARTS;
    h->rows_each = (h->rows_each + h->rows_at_once - 1) / h->rows_at_once * h->rows_at_once;
    h->parts = (h->rows + h->rows_each - 1) / h->rows_each;
}

/* How many times rows are fetched. */
static size_t pieces_of(const seg_argmax_job *h)
{
    return (h->rows + h->rows_at_once - 1) / h->rows_at_once;
}

static bool wants_sums(const seg_probmap *map, const seg_argmax_options *rules)
{
    size_t classes = (size_t)classes_of(map);

    return rules->truth && PARTS * classes * seg_class_sums_width(classes_of(map)) <= MOST_SUMS;
}

bool seg_argmax_can_stream(const seg_probmap *map, const seg_argmax_options *rules)
{
    return wants_sums(map, rules) && !rules->skip_nan;
}

static seg_status begin(seg_argmax_job *h, seg_error *err)
{
    seg_status st;

    cut(h);
    h->classes = classes_of(h->map);
    h->workers = h->map->stream.next ? SEG_ARGMAX_SLOTS * seg_thread_count() : seg_thread_count();
    h->sums_item = (seg_accumulation){.kind = &seg_class_sums_accumulator};
    h->sums = (seg_accumulations){.n = wants_sums(h->map, h->rules), .item = &h->sums_item};
    h->accumulations = h->rules->truth ? h->rules->accumulations : NULL;
    st = seg_alloc(&h->part, h->parts, sizeof *h->part, "classes", err);
    if (!st)
        st = seg_alloc(&h->most, pieces_of(h) * (size_t)h->map->planes, sizeof *h->most, "classes", err);
    if (!st)
        st = seg_accumulations_begin(&h->sums, h->rules->truth, h->classes, h->parts, h->workers, err);
    if (!st && h->accumulations)
        st = seg_accumulations_begin(h->accumulations, h->rules->truth, h->classes, h->parts, h->workers, err);
    return st;
}

/* Joins the results of all parts. */
static seg_status end(seg_argmax_job *h, seg_labelmap *hard, seg_prob_stats *check, seg_error *err)
{
    seg_status st = SEG_OK;

    for (size_t i = 0; !st && i < h->parts; i++) {
        add_check(check, &h->part[i].check);
        if (h->part[i].status)
            st = seg_fail(err, h->part[i].status, "not enough memory to find the classes of a probability map");
    }
    if (!st)
        st = join(hard, h, err);
    if (!st && h->accumulations)
        seg_accumulations_merge(h->accumulations);
    if (!st && h->sums.n)
        st = set_class_sums(&check->sums, h, err);
    if (!st && h->rules->truth) {
        check->block_max = (seg_block_max){seg_argmax_voxels(h), pieces_of(h), h->map->planes, h->most};
        h->most = NULL;
    }
    return st;
}

seg_status seg_probmap_argmax(seg_labelmap *hard, const seg_probmap *map, const seg_argmax_options *rules,
                              seg_prob_stats *check, seg_error *err)
{
    seg_argmax_job h = {.map = map, .rules = rules};
    seg_status st = begin(&h, err);

    *check = (seg_prob_stats){.min = DBL_MAX, .max = -DBL_MAX, .worst_sum = 1};
    if (!st)
        st = (map->stream.next ? seg_argmax_stream : argmax_all_rows)(&h, err);
    if (!st)
        st = end(&h, hard, check, err);
    for (size_t i = 0; h.part && i < h.parts; i++)
        seg_labelmap_free(&h.part[i].rows);
    free(h.part);
    seg_accumulations_reset(&h.sums);
    free(h.most);
    if (st)
        seg_labelmap_free(hard);
    return st;
}
