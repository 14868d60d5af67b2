/* curve_areas.h - what lies under the ROC and the precision-recall curve of a class, from one walk down its ranks. */
#ifndef SEG_METRICS_CURVE_AREAS_H
#define SEG_METRICS_CURVE_AREAS_H

#include "class_context.h"

/* Made when first asked for, then kept in the view. */
seg_status seg_curve_areas_of(seg_class_ctx *view, const seg_curve_areas **areas, seg_error *err);

#endif
