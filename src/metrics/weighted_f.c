/* weighted_f.c - F of the errors of a grey map, weighted by their place (PySODMetrics' weighted F).
 *
 * E = |p - g|. Inside the mask an error is at most what a 7 x 7 Gaussian makes of E, where pixels outside have the E of
 * the nearest pixel inside; outside, errors weigh 2 - exp(ln 0.5 / 5 distance).
 *
 *     TP = |g| - sum inside,  FP = sum outside,  R = 1 - mean inside,  P = TP / (TP + FP),  F = 2 P R / (P + R)
 *
 * Which of several equally near pixels is taken moves the value by up to 1e-3; here it is the first in file order.
 */
#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "../base/memory.h"
#include "../geometry/nearest_part.h"
#include "grey.h"

enum { REACH = 3 }; /* of the Gaussian: 7 x 7 */

static void gaussian(double k[2 * REACH + 1])
{
    double sum = 0;

    for (int i = -REACH; i <= REACH; i++)
        sum += k[i + REACH] = exp(-i * i / 50.);
    for (int i = 0; i <= 2 * REACH; i++)
        k[i] /= sum;
}

/* One pass of the Gaussian along an axis; zeros outside. */
static void smooth(const double *in, double *out, size_t width, size_t height, bool vertical)
{
    double k[2 * REACH + 1];

    gaussian(k);
    for (size_t y = 0; y < height; y++)
        for (size_t x = 0; x < width; x++) {
            double sum = 0;

            for (int i = -REACH; i <= REACH; i++) {
                size_t at = vertical ? y + (size_t)i : x + (size_t)i; /* below 0 wraps to a large number */

                if (at < (vertical ? height : width))
                    sum += k[i + REACH] * (vertical ? in[at * width + x] : in[y * width + at]);
            }
            out[y * width + x] = sum;
        }
}

struct errors {
    uint32_t *nearest, *squared; /* foreground pixel and distance of each pixel */
    double *e, *smoothed;        /* |p - g|, replaced outside the mask by that of the nearest pixel; and smoothed */
    double *half;
};

static void free_errors(struct errors *w)
{
    free(w->nearest);
    free(w->squared);
    free(w->e);
    free(w->smoothed);
    free(w->half);
}

static seg_status make_errors(struct errors *w, const seg_grey_map *g, size_t width, size_t height, seg_error *err)
{
    const size_t n[3] = {width, height, 1};
    seg_status st = seg_alloc(&w->nearest, g->n, sizeof *w->nearest, "a grey map", err);

    if (!st)
        st = seg_alloc(&w->squared, g->n, sizeof *w->squared, "a grey map", err);
    if (!st)
        st = seg_alloc(&w->e, g->n, sizeof *w->e, "a grey map", err);
    if (!st)
        st = seg_alloc(&w->half, g->n, sizeof *w->half, "a grey map", err);
    if (!st)
        st = seg_alloc(&w->smoothed, g->n, sizeof *w->smoothed, "a grey map", err);
    for (size_t i = 0; i < g->n && !st; i++)
        w->nearest[i] = g->mask[i] ? (uint32_t)i + 1 : 0;
    if (!st)
        st = seg_nearest_parts(n, w->nearest, w->squared, err);
    for (size_t i = 0; i < g->n && !st; i++) {
        size_t from = w->nearest[i] - 1;

        w->e[i] = fabs(g->p[from] - g->mask[from]);
    }
    if (!st) {
        smooth(w->e, w->half, width, height, false);
        smooth(w->half, w->smoothed, width, height, true);
    }
    return st;
}

static double weighted_f(const struct errors *w, const seg_grey_map *g)
{
    double inside = 0, outside = 0, tp, recall, precision;

    for (size_t i = 0; i < g->n; i++) {
        double e = fabs(g->p[i] - g->mask[i]);

        if (g->mask[i])
            inside += fmin(e, w->smoothed[i]);
        else
            outside += e * (2 - exp(log(0.5) / 5 * sqrt((double)w->squared[i])));
    }
    tp = g->positives - inside;
    recall = 1 - inside / g->positives;
    precision = tp / (tp + outside + DBL_EPSILON);
    return 2 * recall * precision / (recall + precision + DBL_EPSILON);
}

static seg_status weighted_f_value(seg_class_ctx *view, const void *params, seg_value *value, seg_error *err)
{
    const size_t *size = view->pair->grid.n;
    struct errors w = {0};
    const seg_grey_map *g;
    seg_status st = seg_class_view_grey(view, &g, err);

    (void)params;
    if (st)
        return st;
    *value = seg_grey_is_image(view, g) ? seg_value_of(0) : seg_value_undefined(SEG_GREY_NO_IMAGE);
    if (!seg_grey_is_image(view, g) || g->positives == 0)
        return SEG_OK;
    st = make_errors(&w, g, size[0], size[1], err);
    if (!st)
        *value = seg_value_of(weighted_f(&w, g));
    free_errors(&w);
    return st;
}

const seg_metric seg_metric_weighted_f = {
    .name = "weighted-f",
    .aliases = {"wfm", "weighted-f-measure", "fbw"},
    .title = "Weighted F-measure of the map",
    .family = SEG_PROBABILITY_METRIC,
    .params = seg_metric_rows,
    .size = sizeof(seg_metric_params),
    .better = 1,
    .definition =
        "2 P R / (P + R) of the map's errors: those inside the mask are smoothed by a Gaussian, those outside\n"
        "weigh more the farther they are from the mask",
    .range = "[0, 1]",
    .empty = "truth 0, both 0",
    .reference = "Margolin et al. 2014, CVPR",
    .class_value = weighted_f_value};
