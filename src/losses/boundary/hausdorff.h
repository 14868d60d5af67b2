/* hausdorff.h - the three Hausdorff losses behind one name: what they share, and each one's term of a class.
 *
 * p is the truth of the class, 1 or 0, and q its probability. Every function gives the term L_c of the mean
 * over classes in *loss and, when gradient is not NULL, dL_c/dq in gradient[voxels].
 */
#ifndef SEG_LOSSES_BOUNDARY_HAUSDORFF_H
#define SEG_LOSSES_BOUNDARY_HAUSDORFF_H

#include "../context.h"

enum { SEG_HAUSDORFF_THRESHOLD, SEG_HAUSDORFF_ARGMAX }; /* mask */
enum { SEG_HAUSDORFF_BOTH, SEG_HAUSDORFF_INSIDE };      /* field */
enum { SEG_HAUSDORFF_TWO, SEG_HAUSDORFF_ONE };          /* sides */
enum { SEG_HAUSDORFF_MINMAX, SEG_HAUSDORFF_NONE };      /* normalize */

typedef struct {
    int variant;
    double alpha, threshold;
    seg_classes classes;
    int distance, mask, field, sides; /* dt */
    int erosions, normalize;          /* er */
    seg_numbers radii;                /* cv; word 0: 3, 6, ... 18 */
} seg_hausdorff;

typedef seg_status seg_hausdorff_fn(seg_loss_ctx *work, int cls, const seg_hausdorff *t, double *loss, double *gradient,
                                    double *map, seg_error *err);

seg_hausdorff_fn seg_hausdorff_dt, seg_hausdorff_er, seg_hausdorff_cv;

/* p and q of voxels [begin, begin + n), both 0 where ignored; n is at most SEG_BLOCK. */
void seg_hausdorff_block(const seg_pair *pair, int cls, size_t begin, size_t n, double *p, double *q);

#endif
