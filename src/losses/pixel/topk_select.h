/* topk_select.h - which K voxels cost most, found without sorting and without a copy of the costs. */
#ifndef SEG_LOSSES_PIXEL_TOPK_SELECT_H
#define SEG_LOSSES_PIXEL_TOPK_SELECT_H

#include "../context.h"

/* The chosen voxels are those whose key is at least `from`, and the first `ties` of those whose key is `tie`. */
typedef struct {
    const seg_pair *pair;
    double eps;
    uint64_t from, tie;
    size_t ties;
    double sum; /* of the costs of the chosen voxels: -log max(p, eps), or sum_c t -log max(y, eps) for a soft truth */
} seg_topk;

/* 1 <= count <= voxels that count. first: the counts below, of all voxels of a label truth, or NULL. */
seg_status seg_topk_find(seg_topk *h, const seg_pair *pair, double eps, size_t count, const void *first,
                         seg_error *err);

/* The first count of a label truth, while the map is read for the first time: how many costs have which leading bits.
 * Whole numbers: states may be merged in any order. */
size_t seg_topk_first_bytes(double eps);
void seg_topk_first_count(void *state, const float *p, size_t n, bool flip, double eps);
void seg_topk_first_merge(void *into, const void *state);

/* chosen[voxels] = 1 where chosen; ties go to the lower index. */
void seg_topk_mark(const seg_topk *h, unsigned char *chosen);

#endif
