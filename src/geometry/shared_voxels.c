/* shared_voxels.c - a list of pairs that is sorted and joined whenever it has doubled. */
#include "shared_voxels.h"

#include <stdlib.h>

#include "../base/memory.h"

enum { FIRST_LIMIT = 1 << 16 };

static int by_parts(const void *x, const void *y)
{
    const seg_shared *p = x, *q = y;

    if (p->a != q->a)
        return p->a < q->a ? -1 : 1;
    return p->b < q->b ? -1 : p->b > q->b;
}

void seg_shared_join(seg_shared_list *list)
{
    size_t kept = 0;

    if (list->n)
        qsort(list->pair, list->n, sizeof *list->pair, by_parts);
    for (size_t i = 0; i < list->n; i++)
        if (kept && by_parts(&list->pair[kept - 1], &list->pair[i]) == 0)
            list->pair[kept - 1].voxels += list->pair[i].voxels;
        else
            list->pair[kept++] = list->pair[i];
    list->n = kept;
    list->limit = 2 * kept > FIRST_LIMIT ? 2 * kept : FIRST_LIMIT;
}

seg_status seg_shared_add(seg_shared_list *list, uint32_t a, uint32_t b, uint64_t voxels, seg_error *err)
{
    seg_shared *last = list->n ? &list->pair[list->n - 1] : NULL;
    seg_status st;

    if (last && last->a == a && last->b == b) {
        last->voxels += voxels;
        return SEG_OK;
    }
    if (list->n >= list->limit)
        seg_shared_join(list);
    st = seg_grow(&list->pair, &list->room, list->n + 1, sizeof *list->pair, "pairs of labels", err);
    if (!st)
        list->pair[list->n++] = (seg_shared){a, b, voxels};
    return st;
}

static seg_status add_row(seg_shared_list *list, const seg_labelmap *a, const seg_labelmap *b, size_t row,
                          seg_error *err)
{
    size_t i = a->first[row], j = b->first[row], x = 0, width = a->grid.n[0];
    seg_status st = SEG_OK;

    while (x < width && !st) {
        size_t end_a = i + 1 < a->first[row + 1] ? a->run[i + 1].x : width;
        size_t end_b = j + 1 < b->first[row + 1] ? b->run[j + 1].x : width;
        size_t end = end_a < end_b ? end_a : end_b;

        st = seg_shared_add(list, a->run[i].code, b->run[j].code, end - x, err);
        i += end == end_a;
        j += end == end_b;
        x = end;
    }
    return st;
}

seg_status seg_shared_codes(seg_shared_list *list, const seg_labelmap *a, const seg_labelmap *b, seg_error *err)
{
    seg_status st = SEG_OK;

    *list = (seg_shared_list){0};
    for (size_t row = 0; row < seg_grid_rows(&a->grid) && !st; row++)
        st = add_row(list, a, b, row, err);
    seg_shared_join(list);
    return st;
}
