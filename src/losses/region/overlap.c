/* overlap.c - I, S, N, Q of a class, ratios of them, and gradients through them. */
#include "overlap.h"

#include <stdlib.h>

#include "../../base/memory.h"
#include "../gradient.h"

const char *const seg_intersection_words[] = {"l1", "product", NULL};

seg_status seg_overlap_of(seg_loss_ctx *work, int cls, seg_intersection kind, seg_overlap *o, seg_error *err)
{
    const seg_class_sums *m;
    seg_status st = seg_loss_ctx_sums(work, &m, err);

    bool product = kind == SEG_INTERSECTION_PRODUCT && seg_pair_soft(work->pair);

    if (!st)
        *o = (seg_overlap){product ? m->confusion[cls * m->classes + cls] : m->sum_ty[cls], m->sum_y[cls],
                           m->sum_t[cls], m->sum_y2[cls], m->sum_t2[cls]};
    return st;
}

seg_smooth seg_smooth_of(const seg_numbers *list)
{
    return (seg_smooth){list->x[0], list->x[list->n - 1]};
}

seg_status seg_smooth_check(const char *loss, const seg_numbers *list, seg_error *err)
{
    if (list->n > 2)
        return seg_fail(err, SEG_USAGE,
                        "%s: smooth has %zu numbers, but one or two (numerator/denominator) were wanted", loss,
                        list->n);
    return SEG_OK;
}

double seg_ratio(double above, double below)
{
    return below > 0 ? above / below : 1;
}

struct chain {
    const seg_overlap_slope *slope;
    bool l1; /* a soft truth, and not the product */
};

/* dI/dy is t; for l1 with a soft truth I = (S + N - sum |y - t|) / 2, so it is 1 below t, 0 above it, 1/2 in between.
 * dS/dy = 1, dQ/dy = 2 y. */
static double chain_rule(const void *context, const seg_voxel *v)
{
    const struct chain *chain = context;
    const seg_overlap_slope *s = &chain->slope[v->cls];
    double dI = !chain->l1 ? v->t : v->y < v->t ? 1 : v->y > v->t ? 0 : 0.5;

    return s->I * dI + s->S + s->Q * 2 * v->y;
}

void seg_overlap_gradient(const seg_pair *pair, seg_intersection kind, const seg_overlap_slope *slope, double *gradient)
{
    seg_gradient_fill(pair, chain_rule, &(struct chain){slope, seg_pair_soft(pair) && kind == SEG_INTERSECTION_L1},
                      gradient);
}

seg_status seg_overlap_terms_gradient(seg_loss_ctx *work, const seg_loss *loss, seg_intersection kind,
                                      seg_overlap_term_fn *term, const void *params, double *gradient, seg_error *err)
{
    int C = work->pair->classes, taken = seg_loss_classes_taken(work, loss, params);
    seg_overlap_slope *slope;
    seg_overlap o;
    seg_status st = seg_alloc(&slope, (size_t)C, sizeof *slope, "class slopes", err);

    for (int cls = 0; !st && cls < C; cls++) {
        double w;

        if (!loss->includes_class(work, params, cls))
            continue;
        st = seg_overlap_of(work, cls, kind, &o, err);
        if (st)
            break;
        w = seg_loss_class_weight(work, loss, params, cls, taken);
        slope[cls] = term(&o, params);
        slope[cls].I *= w;
        slope[cls].S *= w;
        slope[cls].Q *= w;
    }
    if (!st)
        seg_overlap_gradient(work->pair, kind, slope, gradient);
    free(slope);
    return st;
}

/* ---- maps ---- */

double seg_overlap_at(const void *term, const seg_voxel *v)
{
    const seg_overlap_term *m = term;
    double i = m->product || v->t == 0 || v->t == 1 ? v->t * v->y : v->t < v->y ? v->t : v->y;

    return m->missed * (v->t - i) + m->added * (v->y - i) + m->squares * (v->t * v->t + v->y * v->y - 2 * i);
}

seg_status seg_overlap_terms_map(seg_loss_ctx *work, const seg_loss *loss, seg_intersection kind,
                                 seg_overlap_map_fn *term, const void *params, seg_loss_map *map, seg_error *err)
{
    int taken = seg_loss_classes_taken(work, loss, params);
    seg_status st = SEG_OK;

    for (int cls = 0; !st && cls < work->pair->classes; cls++) {
        seg_overlap_term m;
        seg_overlap o;
        double w;

        if (!loss->includes_class(work, params, cls))
            continue;
        st = seg_overlap_of(work, cls, kind, &o, err);
        if (st)
            break;
        w = seg_loss_class_weight(work, loss, params, cls, taken);
        m = term(&o, params);
        m.missed *= w;
        m.added *= w;
        m.squares *= w;
        m.product = kind == SEG_INTERSECTION_PRODUCT;
        map->offset += w * m.offset;
        st = seg_loss_map_class(map, cls, seg_overlap_at, &m, err);
    }
    return st;
}
