/* labelmap.c - label maps as runs: finding them in rows of voxels, and working on them without unpacking.
 *
 * A row is searched for the voxels that differ from their neighbour by comparing the row with itself, shifted by one
 * voxel, 64 bytes at a time with AVX-512, eight at a time elsewhere; this reads a row about as fast as memory delivers
 * it, for voxels of any size.
 */
#include "labelmap.h"

#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"

#if defined __x86_64__ && defined __GNUC__ && !defined SEG_ONE_KERNEL
#define X86 1
#include <immintrin.h>
#else
#define X86 0
#endif

/* ---- the table of values: an open hash from label value to provisional code ---- */

struct seg_label_index {
    uint32_t *change;      /* [n[0]] where the runs of the row under way begin */
    size_t slots;          /* a power of two, at least twice the values */
    uint32_t *slot;        /* code + 1, 0 where free */
    int64_t last_value;    /* the value asked for before: rows come back to the same few */
    uint32_t last_code;
};

static size_t slot_of(const struct seg_label_index *index, const int64_t *values, int64_t value)
{
    uint64_t mixed = ((uint64_t)value + 0x9E3779B97F4A7C15u) * 0xBF58476D1CE4E5B9u;
    size_t i = (size_t)(mixed >> 32) & (index->slots - 1);

    while (index->slot[i] && values[index->slot[i] - 1] != value)
        i = (i + 1) & (index->slots - 1);
    return i;
}

static seg_status widen(seg_labelmap *map, seg_error *err)
{
    struct seg_label_index *index = map->index;
    size_t slots = index->slots ? index->slots * 4 : 64;
    uint32_t *slot;
    seg_status st = seg_alloc(&slot, slots, sizeof *slot, "label table", err);

    if (st)
        return st;
    free(index->slot);
    index->slot = slot;
    index->slots = slots;
    for (size_t code = 0; code < map->values; code++)
        slot[slot_of(index, map->value, map->value[code])] = (uint32_t)code + 1;
    return SEG_OK;
}

static seg_status add_value(seg_labelmap *map, int64_t value, seg_error *err)
{
    struct seg_label_index *index = map->index;
    seg_status st = SEG_OK;

    if (map->values >= SEG_LABELS_MAX)
        return seg_fail(err, SEG_READ, "more than %d different values, which is no label map (read it as "
                        "probabilities if it holds them)", SEG_LABELS_MAX);
    if (2 * (map->values + 1) > index->slots)
        st = widen(map, err);
    if (!st)
        st = seg_grow(&map->value, &map->value_room, map->values + 1, sizeof *map->value, "label table", err);
    if (st)
        return st;
    map->value[map->values++] = value;
    index->slot[slot_of(index, map->value, value)] = (uint32_t)map->values;
    return SEG_OK;
}

static seg_status code_of(seg_labelmap *map, int64_t value, uint32_t *code, seg_error *err)
{
    struct seg_label_index *index = map->index;
    seg_status st = SEG_OK;

    if (map->values && value == index->last_value) {
        *code = index->last_code;
        return SEG_OK;
    }
    size_t i = index->slots ? slot_of(index, map->value, value) : 0;
    if (index->slots && index->slot[i]) {
        *code = index->slot[i] - 1;
    } else {
        st = add_value(map, value, err);
        *code = (uint32_t)map->values - 1;
    }
    index->last_value = value;
    index->last_code = *code;
    return st;
}

/* ---- building ---- */

seg_status seg_labelmap_begin(seg_labelmap *map, const seg_grid *grid, seg_error *err)
{
    seg_status st;

    *map = (seg_labelmap){.grid = *grid};
    if (grid->n[0] > UINT32_MAX)
        return seg_fail(err, SEG_READ, "rows of %zu voxels, at most %u are possible", grid->n[0], UINT32_MAX);
    st = seg_alloc(&map->first, seg_grid_rows(grid) + 1, sizeof *map->first, "label rows", err);
    if (!st)
        st = seg_alloc(&map->index, 1, sizeof *map->index, "label table", err);
    if (!st)
        st = seg_alloc(&map->index->change, grid->n[0], sizeof *map->index->change, "label rows", err);
    if (st)
        seg_labelmap_free(map);
    return st;
}

/* Offset of the first byte that is not 0 in a word that was loaded from memory. */
static inline size_t first_byte(uint64_t word)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    return (size_t)__builtin_ctzll(word) / 8;
#else
    return (size_t)__builtin_clzll(word) / 8;
#endif
}

static inline uint64_t difference(const unsigned char *a, const unsigned char *b)
{
    uint64_t x, y;

    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return x ^ y;
}

/* The first voxel at or after `x` that differs from the one before it, or n. `size` bytes a voxel. */
static inline size_t next_change(const unsigned char *row, size_t x, size_t n, size_t size)
{
    size_t at = x * size, end = n * size;

    for (; at + 32 <= end; at += 32) {
        const unsigned char *p = row + at, *q = p - size;

        if (difference(p, q) | difference(p + 8, q + 8) | difference(p + 16, q + 16) | difference(p + 24, q + 24))
            break;
    }
    for (; at + 8 <= end; at += 8) {
        uint64_t d = difference(row + at, row + at - size);

        if (d)
            return (at + first_byte(d)) / size;
    }
    for (; at < end; at++)
        if (row[at] != row[at - size])
            return at / size;
    return n;
}

static size_t changes_plain(const unsigned char *row, size_t n, size_t size, uint32_t *at)
{
    size_t count = 0;

    for (size_t x = next_change(row, 1, n, size); x < n; x = next_change(row, x + 1, n, size))
        at[count++] = (uint32_t)x;
    return count;
}

#if X86

/* A change of any byte of a voxel is one of the voxel; 64 bytes hold whole voxels. */
__attribute__((target("avx512bw"))) static size_t changes_avx512(const unsigned char *row, size_t n, size_t size,
                                                                 uint32_t *at)
{
    size_t count = 0;

    for (size_t begin = size, end = n * size; begin < end; begin += 64) {
        uint64_t inside = end - begin < 64 ? ((uint64_t)1 << (end - begin)) - 1 : ~(uint64_t)0;
        __m512i here = _mm512_maskz_loadu_epi8(inside, row + begin);
        uint64_t differ = _mm512_cmpneq_epi8_mask(here, _mm512_maskz_loadu_epi8(inside, row + begin - size));

        while (differ) {
            size_t voxel = (size_t)__builtin_ctzll(differ) / size, next = (voxel + 1) * size;

            at[count++] = (uint32_t)(begin / size + voxel);
            differ = next < 64 ? differ >> next << next : 0;
        }
    }
    return count;
}

#endif

/* at[] = where the runs of a row of n > 0 voxels begin; returns how many there are. `size` bytes a voxel: 1, 2 or 8. */
static size_t find_runs(const unsigned char *row, size_t n, size_t size, uint32_t *at)
{
    at[0] = 0;
#if X86
    if (__builtin_cpu_supports("avx512bw"))
        return 1 + changes_avx512(row, n, size, at + 1);
#endif
    return 1 + changes_plain(row, n, size, at + 1);
}

/* Finds the runs of a row, and makes room for them. */
static seg_status begin_row(seg_labelmap *map, const void *row, size_t size, size_t *runs, seg_error *err)
{
    *runs = find_runs(row, map->grid.n[0], size, map->index->change);
    map->first[map->rows_done++] = map->runs;
    return seg_grow(&map->run, &map->run_room, map->runs + *runs, sizeof *map->run, "label runs", err);
}

typedef int64_t voxel_value(const unsigned char *voxel);

static inline seg_status add_row(seg_labelmap *map, const unsigned char *row, size_t size, voxel_value *value,
                                 seg_error *err)
{
    size_t runs;
    seg_status st = begin_row(map, row, size, &runs, err);

    for (size_t i = 0; i < runs && !st; i++) {
        uint32_t x = map->index->change[i], code = 0;

        st = code_of(map, value(row + x * size), &code, err);
        map->run[map->runs++] = (seg_run){x, code};
    }
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
        uint32_t x = map->index->change[i];

        map->run[map->runs++] = (seg_run){x, row[x]};
    }
    return st;
}

static void drop_index(seg_labelmap *map)
{
    if (map->index) {
        free(map->index->slot);
        free(map->index->change);
    }
    free(map->index);
    map->index = NULL;
}

seg_status seg_labelmap_close(seg_labelmap *map, seg_error *err)
{
    if (map->rows_done != seg_grid_rows(&map->grid))
        return seg_fail(err, SEG_BUG, "a label map of %zu rows was closed after %zu", seg_grid_rows(&map->grid),
                        map->rows_done);
    map->first[map->rows_done] = map->runs;
    drop_index(map);
    return SEG_OK;
}

struct entry {
    int64_t value;
    uint32_t code;
};

static int by_value(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;

    return x->value < y->value ? -1 : x->value > y->value;
}

/* Provisional codes become ranks of their values. */
seg_status seg_labelmap_end(seg_labelmap *map, seg_error *err)
{
    struct entry *entry = NULL;
    uint32_t *rank = NULL;
    seg_status st = seg_labelmap_close(map, err);

    if (!st)
        st = seg_alloc(&entry, map->values, sizeof *entry, "label table", err);
    if (!st)
        st = seg_alloc(&rank, map->values, sizeof *rank, "label table", err);
    for (size_t i = 0; !st && i < map->values; i++)
        entry[i] = (struct entry){map->value[i], (uint32_t)i};
    if (!st) {
        qsort(entry, map->values, sizeof *entry, by_value);
        for (size_t i = 0; i < map->values; i++) {
            map->value[i] = entry[i].value;
            rank[entry[i].code] = (uint32_t)i;
        }
        for (size_t i = 0; i < map->runs; i++)
            map->run[i].code = rank[map->run[i].code];
    }
    free(entry);
    free(rank);
    return st;
}

/* ---- using ---- */

/* The run of a row that holds voxel x. */
static size_t run_at(const seg_labelmap *map, size_t row, size_t x)
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

    for (size_t i = run_at(map, row, x); done < n; i++) {
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

seg_grid seg_grid_slice(const seg_grid *grid, int axis)
{
    static const int rest[3][2] = {{1, 2}, {0, 2}, {0, 1}};
    int a = rest[axis][0], b = rest[axis][1];

    return (seg_grid){.n = {grid->n[a], grid->n[b], 1},
                      .mm = {grid->mm[a], grid->mm[b], grid->mm[axis]},
                      .has_mm = grid->has_mm};
}

static seg_status copy_values(seg_labelmap *out, const seg_labelmap *map, seg_error *err)
{
    seg_status st = seg_alloc(&out->value, map->values, sizeof *out->value, "label table", err);

    if (!st && map->values)
        memcpy(out->value, map->value, map->values * sizeof *out->value);
    if (!st)
        out->values = out->value_room = map->values;
    return st;
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
        codes[y] = (uint16_t)map->run[run_at(map, y + ny * j, index)].code;
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

seg_grid seg_grid_reorient(const seg_grid *grid, const int from[3], const bool flip[3])
{
    seg_grid g = *grid;

    for (int a = 0; a < 3; a++) {
        g.n[a] = grid->n[from[a]];
        g.mm[a] = grid->mm[from[a]];
        for (int r = 0; r < 3; r++) {
            double column = grid->affine[r][from[a]];

            g.affine[r][a] = flip[a] ? -column : column;
            if (flip[a])
                g.affine[r][3] += column * (double)(grid->n[from[a]] - 1);
        }
    }
    return g;
}

size_t seg_grid_source(const seg_grid *grid, const int from[3], const bool flip[3], size_t x, size_t y, size_t z)
{
    size_t to[3] = {x, y, z}, at[3] = {0, 0, 0};

    for (int a = 0; a < 3; a++)
        at[from[a]] = flip[a] ? grid->n[from[a]] - 1 - to[a] : to[a];
    return at[0] + grid->n[0] * (at[1] + grid->n[1] * at[2]);
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
    drop_index(map);
    free(map->first);
    free(map->run);
    free(map->value);
    *map = (seg_labelmap){0};
}
