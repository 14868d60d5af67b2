/* loss.c - the list of losses, their names, and the engine that computes many of them on one pair. */
#include "loss.h"

#include <math.h>

#include "../base/timing.h"

const char *const seg_form_words[] = {"reference", "survey", NULL};
const char *const seg_reduction_words[] = {"mean", "sum", NULL};
const char *const seg_level_names[SEG_LEVELS] = {"pixel", "region", "boundary", "combination"};

#define LOSS(name) &seg_loss_##name,
const seg_loss *const seg_losses[] = {
#include "all.h"
};
#undef LOSS
const size_t seg_losses_count = sizeof seg_losses / sizeof *seg_losses;

/* Names that people use for a loss with certain parameters. */
static const struct {
    const char *name;
    const seg_loss *loss;
    const char *params;
} shorthands[] = {
    {"wce", &seg_loss_ce, "weights=inverse"},
    {"weighted-ce", &seg_loss_ce, "weights=inverse"},
    {"weighted-cross-entropy", &seg_loss_ce, "weights=inverse"},
};

enum { SHORTHANDS = sizeof shorthands / sizeof *shorthands };

static bool has_name(const seg_loss *loss, const char *name)
{
    if (seg_same_name(loss->name, name))
        return true;
    for (const char *const *alias = loss->aliases; *alias; alias++)
        if (seg_same_name(*alias, name))
            return true;
    return false;
}

const seg_loss *seg_loss_find(const char *name)
{
    for (size_t i = 0; i < seg_losses_count; i++)
        if (has_name(seg_losses[i], name))
            return seg_losses[i];
    return NULL;
}

const seg_loss *seg_loss_shorthand(const char *name, const char **params)
{
    for (size_t i = 0; i < SHORTHANDS; i++)
        if (seg_same_name(shorthands[i].name, name)) {
            *params = shorthands[i].params;
            return shorthands[i].loss;
        }
    return NULL;
}

enum { NAMES_PER_LOSS = 4 }; /* the name and up to three aliases */

/* Every name that is accepted, one after another; NULL where a loss has fewer. */
static const char *known_name(const void *context, size_t i)
{
    const seg_loss *loss;

    (void)context;
    if (i < SHORTHANDS)
        return shorthands[i].name;
    i -= SHORTHANDS;
    loss = seg_losses[i / NAMES_PER_LOSS];
    if (i % NAMES_PER_LOSS == 0)
        return loss->name;
    for (size_t k = 0; k < i % NAMES_PER_LOSS - 1; k++)
        if (!loss->aliases[k])
            return NULL;
    return loss->aliases[i % NAMES_PER_LOSS - 1];
}

const char *seg_loss_nearest(const char *name)
{
    return seg_nearest(name, SHORTHANDS + NAMES_PER_LOSS * seg_losses_count, known_name, NULL);
}

bool seg_always_single_pass(const void *params)
{
    (void)params;
    return true;
}

static const char NOT_FOR_SOFT_TRUTH[] = SEG_NOT_COMPUTED "not defined for a soft truth";

static bool refused(const seg_loss_ctx *work, const seg_loss *loss)
{
    return seg_pair_soft(work->pair) && !(loss->flags & SEG_LOSS_SOFT_TRUTH);
}

/* Moves *since on to now; what went by is the score's. */
static void count_time(seg_score *score, double *since)
{
    double now = seg_seconds();

    score->seconds += now - *since;
    *since = now;
}

/* An empty score, and at once the whole of it for a loss that sees all classes together. */
static seg_status begin_score(seg_loss_ctx *work, const seg_loss_job *job, seg_score *score, seg_error *err)
{
    *score = (seg_score){.by_class = score->by_class};
    for (int cls = 0; cls < work->pair->classes; cls++)
        score->by_class[cls] = (seg_value){0};
    if (refused(work, job->loss))
        score->total = seg_value_undefined(NOT_FOR_SOFT_TRUTH);
    else if (job->loss->value)
        return job->loss->value(work, job->params, score, err);
    return SEG_OK;
}

static seg_status add_class(seg_loss_ctx *work, const seg_loss_job *job, int cls, seg_score *score, seg_error *err)
{
    const seg_loss *loss = job->loss;

    if (!loss->class_value || refused(work, loss) || !loss->includes_class(work, job->params, cls))
        return SEG_OK;
    score->by_class[cls].asked = true;
    return loss->class_value(work, cls, job->params, &score->by_class[cls], err);
}

/* The mean, sum or weighted sum of the classes that have a value. */
static void end_score(seg_loss_ctx *work, const seg_loss_job *job, seg_score *score)
{
    const seg_loss *loss = job->loss;
    const char *reason = SEG_NO_CLASS;
    double sum = 0;
    int defined = 0;

    if (!loss->class_value || refused(work, loss))
        return;
    for (int cls = 0; cls < work->pair->classes; cls++) {
        const seg_value *v = &score->by_class[cls];

        if (v->asked && !isfinite(v->x))
            reason = v->status;
        if (!v->asked || isnan(v->x))
            continue;
        sum += loss->weight ? loss->weight(work, job->params, cls) * v->x : v->x;
        defined++;
    }
    if (!defined) {
        score->total = seg_value_undefined(reason);
        return;
    }
    score->total = seg_value_of(loss->weight || loss->flags & SEG_LOSS_SUMS ? sum : sum / defined);
    if (!isfinite(sum))
        score->total.status = reason;
}

double seg_loss_class_weight(const seg_loss_ctx *work, const seg_loss *loss, const void *params, int cls, int taken)
{
    return loss->weight ? loss->weight(work, params, cls) : loss->flags & SEG_LOSS_SUMS ? 1 : 1.0 / taken;
}

int seg_loss_classes_taken(const seg_loss_ctx *work, const seg_loss *loss, const void *params)
{
    int taken = 0;

    for (int cls = 0; cls < work->pair->classes; cls++)
        taken += loss->includes_class(work, params, cls);
    return taken;
}

static seg_status check_value(const seg_loss *loss, const char *where, seg_value v, seg_error *err)
{
    if (v.asked && !isfinite(v.x) && !v.status)
        return seg_fail(err, SEG_BUG, "%s: %s is %g without a reason; this is a bug in segloss", loss->name, where,
                        v.x);
    return SEG_OK;
}

/* A loss that says OK has either a number or a reason why not; anything else is our mistake, told by name. */
static seg_status check_score(const seg_loss_ctx *work, const seg_loss *loss, const seg_score *score, seg_error *err)
{
    seg_status st = check_value(loss, "the loss", score->total, err);

    if (!st && !score->total.asked)
        st = seg_fail(err, SEG_BUG, "%s: no value was computed; this is a bug in segloss", loss->name);
    for (int cls = 0; !st && cls < work->pair->classes; cls++)
        st = check_value(loss, "the value of a class", score->by_class[cls], err);
    for (size_t i = 0; !st && i < score->extras; i++)
        st = check_value(loss, score->extra[i].name, seg_value_of(score->extra[i].x), err);
    return st;
}

seg_status seg_losses_compute(seg_loss_ctx *work, const seg_loss_job *jobs, size_t n, seg_score *scores, seg_error *err)
{
    double since = seg_seconds();
    seg_status st = SEG_OK;

    for (size_t i = 0; !st && i < n; i++) {
        st = begin_score(work, &jobs[i], &scores[i], err);
        count_time(&scores[i], &since);
    }
    for (int cls = 0; !st && cls < work->pair->classes; cls++)
        for (size_t i = 0; !st && i < n; i++) {
            st = add_class(work, &jobs[i], cls, &scores[i], err);
            count_time(&scores[i], &since);
        }
    for (size_t i = 0; !st && i < n; i++) {
        end_score(work, &jobs[i], &scores[i]);
        st = check_score(work, jobs[i].loss, &scores[i], err);
    }
    return st;
}
