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

/* 1 <= count <= voxels that count. */
seg_status seg_topk_find(seg_topk *h, const seg_pair *pair, double eps, size_t count, seg_error *err);

/* chosen[voxels] = 1 where chosen; ties go to the lower index. */
void seg_topk_mark(const seg_topk *h, unsigned char *chosen);

#endif
