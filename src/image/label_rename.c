/* label_rename.c - changes what the codes of a label map stand for, run by run. */
#include "label_rename.h"

#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"

static int by_value(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;

    return *x < *y ? -1 : *x > *y;
}

/* value[] = the different labels of to[n], ascending; returns how many there are. */
static size_t distinct(int64_t *value, const int64_t *to, size_t n)
{
    size_t kept = 0;

    memcpy(value, to, n * sizeof *value);
    if (n)
        qsort(value, n, sizeof *value, by_value);
    for (size_t i = 0; i < n; i++)
        if (kept == 0 || value[kept - 1] != value[i])
            value[kept++] = value[i];
    return kept;
}

seg_status seg_labelmap_rename(seg_labelmap *map, const int64_t *to, seg_error *err)
{
    int64_t *value = NULL;
    uint32_t *code = NULL;
    size_t n = 0;
    seg_status st = seg_alloc(&value, map->values, sizeof *value, "label table", err);

    if (!st)
        st = seg_alloc(&code, map->values, sizeof *code, "label table", err);
    if (!st)
        n = distinct(value, to, map->values);
    for (size_t i = 0; !st && i < map->values; i++) {
        const int64_t *at = bsearch(&to[i], value, n, sizeof *value, by_value);

        code[i] = (uint32_t)(at - value);
    }
    if (!st) {
        seg_labelmap_recode(map, code);
        free(map->value);
        map->value = value;
        map->values = n;
        value = NULL;
    }
    free(value);
    free(code);
    return st;
}

seg_status seg_labelmap_coded(seg_labelmap *out, const seg_labelmap *map, const uint32_t *code, seg_error *err)
{
    size_t rows = seg_grid_rows(&map->grid);
    seg_status st;

    *out = (seg_labelmap){.grid = map->grid};
    st = seg_alloc(&out->first, rows + 1, sizeof *out->first, "label rows", err);
    if (!st)
        st = seg_alloc(&out->run, map->runs, sizeof *out->run, "label runs", err);
    if (st) {
        seg_labelmap_free(out);
        return st;
    }
    memcpy(out->first, map->first, (rows + 1) * sizeof *out->first);
    memcpy(out->run, map->run, map->runs * sizeof *out->run);
    out->runs = map->runs;
    out->run_room = map->runs;
    out->rows_done = rows;
    seg_labelmap_recode(out, code);
    return SEG_OK;
}
