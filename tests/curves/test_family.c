/* test_family.c - every degradation has the counts that its definition says, and the golden counts of the figure. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "curves/hash.h"
#include "scenes.h"

static void the_figure_has_its_golden_counts(const char *file, double radius)
{
    const seg_plan_of_steps plan = plan_of("drift", 40);
    seg_phantom scene;
    FILE *golden = fopen(file, "r");
    unsigned long k, tp, fn, fp, rows = 0;

    assert_non_null(golden);
    assert_int_equal(seg_phantom_ball(&scene, "disc", 2, 128, radius, false, NULL), SEG_OK);
    while (fscanf(golden, "%lu,%lu,%lu,%lu", &k, &tp, &fn, &fp) == 4) {
        seg_step step = step_of(&scene, &plan, 0, k);
        counts c = count_step(&step);

        assert_int_equal(c.tp, tp);
        assert_int_equal(c.fn, fn);
        assert_int_equal(c.fp, fp);
        seg_step_free(&step);
        rows++;
    }
    assert_int_equal(rows, 41);
    fclose(golden);
    seg_phantom_free(&scene);
}

static void the_large_disc_has_its_golden_counts(void **state)
{
    (void)state;
    the_figure_has_its_golden_counts("tests/golden/fig3_counts_large.csv", 30);
}

static void the_small_disc_has_its_golden_counts(void **state)
{
    (void)state;
    the_figure_has_its_golden_counts("tests/golden/fig3_counts_small.csv", 4);
}

/* A side a shifted by s: FP = FN = a s. */
static void a_shifted_square_loses_and_gains_its_side_times_the_shift(void **state)
{
    seg_plan_of_steps plan = plan_of("translate", 16);
    seg_phantom scene = square(64, 16);

    (void)state;
    assert_int_equal(scene.travel, 16);
    for (size_t s = 0; s <= 16; s++) {
        seg_step step = step_of(&scene, &plan, 0, s);
        counts c = count_step(&step);

        assert_int_equal(c.fn, 16 * s);
        assert_int_equal(c.fp, 16 * s);
        seg_step_free(&step);
    }
    seg_phantom_free(&scene);
}

/* Along (1, 1) by s, i = round(s / sqrt 2) pixels each way: the squares share (a - i)^2. Up: as along x. */
static void a_square_shifted_in_a_direction_has_its_closed_form_overlap(void **state)
{
    const double diagonal[3] = {2, 2, 0}, up[3] = {0, -1, 0};
    seg_plan_of_steps plan = plan_of("translate", 22);
    seg_phantom scene = square(64, 16);

    (void)state;
    assert_int_equal(seg_phantom_aim(&scene, diagonal, NULL), SEG_OK);
    assert_int_equal(scene.travel, 22); /* 22 / sqrt 2 = 15.6 */
    for (size_t s = 0; s <= 22; s++) {
        seg_step step = step_of(&scene, &plan, 0, s);
        const size_t i = (size_t)llround((double)s / sqrt(2));

        assert_int_equal(count_step(&step).tp, (16 - i) * (16 - i));
        assert_int_equal(count_step(&step).fp, 256 - (16 - i) * (16 - i));
        seg_step_free(&step);
    }
    assert_int_equal(seg_phantom_aim(&scene, up, NULL), SEG_OK);
    assert_int_equal(scene.travel, 16);
    plan.steps = 16;
    for (size_t s = 0; s <= 16; s++) {
        seg_step step = step_of(&scene, &plan, 0, s);

        assert_int_equal(count_step(&step).fp, 16 * s);
        assert_int_equal(step.mask[(24 - s) * 64 + 24], 1); /* its first row went up */
        seg_step_free(&step);
    }
    seg_phantom_free(&scene);
}

static void a_disc_aimed_along_x_is_the_disc_of_the_figure(void **state)
{
    const double x[3] = {3, 0, 0}, z[3] = {0, 0, 1}, none[3] = {0};
    seg_phantom plain, aimed;

    (void)state;
    assert_int_equal(seg_phantom_ball(&plain, "disc", 2, 128, 30, false, NULL), SEG_OK);
    assert_int_equal(seg_phantom_ball(&aimed, "disc", 2, 128, 30, false, NULL), SEG_OK);
    assert_int_equal(seg_phantom_aim(&aimed, x, NULL), SEG_OK);
    assert_memory_equal(plain.truth, aimed.truth, plain.voxels);
    assert_int_equal(seg_phantom_aim(&aimed, z, NULL), SEG_USAGE);
    assert_int_equal(seg_phantom_aim(&aimed, none, NULL), SEG_USAGE);
    seg_phantom_free(&plain);
    seg_phantom_free(&aimed);
}

static size_t mask_size(const seg_step *step)
{
    counts c = count_step(step);

    return c.tp + c.fp;
}

static void an_offset_square_has_its_closed_form_area(void **state)
{
    seg_plan_of_steps plan = plan_of("offset", 6); /* g = -3, -2 ... 3 */
    seg_phantom scene = square(64, 16);

    (void)state;
    for (int g = -3; g <= 3; g++) {
        seg_step step = step_of(&scene, &plan, 0, (size_t)(g + 3));
        size_t area = (size_t)((16 + 2 * g) * (16 + 2 * g));

        for (int i = 1; g > 0 && i <= g + 1; i++)
            for (int j = 1; j <= g + 1; j++)
                area += 4 * (i * i + j * j <= (g + 0.5) * (g + 0.5));
        if (g > 0)
            area -= 4 * (size_t)(g * g); /* the corners are rounded */
        assert_int_equal(mask_size(&step), area);
        assert_true(fabs(step.severity - g) < 1e-12);
        if (g == 1)
            assert_int_equal(area, 324);
        if (g == 3)
            assert_int_equal(area, 472);
        seg_step_free(&step);
    }
    seg_phantom_free(&scene);
}

/* In these families an error, once made, stays: the sets of errors of step k lie in those of step k + 1. */
static void errors_only_ever_join(void **state)
{
    static const char *const nested[] = {"boundary", "missing", "spurious", "pred-noise", "label-noise"};
    seg_phantom scene = square(64, 16);

    (void)state;
    for (size_t f = 0; f < 5; f++)
        for (uint64_t seed = 0; seed < 3; seed++) {
            seg_plan_of_steps plan = plan_of(nested[f], 8);
            seg_step before = step_of(&scene, &plan, seed, 0);
            size_t errors = 0;

            for (size_t k = 1; k <= 8; k++) {
                seg_step now = step_of(&scene, &plan, seed, k);

                errors = 0;
                for (size_t i = 0; i < now.voxels; i++) {
                    if (before.truth[i] != before.mask[i])
                        assert_int_equal(now.truth[i] != now.mask[i], 1);
                    errors += now.truth[i] != now.mask[i];
                }
                seg_step_free(&before);
                before = now;
            }
            assert_true(errors > 0);
            seg_step_free(&before);
        }
    seg_phantom_free(&scene);
}

static void step_0_of_most_families_is_perfect(void **state)
{
    static const char *const perfect[] = {"drift",    "translate",  "boundary",   "missing",
                                          "spurious", "pred-noise", "label-noise"};
    seg_phantom scene = square(64, 16);

    (void)state;
    for (size_t f = 0; f < sizeof perfect / sizeof *perfect; f++) {
        seg_plan_of_steps plan = plan_of(perfect[f], 8);
        seg_step step = step_of(&scene, &plan, 5, 0);

        assert_memory_equal(step.mask, step.truth, step.voxels);
        seg_step_free(&step);
    }
    seg_phantom_free(&scene);
}

/* Two squares of 4 x 4 and 6 x 6: the small one goes first. */
static void missing_removes_the_smallest_component_first(void **state)
{
    const seg_grid grid = {.n = {32, 16, 1}, .mm = {1, 1, 1}};
    seg_plan_of_steps plan = plan_of("missing", 2);
    uint8_t truth[32 * 16] = {0};
    const size_t missed[] = {0, 16, 52};
    seg_phantom scene;

    (void)state;
    for (size_t y = 0; y < 6; y++)
        for (size_t x = 0; x < 6; x++) {
            truth[(y + 2) * 32 + x + 20] = 1;
            truth[(y + 2) * 32 + x + 2] = x < 4 && y < 4;
        }
    assert_int_equal(seg_phantom_object(&scene, "two", &grid, truth, NULL), SEG_OK);
    for (size_t k = 0; k < 3; k++) {
        seg_step step = step_of(&scene, &plan, 0, k);
        counts c = count_step(&step);

        assert_int_equal(c.fn, missed[k]);
        assert_int_equal(c.fp, 0);
        seg_step_free(&step);
    }
    seg_phantom_free(&scene);
}

static const seg_family *form_of(const char *family, const char *option, const char *word)
{
    const seg_family *form = seg_family_find(family);

    assert_int_equal(seg_family_choose(&form, option, word, NULL), SEG_OK);
    return form;
}

/* The same two squares in the other orders: 36 pixels first; by chance, both orders occur among 16 seeds. */
static void missing_removes_the_largest_component_first_or_one_by_chance(void **state)
{
    const seg_grid grid = {.n = {32, 16, 1}, .mm = {1, 1, 1}};
    seg_plan_of_steps plan = plan_of("missing", 2);
    uint8_t truth[32 * 16] = {0};
    size_t small_first = 0;
    seg_phantom scene;
    seg_step step;

    (void)state;
    for (size_t y = 0; y < 6; y++)
        for (size_t x = 0; x < 6; x++) {
            truth[(y + 2) * 32 + x + 20] = 1;
            truth[(y + 2) * 32 + x + 2] = x < 4 && y < 4;
        }
    assert_int_equal(seg_phantom_object(&scene, "two", &grid, truth, NULL), SEG_OK);
    plan.family = form_of("missing", "order", "largest");
    step = step_of(&scene, &plan, 0, 1);
    assert_int_equal(count_step(&step).fn, 36);
    seg_step_free(&step);
    plan.family = form_of("missing", "order", "hashed");
    for (uint64_t seed = 0; seed < 16; seed++) {
        step = step_of(&scene, &plan, seed, 1);
        small_first += count_step(&step).fn == 16;
        seg_step_free(&step);
        step = step_of(&scene, &plan, seed, 2);
        assert_int_equal(count_step(&step).fn, 52);
        seg_step_free(&step);
    }
    assert_in_range(small_first, 1, 15);
    assert_ptr_equal(form_of("missing", "order", "smallest"), seg_family_find("missing"));
    seg_phantom_free(&scene);
}

/* Every label that may be wrong is at the largest severity 1: the band of 3 px around a square of side 16 holds
 * 16^2 - 10^2 pixels inside, and outside 4 * 16 * 3 and four rounded corners of those with i^2 + j^2 < 3.5^2. */
static void label_noise_stays_where_it_is_told(void **state)
{
    seg_plan_of_steps plan = plan_of("label-noise", 1);
    seg_phantom scene = square(64, 16);
    size_t corner = 0;
    seg_step step;

    (void)state;
    for (int i = 1; i <= 3; i++)
        for (int j = 1; j <= 3; j++)
            corner += i * i + j * j < 3.5 * 3.5;
    plan.max = 1;
    plan.family = form_of("label-noise", "noise", "band");
    step = step_of(&scene, &plan, 0, 1);
    assert_int_equal(count_step(&step).fp, 256 - 100); /* truth lost where the prediction is */
    assert_int_equal(count_step(&step).fn, 4 * 16 * 3 + 4 * corner);
    seg_step_free(&step);
    plan.family = form_of("label-noise", "noise", "foreground");
    step = step_of(&scene, &plan, 0, 1);
    assert_int_equal(count_step(&step).fp, 256);
    assert_int_equal(count_step(&step).fn, 0);
    seg_step_free(&step);
    plan.family = form_of("label-noise", "noise", "shift");
    plan.max = 3; /* a dilation by 3 of a square of 16: 472 pixels */
    step = step_of(&scene, &plan, 0, 1);
    assert_int_equal(count_step(&step).fn, 472 - 256);
    assert_int_equal(count_step(&step).fp, 0);
    seg_step_free(&step);
    seg_phantom_free(&scene);
}

/* Pixels of 1 x 2 mm, 8 x 8 of them, grown by g mm: those with i^2 + 4 j^2 <= (g + 1/2)^2 at the corners. */
static void an_offset_in_mm_follows_the_grid(void **state)
{
    const seg_grid grid = {.n = {32, 32, 1}, .mm = {1, 2, 1}};
    seg_plan_of_steps plan = plan_of("offset", 6);
    uint8_t truth[32 * 32] = {0};
    seg_phantom scene;

    (void)state;
    for (size_t i = 0; i < 64; i++)
        truth[(12 + i / 8) * 32 + 12 + i % 8] = 1;
    assert_int_equal(seg_phantom_object(&scene, "square", &grid, truth, NULL), SEG_OK);
    scene.in_mm = true;
    assert_int_equal(seg_phantom_measure(&scene, NULL), SEG_OK);
    plan.family = form_of("offset", "unit", "mm");
    for (size_t g = 1; g <= 3; g++) {
        seg_step step = step_of(&scene, &plan, 0, 3 + g);
        const size_t beside = (size_t)((double)g + 0.5), above = (size_t)(((double)g + 0.5) / 2);
        size_t area = 64 + 2 * 8 * (beside + above);

        for (size_t i = 1; i <= 4; i++)
            for (size_t j = 1; j <= 4; j++)
                area += 4 * ((double)(i * i + 4 * j * j) <= ((double)g + 0.5) * ((double)g + 0.5));
        assert_int_equal(mask_size(&step), area);
        seg_step_free(&step);
    }
    seg_phantom_free(&scene);
}

static void a_choice_that_a_family_does_not_have_is_refused(void **state)
{
    const seg_family *family = seg_family_find("drift");
    seg_error err = {0};

    (void)state;
    assert_int_equal(seg_family_choose(&family, "order", "largest", &err), SEG_USAGE);
    assert_non_null(strstr(err.text, "--order is for the family 'missing'"));
    assert_string_equal(family->name, "drift");
}

static void a_single_component_is_missed_in_twelve_patches(void **state)
{
    seg_plan_of_steps plan = plan_of("missing", 12);
    seg_phantom scene = square(64, 16);
    size_t before = 0;

    (void)state;
    for (size_t k = 0; k <= 12; k++) {
        seg_step step = step_of(&scene, &plan, 3, k);
        counts c = count_step(&step);

        assert_true(k == 0 || c.fn > before);
        before = c.fn;
        seg_step_free(&step);
    }
    assert_int_equal(before, 256);
    seg_phantom_free(&scene);
}

/* A disc of radius 3 has 29 pixels: FP = 29 k, FN = 0. */
static void spurious_discs_are_whole_and_apart(void **state)
{
    seg_plan_of_steps plan = plan_of("spurious", 12);
    seg_phantom scene = square(128, 16);

    (void)state;
    for (size_t k = 0; k <= 12; k++) {
        seg_step step = step_of(&scene, &plan, 7, k);
        counts c = count_step(&step);

        assert_int_equal(c.fp, 29 * k);
        assert_int_equal(c.fn, 0);
        seg_step_free(&step);
    }
    seg_phantom_free(&scene);
}

static void a_mix_keeps_its_number_of_errors(void **state)
{
    seg_plan_of_steps plan = plan_of("mix", 40);
    seg_phantom scene = square(64, 16);

    (void)state;
    for (size_t k = 0; k <= 40; k++) {
        seg_step step = step_of(&scene, &plan, 0, k);
        counts c = count_step(&step);

        assert_int_equal(c.fn + c.fp, 128); /* half of 256 */
        assert_int_equal(c.fn, llround(128.0 * (double)k / 40));
        seg_step_free(&step);
    }
    seg_phantom_free(&scene);
}

/* E ~ Binomial(N, rho): within five standard deviations for this seed, so the test never fails by chance. */
static void noise_flips_the_share_it_says(void **state)
{
    seg_plan_of_steps plan = plan_of("pred-noise", 1);
    seg_phantom scene = square(128, 16);
    seg_step step = step_of(&scene, &plan, 11, 1);
    counts c = count_step(&step);
    const double n = 128 * 128, mean = 0.2 * n, sd = sqrt(n * 0.2 * 0.8);

    (void)state;
    assert_true(fabs((double)(c.fn + c.fp) - mean) < 5 * sd);
    seg_step_free(&step);
    seg_phantom_free(&scene);
}

static void the_field_of_view_grows_around_the_same_counts(void **state)
{
    seg_plan_of_steps plan = plan_of("fov", 10);
    seg_phantom scene = square(64, 16);
    seg_step first = step_of(&scene, &plan, 0, 0);
    counts a = count_step(&first);
    double before = first.severity;

    (void)state;
    assert_true(a.fn > 0 && a.fp > 0);
    for (size_t k = 1; k <= 10; k++) {
        seg_step step = step_of(&scene, &plan, 0, k);
        counts c = count_step(&step);

        assert_memory_equal(&a, &c, sizeof a);
        assert_true(step.severity > before);
        before = step.severity;
        seg_step_free(&step);
    }
    assert_true(fabs(before - 64 * 64) < 0.5);
    seg_step_free(&first);
    seg_phantom_free(&scene);
}

static void a_temperature_changes_no_hard_voxel(void **state)
{
    seg_plan_of_steps plan = plan_of("temperature", 4);
    seg_phantom scene = square(64, 16);
    seg_step first = step_of(&scene, &plan, 0, 0);

    (void)state;
    for (size_t k = 1; k <= 4; k++) {
        seg_step step = step_of(&scene, &plan, 0, k);

        assert_memory_equal(first.mask, step.mask, step.voxels);
        assert_true(fabsf(step.prob[0] - 0.5f) < fabsf(first.prob[0] - 0.5f) || step.prob[0] < 1e-6f);
        seg_step_free(&step);
    }
    seg_step_free(&first);
    seg_phantom_free(&scene);
}

static void size_and_soft_label_say_their_severity(void **state)
{
    seg_plan_of_steps plan = plan_of("size", 4), soft = plan_of("soft-label", 4);
    seg_phantom disc, sq = square(64, 16);
    seg_step step;

    (void)state;
    assert_int_equal(seg_phantom_ball(&disc, "disc", 2, 128, 30, true, NULL), SEG_OK);
    step = step_of(&disc, &plan, 0, 4);
    assert_true(fabs(step.severity - 30) < 1e-12);
    assert_int_equal(count_step(&step).tp + count_step(&step).fn, 2828);
    seg_step_free(&step);
    step = step_of(&sq, &soft, 0, 4);
    assert_true(fabs(step.severity - 4) < 1e-12);
    for (size_t i = 0; i < step.voxels; i++)
        assert_int_equal(step.target[i] > 0.5f, step.truth[i]);
    seg_step_free(&step);
    seg_phantom_free(&disc);
    seg_phantom_free(&sq);
}

/* Squares of 16, and of 16 without one column, without two: the mean after k masks counts who marked what. */
static void annotators_share_their_truth(void **state)
{
    seg_plan_of_steps plan = plan_of("soft-label", 3);
    seg_phantom scene = square(64, 16);

    (void)state;
    plan.family = form_of("soft-label", "annotators", "masks");
    scene.raters = 3;
    scene.rater = calloc(3 * scene.voxels, 1);
    assert_non_null(scene.rater);
    for (size_t i = 0; i < 3 * scene.voxels; i++) /* annotator r leaves the first r columns, 24, 25, out */
        scene.rater[i] = scene.truth[i % scene.voxels] && i % 64 >= 24 + i / scene.voxels;
    for (size_t k = 0; k <= 3; k++) {
        seg_step step = step_of(&scene, &plan, 0, k);
        double sum = 0;

        for (size_t i = 0; i < step.voxels; i++)
            sum += (double)step.target[i];
        /* 256 less 16 (0 + 1 + ... k - 1) / k; float thirds are good to 1e-7, 16 of them */
        assert_true(fabs(sum - (256 - (k ? 8.0 * (double)(k - 1) : 0))) < 1e-5);
        assert_true(fabs((double)step.target[30 * 64 + 24] - (k ? 1.0 / (double)k : 1)) < 1e-7);
        seg_step_free(&step);
    }
    seg_phantom_free(&scene);
}

/* A user's disc degraded through its distance map goes where the exact disc goes: the same distance, the same end. */
static void the_users_object_drifts_until_it_misses_itself(void **state)
{
    seg_plan_of_steps plan = plan_of("drift", 40);
    seg_phantom disc, own;
    seg_step last;

    (void)state;
    plan.jitter = 0;
    assert_int_equal(seg_phantom_ball(&disc, "disc", 2, 128, 12, false, NULL), SEG_OK);
    assert_int_equal(seg_phantom_object(&own, "class 1", &disc.grid, disc.truth, NULL), SEG_OK);
    assert_int_equal(own.travel, 24);
    assert_int_equal(seg_plan_pad(&plan, &own, NULL), SEG_OK);
    assert_int_equal(seg_phantom_measure(&own, NULL), SEG_OK);
    last = step_of(&own, &plan, 0, 40);
    assert_int_equal(count_step(&last).tp, 0);
    assert_int_equal(count_step(&last).fp, own.object);
    seg_step_free(&last);
    seg_phantom_free(&disc);
    seg_phantom_free(&own);
}

static void an_object_at_the_edge_gets_the_room_it_needs(void **state)
{
    const seg_grid grid = {.n = {8, 8, 1}, .mm = {1, 1, 1}};
    seg_plan_of_steps plan = plan_of("drift", 40);
    uint8_t truth[64] = {0};
    seg_phantom scene;
    seg_step last;

    (void)state;
    for (size_t y = 0; y < 8; y++)
        for (size_t x = 4; x < 8; x++)
            truth[y * 8 + x] = 1;
    assert_int_equal(seg_phantom_object(&scene, "edge", &grid, truth, NULL), SEG_OK);
    assert_int_equal(seg_plan_pad(&plan, &scene, NULL), SEG_OK);
    assert_int_equal(scene.padding[0][1], 6); /* 4 of travel and 2 of jitter */
    assert_int_equal(scene.object, 32);
    assert_int_equal(seg_phantom_measure(&scene, NULL), SEG_OK);
    plan.jitter = 0;
    last = step_of(&scene, &plan, 0, 40);
    assert_int_equal(count_step(&last).fp, 32); /* moved whole, nothing cut off */
    seg_step_free(&last);
    seg_phantom_free(&scene);
}

static void bad_objects_are_refused_in_one_sentence(void **state)
{
    const seg_grid grid = {.n = {8, 8, 1}, .mm = {1, 1, 1}};
    seg_plan_of_steps plan = plan_of("drift", 40);
    uint8_t truth[64] = {0};
    seg_phantom scene;
    seg_error err = {0};

    (void)state;
    assert_int_equal(seg_phantom_object(&scene, "class 3", &grid, truth, &err), SEG_MISMATCH);
    assert_non_null(strstr(err.text, "no voxel"));
    seg_phantom_free(&scene);
    truth[9] = 1;
    assert_int_equal(seg_phantom_object(&scene, "class 3", &grid, truth, &err), SEG_MISMATCH);
    assert_non_null(strstr(err.text, "single voxel"));
    seg_phantom_free(&scene);
    memset(truth, 1, sizeof truth);
    assert_int_equal(seg_phantom_object(&scene, "class 3", &grid, truth, &err), SEG_MISMATCH);
    assert_non_null(strstr(err.text, "fills the whole image"));
    seg_phantom_free(&scene);
    assert_int_equal(seg_plan_check(&plan, "large", 30, &err), SEG_OK);
    assert_int_equal(seg_plan_check(&plan, "large", 40, &err), SEG_USAGE);
    assert_non_null(strstr(err.text, "4 R + 4 J <= N"));
    assert_non_null(strstr(err.text, "164"));
    assert_non_null(strstr(err.text, "at most 31"));
    plan.image = 164;
    assert_int_equal(seg_plan_check(&plan, "large", 40, &err), SEG_OK); /* the value it named works */
    plan.image = 128;
    assert_int_equal(seg_plan_check(&plan, "large", 31, &err), SEG_OK);
    assert_null(seg_family_find("drfit"));
    assert_string_equal(seg_family_nearest("drfit"), "drift");
}

static void random_numbers_are_even_and_unlike_between_streams(void **state)
{
    double mean = 0, product = 0;
    const size_t n = 100000;

    (void)state;
    for (size_t i = 0; i < n; i++) {
        mean += seg_uniform(1, 2, i);
        product += (seg_uniform(1, 2, i) - 0.5) * (seg_uniform(1, 3, i) - 0.5);
    }
    /* five standard deviations: sd of the mean is sqrt(1/12n), of the product's mean 1/(12 sqrt n) */
    assert_true(fabs(mean / (double)n - 0.5) < 5 * sqrt(1.0 / 12 / (double)n));
    assert_true(fabs(product / (double)n) < 5.0 / 12 / sqrt((double)n));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_large_disc_has_its_golden_counts),
        cmocka_unit_test(the_small_disc_has_its_golden_counts),
        cmocka_unit_test(a_shifted_square_loses_and_gains_its_side_times_the_shift),
        cmocka_unit_test(a_square_shifted_in_a_direction_has_its_closed_form_overlap),
        cmocka_unit_test(a_disc_aimed_along_x_is_the_disc_of_the_figure),
        cmocka_unit_test(an_offset_square_has_its_closed_form_area),
        cmocka_unit_test(errors_only_ever_join),
        cmocka_unit_test(step_0_of_most_families_is_perfect),
        cmocka_unit_test(missing_removes_the_smallest_component_first),
        cmocka_unit_test(missing_removes_the_largest_component_first_or_one_by_chance),
        cmocka_unit_test(label_noise_stays_where_it_is_told),
        cmocka_unit_test(an_offset_in_mm_follows_the_grid),
        cmocka_unit_test(a_choice_that_a_family_does_not_have_is_refused),
        cmocka_unit_test(a_single_component_is_missed_in_twelve_patches),
        cmocka_unit_test(spurious_discs_are_whole_and_apart),
        cmocka_unit_test(a_mix_keeps_its_number_of_errors),
        cmocka_unit_test(noise_flips_the_share_it_says),
        cmocka_unit_test(the_field_of_view_grows_around_the_same_counts),
        cmocka_unit_test(a_temperature_changes_no_hard_voxel),
        cmocka_unit_test(size_and_soft_label_say_their_severity),
        cmocka_unit_test(annotators_share_their_truth),
        cmocka_unit_test(the_users_object_drifts_until_it_misses_itself),
        cmocka_unit_test(an_object_at_the_edge_gets_the_room_it_needs),
        cmocka_unit_test(bad_objects_are_refused_in_one_sentence),
        cmocka_unit_test(random_numbers_are_even_and_unlike_between_streams),
    };

    return cmocka_run_group_tests_name("curves/family", tests, NULL, NULL);
}
