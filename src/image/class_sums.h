/* class_sums.h - the sums over voxels from which the overlap and logarithm losses follow, made in one pass.
 *
 * They are made by the first reading of a map, since reading a large map costs more than adding it up: the accumulator
 * is in pass/pair_class_sums.h.
 */
#ifndef SEG_IMAGE_CLASS_SUMS_H
#define SEG_IMAGE_CLASS_SUMS_H

#include <stdbool.h>
#include <stddef.h>

#include "../base/error.h"
#include "labelmap.h"

/* Below this a probability costs no more: -log(max(p, eps)). The default of every logarithm-based loss. */
#define SEG_EPS 1e-7

/* t is the truth of a class (1 or 0, or a soft truth in [0, 1]), y its probability. Ignored voxels are left out. */
typedef struct {
    int classes;
    double n;          /* voxels that count */
    double *confusion; /* [label l][class c] sum of t^l y^c */
    double *sum_t;     /* [c] N_c = sum t */
    double *sum_y;     /* [c] S_c = sum y */
    double *sum_ty;    /* [c] I_c = sum t y; with a soft truth (S + N - sum |y - t|) / 2, the same for hard ones */
    double *sum_y2;    /* [c] Q_c = sum y^2 */
    double *sum_t2;    /* [c] sum t^2 (= N_c for a label map) */
    double *sum_ty2;   /* [c] sum t y^2 */
    double *sse_fg;    /* [c] sum t (t - y)^2, added directly: no cancellation for good predictions */
    double *sse_bg;    /* [c] sum (1 - t) (t - y)^2 */
    double *sum_t_nll; /* [c] sum t * -log(max(y, SEG_EPS)) */
} seg_class_sums;

/* All sums 0. */
seg_status seg_class_sums_begin(seg_class_sums *m, int classes, seg_error *err);

/* What is added up for one class: these, then the class's column of the confusion matrix. */
enum {
    SEG_SUM_COUNT,
    SEG_SUM_TRUTH,
    SEG_SUM_MASS,
    SEG_SUM_SQUARE,
    SEG_SUM_OWN_SQUARE,
    SEG_SUM_OWN_ERROR,
    SEG_SUM_OTHER_ERROR,
    SEG_SUM_LOG_LOSS,
    SEG_SUM_COLUMN
};

/* seg_class_sums_width() doubles as above become the sums of one class. */
size_t seg_class_sums_width(int classes);
void seg_class_sums_set(seg_class_sums *m, int cls, const double *sums);

void seg_class_sums_free(seg_class_sums *m);

#endif
