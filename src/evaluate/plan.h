/* plan.h - what a run computes: descriptors with checked parameters, from the names that were typed. */
#ifndef SEG_EVALUATE_PLAN_H
#define SEG_EVALUATE_PLAN_H

#include "../base/error.h"
#include "../losses/loss.h"
#include "../metrics/metric.h"
#include "expression.h"

typedef struct {
    const seg_loss *loss;
    void *params;
    char *text; /* the parameters as reports show them, with the names that were typed: "alpha=0.5;fp=0.5" */
    char *key;  /* the same with each parameter's own name: equal for equal losses */
} seg_plan_loss;

/* What gets rows: a loss, or a formula over losses, in the order in which they were asked for. */
typedef struct {
    bool is_expression;
    bool hidden;  /* computed, but without rows */
    size_t index; /* into loss or expression */
} seg_plan_item;

/* {0} is an empty plan. */
typedef struct {
    size_t losses, loss_room;
    seg_plan_loss *loss; /* each is computed once, also when several formulas use it */
    size_t expressions, expression_room;
    seg_expression *expression;
    char **expression_text; /* [expressions] the params column: formula=..., or "" for a formula without a name */
    size_t expression_text_room;
    size_t items, item_room;
    seg_plan_item *item;
    size_t last; /* the item that was asked for last, new or not */
    seg_metric_jobs metrics;
    char **metric_text; /* [metrics.n] */
    size_t text_room;
} seg_plan;

/* The level that is called "region" or "region-level", or -1. "boundary" alone is the loss of this name, so its level
 * has to be written out. */
int seg_plan_level(const char *name);

/* Adds what one --loss says: names, aliases, levels, "all", "none" (which adds nothing), with parameters, or a
 * formula. A loss that is there already with the same parameters is not added again. */
seg_status seg_plan_add_losses(seg_plan *plan, const char *text, seg_error *err);

/* The same for one --metric; `convention` (an index) for those that name none. */
seg_status seg_plan_add_metrics(seg_plan *plan, const char *text, int convention, seg_error *err);

/* The accumulators of the plan, for the first reading of the probabilities; free accumulations->item. */
seg_status seg_plan_accumulations(seg_accumulations *accumulations, const seg_plan *plan, seg_error *err);

/* Whether one look at the probabilities is enough for all of the plan. */
bool seg_plan_single_pass(const seg_plan *plan);

void seg_plan_free(seg_plan *plan);

#endif
