/* active_boundary.c - active boundary loss: the predicted boundary is told which way to move.
 *
 * Pixels where the class probabilities p change most are the predicted boundary. Each of them is asked to
 * differ most from that neighbour which lies nearest to the boundary of the truth, so that the boundary moves
 * there. Slice by slice, all classes together, p = max(y, prob_eps) made to sum to 1:
 *
 *     kl(i)  = KL(p_i || p_below) + KL(p_i || p_right)
 *     e      = kl_eps, times growth while more than max_ratio of the slice has kl > e
 *     B      = 3 x 3 dilation of {kl > e}, the predicted boundary
 *     D      = floor(max(d - 1, 0)), d the distance to the truth's boundary (dist=exact: no floor; edt: d)
 *     z_j    = KL(p_neighbour_j || p_i) for the 8 neighbours j of i,   target = the neighbour of smallest D
 *     L      = mean over i in B of  min(D(i), max_dist) / max_dist  times  -sum_j w_j ln softmax(z)_j
 *     w_target = 1 - label_smoothing,  the other w_j = label_smoothing / 8  (they need not sum to 1)
 *
 * Pixels of B whose own D is the smallest are left out; those with D = 0 count in the mean. The truth's
 * boundary is where a pixel differs from the one below or to the right: one of four different boundaries
 * among the losses of this folder. No boundary in the truth, or none in the prediction (constant, or hard
 * with too many equal steps): not defined. In the gradient the neighbours are constants, as in the authors'
 * code (detach=no: they are not).
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../base/blocks.h"
#include "../../base/memory.h"
#include "../loss.h"
#include "class_block.h"
#include "slice_rows.h"

enum { DIST_TRUNC, DIST_EXACT, DIST_EDT };
static const char *const dist_words[] = {"trunc", "exact", "edt", NULL};

struct active_boundary {
    double max_ratio, label_smoothing, max_dist, kl_eps, growth, prob_eps;
    int dist, detach, form;
};

enum { NEIGHBOURS = 8 };

/* In the order in which the first of equal distances wins. */
static const struct { int dy, dx; } neighbour[NEIGHBOURS] = {{1, 0}, {-1, 0}, {0, -1}, {0, 1},
                                                             {-1, 1}, {1, 1}, {-1, -1}, {1, -1}};

static const double OUTSIDE = 1e5; /* D beyond the image, and of ignored pixels: never the nearest */

struct slice_result {
    double sum, count;
    bool has_truth;
    seg_status status;
    seg_error error;
};

struct job {
    const seg_pair *pair;
    const struct active_boundary *t;
    double label_smoothing;
    int dist;
    struct slice_result *slice; /* [nz] */
    double *gradient;           /* [classes][voxels] or NULL */
};

/* What is known about one slice on the way. */
struct slice {
    const struct job *job;
    size_t nx, ny, nz, z, pixels, counted;
    uint16_t *code;      /* [pixels] */
    double *kl;          /* [pixels] */
    double *sorted;      /* [pixels] a copy of kl for selection */
    float *square;       /* [pixels] squared distance to the truth's boundary */
    uint8_t *predicted;  /* [pixels] in B */
    double limit;        /* e */
    struct slice_result *band; /* [bands] */
};

/* ---- probabilities as logarithms ---- */

struct log_rows {
    seg_slice_rows rows;
    double *log;    /* [pixels][classes] ln p */
    uint8_t *done;  /* [pixels] p in place of max(y, prob_eps), and log filled */
};

static seg_status log_rows_load(struct log_rows *l, const struct slice *s, size_t band, seg_error *err)
{
    size_t pixels;
    seg_status st = seg_slice_rows_load(&l->rows, s->job->pair, s->z, band, 1, s->job->t->prob_eps, err);

    l->log = NULL;
    l->done = NULL;
    if (st)
        return st;
    pixels = (l->rows.to - l->rows.from) * s->nx;
    st = seg_alloc_big(&l->log, pixels * (size_t)l->rows.classes, sizeof *l->log, "logarithms", err);
    if (!st)
        st = seg_alloc(&l->done, pixels, sizeof *l->done, "pixels", err);
    return st;
}

static void log_rows_free(struct log_rows *l)
{
    seg_slice_rows_free(&l->rows);
    free(l->log);
    free(l->done);
}

/* p of a pixel and, in *log, ln p; made when first asked for. */
static const double *normalised(const struct log_rows *l, size_t x, size_t y, const double **log_p)
{
    size_t at = (y - l->rows.from) * l->rows.pair->grid.n[0] + x;
    int classes = l->rows.classes;
    double *p = seg_slice_pixel(&l->rows, x, y), *own = l->log + at * (size_t)classes, total = 0, log_total;

    *log_p = own;
    if (l->done[at])
        return p;
    for (int c = 0; c < classes; c++)
        total += p[c];
    log_total = log(total);
    for (int c = 0; c < classes; c++) {
        own[c] = log(p[c]) - log_total;
        p[c] /= total;
    }
    l->done[at] = 1;
    return p;
}

/* KL(a || b) */
static double divergence(const double *a, const double *log_a, const double *log_b, int classes)
{
    double sum = 0;

    for (int c = 0; c < classes; c++)
        sum += a[c] * (log_a[c] - log_b[c]);
    return sum;
}

/* ---- steps 1 to 4: the boundaries of truth and prediction ---- */

static bool differ(const struct slice *s, size_t a, size_t b)
{
    int ignored = s->job->pair->classes;

    return s->code[a] != s->code[b] && s->code[a] != ignored && s->code[b] != ignored;
}

static bool truth_boundary(const struct slice *s, seg_mask *boundary)
{
    bool any = false;

    for (size_t y = 0; y < s->ny; y++)
        for (size_t x = 0; x < s->nx; x++) {
            size_t i = y * s->nx + x;

            if ((y + 1 < s->ny && differ(s, i, i + s->nx)) || (x + 1 < s->nx && differ(s, i, i + 1))) {
                seg_mask_set(boundary, x, y, 0);
                any = true;
            }
        }
    return any;
}

/* KL of a pixel and the next one, to the right or below. */
static double step_to(const struct slice *s, const struct log_rows *l, size_t x, size_t y, size_t x2, size_t y2)
{
    const double *p, *log_p, *log_q;

    if (s->code[y2 * s->nx + x2] == s->job->pair->classes)
        return 0;
    p = normalised(l, x, y, &log_p);
    normalised(l, x2, y2, &log_q);
    return divergence(p, log_p, log_q, l->rows.classes);
}

/* Where the next pixel is another one: in the image, and with other probabilities, which most are not. */
enum { STEP_RIGHT = 1, STEP_DOWN = 2 };

static void find_steps(const struct slice *s, const struct log_rows *l, uint8_t *steps)
{
    size_t bytes = (size_t)l->rows.classes * sizeof(double);

    for (size_t y = l->rows.begin; y < l->rows.end; y++)
        for (size_t x = 0; x < s->nx; x++) {
            const double *here = seg_slice_pixel(&l->rows, x, y);
            bool right = x + 1 < s->nx && memcmp(here, seg_slice_pixel(&l->rows, x + 1, y), bytes) != 0;
            bool down = y + 1 < s->ny && memcmp(here, seg_slice_pixel(&l->rows, x, y + 1), bytes) != 0;

            *steps++ = (uint8_t)((right ? STEP_RIGHT : 0) | (down ? STEP_DOWN : 0));
        }
}

static void kl_band(void *context, size_t band, int worker)
{
    const struct slice *s = context;
    struct slice_result *result = &s->band[band];
    uint8_t *steps = NULL;
    struct log_rows l;

    (void)worker;
    result->status = log_rows_load(&l, s, band, &result->error);
    if (!result->status)
        result->status = seg_alloc(&steps, (l.rows.end - l.rows.begin) * s->nx, 1, "pixels", &result->error);
    if (!result->status)
        find_steps(s, &l, steps);
    for (size_t y = l.rows.begin; !result->status && y < l.rows.end; y++)
        for (size_t x = 0; x < s->nx; x++) {
            size_t i = y * s->nx + x;
            int step = s->code[i] == s->job->pair->classes ? 0 : steps[i - l.rows.begin * s->nx];

            s->kl[i] = (step & STEP_DOWN ? step_to(s, &l, x, y, x, y + 1) : 0) +
                       (step & STEP_RIGHT ? step_to(s, &l, x, y, x + 1, y) : 0);
        }
    free(steps);
    log_rows_free(&l);
}

/* Parts x[low..high] around a pivot that occurs in it, the large ones first: then x[low..below) are at least and
 * x[above..high] at most the pivot, and what is left between them equals it. Both parts are shorter than before. */
static void part(double *x, size_t low, size_t high, double pivot, size_t *below, size_t *above)
{
    size_t i = low, j = high + 1; /* j: one past, so that it never goes below 0 */

    while (i < j) {
        double swap;

        while (x[i] > pivot)
            i++;
        while (x[j - 1] < pivot)
            j--;
        if (i >= j)
            break;
        swap = x[i];
        x[i++] = x[j - 1];
        x[--j] = swap;
    }
    *below = j;
    *above = i;
}

/* The k-th largest of x[n], k from 0; x is put in another order. Quickselect with the middle of three. */
static double kth_largest(double *x, size_t n, size_t k)
{
    size_t low = 0, high = n - 1, below, above;

    while (low < high) {
        double a = x[low], b = x[low + (high - low) / 2], c = x[high];

        part(x, low, high, fmax(fmin(a, b), fmin(fmax(a, b), c)), &below, &above);
        if (k < below)
            high = below - 1;
        else if (k >= above)
            low = above;
        else
            break;
    }
    return x[k];
}

/* The e at which at most max_ratio of the slice is above: more are, as long as the next largest kl is. */
static double find_limit(const struct slice *s)
{
    double e = s->job->t->kl_eps, most = s->job->t->max_ratio * (double)s->counted, next;

    if (most >= (double)s->pixels)
        return e;
    for (size_t i = 0; i < s->pixels; i++)
        s->sorted[i] = s->kl[i];
    next = kth_largest(s->sorted, s->pixels, (size_t)most);
    while (next > e)
        e *= s->job->t->growth;
    return e;
}

static bool predicted_boundary(const struct slice *s)
{
    bool any = false;

    for (size_t y = 0; y < s->ny; y++)
        for (size_t x = 0; x < s->nx; x++) {
            if (!(s->kl[y * s->nx + x] > s->limit))
                continue;
            any = true;
            for (size_t v = y > 0 ? y - 1 : 0; v <= y + 1 && v < s->ny; v++)
                for (size_t u = x > 0 ? x - 1 : 0; u <= x + 1 && u < s->nx; u++)
                    s->predicted[v * s->nx + u] = 1;
        }
    return any;
}

/* ---- steps 5 to 7: the terms ---- */

static double distance(const struct slice *s, size_t i)
{
    double d = sqrt((double)s->square[i]), less = d > 1 ? d - 1 : 0;

    return s->job->dist == DIST_EDT ? d : s->job->dist == DIST_EXACT ? less : floor(less);
}

/* Where neighbour j of a pixel is, the nearest pixel of the image in its place when it lies outside or is
 * ignored. */
struct place {
    size_t x, y;
    double D;
};

static struct place place_of(const struct slice *s, size_t x, size_t y, int j)
{
    ptrdiff_t ny = (ptrdiff_t)y + neighbour[j].dy, nx = (ptrdiff_t)x + neighbour[j].dx;
    struct place at = {nx < 0 ? 0 : (size_t)nx < s->nx ? (size_t)nx : s->nx - 1,
                       ny < 0 ? 0 : (size_t)ny < s->ny ? (size_t)ny : s->ny - 1, OUTSIDE};

    if (s->code[at.y * s->nx + at.x] == s->job->pair->classes)
        return (struct place){x, y, OUTSIDE};
    if ((ptrdiff_t)at.x == nx && (ptrdiff_t)at.y == ny)
        at.D = distance(s, at.y * s->nx + at.x);
    return at;
}

/* One pixel of B with its neighbours. */
struct term {
    struct place at[NEIGHBOURS];
    int target;             /* -1: the pixel itself is nearest, no term */
    double weight;
    double z[NEIGHBOURS], w[NEIGHBOURS], soft[NEIGHBOURS], log_sum;
};

static void find_target(const struct slice *s, struct term *m, size_t x, size_t y)
{
    double own = distance(s, y * s->nx + x), nearest = INFINITY, most = s->job->t->max_dist;

    m->target = -1;
    for (int j = 0; j < NEIGHBOURS; j++) {
        m->at[j] = place_of(s, x, y, j);
        if (m->at[j].D < nearest) {
            nearest = m->at[j].D;
            m->target = j;
        }
    }
    if (own < nearest)
        m->target = -1;
    m->weight = fmin(own, most) / most;
}

/* -sum_j w_j ln softmax(z)_j */
static double cross_entropy(const struct slice *s, const struct log_rows *l, struct term *m, size_t x,
                            size_t y)
{
    double ls = s->job->label_smoothing, most = -INFINITY, sum = 0, ce = 0;
    const double *log_p, *log_q;

    normalised(l, x, y, &log_p);
    for (int j = 0; j < NEIGHBOURS; j++) {
        const double *q = normalised(l, m->at[j].x, m->at[j].y, &log_q);

        m->z[j] = divergence(q, log_q, log_p, l->rows.classes);
        m->w[j] = j == m->target ? 1 - ls : ls / NEIGHBOURS;
        most = fmax(most, m->z[j]);
    }
    for (int j = 0; j < NEIGHBOURS; j++)
        sum += exp(m->z[j] - most);
    for (int j = 0; j < NEIGHBOURS; j++) {
        double log_soft = m->z[j] - most - log(sum);

        m->soft[j] = exp(log_soft);
        ce -= m->w[j] * log_soft;
    }
    return ce;
}

/* dCE/dz_j = (sum w) soft_j - w_j;  with x = max(y, prob_eps), X its sum over the classes:
 *     dz_j/dy_own^c       = -q_j^c / x^c + 1/X            (0 where y < prob_eps)
 *     dz_j/dy_neighbour^c = (ln q_j^c - ln p^c - z_j) / X_j */
static void add_gradient(const struct slice *s, const struct log_rows *l, const struct term *m, size_t x,
                         size_t y)
{
    const seg_pair *pair = s->job->pair;
    double *gradient = s->job->gradient, eps = s->job->t->prob_eps, weights = 0;
    int classes = pair->classes;
    size_t base = s->z * s->pixels;
    const double *log_p, *p = normalised(l, x, y, &log_p);

    for (int j = 0; j < NEIGHBOURS; j++)
        weights += m->w[j];
    for (int j = 0; j < NEIGHBOURS; j++) {
        const double *log_q, *q = normalised(l, m->at[j].x, m->at[j].y, &log_q);
        double slope = m->weight * (weights * m->soft[j] - m->w[j]);

        for (int c = 0; c < classes; c++) {
            size_t own = base + y * s->nx + x, other = base + m->at[j].y * s->nx + m->at[j].x;
            double raw, X, raw_q, X_q;

            seg_pair_prob(pair, c, own, 1, &raw);
            seg_pair_prob(pair, c, other, 1, &raw_q);
            if (raw >= eps) { /* p = x / X, so 1/X = p/x */
                X = raw / p[c];
                gradient[(size_t)c * pair->voxels + own] += slope * (1 - q[c] / p[c]) / X;
            }
            if (!s->job->t->detach && raw_q >= eps) {
                X_q = raw_q / q[c];
                gradient[(size_t)c * pair->voxels + other] += slope * (log_q[c] - log_p[c] - m->z[j]) / X_q;
            }
        }
    }
}

static void term_band(void *context, size_t band, int worker)
{
    const struct slice *s = context;
    struct slice_result *result = &s->band[band];
    struct log_rows l;

    (void)worker;
    result->status = log_rows_load(&l, s, s->job->gradient ? SEG_WHOLE_SLICE : band, &result->error);
    for (size_t y = l.rows.begin; !result->status && y < l.rows.end; y++)
        for (size_t x = 0; x < s->nx; x++) {
            struct term m;

            if (!s->predicted[y * s->nx + x] || s->code[y * s->nx + x] == s->job->pair->classes)
                continue;
            find_target(s, &m, x, y);
            if (m.target < 0)
                continue;
            result->count++;
            if (m.weight == 0)
                continue;
            result->sum += m.weight * cross_entropy(s, &l, &m, x, y);
            if (s->job->gradient)
                add_gradient(s, &l, &m, x, y);
        }
    log_rows_free(&l);
}

/* ---- slices ---- */

static seg_status run_bands(struct slice *s, seg_each_fn *run, size_t bands, seg_error *err)
{
    seg_status st = seg_alloc(&s->band, bands, sizeof *s->band, "rows", err);

    if (!st)
        seg_each(bands, run, s);
    for (size_t i = 0; !st && i < bands; i++) {
        st = s->band[i].status;
        if (st && err)
            *err = s->band[i].error;
        s->job->slice[s->z].sum += s->band[i].sum;
        s->job->slice[s->z].count += s->band[i].count;
    }
    free(s->band);
    return st;
}

static seg_status find_boundaries(struct slice *s, bool *both, seg_error *err)
{
    static const double step[3] = {1, 1, 1};
    size_t n[3] = {s->nx, s->ny, 1};
    seg_mask boundary = {0};
    seg_status st = seg_mask_alloc(&boundary, n, err);

    *both = false;
    if (!st && truth_boundary(s, &boundary)) {
        s->job->slice[s->z].has_truth = true;
        st = run_bands(s, kl_band, seg_slice_bands(&s->job->pair->grid), err);
        if (!st) {
            s->limit = find_limit(s);
            *both = predicted_boundary(s);
        }
        if (!st && *both)
            st = seg_edt_squared(&boundary, step, s->square, err);
    }
    seg_mask_free(&boundary);
    return st;
}

static seg_status alloc_slice(struct slice *s, seg_error *err)
{
    seg_status st = seg_alloc(&s->code, s->pixels, sizeof *s->code, "a slice", err);

    if (!st)
        st = seg_alloc(&s->kl, s->pixels, sizeof *s->kl, "a slice", err);
    if (!st)
        st = seg_alloc(&s->sorted, s->pixels, sizeof *s->sorted, "a slice", err);
    if (!st)
        st = seg_alloc_big(&s->square, s->pixels, sizeof *s->square, "a slice", err);
    if (!st)
        st = seg_alloc(&s->predicted, s->pixels, sizeof *s->predicted, "a slice", err);
    return st;
}

static void run_slice(void *context, size_t z, int worker)
{
    const struct job *job = context;
    const size_t *n = job->pair->grid.n;
    struct slice s = {.job = job, .nx = n[0], .ny = n[1], .nz = n[2], .z = z, .pixels = n[0] * n[1]};
    seg_error *err = &job->slice[z].error;
    bool both = false;
    seg_status st = alloc_slice(&s, err);

    (void)worker;
    if (!st) {
        seg_pair_codes(job->pair, z * s.pixels, s.pixels, s.code);
        for (size_t i = 0; i < s.pixels; i++)
            s.counted += s.code[i] != job->pair->classes;
        st = find_boundaries(&s, &both, err);
    }
    if (!st && both)
        st = run_bands(&s, term_band, job->gradient ? 1 : seg_slice_bands(&job->pair->grid), err);
    job->slice[z].status = st;
    free(s.code);
    free(s.kl);
    free(s.sorted);
    free(s.square);
    free(s.predicted);
}

/* All slices; the sums of their terms in order. */
static seg_status run(seg_work *work, const struct active_boundary *t, double *gradient,
                      struct slice_result *all, seg_error *err)
{
    bool survey = t->form == SEG_FORM_SURVEY;
    struct job job = {.pair = work->pair, .t = t, .label_smoothing = survey ? 0 : t->label_smoothing,
                      .dist = survey ? DIST_EDT : t->dist, .gradient = gradient};
    size_t slices = work->pair->grid.n[2];
    seg_status st = seg_alloc(&job.slice, slices, sizeof *job.slice, "slices", err);

    *all = (struct slice_result){0};
    if (!st)
        seg_each(slices, run_slice, &job);
    for (size_t z = 0; !st && z < slices; z++) {
        st = job.slice[z].status;
        if (st && err)
            *err = job.slice[z].error;
        all->sum += job.slice[z].sum;
        all->count += job.slice[z].count;
        all->has_truth |= job.slice[z].has_truth;
    }
    free(job.slice);
    return st;
}

static seg_status value(seg_work *work, const void *params, seg_score *score, seg_error *err)
{
    struct slice_result all;
    seg_status st = run(work, params, NULL, &all, err);

    if (!all.has_truth)
        score->total = seg_value_undefined(SEG_NOT_COMPUTED "no boundary in the truth of any slice");
    else if (all.count == 0)
        score->total = seg_value_undefined(SEG_NOT_COMPUTED "no predicted boundary that could move");
    else
        score->total = seg_value_of(all.sum / all.count);
    return st;
}

static seg_status gradient(seg_work *work, const void *params, double *gradient, seg_error *err)
{
    size_t n = work->pair->voxels * (size_t)work->pair->classes;
    struct slice_result all;
    seg_status st;

    for (size_t i = 0; i < n; i++)
        gradient[i] = 0;
    st = run(work, params, gradient, &all, err);
    for (size_t i = 0; !st && all.count > 0 && i < n; i++)
        gradient[i] /= all.count;
    return st;
}

static const seg_param rows[] = {
    SEG_POSITIVE("max_ratio", struct active_boundary, max_ratio, 0.01, 1,
                 "largest share of a slice that may be predicted boundary"),
    SEG_BELOW("label_smoothing", struct active_boundary, label_smoothing, 0.2, 0, 1,
              "weight taken off the target direction"),
    SEG_POSITIVE("max_dist", struct active_boundary, max_dist, 20, 1e6,
                 "distances beyond this weigh no more, pixels"),
    SEG_NUMBER("kl_eps", struct active_boundary, kl_eps, 1e-5, 1e-12, 1,
               "smallest change of probabilities that can be boundary"),
    /* The paper asks for any growth above 1; at 1.001 the search already takes thousands of steps. */
    SEG_NUMBER("growth", struct active_boundary, growth, 1.2, 1.001, 100,
               "factor by which that change is raised"),
    SEG_POSITIVE("prob_eps", struct active_boundary, prob_eps, 1e-7, 1e-3,
                 "probabilities are held above this"),
    SEG_CHOICE("dist", struct active_boundary, dist, DIST_TRUNC, dist_words,
               "distance less 1 in whole pixels, unrounded, or the plain distance"),
    SEG_SWITCH("detach", struct active_boundary, detach, 1, "neighbours are constants in the gradient"),
    SEG_FORM_ROW(struct active_boundary),
    {0}};

const seg_loss seg_loss_active_boundary = {
    .name = "active-boundary",
    .aliases = {"abl"},
    .title = "Active boundary loss",
    .level = SEG_BOUNDARY,
    .equation = "L = mean over i in B of min(D(i), max_dist)/max_dist CE_i\n"
                "CE_i = -sum_j w_j ln softmax_j KL(p_j || p_i),  j the 8 neighbours of i",
    .symbols = "B  predicted boundary: 3 x 3 dilation of the pixels with the largest KL to the next ones\n"
               "D  distance to the boundary of the truth, less 1 and rounded down\n"
               "w_j  1 - label_smoothing for the neighbour of smallest D, label_smoothing/8 for the others\n"
               "p  probabilities of all classes, held above prob_eps and normalised",
    .range = "[0, infinity); 0 when the predicted boundary lies on the truth's",
    .empty = "not defined when no slice has a boundary in the truth or a movable one in the prediction",
    .advantages = "Moves the predicted boundary step by step to the true one; works for any number of "
                  "classes and any network.",
    .disadvantages = "Sees only pixels near the predicted boundary, so it needs a region loss beside it; "
                     "the targets can contradict each other; noisy when the prediction has few sharp edges.",
    .use_cases = "Refining a network that is already good at regions: street scenes, thin parts, organs "
                 "with crisp edges.",
    .reference = "C. Wang et al., Active boundary loss for semantic segmentation, AAAI 2022, "
                 "arXiv:2102.02696",
    .survey = "Eq. 28 has no label smoothing and the plain distance; form=survey sets label_smoothing=0, "
              "dist=edt.",
    .elsewhere = "The authors' distance map is of integers, hence the rounding down; their clamp of KL at "
                 "20 has no effect and is left out; in a batch they compare the count of all images with "
                 "the size of one.",
    .params = rows,
    .size = sizeof(struct active_boundary),
    .value = value,
    .gradient = gradient,
};
