/* saliency.c - measures of grey maps: mean absolute error, E-measure, S-measure, balanced error rate.
 *
 * p: the map, g: the mask, m: means, eps = 2^-52.
 *
 *     E = sum over pixels of (xi + 1)^2 / 4 / (n - 1 + eps),  xi = 2 a c / (a^2 + c^2 + eps),  a = b - m_b,  c = g - m_g
 *     S = max(0, (S_object + S_region) / 2)
 *     BER = 1 - (TP / (TP + FN) + TN / (TN + FP)) / 2
 *
 * b: the map at a threshold. All as PySODMetrics ac5b1fc has them, except where a quarter of S_region is empty: NaN there,
 * 0 here.
 */
#include <float.h>
#include <math.h>

#include "grey.h"

struct swept {
    int convention;
    seg_numbers sweep;
};

static double safe(double above, double below)
{
    return below != 0 ? above / below : 0;
}

/* ---- mean absolute error ---- */

static seg_status mae_value(seg_class_ctx *view, const void *params, seg_value *value, seg_error *err)
{
    const seg_grey_map *g;
    double sum = 0;
    seg_status st = seg_class_view_grey(view, &g, err);

    (void)params;
    for (size_t i = 0; !st && i < g->n; i++)
        sum += fabs(g->p[i] - g->t[i]);
    if (!st)
        *value = seg_value_of(sum / (double)g->n);
    return st;
}

/* ---- scores at a threshold ---- */

/* The part of one kind of pixels, of which there are k. */
static double aligned(double a, double c, double k)
{
    double xi = 2 * a * c / (a * a + c * c + DBL_EPSILON);

    return (xi + 1) * (xi + 1) / 4 * k;
}

static double e_measure(const void *context, double tp, double fp, double fn, double tn)
{
    double n = tp + fp + fn + tn, mb = (tp + fp) / n, mg = (tp + fn) / n, sum;

    (void)context;
    if (tp + fn == 0)
        sum = n - tp - fp;
    else if (fp + tn == 0)
        sum = tp + fp;
    else
        sum = aligned(1 - mb, 1 - mg, tp) + aligned(1 - mb, -mg, fp) + aligned(-mb, 1 - mg, fn) + aligned(-mb, -mg, tn);
    return sum / (n - 1 + DBL_EPSILON);
}

static double ber(const void *context, double tp, double fp, double fn, double tn)
{
    (void)context;
    return 1 - (safe(tp, tp + fn) + safe(tn, tn + fp)) / 2;
}

static seg_status at_threshold(seg_class_ctx *view, const void *params, seg_grey_score *score, seg_value *value,
                               seg_error *err)
{
    const struct swept *p = params;
    int sweep = seg_sweep_of(&p->sweep);

    if (sweep != SEG_SWEEP_NONE)
        return seg_sweep_value(view, sweep, score, NULL, value, err);
    *value = seg_value_of(score(NULL, (double)view->n.tp, (double)view->n.fp, (double)view->n.fn, (double)view->n.tn));
    return SEG_OK;
}

static seg_status e_measure_value(seg_class_ctx *view, const void *params, seg_value *value, seg_error *err)
{
    return at_threshold(view, params, e_measure, value, err);
}

static seg_status ber_value(seg_class_ctx *view, const void *params, seg_value *value, seg_error *err)
{
    return at_threshold(view, params, ber, value, err);
}

static seg_status e_measure_curve(seg_class_ctx *view, const void *params, double *y, seg_error *err)
{
    return seg_sweep_curve(view, seg_sweep_of(&((const struct swept *)params)->sweep), e_measure, NULL, y, err);
}

static seg_status ber_curve(seg_class_ctx *view, const void *params, double *y, seg_error *err)
{
    return seg_sweep_curve(view, seg_sweep_of(&((const struct swept *)params)->sweep), ber, NULL, y, err);
}

/* ---- S-measure ---- */

/* Sums over pixels of an area: of p, g, and their squares and product about the means. */
struct area {
    double n, p, g, pp, gg, pg;
};

/* Pixels [x0, x1) x [y0, y1). */
static struct area area_of(const seg_grey_map *g, size_t width, size_t x0, size_t x1, size_t y0, size_t y1)
{
    struct area a = {(double)(x1 - x0) * (double)(y1 - y0), 0, 0, 0, 0, 0};

    for (size_t y = y0; y < y1; y++)
        for (size_t x = x0; x < x1; x++) {
            a.p += g->p[y * width + x];
            a.g += g->mask[y * width + x];
        }
    a.p /= a.n;
    a.g /= a.n;
    for (size_t y = y0; y < y1; y++)
        for (size_t x = x0; x < x1; x++) {
            double p = g->p[y * width + x] - a.p, t = g->mask[y * width + x] - a.g;

            a.pp += p * p;
            a.gg += t * t;
            a.pg += p * t;
        }
    return a;
}

static double ssim(const struct area *a)
{
    double below = a->n - 1 + DBL_EPSILON, up = 4 * a->p * a->g * (a->pg / below);
    double down = (a->p * a->p + a->g * a->g) * (a->pp / below + a->gg / below);

    return up != 0 ? up / (down + DBL_EPSILON) : down == 0;
}

/* The centroid of the mask, each coordinate rounded half to even, plus 1. */
static void centre_of(const seg_grey_map *g, size_t width, size_t centre[2])
{
    double x = 0, y = 0;

    for (size_t i = 0; i < g->n; i++)
        if (g->mask[i]) {
            x += (double)(i % width);
            y += (double)(i / width);
        }
    centre[0] = (size_t)nearbyint(x / g->positives) + 1;
    centre[1] = (size_t)nearbyint(y / g->positives) + 1;
}

static double region_score(const seg_grey_map *g, size_t width, size_t height)
{
    size_t c[2];
    double score = 0, left = 1;

    centre_of(g, width, c);
    for (int quarter = 0; quarter < 4; quarter++) {
        size_t x0 = quarter & 1 ? c[0] : 0, x1 = quarter & 1 ? width : c[0];
        size_t y0 = quarter & 2 ? c[1] : 0, y1 = quarter & 2 ? height : c[1];
        double weight = quarter == 3 ? left : (double)(x1 - x0) * (double)(y1 - y0) / (double)g->n;
        struct area a = area_of(g, width, x0, x1, y0, y1);

        left -= weight;
        score += x1 > x0 && y1 > y0 ? weight * ssim(&a) : 0;
    }
    return score;
}

/* 2 m / (m^2 + 1 + s + eps) of the map inside the mask, or of 1 - p outside. */
static double likeness(const seg_grey_map *g, bool inside)
{
    double n = inside ? g->positives : g->negatives, mean = 0, squares = 0;

    for (size_t i = 0; i < g->n; i++)
        if (g->mask[i] == inside)
            mean += inside ? g->p[i] : 1 - g->p[i];
    mean /= n;
    for (size_t i = 0; i < g->n; i++)
        if (g->mask[i] == inside) {
            double x = (inside ? g->p[i] : 1 - g->p[i]) - mean;

            squares += x * x;
        }
    return 2 * mean / (mean * mean + 1 + (n > 1 ? sqrt(squares / (n - 1)) : 0) + DBL_EPSILON);
}

static double mean_of_map(const seg_grey_map *g)
{
    double sum = 0;

    for (size_t i = 0; i < g->n; i++)
        sum += g->p[i];
    return sum / (double)g->n;
}

static double s_measure(const seg_grey_map *g, size_t width, size_t height)
{
    double share = g->positives / (double)g->n, object;

    if (g->positives == 0)
        return 1 - mean_of_map(g);
    if (g->negatives == 0)
        return mean_of_map(g);
    object = share * likeness(g, true) + (1 - share) * likeness(g, false);
    return fmax(0, 0.5 * object + 0.5 * region_score(g, width, height));
}

static seg_status s_measure_value(seg_class_ctx *view, const void *params, seg_value *value, seg_error *err)
{
    const size_t *size = view->pair->grid.n;
    const seg_grey_map *g;
    seg_status st = seg_class_view_grey(view, &g, err);

    (void)params;
    if (!st)
        *value = seg_grey_is_image(view, g) ? seg_value_of(s_measure(g, size[0], size[1]))
                                            : seg_value_undefined(SEG_GREY_NO_IMAGE);
    return st;
}

/* ---- descriptors ---- */

static const seg_param swept_rows[] = {SEG_CONVENTION_ROW(struct swept), SEG_SWEEP_ROW(struct swept), {0}};

#define PLAIN .family = SEG_PROBABILITY_METRIC, .params = seg_metric_rows, .size = sizeof(seg_metric_params)
#define SWEPT .family = SEG_PROBABILITY_METRIC, .params = swept_rows, .size = sizeof(struct swept), .each = "sweep"

const seg_metric seg_metric_mae = {.name = "mae",
                                   .aliases = {"mean-absolute-error"},
                                   .title = "Mean absolute error of the map",
                                   PLAIN,
                                   .better = -1,
                                   .definition = "mean over voxels of |p - g|; a soft truth as it is read",
                                   .range = "[0, 1]",
                                   .empty = "a value",
                                   .reference = "Perazzi et al. 2012, CVPR",
                                   .class_value = mae_value};
const seg_metric seg_metric_s_measure = {
    .name = "s-measure",
    .aliases = {"structure-measure", "smeasure"},
    .title = "Structure measure of the map",
    PLAIN,
    .better = 1,
    .definition = "(S_object + S_region) / 2: how alike the map is inside and outside of the mask, and structural\n"
                  "similarity in the four quarters around the centroid of the mask",
    .range = "[0, 1]",
    .empty = "truth 1 - mean p; a full truth mean p",
    .reference = "Fan et al. 2017, ICCV, arXiv 1708.00786",
    .class_value = s_measure_value};
const seg_metric seg_metric_e_measure = {
    .name = "e-measure",
    .aliases = {"enhanced-alignment", "emeasure"},
    .title = "Enhanced alignment measure",
    SWEPT,
    .better = 1,
    .definition =
        "sum over voxels of (xi + 1)^2 / 4 / (n - 1), xi = 2 a c / (a^2 + c^2): a, c the mask of the map and the\n"
        "truth minus their means. A perfect map has n / (n - 1)",
    .range = "[0, n / (n - 1)]",
    .empty = "a value",
    .reference = "Fan et al. 2018, IJCAI, arXiv 1805.10421",
    .class_value = e_measure_value,
    .curve = e_measure_curve};
const seg_metric seg_metric_ber = {
    .name = "ber",
    .aliases = {"balanced-error-rate"},
    .title = "Balanced error rate",
    SWEPT,
    .better = -1,
    .definition = "1 - (TP / (TP + FN) + TN / (TN + FP)) / 2, 0/0 = 0; with sweep=max its worst threshold",
    .range = "[0, 1]",
    .empty = "a value",
    .reference = "Vicente et al. 2016, ECCV",
    .class_value = ber_value,
    .curve = ber_curve};
