/* t_loss_survey.c - the T-loss as the survey prints it (equation 22): a voxel with its C classes is one observation.
 *
 *     L  = mean over voxels of  constant(nu, C, 0) + ((nu + C)/2) ln(1 + S_n / nu),   S_n = sum over classes of (y - t)^2
 *     L' = (nu + C) (y - t) / (nu + S_n) / N
 *
 * nu = e; no precision, no choice of classes.
 */
#include <math.h>
#include <stdlib.h>

#include "../../base/memory.h"
#include "../../base/parallel.h"
#include "../gradient.h"
#include "t_loss.h"

enum { PIECE = 1024 };

/* S[n] += (y - t)^2 over the classes, for voxels [begin, begin + n), n <= PIECE. */
static void add_squares(const seg_pair *pair, size_t begin, size_t n, double *S)
{
    double y[PIECE], t[PIECE];

    for (int cls = 0; cls < pair->classes; cls++) {
        seg_pair_prob(pair, cls, begin, n, y);
        seg_pair_target(pair, cls, begin, n, t);
        for (size_t i = 0; i < n; i++)
            S[i] += (y[i] - t[i]) * (y[i] - t[i]);
    }
}

/* ---- value ---- */

struct voxels {
    const seg_pair *pair;
    double nu;
    double *S; /* [voxels], in the gradient */
};

static void add_terms(void *context, size_t begin, size_t end, double *sums)
{
    const struct voxels *v = context;
    double scale = 1 / v->nu;
    uint16_t code[PIECE];

    for (size_t at = begin; at < end; at += PIECE) {
        size_t n = end - at < PIECE ? end - at : PIECE;
        double S[PIECE] = {0};

        add_squares(v->pair, at, n, S);
        seg_pair_codes(v->pair, at, n, code);
        for (size_t i = 0; i < n; i++)
            if (code[i] < v->pair->classes)
                sums[0] += log1p(scale * S[i]);
    }
}

seg_status seg_t_survey_value(seg_loss_ctx *work, const struct seg_t_loss *p, seg_score *score, seg_error *err)
{
    struct voxels v = {work->pair, 0, NULL};
    double D = work->pair->classes, N = seg_loss_ctx_voxels(work), sum = 0, L, each;
    seg_status st;

    if (N == 0) {
        score->total = seg_value_undefined(SEG_NO_VOXELS);
        return SEG_OK;
    }
    v.nu = seg_t_known_nu(p, work);
    st = seg_parallel_sum(work->pair->voxels, 1, add_terms, &v, &sum, err);
    L = seg_t_constant(v.nu, D, 0) + (v.nu + D) / 2 * sum / N;
    each = L / D;
    score->total = seg_value_of(p->per_element ? each : L);
    seg_t_add_extras(p, each, v.nu, score);
    return st;
}

/* ---- gradient ---- */

struct slope {
    const double *S;
    double nu, D, count;
};

static double slope(const void *context, const seg_voxel *v)
{
    const struct slope *s = context;

    return (s->nu + s->D) * (v->y - v->t) / (s->nu + s->S[v->index]) / s->count;
}

static void fill_squares(void *context, size_t begin, size_t end)
{
    const struct voxels *v = context;

    for (size_t at = begin; at < end; at += PIECE)
        add_squares(v->pair, at, end - at < PIECE ? end - at : PIECE, v->S + at);
}

/* S of every voxel and what it takes to use them; free(*S), also after an error. */
static seg_status make_slope(struct slope *s, double **S, seg_loss_ctx *work, const struct seg_t_loss *p,
                             seg_error *err)
{
    const seg_pair *pair = work->pair;
    struct voxels v = {pair, 0, NULL};
    seg_status st = seg_alloc(&v.S, pair->voxels, sizeof *v.S, "squared residuals", err);

    *s = (struct slope){.D = pair->classes, .count = seg_loss_ctx_voxels(work)};
    if (!st && s->count > 0)
        s->nu = seg_t_known_nu(p, work);
    if (!st)
        seg_parallel_blocks(pair->voxels, fill_squares, &v);
    s->S = *S = v.S;
    s->count *= p->per_element ? s->D : 1;
    return st;
}

seg_status seg_t_survey_gradient(seg_loss_ctx *work, const struct seg_t_loss *p, double *gradient, seg_error *err)
{
    struct slope s;
    double *S;
    seg_status st = make_slope(&s, &S, work, p, err);

    if (!st)
        seg_gradient_fill(work->pair, slope, &s, gradient);
    free(S);
    return st;
}

/* map: the term of a voxel in proportion to the (y - t)^2 of its classes; the constant is the offset */
static double term(const void *context, const seg_voxel *v)
{
    const struct slope *s = context;
    double S = s->S[v->index], d = v->y - v->t;

    return S > 0 ? (s->nu + s->D) / 2 * log1p(1 / s->nu * S) / s->count * (d * d / S) : 0;
}

seg_status seg_t_survey_map(seg_loss_ctx *work, const struct seg_t_loss *p, seg_loss_map *map, seg_error *err)
{
    struct slope s;
    double *S;
    seg_status st = make_slope(&s, &S, work, p, err);

    map->offset = seg_t_constant(s.nu, s.D, 0) / (p->per_element ? s.D : 1);
    if (!st)
        st = seg_loss_map_fill(map, term, &s, err);
    free(S);
    return st;
}
