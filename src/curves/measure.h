/* measure.h - one step becomes a pair, its counts and reference measures, and the values of the losses. */
#ifndef SEG_CURVES_MEASURE_H
#define SEG_CURVES_MEASURE_H

#include "curves.h"

/* The pair of background and object. Takes the step's soft maps over. */
seg_status seg_step_pair(seg_step *step, seg_pair *pair, seg_error *err);

/* Counts, Dice and the reference measures; x[SEG_X_HD95] from the pair, NAN when there is no pair or no border. */
seg_status seg_step_point(const seg_step *step, const seg_pair *pair, seg_curve_point *point, seg_error *err);

/* value[n], reason[n] (a literal, or NULL); message[i] is copied once when a loss fails for good. */
seg_status seg_pair_losses(const seg_pair *pair, const seg_curve_loss *loss, size_t n, double *value,
                           const char **reason, char **message, seg_error *err);

/* share[n] = of the sum of |dL/dz| over the logits z of the object, the part on voxels whose label was flipped (truth
 * and mask differ); NAN for a loss without a gradient, or where it is 0 everywhere. */
seg_status seg_step_flipped(const seg_step *step, const seg_pair *pair, const seg_curve_loss *loss, size_t n,
                            double *share, seg_error *err);

#endif
