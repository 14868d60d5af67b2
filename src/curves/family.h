/* family.h - perturbations of a prediction or truth: each makes a sequence of steps k = 0..K of growing severity.
 *
 * A family draws no random numbers in sequence: they come from hash.h, indexed by voxel or part, so any thread can make
 * any step alone with the same result.
 */
#ifndef SEG_CURVES_FAMILY_H
#define SEG_CURVES_FAMILY_H

#include "phantom.h"

/* What a curve is drawn and scored against. */
typedef enum { SEG_X_ERRORS, SEG_X_STEP, SEG_X_IOU, SEG_X_BERR, SEG_X_HD95, SEG_XS } seg_x;
extern const char *const seg_x_words[];  /* "errors", "step", "iou", "berr", "hd95", NULL */
extern const char *const seg_x_titles[]; /* "FP + FN", "step", "1 - IoU", "balanced error", "HD95" */

typedef struct seg_family seg_family;

typedef struct {
    const seg_family *family;
    int dim;             /* of discs made here: 2 or 3 */
    size_t image;        /* pixels a side */
    size_t steps;        /* K: there are K + 1 predictions */
    double jitter;       /* of position and radius, +-pixels, in 1/16 */
    double soft;         /* width of a soft edge, pixels; 0 gives hard masks */
    double direction[3]; /* of `translate`; 0: along the object's axis */
    double max;          /* largest severity; NAN: the family's own, see seg_family_max() */
    int branch;          /* of a family that has them: -1 inward, 1 outward; 0: there are none */
} seg_plan_of_steps;

/* "inward", "outward", or "". */
const char *seg_branch_word(const seg_plan_of_steps *plan);

/* One step: everything that a pair is made of. */
typedef struct {
    seg_grid grid;
    size_t voxels;
    double severity;
    uint8_t *truth, *mask; /* [voxels] 0 or 1 */
    float *prob;           /* [voxels] probability of the object, or NULL: the mask */
    float *target;         /* [voxels] soft truth, or NULL: the truth */
} seg_step;

/* Room around the object, in voxels: before and after it along the axis it moves on, and on all other sides. */
typedef struct {
    double before, after, beside;
} seg_margin;

struct seg_family {
    const char *name;
    const char *help;     /* one line: what happens to the prediction */
    const char *severity; /* label of its axis: "shift (px)" */
    seg_x x;              /* what its curves are drawn against */
    double max;           /* largest severity; NAN depends on the object */
    bool takes_max;       /* the caller may set `max` although the preset depends on the object */
    double least, most;   /* limits of `max`: above least, up to most */
    bool aims;            /* the direction may be chosen */
    bool edge;            /* the prediction may have a soft edge */
    bool middle;          /* a disc made here stands in the middle */
    bool balls_only;      /* needs an object it can make at any size */
    bool random;          /* the seed matters */
    bool branches;        /* severities go two ways from 0, inward and outward: two curves that never join */
    bool crops;           /* steps have smaller images than the scene */
    bool in_mm;           /* severities are millimetres, not voxels */
    bool flips_labels;    /* the truth's voxels are wrong: curves then say how much gradient sits on them */

    /* Margin around the object in voxels: along its path, and on the other sides. */
    void (*margin)(double radius, double travel, const seg_plan_of_steps *plan, seg_margin *margin);
    /* For families that change voxels one group after another: order[i] = the group (from 1) of voxel i, 0 = never. */
    seg_status (*groups)(const seg_phantom *scene, const seg_plan_of_steps *plan, uint64_t seed, uint32_t *order,
                         size_t *groups, seg_error *err);
    seg_status (*make)(const seg_phantom *scene, const seg_plan_of_steps *plan, uint64_t seed, const uint32_t *order,
                       size_t groups, size_t k, seg_step *step, seg_error *err);
};

extern const seg_family seg_families[];
extern const size_t seg_families_count;
const seg_family *seg_family_find(const char *name);
const char *seg_family_nearest(const char *name);

/* Takes another form of the family: option "order" (its preset smallest) has largest and hashed for `missing`; "noise"
 * (all) has band, foreground and shift for `label-noise`; "unit" (px) has mm for `offset`, `boundary` and
 * `soft-label`; "annotators" has masks for `soft-label`. The option's preset leaves the family as it is; a family
 * without the option is refused. */
extern const char *const seg_order_words[], *const seg_noise_words[], *const seg_unit_words[];
seg_status seg_family_choose(const seg_family **family, const char *option, const char *word, seg_error *err);

/* The largest severity asked for, or the family's own for this object. */
double seg_family_max(const seg_phantom *scene, const seg_plan_of_steps *plan);

/* Whether a direction was chosen. */
static inline bool seg_plan_aims(const seg_plan_of_steps *plan)
{
    return plan->direction[0] != 0 || plan->direction[1] != 0 || plan->direction[2] != 0;
}

/* Refuses what cannot work before any work is done: ranges, and discs that would leave the image. */
seg_status seg_plan_check(const seg_plan_of_steps *plan, const char *name, double radius, seg_error *err);

/* Gives a user's object the margins that the family needs. */
seg_status seg_plan_pad(const seg_plan_of_steps *plan, seg_phantom *scene, seg_error *err);

/* The jitter of step k in 1/16 pixel, within +-16 J: two Weyl sequences, one for the place, one for the size. */
int64_t seg_jitter_of_place(uint64_t seed, size_t k, double jitter);
int64_t seg_jitter_of_size(uint64_t seed, size_t k, double jitter);

void seg_step_free(seg_step *step);

#endif
