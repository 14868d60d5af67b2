/* sweep_gradient.h - where the gradient of a loss lies: three numbers that do not depend on the loss's scale.
 *
 * Every voxel v weighs a(v) = sum over classes of |g_c(v)|, where g_c is dL/dy_c, the derivative by the
 * probability, or dL/dz_c = y_c (g_c - sum_k y_k g_k), the one by the logit in front of a softmax. Then
 *
 *     boundary = sum of a over the band / sum of a
 *     smallest = sum of a over the object / sum of a
 *     voxels   = (sum of a)^2 / sum of a^2, which is the number of voxels if all weigh alike
 *
 *     band     voxels with a face neighbour of another class in the truth: one layer on either side of each border
 *     object   the smallest connected part (26 neighbours, 8 in 2D) of a foreground class of the truth; of equal
 *              ones the first
 *
 * Ignored voxels have no weight and are not counted as neighbours. Undefined (NAN) when all of a is 0; `smallest` also when
 * the truth has no foreground.
 */
#ifndef SEG_EVALUATE_SWEEP_GRADIENT_H
#define SEG_EVALUATE_SWEEP_GRADIENT_H

#include "../base/error.h"
#include "../image/pair.h"

/* Which voxels belong to the band and to the object. {0} is empty. */
typedef struct {
    uint8_t *flag; /* [voxels] */
    bool has_object;
} seg_gradient_regions;

typedef struct {
    double boundary, smallest, voxels;
} seg_gradient_shares;

seg_status seg_gradient_regions_find(seg_gradient_regions *regions, const seg_pair *pair, seg_error *err);
void seg_gradient_regions_free(seg_gradient_regions *regions);

/* gradient[classes][voxels] = dL/dy. */
seg_status seg_gradient_measure(seg_gradient_shares *shares, const seg_gradient_regions *regions, const seg_pair *pair,
                                const double *gradient, bool by_logit, seg_error *err);

#endif
