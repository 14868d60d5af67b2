/* loss_maps.h - the loss maps and gradients of what a plan has asked for: of losses, and of formulas over losses. */
#ifndef SEG_EVALUATE_LOSS_MAPS_H
#define SEG_EVALUATE_LOSS_MAPS_H

#include "../losses/loss.h"
#include "plan.h"

/* One item of a plan on one pair whose losses have been computed. */
typedef struct {
    seg_loss_ctx *work;
    const seg_plan *plan;
    const seg_plan_item *item;
    const seg_score *score; /* [plan->losses] */
} seg_map_source;

/* As the columns measure and params of a report show it. */
const char *seg_map_measure(const seg_map_source *s);
const char *seg_map_params(const seg_map_source *s);

typedef struct {
    seg_value value;
    double offset;     /* the part of the value that no voxel owns */
    seg_map_kind kind; /* SEG_MAP_NONE: no map adds up to it, or the value is not finite */
} seg_map_sum;

/* Which classes a map shows: all of them one after another, their sum, or (from 0 on) one. */
enum { SEG_MAP_ALL_CLASSES = -2, SEG_MAP_SUM_OF_CLASSES = -1 };

/* out[voxels], or [classes][voxels] for all = the map; NULL: only the sum is wanted. Map and offset make the value within
 * 1e-12 max(1, |value|) (or the bound that the loss says), else SEG_BUG. out is left alone when there is no map. */
seg_status seg_map_loss(const seg_map_source *s, int cls, double *out, seg_map_sum *sum, seg_error *err);

/* gradient[classes][voxels] = dL/dy of the probabilities. SEG_USAGE with the reason when there is none. */
seg_status seg_map_gradient(const seg_map_source *s, double *gradient, seg_error *err);

/* From dL/dy to dL/dz, z the logits in front of a softmax: y_c (g_c - sum_k y_k g_k). */
void seg_map_to_logit(const seg_pair *pair, double *gradient);

/* a[voxels] = sum over classes of |g|, where all of them are finite, else 0; returns how many entries are not. */
size_t seg_map_magnitude(const seg_pair *pair, const double *gradient, double *a);

#endif
