/* phantom.c - makes discs, balls and scenes from the user's mask, with the margins that a perturbation needs. */
#include "phantom.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../geometry/edt.h"

void seg_ball_draw(const seg_ball *ball, const seg_grid *grid, uint8_t *out)
{
    const int64_t r2 = ball->radius * ball->radius;

    for (size_t z = 0; z < grid->n[2]; z++)
        for (size_t y = 0; y < grid->n[1]; y++) {
            int64_t dz = grid->n[2] > 1 ? SEG_UNITS * (int64_t)z + SEG_UNITS / 2 - ball->centre[2] : 0;
            int64_t dy = SEG_UNITS * (int64_t)y + SEG_UNITS / 2 - ball->centre[1];
            uint8_t *row = out + (z * grid->n[1] + y) * grid->n[0];

            for (size_t x = 0; x < grid->n[0]; x++) {
                int64_t dx = SEG_UNITS * (int64_t)x + SEG_UNITS / 2 - ball->centre[0];

                row[x] = dx * dx + dy * dy + dz * dz <= r2;
            }
        }
}

static size_t count(const uint8_t *mask, size_t n)
{
    size_t total = 0;

    for (size_t i = 0; i < n; i++)
        total += mask[i] != 0;
    return total;
}

static seg_status begin(seg_phantom *scene, const char *name, const seg_grid *grid, seg_error *err)
{
    *scene = (seg_phantom){.grid = *grid, .voxels = seg_grid_voxels(grid)};
    snprintf(scene->name, sizeof scene->name, "%s", name);
    return seg_alloc(&scene->truth, scene->voxels, 1, "the object", err);
}

seg_status seg_phantom_ball(seg_phantom *scene, const char *name, int dim, size_t image, double radius, bool middle,
                            seg_error *err)
{
    const int64_t half = SEG_UNITS * (int64_t)image / 2, r = llround(radius * SEG_UNITS);
    const seg_grid grid = {.n = {image, image, dim == 3 ? image : 1}, .mm = {1, 1, 1}};
    seg_status st = begin(scene, name, &grid, err);

    if (st)
        return st;
    scene->is_ball = true;
    scene->ball = (seg_ball){{middle ? half : half - r, half, half}, r};
    seg_ball_draw(&scene->ball, &grid, scene->truth);
    scene->object = count(scene->truth, scene->voxels);
    scene->travel = llround(2 * radius);
    if (!scene->object)
        st = seg_fail(err, SEG_USAGE,
                      "the object '%s' of radius %g px contains no pixel centre (choose a radius of at "
                      "least 1)",
                      name, radius);
    return st;
}

void seg_phantom_shift(const seg_phantom *s, double steps, int64_t shift[3])
{
    const bool aimed = s->way[0] != 0 || s->way[1] != 0 || s->way[2] != 0;

    for (int a = 0; a < 3; a++)
        shift[a] = llround(steps * (aimed ? s->way[a] : a == s->axis));
}

/* True when the object, which lies within [low, high], touches itself after moving by `shift`. */
static bool touches_itself(const seg_phantom *s, const size_t low[3], const size_t high[3], const int64_t shift[3])
{
    const ptrdiff_t row = (ptrdiff_t)s->grid.n[0], slice = row * (ptrdiff_t)s->grid.n[1];
    const ptrdiff_t move = (ptrdiff_t)shift[0] + row * (ptrdiff_t)shift[1] + slice * (ptrdiff_t)shift[2];
    size_t from[3], to[3];

    for (int a = 0; a < 3; a++) {
        const size_t by = (size_t)llabs((long long)shift[a]), extent = high[a] - low[a] + 1;

        if (by >= extent)
            return false;
        from[a] = shift[a] < 0 ? low[a] + by : low[a];
        to[a] = shift[a] < 0 ? high[a] + 1 : high[a] + 1 - by;
    }
    for (size_t z = from[2]; z < to[2]; z++)
        for (size_t y = from[1]; y < to[1]; y++)
            for (size_t x = from[0]; x < to[0]; x++) {
                const uint8_t *voxel = s->truth + x + s->grid.n[0] * (y + s->grid.n[1] * z);

                if (voxel[0] && voxel[move])
                    return true;
            }
    return false;
}

static int64_t travel_of(const seg_phantom *s)
{
    size_t low[3], high[3];
    int64_t steps = 0, shift[3];

    seg_phantom_box(s, low, high);
    do
        seg_phantom_shift(s, (double)++steps, shift);
    while (touches_itself(s, low, high, shift));
    return steps;
}

seg_status seg_phantom_aim(seg_phantom *s, const double direction[3], seg_error *err)
{
    const double length = sqrt(direction[0] * direction[0] + direction[1] * direction[1] + direction[2] * direction[2]);

    if (!(length > 0))
        return seg_fail(err, SEG_USAGE, "--dir is 0, a direction is wanted, as in 1,0 or 0,-1,1");
    if (seg_grid_dims(&s->grid) == 2 && direction[2] != 0)
        return seg_fail(err, SEG_USAGE, "--dir leaves the plane of a 2D image (leave its third number out)");
    for (int a = 0; a < 3; a++)
        s->way[a] = direction[a] / length;
    if (!s->is_ball) {
        s->travel = travel_of(s);
        return SEG_OK;
    }
    for (int a = 0; a < 3; a++)
        s->ball.centre[a] = SEG_UNITS * (int64_t)s->grid.n[0] / 2 - llround(s->way[a] * (double)s->ball.radius);
    seg_ball_draw(&s->ball, &s->grid, s->truth);
    s->object = count(s->truth, s->voxels);
    return SEG_OK;
}

static int finest_axis(const seg_grid *grid)
{
    int axis = 0;

    for (int a = 1; a < seg_grid_dims(grid); a++)
        if (grid->mm[a] < grid->mm[axis])
            axis = a;
    return axis;
}

seg_status seg_phantom_object(seg_phantom *scene, const char *name, const seg_grid *grid, const uint8_t *truth,
                              seg_error *err)
{
    seg_status st = begin(scene, name, grid, err);

    if (st)
        return st;
    memcpy(scene->truth, truth, scene->voxels);
    scene->object = count(truth, scene->voxels);
    if (scene->object < 2)
        return seg_fail(err, SEG_MISMATCH,
                        scene->object ? "%s has a single voxel: it has no shape that could be "
                                        "degraded (choose a larger object)"
                                      : "%s has no voxel in the truth (choose another class)",
                        name);
    if (scene->object == scene->voxels)
        return seg_fail(err, SEG_MISMATCH,
                        "%s fills the whole image: it has no border that could be degraded (choose "
                        "another class)",
                        name);
    scene->axis = finest_axis(grid);
    scene->travel = travel_of(scene);
    return SEG_OK;
}

void seg_phantom_box(const seg_phantom *s, size_t low[3], size_t high[3])
{
    size_t at[3];

    for (int a = 0; a < 3; a++) {
        low[a] = s->grid.n[a] - 1;
        high[a] = 0;
    }
    for (size_t i = 0; i < s->voxels; i++) {
        if (!s->truth[i])
            continue;
        at[0] = i % s->grid.n[0];
        at[1] = i / s->grid.n[0] % s->grid.n[1];
        at[2] = i / s->grid.n[0] / s->grid.n[1];
        for (int a = 0; a < 3; a++) {
            low[a] = at[a] < low[a] ? at[a] : low[a];
            high[a] = at[a] > high[a] ? at[a] : high[a];
        }
    }
}

static void copy_rows(uint8_t *to, const seg_grid *wide, const uint8_t *from, const seg_grid *narrow, size_t add[3][2])
{
    for (size_t z = 0; z < narrow->n[2]; z++)
        for (size_t y = 0; y < narrow->n[1]; y++)
            memcpy(to + ((z + add[2][0]) * wide->n[1] + y + add[1][0]) * wide->n[0] + add[0][0],
                   from + (z * narrow->n[1] + y) * narrow->n[0], narrow->n[0]);
}

seg_status seg_phantom_pad(seg_phantom *s, const size_t margin[3][2], seg_error *err)
{
    size_t low[3], high[3], add[3][2] = {{0}};
    seg_grid wide = s->grid;
    uint8_t *truth = NULL;
    seg_status st;

    seg_phantom_box(s, low, high);
    for (int a = 0; a < seg_grid_dims(&s->grid); a++) {
        size_t after = s->grid.n[a] - 1 - high[a];

        add[a][0] = margin[a][0] > low[a] ? margin[a][0] - low[a] : 0;
        add[a][1] = margin[a][1] > after ? margin[a][1] - after : 0;
        wide.n[a] += add[a][0] + add[a][1];
    }
    if (seg_grid_voxels(&wide) == s->voxels)
        return SEG_OK;
    st = seg_alloc(&truth, seg_grid_voxels(&wide), 1, "the padded object", err);
    if (st)
        return st;
    copy_rows(truth, &wide, s->truth, &s->grid, add);
    free(s->truth);
    free(s->distance);
    memcpy(s->padding, add, sizeof add);
    s->truth = truth;
    s->distance = NULL;
    s->grid = wide;
    s->voxels = seg_grid_voxels(&wide);
    return SEG_OK;
}

static seg_status mask_of(seg_mask *mask, const seg_phantom *s, seg_error *err)
{
    seg_status st = seg_mask_alloc(mask, s->grid.n, err);

    for (size_t i = 0; !st && i < s->voxels; i++)
        if (s->truth[i])
            seg_mask_set(mask, i % s->grid.n[0], i / s->grid.n[0] % s->grid.n[1], i / s->grid.n[0] / s->grid.n[1]);
    return st;
}

seg_status seg_phantom_measure(seg_phantom *s, seg_error *err)
{
    const double voxel[3] = {1, 1, 1}, *step = s->in_mm ? s->grid.mm : voxel;
    const float half = (float)(step[finest_axis(&s->grid)] / 2);
    seg_mask mask = {0};
    seg_status st;

    if (s->distance)
        return SEG_OK;
    st = mask_of(&mask, s, err);
    if (!st)
        st = seg_alloc_big(&s->distance, s->voxels, sizeof *s->distance, "a distance map", err);
    if (!st)
        st = seg_edt_signed(&mask, step, s->distance, err);
    /* Between centres the first step counts whole; the border runs halfway. */
    for (size_t i = 0; !st && i < s->voxels; i++)
        s->distance[i] += s->distance[i] < 0 ? half : -half;
    seg_mask_free(&mask);
    return st;
}

double seg_phantom_radius(const seg_phantom *s)
{
    const double pi = 3.14159265358979323846;

    if (s->is_ball)
        return (double)s->ball.radius / SEG_UNITS;
    return s->grid.n[2] > 1 ? cbrt(0.75 * (double)s->object / pi) : sqrt((double)s->object / pi);
}

void seg_phantom_free(seg_phantom *s)
{
    free(s->truth);
    free(s->rater);
    free(s->distance);
    *s = (seg_phantom){0};
}
