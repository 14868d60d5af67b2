/* argmax_stream.c - plane after plane as a compressed file yields them, none of them kept.
 *
 * Kept of a voxel is its running argmax: the best class, its value, and the sum so far, 10 bytes instead of 4 for every
 * class. One thread inflates, part after part of a plane, while the others work on parts. A part of the next plane is not
 * fetched before the same part of this plane is done, since there are no fewer parts than may be in flight.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/parallel.h"
#include "../base/pipeline.h"
#include "argmax_parts.h"

/* Between arrays, see seg_argmax_scratch. */
enum { GAP = 16 };

struct stream_walk {
    const seg_argmax_job *h;
    float *best, *sum;   /* [voxels], one block */
    uint16_t *winner;    /* [voxels] */
    size_t window, each; /* parts in flight, and the values of one */
    float *values, *max; /* [window][each], [window][each / SEG_ARGMAX_TILE + 1] */
    uint16_t *code;      /* [window][seg_argmax_voxels()] */
    size_t fetched;      /* parts */
    seg_status status;   /* of the stream */
    seg_error error;
};

/* The item of the pipeline is the number of a part, counted through all planes. */
static bool fetch(void *context, void *item)
{
    struct stream_walk *w = context;
    const seg_argmax_job *h = w->h;
    size_t at = *(size_t *)item = w->fetched++;
    seg_argmax_rows rows = seg_argmax_rows_of(h, at % h->parts);
    size_t n = (rows.end - rows.row) * h->map->grid.n[0];
    const seg_timing *timing = h->rules->accumulations ? h->rules->accumulations->timing : NULL;
    double since = timing ? seg_seconds() : 0;

    if (at == h->parts * (size_t)h->map->planes)
        return false;
    w->status = h->map->stream.next(h->map->stream.context, n, w->values + at % w->window * w->each, &w->error);
    seg_took(timing, &since, "inflate", "");
    return w->status == SEG_OK;
}

/* The values of n <= SEG_ARGMAX_TILE voxels from `voxel` on. */
static void update_tile(const struct stream_walk *w, int plane, size_t voxel, size_t n, const float *p,
                        seg_argmax_part *part, float *max, uint16_t *code)
{
    const seg_argmax_job *h = w->h;
    seg_argmax_stats stats = SEG_ARGMAX_NO_STATS;
    seg_argmax_scratch scratch;
    seg_argmax_tile r = seg_argmax_in(&scratch);

    *max = 0;
    if (n % 8 == 0) { /* else the tile would be written beyond its voxels */
        r.best = w->best + voxel;
        r.sum = w->sum + voxel;
    }
    if (plane == 0)
        seg_argmax_init(&r, n, seg_argmax_threshold(h));
    else
        seg_argmax_load(&r, n, w->best + voxel, w->sum + voxel, w->winner + voxel);
    if (seg_probs_fit(p, n)) {
        (void)seg_argmax_update(&r, p, n, seg_argmax_class(h, plane), seg_argmax_competes(h, plane), max);
    } else {
        seg_argmax_update_ref(&r, p, n, seg_argmax_class(h, plane), seg_argmax_competes(h, plane), &stats);
        *max = INFINITY;
        seg_argmax_add_stats(&part->check, &stats);
    }
    if (plane + 1 < h->map->planes)
        seg_argmax_save(&r, n, w->best + voxel, w->sum + voxel, w->winner + voxel);
    else
        seg_argmax_finish(h, &r, n, &part->check, code);
}

/* The values of `rows` from `row` on. The slot of the ring stands for a worker: only one thread at a time has it. */
static seg_status work_on_rows(const struct stream_walk *w, int plane, size_t index, size_t slot, size_t row,
                               size_t rows, const float *p)
{
    const seg_argmax_job *h = w->h;
    size_t nx = h->map->grid.n[0], n = rows * nx;
    float *max = w->max + slot * (w->each / SEG_ARGMAX_TILE + 1);
    uint16_t *code = w->code + slot * seg_argmax_voxels(h);

    for (size_t at = 0; at < n; at += SEG_ARGMAX_TILE)
        update_tile(w, plane, row * nx + at, n - at < SEG_ARGMAX_TILE ? n - at : SEG_ARGMAX_TILE, p + at,
                    &h->part[index], max + at / SEG_ARGMAX_TILE, code + at);
    seg_argmax_feed(h, plane, index, (int)slot, row, n, p, max);
    return plane + 1 < h->map->planes ? SEG_OK : seg_argmax_part_add(&h->part[index], code, rows);
}

static void work(void *context, void *item)
{
    const struct stream_walk *w = context;
    const seg_argmax_job *h = w->h;
    size_t at = *(size_t *)item, index = at % h->parts, slot = at % w->window;
    int plane = (int)(at / h->parts);
    seg_argmax_part *part = &h->part[index];
    seg_argmax_rows rows = seg_argmax_rows_of(h, index);
    const float *p = w->values + slot * w->each;

    if (plane == 0)
        part->status = seg_argmax_part_begin(h, index);
    while (!part->status && rows.row < rows.end) {
        size_t n = seg_argmax_rows_next(h, &rows);

        part->status = work_on_rows(w, plane, index, slot, rows.row, n, p);
        p += n * h->map->grid.n[0];
        rows.row += n;
    }
    if (!part->status && plane + 1 == h->map->planes)
        part->status = seg_labelmap_close(&part->rows, NULL);
}

static seg_status make_buffers(struct stream_walk *w, seg_error *err)
{
    const seg_argmax_job *h = w->h;
    size_t voxels = seg_grid_voxels(&h->map->grid), window = (size_t)h->workers;
    seg_status st = seg_alloc_big(&w->best, 2 * voxels + GAP, sizeof *w->best, "classes", err);

    w->sum = st ? NULL : w->best + voxels + GAP;
    w->window = window < h->parts ? window : h->parts;
    w->each = h->rows_each * h->map->grid.n[0];
    if (!st)
        st = seg_alloc_big(&w->winner, voxels, sizeof *w->winner, "classes", err);
    if (!st)
        st = seg_alloc_big(&w->values, w->window * w->each, sizeof *w->values, "classes", err);
    if (!st)
        st = seg_alloc(&w->max, w->window * (w->each / SEG_ARGMAX_TILE + 1), sizeof *w->max, "classes", err);
    if (!st)
        st = seg_alloc(&w->code, w->window * seg_argmax_voxels(h), sizeof *w->code, "classes", err);
    return st;
}

static bool done(void *context, void *item)
{
    (void)context, (void)item;
    return true;
}

seg_status seg_argmax_stream(const seg_argmax_job *h, seg_error *err)
{
    struct stream_walk w = {.h = h};
    seg_status st = make_buffers(&w, err);

    if (!st)
        st = seg_pipeline_run(
            &(seg_pipeline){
                .size = sizeof(size_t), .window = w.window, .context = &w, .next = fetch, .work = work, .done = done},
            err);
    if (!st && w.status)
        st = seg_fail(err, w.status, "%s", w.error.text);
    if (!st)
        st = h->map->stream.finish(h->map->stream.context, err);
    free(w.best);
    free(w.winner);
    free(w.values);
    free(w.max);
    free(w.code);
    return st;
}
