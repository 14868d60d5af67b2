/* labelmap.c - label maps as runs: building them row by row, and working on them without unpacking. */
#include "labelmap.h"

#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../simd/simd.h"

/* ---- building ---- */

seg_status seg_labelmap_begin(seg_labelmap *map, const seg_grid *grid, seg_error *err)
{
    seg_status st;

    *map = (seg_labelmap){.grid = *grid};
    if (grid->n[0] > UINT32_MAX)
        return seg_fail(err, SEG_READ, "rows of %zu voxels, at most %u are possible", grid->n[0], UINT32_MAX);
    st = seg_alloc(&map->first, seg_grid_rows(grid) + 1, sizeof *map->first, "label rows", err);
    if (!st)
        st = seg_alloc(&map->change, grid->n[0], sizeof *map->change, "label rows", err);
    if (st)
        seg_labelmap_free(map);
    return st;
}

/* Finds the runs of a row, and allocates memory for them. */
static seg_status begin_row(seg_labelmap *map, const void *row, size_t size, size_t *runs, seg_error *err)
{
    *runs = seg_simd()->run_starts(row, map->grid.n[0], size, map->change);
    map->first[map->rows_done++] = map->runs;
    return seg_grow(&map->run, &map->run_room, map->runs + *runs, sizeof *map->run, "label runs", err);
}

static inline seg_status code_of(seg_labelmap *map, int64_t value, uint32_t *code, seg_error *err)
{
    bool is_small = value >= 0 && value < SEG_SMALL_LABELS;
    seg_status st;

    if (is_small && map->small[value]) {
        *code = map->small[value] - 1;
        return SEG_OK;
    }
    st = seg_label_code(&map->index, value, code, err);
    if (!st && is_small)
        map->small[value] = *code + 1;
    return st;
}

typedef int64_t voxel_value(const unsigned char *voxel);

static inline seg_status add_row(seg_labelmap *map, const unsigned char *row, size_t size, voxel_value *value,
                                 seg_error *err)
{
    size_t runs;
    seg_status st = begin_row(map, row, size, &runs, err);

    for (size_t i = 0; i < runs && !st; i++) {
        uint32_t x = map->change[i], code = 0;

        st = code_of(map, value(row + x * size), &code, err);
        map->run[map->runs++] = (seg_run){x, code};
    }
    map->value = map->index.value;
    map->values = map->index.values;
    return st;
}

static int64_t value_u8(const unsigned char *voxel)
{
    return *voxel;
}

static int64_t value_i16(const unsigned char *voxel)
{
    int16_t v;

    memcpy(&v, voxel, sizeof v);
    return v;
}

static int64_t value_u16(const unsigned char *voxel)
{
    uint16_t v;

    memcpy(&v, voxel, sizeof v);
    return v;
}

static int64_t value_i64(const unsigned char *voxel)
{
    int64_t v;

    memcpy(&v, voxel, sizeof v);
    return v;
}

seg_status seg_labelmap_add_row_u8(seg_labelmap *map, const uint8_t *row, seg_error *err)
{
    return add_row(map, row, 1, value_u8, err);
}

seg_status seg_labelmap_add_row_i16(seg_labelmap *map, const int16_t *row, seg_error *err)
{
    return add_row(map, (const unsigned char *)row, 2, value_i16, err);
}

seg_status seg_labelmap_add_row_u16(seg_labelmap *map, const uint16_t *row, seg_error *err)
{
    return add_row(map, (const unsigned char *)row, 2, value_u16, err);
}

seg_status seg_labelmap_add_row_i64(seg_labelmap *map, const int64_t *row, seg_error *err)
{
    return add_row(map, (const unsigned char *)row, 8, value_i64, err);
}

seg_status seg_labelmap_add_row_codes(seg_labelmap *map, const uint16_t *row, seg_error *err)
{
    size_t runs;
    seg_status st = begin_row(map, row, sizeof *row, &runs, err);

    for (size_t i = 0; i < runs && !st; i++) {
        uint32_t x = map->change[i];

        map->run[map->runs++] = (seg_run){x, row[x]};
    }
    return st;
}

seg_status seg_labelmap_repeat_row(seg_labelmap *map, size_t times, seg_error *err)
{
    size_t from = map->first[map->rows_done - 1], runs = map->runs - from;
    seg_status st = seg_grow(&map->run, &map->run_room, map->runs + times * runs, sizeof *map->run, "label runs", err);

    for (size_t i = 0; !st && i < times; i++) {
        map->first[map->rows_done++] = map->runs;
        for (size_t k = 0; k < runs; k++)
            map->run[map->runs++] = map->run[from + k];
    }
    return st;
}

/* What only building needs. */
static void drop_tools(seg_labelmap *map)
{
    seg_label_index_free(&map->index);
    free(map->change);
    map->change = NULL;
}

seg_status seg_labelmap_close(seg_labelmap *map, seg_error *err)
{
    if (map->rows_done != seg_grid_rows(&map->grid))
        return seg_fail(err, SEG_BUG, "a label map of %zu rows was closed after %zu", seg_grid_rows(&map->grid),
                        map->rows_done);
    map->first[map->rows_done] = map->runs;
    drop_tools(map);
    return SEG_OK;
}

seg_status seg_labelmap_end(seg_labelmap *map, seg_error *err)
{
    uint32_t *rank;
    seg_status st = seg_label_index_sort(&map->index, &rank, err);

    if (st)
        return st;
    for (size_t i = 0; i < map->runs; i++)
        map->run[i].code = rank[map->run[i].code];
    free(rank);
    return seg_labelmap_close(map, err);
}

/* ---- using ---- */

size_t seg_labelmap_run_at(const seg_labelmap *map, size_t row, size_t x)
{
    size_t low = map->first[row], high = map->first[row + 1];

    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;

        if (map->run[middle].x <= x)
            low = middle;
        else
            high = middle;
    }
    return low;
}

void seg_labelmap_codes(const seg_labelmap *map, size_t begin, size_t n, uint16_t *out)
{
    size_t nx = map->grid.n[0], row = begin / nx, x = begin % nx, done = 0;

    for (size_t i = seg_labelmap_run_at(map, row, x); done < n; i++) {
        size_t end;

        if (i >= map->first[row + 1])
            row++, x = 0;
        end = i + 1 < map->first[row + 1] ? map->run[i + 1].x : nx;
        if (end - x > n - done)
            end = x + n - done;
        for (uint16_t code = (uint16_t)map->run[i].code; x < end; x++)
            out[done++] = code;
    }
}

void seg_labelmap_recode(seg_labelmap *map, const uint32_t *to)
{
    size_t rows = seg_grid_rows(&map->grid), out = 0;

    for (size_t row = 0, i = 0; row < rows; row++) {
        size_t start = out;

        for (; i < map->first[row + 1]; i++) {
            uint32_t code = to[map->run[i].code];

            if (out == start || map->run[out - 1].code != code)
                map->run[out++] = (seg_run){map->run[i].x, code};
        }
        map->first[row] = start;
    }
    map->first[rows] = out;
    map->runs = out;
}

void seg_labelmap_count(const seg_labelmap *map, size_t codes, uint64_t *counts)
{
    size_t rows = seg_grid_rows(&map->grid);

    memset(counts, 0, codes * sizeof *counts);
    for (size_t row = 0; row < rows; row++)
        for (size_t i = map->first[row]; i < map->first[row + 1]; i++) {
            size_t end = i + 1 < map->first[row + 1] ? map->run[i + 1].x : map->grid.n[0];

            if (map->run[i].code < codes)
                counts[map->run[i].code] += end - map->run[i].x;
        }
}

static seg_status add_run(seg_labelmap *map, size_t x, uint32_t code, seg_error *err)
{
    seg_status st = seg_grow(&map->run, &map->run_room, map->runs + 1, sizeof *map->run, "label runs", err);

    if (!st)
        map->run[map->runs++] = (seg_run){(uint32_t)x, code};
    return st;
}

/* Joins two rows: where `other` says `where` the code is `to`, elsewhere the map's own. */
static seg_status overlay_row(seg_labelmap *out, const seg_labelmap *map, const seg_labelmap *other, size_t row,
                              uint32_t where, uint32_t to, seg_error *err)
{
    size_t a = map->first[row], b = other->first[row], start = out->runs, x = 0, n = map->grid.n[0];
    seg_status st = SEG_OK;

    out->first[out->rows_done++] = start;
    while (x < n && !st) {
        size_t end_a = a + 1 < map->first[row + 1] ? map->run[a + 1].x : n;
        size_t end_b = b + 1 < other->first[row + 1] ? other->run[b + 1].x : n;
        uint32_t code = other->run[b].code == where ? to : map->run[a].code;

        if (out->runs == start || out->run[out->runs - 1].code != code)
            st = add_run(out, x, code, err);
        x = end_a < end_b ? end_a : end_b;
        a += x == end_a;
        b += x == end_b;
    }
    return st;
}

seg_status seg_labelmap_overlay(seg_labelmap *map, const seg_labelmap *other, uint32_t where, uint32_t to,
                                seg_error *err)
{
    seg_labelmap out = {0};
    seg_status st = seg_labelmap_begin(&out, &map->grid, err);

    for (size_t row = 0; !st && row < seg_grid_rows(&map->grid); row++)
        st = overlay_row(&out, map, other, row, where, to, err);
    if (!st)
        st = seg_labelmap_close(&out, err);
    if (!st) {
        free(map->first);
        free(map->run);
        map->first = out.first;
        map->run = out.run;
        map->runs = out.runs;
        map->run_room = out.run_room;
        return SEG_OK;
    }
    seg_labelmap_free(&out);
    return st;
}

static seg_status copy_values(seg_labelmap *out, const seg_labelmap *map, seg_error *err)
{
    seg_status st = seg_alloc(&out->value, map->values, sizeof *out->value, "label table", err);

    if (!st && map->values)
        memcpy(out->value, map->value, map->values * sizeof *out->value);
    if (!st)
        out->values = map->values;
    return st;
}

seg_status seg_labelmap_copy(seg_labelmap *out, const seg_labelmap *map, seg_error *err)
{
    size_t rows = seg_grid_rows(&map->grid), runs = map->first[rows];
    seg_status st;

    *out = (seg_labelmap){.grid = map->grid, .runs = runs, .run_room = runs, .rows_done = rows};
    st = seg_alloc(&out->first, rows + 1, sizeof *out->first, "label rows", err);
    if (!st)
        st = seg_alloc(&out->run, runs, sizeof *out->run, "label runs", err);
    if (!st)
        st = copy_values(out, map, err);
    if (st) {
        seg_labelmap_free(out);
        return st;
    }
    memcpy(out->first, map->first, (rows + 1) * sizeof *out->first);
    memcpy(out->run, map->run, runs * sizeof *out->run);
    return SEG_OK;
}

/* Row j of the slice, as codes. Across x a row of the slice runs along y of the volume. */
static void slice_row(const seg_labelmap *map, int axis, size_t index, size_t j, uint16_t *codes)
{
    size_t nx = map->grid.n[0], ny = map->grid.n[1];

    if (axis > 0) {
        size_t row = axis == 1 ? index + ny * j : j + ny * index;

        seg_labelmap_codes(map, row * nx, nx, codes);
        return;
    }
    for (size_t y = 0; y < ny; y++)
        codes[y] = (uint16_t)map->run[seg_labelmap_run_at(map, y + ny * j, index)].code;
}

seg_status seg_labelmap_slice(seg_labelmap *out, const seg_labelmap *map, int axis, size_t index, seg_error *err)
{
    seg_grid grid = seg_grid_slice(&map->grid, axis);
    uint16_t *codes = NULL;
    seg_status st = seg_labelmap_begin(out, &grid, err);

    if (!st)
        st = copy_values(out, map, err);
    if (!st)
        st = seg_alloc(&codes, grid.n[0], sizeof *codes, "a row of labels", err);
    for (size_t j = 0; !st && j < grid.n[1]; j++) {
        slice_row(map, axis, index, j, codes);
        st = seg_labelmap_add_row_codes(out, codes, err);
    }
    if (!st)
        st = seg_labelmap_close(out, err);
    if (st)
        seg_labelmap_free(out);
    free(codes);
    return st;
}

static seg_status turn_rows(seg_labelmap *out, const seg_labelmap *map, const uint16_t *codes, const int from[3],
                            const bool flip[3], uint16_t *row, seg_error *err)
{
    seg_status st = SEG_OK;

    for (size_t z = 0; !st && z < out->grid.n[2]; z++)
        for (size_t y = 0; !st && y < out->grid.n[1]; y++) {
            for (size_t x = 0; x < out->grid.n[0]; x++)
                row[x] = codes[seg_grid_source(&map->grid, from, flip, x, y, z)];
            st = seg_labelmap_add_row_codes(out, row, err);
        }
    return st;
}

seg_status seg_labelmap_reorient(seg_labelmap *map, const int from[3], const bool flip[3], seg_error *err)
{
    seg_grid grid = seg_grid_reorient(&map->grid, from, flip);
    seg_labelmap out = {0};
    uint16_t *codes = NULL, *row = NULL;
    seg_status st = seg_labelmap_begin(&out, &grid, err);

    if (!st)
        st = copy_values(&out, map, err);
    if (!st)
        st = seg_alloc_big(&codes, seg_grid_voxels(&grid), sizeof *codes, "turning a label map", err);
    if (!st)
        st = seg_alloc(&row, grid.n[0], sizeof *row, "a row of labels", err);
    if (!st) {
        seg_labelmap_codes(map, 0, seg_grid_voxels(&grid), codes);
        st = turn_rows(&out, map, codes, from, flip, row, err);
    }
    if (!st)
        st = seg_labelmap_close(&out, err);
    free(codes);
    free(row);
    if (st) {
        seg_labelmap_free(&out);
        return st;
    }
    seg_labelmap_free(map);
    *map = out;
    return SEG_OK;
}

void seg_labelmap_free(seg_labelmap *map)
{
    drop_tools(map);
    free(map->first);
    free(map->run);
    free(map->value);
    *map = (seg_labelmap){0};
}
