/* t_loss.c - robust T-loss: the residual map as one observation of a heavy-tailed Student t distribution.
 *
 *     L = mean over observations of
 *         -lnG((nu+D)/2) + lnG(nu/2) - (D/2) lambda + (D/2) ln(pi nu) + ((nu+D)/2) ln(1 + e^lambda S / nu)
 *
 * S = sum (y - t)^2 over the D voxels of an observation: a volume, a slice or a voxel of one class (lnG: log gamma
 * function; e^-lambda I is the scale matrix). L is a negative log-likelihood in nats: any sign, and it grows with D, so
 * L / D is given too. nu=fit takes the nu that makes L smallest. form=survey: a voxel with its C classes is the
 * observation. Empty classes need no rule: S is then simply the squared mass of the prediction, or 0.
 */
#include <math.h>
#include <stdlib.h>

#include "../../base/memory.h"
#include "../../base/parallel.h"
#include "../gradient.h"
#include "../loss.h"

enum { NU_E, NU_FIT };
static const char *const nu_words[] = {"e", "fit", NULL};

enum { VOLUME, SLICE, PIXEL };
static const char *const unit_words[] = {"volume", "slice", "pixel", NULL};

static const double PI = 3.14159265358979323846, E = 2.71828182845904523536;

struct t_loss {
    seg_numbers nu;
    double logprec; /* lambda */
    seg_classes classes;
    int unit, per_element, form;
};

static int unit_of(const struct t_loss *p)
{
    return p->form == SEG_FORM_SURVEY ? PIXEL : p->unit;
}

static bool takes(const seg_loss_ctx *work, const struct t_loss *p, int cls)
{
    return p->form == SEG_FORM_SURVEY || seg_loss_ctx_includes(work, &p->classes, SEG_CLASSES_FG, cls);
}

/* Observations of one class: of volumes and slices each with its size and S; of voxels only what they are made from. */
struct observations {
    const seg_pair *pair;
    const struct t_loss *p;
    int cls;
    size_t n;      /* volumes or slices */
    double *D, *S; /* [n] D = 0: everything ignored, no observation */
    double count;  /* observations */
};

/* ---- S of slices ---- */

enum { PIECE = 1024 };

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

static seg_status observe(struct observations *o, seg_loss_ctx *work, const struct t_loss *p, int cls, seg_error *err)
{
    const seg_class_sums *m;
    seg_status st = seg_loss_ctx_sums(work, &m, err);

    *o = (struct observations){.pair = work->pair, .p = p, .cls = cls};
    o->n = unit_of(p) == SLICE ? work->pair->grid.n[2] : 1;
    if (!st)
        st = seg_alloc(&o->D, 2 * o->n, sizeof *o->D, "sums of residuals", err);
    if (st)
        return st;
    o->S = o->D + o->n;
    if (unit_of(p) == SLICE) {
        seg_parallel_for(o->n, observe_slice, o);
    } else {
        o->D[0] = m->n;
        o->S[0] = m->sse_fg[cls] + m->sse_bg[cls];
    }
    for (size_t i = 0; i < o->n; i++)
        o->count += o->D[i] > 0;
    if (unit_of(p) == PIXEL)
        o->count = m->n;
    return SEG_OK;
}

/* ---- the likelihood ---- */

/* lgamma() itself writes a global. The argument is positive, so is the function it is the logarithm of. */
static double log_gamma(double x)
{
    int sign;

    return lgamma_r(x, &sign);
}

/* All that does not depend on S. */
static double constant(double nu, double D, double lambda)
{
    return -log_gamma((nu + D) / 2) + log_gamma(nu / 2) - D / 2 * lambda + D / 2 * log(PI * nu);
}

/* Voxels as observations: with form=survey all classes of a voxel together. */
struct voxel_pass {
    const struct observations *o;
    double scale; /* e^lambda / nu */
};

static void add_voxels(void *context, size_t begin, size_t end, double *sums)
{
    const struct voxel_pass *pass = context;
    const seg_pair *pair = pass->o->pair;
    bool survey = pass->o->p->form == SEG_FORM_SURVEY;
    int first = survey ? 0 : pass->o->cls, last = survey ? pair->classes - 1 : first;
    double y[PIECE], t[PIECE], s[PIECE];
    uint16_t code[PIECE];

    for (size_t at = begin; at < end; at += PIECE) {
        size_t n = end - at < PIECE ? end - at : PIECE;

        for (size_t i = 0; i < n; i++)
            s[i] = 0;
        for (int cls = first; cls <= last; cls++) {
            seg_pair_prob(pair, cls, at, n, y);
            seg_pair_target(pair, cls, at, n, t);
            for (size_t i = 0; i < n; i++)
                s[i] += (y[i] - t[i]) * (y[i] - t[i]);
        }
        seg_pair_codes(pair, at, n, code);
        for (size_t i = 0; i < n; i++)
            if (code[i] < pair->classes)
                sums[0] += log1p(pass->scale * s[i]);
    }
}

/* The mean over the observations of one class. */
static seg_status likelihood(const struct observations *o, double nu, double *L, seg_error *err)
{
    double lambda = o->p->form == SEG_FORM_SURVEY ? 0 : o->p->logprec, scale = exp(lambda) / nu, sum = 0;
    double D = o->p->form == SEG_FORM_SURVEY ? o->pair->classes : 1;

    if (unit_of(o->p) == PIXEL) {
        struct voxel_pass pass = {o, scale};
        seg_status st = seg_parallel_sum(o->pair->voxels, 1, add_voxels, &pass, &sum, err);

        *L = constant(nu, D, lambda) + (nu + D) / 2 * sum / o->count;
        return st;
    }
    for (size_t i = 0; i < o->n; i++)
        if (o->D[i] > 0)
            sum += constant(nu, o->D[i], lambda) + (nu + o->D[i]) / 2 * log1p(scale * o->S[i]);
    *L = sum / o->count;
    return SEG_OK;
}

/* ---- degrees of freedom ---- */

/* All classes taken, which share one nu. */
struct model {
    struct observations *cls;
    int n;
    double nu;
};

static seg_status mean_likelihood(const struct model *m, double u, double *L, seg_error *err)
{
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

/* ln nu is looked for here; outside, the distribution is a spike or the normal distribution. */
static const double U_LEAST = -6.907755278982137 /* ln 1e-3 */, U_MOST = 13.815510557964274 /* ln 1e6 */;
enum { GRID = 200 };
static const double PRECISION = 1e-10;

/* Golden section between a and b, where L has one minimum. */
static seg_status narrow_down(const struct model *m, double a, double b, double *u, seg_error *err)
{
    static const double G = 0.6180339887498949;
    double left = b - G * (b - a), right = a + G * (b - a), at_left, at_right;
    seg_status st = mean_likelihood(m, left, &at_left, err);

    if (!st)
        st = mean_likelihood(m, right, &at_right, err);
    while (!st && b - a > PRECISION) {
        if (at_left < at_right) {
            b = right;
            right = left, at_right = at_left;
            left = b - G * (b - a);
            st = mean_likelihood(m, left, &at_left, err);
        } else {
            a = left;
            left = right, at_left = at_right;
            right = a + G * (b - a);
            st = mean_likelihood(m, right, &at_right, err);
        }
    }
    *u = (a + b) / 2;
    return st;
}

static seg_status fit(struct model *m, seg_loss_ctx *work, seg_error *err)
{
    double step = (U_MOST - U_LEAST) / (GRID - 1), least = INFINITY, u = 0;
    int best = 0;
    seg_status st = SEG_OK;

    for (int i = 0; !st && i < GRID; i++) {
        double L;

        st = mean_likelihood(m, U_LEAST + i * step, &L, err);
        if (!st && L < least) {
            least = L;
            best = i;
        }
    }
    if (!st && best > 0 && best < GRID - 1) {
        st = narrow_down(m, U_LEAST + (best - 1) * step, U_LEAST + (best + 1) * step, &u, err);
        m->nu = exp(u);
    } else if (!st) {
        m->nu = best == 0 ? 1e-3 : 1e6;
        seg_warn(work->notes, "t-loss: nu=fit ends at %g, the bound of the search", m->nu);
    }
    return st;
}

static void free_model(struct model *m)
{
    for (int k = 0; k < m->n; k++)
        free(m->cls[k].D);
    free(m->cls);
}

/* Voxel observations with lambda <= 0 are all within one standard width, so a fit always ends at the normal end. */
static bool fit_is_known(const struct t_loss *p)
{
    return unit_of(p) == PIXEL && (p->form == SEG_FORM_SURVEY || p->logprec <= 0);
}

static seg_status choose_nu(struct model *m, seg_loss_ctx *work, const struct t_loss *p, seg_error *err)
{
    if (p->nu.word < 0)
        m->nu = p->nu.x[0];
    else if (p->nu.word == NU_E)
        m->nu = E;
    else if (!fit_is_known(p))
        return m->n ? fit(m, work, err) : SEG_OK;
    else {
        m->nu = 1e6;
        seg_warn(work->notes, "t-loss: nu=fit ends at 1e6 for single voxels, the bound of the search");
    }
    return SEG_OK;
}

/* The observations of every class taken; with form=survey the classes are one. */
static seg_status make_model(struct model *m, seg_loss_ctx *work, const struct t_loss *p, seg_error *err)
{
    seg_status st = seg_alloc(&m->cls, (size_t)work->pair->classes, sizeof *m->cls, "observations", err);

    for (int cls = 0; !st && cls < work->pair->classes; cls++)
        if (takes(work, p, cls) && (cls == 0 || p->form != SEG_FORM_SURVEY))
            st = observe(&m->cls[m->n++], work, p, cls, err);
    if (!st && seg_loss_ctx_voxels(work) > 0)
        st = choose_nu(m, work, p, err);
    return st;
}

/* ---- the loss ---- */

/* Elements of one observation: the mean of D. */
static double elements(const struct observations *o)
{
    double sum = 0;

    if (o->p->form == SEG_FORM_SURVEY)
        return o->pair->classes;
    if (unit_of(o->p) == PIXEL)
        return 1;
    for (size_t i = 0; i < o->n; i++)
        sum += o->D[i];
    return sum / o->count;
}

static seg_status add_up(const struct model *m, const struct t_loss *p, seg_score *score, seg_error *err)
{
    double sum = 0, per_element = 0;
    seg_status st = SEG_OK;

    for (int k = 0; !st && k < m->n; k++) {
        double L, each;

        st = likelihood(&m->cls[k], m->nu, &L, err);
        if (st)
            return st;
        each = L / elements(&m->cls[k]);
        sum += L / m->n;
        per_element += each / m->n;
        if (p->form != SEG_FORM_SURVEY)
            score->by_class[m->cls[k].cls] = seg_value_of(p->per_element ? each : L);
    }
    score->total = seg_value_of(p->per_element ? per_element : sum);
    if (!p->per_element) {
        score->extra[score->extras].name = "per-element";
        score->extra[score->extras++].x = per_element;
    }
    if (p->nu.word == NU_FIT) {
        score->extra[score->extras].name = "nu";
        score->extra[score->extras++].x = m->nu;
    }
    return SEG_OK;
}

static seg_status value(seg_loss_ctx *work, const void *params, seg_score *score, seg_error *err)
{
    struct model m = {0};
    seg_status st = make_model(&m, work, params, err);

    if (!st && m.n == 0)
        score->total = seg_value_undefined(SEG_NO_CLASS);
    else if (!st && seg_loss_ctx_voxels(work) == 0)
        score->total = seg_value_undefined(SEG_NO_VOXELS);
    else if (!st)
        st = add_up(&m, params, score, err);
    free_model(&m);
    return st;
}

/* ---- gradient ---- */

struct slope {
    const struct observations *o;
    double nu, classes;
    const double *S; /* [voxels] form=survey: of each voxel */
};

/* value:    L  = ((nu + D)/2) ln(1 + e^lambda S / nu) + ...
 * gradient: L' = (nu + D) e^lambda (y - t) / (nu + e^lambda S), over the number of observations; nu is held */
static double slope(const void *context, const seg_voxel *v)
{
    const struct slope *s = context;
    const struct observations *o = s->o;
    double d = v->y - v->t, D = 1, S = d * d, count = o->count * s->classes, precision = exp(o->p->logprec);
    size_t plane = o->pair->grid.n[0] * o->pair->grid.n[1];

    if (o->p->form == SEG_FORM_SURVEY) {
        D = o->pair->classes;
        S = s->S[v->index];
        precision = 1;
    } else if (unit_of(o->p) != PIXEL) {
        size_t i = unit_of(o->p) == SLICE ? v->index / plane : 0;

        D = o->D[i];
        S = o->S[i];
    }
    if (o->p->per_element)
        count *= elements(o);
    return (s->nu + D) * precision * d / (s->nu + precision * S) / count;
}

struct square {
    const seg_pair *pair;
    double *S;
};

static void add_squares(void *context, size_t begin, size_t end)
{
    const struct square *q = context;
    double y[PIECE], t[PIECE];

    for (int cls = 0; cls < q->pair->classes; cls++)
        for (size_t at = begin; at < end; at += PIECE) {
            size_t n = end - at < PIECE ? end - at : PIECE;

            seg_pair_prob(q->pair, cls, at, n, y);
            seg_pair_target(q->pair, cls, at, n, t);
            for (size_t i = 0; i < n; i++)
                q->S[at + i] += (y[i] - t[i]) * (y[i] - t[i]);
        }
}

static seg_status survey_gradient(const struct model *m, const seg_pair *pair, double *out, seg_error *err)
{
    struct square q = {pair, NULL};
    seg_status st = seg_alloc(&q.S, pair->voxels, sizeof *q.S, "squared residuals", err);

    if (!st) {
        seg_parallel_blocks(pair->voxels, add_squares, &q);
        seg_gradient_fill(pair, slope, &(struct slope){&m->cls[0], m->nu, 1, q.S}, out);
    }
    free(q.S);
    return st;
}

static seg_status gradient(seg_loss_ctx *work, const void *params, double *out, seg_error *err)
{
    const struct t_loss *p = params;
    size_t n = work->pair->voxels;
    struct model m = {0};
    seg_status st = make_model(&m, work, p, err);

    for (size_t i = 0; !st && i < n * (size_t)work->pair->classes; i++)
        out[i] = 0;
    if (!st && p->form == SEG_FORM_SURVEY)
        st = survey_gradient(&m, work->pair, out, err);
    for (int k = 0; !st && p->form != SEG_FORM_SURVEY && k < m.n; k++)
        seg_gradient_fill_class(work->pair, m.cls[k].cls, slope, &(struct slope){&m.cls[k], m.nu, m.n, NULL}, out);
    free_model(&m);
    return st;
}

static const seg_param rows[] = {
    {.name = "nu",
     .type = SEG_PARAM_NUMBERS,
     .at = offsetof(struct t_loss, nu),
     .preset = NU_E,
     .min = 0,
     .above = true,
     .max = HUGE_VAL,
     .choices = nu_words,
     .help = "degrees of freedom; e = 2.718, fit: those that make the loss smallest"},
    SEG_NUMBER("logprec", struct t_loss, logprec, 0, -50, 50, "log of the precision of the scale matrix, lambda"),
    SEG_CHOICE("unit", struct t_loss, unit, VOLUME, unit_words, "what one observation is"),
    SEG_CLASSES_ROW(struct t_loss, "fg"),
    SEG_SWITCH("per-element", struct t_loss, per_element, 0, "divide by the number of voxels of an observation"),
    SEG_FORM_ROW(struct t_loss),
    {0},
};

static seg_status check(const void *params, seg_error *err)
{
    const struct t_loss *p = params;

    if (p->nu.word < 0 && p->nu.n != 1)
        return seg_fail(err, SEG_USAGE, "t-loss: nu has %zu numbers, but one was wanted", p->nu.n);
    return SEG_OK;
}

static bool one_look(const void *params)
{
    return unit_of(params) == VOLUME;
}

const seg_loss seg_loss_t_loss = {
    .name = "t-loss",
    .aliases = {"robust-t", "tloss"},
    .title = "Robust T-loss",
    .level = SEG_REGION,
    .equation = "L = -lnG((nu+D)/2) + lnG(nu/2) - (D/2) lambda + (D/2) ln(pi nu) + ((nu+D)/2) ln(1 + e^lambda S/nu)\n"
                "S = sum (y - t)^2 over the D voxels of an observation; mean over observations and classes",
    .symbols = "y, t    probability and truth of a class at a voxel\n"
               "nu      degrees of freedom: small is robust, large is the normal distribution (squared error)\n"
               "lambda  log precision\n"
               "lnG     logarithm of the gamma function",
    .range = "Any sign, in nats, growing with D (part=per-element divides by D); smallest for a perfect prediction",
    .empty = "Nothing special: an absent class adds its squared probabilities to S.",
    .advantages =
        "Tolerates wrong labels: the gradient of an observation stays bounded however large its error; nu can "
        "be learned with the network.",
    .disadvantages = "Its scale depends on the size of the image and says little by itself; assumes residuals of "
                     "one class with one width; slow to start because large errors pull little.",
    .use_cases = "Noisy annotations, such as skin lesions outlined by many hands.",
    .reference = "Gonzalez-Jimenez, Lionetti, Gottfrois, Groeger, Pouly, Navarini: Robust T-Loss for Medical Image "
                 "Segmentation, MICCAI 2023, arXiv 2306.00753",
    .survey = "Equation 22 reads as a mean over voxels of a density of their C classes, nu = e; form=survey is that. "
              "The text has the role of nu the wrong way round: small nu is the robust end.",
    .elsewhere = "The published code starts at nu = e and fixes lambda = 1, where the paper has the identity matrix "
                 "(logprec=1 gives its value). t-loss-tf lost the sign of the first term.",
    .params = rows,
    .size = sizeof(struct t_loss),
    .flags = SEG_LOSS_SOFT_TRUTH,
    .check = check,
    .value = value,
    .gradient = gradient,
    .single_pass = one_look,
};
