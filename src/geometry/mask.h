/* mask.h - a set of voxels, one bit each, rows padded to whole words: what distances and surfaces are made from. */
#ifndef SEG_GEOMETRY_MASK_H
#define SEG_GEOMETRY_MASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../base/error.h"
#include "../image/labelmap.h"

typedef struct {
    size_t n[3];
    size_t words;  /* per row: (n[0] + 63) / 64; bits past n[0] are 0 */
    uint64_t *bit; /* [n[2]][n[1]][words] bit x of a row is bit x % 64 of word x / 64 */
} seg_mask;

seg_status seg_mask_alloc(seg_mask *mask, const size_t n[3], seg_error *err); /* all bits 0 */
seg_status seg_mask_of_code(seg_mask *mask, const seg_labelmap *map, uint32_t code, seg_error *err);
size_t seg_mask_count(const seg_mask *mask);
void seg_mask_invert(seg_mask *mask); /* becomes its complement */
void seg_mask_free(seg_mask *mask);

static inline uint64_t *seg_mask_row(const seg_mask *mask, size_t y, size_t z)
{
    return mask->bit + (y + mask->n[1] * z) * mask->words;
}

static inline bool seg_mask_has(const seg_mask *mask, size_t x, size_t y, size_t z)
{
    return seg_mask_row(mask, y, z)[x / 64] >> (x % 64) & 1;
}

static inline void seg_mask_set(const seg_mask *mask, size_t x, size_t y, size_t z)
{
    seg_mask_row(mask, y, z)[x / 64] |= (uint64_t)1 << (x % 64);
}

#endif
