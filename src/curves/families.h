/* families.h - what the families share, and the steps that family.c lists; private to this folder. */
#ifndef SEG_CURVES_FAMILIES_H
#define SEG_CURVES_FAMILIES_H

#include "family.h"

typedef seg_status seg_make_fn(const seg_phantom *scene, const seg_plan_of_steps *plan, uint64_t seed,
                               const uint32_t *order, size_t groups, size_t k, seg_step *step, seg_error *err);
typedef seg_status seg_groups_fn(const seg_phantom *scene, const seg_plan_of_steps *plan, uint64_t seed,
                                 uint32_t *order, size_t *groups, seg_error *err);

/* geometric_steps.c */
seg_make_fn seg_make_drift, seg_make_translate, seg_make_size, seg_make_fov;
/* boundary_steps.c */
seg_make_fn seg_make_offset, seg_make_boundary, seg_make_temperature, seg_make_soft_label, seg_make_annotators;
/* random_steps.c */
seg_make_fn seg_make_missing, seg_make_spurious, seg_make_mix, seg_make_pred_noise, seg_make_label_noise,
    seg_make_band_noise, seg_make_foreground_noise, seg_make_shift_noise;
seg_groups_fn seg_group_missing, seg_group_missing_largest, seg_group_missing_hashed, seg_group_spurious, seg_group_mix;

enum { SEG_STEP_PROB = 1, SEG_STEP_TARGET = 2 };

/* A step on the scene's grid, its truth copied, its mask empty; `with` says which soft maps it has. */
seg_status seg_step_begin(seg_step *step, const seg_phantom *scene, double severity, unsigned with, seg_error *err);

/* 1 / (1 + e^(d/width)): 1/2 on the border, d < 0 inside. */
float seg_soft_edge(double distance, double width);

/* Fills the mask with field(x) <= 0, and prob with its soft edge when the plan asks for one. */
typedef double seg_field_fn(const seg_phantom *scene, const void *context, size_t x, size_t y, size_t z);
void seg_step_from_field(seg_step *step, const seg_phantom *scene, double soft, seg_field_fn *field,
                         const void *context);

/* Probability of the predicted class in the families that perturb the truth. */
#define SEG_CONFIDENCE 0.98

/* The severity of step k on a line from 0 to max. */
static inline double seg_severity(double max, size_t k, size_t steps)
{
    return max * (double)k / (double)steps;
}

#endif
