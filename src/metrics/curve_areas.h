/* curve_areas.h - what lies under the ROC and the precision-recall curve of a class, from one walk down its ranks. */
#ifndef SEG_METRICS_CURVE_AREAS_H
#define SEG_METRICS_CURVE_AREAS_H

#include "../base/error.h"

struct seg_class_view;

typedef struct {
    double positives, negatives; /* voxels of the class, and others */
    double won;                  /* pairs of one of each that the positive wins; equals count 1/2 */
    double steps, lines;         /* sum over positives of the precision at their rank; of the mean with that before */
} seg_curve_areas;

/* Made when first asked for, then kept in the view. */
seg_status seg_curve_areas_of(struct seg_class_view *view, const seg_curve_areas **areas, seg_error *err);

#endif
