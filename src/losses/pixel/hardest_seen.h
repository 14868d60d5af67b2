/* hardest_seen.h - what the K hardest voxels cost, from counts made while the map is read for the first time.
 *
 * The parts of a seg_witness_kind, for label truths. Wanted for large maps, and for an eps of at least 2^-24.
 */
#ifndef SEG_LOSSES_PIXEL_HARDEST_SEEN_H
#define SEG_LOSSES_PIXEL_HARDEST_SEEN_H

#include "../../volume/witness.h"

typedef struct seg_hardest_seen seg_hardest_seen;

bool seg_hardest_wants(double eps, const seg_showing *showing);
seg_status seg_hardest_begin(seg_hardest_seen **seen, double eps, const seg_showing *showing, seg_error *err);
void seg_hardest_see(void *seen, const seg_sight *sight);
void seg_hardest_forget(void *seen);

/* *sum of the `count` largest -log max(p, eps), 1 <= count <= voxels that count, within *doubt. */
void seg_hardest_seen_sum(const seg_hardest_seen *seen, size_t count, double *sum, double *doubt);

#endif
