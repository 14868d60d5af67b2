/* evaluate.h - one pair and one plan give the rows of one case. */
#ifndef SEG_EVALUATE_EVALUATE_H
#define SEG_EVALUATE_EVALUATE_H

#include "../base/error.h"
#include "../base/timing.h"
#include "../pairing/scene.h"
#include "../report/report.h"
#include "case_mistakes.h"
#include "object_lines.h"
#include "plan.h"

/* Looks at a case while its losses are at hand: may measure more of it, into out->aside. score[plan->losses]. */
typedef struct {
    void *context;
    seg_status (*look)(void *context, seg_case *out, seg_loss_ctx *work, const seg_plan *plan, const seg_score *score,
                       seg_error *err);
} seg_observer;

typedef struct {
    bool per_class;  /* rows for each class beside the aggregate */
    bool per_slice;  /* rows for each slice beside those of the case */
    bool slice_mean; /* rows of the mean over slices */
    int slice_axis;  /* 0 x, 1 y, 2 z; -1: the axis with the largest spacing, z in a tie */
    bool counts;     /* the counts of every class go into the case */
    bool confusion;  /* and the confusion matrix; not of independent classes */
    seg_empty_policy empty;
    seg_case_mistakes_options mistakes;
    int reliability;                        /* bins of the reliability table, or 0 */
    seg_line_format objects;                /* lines for the table of objects, into the case */
    const seg_observer *observer;           /* NULL: none */
    const seg_accumulations *accumulations; /* fed while the probabilities of the pair were read; NULL: none */
    const seg_warnings *notes;              /* for remarks of losses about the whole case; NULL: none */
    const seg_warnings *decisions;          /* receives how the files were interpreted; may be NULL */
    const seg_timing *timing;               /* receives the duration of each stage; may be NULL */
} seg_evaluate_options;

/* What an item of the plan is worth, given the losses: of one class, or (-1) over all. */
seg_value seg_plan_value(const seg_plan *plan, const seg_plan_item *item, const seg_score *score, int cls);

/* Fills shape, spacing, classes and rows of a named case. Rows come in the order of the plan, the aggregate before
 * the classes, the whole case before its slices. Slices are computed side by side. */
seg_status seg_evaluate(seg_case *out, const seg_pair *pair, const seg_plan *plan, const seg_evaluate_options *options,
                        seg_error *err);

/* The same for a scene of independent classes: a class has the rows of its own pair, and the aggregate is their mean over
 * the classes for which there is a value. Measures that compare all classes at once are not computed. */
seg_status seg_evaluate_scene(seg_case *out, const seg_scene *scene, const seg_plan *plan,
                              const seg_evaluate_options *options, seg_error *err);

#endif
