/* class_context.h - one class of a pair as a metric sees it: counts at once, masks, distances and curves when first asked
 * for. */
#ifndef SEG_METRICS_CLASS_CONTEXT_H
#define SEG_METRICS_CLASS_CONTEXT_H

#include "../geometry/mask.h"
#include "metric.h"
#include "tally.h"

/* Calibration errors by one set of bins. */
typedef struct {
    int bins; /* 0: not made */
    bool closed_above;
    double expected, largest; /* ECE and MCE */
} seg_calibration;

/* What lies under the ROC and the precision-recall curve. */
typedef struct {
    double positives, negatives; /* voxels of the class, and others */
    double won;                  /* pairs of one of each that the positive wins; equals count 1/2 */
    double steps, lines;         /* sum over positives of the precision at their rank; of the mean with that before */
} seg_curve_areas;

/* Distances from the elements of each side's mask to the other mask. Without an element on the other side they are
 * infinite. */
typedef struct {
    seg_elements elements;
    seg_step_rule step;
    size_t n[SEG_SIDES];
    double *d[SEG_SIDES];      /* [n] in no order that matters; lengths of the step's unit */
    double *weight[SEG_SIDES]; /* [n] size of each element, or NULL where each counts 1 */
    double size[SEG_SIDES];    /* sum of the weights */
    double total[SEG_SIDES];   /* sum of weight times distance */
} seg_distances;

enum { SEG_DISTANCES_KEPT = 8 };

typedef struct seg_class_ctx {
    const seg_pair *pair;
    int cls;
    seg_counts n;
    const seg_class_tally *tally;
    const seg_convention *convention; /* of the job at work */

    /* Made on demand by the functions below. */
    seg_box box; /* both masks and one voxel around, as far as the image goes */
    bool has_masks;
    seg_mask mask[SEG_SIDES]; /* of the box */
    seg_distances kept[SEG_DISTANCES_KEPT];
    int n_kept;
    seg_calibration calibration; /* the last one made, see ece.c */
    struct seg_objects *objects; /* the last ones made, or NULL; use seg_class_view_objects() */
    struct seg_grey_map *grey;   /* the last one made, or NULL; use seg_class_view_grey() */
    bool has_areas;
    seg_curve_areas areas; /* use seg_curve_areas_of() */
} seg_class_ctx;

void seg_class_view_begin(seg_class_ctx *view, const seg_pair *pair, int cls, const seg_tally *tally);
void seg_class_view_free(seg_class_ctx *view);

/* The masks of the class inside view->box, as view->mask. The box is empty when both masks are. */
seg_status seg_class_view_masks(seg_class_ctx *view, seg_error *err);

/* Length of a voxel along x, y, z by the convention's rule. */
void seg_class_view_step(const seg_class_ctx *view, double step[3]);

/* The distances between elements of one kind, made once for every (kind, step). */
seg_status seg_class_view_distances(seg_class_ctx *view, seg_elements elements, const seg_distances **distances,
                                    seg_error *err);

/* The class on the slices from the first of the truth up to its last, which is left out, as FLARE 22 scores some classes.
 * Free it like any view; `view` must live on. */
seg_status seg_class_view_crop(seg_class_ctx *cropped, seg_class_ctx *view, seg_error *err);

/* NULL, or why the class is special: SEG_EMPTY_TRUTH, SEG_EMPTY_PREDICTION, SEG_BOTH_EMPTY. */
const char *seg_class_view_status(const seg_class_ctx *view);

/* Volume of a voxel: mm^3, or 1 without a known size. A 2D image counts as area. */
double seg_class_view_voxel_size(const seg_class_ctx *view);

/* The number of a list that is meant for a class: its only one, or that which stands beside the class's id or name.
 * `what` is named in the sentence when the class is not listed, or when the list names a class that the pair lacks. */
seg_status seg_class_number(const seg_numbers *list, const seg_pair *pair, int cls, const char *what, double *x,
                            seg_error *err);

#endif
