/* case_mistakes.h - the mistakes and pictures of a case that was scored. */
#ifndef SEG_EVALUATE_CASE_MISTAKES_H
#define SEG_EVALUATE_CASE_MISTAKES_H

#include "../pairing/scene.h"
#include "../report/report.h"

typedef struct {
    bool list;     /* the mistakes are wanted */
    size_t most;   /* at most so many */
    bool pictures; /* of planes through the worst mistake, too */
    int axis;      /* slices lie across it; -1: the axis with the largest spacing, z in a tie */
} seg_case_mistakes_options;

/* Adds them to a named case. Of independent classes the mistakes are those of all classes, the worst first, and the
 * pictures show the class with the worst one. */
seg_status seg_case_add_mistakes(seg_case *out, const seg_scene *scene, const seg_case_mistakes_options *options,
                                 seg_error *err);

/* The axis across which slices lie when none is named. */
int seg_default_slice_axis(const seg_grid *grid);

#endif
