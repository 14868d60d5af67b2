/* box.c - boxes of classes from runs, boxes of masks from words, and masks cut out along them. */
#include "box.h"

#include "bits.h"

seg_box seg_box_join(const seg_box *a, const seg_box *b)
{
    seg_box joint = seg_box_is_empty(a) ? *b : *a;

    if (seg_box_is_empty(a) || seg_box_is_empty(b))
        return joint;
    for (int axis = 0; axis < 3; axis++) {
        if (b->begin[axis] < joint.begin[axis])
            joint.begin[axis] = b->begin[axis];
        if (b->end[axis] > joint.end[axis])
            joint.end[axis] = b->end[axis];
    }
    return joint;
}

seg_box seg_box_grow(const seg_box *box, size_t margin, const size_t n[3])
{
    seg_box grown = *box;

    if (seg_box_is_empty(box))
        return grown;
    for (int axis = 0; axis < 3; axis++) {
        grown.begin[axis] -= margin < box->begin[axis] ? margin : box->begin[axis];
        grown.end[axis] += margin < n[axis] - box->end[axis] ? margin : n[axis] - box->end[axis];
    }
    return grown;
}

/* Widens a box by voxels [begin, end) of row y of slice z. */
static inline void add_run(seg_box *box, size_t begin, size_t end, size_t y, size_t z)
{
    if (seg_box_is_empty(box)) {
        *box = (seg_box){{begin, y, z}, {end, y + 1, z + 1}};
        return;
    }
    box->begin[0] = begin < box->begin[0] ? begin : box->begin[0];
    box->begin[1] = y < box->begin[1] ? y : box->begin[1];
    box->end[0] = end > box->end[0] ? end : box->end[0];
    box->end[1] = y + 1 > box->end[1] ? y + 1 : box->end[1];
    box->end[2] = z + 1; /* slices come in order */
}

static void add_row(const seg_labelmap *map, size_t y, size_t z, size_t codes, seg_box *boxes)
{
    size_t row = y + map->grid.n[1] * z, last = map->first[row + 1] - 1;

    for (size_t r = map->first[row]; r <= last; r++)
        if (map->run[r].code < codes)
            add_run(&boxes[map->run[r].code], map->run[r].x, r < last ? map->run[r + 1].x : map->grid.n[0], y, z);
}

void seg_labelmap_boxes(const seg_labelmap *map, size_t codes, seg_box *boxes)
{
    for (size_t code = 0; code < codes; code++)
        boxes[code] = (seg_box){0};
    for (size_t z = 0; z < map->grid.n[2]; z++)
        for (size_t y = 0; y < map->grid.n[1]; y++)
            add_row(map, y, z, codes, boxes);
}

static void fill_row(uint64_t *bits, const seg_labelmap *map, size_t row, uint32_t code, const seg_box *box)
{
    size_t last = map->first[row + 1] - 1;

    for (size_t r = map->first[row]; r <= last && map->run[r].x < box->end[0]; r++) {
        size_t begin = map->run[r].x, end;

        if (map->run[r].code != code)
            continue;
        end = r < last ? map->run[r + 1].x : map->grid.n[0];
        if (end <= box->begin[0])
            continue;
        seg_bits_fill(bits, begin > box->begin[0] ? begin - box->begin[0] : 0,
                      (end < box->end[0] ? end : box->end[0]) - box->begin[0]);
    }
}

static seg_status alloc_box(seg_mask *mask, const seg_box *box, seg_error *err)
{
    size_t n[3];

    for (int axis = 0; axis < 3; axis++)
        n[axis] = box->end[axis] - box->begin[axis];
    return seg_mask_alloc(mask, n, err);
}

seg_status seg_mask_of_box(seg_mask *mask, const seg_labelmap *map, uint32_t code, const seg_box *box, seg_error *err)
{
    seg_status st = alloc_box(mask, box, err);

    if (st)
        return st;
    for (size_t z = 0; z < mask->n[2]; z++)
        for (size_t y = 0; y < mask->n[1]; y++)
            fill_row(seg_mask_row(mask, y, z), map, box->begin[1] + y + map->grid.n[1] * (box->begin[2] + z), code,
                     box);
    return SEG_OK;
}

seg_status seg_mask_cut(seg_mask *part, const seg_mask *mask, const seg_box *box, seg_error *err)
{
    seg_status st = alloc_box(part, box, err);

    if (st)
        return st;
    for (size_t z = 0; z < part->n[2]; z++)
        for (size_t y = 0; y < part->n[1]; y++) {
            const uint64_t *from = seg_mask_row(mask, box->begin[1] + y, box->begin[2] + z);
            uint64_t *to = seg_mask_row(part, y, z);

            for (size_t i = 0; i < part->words; i++)
                to[i] = seg_bits_at(from, mask->words, box->begin[0] + 64 * i) & seg_bits_low(part->n[0] - 64 * i);
        }
    return SEG_OK;
}

/* The end of the last set bit of a row that has one. */
static size_t row_end(const uint64_t *row, size_t words)
{
    while (!row[words - 1])
        words--;
    return words * 64 - (size_t)__builtin_clzll(row[words - 1]);
}

seg_box seg_mask_box(const seg_mask *mask)
{
    seg_box box = {0};

    for (size_t z = 0; z < mask->n[2]; z++)
        for (size_t y = 0; y < mask->n[1]; y++) {
            const uint64_t *row = seg_mask_row(mask, y, z);
            size_t begin = seg_bits_next(row, mask->n[0], 0, true);

            if (begin < mask->n[0])
                add_run(&box, begin, row_end(row, mask->words), y, z);
        }
    return box;
}
