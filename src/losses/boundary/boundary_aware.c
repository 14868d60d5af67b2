/* boundary_aware.c - boundary-aware loss: cross-entropies of a truncated distance map in K binary pieces.
 *
 *     D(n)  = min( ceil(distance to the nearest voxel outside the object / unit), R ),  0 outside
 *     bin   : 0 for D = 0, else ceil(D (K - 1) / R);   b_k = [bin(D) = k] for the truth
 *     L_c   = 1/(N K) sum over n, k of -[ b_k ln h_k + (1 - b_k) ln(1 - h_k) ],   h_k in [eps, 1 - eps]
 *
 * A network for this loss predicts the K maps; a probability map y has none, so they are derived here. Let
 * the object be the random set {y >= tau}, tau uniform in (0, 1); h_k is the probability of bin k. D >= j
 * means that the whole disc of radius j - 1 steps lies in the object, so with e_j the minimum of y over the
 * disc (ball) of radius j unit, e_0 = y, e_R = 0:
 *     P(D = 0) = 1 - e_0,   P(D = j) = e_{j-1} - e_j,   h_k = e_first - e_last of the bin's stretch
 * For 0/1 maps this is exactly the truth's rule. source=threshold takes y > threshold first, and then only
 * counts wrong bins. q=boundary measures to the object's own outermost voxels, by eroding with a cross first.
 * No public code exists.
 *
 * An empty truth is well defined (b_0 = 1); both empty, or a perfect prediction, cost -ln(1 - eps).
 *
 * More than 350 lines: bins, loss and gradient share the ranges of rows where probabilities are not negligible.
 */
#include <math.h>
#include <stdlib.h>

#include "../../base/memory.h"
#include "../../base/parallel.h"
#include "../../geometry/grey_erosion.h"
#include "../../image/label_runs.h"
#include "../../simd/prob.h"
#include "../../simd/simd.h"
#include "../loss.h"
#include "masked_class.h"

enum { Q_OUTSIDE, Q_BOUNDARY };
static const char *const q_words[] = {"outside", "boundary", NULL};
enum { SOURCE_SOFT, SOURCE_THRESHOLD };
static const char *const source_words[] = {"soft", "threshold", NULL};

struct boundary_aware {
    int R, K, q, source;
    double threshold, unit, eps;
    int distance;
    seg_classes classes;
};

/* ---- bins ---- */

/* bin(D) = ceil(D (K - 1) / R) in whole numbers. */
static int bin_of(const struct boundary_aware *t, int D)
{
    return D == 0 ? 0 : (D * (t->K - 1) + t->R - 1) / t->R;
}

/* Balls whose minimum is needed: e at the end of every bin but the last, that is of the radius of its last D. */
static seg_status make_balls(seg_balls *balls, const struct boundary_aware *t, const seg_grid *grid, seg_error *err)
{
    bool mm = t->distance == SEG_DISTANCE_MM;
    double step[3] = {mm ? grid->mm[0] : 1, mm ? grid->mm[1] : 1, mm ? grid->mm[2] : 1}, *radius;
    int levels = t->K - 1;
    seg_status st = seg_alloc(&radius, (size_t)levels, sizeof *radius, "balls", err);

    for (int D = 0; !st && D < t->R; D++)
        if (bin_of(t, D) < levels)
            radius[bin_of(t, D)] = D * t->unit;
    if (!st)
        st = seg_balls_make(balls, radius, levels, step, grid->n, err);
    free(radius);
    return st;
}

/* The signed distance map of the truth's object. */
struct truth {
    const float *distance; /* [voxels] */
    seg_set_extent extent;
};

/* Where the map is eps or more in each row (see outside_loss() for the rest), the losses and one row of work space for
 * each thread. */
struct rows {
    size_t n, *begin, *end; /* [n] */
    double *loss;           /* [n] */
    float *work;            /* [threads][seg_erosion_scratch()] */
    double *map;            /* [voxels] the loss of each, or NULL */
};

/* One class. */
struct maps {
    const seg_pair *pair;
    const struct boundary_aware *t;
    int cls;
    float *y; /* [voxels] probabilities */
    struct truth truth;
    seg_erosion e; /* of y, or for q=boundary of y eroded with a cross */
    struct rows rows;
    double right, wrong; /* outside_loss() */
};

/* The bin of the truth at a voxel. */
static int true_bin(const struct maps *m, size_t i)
{
    double steps;

    if (m->truth.extent != SEG_SET_PARTLY)
        return m->truth.extent == SEG_SET_FULL ? m->t->K - 1 : 0;
    if (m->truth.distance[i] > 0)
        return 0;
    steps = ceil(-(double)m->truth.distance[i] / m->t->unit * (1 - SEG_BALL_SLACK));
    return bin_of(m->t, steps < m->t->R ? (int)steps : m->t->R);
}

static inline double clamp(double h, double eps)
{
    return h < eps ? eps : h > 1 - eps ? 1 - eps : h;
}

/* h_k = e at the end of bin k - 1 less e at the end of bin k. */
static inline double bin_probability(const struct maps *m, const float *work, size_t stride, size_t x, int k)
{
    double before = k == 0 ? 1 : (double)seg_erosion_at(work, stride, k - 1, x);
    double after = k == m->e.balls->levels ? 0 : (double)seg_erosion_at(work, stride, k, x);

    return before - after;
}

/* ---- the loss ---- */

/* Factors are multiplied as long as the product is far from 0 (eps may be 1e-300), and one logarithm is taken. */
static const double FAR_FROM_0 = 1e-6;

static double voxel_loss(const struct maps *m, const float *work, size_t x, int bin)
{
    size_t stride = seg_erosion_stride(&m->e);
    double product = 1, sum = 0;

    for (int k = 0; k < m->t->K; k++) {
        double h = bin_probability(m, work, stride, x, k);

        product *= clamp(k == bin ? h : 1 - h, m->t->eps);
        if (product < FAR_FROM_0) {
            sum -= log(product);
            product = 1;
        }
    }
    return sum - log(product);
}

/* Below eps y and so every e make no difference: the loss of a voxel whose bin is right (0), or wrong. */
static double outside_loss(const struct boundary_aware *t, bool right)
{
    double kept = -log1p(-t->eps), missed = -log(t->eps);

    return right ? t->K * kept : (t->K - 2) * kept + 2 * missed;
}

/* The loss of the voxels [begin, end) of a row, which all are in the class or all outside, where the bin is 0. */
static double piece_loss(const struct maps *m, size_t row, size_t begin, size_t end, bool own, const float *work)
{
    const float *map = m->e.map + row * m->e.n[0];
    size_t n = end - begin;
    double sum = 0;

    if (!own) { /* beyond the row's range all are right */
        begin = begin > m->rows.begin[row] ? begin : m->rows.begin[row];
        end = end < m->rows.end[row] ? end : m->rows.end[row];
        sum = m->right * (double)(begin < end ? n - (end - begin) : n);
    }
    for (size_t x = begin; x < end; x++) {
        int bin = own ? true_bin(m, row * m->e.n[0] + x) : 0;

        sum += map[x] >= m->t->eps ? voxel_loss(m, work, x, bin) : bin == 0 ? m->right : m->wrong;
    }
    return sum;
}

/* The same, voxel by voxel. */
static void map_piece(const struct maps *m, size_t row, size_t begin, size_t end, bool own, const float *work)
{
    const float *y = m->e.map + row * m->e.n[0];

    for (size_t x = begin; x < end; x++) {
        int bin = own ? true_bin(m, row * m->e.n[0] + x) : 0;

        m->rows.map[row * m->e.n[0] + x] = y[x] >= m->t->eps ? voxel_loss(m, work, x, bin)
                                           : bin == 0        ? m->right
                                                             : m->wrong;
    }
}

static void add_row(void *context, size_t row, int worker)
{
    const struct maps *m = context;
    float *work = m->rows.work + (size_t)worker * seg_erosion_scratch(&m->e);
    size_t first = row * m->e.n[0];
    seg_label_runs runs = seg_label_runs_of(&m->pair->truth, first, first + m->e.n[0]);
    double sum = 0;
    seg_label_run s;

    if (m->rows.begin[row] < m->rows.end[row])
        seg_erosion_row(&m->e, row, m->rows.begin[row], m->rows.end[row], work);
    while (seg_label_runs_next(&runs, &s)) {
        if (s.code == (uint32_t)m->pair->classes)
            continue;
        sum += piece_loss(m, row, s.begin - first, s.end - first, s.code == (uint32_t)m->cls, work);
        if (m->rows.map)
            map_piece(m, row, s.begin - first, s.end - first, s.code == (uint32_t)m->cls, work);
    }
    m->rows.loss[row] = sum;
}

/* ---- gradient ---- */

/* dL/dh_k = [ -b_k / h_k + (1 - b_k) / (1 - h_k) ] / (N K) inside the clamp; e at the end of bin k receives
 * that of bin k + 1 less that of bin k, and hands it to the voxel where the minimum was. */
static void add_voxel_gradient(const struct maps *m, size_t row, size_t x, double scale, double *gradient)
{
    size_t stride = seg_erosion_stride(&m->e);
    int bin = true_bin(m, row * m->e.n[0] + x);
    double before = 0;

    for (int k = 0; k < m->t->K; k++) {
        double h = bin_probability(m, m->rows.work, stride, x, k), eps = m->t->eps, slope = 0;

        if (h >= eps && h <= 1 - eps)
            slope = scale * (k == bin ? -1 / h : 1 / (1 - h));
        if (k > 0 && slope != before) {
            size_t at = seg_erosion_argmin(&m->e, row, x, k - 1);

            gradient[m->t->q == Q_BOUNDARY ? seg_cross_argmin(m->y, m->e.n, at) : at] += slope - before;
        }
        before = slope;
    }
}

/* One row after another: a voxel's minimum may lie in another row, so rows do not run side by side. */
static void fill_gradient(const struct maps *m, double scale, double *gradient)
{
    for (size_t row = 0; row < m->rows.n; row++) {
        if (m->rows.begin[row] >= m->rows.end[row])
            continue;
        seg_erosion_row(&m->e, row, m->rows.begin[row], m->rows.end[row], m->rows.work);
        for (size_t x = m->rows.begin[row]; x < m->rows.end[row]; x++) {
            uint16_t code;

            seg_pair_codes(m->pair, row * m->e.n[0] + x, 1, &code);
            if (code < m->pair->classes)
                add_voxel_gradient(m, row, x, scale, gradient);
        }
    }
    seg_class_ignore(m->pair, 0, m->pair->voxels, gradient);
}

/* ---- one class ---- */

static void load_block(void *context, size_t begin, size_t end)
{
    const struct maps *m = context;
    double y[SEG_BLOCK];

    seg_class_prob(m->pair, m->cls, begin, end - begin, y);
    for (size_t i = begin; i < end; i++)
        m->y[i] = (float)(m->t->source == SOURCE_SOFT ? y[i - begin] : (double)(y[i - begin] > m->t->threshold));
}

static void find_row_range(void *context, size_t row, int worker)
{
    const struct maps *m = context;
    const float *map = m->e.map + row * m->e.n[0];
    size_t begin = 0, end = m->e.n[0];
    int32_t least = seg_float_bits_below(m->t->eps) - 1;

    (void)worker;
    seg_simd()->trim(map, least, &begin, &end);
    while (begin < end && map[begin] < m->t->eps)
        begin++;
    while (end > begin && map[end - 1] < m->t->eps)
        end--;
    m->rows.begin[row] = begin;
    m->rows.end[row] = end;
}

/* For q=boundary: the distance map of the truth without its outermost voxels. */
static seg_status inner_distance(struct maps *m, float **distance, seg_error *err)
{
    static const double voxel[3] = {1, 1, 1};
    const seg_grid *grid = &m->pair->grid;
    seg_mask set = {0}, inner = {0};
    seg_status st = seg_mask_of_code(&set, &m->pair->truth, (uint32_t)m->cls, err);

    if (!st)
        st = seg_mask_alloc(&inner, grid->n, err);
    if (!st)
        st = seg_alloc_big(distance, m->pair->voxels, sizeof **distance, "a distance map", err);
    if (!st) {
        seg_cross_erode_mask(&set, grid->n, &inner);
        m->truth.extent = seg_mask_extent(&inner);
        st = seg_edt_signed(&inner, m->t->distance == SEG_DISTANCE_MM ? grid->mm : voxel, *distance, err);
    }
    m->truth.distance = *distance;
    seg_mask_free(&set);
    seg_mask_free(&inner);
    return st;
}

static seg_status truth_distance(struct maps *m, seg_loss_ctx *work, float **own, seg_error *err)
{
    if (m->t->q == Q_BOUNDARY)
        return inner_distance(m, own, err);
    return seg_loss_ctx_truth_distance(work, m->cls, m->t->distance == SEG_DISTANCE_MM, &m->truth.distance,
                                       &m->truth.extent, err);
}

static seg_status alloc_rows(struct rows *rows, const seg_erosion *e, seg_error *err)
{
    seg_status st = seg_alloc(&rows->begin, 2 * rows->n, sizeof *rows->begin, "rows", err);

    if (!st)
        st = seg_alloc(&rows->loss, rows->n, sizeof *rows->loss, "row sums", err);
    if (!st)
        st = seg_alloc_big(&rows->work, (size_t)seg_thread_count() * seg_erosion_scratch(e), sizeof *rows->work, "rows",
                           err);
    rows->end = rows->begin ? rows->begin + rows->n : NULL;
    return st;
}

/* Probabilities, their erosion for q=boundary (in *eroded), and the ranges of rows. */
static seg_status load_maps(struct maps *m, seg_loss_ctx *work, float **eroded, seg_error *err)
{
    seg_status st = seg_loss_ctx_map(work, &m->y, err);

    if (!st && m->t->q == Q_BOUNDARY)
        st = seg_alloc_big(eroded, m->pair->voxels, sizeof **eroded, "probabilities", err);
    if (!st)
        st = alloc_rows(&m->rows, &m->e, err);
    if (st)
        return st;
    seg_parallel_blocks(m->pair->voxels, load_block, m);
    if (m->t->q == Q_BOUNDARY)
        seg_cross_erosion(m->y, m->e.n, *eroded);
    m->e.map = m->t->q == Q_BOUNDARY ? *eroded : m->y;
    seg_parallel_for(m->rows.n, find_row_range, m);
    return SEG_OK;
}

/* What is asked for: L_c, and where they are not NULL dL_c/dy[voxels] and N K times the map[voxels]. */
struct wanted {
    double loss, *gradient, *map;
};

static seg_status compute(seg_loss_ctx *work, int cls, const struct boundary_aware *t, struct wanted *out,
                          seg_error *err)
{
    const seg_grid *grid = &work->pair->grid;
    double scale = 1 / (fmax(seg_loss_ctx_voxels(work), 1) * t->K);
    seg_balls balls = {0};
    struct maps m = {.pair = work->pair,
                     .t = t,
                     .cls = cls,
                     .e = {.balls = &balls, .n = {grid->n[0], grid->n[1], grid->n[2]}},
                     .rows = {.n = seg_grid_rows(grid), .map = out->map},
                     .right = outside_loss(t, true),
                     .wrong = outside_loss(t, false)};
    float *own = NULL, *eroded = NULL;
    seg_status st = make_balls(&balls, t, grid, err);

    if (!st)
        st = truth_distance(&m, work, &own, err);
    if (!st)
        st = load_maps(&m, work, &eroded, err);
    if (!st) {
        seg_parallel_for(m.rows.n, add_row, &m);
        out->loss = scale * seg_sum(m.rows.loss, m.rows.n);
    }
    if (!st && out->gradient)
        fill_gradient(&m, scale, out->gradient);
    seg_balls_free(&balls);
    free(own);
    free(eroded);
    free(m.rows.begin);
    free(m.rows.loss);
    free(m.rows.work);
    return st;
}

static bool takes(const seg_loss_ctx *work, const void *params, int cls)
{
    return seg_loss_ctx_includes(work, &((const struct boundary_aware *)params)->classes, SEG_CLASSES_FG, cls);
}

static seg_status class_value(seg_loss_ctx *work, int cls, const void *params, seg_value *value, seg_error *err)
{
    struct wanted out = {0};
    seg_status st = compute(work, cls, params, &out, err);

    *value = seg_loss_ctx_voxels(work) > 0 ? seg_value_of(out.loss) : seg_value_undefined(SEG_NO_VOXELS);
    return st;
}

static seg_status gradient(seg_loss_ctx *work, const void *params, double *gradient, seg_error *err)
{
    const struct boundary_aware *t = params;
    size_t voxels = work->pair->voxels;
    double taken = fmax(seg_loss_ctx_included(work, &t->classes, SEG_CLASSES_FG), 1);
    seg_status st = SEG_OK;

    if (t->source == SOURCE_THRESHOLD)
        return seg_fail(err, SEG_USAGE, "boundary-aware: source=threshold has no gradient (it counts wrong bins)");
    for (size_t i = 0; i < voxels * (size_t)work->pair->classes; i++)
        gradient[i] = 0;
    for (int cls = 0; !st && cls < work->pair->classes; cls++)
        if (takes(work, t, cls))
            st = compute(work, cls, t, &(struct wanted){.gradient = gradient + (size_t)cls * voxels}, err);
    for (size_t i = 0; i < voxels * (size_t)work->pair->classes; i++)
        gradient[i] /= taken;
    return st;
}

static seg_status loss_map(seg_loss_ctx *work, const void *params, seg_loss_map *map, seg_error *err)
{
    const struct boundary_aware *t = params;
    double taken = seg_loss_ctx_included(work, &t->classes, SEG_CLASSES_FG);
    double scale = 1 / (fmax(seg_loss_ctx_voxels(work), 1) * t->K * taken);
    seg_status st = SEG_OK;

    for (int cls = 0; !st && cls < work->pair->classes; cls++) {
        if (!takes(work, t, cls))
            continue;
        st = compute(work, cls, t, &(struct wanted){.map = seg_loss_map_begin(map)}, err);
        for (size_t i = 0; i < work->pair->voxels; i++)
            map->plane[i] *= scale;
        if (!st)
            st = seg_loss_map_end(map, cls, err);
    }
    return st;
}

static seg_status check(const void *params, seg_error *err)
{
    const struct boundary_aware *t = params;

    if (t->K > t->R + 1)
        return seg_fail(err, SEG_USAGE, "boundary-aware: K is %d, but R = %d allows at most %d bins", t->K, t->R,
                        t->R + 1);
    return SEG_OK;
}

static const seg_param rows[] = {
    SEG_INTEGER("R", struct boundary_aware, R, 5, 1, 255, "distances are truncated here, in steps; at least K - 1"),
    SEG_INTEGER("K", struct boundary_aware, K, 6, 2, 256, "bins of the distance, at most R + 1"),
    SEG_CHOICE("q", struct boundary_aware, q, Q_OUTSIDE, q_words,
               "distance to the nearest voxel outside, or to the boundary"),
    SEG_CHOICE("source", struct boundary_aware, source, SOURCE_SOFT, source_words,
               "probabilities, or a mask by the threshold"),
    SEG_BETWEEN("threshold", struct boundary_aware, threshold, 0.5, 1, "for source=threshold"),
    SEG_POSITIVE("unit", struct boundary_aware, unit, 1, 1e6, "length of one step, voxels or millimetres"),
    SEG_DISTANCE_ROW(struct boundary_aware),
    SEG_BETWEEN("eps", struct boundary_aware, eps, SEG_EPS, 0.1,
                "probabilities of a bin are clamped to [eps, 1 - eps]"),
    SEG_CLASSES_ROW(struct boundary_aware, "fg"),
    {0}};

const seg_loss seg_loss_boundary_aware = {
    .name = "boundary-aware",
    .title = "Boundary-aware loss",
    .level = SEG_BOUNDARY,
    .equation = "L = mean_c 1/(N K) sum_{n,k} -[b_k ln h_k + (1 - b_k) ln(1 - h_k)]\n"
                "b_k = [bin(D) = k],  D = min(ceil(distance to the outside / unit), R)\n"
                "bin(D) = ceil(D (K - 1) / R)\n"
                "h_k = P(bin = k) when the object is {y >= tau}, tau uniform in (0, 1)",
    .symbols = "D  truncated distance of a voxel of the object to the nearest one outside, 0 outside\n"
               "b_k, h_k  bin k of the ground truth's distance map, and its probability for the prediction\n"
               "clamped to [eps, 1 - eps]; from minima of y over discs of radius 0, 1, ... R - 1 steps\n"
               "R, K, unit  truncation, number of bins, length of a step",
    .range = "[0, about -2 ln(eps)/K]; about eps for a perfect prediction",
    .empty = "an empty ground truth is all bin 0 and well defined; both empty: -ln(1 - eps)",
    .advantages =
        "Depends on the shape: a boundary that is wrong by a few voxels has a smaller loss than one that is far off, "
        "and masks reconstructed from the distances can reach beyond a bounding box that is too small.",
    .disadvantages = "A network needs an output per bin; the truncation must fit the size of the objects; "
                     "here the bins are derived from one probability map, which is a definition of this "
                     "tool.",
    .use_cases = "Instance masks inside boxes that may be too small.",
    .reference = "Z. Hayder, X. He and M. Salzmann, Boundary-aware instance segmentation, CVPR 2017, "
                 "arXiv:1612.03129",
    .survey = "Eq. 27 is the distance map alone, to the nearest boundary pixel; the cross-entropies are "
              "described in words.",
    .params = rows,
    .size = sizeof(struct boundary_aware),
    .check = check,
    .class_value = class_value,
    .includes_class = takes,
    .gradient = gradient,
    .map = loss_map,
    .map_kind = SEG_MAP_EXACT,
};
