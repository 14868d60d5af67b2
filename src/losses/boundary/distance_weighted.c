/* distance_weighted.c - sums and gradients along the lines of a distance map. */
#include "distance_weighted.h"

#include <string.h>

#include "../../base/parallel.h"
#include "../../simd/simd.h"
#include "masked_class.h"

static double line_at(const seg_distance_lines *l, float d)
{
    return d < 0 ? l->inside[0] + l->inside[1] * (double)d : l->outside[0] + l->outside[1] * (double)d;
}

static void add_block(void *context, size_t begin, size_t end, double *sums)
{
    const seg_distance_lines *l = context;
    double y[SEG_BLOCK];

    seg_class_prob(l->pair, l->cls, begin, end - begin, y);
    sums[0] = seg_simd()->sum_lines_by_distance(l->inside, l->outside, l->distance + begin, y, end - begin);
}

seg_status seg_lines_value(const seg_lines_loss *loss, seg_loss_ctx *work, int cls, const void *params,
                           seg_value *value, seg_error *err)
{
    seg_distance_lines l = {.pair = work->pair, .cls = cls};
    double sum = 0;
    seg_status st = loss->lines(&l, work, params, err);

    if (!st && l.distance)
        st = seg_parallel_sum(work->pair->voxels, 1, add_block, &l, &sum, err);
    *value = seg_loss_ctx_voxels(work) > 0 ? seg_value_of(l.scale * sum) : seg_value_undefined(SEG_NO_VOXELS);
    return st;
}

struct slope {
    seg_distance_lines l;
    double *gradient; /* [voxels] */
};

static void fill_block(void *context, size_t begin, size_t end)
{
    const struct slope *s = context;

    for (size_t i = begin; i < end; i++)
        s->gradient[i] = s->l.scale * line_at(&s->l, s->l.distance[i]);
    seg_class_ignore(s->l.pair, begin, end - begin, s->gradient + begin);
}

seg_status seg_lines_gradient(const seg_lines_loss *loss, seg_loss_ctx *work, const void *params, double *gradient,
                              seg_error *err)
{
    size_t voxels = work->pair->voxels;
    seg_status st = SEG_OK;

    for (size_t i = 0; i < voxels * (size_t)work->pair->classes; i++)
        gradient[i] = 0;
    for (int cls = 0; !st && cls < work->pair->classes; cls++) {
        struct slope s = {{.pair = work->pair, .cls = cls}, gradient + (size_t)cls * voxels};

        if (!loss->takes_class(work, params, cls))
            continue;
        st = loss->lines(&s.l, work, params, err);
        s.l.scale *= loss->weight(work, params, cls);
        if (!st && s.l.distance)
            seg_parallel_blocks(voxels, fill_block, &s);
    }
    return st;
}

/* ---- map ---- */

static double term(const void *context, const seg_voxel *v)
{
    const seg_distance_lines *l = context;

    return l->scale * line_at(l, l->distance[v->index]) * v->y;
}

seg_status seg_lines_map(const seg_lines_loss *loss, seg_loss_ctx *work, const void *params, seg_loss_map *map,
                         seg_error *err)
{
    seg_status st = SEG_OK;

    for (int cls = 0; !st && cls < work->pair->classes; cls++) {
        seg_distance_lines l = {.pair = work->pair, .cls = cls};

        if (!loss->takes_class(work, params, cls))
            continue;
        st = loss->lines(&l, work, params, err);
        l.scale *= loss->weight(work, params, cls);
        if (!st && l.distance)
            st = seg_loss_map_class(map, cls, term, &l, err);
    }
    return st;
}
