/* family.c - the list of families, the margins they need, and checks before the computation. */
#include "families.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/parallel.h"
#include "../base/text.h"
#include "hash.h"

const char *const seg_x_words[] = {"errors", "step", "iou", "berr", "hd95", NULL};
const char *const seg_x_titles[] = {"FP + FN", "step", "1 − IoU", "balanced error", "HD95"};

/* The prediction moves by its own extent and jitter, and its radius jitters too: 4 R + 4 J <= N for a disc. */
static void margin_of_drift(double radius, double travel, const seg_plan_of_steps *plan, seg_margin *m)
{
    (void)radius;
    *m = (seg_margin){2 * plan->jitter, travel + 2 * plan->jitter, plan->jitter};
}

static void margin_of_translate(double radius, double travel, const seg_plan_of_steps *plan, seg_margin *m)
{
    (void)radius;
    *m = (seg_margin){0, isnan(plan->max) ? travel : plan->max, 0};
}

static void margin_all_round(double radius, double travel, const seg_plan_of_steps *plan, seg_margin *m)
{
    double reach = isnan(plan->max) ? plan->family->max : plan->max;

    (void)radius, (void)travel;
    *m = (seg_margin){reach, reach, reach};
}

/* One pixel of shift. */
static void margin_of_size(double radius, double travel, const seg_plan_of_steps *plan, seg_margin *m)
{
    (void)radius, (void)travel, (void)plan;
    *m = (seg_margin){0, 1, 0};
}

static void margin_of_fov(double radius, double travel, const seg_plan_of_steps *plan, seg_margin *m)
{
    (void)travel, (void)plan;
    *m = (seg_margin){0, fmax(1, round(radius / 2)), 0};
}

static void margin_none(double radius, double travel, const seg_plan_of_steps *plan, seg_margin *m)
{
    (void)radius, (void)travel, (void)plan;
    *m = (seg_margin){0, 0, 0};
}

const seg_family seg_families[] = {
    {.name = "drift",
     .help = "the prediction moves away until it no longer touches the object, with jitter in place "
             "and size",
     .severity = "step",
     .x = SEG_X_ERRORS,
     .max = NAN,
     .random = true,
     .margin = margin_of_drift,
     .edge = true,
     .make = seg_make_drift},
    {.name = "translate",
     .help = "the prediction is the object, shifted",
     .severity = "shift (px)",
     .x = SEG_X_ERRORS,
     .max = NAN,
     .margin = margin_of_translate,
     .takes_max = true,
     .least = 0,
     .most = 1e6,
     .edge = true,
     .aims = true,
     .make = seg_make_translate},
    {.name = "offset",
     .branches = true,
     .help = "the border moves inwards, and in a curve of its own outwards (erosion, dilation)",
     .severity = "offset of the border (px)",
     .x = SEG_X_STEP,
     .max = 3,
     .middle = true,
     .margin = margin_all_round,
     .least = 0,
     .most = 1e4,
     .edge = true,
     .make = seg_make_offset},
    {.name = "boundary",
     .help = "the border becomes rough: smooth noise of growing amplitude moves it in and out",
     .severity = "amplitude (px)",
     .x = SEG_X_ERRORS,
     .max = 3,
     .middle = true,
     .random = true,
     .margin = margin_all_round,
     .least = 0,
     .most = 1e4,
     .edge = true,
     .make = seg_make_boundary},
    {.name = "missing",
     .help = "parts of the object are missed: its components, smallest first, or 12 patches of "
             "a single one",
     .severity = "parts missed",
     .x = SEG_X_ERRORS,
     .max = NAN,
     .middle = true,
     .random = true,
     .margin = margin_none,
     .groups = seg_group_missing,
     .takes_max = true,
     .least = 0,
     .most = 1e9,
     .make = seg_make_missing},
    {.name = "spurious",
     .help = "discs of 3 px radius are found where nothing is, 5 px or more from the object",
     .severity = "false objects",
     .x = SEG_X_ERRORS,
     .max = 12,
     .middle = true,
     .random = true,
     .margin = margin_none,
     .groups = seg_group_spurious,
     .least = 0,
     .most = 1e4,
     .make = seg_make_spurious},
    {.name = "mix",
     .help = "a fixed number of errors turns from false positives into false negatives",
     .severity = "share of false negatives",
     .x = SEG_X_STEP,
     .max = NAN,
     .middle = true,
     .margin = margin_none,
     .groups = seg_group_mix,
     .takes_max = true,
     .least = 0,
     .most = 1e12,
     .make = seg_make_mix},
    {.name = "pred-noise",
     .help = "a growing share of the prediction's voxels is flipped",
     .severity = "share of flipped voxels",
     .x = SEG_X_ERRORS,
     .max = 0.2,
     .middle = true,
     .random = true,
     .margin = margin_none,
     .least = 0,
     .most = 1,
     .make = seg_make_pred_noise},
    {.name = "label-noise",
     .help = "a growing share of the truth's voxels is flipped; the prediction stays at the "
             "clean mask with probability 0.98",
     .severity = "share of flipped labels",
     .x = SEG_X_STEP,
     .max = 0.4,
     .middle = true,
     .random = true,
     .flips_labels = true,
     .margin = margin_none,
     .least = 0,
     .most = 1,
     .make = seg_make_label_noise},
    {.name = "soft-label",
     .help = "the truth's border becomes soft; the prediction stays at the clean mask with "
             "probability 0.98",
     .severity = "width of the soft border (px)",
     .x = SEG_X_STEP,
     .max = 4,
     .middle = true,
     .margin = margin_none,
     .least = 0,
     .most = 1e4,
     .make = seg_make_soft_label},
    {.name = "temperature",
     .help = "a prediction shifted by 2 px goes from sure to undecided: p = sigmoid(z / T)",
     .severity = "log2 T",
     .x = SEG_X_STEP,
     .max = 4,
     .middle = true,
     .margin = margin_none,
     .least = 1,
     .most = 1e6,
     .edge = true,
     .make = seg_make_temperature},
    {.name = "size",
     .help = "the object grows; the prediction is shifted by 1 px",
     .severity = "radius (px)",
     .x = SEG_X_STEP,
     .max = NAN,
     .middle = true,
     .balls_only = true,
     .margin = margin_of_size,
     .edge = true,
     .make = seg_make_size},
    {.name = "fov",
     .help = "the same object and the same error in an image that grows around them",
     .severity = "voxels of the image",
     .x = SEG_X_STEP,
     .max = NAN,
     .middle = true,
     .margin = margin_of_fov,
     .edge = true,
     .crops = true,
     .make = seg_make_fov},
};
const size_t seg_families_count = sizeof seg_families / sizeof *seg_families;

const char *const seg_order_words[] = {"smallest", "largest", "hashed", NULL};
const char *const seg_noise_words[] = {"all", "band", "foreground", "shift", NULL};
const char *const seg_unit_words[] = {"px", "mm", NULL};

/* Other forms of the families above. */
static const struct {
    const char *option, *word;
    seg_family family;
} forms[] = {
    {"order",
     "largest",
     {.name = "missing",
      .help = "parts of the object are missed: its components, largest first, or "
              "12 patches of a single one",
      .severity = "parts missed",
      .x = SEG_X_ERRORS,
      .max = NAN,
      .middle = true,
      .random = true,
      .margin = margin_none,
      .groups = seg_group_missing_largest,
      .takes_max = true,
      .least = 0,
      .most = 1e9,
      .make = seg_make_missing}},
    {"order",
     "hashed",
     {.name = "missing",
      .help = "parts of the object are missed: its components by chance, or 12 "
              "patches of a single one",
      .severity = "parts missed",
      .x = SEG_X_ERRORS,
      .max = NAN,
      .middle = true,
      .random = true,
      .margin = margin_none,
      .groups = seg_group_missing_hashed,
      .takes_max = true,
      .least = 0,
      .most = 1e9,
      .make = seg_make_missing}},
    {"noise",
     "band",
     {.name = "label-noise",
      .help = "a growing share of the truth's voxels within 3 px of the border is "
              "flipped; the prediction stays at the clean mask with probability 0.98",
      .severity = "share of flipped labels at the border",
      .x = SEG_X_STEP,
      .max = 0.4,
      .middle = true,
      .random = true,
      .flips_labels = true,
      .margin = margin_none,
      .least = 0,
      .most = 1,
      .make = seg_make_band_noise}},
    {"noise",
     "foreground",
     {.name = "label-noise",
      .help = "a growing share of the object's voxels is labelled "
              "background; the prediction stays at the clean mask with probability 0.98",
      .severity = "share of lost labels",
      .x = SEG_X_STEP,
      .max = 0.4,
      .middle = true,
      .random = true,
      .flips_labels = true,
      .margin = margin_none,
      .least = 0,
      .most = 1,
      .make = seg_make_foreground_noise}},
    {"noise",
     "shift",
     {.name = "label-noise",
      .help = "the truth's border is drawn too far out; the prediction stays at "
              "the clean mask with probability 0.98",
      .severity = "shift of the truth's border (px)",
      .x = SEG_X_STEP,
      .max = 3,
      .middle = true,
      .flips_labels = true,
      .margin = margin_all_round,
      .least = 0,
      .most = 1e4,
      .make = seg_make_shift_noise}},
    {"unit",
     "mm",
     {.name = "offset",
      .branches = true,
      .help = "the border moves inwards, and in a curve of its own outwards (erosion, dilation)",
      .severity = "offset of the border (mm)",
      .x = SEG_X_STEP,
      .max = 3,
      .middle = true,
      .margin = margin_all_round,
      .least = 0,
      .most = 1e4,
      .edge = true,
      .in_mm = true,
      .make = seg_make_offset}},
    {"unit",
     "mm",
     {.name = "boundary",
      .help = "the border becomes rough: smooth noise of growing amplitude moves it in "
              "and out",
      .severity = "amplitude (mm)",
      .x = SEG_X_ERRORS,
      .max = 3,
      .middle = true,
      .random = true,
      .margin = margin_all_round,
      .least = 0,
      .most = 1e4,
      .edge = true,
      .in_mm = true,
      .make = seg_make_boundary}},
    {"unit",
     "mm",
     {.name = "soft-label",
      .help = "the truth's border becomes soft; the prediction stays at the clean "
              "mask with probability 0.98",
      .severity = "width of the soft border (mm)",
      .x = SEG_X_STEP,
      .max = 4,
      .middle = true,
      .margin = margin_none,
      .least = 0,
      .most = 1e4,
      .in_mm = true,
      .make = seg_make_soft_label}},
    {"annotators",
     "masks",
     {.name = "soft-label",
      .help = "the truth becomes the mean of ever more annotators' masks; "
              "the prediction stays at the truth's mask with probability 0.98",
      .severity = "annotators",
      .x = SEG_X_STEP,
      .max = NAN,
      .middle = true,
      .margin = margin_none,
      .make = seg_make_annotators}},
};
enum { FORMS = sizeof forms / sizeof *forms };

seg_status seg_family_choose(const seg_family **family, const char *option, const char *word, seg_error *err)
{
    bool has = false;
    seg_string others = {0};
    seg_status st;

    for (size_t i = 0; i < FORMS; i++) {
        if (strcmp(forms[i].option, option))
            continue;
        if (!strcmp(forms[i].family.name, (*family)->name)) {
            has = true;
            if (!strcmp(forms[i].word, word))
                *family = &forms[i].family;
        } else if (!others.text || !strstr(others.text, forms[i].family.name)) {
            seg_string_printf(&others, "%s'%s'", others.length ? ", " : "", forms[i].family.name);
        }
    }
    st = has ? SEG_OK
             : seg_fail(err, SEG_USAGE, "--%s is for the family %s, '%s' has no such choice (leave it out)", option,
                        others.text ? others.text : "", (*family)->name);
    seg_string_free(&others);
    return st;
}

const seg_family *seg_family_find(const char *name)
{
    for (size_t i = 0; i < seg_families_count; i++)
        if (seg_same_name(name, seg_families[i].name))
            return &seg_families[i];
    return NULL;
}

static const char *name_of(const void *context, size_t i)
{
    (void)context;
    return seg_families[i].name;
}

const char *seg_family_nearest(const char *name)
{
    return seg_nearest(name, seg_families_count, name_of, NULL);
}

const char *seg_branch_word(const seg_plan_of_steps *plan)
{
    return plan->branch < 0 ? "inward" : plan->branch > 0 ? "outward" : "";
}

double seg_family_max(const seg_phantom *scene, const seg_plan_of_steps *plan)
{
    if (!isnan(plan->max))
        return plan->max;
    if (!isnan(plan->family->max))
        return plan->family->max;
    if (!strcmp(plan->family->name, "mix"))
        return round((double)scene->object / 2);
    return !strcmp(plan->family->name, "size") ? seg_phantom_radius(scene) : (double)scene->travel;
}

/* Pixels a side that hold a disc of the radius with its margins, placed as seg_phantom_ball() places it. */
static double image_wanted(const seg_plan_of_steps *plan, double radius)
{
    seg_margin m;

    plan->family->margin(radius, 2 * radius, plan, &m);
    if (plan->family->middle)
        return 2 * (radius + fmax(m.beside, fmax(m.before, m.after)));
    return 2 * fmax(m.after, fmax(2 * radius + m.before, radius + m.beside));
}

static seg_status leaves_image(const seg_plan_of_steps *plan, const char *name, double radius, seg_error *err)
{
    double wanted = image_wanted(plan, radius), fits = floor(radius);
    char advice[96];

    while (fits >= 1 && image_wanted(plan, fits) > (double)plan->image)
        fits -= 1;
    snprintf(advice, sizeof advice, fits >= 1 ? "--image %zu, or a radius of at most %g" : "--image %zu",
             2 * (size_t)ceil(wanted / 2), fits);
    if (plan->family->make == seg_make_drift)
        return seg_fail(err, SEG_USAGE,
                        "the object '%s' would leave the image: 4 R + 4 J <= N is wanted, but 4 x %g + "
                        "4 x %g = %g is more than %zu (use %s)",
                        name, radius, plan->jitter, wanted, plan->image, advice);
    return seg_fail(err, SEG_USAGE,
                    "the object '%s' of radius %g px would leave the image: '%s' wants N >= %g, but N "
                    "is %zu (use %s)",
                    name, radius, plan->family->name, wanted, plan->image, advice);
}

seg_status seg_plan_check(const seg_plan_of_steps *plan, const char *name, double radius, seg_error *err)
{
    if (!(radius >= 0.5))
        return seg_fail(err, SEG_USAGE, "the object '%s' has radius %g px, at least 0.5 is wanted", name, radius);
    if (image_wanted(plan, radius) > (double)plan->image)
        return leaves_image(plan, name, radius, err);
    return SEG_OK;
}

seg_status seg_plan_pad(const seg_plan_of_steps *plan, seg_phantom *scene, seg_error *err)
{
    size_t margin[3][2];
    seg_margin m;

    plan->family->margin(seg_phantom_radius(scene), (double)scene->travel, plan, &m);
    for (int a = 0; a < 3; a++) {
        const double voxel = plan->family->in_mm ? scene->grid.mm[a] : 1;

        margin[a][0] = (size_t)ceil((a == scene->axis ? m.before : m.beside) / voxel);
        margin[a][1] = (size_t)ceil((a == scene->axis ? m.after : m.beside) / voxel);
    }
    for (int a = 0; seg_plan_aims(plan) && a < 3; a++) {
        margin[a][0] = scene->way[a] < 0 ? (size_t)ceil(-scene->way[a] * m.after) : 0;
        margin[a][1] = scene->way[a] > 0 ? (size_t)ceil(scene->way[a] * m.after) : 0;
    }
    return seg_phantom_pad(scene, (const size_t(*)[2])margin, err);
}

/* ((u32(k m + offset) (2 16 J + 1)) >> 32) - 16 J. Seed 0 has offset 0; others begin far from one another. */
static int64_t weyl(uint32_t multiplier, uint32_t offset, size_t k, double jitter)
{
    const int64_t reach = llround(SEG_UNITS * jitter);
    const uint64_t turn = (uint32_t)((uint32_t)k * multiplier + offset);

    return k ? (int64_t)((turn * (uint64_t)(2 * reach + 1)) >> 32) - reach : 0;
}

int64_t seg_jitter_of_place(uint64_t seed, size_t k, double jitter)
{
    return weyl(0x9E3779B9u, (uint32_t)(seg_mix(seed) >> 32), k, jitter);
}

int64_t seg_jitter_of_size(uint64_t seed, size_t k, double jitter)
{
    return weyl(0xC13FA9A9u, (uint32_t)seg_mix(seed), k, jitter);
}

seg_status seg_step_begin(seg_step *step, const seg_phantom *scene, double severity, unsigned with, seg_error *err)
{
    seg_status st;

    *step = (seg_step){.grid = scene->grid, .voxels = scene->voxels, .severity = severity};
    st = seg_alloc(&step->truth, step->voxels, 1, "a step's truth", err);
    if (!st)
        st = seg_alloc(&step->mask, step->voxels, 1, "a step's mask", err);
    if (!st && with & SEG_STEP_PROB)
        st = seg_alloc(&step->prob, step->voxels, sizeof *step->prob, "a step's probabilities", err);
    if (!st && with & SEG_STEP_TARGET)
        st = seg_alloc(&step->target, step->voxels, sizeof *step->target, "a step's soft truth", err);
    if (!st)
        memcpy(step->truth, scene->truth, step->voxels);
    return st;
}

void seg_step_free(seg_step *step)
{
    free(step->truth);
    free(step->mask);
    free(step->prob);
    free(step->target);
    *step = (seg_step){0};
}

float seg_soft_edge(double distance, double width)
{
    return (float)(1 / (1 + exp(distance / width)));
}

struct field {
    seg_step *step;
    const seg_phantom *scene;
    double soft;
    seg_field_fn *at;
    const void *context;
};

static void fill_row(void *context, size_t row, int worker)
{
    const struct field *f = context;
    const size_t *n = f->step->grid.n;
    uint8_t *mask = f->step->mask + row * n[0];
    float *prob = f->step->prob ? f->step->prob + row * n[0] : NULL;

    (void)worker;
    for (size_t x = 0; x < n[0]; x++) {
        const double d = f->at(f->scene, f->context, x, row % n[1], row / n[1]);

        mask[x] = d <= 0;
        if (prob)
            prob[x] = seg_soft_edge(d, f->soft);
    }
}

void seg_step_from_field(seg_step *step, const seg_phantom *scene, double soft, seg_field_fn *field,
                         const void *context)
{
    seg_parallel_for(seg_grid_rows(&step->grid), fill_row, &(struct field){step, scene, soft, field, context});
}
