/* shapes.c - four families of random outlines: level sets of waves, ellipses, stars with soft rays,
 * polygons. */
#include "shapes.h"

#include <math.h>

static const double TURN = 6.283185307179586;

/* ---- making ---- */

seg_shape seg_shape_waves(seg_random *r, double frequency)
{
    seg_shape s = {.kind = SEG_SHAPE_WAVES, .radius = 1, .terms = SEG_SHAPE_TERMS, .sign = 1};

    for (int k = 0; k < s.terms; k++) {
        s.term[k][0] = frequency * seg_random_normal(r);
        s.term[k][1] = frequency * seg_random_normal(r);
        s.term[k][2] = seg_random_in(r, 0, TURN);
    }
    return s;
}

/* Waves whose level is about a distance near 0: divided by the root mean square of their slope. */
static seg_shape wave_shape(seg_random *r)
{
    seg_shape s = seg_shape_waves(r, seg_random_in(r, 1, 3.2));
    double slope = 0;

    for (int k = 0; k < s.terms; k++)
        slope += (s.term[k][0] * s.term[k][0] + s.term[k][1] * s.term[k][1]) / s.terms;
    s.level = seg_random_in(r, -0.7, 0.7);
    s.radius = 1 / sqrt(slope);
    return s;
}

static void turn(seg_shape *s, double angle)
{
    s->cos = cos(angle);
    s->sin = sin(angle);
}

static seg_shape ellipse(seg_random *r)
{
    seg_shape s = {.kind = SEG_SHAPE_ELLIPSE, .sign = 1};

    s.x = seg_random_in(r, -0.9, 0.9), s.y = seg_random_in(r, -0.9, 0.9);
    s.radius = seg_random_in(r, 0.25, 1.2);
    s.flatness = seg_random_in(r, 0.35, 1);
    turn(&s, seg_random_in(r, 0, TURN));
    return s;
}

/* Distance from the centre as a function of the angle: radius (1 + five harmonics that fall off). */
static seg_shape star(seg_random *r)
{
    seg_shape s = {.kind = SEG_SHAPE_STAR, .terms = 5, .sign = 1};
    double depth = seg_random_in(r, 0.05, 0.35);

    s.x = seg_random_in(r, -0.9, 0.9), s.y = seg_random_in(r, -0.9, 0.9);
    s.radius = seg_random_in(r, 0.35, 1.1);
    for (int k = 0; k < s.terms; k++) {
        s.term[k][0] = depth / (1 + 0.4 * k) * seg_random_normal(r);
        s.term[k][1] = depth / (1 + 0.4 * k) * seg_random_normal(r);
    }
    return s;
}

/* Where six half-planes meet. */
static seg_shape polygon(seg_random *r)
{
    seg_shape s = {.kind = SEG_SHAPE_POLYGON, .terms = 6, .sign = 1};
    double start = seg_random_in(r, 0, TURN), radius = seg_random_in(r, 0.25, 1.1);

    s.x = seg_random_in(r, -0.9, 0.9), s.y = seg_random_in(r, -0.9, 0.9);
    for (int k = 0; k < s.terms; k++) {
        double angle = start + TURN * (k + seg_random_in(r, -0.4, 0.4)) / s.terms;

        s.term[k][0] = cos(angle);
        s.term[k][1] = sin(angle);
        s.term[k][2] = radius * seg_random_in(r, 0.6, 1.4);
    }
    return s;
}

seg_shape seg_shape_random(seg_random *r)
{
    static seg_shape (*const make[SEG_SHAPES])(seg_random *) = {wave_shape, ellipse, star, polygon};
    seg_shape s = make[seg_random_bits(r) % SEG_SHAPES](r);

    s.sign = seg_random_chance(r, 0.25) ? -1 : 1;
    return s;
}

/* ---- evaluation ---- */

static double waves_level(const seg_shape *s, double x, double y)
{
    float sum = 0;

    for (int k = 0; k < s->terms; k++)
        sum += cosf((float)(s->term[k][0] * x + s->term[k][1] * y + s->term[k][2]));
    return s->radius * ((double)sum * sqrt(2.0 / s->terms) + s->level);
}

/* 1 - |point in units of the semi-axes|, times the smaller of them. */
static double ellipse_level(const seg_shape *s, double x, double y)
{
    double u = (s->cos * (x - s->x) + s->sin * (y - s->y)) / s->radius;
    double v = (s->cos * (y - s->y) - s->sin * (x - s->x)) / (s->radius * s->flatness);

    return (1 - sqrt(u * u + v * v)) * s->radius * s->flatness;
}

static double star_level(const seg_shape *s, double x, double y)
{
    double u = x - s->x, v = y - s->y, distance = sqrt(u * u + v * v) + 1e-12, reach = 1;
    double c = u / distance, n = v / distance, ck = 1, nk = 0; /* cos and sin of k times the angle */

    for (int k = 0; k < s->terms; k++) {
        double next = ck * c - nk * n;

        nk = ck * n + nk * c;
        ck = next;
        reach += s->term[k][0] * ck + s->term[k][1] * nk;
    }
    return s->radius * (reach > 0.15 ? reach : 0.15) - distance;
}

static double polygon_level(const seg_shape *s, double x, double y)
{
    double level = INFINITY;

    for (int k = 0; k < s->terms; k++)
        level = fmin(level, s->term[k][2] - s->term[k][0] * (x - s->x) - s->term[k][1] * (y - s->y));
    return level;
}

double seg_shape_level(const seg_shape *shape, double x, double y)
{
    static double (*const level[SEG_SHAPES])(const seg_shape *, double, double) = {waves_level, ellipse_level,
                                                                                   star_level, polygon_level};

    return shape->sign * level[shape->kind](shape, x, y);
}
