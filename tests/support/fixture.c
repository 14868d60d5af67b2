/* fixture.c - builds pairs for tests through the same doors as the program. */
#include "fixture.h"

#include <math.h>
#include <nifti2_io.h>
#include <stdlib.h>
#include <string.h>

const char *const golden_cases[] = {"bin2d_large",  "bin2d_small", "bin3d",      "multi2d",    "multi3d", "perfect",
                                    "hard_shifted", "empty_gt",    "empty_pred", "both_empty", NULL};

static const seg_match_options OPTIONS = {.threshold = NAN};

bool fixture_has_foreground(const char *name)
{
    return strncmp(name, "multi", 5) != 0;
}

static nifti_image *load(const char *name, const char *file)
{
    char path[256];
    nifti_image *image;

    snprintf(path, sizeof path, GOLDEN "/%s/%s.nii.gz", name, file);
    nifti_set_debug_level(0);
    image = nifti_image_read(path, 1);
    if (!image)
        fail_msg("cannot read %s", path);
    return image;
}

static seg_grid grid_of(const nifti_image *image)
{
    return (seg_grid){.n = {(size_t)image->nx, (size_t)image->ny, (size_t)(image->nz > 0 ? image->nz : 1)},
                      .mm = {image->dx, image->dy, image->nz > 1 ? image->dz : 1},
                      .has_mm = true};
}

static double voxel(const nifti_image *image, size_t i)
{
    switch (image->datatype) {
    case DT_UINT8:
        return ((const uint8_t *)image->data)[i];
    case DT_INT16:
        return ((const int16_t *)image->data)[i];
    case DT_INT32:
        return ((const int32_t *)image->data)[i];
    case DT_FLOAT32:
        return (double)((const float *)image->data)[i];
    default:
        fail_msg("datatype %d in a golden case", image->datatype);
        return 0;
    }
}

static void label_image(seg_image *out, const seg_grid *grid, const double *label)
{
    int64_t *row = calloc(grid->n[0], sizeof *row);
    seg_error err = {0};

    *out = (seg_image){.kind = SEG_IMAGE_LABELS, .path = strdup("labels")};
    assert_ok(seg_labelmap_begin(&out->labels, grid, &err), &err);
    for (size_t r = 0; r < seg_grid_rows(grid); r++) {
        for (size_t x = 0; x < grid->n[0]; x++)
            row[x] = (int64_t)label[r * grid->n[0] + x];
        assert_ok(seg_labelmap_add_row_i64(&out->labels, row, &err), &err);
    }
    assert_ok(seg_labelmap_end(&out->labels, &err), &err);
    free(row);
}

static void prob_image(seg_image *out, const seg_grid *grid, int planes, const float *prob)
{
    size_t bytes = seg_grid_voxels(grid) * (size_t)planes * sizeof *prob;

    *out = (seg_image){.kind = SEG_IMAGE_PROBABILITIES, .path = strdup("probabilities")};
    out->prob = (seg_probmap){.grid = *grid, .planes = planes, .prob = malloc(bytes)};
    memcpy(out->prob.prob, prob, bytes);
}

static void match(seg_pair *pair, seg_image *prediction, seg_image *truth, const seg_match_options *options)
{
    seg_error err = {0};

    assert_ok(seg_pair_match(pair, prediction, truth, options, NULL, &err), &err);
    seg_class_sums_free(&pair->sums); /* tests change the probabilities of a pair */
    seg_block_max_free(&pair->block_max);
}

static void from_u8(seg_image *out, const seg_grid *grid, const uint8_t *label)
{
    size_t n = seg_grid_voxels(grid);
    double *wide = calloc(n, sizeof *wide);

    for (size_t i = 0; i < n; i++)
        wide[i] = label[i];
    label_image(out, grid, wide);
    free(wide);
}

void fixture_golden(seg_pair *pair, const char *name, bool foreground)
{
    nifti_image *p = load(name, foreground ? "pred_fg" : "pred"), *t = load(name, "gt");
    seg_grid grid = grid_of(t);
    size_t n = seg_grid_voxels(&grid), planes = (size_t)p->nvox / n;
    float *prob = calloc(n * planes, sizeof *prob);
    double *label = calloc(n, sizeof *label);
    seg_image prediction, truth;

    for (size_t i = 0; i < n * planes; i++)
        prob[i] = (float)voxel(p, i);
    for (size_t i = 0; i < n; i++)
        label[i] = voxel(t, i);
    prob_image(&prediction, &grid, (int)planes, prob);
    label_image(&truth, &grid, label);
    match(pair, &prediction, &truth, &OPTIONS);
    free(prob);
    free(label);
    nifti_image_free(p);
    nifti_image_free(t);
}

void fixture_prob_ignoring(seg_pair *pair, const size_t n[3], const double mm[3], int planes, const float *prob,
                           const uint8_t *truth, int ignore)
{
    seg_grid grid = {.n = {n[0], n[1], n[2]}, .mm = {mm[0], mm[1], mm[2]}, .has_mm = true};
    seg_match_options options = OPTIONS;
    const int64_t ignored = ignore;
    seg_image a, b;

    options.ignored = &ignored;
    options.n_ignored = ignore >= 0;
    prob_image(&a, &grid, planes, prob);
    from_u8(&b, &grid, truth);
    match(pair, &a, &b, &options);
}

void fixture_prob(seg_pair *pair, const size_t n[3], const double mm[3], int planes, const float *prob,
                  const uint8_t *truth)
{
    fixture_prob_ignoring(pair, n, mm, planes, prob, truth, -1);
}

void fixture_labels(seg_pair *pair, const size_t n[3], const double mm[3], int classes, const uint8_t *prediction,
                    const uint8_t *truth)
{
    seg_grid grid = {.n = {n[0], n[1], n[2]}, .mm = {mm[0], mm[1], mm[2]}, .has_mm = true};
    int64_t *id = calloc((size_t)classes, sizeof *id);
    seg_match_options options = OPTIONS;
    seg_image a, b;

    for (int cls = 1; cls < classes; cls++)
        id[cls - 1] = cls; /* 0 is not named, so it is the background */
    options.classes = id;
    options.n_classes = (size_t)classes - 1;
    from_u8(&a, &grid, prediction);
    from_u8(&b, &grid, truth);
    match(pair, &a, &b, &options);
    free(id);
}

void fixture_soft(seg_pair *pair, const size_t n[3], int planes, const float *prob, const float *truth)
{
    seg_grid grid = {.n = {n[0], n[1], n[2]}, .mm = {1, 1, 1}, .has_mm = true};
    seg_match_options options = OPTIONS;
    seg_image a, b;

    options.soft_truth = true;
    prob_image(&a, &grid, planes, prob);
    prob_image(&b, &grid, planes, truth);
    match(pair, &a, &b, &options);
}

uint64_t fixture_random(uint64_t *state)
{
    uint64_t z = *state += 0x9E3779B97F4A7C15u;

    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

double fixture_uniform(uint64_t *state)
{
    return (double)(fixture_random(state) >> 11) * 0x1p-53;
}

void fixture_near(double got, double wanted, double rtol, double atol, const char *what, const char *file, int line)
{
    /* Infinity is near to nothing but itself: any number is within rtol times infinity of it. */
    if ((isnan(got) && isnan(wanted)) || got == wanted ||
        (isfinite(wanted) && fabs(got - wanted) <= atol + rtol * fabs(wanted)))
        return;
    print_error("%s: %.17g, wanted %.17g (off by %.3g, allowed %.3g)\n", what, got, wanted, got - wanted,
                atol + rtol * fabs(wanted));
    _fail(file, line);
}

void fixture_ok(seg_status st, const seg_error *err, const char *what, const char *file, int line)
{
    if (!st)
        return;
    print_error("%s: status %d, %s\n", what, (int)st, err ? err->text : "");
    _fail(file, line);
}
