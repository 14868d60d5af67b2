/* t_loss.c - robust T-loss: the residual map as one observation of a heavy-tailed Student t distribution.
 *
 *     L  = mean over observations of
 *          -lnG((nu+D)/2) + lnG(nu/2) - (D/2) lambda + (D/2) ln(pi nu) + ((nu+D)/2) ln(1 + e^lambda S / nu)
 *     L' = (nu + D) e^lambda (y - t) / (nu + e^lambda S), over the number of observations; nu is held constant
 *
 * S = sum (y - t)^2 over the D voxels of an observation: a volume, a slice or a voxel of one class (lnG: log gamma
 * function; e^-lambda I is the scale matrix). L is a negative log-likelihood in nats: any sign, and it grows with D, so
 * L / D is given too. nu=fit takes the nu that makes L smallest. Empty classes need no rule: S is then simply the squared
 * mass of the prediction, or 0. form=survey: t_loss_survey.c.
 *
 * More than 350 lines: three kinds of observations, and the fit of nu over all of them.
 */
#include "t_loss.h"

#include <math.h>
#include <stdlib.h>

#include "../../base/memory.h"
#include "../../base/minimise.h"
#include "../../base/parallel.h"
#include "../gradient.h"

static const char *const nu_words[] = {"e", "fit", NULL};
static const char *const unit_words[] = {"volume", "slice", "pixel", NULL};

static const double PI = 3.14159265358979323846, E = 2.71828182845904523536;

/* ---- the likelihood ---- */

/* lgamma() itself writes a global. The argument is positive, so is the function it is the logarithm of. */
static double log_gamma(double x)
{
    int sign;

    return lgamma_r(x, &sign);
}

double seg_t_constant(double nu, double D, double lambda)
{
    return -log_gamma((nu + D) / 2) + log_gamma(nu / 2) - D / 2 * lambda + D / 2 * log(PI * nu);
}

/* Observations of one class: of volumes and slices each with its size and S; of voxels only their number. */
struct observations {
    const seg_pair *pair;
    const struct seg_t_loss *p;
    int cls;
    size_t n;      /* volumes or slices */
    double *D, *S; /* [n] D = 0: everything ignored, no observation */
    double count;  /* observations */
};

enum { PIECE = 1024 };

struct voxel_pass {
    const struct observations *o;
    double scale; /* e^lambda / nu */
};

/* Voxels as observations: ln(1 + e^lambda S / nu) of each. */
static void add_voxels(void *context, size_t begin, size_t end, double *sums)
{
    const struct voxel_pass *pass = context;
    const seg_pair *pair = pass->o->pair;
    double y[PIECE], t[PIECE];
    uint16_t code[PIECE];

    for (size_t at = begin; at < end; at += PIECE) {
        size_t n = end - at < PIECE ? end - at : PIECE;

        seg_pair_prob(pair, pass->o->cls, at, n, y);
        seg_pair_target(pair, pass->o->cls, at, n, t);
        seg_pair_codes(pair, at, n, code);
        for (size_t i = 0; i < n; i++)
            if (code[i] < pair->classes)
                sums[0] += log1p(pass->scale * ((y[i] - t[i]) * (y[i] - t[i])));
    }
}

/* The mean over the observations of one class. */
static seg_status likelihood(const struct observations *o, double nu, double *L, seg_error *err)
{
    double lambda = o->p->logprec, scale = exp(lambda) / nu, sum = 0;

    if (o->p->unit == SEG_T_PIXEL) {
        struct voxel_pass pass = {o, scale};
        seg_status st = seg_parallel_sum(o->pair->voxels, 1, add_voxels, &pass, &sum, err);

        *L = seg_t_constant(nu, 1, lambda) + (nu + 1) / 2 * sum / o->count;
        return st;
    }
    for (size_t i = 0; i < o->n; i++)
        if (o->D[i] > 0)
            sum += seg_t_constant(nu, o->D[i], lambda) + (nu + o->D[i]) / 2 * log1p(scale * o->S[i]);
    *L = sum / o->count;
    return SEG_OK;
}

struct slope {
    const struct observations *o;
    double nu, classes;
};

/* Elements of one observation: the mean of D. */
static double elements(const struct observations *o)
{
    double sum = 0;

    if (o->p->unit == SEG_T_PIXEL)
        return 1;
    for (size_t i = 0; i < o->n; i++)
        sum += o->D[i];
    return sum / o->count;
}

static double slope(const void *context, const seg_voxel *v)
{
    const struct slope *s = context;
    const struct observations *o = s->o;
    double d = v->y - v->t, D = 1, S = d * d, count = o->count * s->classes, precision = exp(o->p->logprec);
    size_t plane = o->pair->grid.n[0] * o->pair->grid.n[1];

    if (o->p->unit != SEG_T_PIXEL) {
        size_t i = o->p->unit == SEG_T_SLICE ? v->index / plane : 0;

        D = o->D[i];
        S = o->S[i];
    }
    if (o->p->per_element)
        count *= elements(o);
    return (s->nu + D) * precision * d / (s->nu + precision * S) / count;
}

/* ---- observations of one class ---- */

static void add_residuals(const seg_pair *pair, int cls, size_t begin, size_t end, double *D, double *S)
{
    double y[PIECE], t[PIECE], d = 0, s = 0;
    uint16_t code[PIECE];

    for (size_t at = begin; at < end; at += PIECE) {
        size_t n = end - at < PIECE ? end - at : PIECE;

        seg_pair_prob(pair, cls, at, n, y);
        seg_pair_target(pair, cls, at, n, t);
        seg_pair_codes(pair, at, n, code);
        for (size_t i = 0; i < n; i++)
            if (code[i] < pair->classes) {
                d++;
                s += (y[i] - t[i]) * (y[i] - t[i]);
            }
    }
    *D = d;
    *S = s;
}

static void observe_slice(void *context, size_t z, int worker)
{
    const struct observations *o = context;
    size_t plane = o->pair->grid.n[0] * o->pair->grid.n[1];

    (void)worker;
    add_residuals(o->pair, o->cls, z * plane, (z + 1) * plane, &o->D[z], &o->S[z]);
}

static seg_status observe(struct observations *o, seg_loss_ctx *work, const struct seg_t_loss *p, int cls,
                          seg_error *err)
{
    const seg_class_sums *m;
    seg_status st = seg_loss_ctx_sums(work, &m, err);

    *o = (struct observations){.pair = work->pair, .p = p, .cls = cls};
    o->n = p->unit == SEG_T_SLICE ? work->pair->grid.n[2] : 1;
    if (!st)
        st = seg_alloc(&o->D, 2 * o->n, sizeof *o->D, "sums of residuals", err);
    if (st)
        return st;
    o->S = o->D + o->n;
    if (p->unit == SEG_T_SLICE) {
        seg_parallel_for(o->n, observe_slice, o);
    } else {
        o->D[0] = m->n;
        o->S[0] = m->sse_fg[cls] + m->sse_bg[cls];
    }
    for (size_t i = 0; i < o->n; i++)
        o->count += o->D[i] > 0;
    if (p->unit == SEG_T_PIXEL)
        o->count = m->n;
    return SEG_OK;
}

/* ---- degrees of freedom ---- */

/* All classes taken, which share one nu. */
struct model {
    struct observations *cls;
    int n;
    double nu;
};

/* As a function of ln nu. */
static seg_status mean_likelihood(const void *context, double u, double *L, seg_error *err)
{
    const struct model *m = context;
    seg_status st = SEG_OK;
    double sum = 0;

    for (int k = 0; !st && k < m->n; k++) {
        double one;

        st = likelihood(&m->cls[k], exp(u), &one, err);
        sum += one;
    }
    *L = sum / m->n;
    return st;
}

/* Outside of this range the distribution is a spike or the normal distribution. */
static const double NU_LEAST = 1e-3, NU_MOST = 1e6;
static const seg_search LN_NU = {-6.907755278982137, 13.815510557964274, 200, 1e-10};

static seg_status fit(struct model *m, seg_loss_ctx *work, seg_error *err)
{
    double u = 0;
    bool at_end = false;
    seg_status st = seg_minimise(mean_likelihood, m, &LN_NU, &u, &at_end, err);

    m->nu = !at_end ? exp(u) : u < 0 ? NU_LEAST : NU_MOST;
    if (!st && at_end)
        seg_warn(work->notes, "t-loss: nu=fit ends at %g, the bound of the search", m->nu);
    return st;
}

double seg_t_known_nu(const struct seg_t_loss *p, seg_loss_ctx *work)
{
    bool survey = p->form == SEG_FORM_SURVEY;

    if (p->nu.word < 0)
        return p->nu.x[0];
    if (p->nu.word == SEG_NU_E)
        return E;
    if (!survey && (p->unit != SEG_T_PIXEL || p->logprec > 0))
        return 0;
    seg_warn(work->notes, "t-loss: nu=fit ends at 1e6 for single voxels, the bound of the search");
    return NU_MOST;
}

static bool takes(const seg_loss_ctx *work, const struct seg_t_loss *p, int cls)
{
    return seg_loss_ctx_includes(work, &p->classes, SEG_CLASSES_FG, cls);
}

/* The observations of every class taken. */
static seg_status make_model(struct model *m, seg_loss_ctx *work, const struct seg_t_loss *p, seg_error *err)
{
    seg_status st = seg_alloc(&m->cls, (size_t)work->pair->classes, sizeof *m->cls, "observations", err);

    for (int cls = 0; !st && cls < work->pair->classes; cls++)
        if (takes(work, p, cls))
            st = observe(&m->cls[m->n++], work, p, cls, err);
    if (st || seg_loss_ctx_voxels(work) == 0)
        return st;
    m->nu = seg_t_known_nu(p, work);
    return m->nu == 0 && m->n > 0 ? fit(m, work, err) : SEG_OK;
}

static void free_model(struct model *m)
{
    for (int k = 0; k < m->n; k++)
        free(m->cls[k].D);
    free(m->cls);
}

/* ---- the loss ---- */

void seg_t_add_extras(const struct seg_t_loss *p, double per_element, double nu, seg_score *score)
{
    if (!p->per_element) {
        score->extra[score->extras].name = "per-element";
        score->extra[score->extras++].x = per_element;
    }
    if (p->nu.word == SEG_NU_FIT) {
        score->extra[score->extras].name = "nu";
        score->extra[score->extras++].x = nu;
    }
}

static seg_status add_up(const struct model *m, const struct seg_t_loss *p, seg_score *score, seg_error *err)
{
    double sum = 0, per_element = 0;

    for (int k = 0; k < m->n; k++) {
        double L, each;
        seg_status st = likelihood(&m->cls[k], m->nu, &L, err);

        if (st)
            return st;
        each = L / elements(&m->cls[k]);
        sum += L / m->n;
        per_element += each / m->n;
        score->by_class[m->cls[k].cls] = seg_value_of(p->per_element ? each : L);
    }
    score->total = seg_value_of(p->per_element ? per_element : sum);
    seg_t_add_extras(p, per_element, m->nu, score);
    return SEG_OK;
}

static seg_status value(seg_loss_ctx *work, const void *params, seg_score *score, seg_error *err)
{
    const struct seg_t_loss *p = params;
    struct model m = {0};
    seg_status st;

    if (p->form == SEG_FORM_SURVEY)
        return seg_t_survey_value(work, p, score, err);
    st = make_model(&m, work, p, err);
    if (!st && m.n == 0)
        score->total = seg_value_undefined(SEG_NO_CLASS);
    else if (!st && seg_loss_ctx_voxels(work) == 0)
        score->total = seg_value_undefined(SEG_NO_VOXELS);
    else if (!st)
        st = add_up(&m, p, score, err);
    free_model(&m);
    return st;
}

static seg_status gradient(seg_loss_ctx *work, const void *params, double *out, seg_error *err)
{
    const struct seg_t_loss *p = params;
    size_t n = work->pair->voxels;
    struct model m = {0};
    seg_status st;

    if (p->form == SEG_FORM_SURVEY)
        return seg_t_survey_gradient(work, p, out, err);
    st = make_model(&m, work, p, err);
    for (size_t i = 0; !st && i < n * (size_t)work->pair->classes; i++)
        out[i] = 0;
    for (int k = 0; !st && k < m.n; k++)
        seg_gradient_fill_class(work->pair, m.cls[k].cls, slope, &(struct slope){&m.cls[k], m.nu, m.n}, out);
    free_model(&m);
    return st;
}

/* map: ((nu+D)/2) ln(1 + e^lambda S/nu) of an observation in proportion to its (y - t)^2; the rest is the offset */
struct share {
    const struct observations *o;
    double nu, scale;    /* scale: 1 / observations / classes, and / D with per-element */
    double *of_residual; /* [n] of volumes and slices: what a unit of (y - t)^2 adds */
};

static double term(const void *context, const seg_voxel *v)
{
    const struct share *s = context;
    const struct observations *o = s->o;
    double d = v->y - v->t;
    size_t plane = o->pair->grid.n[0] * o->pair->grid.n[1];

    if (o->p->unit == SEG_T_PIXEL)
        return s->scale * (s->nu + 1) / 2 * log1p(exp(o->p->logprec) / s->nu * (d * d));
    return s->of_residual[o->p->unit == SEG_T_SLICE ? v->index / plane : 0] * (d * d);
}

static seg_status class_map(const struct model *m, const struct observations *o, seg_loss_map *map, seg_error *err)
{
    struct share s = {o, m->nu, 1 / (o->count * m->n * (o->p->per_element ? elements(o) : 1)), NULL};
    double lambda = o->p->logprec;
    seg_status st = seg_alloc(&s.of_residual, o->n, sizeof *s.of_residual, "observations", err);

    for (size_t i = 0; !st && i < o->n; i++) {
        double D = o->p->unit == SEG_T_PIXEL ? 1 : o->D[i], S = o->S[i];
        double times = o->p->unit == SEG_T_PIXEL ? o->count : 1;

        if (D == 0)
            continue;
        map->offset += s.scale * times * seg_t_constant(m->nu, D, lambda);
        s.of_residual[i] = S > 0 ? s.scale * (m->nu + D) / 2 * log1p(exp(lambda) / m->nu * S) / S : 0;
    }
    if (!st)
        st = seg_loss_map_class(map, o->cls, term, &s, err);
    free(s.of_residual);
    return st;
}

static seg_status loss_map(seg_loss_ctx *work, const void *params, seg_loss_map *map, seg_error *err)
{
    const struct seg_t_loss *p = params;
    struct model m = {0};
    seg_status st;

    if (p->form == SEG_FORM_SURVEY)
        return seg_t_survey_map(work, p, map, err);
    st = make_model(&m, work, p, err);
    for (int k = 0; !st && k < m.n; k++)
        st = class_map(&m, &m.cls[k], map, err);
    free_model(&m);
    return st;
}

static const seg_param rows[] = {
    {.name = "nu",
     .type = SEG_PARAM_NUMBERS,
     .at = offsetof(struct seg_t_loss, nu),
     .preset = SEG_NU_E,
     .min = 0,
     .above = true,
     .max = HUGE_VAL,
     .choices = nu_words,
     .help = "degrees of freedom; e: 2.718, fit: the value that minimises the loss"},
    SEG_NUMBER("logprec", struct seg_t_loss, logprec, 0, -50, 50, "log of the precision of the scale matrix, lambda"),
    SEG_CHOICE("unit", struct seg_t_loss, unit, SEG_T_VOLUME, unit_words, "what is one observation"),
    SEG_CLASSES_ROW(struct seg_t_loss, "fg"),
    SEG_SWITCH("per-element", struct seg_t_loss, per_element, 0, "divide by the number of voxels of an observation"),
    SEG_FORM_ROW(struct seg_t_loss),
    {0},
};

static seg_status check(const void *params, seg_error *err)
{
    const struct seg_t_loss *p = params;

    if (p->nu.word < 0 && p->nu.n != 1)
        return seg_fail(err, SEG_USAGE, "t-loss: nu has %zu numbers, but one was wanted", p->nu.n);
    return SEG_OK;
}

static bool single_pass(const void *params)
{
    const struct seg_t_loss *p = params;

    return p->form == SEG_FORM_REFERENCE && p->unit == SEG_T_VOLUME;
}

const seg_loss seg_loss_t_loss = {
    .name = "t-loss",
    .aliases = {"robust-t", "tloss"},
    .title = "Robust T-loss",
    .level = SEG_REGION,
    .equation = "L = -lnG((nu+D)/2) + lnG(nu/2) - (D/2) lambda + (D/2) ln(pi nu) + ((nu+D)/2) ln(1 + e^lambda S/nu)\n"
                "S = sum (y - t)^2 over the D voxels of an observation; mean over observations and classes",
    .symbols = "y, t    probability and ground truth of a class at a voxel\n"
               "nu      degrees of freedom: small is robust, large is the normal distribution (squared error)\n"
               "lambda  log precision\n"
               "lnG     logarithm of the gamma function",
    .range = "Any sign, in nats, growing with D (per-element=yes divides by D); smallest for a perfect prediction",
    .empty = "No special rule: an absent class adds its squared probabilities to S.",
    .advantages =
        "Tolerates wrong labels: the gradient of an observation stays bounded however large its error; nu can "
        "be learned with the network.",
    .disadvantages = "Its scale depends on the size of the image, so single values are hard to interpret; assumes one "
                     "variance for all residuals of a class; slow at the start because large errors have small "
                     "gradients.",
    .use_cases = "Noisy annotations, such as skin lesions outlined by several annotators.",
    .reference = "Gonzalez-Jimenez, Lionetti, Gottfrois, Groeger, Pouly, Navarini: Robust T-Loss for Medical Image "
                 "Segmentation, MICCAI 2023, arXiv 2306.00753",
    .survey = "Equation 22 reads as a mean over voxels of a density of their C classes, nu = e; form=survey is that. "
              "The text states the role of nu the wrong way round: a small nu is robust.",
    .elsewhere = "The published code starts at nu = e and fixes lambda = 1, where the paper has the identity matrix "
                 "(logprec=1 gives its value). t-loss-tf lost the sign of the first term.",
    .params = rows,
    .size = sizeof(struct seg_t_loss),
    .flags = SEG_LOSS_SOFT_TRUTH,
    .check = check,
    .value = value,
    .gradient = gradient,
    .map = loss_map,
    .map_kind = SEG_MAP_PROPORTIONAL,
    .single_pass = single_pass,
};
