/* shared_voxels.h - how many voxels each pair (part a of one map, part b of another) has in common. */
#ifndef SEG_GEOMETRY_SHARED_VOXELS_H
#define SEG_GEOMETRY_SHARED_VOXELS_H

#include <stddef.h>
#include <stdint.h>

#include "../base/error.h"
#include "../image/labelmap.h"

typedef struct {
    uint32_t a, b;
    uint64_t voxels;
} seg_shared;

/* Grows by the pairs that occur, not by a times b. {0} is empty; free(pair). */
typedef struct {
    seg_shared *pair;
    size_t n, room;
    size_t limit; /* entries at which equal pairs are joined again */
} seg_shared_list;

/* Adds voxels to the pair (a, b). */
seg_status seg_shared_add(seg_shared_list *list, uint32_t a, uint32_t b, uint64_t voxels, seg_error *err);

/* Sorts by a, then b, and joins equal pairs. Call it once after the last addition. */
void seg_shared_join(seg_shared_list *list);

/* All pairs of codes (a of one map, b of another on the same grid) with a voxel in common, joined. */
seg_status seg_shared_codes(seg_shared_list *list, const seg_labelmap *a, const seg_labelmap *b, seg_error *err);

#endif
