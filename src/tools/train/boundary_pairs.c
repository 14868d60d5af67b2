/* boundary_pairs.c - draws shapes and affine maps, and cuts the tiles of boundary that belong to them. */
#include "boundary_pairs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../base/memory.h"
#include "../../base/parallel.h"
#include "../../losses/boundary/inverse_form_edge.h"
#include "shapes.h"

enum { PAIRS_PER_TASK = 256 };

static const double LEAST_MASS = 4; /* a tile with less boundary is not used */

/* x -> A x + t */
struct affine {
    double a[2][2], t[2];
};

/* How the prediction is derived from the truth. Lengths in tile units. */
struct view {
    struct affine map;
    bool sharp;          /* 0 or 1, like a label map */
    bool averaged;       /* edges of sharp maps are one pixel wide ramps: block means of a larger image */
    double steepness;    /* of the sigmoid, per tile unit */
    double bias, ripple; /* of the level */
    seg_shape waves;
};

/* ---- drawing ---- */

static void set_linear(struct affine *map, double angle, double log_x, double log_y, double shear)
{
    double c = cos(angle), s = sin(angle), x = exp(log_x), y = exp(log_y);

    map->a[0][0] = c * x, map->a[0][1] = c * x * shear - s * y;
    map->a[1][0] = s * x, map->a[1][1] = s * x * shear + c * y;
}

/* 45 % everything at once, 25 % a shift, 12 % a rotation, 12 % a scale, 6 % nothing; half of them small. */
static struct affine random_map(seg_random *r)
{
    struct affine map = {{{1, 0}, {0, 1}}, {0, 0}};
    double what = seg_random_in(r, 0, 1), size = seg_random_chance(r, 0.5) ? seg_random_in(r, 0, 1) : 1;
    double angle = size * seg_random_in(r, -0.55, 0.55), shear = size * seg_random_in(r, -0.2, 0.2);
    double log_scale = size * seg_random_in(r, -0.33, 0.33), stretch = size * seg_random_in(r, -0.1, 0.1);
    double x = size * seg_random_in(r, -0.45, 0.45), y = size * seg_random_in(r, -0.45, 0.45);

    if (what < 0.70)
        map.t[0] = x, map.t[1] = y;
    if (what < 0.45)
        set_linear(&map, angle, log_scale + stretch, log_scale - stretch, shear);
    else if (what >= 0.70 && what < 0.82)
        set_linear(&map, angle, 0, 0, 0);
    else if (what >= 0.82 && what < 0.94)
        set_linear(&map, 0, log_scale, log_scale, 0);
    return map;
}

static struct view random_view(seg_random *r)
{
    struct view v = {.map = random_map(r)};

    v.sharp = seg_random_chance(r, 0.5);
    v.averaged = seg_random_chance(r, 0.4);
    v.steepness = exp(seg_random_in(r, log(15), log(100)));
    v.bias = seg_random_in(r, -0.02, 0.02);
    v.ripple = seg_random_in(r, 0, 0.02);
    v.waves = seg_shape_waves(r, seg_random_in(r, 2, 5));
    return v;
}

/* ---- cutting ---- */

/* 0 or 1, or a ramp one pixel wide. */
static double sharp_value(double level, bool averaged, double pixel)
{
    double ramp = 0.5 + level / pixel;

    return !averaged ? level > 0 : ramp < 0 ? 0 : ramp > 1 ? 1 : ramp;
}

static double truth_value(const seg_shape *shape, const struct view *v, double x, double y, double pixel)
{
    return sharp_value(seg_shape_level(shape, x, y), v->averaged, pixel);
}

static double prediction_value(const seg_shape *shape, const struct view *v, double x, double y, double pixel)
{
    double u = v->map.a[0][0] * x + v->map.a[0][1] * y + v->map.t[0];
    double w = v->map.a[1][0] * x + v->map.a[1][1] * y + v->map.t[1];
    double level = seg_shape_level(shape, u, w);

    if (v->sharp)
        return sharp_value(level, v->averaged, pixel);
    level += v->bias + v->ripple * seg_shape_level(&v->waves, x, y);
    return 1 / (1 + exp(-v->steepness * level));
}

typedef double value_fn(const seg_shape *, const struct view *, double, double, double);

/* The edge map of a tile, from a canvas that is `band` wider on every side. Returns its mass. canvas holds
 * three. */
static double cut(const seg_boundary_pairs *pairs, value_fn *value, const seg_shape *shape, const struct view *v,
                  double *canvas, uint8_t *out)
{
    size_t tile = pairs->tile, band = pairs->band, n = tile + 2 * band;
    double pixel = 2.0 / (double)tile, *edge = canvas + n * n, mass = 0;

    for (size_t y = 0; y < n; y++)
        for (size_t x = 0; x < n; x++)
            canvas[y * n + x] = value(shape, v, ((double)x - (double)band + 0.5) * pixel - 1,
                                      ((double)y - (double)band + 0.5) * pixel - 1, pixel);
    seg_inverse_edge(canvas, n, n, band, edge, edge + n * n);
    for (size_t y = 0; y < tile; y++)
        for (size_t x = 0; x < tile; x++) {
            double e = edge[(y + band) * n + x + band];

            mass += e;
            out[y * tile + x] = (uint8_t)lround(255 * e);
        }
    return mass;
}

static void write_target(const struct affine *map, float target[SEG_PAIR_TARGETS])
{
    for (int row = 0; row < 2; row++) {
        for (int column = 0; column < 2; column++)
            target[3 * row + column] = (float)(map->a[row][column] - (row == column));
        target[3 * row + 2] = (float)map->t[row];
    }
}

/* Draws until both tiles have enough boundary. */
static void make_pair(const seg_boundary_pairs *pairs, size_t i, uint64_t seed, double *canvas)
{
    seg_random r = seg_random_of(seed, i);
    uint8_t *prediction = pairs->map + i * 2 * pairs->tile * pairs->tile;
    uint8_t *truth = prediction + pairs->tile * pairs->tile;
    bool enough = false;

    while (!enough) {
        seg_shape shape = seg_shape_random(&r);
        struct view view = random_view(&r);

        enough = cut(pairs, truth_value, &shape, &view, canvas, truth) > LEAST_MASS &&
                 cut(pairs, prediction_value, &shape, &view, canvas, prediction) > LEAST_MASS;
        write_target(&view.map, pairs->target[i]);
    }
}

struct making {
    const seg_boundary_pairs *pairs;
    uint64_t seed;
    double *canvas; /* [workers][3 canvas] */
    size_t room;
};

static void make_some(void *context, size_t task, int worker)
{
    const struct making *m = context;
    size_t begin = task * PAIRS_PER_TASK, end = begin + PAIRS_PER_TASK;

    for (size_t i = begin; i < end && i < m->pairs->n; i++)
        make_pair(m->pairs, i, m->seed, m->canvas + (size_t)worker * m->room);
}

seg_status seg_boundary_pairs_make(seg_boundary_pairs *pairs, size_t n, size_t tile, size_t band, uint64_t seed,
                                   seg_error *err)
{
    struct making m = {.pairs = pairs, .seed = seed, .room = 3 * (tile + 2 * band) * (tile + 2 * band)};
    seg_status st;

    *pairs = (seg_boundary_pairs){.n = n, .tile = tile, .band = band};
    st = seg_alloc(&pairs->map, n, 2 * tile * tile, "training tiles", err);
    if (!st)
        st = seg_alloc(&pairs->target, n, sizeof *pairs->target, "training targets", err);
    if (!st)
        st = seg_alloc(&m.canvas, (size_t)seg_thread_count() * m.room, sizeof *m.canvas, "canvases", err);
    if (!st)
        seg_parallel_for((n + PAIRS_PER_TASK - 1) / PAIRS_PER_TASK, make_some, &m);
    else
        seg_boundary_pairs_free(pairs);
    free(m.canvas);
    return st;
}

void seg_boundary_pairs_free(seg_boundary_pairs *pairs)
{
    free(pairs->map);
    free(pairs->target);
    *pairs = (seg_boundary_pairs){0};
}

/* ---- turning ---- */

/* Turned maps are M'(x) = M(S x) with S a signed permutation of the axes, so A' = S^T A S and t' = S^T t. */
static void turn_target(const float from[SEG_PAIR_TARGETS], bool swap, const float sign[2], float *to)
{
    for (int row = 0; row < 2; row++) {
        int r = swap ? 1 - row : row; /* column `row` of S has its one entry, sign[r], in row r */

        for (int column = 0; column < 2; column++) {
            int c = swap ? 1 - column : column;

            to[3 * row + column] = sign[r] * sign[c] * from[3 * r + c];
        }
        to[3 * row + 2] = sign[r] * from[3 * r + 2];
    }
}

void seg_boundary_pair_turned(const seg_boundary_pairs *pairs, size_t i, unsigned symmetry, float *x,
                              float target[SEG_PAIR_TARGETS])
{
    size_t tile = pairs->tile, last = tile - 1;
    const uint8_t *map = pairs->map + i * 2 * tile * tile;
    bool swap = symmetry & 1, flip_x = symmetry & 2, flip_y = symmetry & 4;
    const float sign[2] = {flip_x ? -1 : 1, flip_y ? -1 : 1};

    for (size_t side = 0; side < 2; side++, map += tile * tile, x += tile * tile)
        for (size_t v = 0; v < tile; v++)
            for (size_t u = 0; u < tile; u++) {
                size_t from_x = swap ? v : u, from_y = swap ? u : v;

                from_x = flip_x ? last - from_x : from_x;
                from_y = flip_y ? last - from_y : from_y;
                x[v * tile + u] = (float)map[from_y * tile + from_x] / 255;
            }
    turn_target(pairs->target[i], swap, sign, target);
}
