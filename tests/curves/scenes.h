/* scenes.h - small scenes and counting for the tests of this folder. */
#ifndef TEST_CURVES_SCENES_H
#define TEST_CURVES_SCENES_H

#include <math.h>
#include <stdlib.h>

#include "curves/family.h"

typedef struct {
    size_t tp, fn, fp;
} counts;

static inline counts count_step(const seg_step *step)
{
    counts c = {0};

    for (size_t i = 0; i < step->voxels; i++) {
        c.tp += step->truth[i] && step->mask[i];
        c.fn += step->truth[i] && !step->mask[i];
        c.fp += !step->truth[i] && step->mask[i];
    }
    return c;
}

static inline seg_plan_of_steps plan_of(const char *family, size_t steps)
{
    return (seg_plan_of_steps){
        .family = seg_family_find(family), .dim = 2, .image = 128, .steps = steps, .jitter = 1, .max = NAN};
}

/* A square of the side in the middle of an image. */
static inline seg_phantom square(size_t image, size_t side)
{
    const seg_grid grid = {.n = {image, image, 1}, .mm = {1, 1, 1}};
    uint8_t *truth = calloc(image * image, 1);
    size_t low = (image - side) / 2;
    seg_phantom scene;

    for (size_t y = low; y < low + side; y++)
        for (size_t x = low; x < low + side; x++)
            truth[y * image + x] = 1;
    if (seg_phantom_object(&scene, "square", &grid, truth, NULL) || seg_phantom_measure(&scene, NULL))
        abort();
    free(truth);
    return scene;
}

/* Makes step k without groups. */
static inline seg_step step_of(const seg_phantom *scene, const seg_plan_of_steps *plan, uint64_t seed, size_t k)
{
    uint32_t *order = calloc(scene->voxels, sizeof *order);
    size_t groups = 0;
    seg_step step = {0};

    if (plan->family->groups && plan->family->groups(scene, plan, seed, order, &groups, NULL))
        abort();
    if (plan->family->make(scene, plan, seed, order, groups, k, &step, NULL))
        abort();
    free(order);
    return step;
}

#endif
