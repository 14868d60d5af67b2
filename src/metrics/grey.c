/* grey.c - collects a map and its mask, counts at 256 thresholds, and sweeps a score over them. */
#include "grey.h"

#include <math.h>
#include <stdlib.h>

#include "../base/memory.h"
#include "../base/parallel.h"

const char *const seg_sweep_words[] = {"none", "max", "mean", "adaptive", NULL};

int seg_sweep_of(const seg_numbers *sweep)
{
    return sweep->word >= 0 ? sweep->word : (int)sweep->x[0];
}

void seg_grey_map_free(seg_grey_map *g)
{
    free(g->p);
    free(g->t);
    free(g->mask);
    *g = (seg_grey_map){0};
}

/* ---- the map ---- */

static void take_block(seg_grey_map *g, const seg_class_ctx *view, size_t begin, size_t n)
{
    uint16_t code[SEG_BLOCK];
    double y[SEG_BLOCK], t[SEG_BLOCK];

    seg_pair_prob(view->pair, view->cls, begin, n, y);
    seg_pair_target(view->pair, view->cls, begin, n, t);
    seg_pair_codes(view->pair, begin, n, code);
    for (size_t i = 0; i < n; i++) {
        if (code[i] >= view->pair->classes)
            continue;
        g->p[g->n] = y[i];
        g->t[g->n] = t[i];
        g->mask[g->n] = code[i] == view->cls;
        g->positives += g->mask[g->n++];
    }
}

/* Grey levels of 8 bits were rounded to single precision when they were read: v / 255 again, where all are such. */
static void restore_bytes(seg_grey_map *g)
{
    for (size_t i = 0; i < g->n; i++)
        if (fabs(g->p[i] * 255 - round(g->p[i] * 255)) > 1e-4)
            return;
    for (size_t i = 0; i < g->n; i++)
        g->p[i] = round(g->p[i] * 255) / 255;
}

static void stretch(seg_grey_map *g)
{
    double low = INFINITY, high = -INFINITY;

    for (size_t i = 0; i < g->n; i++) {
        low = fmin(low, g->p[i]);
        high = fmax(high, g->p[i]);
    }
    for (size_t i = 0; i < g->n && low < high; i++)
        g->p[i] = (g->p[i] - low) / (high - low);
}

/* The largest k with p >= k / 255; as PySODMetrics has it, 255 p rounded towards 0. */
static int level_of(const seg_grey_map *g, double p)
{
    int k = (int)(p * 255);

    if (!g->stretched) {
        while (k < 255 && p >= (k + 1) / 255.)
            k++;
        while (k > 0 && p < k / 255.)
            k--;
    }
    return k;
}

static void count_thresholds(seg_grey_map *g)
{
    double adaptive;

    for (size_t i = 0; i < g->n; i++)
        (g->mask[i] ? g->tp : g->fp)[level_of(g, g->p[i])]++;
    for (int k = SEG_GREY_LEVELS - 2; k >= 0; k--) {
        g->tp[k] += g->tp[k + 1];
        g->fp[k] += g->fp[k + 1];
    }
    /* Grey levels often lie exactly at twice the mean: added one after the other, its last digits would decide. */
    adaptive = fmin(2 * (seg_sum(g->p, g->n) / (double)g->n), 1);
    for (size_t i = 0; i < g->n; i++)
        *(g->mask[i] ? &g->tp_adaptive : &g->fp_adaptive) += g->p[i] >= adaptive;
}

static seg_status fill(seg_grey_map *g, const seg_class_ctx *view, seg_error *err)
{
    size_t n = view->pair->voxels;
    seg_status st = seg_alloc(&g->p, n, sizeof *g->p, "a grey map", err);

    if (!st)
        st = seg_alloc(&g->t, n, sizeof *g->t, "a grey map", err);
    if (!st)
        st = seg_alloc(&g->mask, n, sizeof *g->mask, "a grey map", err);
    for (size_t begin = 0; begin < n && !st; begin += SEG_BLOCK)
        take_block(g, view, begin, n - begin < SEG_BLOCK ? n - begin : SEG_BLOCK);
    if (st)
        return st;
    g->negatives = (double)g->n - g->positives;
    if (g->stretched) {
        restore_bytes(g);
        stretch(g);
    }
    count_thresholds(g);
    return SEG_OK;
}

seg_status seg_class_view_grey(seg_class_ctx *view, const seg_grey_map **grey, seg_error *err)
{
    bool stretched = view->convention->grey_stretched;
    seg_grey_map *g = view->grey;
    seg_status st = SEG_OK;

    *grey = g;
    if (g && g->stretched == stretched)
        return SEG_OK;
    if (!g)
        st = seg_alloc(&view->grey, 1, sizeof *view->grey, "a grey map", err);
    if (st)
        return st;
    g = view->grey;
    seg_grey_map_free(g);
    g->stretched = stretched;
    st = fill(g, view, err);
    if (st) {
        seg_grey_map_free(g);
        free(view->grey);
        view->grey = NULL;
    }
    *grey = view->grey;
    return st;
}

bool seg_grey_is_image(const seg_class_ctx *view, const seg_grey_map *g)
{
    return seg_grid_dims(&view->pair->grid) == 2 && g->n == view->pair->voxels;
}

/* ---- sweeps ---- */

static double at(const seg_grey_map *g, double tp, double fp, seg_grey_score *score, const void *context)
{
    return score(context, tp, fp, g->positives - tp, g->negatives - fp);
}

seg_status seg_sweep_value(seg_class_ctx *view, int sweep, seg_grey_score *score, const void *context, seg_value *value,
                           seg_error *err)
{
    const seg_grey_map *g;
    double most = -INFINITY, sum = 0;
    seg_status st = seg_class_view_grey(view, &g, err);

    if (st)
        return st;
    for (int k = SEG_GREY_LEVELS - 1; k >= 0; k--) {
        double x = at(g, g->tp[k], g->fp[k], score, context);

        most = fmax(most, x);
        sum += x;
    }
    *value = seg_value_of(sweep == SEG_SWEEP_MAX    ? most
                          : sweep == SEG_SWEEP_MEAN ? sum / SEG_GREY_LEVELS
                                                    : at(g, g->tp_adaptive, g->fp_adaptive, score, context));
    return SEG_OK;
}

seg_status seg_sweep_curve(seg_class_ctx *view, int sweep, seg_grey_score *score, const void *context, double *y,
                           seg_error *err)
{
    const seg_grey_map *g;
    seg_status st;

    y[0] = NAN;
    if (sweep != SEG_SWEEP_MAX)
        return SEG_OK;
    st = seg_class_view_grey(view, &g, err);
    for (int k = 0; k < SEG_GREY_LEVELS && !st; k++)
        y[k] = at(g, g->tp[k], g->fp[k], score, context);
    return st;
}
