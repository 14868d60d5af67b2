/* inverse_form_bce.h - binary cross-entropy between the boundary bands of a class: the middle term of eq.
 * 29. */
#ifndef SEG_LOSSES_BOUNDARY_INVERSE_FORM_BCE_H
#define SEG_LOSSES_BOUNDARY_INVERSE_FORM_BCE_H

#include "../../base/error.h"
#include "../../image/pair.h"

/* *sum = sum over the pixels of slice z that count of BCE(edge of the probability, edge of the truth),
 * edges of radius 1. When gradient[ny][nx] is not NULL, scale times the slope of that sum is added to it. */
seg_status seg_inverse_bce(const seg_pair *pair, int cls, size_t z, double scale, double *gradient, double *sum,
                           seg_error *err);

#endif
