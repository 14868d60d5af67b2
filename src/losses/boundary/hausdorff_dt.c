/* hausdorff_dt.c - the Hausdorff loss by distance transforms.
 *
 *     L_c = 1/N sum over n of (p - q)^2 (d_p^alpha + d_q^alpha)
 *     d_M = EDT(not M) inside M + EDT(M) outside M,   0 everywhere if M is empty or the whole image
 *
 * d_p from the truth, d_q from {q > threshold}, class by class: with more than two classes one can win
 * everywhere and still have an empty mask (mask=argmax asks who wins). field=inside keeps EDT(not M) alone,
 * sides=one drops d_q. In the gradient the distances are constants: 2 (q - p) (d_p^alpha + d_q^alpha) / N.
 */
#include <math.h>
#include <stdlib.h>

#include "../../base/blocks.h"
#include "../../base/memory.h"
#include "class_block.h"
#include "hausdorff.h"

struct masking {
    const seg_pair *pair;
    const seg_mask *mask;
    int class;
    double threshold;
};

static void mask_row(void *context, size_t row, int worker)
{
    const struct masking *m = context;
    size_t nx = m->mask->n[0];
    uint64_t *bits = m->mask->bit + row * m->mask->words;
    double q[SEG_BLOCK];

    (void)worker;
    for (size_t x = 0; x < nx; x += SEG_BLOCK) {
        size_t n = nx - x < SEG_BLOCK ? nx - x : SEG_BLOCK;

        seg_class_prob(m->pair, m->class, row * nx + x, n, q);
        for (size_t i = 0; i < n; i++)
            bits[(x + i) / 64] |= (uint64_t)(q[i] > m->threshold) << ((x + i) % 64);
    }
}

static seg_status predicted_mask(seg_mask *mask, const seg_pair *pair, int class, const seg_hausdorff *t,
                                 seg_error *err)
{
    struct masking m = {pair, mask, class, t->threshold};
    seg_status st;

    if (!pair->prob.planes || t->mask == SEG_HAUSDORFF_ARGMAX)
        return seg_mask_of_code(mask, &pair->hard, (uint32_t)class, err);
    st = seg_mask_alloc(mask, pair->grid.n, err);
    if (!st)
        seg_each(seg_grid_rows(&pair->grid), mask_row, &m);
    return st;
}

static seg_status predicted_distance(float **distance, const seg_pair *pair, int class,
                                     const seg_hausdorff *t, seg_error *err)
{
    static const double voxel[3] = {1, 1, 1};
    seg_mask mask = {0};
    seg_status st = predicted_mask(&mask, pair, class, t, err);

    if (!st)
        st = seg_alloc_big(distance, pair->voxels, sizeof **distance, "a distance map", err);
    if (!st)
        st = seg_edt_signed(&mask, t->distance == SEG_DISTANCE_MM ? pair->grid.mm : voxel, *distance, err);
    seg_mask_free(&mask);
    return st;
}

struct pass {
    const seg_pair *pair;
    int class;
    double alpha;
    bool inside;
    const float *truth, *predicted; /* [voxels] signed; predicted may be NULL */
    double scale;
    double *gradient;               /* [voxels] */
};

static inline double power(const struct pass *s, float distance)
{
    double d = fabs((double)distance);

    if (s->inside && distance > 0)
        return 0;
    return s->alpha == 2 ? d * d : pow(d, s->alpha);
}

static inline double field(const struct pass *s, size_t i)
{
    return power(s, s->truth[i]) + (s->predicted ? power(s, s->predicted[i]) : 0);
}

static void add_block(void *context, size_t begin, size_t end, double *sums)
{
    const struct pass *s = context;
    double p[SEG_BLOCK], q[SEG_BLOCK], total = 0;

    seg_hausdorff_block(s->pair, s->class, begin, end - begin, p, q);
    for (size_t i = 0; i < end - begin; i++) {
        double off = p[i] - q[i];

        if (off != 0)
            total += off * off * field(s, begin + i);
    }
    sums[0] = total;
}

static void fill_gradient(void *context, size_t begin, size_t end)
{
    const struct pass *s = context;
    double p[SEG_BLOCK], q[SEG_BLOCK];

    seg_hausdorff_block(s->pair, s->class, begin, end - begin, p, q);
    for (size_t i = 0; i < end - begin; i++)
        s->gradient[begin + i] = s->scale * 2 * (q[i] - p[i]) * field(s, begin + i);
}

seg_status seg_hausdorff_dt(seg_work *work, int class, const seg_hausdorff *t, double *loss, double *gradient,
                            seg_error *err)
{
    struct pass s = {.pair = work->pair, .class = class, .alpha = t->alpha,
                     .inside = t->field == SEG_HAUSDORFF_INSIDE,
                     .scale = 1 / fmax(seg_work_voxels(work), 1), .gradient = gradient};
    seg_set_extent extent;
    float *predicted = NULL;
    seg_status st =
        seg_work_truth_distance(work, class, t->distance == SEG_DISTANCE_MM, &s.truth, &extent, err);

    if (!st && t->sides == SEG_HAUSDORFF_TWO)
        st = predicted_distance(&predicted, work->pair, class, t, err);
    s.predicted = predicted;
    if (!st)
        st = seg_blocks_sum(work->pair->voxels, 1, add_block, &s, loss, err);
    if (!st && gradient)
        seg_blocks_visit(work->pair->voxels, fill_gradient, &s);
    *loss *= s.scale;
    free(predicted);
    return st;
}
