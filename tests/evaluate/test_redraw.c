/* test_redraw.c - redrawn truths: how far a border moves, what noise changes, and what stays. */
#include "support/scoring.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/parallel.h"
#include "evaluate/redraw.h"

enum { X = 40, Y = 30, VOXELS = X * Y };

static const size_t N[3] = {X, Y, 1};
static const double MM[3] = {1, 1, 1};

/* Class 1 left of x = 20, an ignored corner of the pair when asked for. */
static void half_plane(seg_pair *pair)
{
    uint8_t label[VOXELS];

    for (size_t i = 0; i < VOXELS; i++)
        label[i] = i % X < X / 2;
    fixture_labels(pair, N, MM, 2, label, label);
}

static void a_border_moves_by_at_most_its_limit(void **state)
{
    static const double limits[] = {0, 0.4, 1, 2.5};
    uint16_t code[VOXELS];
    seg_error err = {0};
    seg_pair pair;

    (void)state;
    half_plane(&pair);
    for (size_t k = 0; k < sizeof limits / sizeof *limits; k++) {
        const seg_redraw_options o = {.jitter = limits[k], .grain = 6, .seed = 11};
        size_t changed = 0;
        seg_redraw r;

        assert_ok(seg_redraw_begin(&r, &pair, &o, &err), &err);
        for (size_t number = 1; number <= 20; number++) {
            seg_redraw_codes(&r, number, code);
            for (size_t i = 0; i < VOXELS; i++) {
                double from_border = fabs((double)(i % X) + 0.5 - X / 2.0);

                if (code[i] == (i % X < X / 2))
                    continue;
                changed++;
                if (from_border > limits[k])
                    fail_msg("a voxel %g from the border changed, but the limit is %g", from_border, limits[k]);
            }
        }
        assert_int_equal(changed > 0, limits[k] > 0.5); /* centres next to the border are 0.5 away */
        seg_redraw_free(&r);
    }
    seg_pair_free(&pair);
}

static void noise_changes_its_share_to_every_other_class_alike(void **state)
{
    enum { CLASSES = 4 };
    static const size_t n[3] = {200, 200, 1};
    const seg_redraw_options o = {.noise = true, .rho = 0.3, .seed = 5};
    uint8_t *label = calloc(40000, 1);
    uint16_t *code = calloc(40000, sizeof *code);
    double count[CLASSES] = {0};
    seg_error err = {0};
    seg_pair pair;
    seg_redraw r;

    (void)state;
    label[0] = 1, label[1] = 2, label[2] = 3;
    fixture_labels(&pair, n, MM, CLASSES, label, label);
    assert_ok(seg_redraw_begin(&r, &pair, &o, &err), &err);
    seg_redraw_codes(&r, 1, code);
    for (size_t i = 3; i < 40000; i++)
        count[code[i]]++;
    for (int c = 1; c < CLASSES; c++) /* 0.1 of 40000 with an sd of 60: five of them */
        assert_near(count[c], 4000, 0, 300);
    seg_redraw_free(&r);
    seg_pair_free(&pair);
    free(label);
    free(code);
}

static void ignored_voxels_stay_and_threads_do_not_matter(void **state)
{
    static const scoring_recipe recipe = {{60, 50, 4}, 3, false, true, 9};
    const seg_redraw_options kinds[] = {{.jitter = 1.5, .grain = 5, .seed = 2}, {.noise = true, .rho = 0.2, .seed = 2}};
    seg_error err = {0};
    seg_pair pair;

    (void)state;
    scoring_random(&pair, &recipe);
    for (int k = 0; k < 2; k++) {
        uint16_t *code[2];
        seg_labelmap truth = {0};

        for (int t = 0; t < 2; t++) {
            seg_redraw r;

            seg_set_threads(t ? 4 : 1);
            code[t] = calloc(pair.voxels, sizeof **code);
            assert_ok(seg_redraw_begin(&r, &pair, &kinds[k], &err), &err);
            seg_redraw_codes(&r, 3, code[t]);
            for (size_t i = 0; i < pair.voxels; i++)
                assert_int_equal(code[t][i] == pair.classes, r.code[i] == pair.classes);
            assert_memory_not_equal(code[t], r.code, pair.voxels * sizeof **code);
            seg_redraw_free(&r);
        }
        assert_memory_equal(code[0], code[1], pair.voxels * sizeof **code);
        assert_ok(seg_redraw_truth(&truth, &pair, code[0], &err), &err);
        seg_labelmap_codes(&truth, 0, pair.voxels, code[1]);
        assert_memory_equal(code[0], code[1], pair.voxels * sizeof **code);
        seg_labelmap_free(&truth);
        free(code[0]);
        free(code[1]);
    }
    seg_set_threads(0);
    seg_pair_free(&pair);
}

static void numbers_of_a_seed_are_those_of_the_keyed_hash(void **state)
{
    (void)state;
    assert_true(seg_redraw_uniform(0, 1, 0) >= 0 && seg_redraw_uniform(0, 1, 0) < 1);
    assert_true(seg_redraw_uniform(1, 2, 3) != seg_redraw_uniform(1, 3, 2));
    assert_true(seg_redraw_uniform(1, 2, 3) != seg_redraw_uniform(2, 2, 3));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_border_moves_by_at_most_its_limit),
        cmocka_unit_test(noise_changes_its_share_to_every_other_class_alike),
        cmocka_unit_test(ignored_voxels_stay_and_threads_do_not_matter),
        cmocka_unit_test(numbers_of_a_seed_are_those_of_the_keyed_hash),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
