/* claims.c - tests the survey's statements about its figure on the computed curves. */
#include "claims.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "../base/memory.h"
#include "loss_list.h"

/* Drawdown limits: up to STEADY a curve is monotone, from VARIES on it varies considerably. */
static const double STEADY = 0.05, VARIES = 0.10;

/* The losses that the statements name, and those they are compared with. */
enum named_loss {
    CE,
    FOCAL,
    FOCAL_ALPHA,
    COMBO_SUM,
    COMBO_MEAN,
    TOPK,
    T_LOSS,
    DICE,
    IOU,
    TVERSKY,
    LOVASZ,
    LOG_COSH,
    DOU,
    NAMED_LOSSES
};
static const struct {
    const char *name, *params, *called;
} named_loss[NAMED_LOSSES] = {
    {"ce", "", "CE"},
    {"focal", "", "Focal"},
    {"focal", "alpha=0.25", "Focal with alpha 0.25"},
    {"combo", "form=survey,reduction=sum", "Combo (CE summed)"},
    {"combo", "", "Combo (CE averaged)"},
    {"topk", "", "Top-K"},
    {"t-loss", "", "T-loss"},
    {"dice", "", "Dice"},
    {"iou", "", "IoU"},
    {"tversky", "", "Tversky"},
    {"lovasz", "", "Lovász"},
    {"log-cosh-dice", "", "log-cosh Dice"},
    {"boundary-dou", "", "Boundary DoU"},
};

/* Drawdowns of the named losses, NAN for those that are not available. */
struct measured {
    double large[NAMED_LOSSES], small[NAMED_LOSSES]; /* as drawn, on the largest and the smallest object */
    double unjittered[NAMED_LOSSES];                 /* small, without jitter */
    double soft[NAMED_LOSSES];                       /* small, with an edge 1 px wide */
    double by_step[NAMED_LOSSES];                    /* small: tau against the step instead of FP + FN */
};

/* The same object and plan again, with other jitter and edge. */
static seg_status again(const seg_experiment *from, double jitter, double soft, seg_experiment *to, seg_error *err)
{
    to->plan = from->plan;
    to->plan.jitter = jitter;
    to->plan.soft = soft;
    return seg_phantom_ball(&to->scene, from->scene.name, seg_grid_dims(&from->scene.grid), from->plan.image,
                            seg_phantom_radius(&from->scene), from->plan.family->middle, err);
}

/* which[i]: the named loss behind loss i of the list. */
static seg_status list_named(unsigned wanted, seg_loss_list *list, enum named_loss *which, seg_error *err)
{
    seg_status st = SEG_OK;

    for (int w = 0; !st && w < NAMED_LOSSES; w++) {
        bool missing = true;

        if (wanted >> w & 1)
            st = seg_loss_list_find(list, named_loss[w].name, named_loss[w].params, true, &missing, err);
        if (!st && !missing)
            which[list->n - 1] = (enum named_loss)w;
    }
    return st;
}

/* One object with the named losses in `wanted`: drawdown against FP + FN, and tau against the step when not NULL. */
static seg_status measure_object(const seg_curves *c, const seg_experiment *object, double jitter, double soft,
                                 unsigned wanted, double *drawdown, double *by_step, seg_error *err)
{
    enum named_loss which[NAMED_LOSSES];
    seg_loss_list list = {0};
    seg_curves mine = {.regimes = 1};
    seg_curves_request request = {.regimes = 1, .seeds = c->seeds, .first_seed = c->first_seed, .no_hd95 = true};
    seg_status st = seg_alloc(&mine.regime, 1, sizeof *mine.regime, "objects", err);

    request.regime = mine.regime;
    if (!st)
        st = list_named(wanted, &list, which, err);
    if (!st)
        st = again(object, jitter, soft, mine.regime, err);
    request.loss = list.loss;
    request.losses = list.n;
    if (!st)
        st = seg_curves_run(&mine, &request, err);
    if (!st)
        st = seg_curves_score(&mine, err);
    for (size_t i = 0; !st && i < list.n; i++) {
        const seg_curve_score *score = seg_curves_scores(&mine, i, 0);

        drawdown[which[i]] = score[SEG_X_ERRORS].mean[SEG_DRAWDOWN];
        if (by_step)
            by_step[which[i]] = score[SEG_X_STEP].mean[SEG_TAU];
    }
    seg_curves_free(&mine);
    seg_loss_list_free(&list);
    return st;
}

static seg_status measure(const seg_curves *c, size_t large, size_t small, struct measured *m, seg_error *err)
{
    const seg_experiment *object = &c->regime[small];
    const double jitter = object->plan.jitter, soft = object->plan.soft;
    const unsigned all = (1u << NAMED_LOSSES) - 1, overlap = all & ~((1u << DICE) - 1);
    seg_status st;

    for (int w = 0; w < NAMED_LOSSES; w++)
        m->large[w] = m->small[w] = m->unjittered[w] = m->soft[w] = m->by_step[w] = NAN;
    st = measure_object(c, object, jitter, soft, all, m->small, m->by_step, err);
    if (!st)
        st = measure_object(c, &c->regime[large], jitter, soft, 1u << DICE, m->large, NULL, err);
    if (!st)
        st = measure_object(c, object, 0, soft, overlap, m->unjittered, NULL, err);
    return st ? st : measure_object(c, object, jitter, 1, 1u << CE | 1u << FOCAL, m->soft, NULL, err);
}

/* Appends to a sentence in a buffer of fixed size; what does not fit is cut. */
__attribute__((format(printf, 2, 3))) static void say(seg_claim_of_survey *s, const char *format, ...)
{
    const size_t used = strlen(s->evidence);
    va_list args;

    va_start(args, format);
    vsnprintf(s->evidence + used, sizeof s->evidence - used, format, args);
    va_end(args);
}

static void judge(seg_claim_of_survey *s, const char *id, const char *claim)
{
    *s = (seg_claim_of_survey){.id = id, .claim = claim};
}

static void verdict(seg_claim_of_survey *s, const char *word)
{
    snprintf(s->verdict, sizeof s->verdict, "%s", word);
}

/* "Dice 0.19, IoU 0.16"; returns the number of names written. */
static size_t name_values(seg_claim_of_survey *s, const double *value, int first, int last)
{
    size_t n = 0;

    for (int w = first; w <= last; w++)
        if (!isnan(value[w]))
            say(s, "%s%s %.2f", n++ ? ", " : "", named_loss[w].called, value[w] + 0.0);
    return n;
}

/* How many losses of the survey there are, and how many of them do not fall. */
typedef struct {
    size_t losses, scored, steady;
    seg_string exceptions; /* "Hausdorff 0.12, ..." */
} survey_losses;

/* Every loss with its preset parameters on one object, whichever were drawn. */
static seg_status run_all(seg_curves *all, const seg_curves *c, const seg_experiment *object, seg_loss_list *list,
                          seg_error *err)
{
    seg_curves_request request = {.regimes = 1, .seeds = c->seeds, .first_seed = c->first_seed, .no_hd95 = true};
    seg_status st = seg_alloc(&all->regime, 1, sizeof *all->regime, "objects", err);

    all->regimes = 1;
    request.regime = all->regime;
    for (size_t i = 0; i < seg_losses_count && !st; i++) {
        bool missing = true;

        st = seg_loss_list_find(list, seg_losses[i]->name, "", true, &missing, err);
    }
    if (!st)
        st = again(object, object->plan.jitter, object->plan.soft, all->regime, err);
    request.loss = list->loss;
    request.losses = list->n;
    if (!st)
        st = seg_curves_run(all, &request, err);
    return st ? st : seg_curves_score(all, err);
}

static seg_status score_all(survey_losses *found, const seg_curves *c, const seg_experiment *object, seg_error *err)
{
    seg_loss_list list = {0};
    seg_curves all = {0};
    seg_status st = run_all(&all, c, object, &list, err);

    for (size_t i = 0; i < list.n && !st; i++) {
        const double x = seg_curves_scores(&all, i, 0)[SEG_X_ERRORS].mean[SEG_DRAWDOWN];

        found->scored += !isnan(x);
        found->steady += x <= STEADY;
        if (x > STEADY)
            seg_string_printf(&found->exceptions, "%s%s %.2f", found->exceptions.length ? ", " : "", all.loss[i].label,
                              x);
    }
    found->losses = list.n;
    seg_curves_free(&all);
    seg_loss_list_free(&list);
    return st ? st : seg_string_check(&found->exceptions, err);
}

static seg_status judge_s1(const seg_curves *c, size_t large, seg_claim_of_survey *s, seg_error *err)
{
    survey_losses found = {0};
    seg_status st = score_all(&found, c, &c->regime[large], err);

    judge(s, "S1", "for a large object most losses rise with FP + FN");
    verdict(s, 2 * found.steady > found.scored ? "yes" : "no");
    say(s,
        "%zu of the %zu losses of the survey, drawn or not, never fall by more than 5\u00a0%% of their range (means "
        "over "
        "%zu seed%s)",
        found.steady, found.losses, c->seeds, c->seeds == 1 ? "" : "s");
    if (found.scored < found.losses)
        say(s, "; %zu have no value", found.losses - found.scored);
    if (found.exceptions.length)
        say(s, "; exceptions: %s", found.exceptions.text);
    seg_string_free(&found.exceptions);
    return st;
}

static void judge_s2a(const struct measured *m, double jitter, seg_claim_of_survey *s)
{
    size_t vary = 0, steady = 0, n = 0;

    judge(s, "S2a", "for a small object the overlap-based losses vary considerably");
    for (int w = DICE; w <= DOU; w++) {
        n += !isnan(m->small[w]);
        vary += m->small[w] >= VARIES;
        steady += m->unjittered[w] <= STEADY;
    }
    if (2 * vary > n && 2 * steady > n)
        snprintf(s->verdict, sizeof s->verdict, "yes, given the jitter of ±%g px", jitter);
    else
        verdict(s, 2 * vary > n ? "yes" : "no");
    say(s, "largest fall as a share of the range: ");
    name_values(s, m->small, DICE, DOU);
    say(s,
        "; without jitter at most %.2f: if the overlap only shrinks while the errors only grow, hard Dice and IoU "
        "cannot fall",
        fmax(m->unjittered[DICE], fmax(m->unjittered[IOU], m->unjittered[LOVASZ])));
}

static void judge_s2b(const struct measured *m, double soft, seg_claim_of_survey *s)
{
    const bool steady = m->small[FOCAL] <= STEADY;

    judge(s, "S2b", "for a small object Focal rises monotonically");
    verdict(s, steady ? soft > 0 ? "yes" : "yes, but by construction" : "no");
    say(s, "drawdown %.2f", m->small[FOCAL] + 0.0);
    if (!(soft > 0))
        say(s, ": on hard masks without class weights Focal is a constant times FP + FN");
    if (!isnan(m->small[FOCAL_ALPHA]))
        say(s, "; %.2f with alpha 0.25", m->small[FOCAL_ALPHA] + 0.0);
    if (!(soft > 0))
        say(s, "; %.2f with an edge 1 px soft (CE %.2f)", m->soft[FOCAL] + 0.0, m->soft[CE] + 0.0);
}

static void judge_s2c(const struct measured *m, seg_claim_of_survey *s)
{
    const bool sum = m->small[COMBO_SUM] <= STEADY, mean = m->small[COMBO_MEAN] <= STEADY;

    judge(s, "S2c", "for a small object Combo rises monotonically");
    if (isnan(m->small[COMBO_SUM])) {
        verdict(s, "not measured");
        say(s, "the Combo loss is not in this build");
        return;
    }
    verdict(s, sum && mean ? "yes" : sum ? "only in the summed form" : "no");
    say(s,
        "drawdown %.2f with the cross-entropy summed, as equation 2 prints it; %.2f with it averaged over the "
        "image, as implementations do (Dice alone %.2f)",
        m->small[COMBO_SUM] + 0.0, m->small[COMBO_MEAN] + 0.0, m->small[DICE]);
}

static void judge_s2d(const seg_curves *c, size_t small, const struct measured *m, seg_claim_of_survey *s)
{
    const enum named_loss rivals[] = {CE, TOPK, T_LOSS};
    size_t as_steady = 0, drawn = 0;

    judge(s, "S2d", "for a small object only Combo and Focal do");
    for (size_t i = 0; i < 3; i++)
        if (m->small[rivals[i]] <= m->small[FOCAL] + 0.005)
            say(s, "%s%s", as_steady++ ? ", " : "", named_loss[rivals[i]].called);
    verdict(s, as_steady ? "no" : "yes");
    say(s, as_steady ? " %s as steady as Focal" : "none of CE, Top-K and T-loss is as steady as Focal%s",
        !as_steady      ? ""
        : as_steady > 1 ? "are"
                        : "is");
    for (size_t i = 0; i < c->losses; i++) {
        const double x = seg_curves_scores(c, i, small)[SEG_X_ERRORS].mean[SEG_DRAWDOWN];
        const char *name = c->loss[i].name;

        if (x <= STEADY && strcmp(name, "ce") && strcmp(name, "topk") && strcmp(name, "t-loss") &&
            strcmp(name, "focal") && strcmp(name, "combo"))
            say(s, "%s%s %.2f", drawn++ ? ", " : "; also steady: ", c->loss[i].label, x + 0.0);
    }
    if (!isnan(m->by_step[CE]))
        say(s, "; the axis decides: against the step instead of FP + FN even CE and Focal have tau %.2f",
            m->by_step[CE]);
}

/* ---- jitter and radius ---- */

/* Two ratios of jitter and radius, each at several sizes. */
static const struct {
    double radius, jitter;
} SERIES[SEG_SERIES] = {{4, 1}, {8, 2}, {16, 4}, {30, 7.5}, {30, 1}, {60, 2}, {90, 3}};

/* The image that holds the whole path: a multiple of 16, as large as needed. */
static size_t image_of(double radius, double jitter)
{
    size_t side = (size_t)ceil((4 * radius + 4 * jitter) / 16) * 16;

    return side < 128 ? 128 : side;
}

static seg_status measure_point(const seg_curves *c, seg_series_point *point, seg_error *err)
{
    seg_loss_list list = {0};
    seg_curves mine = {.regimes = 1};
    seg_curves_request request = {.regimes = 1, .seeds = c->seeds, .first_seed = c->first_seed, .no_hd95 = true};
    seg_plan_of_steps plan = c->regime[0].plan;
    bool missing = true;
    seg_status st = seg_alloc(&mine.regime, 1, sizeof *mine.regime, "objects", err);

    plan.dim = 2;
    plan.soft = 0;
    plan.jitter = point->jitter;
    plan.image = image_of(point->radius, point->jitter);
    request.regime = mine.regime;
    if (!st)
        st = seg_loss_list_find(&list, "dice", "", true, &missing, err);
    if (!st) {
        mine.regime->plan = plan;
        st = seg_phantom_ball(&mine.regime->scene, "series", 2, plan.image, point->radius, plan.family->middle, err);
    }
    request.loss = list.loss;
    request.losses = list.n;
    if (!st)
        st = seg_curves_run(&mine, &request, err);
    if (!st)
        st = seg_curves_score(&mine, err);
    if (!st) {
        const seg_curve_score *score = &seg_curves_scores(&mine, 0, 0)[SEG_X_ERRORS];

        point->drawdown = score->mean[SEG_DRAWDOWN];
        point->drawdown_sd = score->sd[SEG_DRAWDOWN];
        point->seeds = score->seeds;
    }
    seg_curves_free(&mine);
    seg_loss_list_free(&list);
    return st;
}

static seg_status measure_series(const seg_curves *c, seg_series_point series[SEG_SERIES], seg_error *err)
{
    seg_status st = SEG_OK;

    for (size_t i = 0; i < SEG_SERIES && !st; i++) {
        series[i] = (seg_series_point){.radius = SERIES[i].radius, .jitter = SERIES[i].jitter};
        st = measure_point(c, &series[i], err);
    }
    return st;
}

/* The smallest and the largest drawdown at one ratio. */
static void range_at(const seg_series_point *series, double ratio, double range[2])
{
    range[0] = INFINITY, range[1] = 0;
    for (size_t i = 0; i < SEG_SERIES; i++) {
        if (fabs(series[i].jitter / series[i].radius - ratio) > 1e-9)
            continue;
        range[0] = fmin(range[0], series[i].drawdown);
        range[1] = fmax(range[1], series[i].drawdown);
    }
}

static void judge_s3(const seg_curves *c, size_t large, size_t small, const struct measured *m,
                     const seg_series_point *series, seg_claim_of_survey *s)
{
    const double big = seg_phantom_radius(&c->regime[large].scene),
                 little = seg_phantom_radius(&c->regime[small].scene);
    const double jitter = c->regime[small].plan.jitter;
    double quarter[2], thirtieth[2];

    range_at(series, 1.0 / 4, quarter);
    range_at(series, 1.0 / 30, thirtieth);
    judge(s, "S3", "which loss to choose depends on the size of the object");
    verdict(s, "restated: on jitter / radius");
    say(s, "the drawdown of Dice follows jitter / radius, not size: J/R = %.3g gives %.2g, J/R = %.3g gives %.2g",
        jitter / big, m->large[DICE], jitter / little, m->small[DICE]);
    say(s,
        "; at J/R = 1/4 it is %.2g to %.2g for radii of 4 to 30, at 1/30 %.2g to %.2g for radii of 30 to 90 "
        "(series.csv)",
        quarter[0], quarter[1], thirtieth[0], thirtieth[1]);
}

static void sizes(const seg_curves *c, size_t *large, size_t *small)
{
    *large = *small = 0;
    for (size_t i = 1; i < c->regimes; i++) {
        const double r = seg_phantom_radius(&c->regime[i].scene);

        *large = r > seg_phantom_radius(&c->regime[*large].scene) ? i : *large;
        *small = r < seg_phantom_radius(&c->regime[*small].scene) ? i : *small;
    }
}

seg_status seg_claims_judge(const seg_curves *c, seg_claim_of_survey s[SEG_CLAIMS], size_t *n,
                            seg_series_point series[SEG_SERIES], size_t *n_series, seg_error *err)
{
    const seg_plan_of_steps *plan = &c->regime[0].plan;
    struct measured m;
    size_t large, small;
    seg_status st;

    *n = *n_series = 0;
    sizes(c, &large, &small);
    if (large == small || !c->regime[0].scene.is_ball || strcmp(plan->family->name, "drift"))
        return SEG_OK;
    st = measure(c, large, small, &m, err);
    if (!st)
        st = measure_series(c, series, err);
    if (!st)
        st = judge_s1(c, large, &s[0], err);
    if (st)
        return st;
    judge_s2a(&m, plan->jitter, &s[1]);
    judge_s2b(&m, plan->soft, &s[2]);
    judge_s2c(&m, &s[3]);
    judge_s2d(c, small, &m, &s[4]);
    judge_s3(c, large, small, &m, series, &s[5]);
    *n = SEG_CLAIMS;
    *n_series = SEG_SERIES;
    return SEG_OK;
}

void seg_claim_text(const seg_claim_of_survey *s, seg_string *out)
{
    seg_string_printf(out, "%s: %s – %s. %c%s.", s->id, s->claim, s->verdict,
                      s->evidence[0] >= 'a' && s->evidence[0] <= 'z' ? s->evidence[0] - 32 : s->evidence[0],
                      s->evidence + 1);
}
