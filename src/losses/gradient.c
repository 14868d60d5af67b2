/* gradient.c - one class after another, blocks of voxels side by side. */
#include "gradient.h"

#include "../base/parallel.h"

struct fill {
    const seg_pair *pair;
    seg_slope_fn *slope;
    const void *context;
    double *plane;
    int cls;
};

enum { PIECE = 1024 };

static void fill_piece(const struct fill *f, size_t begin, size_t n)
{
    const seg_pair *pair = f->pair;
    double *out = f->plane + begin;
    double y[PIECE], t[PIECE];
    uint16_t code[PIECE];

    seg_pair_prob(pair, f->cls, begin, n, y);
    seg_pair_target(pair, f->cls, begin, n, t);
    seg_pair_codes(pair, begin, n, code);
    for (size_t i = 0; i < n; i++) {
        seg_voxel voxel = {begin + i, f->cls, code[i], t[i], y[i]};

        out[i] = code[i] < pair->classes ? f->slope(f->context, &voxel) : 0;
    }
}

static void fill_block(void *context, size_t begin, size_t end)
{
    for (size_t at = begin; at < end; at += PIECE)
        fill_piece(context, at, end - at < PIECE ? end - at : PIECE);
}

void seg_plane_fill(const seg_pair *pair, int cls, seg_slope_fn *slope, const void *context, double *plane)
{
    struct fill f = {pair, slope, context, plane, cls};

    seg_parallel_blocks(pair->voxels, fill_block, &f);
}

void seg_gradient_fill_class(const seg_pair *pair, int cls, seg_slope_fn *slope, const void *context, double *gradient)
{
    seg_plane_fill(pair, cls, slope, context, gradient + (size_t)cls * pair->voxels);
}

void seg_gradient_fill(const seg_pair *pair, seg_slope_fn *slope, const void *context, double *gradient)
{
    for (int cls = 0; cls < pair->classes; cls++)
        seg_gradient_fill_class(pair, cls, slope, context, gradient);
}
