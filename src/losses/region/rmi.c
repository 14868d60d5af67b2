/* rmi.c - region mutual information: how well the neighbourhoods of the prediction explain those of the truth.
 *
 *     L = sum over classes of  lam BCE + (1 - lam) 1/d mean over slices of  1/2 log det Post
 *     Post = S - B (A + alpha I)^-1 B' + alpha I
 *     A = sum p p',  S = sum t t',  B = sum t p'          centred, over all R x R windows (d = R^2) of the pooled slice
 *     BCE = sum_n -[t log y + (1 - t) log(1 - y)] / (N + 1)
 *
 * Post is what the windows p of the prediction leave unexplained in the windows t of the truth. L has no lower limit at
 * 0: a perfect class reaches 1/2 log(2 alpha) = -3.454, and a class that is absent from a slice gives 1/2 log alpha =
 * -3.801 there, whatever is predicted. A volume is its z slices side by side. A slice that pools to less than one window
 * has no value. Ignored voxels are 0 in both maps. form=survey: 1/2 log det(Post / windows), nothing else.
 */
#include <math.h>
#include <stdlib.h>

#include "../../base/blocks.h"
#include "../../base/memory.h"
#include "../gradient.h"
#include "../loss.h"
#include "../../volume/stretch.h"
#include "../../volume/stretch_sums.h"
#include "cholesky.h"
#include "neighbourhood.h"

enum { AVG, MAX };
static const char *const pool_words[] = {"avg", "max", NULL};

enum { TOTAL, BCE, RMI };
static const char *const part_words[] = {"total", "bce", "rmi", NULL};

struct rmi {
    int radius, pool, pool_size, stride, part, form;
    double lam, pos_alpha, clip_min, eps;
    seg_classes classes;
};

/* The reference adds this to the diagonal before the logarithm. */
static const double DIAGONAL = 1e-8;

/* ---- maps of one slice ---- */

/* Sizes that all slices share. */
struct shape {
    size_t H, W;        /* slice */
    seg_windows pooled;
    size_t d, k, stride, pad;
};

static size_t pooled_length(size_t n, const struct shape *s)
{
    return s->stride == 1 ? n : n + 2 * s->pad < s->k ? 0 : (n + 2 * s->pad - s->k) / s->stride + 1;
}

static struct shape shape_of(const seg_pair *pair, const struct rmi *p)
{
    struct shape s = {.H = pair->grid.n[1], .W = pair->grid.n[0], .k = (size_t)p->pool_size, .stride = (size_t)p->stride};

    s.pad = s.k / 2;
    s.pooled = (seg_windows){pooled_length(s.H, &s), pooled_length(s.W, &s), (size_t)p->radius};
    s.d = s.pooled.R * s.pooled.R;
    return s;
}

static bool large_enough(const struct shape *s)
{
    return s->pooled.h >= s->pooled.R && s->pooled.w >= s->pooled.R;
}

/* The part of [0, n) that the cell's window covers. */
static void span(const struct shape *s, size_t cell, size_t n, size_t *begin, size_t *end)
{
    size_t from = cell * s->stride, to = from + s->k; /* in the padded slice */

    *begin = from > s->pad ? from - s->pad : 0;
    *end = to > s->pad ? to - s->pad : 0;
    *end = *end < n ? *end : n;
}

/* One cell of the pooled map, `plus` added to every voxel. Padding counts as zeros in the mean and not at all in the
 * maximum. */
static double pool_cell(const struct shape *s, int pool, double plus, const double *map, size_t cy, size_t cx)
{
    size_t y0, y1, x0, x1;
    double sum = 0, most = -INFINITY;

    span(s, cy, s->H, &y0, &y1);
    span(s, cx, s->W, &x0, &x1);
    for (size_t y = y0; y < y1; y++)
        for (size_t x = x0; x < x1; x++) {
            double v = map[y * s->W + x] + plus;

            sum += v;
            most = v > most ? v : most;
        }
    return pool == MAX ? most : sum / (double)(s->k * s->k);
}

static void pool_map(const struct shape *s, int pool, double plus, const double *map, double *out)
{
    for (size_t y = 0; y < s->pooled.h; y++)
        for (size_t x = 0; x < s->pooled.w; x++)
            out[y * s->pooled.w + x] = s->stride == 1 ? map[y * s->W + x] + plus : pool_cell(s, pool, plus, map, y, x);
}

/* Moments are taken about the map's mean, so that no digits are lost to it. */
static void centre(double *map, size_t n)
{
    double mean = seg_sum(map, n) / (double)n;

    for (size_t i = 0; i < n; i++)
        map[i] -= mean;
}

/* One thread's work space. */
struct room {
    double *Y, *P;           /* [H W] the slice */
    double *y, *p;           /* [h w] pooled and centred */
    double *mean_y, *mean_p; /* [d] of their windows */
    double *A, *S, *Z, *T;   /* [d d] */
    uint16_t *code;          /* [H W] */
};

struct pass {
    const seg_pair *pair;
    const struct rmi *p;
    struct shape shape;
    int class;
    size_t rooms;
    struct room *room; /* [rooms] one for each worker */
    double *h;         /* [slices] 1/2 log det Post */
    double *gradient;  /* [voxels] of the class, or NULL */
    double factor;     /* of dh/dy in the gradient */
};

static size_t room_size(const struct shape *s)
{
    return 2 * s->H * s->W + 2 * s->pooled.h * s->pooled.w + 2 * s->d + 4 * s->d * s->d;
}

static seg_status make_rooms(struct pass *pass, seg_error *err)
{
    const struct shape *s = &pass->shape;
    size_t slice = s->H * s->W, cells = s->pooled.h * s->pooled.w;
    seg_status st;

    pass->rooms = (size_t)seg_workers();
    st = seg_alloc(&pass->room, pass->rooms, sizeof *pass->room, "slices", err);
    for (size_t w = 0; !st && w < pass->rooms; w++) {
        struct room *r = &pass->room[w];

        st = seg_alloc(&r->Y, room_size(s), sizeof *r->Y, "a slice", err);
        if (!st)
            st = seg_alloc(&r->code, slice, sizeof *r->code, "a slice", err);
        if (st)
            break;
        r->P = r->Y + slice;
        r->y = r->P + slice;
        r->p = r->y + cells;
        r->mean_y = r->p + cells;
        r->mean_p = r->mean_y + s->d;
        r->A = r->mean_p + s->d;
        r->S = r->A + s->d * s->d;
        r->Z = r->S + s->d * s->d;
        r->T = r->Z + s->d * s->d;
    }
    return st;
}

static void free_rooms(struct pass *pass)
{
    for (size_t w = 0; pass->room && w < pass->rooms; w++) {
        free(pass->room[w].Y);
        free(pass->room[w].code);
    }
    free(pass->room);
}

static void load_slice(const struct pass *pass, size_t z, struct room *r)
{
    const struct shape *s = &pass->shape;
    size_t n = s->H * s->W, cells = s->pooled.h * s->pooled.w;

    seg_pair_target(pass->pair, pass->class, z * n, n, r->Y);
    seg_pair_prob(pass->pair, pass->class, z * n, n, r->P);
    if (pass->pair->ignores)
        seg_pair_codes(pass->pair, z * n, n, r->code);
    for (size_t i = 0; pass->pair->ignores && i < n; i++)
        if (r->code[i] == pass->pair->classes)
            r->P[i] = 0;
    pool_map(s, pass->p->pool, 0, r->Y, r->y);
    pool_map(s, pass->p->pool, pass->p->clip_min, r->P, r->p);
    centre(r->y, cells);
    centre(r->p, cells);
}

/* ---- 1/2 log det Post ---- */

static void add_to_diagonal(double *M, size_t n, double x)
{
    for (size_t i = 0; i < n; i++)
        M[i * n + i] += x;
}

/* S = S - Z' Z + alpha I, exactly symmetric. */
static void make_posterior(double *S, const double *Z, size_t d, double alpha)
{
    for (size_t i = 0; i < d; i++)
        for (size_t j = i; j < d; j++) {
            double sum = S[i * d + j];

            for (size_t k = 0; k < d; k++)
                sum -= Z[k * d + i] * Z[k * d + j];
            S[i * d + j] = S[j * d + i] = sum;
        }
    add_to_diagonal(S, d, alpha);
}

/* After this A holds the factor of A + alpha I, Z = (that factor)^-1 B', and S the factor of Post. NAN when one of the
 * two is not positive definite. */
static double half_log_det(const struct pass *pass, struct room *r)
{
    const seg_windows *w = &pass->shape.pooled;
    size_t d = pass->shape.d;
    double h = 0;

    seg_windows_mean(w, r->y, r->mean_y);
    seg_windows_mean(w, r->p, r->mean_p);
    seg_windows_moments(w, r->p, r->p, r->mean_p, r->mean_p, 1, r->A);
    seg_windows_moments(w, r->y, r->y, r->mean_y, r->mean_y, 1, r->S);
    seg_windows_moments(w, r->p, r->y, r->mean_p, r->mean_y, 0, r->Z);
    add_to_diagonal(r->A, d, pass->p->pos_alpha);
    if (!seg_cholesky(r->A, d))
        return NAN;
    seg_cholesky_forward(r->A, d, r->Z, d);
    make_posterior(r->S, r->Z, d, pass->p->pos_alpha);
    if (!seg_cholesky(r->S, d))
        return NAN;
    for (size_t j = 0; j < d; j++)
        h += log(r->S[j * d + j] + DIAGONAL);
    return h;
}

/* ---- its gradient ---- */

/* From the factors: Z becomes K = (A + alpha I)^-1 B', and T becomes Post^-1 K'. */
static void make_gradient_matrices(const struct pass *pass, struct room *r)
{
    size_t d = pass->shape.d;
    double *T = r->T;

    seg_cholesky_backward(r->A, d, r->Z, d);
    for (size_t i = 0; i < d; i++)
        for (size_t j = 0; j < d; j++)
            T[i * d + j] = r->Z[j * d + i];
    seg_cholesky_forward(r->S, d, T, d);
    seg_cholesky_backward(r->S, d, T, d);
}

/* Adds T' (K' p - y) of one window to the pooled gradient. */
static void add_window(const struct pass *pass, const struct room *r, size_t at, double *pooled)
{
    const seg_windows *w = &pass->shape.pooled;
    size_t d = pass->shape.d, R = w->R;

    for (size_t i = 0; i < d; i++) {
        double residual = -(r->y[at + i / R * w->w + i % R] - r->mean_y[i]);

        for (size_t k = 0; k < d; k++)
            residual += r->Z[k * d + i] * (r->p[at + k / R * w->w + k % R] - r->mean_p[k]);
        for (size_t k = 0; k < d; k++)
            pooled[at + k / R * w->w + k % R] += r->T[i * d + k] * residual;
    }
}

/* Spreads the slope of a cell over the voxels it was pooled from: evenly, or to the (first) largest. */
static void spread_cell(const struct pass *pass, const struct room *r, size_t cy, size_t cx, double slope, double *out)
{
    const struct shape *s = &pass->shape;
    size_t y0, y1, x0, x1, best;

    span(s, cy, s->H, &y0, &y1);
    span(s, cx, s->W, &x0, &x1);
    best = y0 * s->W + x0;
    for (size_t y = y0; y < y1; y++)
        for (size_t x = x0; x < x1; x++) {
            if (pass->p->pool == AVG)
                out[y * s->W + x] += slope / (double)(s->k * s->k);
            else if (r->P[y * s->W + x] > r->P[best])
                best = y * s->W + x;
        }
    if (pass->p->pool == MAX)
        out[best] += slope;
}

/* Uses Y, which is no longer needed, for the pooled gradient. */
static void add_slice_gradient(const struct pass *pass, struct room *r, size_t z)
{
    const struct shape *s = &pass->shape;
    const seg_windows *w = &s->pooled;
    size_t cells = w->h * w->w, n = s->H * s->W;
    double *pooled = r->Y, *out = pass->gradient + z * n;

    make_gradient_matrices(pass, r);
    for (size_t i = 0; i < cells; i++)
        pooled[i] = 0;
    for (size_t y = 0; y + w->R <= w->h; y++)
        for (size_t x = 0; x + w->R <= w->w; x++)
            add_window(pass, r, y * w->w + x, pooled);
    for (size_t i = 0; i < cells; i++) {
        double slope = pass->factor * pooled[i];

        if (s->stride == 1)
            out[i] += slope;
        else
            spread_cell(pass, r, i / w->w, i % w->w, slope, out);
    }
    for (size_t i = 0; pass->pair->ignores && i < n; i++)
        out[i] = r->code[i] == pass->pair->classes ? 0 : out[i];
}

static void do_slice(void *context, size_t z, int worker)
{
    const struct pass *pass = context;
    struct room *r = &pass->room[worker];

    load_slice(pass, z, r);
    pass->h[z] = half_log_det(pass, r);
    if (pass->gradient && isfinite(pass->h[z]))
        add_slice_gradient(pass, r, z);
}

/* h of every slice of a class, and its gradient where wanted. */
static seg_status do_slices(struct pass *pass, seg_error *err)
{
    size_t slices = pass->pair->grid.n[2];
    seg_status st = make_rooms(pass, err);

    if (!st)
        st = seg_alloc(&pass->h, slices, sizeof *pass->h, "slices", err);
    if (!st)
        seg_each(slices, do_slice, pass);
    free_rooms(pass);
    return st;
}

/* ---- cross-entropy of a class against the rest ---- */

static void add_bce(void *context, size_t begin, size_t end, double *sums)
{
    const struct pass *pass = context;
    const seg_pair *pair = pass->pair;
    seg_stretches stretches = seg_stretches_of(&pair->truth, begin, end);
    float scratch[SEG_BLOCK];
    bool flip;
    const float *p = seg_pair_block(pair, pass->class, begin, end - begin, scratch, &flip);
    seg_stretch s;

    while (seg_stretches_next(&stretches, &s)) {
        seg_stretch_sums add = {0};
        bool own = s.code == (uint32_t)pass->class;

        if (s.code == (uint32_t)pair->classes)
            continue;
        /* off the class the cost is -log(1 - y): that of the flipped map */
        seg_stretch_own(p + (s.begin - begin), s.end - s.begin, own ? flip : !flip, pass->p->eps, &add);
        sums[0] += add.log;
    }
}

enum { PIECE = 1024 };

static double minus_log(double y, double eps)
{
    return -log(y > eps ? y : eps);
}

static void add_soft_bce(void *context, size_t begin, size_t end, double *sums)
{
    const struct pass *pass = context;
    double y[PIECE], t[PIECE];
    uint16_t code[PIECE];

    for (size_t at = begin; at < end; at += PIECE) {
        size_t n = end - at < PIECE ? end - at : PIECE;

        seg_pair_prob(pass->pair, pass->class, at, n, y);
        seg_pair_target(pass->pair, pass->class, at, n, t);
        seg_pair_codes(pass->pair, at, n, code);
        for (size_t i = 0; i < n; i++)
            if (code[i] < pass->pair->classes)
                sums[0] += t[i] * minus_log(y[i], pass->p->eps) + (1 - t[i]) * minus_log(1 - y[i], pass->p->eps);
    }
}

/* ---- the loss ---- */

static const char TOO_SMALL[] = SEG_NOT_COMPUTED "image too small for rmi (use a smaller stride or radius)";
static const char NOT_DEFINITE[] = SEG_NOT_COMPUTED "matrix not positive definite (use a larger pos-alpha)";

/* The mean over slices of h, in the form asked for. */
static double information(const struct pass *pass)
{
    size_t slices = pass->pair->grid.n[2];
    double h = 0, d = (double)pass->shape.d;

    for (size_t z = 0; z < slices; z++)
        h += pass->h[z];
    h /= (double)slices;
    if (pass->p->form == SEG_FORM_SURVEY)
        return h - d / 2 * log((double)seg_windows_count(&pass->shape.pooled));
    return h / d;
}

static seg_status bce_of(struct pass *pass, const seg_work *work, double *bce, seg_error *err)
{
    seg_status st = seg_blocks_sum(pass->pair->voxels, 1, seg_pair_soft(pass->pair) ? add_soft_bce : add_bce, pass, bce,
                                   err);

    *bce /= seg_work_voxels(work) + 1;
    return st;
}

static double combined(const struct rmi *p, double bce, double information)
{
    if (p->form == SEG_FORM_SURVEY || p->part == RMI)
        return information;
    return p->part == BCE ? bce : p->lam * bce + (1 - p->lam) * information;
}

static seg_status class_value(seg_work *work, int class, const void *params, seg_value *value, seg_error *err)
{
    const struct rmi *p = params;
    struct pass pass = {.pair = work->pair, .p = p, .shape = shape_of(work->pair, p), .class = class};
    double bce = 0, I = 0;
    seg_status st = SEG_OK;

    if (!large_enough(&pass.shape)) {
        *value = seg_value_undefined(TOO_SMALL);
        return SEG_OK;
    }
    if (p->form == SEG_FORM_REFERENCE && p->part != RMI)
        st = bce_of(&pass, work, &bce, err);
    if (!st && (p->form == SEG_FORM_SURVEY || p->part != BCE)) {
        st = do_slices(&pass, err);
        I = st ? 0 : information(&pass);
    }
    if (!st)
        *value = isnan(I) ? seg_value_undefined(NOT_DEFINITE) : seg_value_of(combined(p, bce, I));
    free(pass.h);
    return st;
}

static bool takes(const seg_work *work, const void *params, int class)
{
    const struct rmi *p = params;

    return p->form == SEG_FORM_SURVEY || seg_work_takes(work, &p->classes, SEG_CLASSES_ALL, class);
}

struct slope {
    double factor, eps;
};

/* value:    B  = (-t log y - (1 - t) log(1 - y)) / (N + 1)
 * gradient: B' = (-t / y + (1 - t) / (1 - y)) / (N + 1);  below eps the slopes at eps */
static double bce_slope(const void *context, const seg_voxel *v)
{
    const struct slope *s = context;
    double y = v->y > s->eps ? v->y : s->eps, rest = 1 - v->y > s->eps ? 1 - v->y : s->eps;

    return s->factor * (-v->t / y + (1 - v->t) / rest);
}

/* How much BCE and 1/2 log det count. */
static void factors(const struct pass *pass, const seg_work *work, double *bce, double *h)
{
    const struct rmi *p = pass->p;

    *bce = (p->part == TOTAL ? p->lam : p->part == BCE) / (seg_work_voxels(work) + 1);
    *h = (p->part == TOTAL ? 1 - p->lam : p->part == RMI) / (double)(pass->shape.d * pass->pair->grid.n[2]);
    if (p->form == SEG_FORM_SURVEY) {
        *bce = 0;
        *h = 1.0 / (double)pass->pair->grid.n[2];
    }
}

static seg_status class_gradient(seg_work *work, int class, const struct rmi *p, double *out, seg_error *err)
{
    struct pass pass = {.pair = work->pair, .p = p, .shape = shape_of(work->pair, p), .class = class};
    size_t n = work->pair->voxels;
    struct slope bce = {.eps = p->eps};
    seg_status st = SEG_OK;

    if (!takes(work, p, class) || !large_enough(&pass.shape)) {
        for (size_t i = 0; i < n; i++)
            out[(size_t)class * n + i] = 0;
        return SEG_OK;
    }
    factors(&pass, work, &bce.factor, &pass.factor);
    seg_gradient_fill_class(work->pair, class, bce_slope, &bce, out);
    pass.gradient = out + (size_t)class * n;
    if (pass.factor > 0)
        st = do_slices(&pass, err);
    free(pass.h);
    return st;
}

static seg_status gradient(seg_work *work, const void *params, double *out, seg_error *err)
{
    seg_status st = SEG_OK;

    for (int class = 0; !st && class < work->pair->classes; class++)
        st = class_gradient(work, class, params, out, err);
    return st;
}

static const seg_param rows[] = {
    SEG_INTEGER("radius", struct rmi, radius, 3, 1, 10, "side of the square neighbourhood, R"),
    SEG_CHOICE("pool", struct rmi, pool, AVG, pool_words, "how slices are made smaller first"),
    SEG_INTEGER("pool-size", struct rmi, pool_size, 4, 1, 64, "side of the pooling window"),
    SEG_INTEGER("stride", struct rmi, stride, 4, 1, 64, "step of the pooling window; 1 does not pool"),
    SEG_NUMBER("lam", struct rmi, lam, 0.5, 0, 1, "share of the cross-entropy"),
    {.name = "pos-alpha", .type = SEG_PARAM_NUMBER, .at = offsetof(struct rmi, pos_alpha), .preset = 5e-4, .min = 0,
     .above = true, .max = 1, .help = "added to the diagonals, alpha"},
    SEG_NUMBER("clip-min", struct rmi, clip_min, 1e-6, 0, 1e-2, "added to every probability before pooling"),
    SEG_CHOICE("part", struct rmi, part, TOTAL, part_words, "the whole loss or one of its two parts"),
    SEG_CLASSES_ROW(struct rmi, "all"),
    SEG_EPS_ROW(struct rmi),
    SEG_FORM_ROW(struct rmi),
    {0},
};

const seg_loss seg_loss_rmi = {
    .name = "rmi",
    .aliases = {"region-mutual-information"},
    .title = "Region mutual information loss",
    .level = SEG_REGION,
    .equation = "L = sum over classes of  lam BCE + (1 - lam) 1/d mean over slices of  1/2 log det Post\n"
                "Post = S - B (A + alpha I)^-1 B' + alpha I\n"
                "A = sum p p',  S = sum t t',  B = sum t p'  over all R x R windows of the pooled slice",
    .symbols = "p, t    windows of the prediction and the truth as vectors of d = R^2 numbers, centred\n"
               "alpha   pos-alpha, keeps the matrices invertible\n"
               "BCE     sum of -[t log y + (1 - t) log(1 - y)] / (N + 1)\n"
               "lam     share of the cross-entropy",
    .range = "Not bounded below by 0: a perfect class comes to (1 - lam) (-3.454). Compare only equal settings",
    .empty = "A class that is absent from a slice of the truth gives 1/2 log alpha = -3.801 there, whatever is predicted.",
    .advantages = "Looks at neighbourhoods instead of single voxels, so structure counts; no extra network and no extra "
                  "cost when the model is used.",
    .disadvantages = "Matrix algebra for every class and slice in training; three published sets of settings give "
                     "different values; its scale grows with the number of windows.",
    .use_cases = "Street scenes and natural images with fine structure.",
    .reference = "Zhao, Wang, Yang, Cai: Region Mutual Information Loss for Semantic Segmentation, NeurIPS 2019, "
                 "arXiv 1910.12037",
    .survey = "Equation 21 is only the mutual information of Gaussian windows, to be maximised; form=survey gives its "
              "negative, 1/2 log det(Post / windows), added up over classes.",
    .elsewhere = "The authors' constructor pools by max/3, their arguments by avg/2, their training script and NVIDIA's copy "
                 "by avg/4, as here. They work on sigmoid outputs.",
    .params = rows,
    .size = sizeof(struct rmi),
    .flags = SEG_LOSS_SOFT_TRUTH | SEG_LOSS_SUMS,
    .class_value = class_value,
    .takes_class = takes,
    .gradient = gradient,
};
