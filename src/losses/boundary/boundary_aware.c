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
 */
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../base/memory.h"
#include "../../base/parallel.h"
#include "../../image/label_runs.h"
#include "../../simd/vec8.h"
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

/* Lengths are compared with this relative slack: NIfTI has voxel sizes as floats, and 5 * 0.8f is above 4. */
static const double SLACK = 1e-6;

/* ---- discs, as rows of growing length ---- */

/* The row dy, dz away belongs to disc j (radius edge[j] unit) with the voxels x - half[j] .. x + half[j];
 * half[j] < 0: it does not. */
struct line {
    ptrdiff_t dy, dz;
    int *half; /* [levels] */
};

/* The discs whose minimum is needed: e at the end of every bin but the last. */
struct discs {
    int levels; /* K - 1 */
    int *edge;  /* [levels] radius in steps, ascending; edge[0] = 0 */
    struct line *line;
    size_t lines;
    int *halves;
};

/* The largest h with (h mm)^2 + rest <= length^2; -1 when there is none. */
static int half_length(double length, double rest, double mm)
{
    double most = length * length * (1 + 2 * SLACK) - rest;

    return most < 0 ? -1 : (int)fmin(sqrt(most) / mm * (1 + SLACK), INT_MAX);
}

static seg_status alloc_discs(struct discs *d, const struct boundary_aware *t, size_t room, seg_error *err)
{
    seg_status st;

    d->levels = t->K - 1;
    st = seg_alloc(&d->edge, (size_t)d->levels, sizeof *d->edge, "discs", err);
    if (!st)
        st = seg_alloc(&d->line, room, sizeof *d->line, "discs", err);
    if (!st)
        st = seg_alloc(&d->halves, room * (size_t)d->levels, sizeof *d->halves, "discs", err);
    return st;
}

/* bin(D) = ceil(D (K - 1) / R) in whole numbers. */
static int bin_of(const struct boundary_aware *t, int D)
{
    return D == 0 ? 0 : (D * (t->K - 1) + t->R - 1) / t->R;
}

static void find_edges(struct discs *d, const struct boundary_aware *t)
{
    for (int D = 0; D < t->R; D++)
        if (bin_of(t, D) < d->levels)
            d->edge[bin_of(t, D)] = D; /* the last D of the bin */
}

static seg_status make_discs(struct discs *d, const struct boundary_aware *t, const seg_grid *grid, seg_error *err)
{
    bool mm = t->distance == SEG_DISTANCE_MM;
    double step[3] = {mm ? grid->mm[0] : 1, mm ? grid->mm[1] : 1, mm ? grid->mm[2] : 1};
    double length = (t->R - 1) * t->unit * (1 + SLACK);
    ptrdiff_t ny = (ptrdiff_t)fmin(length / step[1], (double)grid->n[1] - 1);
    ptrdiff_t nz = (ptrdiff_t)fmin(length / step[2], (double)grid->n[2] - 1);
    seg_status st = alloc_discs(d, t, (size_t)((2 * ny + 1) * (2 * nz + 1)), err);

    if (st)
        return st;
    find_edges(d, t);
    for (ptrdiff_t dz = -nz; dz <= nz; dz++)
        for (ptrdiff_t dy = -ny; dy <= ny; dy++) {
            double y = (double)dy * step[1], z = (double)dz * step[2];
            struct line *line = &d->line[d->lines];

            *line = (struct line){dy, dz, d->halves + d->lines * (size_t)d->levels};
            for (int j = 0; j < d->levels; j++)
                line->half[j] = half_length(d->edge[j] * t->unit, y * y + z * z, step[0]);
            d->lines += line->half[d->levels - 1] >= 0;
        }
    return SEG_OK;
}

static void free_discs(struct discs *d)
{
    free(d->edge);
    free(d->line);
    free(d->halves);
}

/* ---- maps of one class ---- */

struct maps {
    const seg_pair *pair;
    const struct boundary_aware *t;
    int cls;
    size_t nx, ny, nz, rows;
    const struct discs *discs;
    float *y, *eroded;     /* [voxels] probabilities, in the work's space; eroded with a cross, for q=boundary */
    const float *base;     /* one of the two */
    const float *distance; /* [voxels] signed, of the truth's object */
    seg_set_extent extent;
    size_t *begin, *end;     /* [rows] where base is eps or more; elsewhere see outside_loss() */
    double right, wrong;     /* outside_loss() */
    double *parts;           /* [rows] */
    size_t stride;           /* of a row in work space */
    float *work;             /* [workers][levels + 2][stride] */
    double *gradient, scale; /* [voxels] or NULL, and 1/(N K) */
};

static void load_block(void *context, size_t begin, size_t end)
{
    const struct maps *m = context;
    double y[SEG_BLOCK];

    seg_class_prob(m->pair, m->cls, begin, end - begin, y);
    for (size_t i = begin; i < end; i++)
        m->y[i] = (float)(m->t->source == SOURCE_SOFT ? y[i - begin] : (double)(y[i - begin] > m->t->threshold));
}

/* Voxels of the cross around x, y, z that are in the image. */
static int cross_of(const struct maps *m, size_t x, size_t y, size_t z, size_t at[7])
{
    size_t i = x + m->nx * (y + m->ny * z), plane = m->nx * m->ny;
    int n = 0;

    at[n++] = i;
    if (x > 0)
        at[n++] = i - 1;
    if (x + 1 < m->nx)
        at[n++] = i + 1;
    if (y > 0)
        at[n++] = i - m->nx;
    if (y + 1 < m->ny)
        at[n++] = i + m->nx;
    if (z > 0)
        at[n++] = i - plane;
    if (z + 1 < m->nz)
        at[n++] = i + plane;
    return n;
}

static void erode_row(void *context, size_t row, int worker)
{
    const struct maps *m = context;
    size_t at[7];

    (void)worker;
    for (size_t x = 0; x < m->nx; x++) {
        int n = cross_of(m, x, row % m->ny, row / m->ny, at);
        float least = m->y[at[0]];

        for (int k = 1; k < n; k++)
            least = m->y[at[k]] < least ? m->y[at[k]] : least;
        m->eroded[row * m->nx + x] = least;
    }
}

static void find_row_range(void *context, size_t row, int worker)
{
    const struct maps *m = context;
    const float *base = m->base + row * m->nx;
    size_t begin = 0, end = m->nx;
    int32_t least = seg_float_bits_below(m->t->eps) - 1;

    (void)worker;
    while (begin + SEG_VEC_LANES <= end && seg_vec_all_le(base + begin, least))
        begin += SEG_VEC_LANES;
    while (begin < end && base[begin] < m->t->eps)
        begin++;
    while (begin + SEG_VEC_LANES <= end && seg_vec_all_le(base + end - SEG_VEC_LANES, least))
        end -= SEG_VEC_LANES;
    while (end > begin && base[end - 1] < m->t->eps)
        end--;
    m->begin[row] = begin;
    m->end[row] = end;
}

/* A voxel of the truth whose cross is in the truth, as far as it is in the image. */
static void erode_mask(const struct maps *m, const seg_mask *set, const seg_mask *inner)
{
    size_t at[7], plane = m->nx * m->ny;

    for (size_t z = 0; z < m->nz; z++)
        for (size_t y = 0; y < m->ny; y++)
            for (size_t x = 0; x < m->nx; x++) {
                int n = seg_mask_has(set, x, y, z) ? cross_of(m, x, y, z, at) : 0, in = 0;

                for (int k = 0; k < n; k++)
                    in += seg_mask_has(set, at[k] % m->nx, at[k] % plane / m->nx, at[k] / plane);
                if (n > 0 && in == n)
                    seg_mask_set(inner, x, y, z);
            }
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
        erode_mask(m, &set, &inner);
        m->extent = seg_mask_extent(&inner);
        st = seg_edt_signed(&inner, m->t->distance == SEG_DISTANCE_MM ? grid->mm : voxel, *distance, err);
    }
    m->distance = *distance;
    seg_mask_free(&set);
    seg_mask_free(&inner);
    return st;
}

/* ---- the loss of a row ---- */

/* The bin of the truth at a voxel. */
static int true_bin(const struct maps *m, size_t i)
{
    double steps;

    if (m->extent != SEG_SET_PARTLY)
        return m->extent == SEG_SET_FULL ? m->t->K - 1 : 0;
    if (m->distance[i] > 0)
        return 0;
    steps = ceil(-(double)m->distance[i] / m->t->unit * (1 - SLACK));
    return bin_of(m->t, steps < m->t->R ? (int)steps : m->t->R);
}

/* Loops over a fixed number of neighbours are made into vector instructions at any level of optimisation. */
enum { LANES = 16 };

static inline void take_less(float *restrict to, const float *restrict from)
{
    for (int i = 0; i < LANES; i++)
        to[i] = from[i] < to[i] ? from[i] : to[i];
}

static inline void least_of_three(float *restrict to, const float *restrict from)
{
    for (int i = 0; i < LANES; i++) {
        float side = from[i - 1] < from[i + 1] ? from[i - 1] : from[i + 1];

        to[i] = side < from[i] ? side : from[i];
    }
}

/* Rows in work space start LANES after their beginning, with +infinity on both sides. */
static void clear_row(float *row, size_t n)
{
    for (size_t x = 0; x < n; x += LANES)
        for (int i = 0; i < LANES; i++)
            row[x + (size_t)i] = INFINITY;
}

/* Minima of one row of the image over windows of growing length, into the levels' rows, for x in [begin, end). What the
 * windows do not reach is left out: it holds what was there before, and every step spoils one more voxel next to it. */
static void add_line(const struct maps *m, const struct line *line, size_t row, size_t begin, size_t end, float *work)
{
    float *wide = work + (size_t)m->discs->levels * m->stride, *wider = wide + m->stride, *swap;
    size_t most = (size_t)line->half[m->discs->levels - 1], from = begin > most ? begin - most : 0;
    size_t to = m->nx - end > most ? end + most : m->nx;
    int half = 0;

    memcpy(wide + LANES + from, m->base + row * m->nx + from, (to - from) * sizeof *wide);
    for (int j = 1; j < m->discs->levels; j++) {
        float *level = work + (size_t)j * m->stride;

        if (line->half[j] < 0)
            continue;
        for (; half < line->half[j] && (size_t)half < m->nx; half++) {
            for (size_t x = LANES + from / LANES * LANES; x < to + LANES; x += LANES)
                least_of_three(wider + x, wide + x);
            for (size_t x = m->nx; x % LANES != 0; x++) /* the last lanes have gone beyond the row */
                wider[LANES + x] = INFINITY;
            swap = wide;
            wide = wider;
            wider = swap;
        }
        for (size_t x = begin / LANES * LANES; x < end; x += LANES)
            take_less(level + LANES + x, wide + LANES + x);
    }
}

/* e_j of a row at the ends of the bins, for x in the row's range; work row j from LANES on. */
static void find_levels(const struct maps *m, size_t row, float *work)
{
    size_t begin = m->begin[row], end = m->end[row];

    memcpy(work + LANES, m->base + row * m->nx, m->nx * sizeof *work);
    for (int j = 1; j < m->discs->levels + 2; j++)
        clear_row(work + (size_t)j * m->stride, m->stride);
    for (size_t i = 0; i < m->discs->lines; i++) {
        const struct line *line = &m->discs->line[i];
        ptrdiff_t y = (ptrdiff_t)(row % m->ny) + line->dy, z = (ptrdiff_t)(row / m->ny) + line->dz;

        if (y >= 0 && y < (ptrdiff_t)m->ny && z >= 0 && z < (ptrdiff_t)m->nz)
            add_line(m, line, (size_t)(y + z * (ptrdiff_t)m->ny), begin, end, work);
    }
}

static inline double held(double h, double eps)
{
    return h < eps ? eps : h > 1 - eps ? 1 - eps : h;
}

/* h_k = e at the end of bin k - 1 less e at the end of bin k. */
static inline double bin_probability(const struct maps *m, const float *work, size_t x, int k)
{
    double before = k == 0 ? 1 : (double)work[(size_t)(k - 1) * m->stride + LANES + x];
    double after = k == m->discs->levels ? 0 : (double)work[(size_t)k * m->stride + LANES + x];

    return before - after;
}

/* Factors are multiplied as long as the product is far from 0 (eps may be 1e-300), and one logarithm is taken. */
static const double FAR_FROM_0 = 1e-6;

static double voxel_loss(const struct maps *m, const float *work, size_t x, int bin)
{
    double product = 1, sum = 0;

    for (int k = 0; k < m->t->K; k++) {
        double h = bin_probability(m, work, x, k);

        product *= held(k == bin ? h : 1 - h, m->t->eps);
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
    const float *base = m->base + row * m->nx;
    size_t n = end - begin;
    double sum = 0;

    if (!own) { /* beyond the row's range all are right */
        begin = begin > m->begin[row] ? begin : m->begin[row];
        end = end < m->end[row] ? end : m->end[row];
        sum = m->right * (double)(begin < end ? n - (end - begin) : n);
    }
    for (size_t x = begin; x < end; x++) {
        int bin = own ? true_bin(m, row * m->nx + x) : 0;

        sum += base[x] >= m->t->eps ? voxel_loss(m, work, x, bin) : bin == 0 ? m->right : m->wrong;
    }
    return sum;
}

static void run_row(void *context, size_t row, int worker)
{
    const struct maps *m = context;
    float *work = m->work + (size_t)worker * (size_t)(m->discs->levels + 2) * m->stride;
    size_t first = row * m->nx;
    seg_label_runs stretches = seg_label_runs_of(&m->pair->truth, first, first + m->nx);
    double sum = 0;
    seg_label_run s;

    if (m->begin[row] < m->end[row])
        find_levels(m, row, work);
    while (seg_label_runs_next(&stretches, &s))
        if (s.code != (uint32_t)m->pair->classes)
            sum += piece_loss(m, row, s.begin - first, s.end - first, s.code == (uint32_t)m->cls, work);
    m->parts[row] = sum;
}

/* ---- gradient ---- */

/* The voxel where y is smallest in disc j around x of a row; the first one of equals. */
static size_t least_in_disc(const struct maps *m, size_t row, size_t x, int j)
{
    size_t best = row * m->nx + x;

    for (size_t i = 0; i < m->discs->lines; i++) {
        const struct line *line = &m->discs->line[i];
        ptrdiff_t y = (ptrdiff_t)(row % m->ny) + line->dy, z = (ptrdiff_t)(row / m->ny) + line->dz;
        size_t from, to, base, half = (size_t)line->half[j];

        if (line->half[j] < 0 || y < 0 || y >= (ptrdiff_t)m->ny || z < 0 || z >= (ptrdiff_t)m->nz)
            continue;
        base = (size_t)(y + z * (ptrdiff_t)m->ny) * m->nx;
        from = x > half ? x - half : 0;
        to = x + half < m->nx ? x + half + 1 : m->nx;
        for (size_t at = base + from; at < base + to; at++)
            best = m->base[at] < m->base[best] ? at : best;
    }
    return best;
}

static size_t least_in_cross(const struct maps *m, size_t i)
{
    size_t at[7], best = i;
    int n = cross_of(m, i % m->nx, i / m->nx % m->ny, i / m->nx / m->ny, at);

    for (int k = 0; k < n; k++)
        best = m->y[at[k]] < m->y[best] ? at[k] : best;
    return best;
}

/* dL/dh_k = [ -b_k / h_k + (1 - b_k) / (1 - h_k) ] / (N K) inside the clamp; e at the end of bin k receives
 * that of bin k + 1 less that of bin k, and hands it to the voxel where the minimum was. */
static void add_voxel_gradient(const struct maps *m, const float *work, size_t row, size_t x)
{
    int bin = true_bin(m, row * m->nx + x);
    double before = 0;

    for (int k = 0; k < m->t->K; k++) {
        double h = bin_probability(m, work, x, k), eps = m->t->eps, slope = 0;

        if (h >= eps && h <= 1 - eps)
            slope = m->scale * (k == bin ? -1 / h : 1 / (1 - h));
        if (k > 0 && slope != before) {
            size_t at = least_in_disc(m, row, x, k - 1);

            m->gradient[m->t->q == Q_BOUNDARY ? least_in_cross(m, at) : at] += slope - before;
        }
        before = slope;
    }
}

/* One row after another: a voxel's minimum may lie in another row, so rows do not run side by side. */
static void fill_gradient(const struct maps *m)
{
    for (size_t row = 0; row < m->rows; row++) {
        if (m->begin[row] >= m->end[row])
            continue;
        find_levels(m, row, m->work);
        for (size_t x = m->begin[row]; x < m->end[row]; x++) {
            uint16_t code;

            seg_pair_codes(m->pair, row * m->nx + x, 1, &code);
            if (code < m->pair->classes)
                add_voxel_gradient(m, m->work, row, x);
        }
    }
    seg_class_ignore(m->pair, 0, m->pair->voxels, m->gradient);
}

/* ---- one class ---- */

static seg_status alloc_maps(struct maps *m, seg_loss_ctx *work, seg_error *err)
{
    size_t levels = (size_t)m->discs->levels;
    seg_status st;

    m->stride = (m->nx + 4 * LANES - 1) / LANES * LANES;
    st = seg_loss_ctx_map(work, &m->y, err);
    if (!st && m->t->q == Q_BOUNDARY)
        st = seg_alloc_big(&m->eroded, m->pair->voxels, sizeof *m->eroded, "probabilities", err);
    if (!st)
        st = seg_alloc(&m->begin, 2 * m->rows, sizeof *m->begin, "rows", err);
    if (!st)
        st = seg_alloc(&m->parts, m->rows, sizeof *m->parts, "row sums", err);
    if (!st)
        st = seg_alloc_big(&m->work, (size_t)seg_thread_count() * (levels + 2) * m->stride, sizeof *m->work, "rows",
                           err);
    m->end = m->begin ? m->begin + m->rows : NULL;
    return st;
}

static void load_maps(struct maps *m)
{
    seg_parallel_blocks(m->pair->voxels, load_block, m);
    m->base = m->y;
    if (m->t->q == Q_BOUNDARY) {
        seg_parallel_for(m->rows, erode_row, m);
        m->base = m->eroded;
    }
    seg_parallel_for(m->rows, find_row_range, m);
}

static seg_status truth_distance(struct maps *m, seg_loss_ctx *work, float **own, seg_error *err)
{
    if (m->t->q == Q_BOUNDARY)
        return inner_distance(m, own, err);
    return seg_loss_ctx_truth_distance(work, m->cls, m->t->distance == SEG_DISTANCE_MM, &m->distance, &m->extent, err);
}

/* L_c, and dL_c/dy in gradient[voxels] when that is not NULL. */
static seg_status compute(seg_loss_ctx *work, int cls, const struct boundary_aware *t, double *loss, double *gradient,
                          seg_error *err)
{
    const seg_grid *grid = &work->pair->grid;
    struct discs discs = {0};
    struct maps m = {.pair = work->pair,
                     .t = t,
                     .cls = cls,
                     .nx = grid->n[0],
                     .ny = grid->n[1],
                     .nz = grid->n[2],
                     .rows = seg_grid_rows(grid),
                     .discs = &discs,
                     .gradient = gradient,
                     .scale = 1 / (fmax(seg_loss_ctx_voxels(work), 1) * t->K),
                     .right = outside_loss(t, true),
                     .wrong = outside_loss(t, false)};
    float *own = NULL;
    seg_status st = make_discs(&discs, t, grid, err);

    if (!st)
        st = truth_distance(&m, work, &own, err);
    if (!st)
        st = alloc_maps(&m, work, err);
    if (!st) {
        load_maps(&m);
        seg_parallel_for(m.rows, run_row, &m);
        *loss = m.scale * seg_sum(m.parts, m.rows);
    }
    if (!st && gradient)
        fill_gradient(&m);
    free_discs(&discs);
    free(own);
    free(m.eroded);
    free(m.begin);
    free(m.parts);
    free(m.work);
    return st;
}

static bool takes(const seg_loss_ctx *work, const void *params, int cls)
{
    return seg_loss_ctx_includes(work, &((const struct boundary_aware *)params)->classes, SEG_CLASSES_FG, cls);
}

static seg_status class_value(seg_loss_ctx *work, int cls, const void *params, seg_value *value, seg_error *err)
{
    double loss = 0;
    seg_status st = compute(work, cls, params, &loss, NULL, err);

    *value = seg_loss_ctx_voxels(work) > 0 ? seg_value_of(loss) : seg_value_undefined(SEG_NO_VOXELS);
    return st;
}

static seg_status gradient(seg_loss_ctx *work, const void *params, double *gradient, seg_error *err)
{
    const struct boundary_aware *t = params;
    size_t voxels = work->pair->voxels;
    double taken = fmax(seg_loss_ctx_included(work, &t->classes, SEG_CLASSES_FG), 1), loss;
    seg_status st = SEG_OK;

    if (t->source == SOURCE_THRESHOLD)
        return seg_fail(err, SEG_USAGE, "boundary-aware: source=threshold has no gradient (it counts wrong bins)");
    for (size_t i = 0; i < voxels * (size_t)work->pair->classes; i++)
        gradient[i] = 0;
    for (int cls = 0; !st && cls < work->pair->classes; cls++)
        if (takes(work, t, cls))
            st = compute(work, cls, t, &loss, gradient + (size_t)cls * voxels, err);
    for (size_t i = 0; i < voxels * (size_t)work->pair->classes; i++)
        gradient[i] /= taken;
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
    SEG_INTEGER("R", struct boundary_aware, R, 5, 1, 255, "distances are cut off here, in steps"),
    SEG_INTEGER("K", struct boundary_aware, K, 6, 2, 256, "bins of the distance, at most R + 1"),
    SEG_CHOICE("q", struct boundary_aware, q, Q_OUTSIDE, q_words, "where distances end: outside, or on the boundary"),
    SEG_CHOICE("source", struct boundary_aware, source, SOURCE_SOFT, source_words,
               "probabilities as they are, or cut at the threshold"),
    SEG_BETWEEN("threshold", struct boundary_aware, threshold, 0.5, 1, "for source=threshold"),
    SEG_POSITIVE("unit", struct boundary_aware, unit, 1, 1e6, "length of one step, voxels or millimetres"),
    SEG_DISTANCE_ROW(struct boundary_aware),
    SEG_BETWEEN("eps", struct boundary_aware, eps, SEG_EPS, 0.1, "probabilities of a bin are held in [eps, 1 - eps]"),
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
               "b_k, h_k  bin k of the truth's distance map, and its probability for the prediction\n"
               "held in [eps, 1 - eps]; from minima of y over discs of radius 0, 1, ... R - 1 steps\n"
               "R, K, unit  truncation, number of bins, length of a step",
    .range = "[0, about -2 ln(eps)/K]; about eps for a perfect prediction",
    .empty = "an empty truth is all bin 0 and well defined; both empty cost -ln(1 - eps)",
    .advantages = "Sees the shape: a boundary that is off by a few voxels costs less than one that is far "
                  "off, and masks rebuilt from the distances can reach beyond a box that was cut too small.",
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
};
