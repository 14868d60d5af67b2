/* conditional_boundary.c - conditional boundary loss: edge pixels look like their class, unlike the others.
 *
 * Every pixel has an embedding f: its probabilities (embedding=prob), or their logarithms (logit). In
 * training it is the features of the network; a probability map has no others. Edge pixels are those with
 * another label, or the end of the image, within b = max(1, round(dilation_ratio sqrt(X^2 + Y^2))) pixels
 * along x or y: one of four different boundaries among the losses of this folder. W is the window around a
 * pixel without itself, in its slice.
 *
 *     m_1, m_2  mean of f over the pixels of W with the pixel's own label, sum / (count + 1e-5);
 *               m_2: of the correctly predicted ones
 *     A_1, A_2  the edge pixels of a class for which such a mean exists; A_2: and that are predicted right
 *     a2c   = mean over classes of  mean over A_2 and channels of (f - m_2)^2
 *     cls   = mean over classes of  mean over A_1 of CE(m_1) + mean over A_2 of CE(m_2)
 *     a2pn  = mean over slices of the mean over edge pixels i and neighbours j in W of
 *             (cos(f_i, f_j) - [same label])^2, only neighbours predicted right (ccas=yes)
 *     L     = w_a2c a2c + w_cls cls + w_a2pn a2pn
 *
 * CE(m) = -ln of the share of the pixel's class in m (prob), or of its softmax (logit). A class without A_1
 * or A_2 is left out of the means: an empty prediction can therefore cost less than a poor one, so the number
 * of classes used is reported. Nothing to average at all: not defined. In the gradient m_2 of a2c is a
 * constant, as in the authors' code.
 *
 * More than 350 lines: three terms with three gradients share the edge pixels and one visit of each window.
 */
#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "../../base/memory.h"
#include "../../base/parallel.h"
#include "../loss.h"
#include "embedding.h"
#include "masked_class.h"

enum { EMBEDDING_PROB, EMBEDDING_LOGIT };
static const char *const embedding_words[] = {"prob", "logit", NULL};
enum { ANCHORS_ALL, ANCHORS_NONZERO };
static const char *const anchor_words[] = {"all", "nonzero", NULL};

struct conditional_boundary {
    int window;
    double dilation_ratio;
    int embedding, ccas, anchors;
    double w_a2c, w_cls, w_a2pn, prob_eps;
    seg_classes classes;
};

static const double COUNT_EPS = 1e-5; /* in the authors' mean over a window */

/* What is summed per class, over all slices. */
struct class_sums {
    double a2c, ce1, ce2, n1, n2;
};

/* What is summed over the pairs of a slice. */
enum { PAIR_SUM, PAIR_COUNT, PAIR_SUMS };

/* How much each sum weighs in the gradient; see weigh(). */
struct class_factors {
    double a2c, ce1, ce2;
};

struct job {
    const seg_loss_ctx *work;
    const struct conditional_boundary *t;
    size_t bands;
    struct class_sums *sums;      /* [slices][bands][classes] */
    double *pairs;                /* [slices][PAIR_SUMS] */
    struct class_factors *factor; /* [classes] with a gradient */
    double slices;                /* with pairs; with a gradient */
    double *gradient;             /* [classes][voxels] or NULL */
    double *map;                  /* [voxels] the terms, weighted, or NULL */
};

struct slice {
    const struct job *job;
    size_t nx, ny, z;
    uint16_t *code; /* [pixels] truth */
    uint8_t *edge;  /* [pixels] */
};

/* ---- edge pixels ---- */

static size_t reach(const struct job *job)
{
    double nx = (double)job->work->pair->grid.n[0], ny = (double)job->work->pair->grid.n[1];

    return (size_t)fmax(1, rint(job->t->dilation_ratio * sqrt(nx * nx + ny * ny)));
}

enum { NO_LABEL = UINT16_MAX };

/* calm[x] = the label of the pixels x - b .. x + b of a row when they all have the same, else NO_LABEL. */
static void calm_row(const uint16_t *code, size_t nx, size_t b, uint16_t *calm)
{
    for (size_t x = 0, end; x < nx; x = end) {
        for (end = x + 1; end < nx && code[end] == code[x]; end++)
            ;
        for (size_t i = x; i < end; i++)
            calm[i] = i - x >= b && end - 1 - i >= b ? code[i] : NO_LABEL;
    }
}

/* A pixel is no edge pixel when the rows y - b .. y + b are calm above and below it, with one label. */
static seg_status find_edge(const struct slice *s, seg_error *err)
{
    size_t b = reach(s->job), *rows = NULL;
    uint16_t *calm = NULL, *before = NULL;
    seg_status st = seg_alloc(&rows, s->nx, sizeof *rows, "a row", err);

    if (!st)
        st = seg_alloc(&calm, s->nx, sizeof *calm, "a row", err);
    if (!st)
        st = seg_alloc(&before, s->nx, sizeof *before, "a row", err);
    for (size_t i = 0; i < s->nx * s->ny; i++)
        s->edge[i] = 1;
    for (size_t y = 0; !st && y < s->ny; y++) {
        calm_row(s->code + y * s->nx, s->nx, b, calm);
        for (size_t x = 0; x < s->nx; x++) {
            rows[x] = calm[x] == NO_LABEL ? 0 : y > 0 && calm[x] == before[x] ? rows[x] + 1 : 1;
            before[x] = calm[x];
            if (rows[x] > 2 * b)
                s->edge[(y - b) * s->nx + x] = 0;
        }
    }
    free(rows);
    free(calm);
    free(before);
    return st;
}

/* ---- a band of rows ---- */

struct band {
    seg_embedding e;
    seg_window_stats look;
    double *m1, *m2, *slope; /* [classes] work space */
};

static seg_status band_load(struct band *b, const struct slice *s, size_t band, seg_error *err)
{
    const struct conditional_boundary *t = s->job->t;
    size_t classes = (size_t)s->job->work->pair->classes;
    seg_status st = seg_embedding_load(&b->e, s->job->work->pair, s->z, band, (size_t)t->window / 2,
                                       t->embedding == EMBEDDING_LOGIT ? fmax(t->prob_eps, DBL_MIN) : 0, err);

    b->m1 = NULL;
    if (!st)
        st = seg_alloc(&b->m1, (3 + 2 * SEG_WINDOW_LANES) * classes, sizeof *b->m1, "class means", err);
    if (!st) {
        b->m2 = b->m1 + classes;
        b->slope = b->m2 + classes;
        b->look.m1 = b->slope + classes;
        b->look.m2 = b->look.m1 + SEG_WINDOW_LANES * classes;
    }
    return st;
}

static void band_free(struct band *b)
{
    seg_embedding_free(&b->e);
    free(b->m1);
}

/* ---- one edge pixel and its window ---- */

struct window {
    size_t x, y, x0, x1, y0, y1; /* [x0, x1) x [y0, y1) inside the slice */
    uint16_t code;
    bool right, anchor; /* predicted right; far enough from the border for a2pn */
    double n1, n2;
};

static struct window window_at(const struct slice *s, const struct band *b, size_t x, size_t y)
{
    const struct conditional_boundary *t = s->job->t;
    size_t half = (size_t)t->window / 2;
    uint16_t code = s->code[y * s->nx + x];

    return (struct window){.x = x,
                           .y = y,
                           .x0 = x > half ? x - half : 0,
                           .y0 = y > half ? y - half : 0,
                           .x1 = x + half < s->nx ? x + half + 1 : s->nx,
                           .y1 = y + half < s->ny ? y + half + 1 : s->ny,
                           .code = code,
                           .right = b->e.right[seg_embedding_at(&b->e, x, y)],
                           .anchor = x >= half && y >= half && x + half < s->nx && y + half < s->ny &&
                                     !(t->anchors == ANCHORS_NONZERO && code == 0)};
}

/* An edge pixel that counts, with the sums over its window. */
struct visit {
    const struct slice *s;
    struct band *b;
    const struct window *w;
    size_t at;               /* in the embedding: f of class c is f[c * plane + at] */
    double pair_factor;      /* gradient: of a pair */
    double factor1, factor2; /* gradient: 1/(n + eps) for the members of m_1, m_2 */
    const double *slope1, *slope2;
};

static double f_at(const struct visit *v, int cls, size_t at)
{
    return v->b->e.f[(size_t)cls * v->b->e.plane + at];
}

static double at_least(double x, double least)
{
    return x > least ? x : least;
}

/* CE of a mean embedding, and its derivative by m in slope[] when that is not NULL. */
static double cross_entropy(const double *m, int classes, int cls, const struct conditional_boundary *t, double *slope)
{
    double most = -INFINITY, sum = 0, own;

    if (t->embedding == EMBEDDING_PROB) {
        for (int c = 0; c < classes; c++)
            sum += at_least(m[c], t->prob_eps);
        own = at_least(m[cls], t->prob_eps);
        for (int c = 0; slope && c < classes; c++)
            slope[c] = m[c] > t->prob_eps ? 1 / sum - (c == cls ? 1 / own : 0) : 0;
        return log(sum) - log(own);
    }
    for (int c = 0; c < classes; c++)
        most = at_least(m[c], most);
    for (int c = 0; c < classes; c++)
        sum += exp(m[c] - most);
    for (int c = 0; slope && c < classes; c++)
        slope[c] = exp(m[c] - most) / sum - (c == cls);
    return log(sum) + most - m[cls];
}

/* Lane k of the band's look, as the window's counts and means. */
static struct visit visit_of(const struct slice *s, struct band *b, struct window *w, size_t k)
{
    w->n1 = b->look.n1[k];
    w->n2 = b->look.n2[k];
    for (size_t c = 0; c < (size_t)b->e.rows.classes; c++) {
        b->m1[c] = b->look.m1[c * SEG_WINDOW_LANES + k] / (w->n1 + COUNT_EPS);
        b->m2[c] = b->look.m2[c * SEG_WINDOW_LANES + k] / (w->n2 + COUNT_EPS);
    }
    return (struct visit){.s = s, .b = b, .w = w, .at = seg_embedding_at(&b->e, w->x, w->y)};
}

static void add_class_terms(struct class_sums *sums, const struct visit *v, const struct conditional_boundary *t)
{
    int classes = v->b->e.rows.classes, cls = v->w->code;

    if (v->w->n1 > 0) {
        sums->n1++;
        sums->ce1 += cross_entropy(v->b->m1, classes, cls, t, NULL);
    }
    if (!v->w->right || v->w->n2 == 0)
        return;
    sums->n2++;
    sums->ce2 += cross_entropy(v->b->m2, classes, cls, t, NULL);
    for (int c = 0; c < classes; c++)
        sums->a2c += (f_at(v, c, v->at) - v->b->m2[c]) * (f_at(v, c, v->at) - v->b->m2[c]);
}

static bool takes(const struct job *job, int cls)
{
    return seg_loss_ctx_includes(job->work, &job->t->classes, SEG_CLASSES_PRESENT, cls);
}

/* ---- gradient by the embedding, turned into one by y at the end ----
 *
 *     a2c:   2 (f - m_2) at the pixel
 *     cls:   dCE/dm / (count + 1e-5) at every member of the window
 *     a2pn:  2 (cos - t) (u_j - cos u_i) / |f_i| at i, and the same with i and j exchanged at j;  u = f / |f|
 */
static double *slope_at(const struct slice *s, size_t x, size_t y, int cls)
{
    return s->job->gradient + (size_t)cls * s->job->work->pair->voxels + (s->z * s->ny + y) * s->nx + x;
}

static void add_neighbour_slope(const struct visit *v, size_t x, size_t y)
{
    const seg_embedding *e = &v->b->e;
    const struct window *w = v->w;
    size_t at = seg_embedding_at(e, x, y);
    double norm = e->norm[at], own_norm = e->norm[v->at], cosine = 0, k;
    bool same = e->code[at] == w->code, right = e->right[at];

    if (at == v->at || e->code[at] == e->rows.classes)
        return;
    for (int c = 0; same && c < e->rows.classes; c++) {
        double g = v->slope1 ? v->factor1 * v->slope1[c] : 0;

        *slope_at(v->s, x, y, c) += g + (right && v->slope2 ? v->factor2 * v->slope2[c] : 0);
    }
    if (!w->anchor || (v->s->job->t->ccas && !right))
        return;
    for (int c = 0; c < e->rows.classes; c++)
        cosine += f_at(v, c, at) * f_at(v, c, v->at) / (norm * own_norm);
    k = v->pair_factor * 2 * (cosine - same);
    for (int c = 0; c < e->rows.classes; c++) {
        double u_i = f_at(v, c, v->at) / own_norm, u_j = f_at(v, c, at) / norm;

        *slope_at(v->s, w->x, w->y, c) += k * (u_j - cosine * u_i) / own_norm;
        *slope_at(v->s, x, y, c) += k * (u_i - cosine * u_j) / norm;
    }
}

/* The weight of a pair of the slice in the loss. */
static double pair_factor(const struct slice *s)
{
    return s->job->t->w_a2pn / (s->job->slices * s->job->pairs[s->z * PAIR_SUMS + PAIR_COUNT]);
}

static void add_slopes(struct visit *v)
{
    const struct slice *s = v->s;
    const struct class_factors *factor = &s->job->factor[v->w->code];
    const struct conditional_boundary *t = s->job->t;
    int classes = v->b->e.rows.classes, cls = v->w->code;
    double *slope1 = v->b->slope, *slope2 = v->b->m1; /* m_1 is done with when slope2 is made */

    if (v->w->n1 > 0) {
        cross_entropy(v->b->m1, classes, cls, t, slope1);
        v->slope1 = slope1;
        v->factor1 = factor->ce1 / (v->w->n1 + COUNT_EPS);
    }
    if (v->w->right && v->w->n2 > 0) {
        cross_entropy(v->b->m2, classes, cls, t, slope2);
        v->slope2 = slope2;
        v->factor2 = factor->ce2 / (v->w->n2 + COUNT_EPS);
        for (int c = 0; c < classes; c++)
            *slope_at(s, v->w->x, v->w->y, c) += factor->a2c * 2 * (f_at(v, c, v->at) - v->b->m2[c]);
    }
    v->pair_factor = pair_factor(s);
    for (size_t y = v->w->y0; y < v->w->y1; y++)
        for (size_t x = v->w->x0; x < v->w->x1; x++)
            add_neighbour_slope(v, x, y);
}

/* dL/dy = dL/df df/dy: 1, or 1/y for logarithms. */
static void through_embedding(const struct slice *s)
{
    const seg_pair *pair = s->job->work->pair;
    double eps = s->job->t->prob_eps, y;

    for (int c = 0; s->job->t->embedding == EMBEDDING_LOGIT && c < pair->classes; c++)
        for (size_t i = 0; i < s->nx * s->ny; i++) {
            seg_pair_prob(pair, c, s->z * s->nx * s->ny + i, 1, &y);
            *slope_at(s, i, 0, c) *= y >= eps ? 1 / y : 0;
        }
}

/* ---- map ---- */

/* All terms of an edge pixel, weighted as in the loss. */
static double weighted_terms(const struct visit *v, double pairs)
{
    const struct class_factors *factor = &v->s->job->factor[v->w->code];
    struct class_sums own = {0};

    add_class_terms(&own, v, v->s->job->t);
    return factor->a2c * own.a2c + factor->ce1 * own.ce1 + factor->ce2 * own.ce2 +
           (v->w->anchor ? pair_factor(v->s) * pairs : 0);
}

/* ---- bands and slices ---- */

/* Looks around pixels x .. x + 7 and takes those that are edge pixels and count. */
static void run_octet(const struct slice *s, struct band *b, size_t x, size_t y, double *pairs, struct class_sums *sums)
{
    const struct job *job = s->job;
    size_t most = s->nx - x < SEG_WINDOW_LANES ? s->nx - x : SEG_WINDOW_LANES, lane[SEG_WINDOW_LANES], n = 0;
    double anchor[SEG_WINDOW_LANES] = {0};
    struct window w[SEG_WINDOW_LANES];

    for (size_t k = 0; k < most; k++)
        if (s->edge[y * s->nx + x + k] && s->code[y * s->nx + x + k] != job->work->pair->classes) {
            w[n] = window_at(s, b, x + k, y);
            anchor[k] = w[n].anchor;
            lane[n++] = k;
        }
    seg_embedding_look(&b->e, x, y, anchor, job->t->ccas, &b->look);
    for (size_t i = 0; i < n; i++) {
        struct visit v = visit_of(s, b, &w[i], lane[i]);

        pairs[PAIR_SUM] += b->look.pairs[lane[i]];
        pairs[PAIR_COUNT] += b->look.count[lane[i]];
        if (job->gradient)
            add_slopes(&v);
        else if (job->map)
            job->map[(s->z * s->ny + y) * s->nx + w[i].x] = weighted_terms(&v, b->look.pairs[lane[i]]);
        else if (takes(job, w[i].code))
            add_class_terms(&sums[w[i].code], &v, job->t);
    }
}

static seg_status run_band(void *context, size_t band, int worker, double *pairs, seg_error *err)
{
    const struct slice *s = context;
    const struct job *job = s->job;
    struct class_sums *sums = job->sums + (s->z * job->bands + band) * (size_t)job->work->pair->classes;
    struct band b;
    seg_status st = band_load(&b, s, job->gradient ? SEG_WHOLE_SLICE : band, err);

    (void)worker;
    for (size_t y = b.e.rows.begin; !st && y < b.e.rows.end; y++) {
        const uint8_t *edge = s->edge + y * s->nx;

        for (size_t x = 0; x < s->nx;) {
            if (!edge[x]) {
                x++;
                continue;
            }
            run_octet(s, &b, x, y, pairs, sums);
            x += SEG_WINDOW_LANES;
        }
    }
    band_free(&b);
    return st;
}

/* The sums of pairs stay those of the value while gradient or map are made. */
static seg_status run_bands(struct slice *s, seg_error *err)
{
    const struct job *job = s->job;
    double again[PAIR_SUMS];

    return seg_ordered_sum(job->gradient ? 1 : job->bands, PAIR_SUMS, run_band, s,
                           job->gradient || job->map ? again : job->pairs + s->z * PAIR_SUMS, err);
}

static seg_status run_slice(void *context, size_t z, int worker, double *none, seg_error *err)
{
    const struct job *job = context;
    struct slice s = {.job = job, .nx = job->work->pair->grid.n[0], .ny = job->work->pair->grid.n[1], .z = z};
    size_t pixels = s.nx * s.ny;
    seg_status st = seg_alloc(&s.code, pixels, sizeof *s.code, "a slice", err);

    (void)worker, (void)none;
    if (!st)
        st = seg_alloc(&s.edge, pixels, sizeof *s.edge, "a slice", err);
    if (!st) {
        seg_pair_codes(job->work->pair, z * pixels, pixels, s.code);
        st = find_edge(&s, err);
    }
    if (!st)
        st = run_bands(&s, err);
    if (!st && job->gradient)
        through_embedding(&s);
    free(s.code);
    free(s.edge);
    return st;
}

static seg_status run_slices(struct job *job, seg_error *err)
{
    return seg_ordered_sum(job->work->pair->grid.n[2], 0, run_slice, job, NULL, err);
}

/* ---- the three terms ---- */

struct terms {
    double a2c, cls, a2pn;
    int used;      /* classes */
    double slices; /* with pairs */
};

/* Sums of a class over all slices and bands, in order. */
static struct class_sums class_total(const struct job *job, int cls)
{
    struct class_sums all = {0};
    size_t classes = (size_t)job->work->pair->classes;

    for (size_t i = 0; i < job->work->pair->grid.n[2] * job->bands; i++) {
        const struct class_sums *s = &job->sums[i * classes + (size_t)cls];

        all.a2c += s->a2c;
        all.ce1 += s->ce1;
        all.ce2 += s->ce2;
        all.n1 += s->n1;
        all.n2 += s->n2;
    }
    return all;
}

static struct terms make_terms(const struct job *job)
{
    struct terms t = {0};

    for (int cls = 0; cls < job->work->pair->classes; cls++) {
        struct class_sums s = class_total(job, cls);

        if (s.n1 == 0 || s.n2 == 0)
            continue;
        t.a2c += s.a2c / (s.n2 * job->work->pair->classes);
        t.cls += s.ce1 / s.n1 + s.ce2 / s.n2;
        t.used++;
    }
    t.a2c /= t.used > 0 ? t.used : 1;
    t.cls /= t.used > 0 ? t.used : 1;
    for (size_t z = 0; z < job->work->pair->grid.n[2]; z++) {
        const double *pairs = job->pairs + z * PAIR_SUMS;

        if (pairs[PAIR_COUNT] > 0) {
            t.a2pn += pairs[PAIR_SUM] / pairs[PAIR_COUNT];
            t.slices++;
        }
    }
    t.a2pn /= t.slices > 0 ? t.slices : 1;
    return t;
}

/* What one more unit of each sum adds to the loss. */
static void weigh(struct job *job, const struct terms *terms)
{
    const struct conditional_boundary *t = job->t;

    for (int cls = 0; cls < job->work->pair->classes; cls++) {
        struct class_sums s = class_total(job, cls);
        double share = s.n1 > 0 && s.n2 > 0 ? 1.0 / terms->used : 0;

        job->factor[cls] = (struct class_factors){0};
        if (share > 0)
            job->factor[cls] = (struct class_factors){share * t->w_a2c / (s.n2 * job->work->pair->classes),
                                                      share * t->w_cls / s.n1, share * t->w_cls / s.n2};
    }
    job->slices = terms->slices;
}

static seg_status begin_job(struct job *job, const seg_loss_ctx *work, const struct conditional_boundary *t,
                            seg_error *err)
{
    size_t slices = work->pair->grid.n[2], classes = (size_t)work->pair->classes;
    seg_status st;

    *job = (struct job){.work = work, .t = t};
    job->bands = seg_slice_bands(&work->pair->grid);
    st = seg_alloc(&job->pairs, slices * PAIR_SUMS, sizeof *job->pairs, "slices", err);
    if (!st)
        st = seg_alloc(&job->sums, slices * job->bands * classes, sizeof *job->sums, "slices", err);
    if (!st)
        st = seg_alloc(&job->factor, classes, sizeof *job->factor, "classes", err);
    return st;
}

static void free_job(struct job *job)
{
    free(job->pairs);
    free(job->sums);
    free(job->factor);
}

static seg_status value(seg_loss_ctx *work, const void *params, seg_score *score, seg_error *err)
{
    const struct conditional_boundary *t = params;
    struct terms m = {0};
    struct job job;
    seg_status st = begin_job(&job, work, t, err);

    if (!st)
        st = run_slices(&job, err);
    if (!st)
        m = make_terms(&job);
    score->total = seg_value_of(t->w_a2c * m.a2c + t->w_cls * m.cls + t->w_a2pn * m.a2pn);
    if (m.used == 0 && m.slices == 0)
        score->total = seg_value_undefined(SEG_NOT_COMPUTED "no edge pixel with a neighbour to compare");
    score->extra[0].name = "a2c";
    score->extra[0].x = m.a2c;
    score->extra[1].name = "cls";
    score->extra[1].x = m.cls;
    score->extra[2].name = "a2pn";
    score->extra[2].x = m.a2pn;
    score->extra[3].name = "classes";
    score->extra[3].x = m.used;
    score->extras = 4;
    free_job(&job);
    return st;
}

/* The sums, and the weight of each in the loss. */
static seg_status run_and_weigh(struct job *job, const seg_loss_ctx *work, const struct conditional_boundary *t,
                                seg_error *err)
{
    struct terms terms;
    seg_status st = begin_job(job, work, t, err);

    if (!st)
        st = run_slices(job, err);
    if (st)
        return st;
    terms = make_terms(job);
    weigh(job, &terms);
    return SEG_OK;
}

static seg_status gradient(seg_loss_ctx *work, const void *params, double *gradient, seg_error *err)
{
    struct job job;
    seg_status st = run_and_weigh(&job, work, params, err);

    for (size_t i = 0; i < work->pair->voxels * (size_t)work->pair->classes; i++)
        gradient[i] = 0;
    job.gradient = gradient;
    if (!st)
        st = run_slices(&job, err);
    free_job(&job);
    return st;
}

static double term_at(const void *context, const seg_voxel *v)
{
    return ((const double *)context)[v->index];
}

/* map: every term at its edge pixel, a pair at pixel i; the class is that of the truth there */
static seg_status loss_map(seg_loss_ctx *work, const void *params, seg_loss_map *map, seg_error *err)
{
    struct job job;
    double *terms = NULL;
    seg_status st = run_and_weigh(&job, work, params, err);

    if (!st)
        st = seg_alloc(&terms, work->pair->voxels, sizeof *terms, "terms", err);
    job.map = terms;
    if (!st)
        st = run_slices(&job, err);
    if (!st)
        st = seg_loss_map_fill_own(map, term_at, terms, err);
    free(terms);
    free_job(&job);
    return st;
}

static seg_status check(const void *params, seg_error *err)
{
    const struct conditional_boundary *t = params;

    if (t->window % 2 == 0)
        return seg_fail(err, SEG_USAGE, "conditional-boundary: window is %d, an odd number was wanted", t->window);
    return SEG_OK;
}

static const seg_param rows[] = {
    SEG_INTEGER("window", struct conditional_boundary, window, 5, 3, 101, "side of the window, odd"),
    SEG_BETWEEN("dilation_ratio", struct conditional_boundary, dilation_ratio, 0.02, 1,
                "width of an edge as a share of the diagonal of a slice"),
    SEG_CHOICE("embedding", struct conditional_boundary, embedding, EMBEDDING_PROB, embedding_words,
               "features of a pixel: probabilities or their logarithms"),
    SEG_SWITCH("ccas", struct conditional_boundary, ccas, 1, "a2pn uses only correctly predicted neighbours"),
    SEG_CHOICE("anchors", struct conditional_boundary, anchors, ANCHORS_ALL, anchor_words,
               "a2pn for all edge pixels, or for those of the foreground"),
    SEG_NUMBER("w_a2c", struct conditional_boundary, w_a2c, 2, 0, 1e9, "weight of the distance to the class mean"),
    SEG_NUMBER("w_cls", struct conditional_boundary, w_cls, 0.2, 0, 1e9, "weight of the mean's classification"),
    SEG_NUMBER("w_a2pn", struct conditional_boundary, w_a2pn, 1, 0, 1e9, "weight of the pairs of neighbours"),
    SEG_POSITIVE("prob_eps", struct conditional_boundary, prob_eps, 1e-7, 1e-2,
                 "probabilities are clamped to at least this"),
    SEG_CLASSES_ROW(struct conditional_boundary, "present"),
    {0}};

const seg_loss seg_loss_conditional_boundary = {
    .name = "conditional-boundary",
    .aliases = {"cbl"},
    .title = "Conditional boundary loss",
    .level = SEG_BOUNDARY,
    .equation = "L = w_a2c A2C + w_cls CLS + w_a2pn A2PN\n"
                "A2C = mean_c mean over A_2 and channels of (f - m_2)^2\n"
                "CLS = mean_c [mean over A_1 of CE(m_1) + mean over A_2 of CE(m_2)]\n"
                "A2PN = mean over edge pixels i and neighbours j of (cos(f_i, f_j) - [same label])^2",
    .symbols = "f  embedding of a pixel: its probabilities, or their logarithms\n"
               "m_1, m_2  mean of f over the neighbours of the same label; m_2: of the correctly predicted ones\n"
               "A_1, A_2  edge pixels of a class that have such neighbours; A_2: and are correctly predicted",
    .range = "[0, infinity); about 0 for a perfect prediction",
    .empty = "a class without correctly predicted edge pixels is left out, so an empty prediction can have a smaller "
             "loss than a poor one; the number of classes used is reported; not defined when no pixels can be compared",
    .advantages = "Pulls edge pixels to their own class and away from the others, without aligning "
                  "boundaries; can be added to any loss, without cost at inference.",
    .disadvantages = "Designed for the features of a network: on probabilities it is an approximation. Three weights "
                     "and a window to choose; the set of classes in the mean varies.",
    .use_cases = "Scenes with many classes where pixels next to an edge are confused, added to "
                 "cross-entropy.",
    .reference = "D. Wu et al., Conditional boundary loss for semantic segmentation, IEEE Transactions on "
                 "Image Processing 32, 2023",
    .survey = "The survey describes the terms without a formula.",
    .elsewhere =
        "The released code does not require the neighbours of A2PN to be correct (ccas=no), omits class 0 there "
        "(anchors=nonzero), and uses a dilation ratio of 0.02 although its configuration "
        "says 0.005. Its second head weighs 4, 0.4, 2. The gradient treats m_2 in A2C as a constant, as there.",
    .params = rows,
    .size = sizeof(struct conditional_boundary),
    .check = check,
    .value = value,
    .gradient = gradient,
    .map = loss_map,
    .map_kind = SEG_MAP_EXACT,
};
