/* plane_sums.h - a map of probabilities whose planes are sums of planes of another map: merged and selected channels. */
#ifndef SEG_IMAGE_PLANE_SUMS_H
#define SEG_IMAGE_PLANE_SUMS_H

#include "probmap.h"

/* *out has `planes` planes; plane k of the base is added to plane to[k], or left out where to[k] is negative. A plane
 * that nothing is added to is 0. Sums are made in double and rounded once.
 *
 * In memory the sums are computed at once; a single plane that is one of the base's is not copied. The planes of a base
 * that stays in its file are added up block by block when they are read. The base must be loaded or stay in its file
 * (no stream) and must outlive *out, at the same address. */
seg_status seg_plane_sums(seg_probmap *out, const seg_probmap *base, const int *to, int planes, seg_error *err);

#endif
