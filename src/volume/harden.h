/* harden.h - one look at every probability: are they probabilities, and which class wins where? */
#ifndef SEG_VOLUME_HARDEN_H
#define SEG_VOLUME_HARDEN_H

#include <stdbool.h>

#include "../base/error.h"
#include "labelmap.h"
#include "moments.h"
#include "peaks.h"
#include "probmap.h"
#include "witness.h"

typedef struct {
    uint64_t not_finite;    /* values */
    uint64_t outside;       /* values below -1e-3 or above 1 + 1e-3 */
    uint64_t off_sum;       /* voxels whose classes do not sum to 1 within 1e-3 */
    double min, max;        /* of the finite values, when some are outside */
    double worst_sum;       /* the sum farthest from 1 */
    seg_moments moments;    /* against the truth of the rules, if there is one and classes are not too many; the caller
                             * frees them */
    seg_peaks peaks;        /* likewise, for any number of classes */
} seg_prob_check;

typedef struct {
    double threshold;          /* NAN: none was given */
    bool skip_nan;
    const seg_labelmap *truth; /* class indices as codes; NULL: neither sums nor peaks are wanted */
    seg_witnesses *witnesses;      /* who else looks, when there is a truth; NULL: nobody */
} seg_harden_rules;

/* Whether a map that comes by once, plane after plane, may be hardened so: else it is to be loaded before. */
bool seg_harden_may_stream(const seg_probmap *map, const seg_harden_rules *rules);

/* hard gets class indices as codes: the class of largest probability (the lowest in a tie); for one foreground map,
 * or when threshold is a number, the largest foreground class where it exceeds the threshold (0.5 unless given), else
 * class 0. Voxels with a value that is not finite get the code `classes` (the number of classes: planes, or 2) when
 * skip_nan, else the value counts as 0. `check` says what was seen. */
seg_status seg_probmap_harden(seg_labelmap *hard, const seg_probmap *map, const seg_harden_rules *rules,
                              seg_prob_check *check, seg_error *err);

#endif
