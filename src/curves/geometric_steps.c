/* geometric_steps.c - geometric perturbations: drift, translate, size; and fov, where the image is cropped. */
#include "families.h"

#include <math.h>
#include <string.h>

/* The object's distance map moved by `shift` voxels and grown by `growth`. */
struct moved {
    int64_t shift[3];
    double growth;
};

static struct moved moved_by(const seg_phantom *scene, double steps, double growth)
{
    struct moved moved = {.growth = growth};

    seg_phantom_shift(scene, steps, moved.shift);
    return moved;
}

static double moved_distance(const seg_phantom *s, const void *context, size_t x, size_t y, size_t z)
{
    const struct moved *m = context;
    const int64_t from[3] = {(int64_t)x - m->shift[0], (int64_t)y - m->shift[1], (int64_t)z - m->shift[2]};

    /* Voxels moved in from outside the image are background. */
    for (int a = 0; a < 3; a++)
        if (from[a] < 0 || from[a] >= (int64_t)s->grid.n[a])
            return INFINITY;
    return s->distance[(size_t)from[0] + s->grid.n[0] * ((size_t)from[1] + s->grid.n[1] * (size_t)from[2])] - m->growth;
}

static double ball_distance(const seg_phantom *s, const void *context, size_t x, size_t y, size_t z)
{
    const seg_ball *ball = context;
    const double dx = SEG_UNITS * (double)x + SEG_UNITS / 2 - (double)ball->centre[0];
    const double dy = SEG_UNITS * (double)y + SEG_UNITS / 2 - (double)ball->centre[1];
    const double dz = s->grid.n[2] > 1 ? SEG_UNITS * (double)z + SEG_UNITS / 2 - (double)ball->centre[2] : 0;

    return (sqrt(dx * dx + dy * dy + dz * dz) - (double)ball->radius) / SEG_UNITS;
}

/* The mask comes from the integer test, which is exact; the soft edge from the distance. */
static void draw_ball(seg_step *step, const seg_phantom *scene, double soft, const seg_ball *ball)
{
    if (step->prob)
        seg_step_from_field(step, scene, soft, ball_distance, ball);
    seg_ball_draw(ball, &step->grid, step->mask);
}

seg_status seg_make_drift(const seg_phantom *scene, const seg_plan_of_steps *plan, uint64_t seed, const uint32_t *order,
                          size_t groups, size_t k, seg_step *step, seg_error *err)
{
    const int64_t place = seg_jitter_of_place(seed, k, plan->jitter), size = seg_jitter_of_size(seed, k, plan->jitter);
    seg_status st = seg_step_begin(step, scene, (double)k, plan->soft > 0 ? SEG_STEP_PROB : 0, err);

    (void)order, (void)groups;
    if (st)
        return st;
    if (scene->is_ball) {
        seg_ball ball = scene->ball;

        /* cx + floor(2 R k / K) + jitter; radius R + jitter, at least 0 */
        ball.centre[0] += 2 * ball.radius * (int64_t)k / (int64_t)plan->steps + place;
        ball.radius = ball.radius + size > 0 ? ball.radius + size : 0;
        draw_ball(step, scene, plan->soft, &ball);
    } else {
        const double shift = seg_severity((double)scene->travel, k, plan->steps) + (double)place / SEG_UNITS;
        const struct moved moved = moved_by(scene, shift, (double)size / SEG_UNITS);

        seg_step_from_field(step, scene, plan->soft, moved_distance, &moved);
    }
    return SEG_OK;
}

seg_status seg_make_translate(const seg_phantom *scene, const seg_plan_of_steps *plan, uint64_t seed,
                              const uint32_t *order, size_t groups, size_t k, seg_step *step, seg_error *err)
{
    const int64_t shift = llround(seg_severity(seg_family_max(scene, plan), k, plan->steps));
    const struct moved moved = moved_by(scene, (double)shift, 0);
    seg_status st = seg_step_begin(step, scene, (double)shift, plan->soft > 0 ? SEG_STEP_PROB : 0, err);

    (void)seed, (void)order, (void)groups;
    if (!st)
        seg_step_from_field(step, scene, plan->soft, moved_distance, &moved);
    return st;
}

/* Smallest radius of the sweep, pixels: below it a disc is a handful of pixels. */
static const double SMALLEST = 2;

seg_status seg_make_size(const seg_phantom *scene, const seg_plan_of_steps *plan, uint64_t seed, const uint32_t *order,
                         size_t groups, size_t k, seg_step *step, seg_error *err)
{
    const double largest = fmax(seg_family_max(scene, plan), SMALLEST);
    const double radius = SMALLEST + seg_severity(largest - SMALLEST, k, plan->steps);
    seg_ball ball = scene->ball;
    seg_status st;

    (void)seed, (void)order, (void)groups;
    ball.radius = llround(radius * SEG_UNITS);
    st = seg_step_begin(step, scene, (double)ball.radius / SEG_UNITS, plan->soft > 0 ? SEG_STEP_PROB : 0, err);
    if (st)
        return st;
    seg_ball_draw(&ball, &scene->grid, step->truth);
    ball.centre[0] += SEG_UNITS;
    draw_ball(step, scene, plan->soft, &ball);
    return SEG_OK;
}

/* Keeps the voxels [low, high] of one map, in place. */
static void crop(void *map, size_t size, const seg_grid *from, const size_t low[3], const seg_grid *to)
{
    unsigned char *bytes = map;

    for (size_t z = 0; z < to->n[2]; z++)
        for (size_t y = 0; y < to->n[1]; y++)
            memmove(bytes + (z * to->n[1] + y) * to->n[0] * size,
                    bytes + (((z + low[2]) * from->n[1] + y + low[1]) * from->n[0] + low[0]) * size, to->n[0] * size);
}

/* Step 0 shows object and prediction alone, step K the whole image; the borders move evenly between. */
static void crop_step(seg_step *step, const seg_phantom *scene, int64_t shift, size_t k, size_t steps)
{
    const seg_grid whole = step->grid;
    size_t low[3], high[3];

    seg_phantom_box(scene, low, high);
    high[scene->axis] += (size_t)shift;
    for (int a = 0; a < 3; a++) {
        low[a] = low[a] * (steps - k) / steps;
        high[a] += (whole.n[a] - 1 - high[a]) * k / steps;
        step->grid.n[a] = high[a] - low[a] + 1;
    }
    step->voxels = seg_grid_voxels(&step->grid);
    step->severity = (double)step->voxels;
    crop(step->truth, 1, &whole, low, &step->grid);
    crop(step->mask, 1, &whole, low, &step->grid);
    if (step->prob)
        crop(step->prob, sizeof *step->prob, &whole, low, &step->grid);
}

seg_status seg_make_fov(const seg_phantom *scene, const seg_plan_of_steps *plan, uint64_t seed, const uint32_t *order,
                        size_t groups, size_t k, seg_step *step, seg_error *err)
{
    const double shift = fmax(1, round(seg_phantom_radius(scene) / 2));
    const struct moved moved = moved_by(scene, shift, 0);
    seg_status st = seg_step_begin(step, scene, 0, plan->soft > 0 ? SEG_STEP_PROB : 0, err);

    (void)seed, (void)order, (void)groups;
    if (st)
        return st;
    seg_step_from_field(step, scene, plan->soft, moved_distance, &moved);
    crop_step(step, scene, (int64_t)shift, k, plan->steps);
    return SEG_OK;
}
