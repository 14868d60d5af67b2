/* robust.h - the values of cases against a given truth and against others, gathered over predictions and redraws. */
#ifndef SEG_EVALUATE_ROBUST_H
#define SEG_EVALUATE_ROBUST_H

#include <stdatomic.h>

#include "../report/report.h"
#include "evaluate.h"
#include "redraw.h"

typedef struct {
    const char *name, *params; /* texts of the plan */
    seg_kind kind;
} seg_robust_measure;

/* How a redrawn truth of one class differs from the given one. */
typedef struct {
    int64_t id;
    double dsc; /* sum over cases and redraws */
    size_t n;
    size_t objects, vanished; /* components of the given truth, times redraws, and those without a voxel left */
} seg_robust_class;

/* All values: [cases][predictions][redraws + 1][measures], redraw 0 is the given truth; NAN where undefined. {0} is
 * empty. */
typedef struct {
    size_t predictions, redraws, measures, room_measures;
    seg_robust_measure *measure;
    seg_intern cases;
    double **value; /* [cases.n] */
    size_t room_cases;
    seg_robust_class *cls;
    size_t classes, room_classes;
} seg_robust_data;

/* The measures of a plan. */
seg_status seg_robust_measures(seg_robust_data *data, const seg_plan *plan, seg_error *err);

/* Takes the aggregate rows of a scored case as values of (prediction, redraw). */
seg_status seg_robust_take(seg_robust_data *data, const seg_case *scored, size_t prediction, size_t redraw,
                           seg_error *err);

/* Adds the DSC of a class. */
seg_status seg_robust_add_dsc(seg_robust_data *data, int64_t id, double dsc, seg_error *err);

void seg_robust_free(seg_robust_data *data);

/* ---- redrawing, while a case is scored ---- */

struct seg_robust_waiting;

typedef struct {
    const seg_robust_data *data;
    const seg_redraw_options *redraw;
    bool count; /* also how the truths differ: for the first prediction */
    _Atomic(struct seg_robust_waiting *) waiting;
} seg_robust_observer;

/* An observer (seg_observer.look): evaluates the case against each redrawn truth. */
seg_status seg_robust_look(void *context, seg_case *out, seg_loss_ctx *work, const seg_plan *plan,
                           const seg_score *score, seg_error *err);

/* Moves what seg_robust_look() found for a case into the data; called in the order of the cases. */
seg_status seg_robust_tell(seg_robust_observer *observer, seg_robust_data *data, const seg_case *scored,
                           size_t prediction, seg_error *err);
void seg_robust_observer_free(seg_robust_observer *observer);

#endif
