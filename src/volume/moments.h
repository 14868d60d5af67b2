/* moments.h - the sums over voxels from which the overlap and logarithm losses follow, made in one pass.
 *
 * Probabilities are looked at anyway when a pair is made: are they probabilities, and which class wins? The sums are
 * taken on the same look (_add, _end), since of a large map reading it costs more than adding it up.
 */
#ifndef SEG_VOLUME_MOMENTS_H
#define SEG_VOLUME_MOMENTS_H

#include <stddef.h>

#include "../base/error.h"
#include "labelmap.h"

struct seg_pair;

/* Below this a probability costs no more: -log(max(p, eps)). The default of every logarithm-based loss. */
#define SEG_EPS 1e-7

/* t is the truth of a class (1 or 0, or a soft truth in [0, 1]), y its probability. Ignored voxels are left out. */
typedef struct {
    int classes;
    double n;             /* voxels that count */
    double *confusion;    /* [label l][class c] sum of t^l y^c */
    double *truth;        /* [c] N_c = sum t */
    double *mass;         /* [c] S_c = sum y */
    double *overlap;      /* [c] I_c = sum t y; with a soft truth (S + N - sum |y - t|) / 2, the same for hard ones */
    double *square;       /* [c] Q_c = sum y^2 */
    double *truth_square; /* [c] sum t^2 (= N_c for a label map) */
    double *own_square;   /* [c] sum t y^2 */
    double *own_error;    /* [c] sum t (t - y)^2, added directly: no cancellation for good predictions */
    double *other_error;  /* [c] sum (1 - t) (t - y)^2 */
    double *log_loss;     /* [c] sum t * -log(max(y, SEG_EPS)) */
} seg_moments;

seg_status seg_moments_compute(seg_moments *m, const struct seg_pair *pair, seg_error *err);

/* The same for a label truth and probabilities that somebody else goes through. The voxels may be cut into parts, each
 * of seg_moments_part() doubles that begin as 0; the sums depend on the cuts and on the order of the parts in
 * parts[n][...], so both must be fixed. plane[k] points to the n values of channel k from voxel `begin` on; one plane is
 * the foreground of two classes. _end adds up in the first part. */
size_t seg_moments_part(int classes);
void seg_moments_add(double *part, const seg_labelmap *truth, int classes, int planes, const float *const *plane,
                     size_t begin, size_t n);
seg_status seg_moments_end(seg_moments *m, int classes, double *parts, size_t n, seg_error *err);

void seg_moments_free(seg_moments *m);

#endif
