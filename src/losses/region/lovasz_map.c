/* lovasz_map.c - where the Lovasz loss of a class comes from.
 *
 *     m(n) = e_n (J_after - J_before) / count          for the block of voxels with the error e_n
 *
 * Equal errors share the steps of the Jaccard loss equally, so the map does not depend on the order of voxels. Voxels
 * without error add nothing and are left out.
 */
#include "lovasz_map.h"

#include <stdlib.h>
#include <string.h>

#include "../../base/memory.h"
#include "../../base/parallel.h"

struct error {
    double e;
    size_t index; /* twice the voxel, plus whether it is one of the class */
};

static int larger_first(const void *a, const void *b)
{
    const struct error *x = a, *y = b;

    return (x->e < y->e) - (x->e > y->e);
}

/* All errors above 0; room for pair->voxels. */
static size_t collect(const seg_pair *pair, int cls, struct error *error)
{
    double y[SEG_BLOCK];
    uint16_t code[SEG_BLOCK];
    size_t n = 0;

    for (size_t begin = 0; begin < pair->voxels; begin += SEG_BLOCK) {
        size_t here = pair->voxels - begin < SEG_BLOCK ? pair->voxels - begin : SEG_BLOCK;

        seg_pair_codes(pair, begin, here, code);
        seg_pair_prob(pair, cls, begin, here, y);
        for (size_t i = 0; i < here; i++) {
            bool own = code[i] == cls;

            error[n] = (struct error){own ? 1 - y[i] : y[i], 2 * (begin + i) + own};
            n += code[i] < pair->classes && error[n].e > 0;
        }
    }
    return n;
}

/* J = 1 - I / U of what has been seen. */
struct seen {
    double I, U;
};

/* J_after - J_before, from whole numbers: nothing cancels. */
static double step(const struct seen *before, const struct seen *after)
{
    if (before->U == 0)
        return 1;
    return (before->I * after->U - after->I * before->U) / (before->U * after->U);
}

seg_status seg_lovasz_class_map(const seg_loss_ctx *work, int cls, double scale, double *map, seg_error *err)
{
    const seg_pair *pair = work->pair;
    struct seen now = {(double)work->truth_voxels[cls], (double)work->truth_voxels[cls]}, before;
    struct error *error = NULL;
    size_t n = 0, end;
    seg_status st = seg_alloc_big(&error, pair->voxels, sizeof *error, "sorting errors", err);

    if (!st) {
        n = collect(pair, cls, error);
        qsort(error, n, sizeof *error, larger_first);
    }
    for (size_t at = 0; at < n; at = end) {
        before = now;
        for (end = at; end < n && error[end].e == error[at].e; end++) {
            now.I -= error[end].index & 1;
            now.U += !(error[end].index & 1);
        }
        for (size_t i = at; i < end; i++)
            map[error[i].index / 2] = scale * error[i].e * step(&before, &now) / (double)(end - at);
    }
    free(error);
    return st;
}
