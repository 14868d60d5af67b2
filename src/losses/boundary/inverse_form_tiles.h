/* inverse_form_tiles.h - one class of one slice, cut into tiles of boundary that the network compares. */
#ifndef SEG_LOSSES_BOUNDARY_INVERSE_FORM_TILES_H
#define SEG_LOSSES_BOUNDARY_INVERSE_FORM_TILES_H

#include "../../base/error.h"
#include "../../image/pair.h"
#include "inverse_form_network.h"

/* What a tile weighs: the boundary it holds, 1 if it holds any, or 1. */
typedef enum { SEG_TILES_WEIGHTED, SEG_TILES_OCCUPIED, SEG_TILES_ALL } seg_tile_weight;

typedef struct {
    const seg_pair *pair;
    const seg_inverse_network *net;
    size_t shrink;   /* pixels along the side of a block that becomes one */
    double min_mass; /* a tile with less boundary than this has none */
    seg_tile_weight weight;
    bool geodesic;
    double lam;
} seg_inverse_tiles;

/* Sums over tiles: weight times distance, and weight. */
typedef struct {
    double distance, weight;
} seg_inverse_sum;

/* Work space for one thread. */
typedef struct {
    double *memory;
    double *row;              /* [nx] */
    double *map[2], *edge[2]; /* [my][mx] prediction and truth, shrunk */
    double *low;              /* [my][mx] */
    double *x, *dx;           /* [2 T^2] */
    double *value, *slope;    /* layers of the network */
    size_t mx, my;
} seg_inverse_room;

seg_status seg_inverse_room_claim(seg_inverse_room *room, const seg_inverse_tiles *tiles, seg_error *err);
void seg_inverse_room_free(seg_inverse_room *room);

seg_inverse_sum seg_inverse_slice(const seg_inverse_tiles *tiles, seg_inverse_room *room, int cls, size_t z);

/* gradient[ny][nx] += scale dL/dy of the class in the slice, where L = all->distance / all->weight over
 * all slices and classes. Euclidean distances only. */
void seg_inverse_slice_slope(const seg_inverse_tiles *tiles, seg_inverse_room *room, int cls, size_t z,
                             const seg_inverse_sum *all, double scale, double *gradient);

#endif
