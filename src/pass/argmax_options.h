/* argmax_options.h - how probabilities become classes, and statistics of the values. */
#ifndef SEG_PASS_ARGMAX_OPTIONS_H
#define SEG_PASS_ARGMAX_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "../image/block_max.h"
#include "../image/class_sums.h"
#include "../image/labelmap.h"
#include "../simd/prob.h"
#include "accumulator.h"

typedef struct {
    uint64_t not_finite;              /* values */
    uint64_t outside;                 /* values below -1e-3 or above 1 + 1e-3 */
    uint64_t off_sum[SEG_SUM_SLACKS]; /* voxels whose classes do not sum to 1 within 0.001, 0.01, 0.02 */
    double min, max;                  /* of the finite values, when some are outside */
    double worst_sum;                 /* the sum farthest from 1 */
    seg_class_sums sums;     /* against the truth of the rules, if there is one and classes are not too many; the caller
                             * frees them */
    seg_block_max block_max; /* likewise, for any number of classes */
} seg_prob_stats;

typedef struct {
    double threshold; /* NAN: none was given */
    bool skip_nan;
    const seg_labelmap *truth;        /* class indices as codes; NULL: neither sums nor block maxima are wanted */
    seg_accumulations *accumulations; /* fed when there is a truth; NULL: none */
} seg_argmax_options;

#endif
