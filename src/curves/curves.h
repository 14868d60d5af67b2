/* curves.h - loss values along a degradation: the steps, their counts, every loss at every step, and the scores.
 *
 *     st = seg_curves_run(&curves, &request, err);
 *     st = seg_curves_score(&curves, err);
 *     ... figure.h, write.h, claims.h read it ...
 *     seg_curves_free(&curves);
 */
#ifndef SEG_CURVES_CURVES_H
#define SEG_CURVES_CURVES_H

#include "../losses/loss.h"
#include "family.h"
#include "monotone.h"

/* Combines several losses into one curve. */
typedef struct {
    const seg_loss_job *part; /* [parts] */
    size_t parts;
    seg_value (*value)(const void *context, const seg_score *score); /* score[parts] */
    const void *context;
} seg_curve_formula;

/* A loss to draw. The texts must live as long as the curves. */
typedef struct {
    seg_loss_job job;                 /* empty for a formula */
    const seg_curve_formula *formula; /* NULL: a single loss */
    const char *name;                 /* "combo" */
    const char *params;               /* what differs from the presets: "form=survey;reduction=sum", or "" */
    const char *label;                /* for legends: "Combo (survey, sum)" */
    seg_level level;
} seg_curve_loss;

/* Scaling of y: to the curve's own range, to its largest magnitude, or none. */
typedef enum { SEG_SCALE_RANGE, SEG_SCALE_MAX, SEG_SCALE_NONE } seg_curve_scale;
extern const char *const seg_curve_scale_words[];

/* One scene and its steps; a figure has a panel for each. */
typedef struct {
    seg_phantom scene;
    seg_plan_of_steps plan; /* plan.steps may be fewer than requested when the object has fewer parts */
} seg_experiment;

/* One step. x[i] is the error by reference measure i, see seg_x; NAN where undefined. */
typedef struct {
    size_t tp, fn, fp, voxels;
    double x[SEG_XS];
    double dice;
} seg_curve_point;

typedef struct {
    double mean[SEG_MEASURES], sd[SEG_MEASURES]; /* over seeds; NAN where undefined */
    seg_trend verdict;                           /* of the means */
    bool borderline;                             /* other seeds may give another verdict */
    size_t seeds;                                /* that have a value */
} seg_curve_score;

typedef struct {
    size_t regimes, losses, seeds, points; /* points: room for each curve, steps + 1 */
    uint64_t first_seed;
    bool no_hd95;
    seg_x x; /* what curves are drawn against */
    seg_curve_scale scale;
    seg_experiment *regime; /* [regimes] */
    seg_curve_loss *loss;   /* [losses] */
    seg_curve_point *point; /* [regimes][seeds][points] */
    double *value;          /* [losses][regimes][seeds][points] NAN where undefined */
    const char **reason;    /* the same; why there is no value, or NULL */
    double *flipped;        /* the same; share of the logits' gradient on voxels with a flipped label. NULL unless
                                the family flips labels, NAN where a loss has no gradient */
    seg_curve_score *score; /* [losses][regimes][SEG_XS] after seg_curves_score() */
    char **message;         /* [losses] the error message of a loss that failed, or NULL */
} seg_curves;

/* Called after every step, from any thread. */
typedef struct {
    void (*tick)(void *context, size_t done, size_t total);
    void *context;
} seg_curves_progress;

typedef struct {
    seg_experiment *regime; /* [regimes] taken over and left empty */
    size_t regimes;
    const seg_curve_loss *loss;
    size_t losses, seeds;
    uint64_t first_seed;
    seg_x x;
    seg_curve_scale scale;
    bool no_hd95; /* do not compute this reference measure */
    seg_curves_progress progress;
} seg_curves_request;

seg_status seg_curves_run(seg_curves *curves, seg_curves_request *request, seg_error *err);
seg_status seg_curves_score(seg_curves *curves, seg_error *err);
void seg_curves_free(seg_curves *curves);

/* Number of steps of a regime, counting step 0. */
static inline size_t seg_experiment_points(const seg_experiment *regime)
{
    return regime->plan.steps + 1;
}

static inline seg_curve_point *seg_curves_points(const seg_curves *c, size_t regime, size_t seed)
{
    return c->point + (regime * c->seeds + seed) * c->points;
}

static inline double *seg_curves_values(const seg_curves *c, size_t loss, size_t regime, size_t seed)
{
    return c->value + ((loss * c->regimes + regime) * c->seeds + seed) * c->points;
}

static inline seg_curve_score *seg_curves_scores(const seg_curves *c, size_t loss, size_t regime)
{
    return c->score + (loss * c->regimes + regime) * SEG_XS;
}

/* Why a loss has no value at any step of a regime, or NULL when it has some. */
const char *seg_curves_skipped(const seg_curves *curves, size_t loss, size_t regime);

/* Coordinates of a curve as drawn: sorted by x, equal x merged, y scaled. x, y have room for curves->points;
 * *n is how many there are. `with` is the reference measure. */
seg_status seg_curves_line(const seg_curves *curves, size_t loss, size_t regime, size_t seed, seg_x with, double *x,
                           double *y, size_t *n, seg_error *err);

/* low and high of the values that scaling refers to: the curve in its panel. */
void seg_curves_range(const seg_curves *curves, size_t loss, size_t regime, size_t seed, double *low, double *high);
double seg_curves_scaled(const seg_curves *curves, double value, double low, double high);

/* Makes a step again, for pictures. */
seg_status seg_curves_step(const seg_curves *curves, size_t regime, size_t seed, size_t k, seg_step *step,
                           seg_error *err);

/* A regime gets as many steps as there are parts to miss or to add, at most. */
seg_status seg_experiment_settle(seg_experiment *regime, uint64_t seed, seg_error *err);

#endif
