/* nearest_window.h - distances between surfaces in the plane: how far the target is above or below, then sideways. */
#ifndef SEG_GEOMETRY_NEAREST_WINDOW_H
#define SEG_GEOMETRY_NEAREST_WINDOW_H

#include "mask.h"

/* Whether the masks are flat, not too large for the work space, and hold `queries` enough to pay for it. */
bool seg_window_suits(const seg_mask *query, size_t queries);

/* The distances of seg_surface_distances() for the queries of row y, in order, go to out + first[y]; unsettled[y] of
 * them have no target voxel within SEG_WINDOW_ROWS rows and may have one elsewhere: they become -infinity. */
enum { SEG_WINDOW_ROWS = 255 };
seg_status seg_window_distances(const seg_mask *query, const seg_mask *target, const double step[3],
                                const size_t *first, double *out, uint32_t *unsettled, seg_error *err);

#endif
