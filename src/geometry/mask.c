/* mask.c - masks of one bit per voxel: made from runs, counted a word at a time. */
#include "mask.h"

#include <stdlib.h>

#include "../base/memory.h"
#include "bits.h"

seg_status seg_mask_alloc(seg_mask *mask, const size_t n[3], seg_error *err)
{
    seg_mask made = {{n[0], n[1], n[2]}, (n[0] + 63) / 64, NULL};
    seg_status st = seg_alloc(&made.bit, made.words * n[1], n[2] * sizeof *made.bit, "a mask", err);

    *mask = st ? (seg_mask){0} : made;
    return st;
}

seg_status seg_mask_of_code(seg_mask *mask, const seg_labelmap *map, uint32_t code, seg_error *err)
{
    const seg_grid *g = &map->grid;
    seg_status st = seg_mask_alloc(mask, g->n, err);

    if (st)
        return st;
    for (size_t row = 0; row < seg_grid_rows(g); row++)
        for (size_t r = map->first[row]; r < map->first[row + 1]; r++)
            if (map->run[r].code == code)
                seg_bits_fill(mask->bit + row * mask->words, map->run[r].x,
                              r + 1 < map->first[row + 1] ? map->run[r + 1].x : g->n[0]);
    return SEG_OK;
}

size_t seg_mask_count(const seg_mask *mask)
{
    return seg_bits_count(mask->bit, mask->words * mask->n[1] * mask->n[2]);
}

void seg_mask_invert(seg_mask *mask)
{
    for (size_t row = 0; row < mask->n[1] * mask->n[2]; row++)
        for (size_t i = 0; i < mask->words; i++)
            mask->bit[row * mask->words + i] ^= seg_bits_low(mask->n[0] - 64 * i);
}

void seg_mask_free(seg_mask *mask)
{
    free(mask->bit);
    *mask = (seg_mask){0};
}
