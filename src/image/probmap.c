/* probmap.c - planes of probabilities, in memory or read from their file block by block. */
#include "probmap.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/parallel.h"
#include "../simd/simd.h"
#include "labelmap.h"

/* ---- are they probabilities? ---- */

bool seg_probs_fit(const float *p, size_t n)
{
    return seg_simd()->probs_fit(p, n);
}

/* ---- blocks ---- */

const float *seg_probmap_block(const seg_probmap *map, int plane, size_t begin, size_t n, float *scratch)
{
    if (map->prob)
        return map->prob + (size_t)plane * seg_grid_voxels(&map->grid) + begin;
    map->source.read(map->source.context, plane, begin, n, scratch);
    return scratch;
}

seg_status seg_probmap_check(const seg_probmap *map, seg_error *err)
{
    return map->source.check ? map->source.check(map->source.context, err) : SEG_OK;
}

static void close_source(seg_probmap *map)
{
    if (map->source.close)
        map->source.close(map->source.context);
    map->source = (seg_plane_source){0};
}

static void close_stream(seg_probmap *map)
{
    if (map->stream.close)
        map->stream.close(map->stream.context);
    map->stream = (seg_plane_stream){0};
}

/* ---- a stream that has been read ---- */

static void refuse_block(void *context, int plane, size_t begin, size_t n, float *out)
{
    (void)plane;
    (void)begin;
    atomic_store((atomic_bool *)context, true);
    for (size_t i = 0; i < n; i++)
        out[i] = NAN;
}

static seg_status check_refused(void *context, seg_error *err)
{
    if (!atomic_load((atomic_bool *)context))
        return SEG_OK;
    return seg_fail(err, SEG_BUG,
                    "a probability map was read again after it had been streamed; this is a bug in segloss");
}

seg_status seg_probmap_consumed(seg_probmap *map, seg_error *err)
{
    atomic_bool *refused;
    seg_status st = seg_alloc(&refused, 1, sizeof *refused, "a probability map", err);

    close_stream(map);
    if (!st)
        map->source = (seg_plane_source){refuse_block, check_refused, free, refused};
    return st;
}

/* ---- all planes ---- */

static seg_status load_planes(seg_probmap *map, float *prob, seg_error *err)
{
    size_t voxels = seg_grid_voxels(&map->grid);
    seg_status st;

    if (map->stream.next) {
        st = map->stream.next(map->stream.context, voxels * (size_t)map->planes, prob, err);
        return st ? st : map->stream.finish(map->stream.context, err);
    }
    for (int plane = 0; plane < map->planes; plane++)
        map->source.read(map->source.context, plane, 0, voxels, prob + (size_t)plane * voxels);
    return seg_probmap_check(map, err);
}

seg_status seg_probmap_load(seg_probmap *map, seg_error *err)
{
    size_t voxels = seg_grid_voxels(&map->grid);
    float *prob;
    seg_status st;

    if (map->prob)
        return SEG_OK;
    st = seg_alloc_big(&prob, voxels * (size_t)map->planes, sizeof *prob, "the probability map", err);
    if (st)
        return st;
    st = load_planes(map, prob, err);
    if (st) {
        free(prob);
        return st;
    }
    close_source(map);
    close_stream(map);
    map->prob = prob;
    return SEG_OK;
}

/* A row of the slice: contiguous in the volume unless the cut is across x. */
static void slice_row(const seg_probmap *map, int plane, int axis, size_t index, size_t j, size_t n, float *row)
{
    size_t nx = map->grid.n[0], ny = map->grid.n[1];

    if (axis > 0) {
        size_t begin = (axis == 1 ? index + ny * j : j + ny * index) * nx;
        const float *from = seg_probmap_block(map, plane, begin, n, row);

        if (from != row)
            memcpy(row, from, n * sizeof *row);
        return;
    }
    for (size_t y = 0; y < n; y++) {
        float one;

        row[y] = *seg_probmap_block(map, plane, index + nx * (y + ny * j), 1, &one);
    }
}

seg_status seg_probmap_slice(seg_probmap *out, const seg_probmap *map, int axis, size_t index, seg_error *err)
{
    seg_grid grid = seg_grid_slice(&map->grid, axis);
    size_t voxels = seg_grid_voxels(&grid);
    seg_status st;

    *out = (seg_probmap){.grid = grid, .planes = map->planes};
    st = seg_alloc_big(&out->prob, voxels * (size_t)map->planes, sizeof *out->prob, "a slice", err);
    if (st)
        return st;
    for (int plane = 0; plane < map->planes; plane++)
        for (size_t j = 0; j < grid.n[1]; j++)
            slice_row(map, plane, axis, index, j, grid.n[0], out->prob + (size_t)plane * voxels + j * grid.n[0]);
    return SEG_OK;
}

struct turn {
    const seg_probmap *map;
    seg_grid grid;
    const int *from;
    const bool *flip;
    float *out;
};

static void turn_row(void *context, size_t row, int worker)
{
    const struct turn *t = context;
    size_t rows = seg_grid_rows(&t->grid), voxels = seg_grid_voxels(&t->grid);
    size_t plane = row / rows, y = row % rows % t->grid.n[1], z = row % rows / t->grid.n[1];

    (void)worker;
    for (size_t x = 0; x < t->grid.n[0]; x++)
        t->out[row * t->grid.n[0] + x] =
            t->map->prob[plane * voxels + seg_grid_source(&t->map->grid, t->from, t->flip, x, y, z)];
}

seg_status seg_probmap_reorient(seg_probmap *map, const int from[3], const bool flip[3], seg_error *err)
{
    struct turn t = {map, seg_grid_reorient(&map->grid, from, flip), from, flip, NULL};
    seg_status st = seg_probmap_load(map, err);

    if (!st)
        st = seg_alloc_big(&t.out, seg_grid_voxels(&t.grid) * (size_t)map->planes, sizeof *t.out,
                           "turning a probability map", err);
    if (st)
        return st;
    seg_parallel_for(seg_grid_rows(&t.grid) * (size_t)map->planes, turn_row, &t);
    free(map->prob);
    map->prob = t.out;
    map->grid = t.grid;
    return SEG_OK;
}

void seg_probmap_free(seg_probmap *map)
{
    if (!map->borrowed)
        free(map->prob);
    close_source(map);
    close_stream(map);
    *map = (seg_probmap){0};
}
