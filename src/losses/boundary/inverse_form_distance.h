/* inverse_form_distance.h - how far an affine map is from leaving everything where it is. */
#ifndef SEG_LOSSES_BOUNDARY_INVERSE_FORM_DISTANCE_H
#define SEG_LOSSES_BOUNDARY_INVERSE_FORM_DISTANCE_H

/* acos((tr P - 1) / 2) + lam |theta - P|_F^2, where theta is the identity with `residual` (a b tx, c d ty)
 * added to its upper rows and P the rotation nearest to it. */
double seg_inverse_geodesic(const double residual[6], double lam);

#endif
