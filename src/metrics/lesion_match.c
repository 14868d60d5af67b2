/* lesion_match.c - components of prediction and truth, matched by intersection over union. */
#include <stdlib.h>

#include "../base/memory.h"
#include "lesions.h"

struct candidate {
    seg_shared shared; /* a: of the prediction, b: of the truth */
    double iou;
};

/* Better ones first; equal ones in the order of the truth's components, then the prediction's. */
static int better_first(const void *x, const void *y)
{
    const struct candidate *p = x, *q = y;

    if (p->iou != q->iou)
        return p->iou > q->iou ? -1 : 1;
    if (p->shared.b != q->shared.b)
        return p->shared.b < q->shared.b ? -1 : 1;
    return p->shared.a < q->shared.a ? -1 : p->shared.a > q->shared.a;
}

/* The candidates from the pairs, in their place: both arrays have room for n. */
static void rate(struct candidate *candidate, const seg_shared *shared, size_t n, const seg_components of[SEG_SIDES])
{
    for (size_t i = 0; i < n; i++) {
        uint64_t both = of[SEG_PREDICTION].voxels[shared[i].a] + of[SEG_TRUTH].voxels[shared[i].b];

        candidate[i] = (struct candidate){shared[i], (double)shared[i].voxels / (double)(both - shared[i].voxels)};
    }
    if (n)
        qsort(candidate, n, sizeof *candidate, better_first);
}

static void take_best(seg_matches *m, const struct candidate *candidate, size_t n, double iou, bool *used[SEG_SIDES])
{
    for (size_t i = 0; i < n && candidate[i].iou >= iou; i++) {
        bool *p = &used[SEG_PREDICTION][candidate[i].shared.a], *t = &used[SEG_TRUTH][candidate[i].shared.b];

        if (*p || *t)
            continue;
        *p = *t = true;
        m->matched++;
        m->iou += candidate[i].iou;
    }
}

static seg_status match(seg_matches *m, const seg_components of[SEG_SIDES], double iou, seg_error *err)
{
    bool *used[SEG_SIDES] = {NULL, NULL};
    struct candidate *candidate = NULL;
    seg_shared *shared = NULL;
    size_t n;
    seg_status st = seg_components_shared(&shared, &n, &of[SEG_PREDICTION], &of[SEG_TRUTH], NULL, err);

    if (!st)
        st = seg_alloc(&candidate, n, sizeof *candidate, "lesions", err);
    for (int side = 0; side < SEG_SIDES && !st; side++)
        st = seg_alloc(&used[side], of[side].n, sizeof *used[side], "lesions", err);
    if (!st) {
        rate(candidate, shared, n, of);
        take_best(m, candidate, n, iou, used);
    }
    free(used[0]);
    free(used[1]);
    free(candidate);
    free(shared);
    m->missed = of[SEG_TRUTH].n - m->matched;
    m->invented = of[SEG_PREDICTION].n - m->matched;
    return st;
}

seg_status seg_lesions_match(seg_matches *m, seg_class_ctx *view, seg_connectivity reach, double iou, seg_error *err)
{
    seg_components of[SEG_SIDES] = {{0}, {0}};
    seg_status st = seg_class_view_masks(view, err);

    *m = (seg_matches){0};
    for (int side = 0; side < SEG_SIDES && !st; side++)
        st = seg_components_find(&of[side], &view->mask[side], reach, err);
    if (!st)
        st = match(m, of, iou, err);
    for (int side = 0; side < SEG_SIDES; side++)
        seg_components_free(&of[side]);
    return st;
}
