/* harden.h - probabilities become labels, and are checked on the way. */
#ifndef SEG_PAIRING_HARDEN_H
#define SEG_PAIRING_HARDEN_H

#include "../pass/argmax_map.h"
#include "pair_build.h"

typedef struct {
    seg_image *image; /* probabilities; a stream is loaded where one reading is not enough */
    const seg_match_options *options;
    const seg_warnings *notes;
    bool truth; /* for advice */
} seg_harden;

/* hard = the winning channels as codes (seg_probmap_argmax). Values that are no probabilities are SEG_READ. *ignores is
 * set when voxels that are not finite are left out. What was summed up on the way goes to `pair`, unless it is NULL. */
seg_status seg_harden_map(const seg_harden *h, const seg_argmax_options *rules, seg_labelmap *hard, bool *ignores,
                          seg_pair *pair, seg_error *err);

#endif
