/* inverse_form_bce.c - the boundary cross-entropy, strip by strip so that a slice of any size needs little
 * room. */
#include "inverse_form_bce.h"

#include <math.h>
#include <stdlib.h>

#include "../../base/memory.h"
#include "../../image/class_sums.h"
#include "inverse_form_edge.h"
#include "masked_class.h"

enum { RADIUS = 1, STRIP = 64 /* rows */, MAPS = 5 };

/* Rows [from, to) of a slice; those of [begin, end) are summed. */
struct strip {
    const seg_pair *pair;
    size_t z, begin, end, from, to;
    double *y, *t, *y_edge, *t_edge, *low; /* [to - from][nx] */
    uint16_t *code;                        /* [nx] */
};

static void load(struct strip *s, int cls)
{
    const size_t *n = s->pair->grid.n;
    size_t begin = (s->z * n[1] + s->from) * n[0], count = (s->to - s->from) * n[0];

    seg_class_prob(s->pair, cls, begin, count, s->y);
    seg_pair_target(s->pair, cls, begin, count, s->t);
    seg_inverse_edge(s->y, n[0], s->to - s->from, RADIUS, s->y_edge, s->low);
    seg_inverse_edge(s->t, n[0], s->to - s->from, RADIUS, s->t_edge, s->low);
}

/* BCE = -t ln e - (1 - t) ln(1 - e) */
static double term(double e, double t)
{
    double p = e < SEG_EPS ? SEG_EPS : e > 1 - SEG_EPS ? 1 - SEG_EPS : e;

    return -t * log(p) - (1 - t) * log(1 - p);
}

/* BCE' = (e - t) / (e (1 - e)), 0 where e was clamped */
static double slope(double e, double t)
{
    return e < SEG_EPS || e > 1 - SEG_EPS ? 0 : (e - t) / (e * (1 - e));
}

static double sum_strip(struct strip *s, double scale, double *gradient)
{
    size_t nx = s->pair->grid.n[0], ny = s->pair->grid.n[1], high, low;
    double sum = 0;

    for (size_t y = s->begin; y < s->end; y++) {
        seg_pair_codes(s->pair, (s->z * ny + y) * nx, nx, s->code);
        for (size_t x = 0; x < nx; x++) {
            size_t i = (y - s->from) * nx + x;

            if (s->code[x] == s->pair->classes)
                continue;
            sum += term(s->y_edge[i], s->t_edge[i]);
            if (!gradient)
                continue;
            seg_inverse_edge_ends(s->y, nx, s->to - s->from, RADIUS, x, y - s->from, &high, &low);
            gradient[s->from * nx + high] += scale * slope(s->y_edge[i], s->t_edge[i]);
            gradient[s->from * nx + low] -= scale * slope(s->y_edge[i], s->t_edge[i]);
        }
    }
    return sum;
}

seg_status seg_inverse_bce(const seg_pair *pair, int cls, size_t z, double scale, double *gradient, double *sum,
                           seg_error *err)
{
    size_t nx = pair->grid.n[0], ny = pair->grid.n[1], room = nx * (STRIP + 2 * RADIUS);
    struct strip s = {.pair = pair, .z = z};
    double *memory = NULL;
    seg_status st = seg_alloc(&memory, room, MAPS * sizeof *memory, "a strip of boundary", err);

    *sum = 0;
    if (!st)
        st = seg_alloc(&s.code, nx, sizeof *s.code, "a row", err);
    s.y = memory;
    if (!st)
        s.t = s.y + room, s.y_edge = s.t + room, s.t_edge = s.y_edge + room, s.low = s.t_edge + room;
    for (s.begin = 0; !st && s.begin < ny; s.begin = s.end) {
        s.end = s.begin + STRIP < ny ? s.begin + STRIP : ny;
        s.from = s.begin > RADIUS ? s.begin - RADIUS : 0;
        s.to = s.end + RADIUS < ny ? s.end + RADIUS : ny;
        load(&s, cls);
        *sum += sum_strip(&s, scale, gradient);
    }
    free(s.code);
    free(memory);
    return st;
}
