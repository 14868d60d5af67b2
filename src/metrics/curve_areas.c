/* curve_areas.c - ranking the voxels of a class costs more than all that follows, so both curves are drawn at once. */
#include "curve_areas.h"

#include "class_context.h"
#include "ranking.h"

/* The curves so far, and the precision where they are. */
struct walk {
    seg_curve_areas a;
    double precision;
};

static void add_rank(void *context, uint64_t positives, uint64_t negatives)
{
    struct walk *w = context;
    double p = (double)positives, n = (double)negatives, before = w->precision;

    w->a.won += n * (w->a.positives + p / 2);
    w->a.positives += p;
    w->a.negatives += n;
    w->precision = w->a.positives / (w->a.positives + w->a.negatives);
    w->a.steps += p * w->precision;
    w->a.lines += p * ((before + w->precision) / 2);
}

seg_status seg_curve_areas_of(seg_class_ctx *view, const seg_curve_areas **areas, seg_error *err)
{
    struct walk w = {.precision = 1};
    seg_status st = SEG_OK;
    seg_ranking n;

    if (!view->has_areas) {
        st = seg_ranking_descend(&n, view->pair, view->cls, true, add_rank, &w, err);
        view->areas = w.a;
        view->has_areas = !st;
    }
    *areas = &view->areas;
    return st;
}
