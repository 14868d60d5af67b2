/* boundary_steps.c - perturbations of a border: offset, roughness (boundary), lower confidence (temperature), soft labels. */
#include "families.h"

#include <math.h>

#include "hash.h"

static double offset_distance(const seg_phantom *s, const void *context, size_t x, size_t y, size_t z)
{
    return s->distance[x + s->grid.n[0] * (y + s->grid.n[1] * z)] - *(const double *)context;
}

/* [S <= g] for g from 0 to G in the direction of the branch, where the severity is |g|; without one from -G to G. */
seg_status seg_make_offset(const seg_phantom *scene, const seg_plan_of_steps *plan, uint64_t seed,
                           const uint32_t *order, size_t groups, size_t k, seg_step *step, seg_error *err)
{
    const double reach = seg_family_max(scene, plan);
    const double g = plan->branch ? plan->branch * seg_severity(reach, k, plan->steps)
                                  : seg_severity(2 * reach, k, plan->steps) - reach;
    seg_status st = seg_step_begin(step, scene, plan->branch ? fabs(g) : g, plan->soft > 0 ? SEG_STEP_PROB : 0, err);

    (void)seed, (void)order, (void)groups;
    if (!st)
        seg_step_from_field(step, scene, plan->soft, offset_distance, &g);
    return st;
}

enum { CELL = 6 }; /* pixels between the places where the noise is drawn */

static double smooth(double t)
{
    return t * t * (3 - 2 * t);
}

/* Noise in [-1, 1]: drawn at the corners of cells, smoothly mixed inside them. */
static double value_noise(uint64_t seed, size_t x, size_t y, size_t z)
{
    const size_t at[3] = {x, y, z};
    double noise = 0;

    for (int corner = 0; corner < 8; corner++) {
        uint64_t counter = 0;
        double weight = 1;

        for (int a = 0; a < 3; a++) {
            const int far = corner >> a & 1;
            const double t = smooth((double)(at[a] % CELL) / CELL);

            weight *= far ? t : 1 - t;
            counter = counter << 21 | (at[a] / CELL + (size_t)far);
        }
        noise += weight * (2 * seg_uniform(seed, 1, counter) - 1);
    }
    return noise;
}

struct rough {
    double amplitude;
    uint64_t seed;
};

static double rough_distance(const seg_phantom *s, const void *context, size_t x, size_t y, size_t z)
{
    const struct rough *r = context;
    const double d = s->distance[x + s->grid.n[0] * (y + s->grid.n[1] * z)];

    /* Far from the border the noise changes no voxel. */
    return fabs(d) > r->amplitude ? d : d - r->amplitude * value_noise(r->seed, x, y, z);
}

/* [S <= A_k noise]: the noise does not depend on k, so the set of errors only grows. */
seg_status seg_make_boundary(const seg_phantom *scene, const seg_plan_of_steps *plan, uint64_t seed,
                             const uint32_t *order, size_t groups, size_t k, seg_step *step, seg_error *err)
{
    const struct rough rough = {seg_severity(seg_family_max(scene, plan), k, plan->steps), seed};
    seg_status st = seg_step_begin(step, scene, rough.amplitude, plan->soft > 0 ? SEG_STEP_PROB : 0, err);

    (void)order, (void)groups;
    if (!st)
        seg_step_from_field(step, scene, plan->soft, rough_distance, &rough);
    return st;
}

enum { SHIFT = 2 }; /* voxels by which the prediction of `temperature` is off */

static double shifted_distance(const seg_phantom *s, const void *context, size_t x, size_t y, size_t z)
{
    const size_t n = s->grid.n[0];
    const size_t from = x >= SHIFT ? x - SHIFT : 0; /* beyond the edge the map repeats its last column */

    (void)context;
    return s->distance[from + n * (y + s->grid.n[1] * z)];
}

/* p = sigmoid(-S' / (width T)), T from 1/max to max in equal factors; width 1 px unless a soft edge is set. */
seg_status seg_make_temperature(const seg_phantom *scene, const seg_plan_of_steps *plan, uint64_t seed,
                                const uint32_t *order, size_t groups, size_t k, seg_step *step, seg_error *err)
{
    const double reach = log2(seg_family_max(scene, plan));
    const double power = seg_severity(2 * reach, k, plan->steps) - reach;
    seg_status st = seg_step_begin(step, scene, power, SEG_STEP_PROB, err);

    (void)seed, (void)order, (void)groups;
    if (!st)
        seg_step_from_field(step, scene, (plan->soft > 0 ? plan->soft : 1) * exp2(power), shifted_distance, NULL);
    return st;
}

/* Truth sigmoid(-S / width_k), 0 and 1 at k = 0. */
seg_status seg_make_soft_label(const seg_phantom *scene, const seg_plan_of_steps *plan, uint64_t seed,
                               const uint32_t *order, size_t groups, size_t k, seg_step *step, seg_error *err)
{
    const double width = seg_severity(seg_family_max(scene, plan), k, plan->steps);
    seg_status st = seg_step_begin(step, scene, width, SEG_STEP_PROB | SEG_STEP_TARGET, err);

    (void)seed, (void)order, (void)groups;
    for (size_t i = 0; !st && i < step->voxels; i++) {
        step->mask[i] = scene->truth[i];
        step->prob[i] = (float)(scene->truth[i] ? SEG_CONFIDENCE : 1 - SEG_CONFIDENCE);
        step->target[i] = width > 0 ? seg_soft_edge(scene->distance[i], width) : (float)scene->truth[i];
    }
    return st;
}

/* Truth: the mean of the first k annotators' masks; at k = 0 the truth itself. */
seg_status seg_make_annotators(const seg_phantom *scene, const seg_plan_of_steps *plan, uint64_t seed,
                               const uint32_t *order, size_t groups, size_t k, seg_step *step, seg_error *err)
{
    seg_status st = seg_step_begin(step, scene, (double)k, SEG_STEP_PROB | SEG_STEP_TARGET, err);

    (void)plan, (void)seed, (void)order, (void)groups;
    for (size_t i = 0; !st && i < step->voxels; i++) {
        size_t marked = 0;

        for (size_t r = 0; r < k; r++)
            marked += scene->rater[r * scene->voxels + i];
        step->mask[i] = scene->truth[i];
        step->prob[i] = (float)(scene->truth[i] ? SEG_CONFIDENCE : 1 - SEG_CONFIDENCE);
        step->target[i] = k ? (float)((double)marked / (double)k) : (float)scene->truth[i];
    }
    return st;
}
