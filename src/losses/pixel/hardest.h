/* hardest.h - which K voxels cost most, found without sorting and without a copy of the costs. */
#ifndef SEG_LOSSES_PIXEL_HARDEST_H
#define SEG_LOSSES_PIXEL_HARDEST_H

#include "../work.h"

/* The chosen voxels are those whose key is at least `from`, and the first `ties` of those whose key is `tie`. */
typedef struct {
    const seg_pair *pair;
    double eps;
    uint64_t from, tie;
    size_t ties;
    double sum; /* of the costs of the chosen voxels: -log max(p, eps), or sum_c t -log max(y, eps) for a soft truth */
} seg_hardest;

/* 1 <= count <= voxels that count. */
seg_status seg_hardest_find(seg_hardest *h, const seg_pair *pair, double eps, size_t count, seg_error *err);

/* chosen[voxels] = 1 where chosen; ties go to the lower index. */
void seg_hardest_mark(const seg_hardest *h, unsigned char *chosen);

#endif
