/* reliability.h - the table of a reliability diagram: the bins of every class, over all cases. */
#ifndef SEG_EVALUATE_RELIABILITY_H
#define SEG_EVALUATE_RELIABILITY_H

#include "../pairing/scene.h"
#include "../report/report.h"
#include "plan.h"

/* How many bins: those of the plan's ece, else 15. */
int seg_reliability_bins(const seg_plan *plan);

/* Fills out->reliability for the classes of the case: of an exclusive pair, or of every pair of a scene. */
seg_status seg_reliability_of_case(seg_case *out, const seg_scene *scene, int bins, seg_error *err);

/* Sums over cases, by class. {0} is empty. */
typedef struct {
    size_t n, room, bins;
    int64_t *id; /* [n] in the order of arrival */
    double *bin; /* [n][bins][3] */
    size_t bin_room;
} seg_reliability;

seg_status seg_reliability_add(seg_reliability *sums, const seg_case *c, seg_error *err);

/* class,bin,lower,upper,n,confidence,accuracy; classes in ascending order, empty cells in an empty bin. */
seg_status seg_reliability_table(const seg_reliability *sums, seg_string *out, seg_error *err);
void seg_reliability_free(seg_reliability *sums);

#endif
