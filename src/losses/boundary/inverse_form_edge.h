/* inverse_form_edge.h - the soft band around the boundary of a 2D map: grey dilation minus grey erosion. */
#ifndef SEG_LOSSES_BOUNDARY_INVERSE_FORM_EDGE_H
#define SEG_LOSSES_BOUNDARY_INVERSE_FORM_EDGE_H

#include <stddef.h>
#include <stdint.h>

/* edge[ny][nx] = max - min of map[ny][nx] over the disc of radius `band` around each pixel; what lies
 * outside the map takes no part. For a map of 0 and 1 that is 1 within `band` of the boundary, on both
 * sides. `low` is room for nx ny numbers. */
void seg_inverse_edge(const double *map, size_t nx, size_t ny, size_t band, double *edge, double *low);

/* Where pixel (x, y) has its maximum and minimum: indices into map. The first of equals in memory order. */
void seg_inverse_edge_ends(const double *map, size_t nx, size_t ny, size_t band, size_t x, size_t y, size_t *highest,
                           size_t *lowest);

#endif
