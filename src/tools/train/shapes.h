/* shapes.h - random outlines, given as a level: positive inside, roughly the distance to the outline near
 * it. */
#ifndef SEG_TOOLS_TRAIN_SHAPES_H
#define SEG_TOOLS_TRAIN_SHAPES_H

#include <stdbool.h>

#include "random.h"

typedef enum { SEG_SHAPE_WAVES, SEG_SHAPE_ELLIPSE, SEG_SHAPE_STAR, SEG_SHAPE_POLYGON, SEG_SHAPES } seg_shape_kind;

enum { SEG_SHAPE_TERMS = 10 };

/* Defined on the whole plane, so any affine map of it can be evaluated without cutting it off.
 * The letters of a term: wave vector (x, y) and phase; harmonic (x cos + y sin); or half-plane x u + y v <
 * z. */
typedef struct {
    seg_shape_kind kind;
    double x, y;             /* centre */
    double radius, flatness; /* flatness: second semi-axis / first */
    double cos, sin;         /* direction of the first semi-axis */
    double level;            /* added to the waves */
    double term[SEG_SHAPE_TERMS][3];
    int terms;
    double sign; /* -1: inside and outside change places */
} seg_shape;

/* A shape whose outline is likely to cross the tile [-1, 1] x [-1, 1]. */
seg_shape seg_shape_random(seg_random *r);

double seg_shape_level(const seg_shape *shape, double x, double y);

/* A smooth random field of standard deviation 1: waves of about `frequency` radians per unit. */
seg_shape seg_shape_waves(seg_random *r, double frequency);

#endif
