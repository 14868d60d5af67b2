/* test_pair_build.c - what makes two images a pair, and what is refused, with its sentence. */
#include "support/fixture.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pass/true_class.h"

static const size_t N[3] = {4, 3, 2};
static const double MM[3] = {1, 1, 2};

static void golden_cases_become_pairs(void **state)
{
    (void)state;
    for (int i = 0; golden_cases[i]; i++)
        for (int fg = 0; fg <= fixture_has_foreground(golden_cases[i]); fg++) {
            seg_pair pair;

            fixture_golden(&pair, golden_cases[i], fg);
            assert_int_equal(pair.prob.planes, fg ? 1 : pair.classes);
            assert_int_equal(pair.id[0], 0);
            seg_pair_free(&pair);
        }
}

static void both_forms_of_a_binary_case_harden_alike(void **state)
{
    seg_pair both, foreground;

    (void)state;
    fixture_golden(&both, "bin3d", false);
    fixture_golden(&foreground, "bin3d", true);
    assert_int_equal(both.pred_labels.runs, foreground.pred_labels.runs);
    assert_memory_equal(both.pred_labels.run, foreground.pred_labels.run, both.pred_labels.runs * sizeof(seg_run));
    seg_pair_free(&both);
    seg_pair_free(&foreground);
}

static void ties_go_to_the_lowest_class_and_half_is_not_foreground(void **state)
{
    static const size_t n[3] = {4, 1, 1};
    static const float prob[12] = {0.5f, 0.2f, 0.1f, 0.3f, 0.5f, 0.4f, 0.45f, 0.3f, 0, 0.4f, 0.45f, 0.4f};
    static const float fg[4] = {0.5f, 0.50001f, 0, 1};
    static const uint8_t truth[4] = {0, 1, 2, 0}, binary[4] = {0, 1, 1, 0};
    static const uint16_t wanted[4] = {0, 1, 1, 2}, wanted_fg[4] = {0, 1, 0, 1};
    uint16_t code[4];
    seg_pair pair;

    (void)state;
    fixture_prob(&pair, n, MM, 3, prob, truth);
    seg_labelmap_codes(&pair.pred_labels, 0, 4, code);
    assert_memory_equal(code, wanted, sizeof wanted);
    seg_pair_free(&pair);
    fixture_prob(&pair, n, MM, 1, fg, binary);
    seg_labelmap_codes(&pair.pred_labels, 0, 4, code);
    assert_memory_equal(code, wanted_fg, sizeof wanted_fg);
    seg_pair_free(&pair);
}

static void ignored_voxels_leave_both_maps(void **state)
{
    static const size_t n[3] = {6, 1, 1};
    static const float fg[6] = {0.9f, 0.1f, 0.9f, 0.1f, 0.9f, 0.1f};
    static const uint8_t truth[6] = {0, 255, 1, 255, 255, 0};
    uint16_t code[6], hard[6];
    double p[6];
    seg_pair pair;

    (void)state;
    fixture_prob_ignoring(&pair, n, MM, 1, fg, truth, 255);
    assert_true(pair.ignores);
    seg_labelmap_codes(&pair.truth, 0, 6, code);
    seg_labelmap_codes(&pair.pred_labels, 0, 6, hard);
    for (int i = 0; i < 6; i++)
        assert_int_equal(code[i] == 2, truth[i] == 255);
    for (int i = 0; i < 6; i++)
        assert_int_equal(hard[i] == 2, truth[i] == 255);
    assert_int_equal(seg_true_class_prob(&pair, 0, 6, p, code), 3);
    assert_near(p[0], 1 - (double)0.9f, 0, 0);
    assert_near(p[1], (double)0.9f, 0, 0);
    assert_int_equal(code[1], 1);
    seg_pair_free(&pair);
}

static void probabilities_of_a_label_map_are_0_and_1(void **state)
{
    static const uint8_t prediction[24] = {0, 1, 2, 2}, truth[24] = {0, 1, 1, 2};
    double y[24], p[24];
    uint16_t code[24];
    seg_pair pair;

    (void)state;
    fixture_labels(&pair, N, MM, 3, prediction, truth);
    seg_pair_prob(&pair, 2, 0, 24, y);
    for (int i = 0; i < 24; i++)
        assert_near(y[i], prediction[i] == 2, 0, 0);
    assert_int_equal(seg_true_class_prob(&pair, 0, 24, p, code), 24);
    for (int i = 0; i < 24; i++)
        assert_near(p[i], prediction[i] == truth[i], 0, 0);
    seg_pair_free(&pair);
}

/* ---- refusals ---- */

static seg_image labels(const size_t n[3], const int64_t *value, const char *path)
{
    seg_grid grid = {.n = {n[0], n[1], n[2]}, .mm = {1, 1, 2}, .has_mm = true};
    seg_image image = {.kind = SEG_IMAGE_LABELS, .path = strdup(path)};
    seg_error err = {0};

    assert_ok(seg_labelmap_begin(&image.labels, &grid, &err), &err);
    for (size_t row = 0; row < n[1] * n[2]; row++)
        assert_ok(seg_labelmap_add_row_i64(&image.labels, value + row * n[0], &err), &err);
    assert_ok(seg_labelmap_end(&image.labels, &err), &err);
    return image;
}

static seg_image map(const size_t n[3], int planes, float fill, const char *path)
{
    size_t values = n[0] * n[1] * n[2] * (size_t)planes;
    seg_image image = {.kind = SEG_IMAGE_PROBABILITIES, .path = strdup(path)};

    image.prob = (seg_probmap){.grid = {.n = {n[0], n[1], n[2]}, .mm = {1, 1, 2}, .has_mm = true},
                               .planes = planes,
                               .prob = malloc(values * sizeof(float))};
    for (size_t i = 0; i < values; i++)
        image.prob.prob[i] = fill;
    return image;
}

static void refused(seg_image a, seg_image b, seg_match_options options, seg_status status, const char *words)
{
    seg_error err = {0};
    seg_pair pair;

    if (seg_pair_match(&pair, &a, &b, &options, NULL, &err) != status || !strstr(err.text, words))
        fail_msg("status %d, '%s'; wanted %d, '%s'", err.status, err.text, status, words);
    seg_pair_free(&pair);
    seg_image_free(&a);
    seg_image_free(&b);
}

static const int64_t ZERO[24], ONES[24] = {1, 1, 1, 0, 1}, HIGH[24] = {0, 255, 7}, SEVEN[24] = {0, 1, 7},
                               LOW[24] = {0, -3};

static void every_mismatch_has_its_sentence(void **state)
{
    static const size_t other[3] = {3, 4, 2};
    seg_match_options plain = {.threshold = NAN};
    seg_image shifted = labels(N, ONES, "p"), truth = labels(N, ONES, "t");

    (void)state;
    refused(labels(N, ONES, "p"), labels(other, ONES, "t"), plain, SEG_MISMATCH,
            "p has 4 x 3 x 2 voxels, but t has 3 x 4 x 2");
    refused(labels(N, ONES, "p"), map(N, 1, 0.5f, "t"), plain, SEG_MISMATCH, "swap them");
    refused(map(N, 2, 0.5f, "p"), labels(N, SEVEN, "t"), plain, SEG_MISMATCH, "label 7");
    refused(map(N, 2, 0.5f, "p"), labels(N, LOW, "t"), plain, SEG_MISMATCH, "label -3");
    refused(map(N, 1, 0.5f, "p"), labels(N, SEVEN, "t"), plain, SEG_MISMATCH, "2 classes beside 0");
    refused(map(N, 1, NAN, "p"), labels(N, ONES, "t"), plain, SEG_READ, "24 values that are not finite");
    refused(map(N, 1, INFINITY, "p"), labels(N, ONES, "t"), plain, SEG_READ, "24 values that are not finite");
    refused(map(N, 2, 1.5f, "p"), labels(N, ONES, "t"), plain, SEG_READ, "48 values outside [0, 1]");
    shifted.labels.grid.has_affine = truth.labels.grid.has_affine = true;
    for (int a = 0; a < 3; a++)
        shifted.labels.grid.affine[a][a] = truth.labels.grid.affine[a][a] = 1;
    shifted.labels.grid.affine[0][3] = 5;
    refused(shifted, truth, plain, SEG_MISMATCH, "a corner of the volume differs by 5 mm");
}

/* 255 in the truth alone is "not labelled" more often than a class. */
static void what_is_not_labelled_is_no_class_unnoticed(void **state)
{
    static const int64_t with_255[2] = {7, 255};
    seg_match_options plain = {.threshold = NAN},
                      ignoring = {.threshold = NAN, .ignored = &with_255[1], .n_ignored = 1},
                      listed = {.threshold = NAN, .classes = with_255, .n_classes = 2};
    const seg_match_options *fine[] = {&ignoring, &listed};
    static const int64_t seven[24] = {0, 7, 7};

    (void)state;
    refused(labels(N, seven, "p"), labels(N, HIGH, "t"), plain, SEG_MISMATCH, "--ignore-label 255");
    for (int i = 0; i < 2; i++) {
        seg_image p = labels(N, seven, "p"), t = labels(N, HIGH, "t");
        seg_error err = {0};
        seg_pair pair;

        assert_ok(seg_pair_match(&pair, &p, &t, fine[i], NULL, &err), &err);
        assert_int_equal(pair.classes, i ? 3 : 2);
        seg_pair_free(&pair);
        seg_image_free(&p);
        seg_image_free(&t);
    }
}

static void count_remark(void *context, const char *sentence)
{
    *(int *)context += strstr(sentence, "label 0 is called") != NULL;
}

static void a_class_0_with_a_name_of_its_own_is_remarked_on(void **state)
{
    static const int64_t both[2] = {0, 1};
    static char *const names[] = {"road", "Background", "road"};

    (void)state;
    for (int i = 0; i < 3; i++) {
        const seg_label_name name = {0, names[i]};
        seg_match_options options = {.threshold = NAN,
                                     .names = &name,
                                     .n_names = 1,
                                     .classes = i == 2 ? both : NULL,
                                     .n_classes = i == 2 ? 2 : 0};
        seg_image p = labels(N, ONES, "p"), t = labels(N, ONES, "t");
        seg_error err = {0};
        seg_pair pair;
        int remarks = 0;
        seg_warnings notes = {count_remark, &remarks};

        assert_ok(seg_pair_match(&pair, &p, &t, &options, &notes, &err), &err);
        assert_int_equal(remarks, i == 0);
        seg_pair_free(&pair);
        seg_image_free(&p);
        seg_image_free(&t);
    }
}

static void two_empty_masks_still_have_a_foreground(void **state)
{
    seg_image a = labels(N, ZERO, "p"), b = labels(N, ZERO, "t");
    seg_match_options options = {.threshold = NAN};
    seg_error err = {0};
    seg_pair pair;

    (void)state;
    assert_ok(seg_pair_match(&pair, &a, &b, &options, NULL, &err), &err);
    assert_int_equal(pair.classes, 2);
    assert_int_equal(pair.id[1], 1);
    seg_pair_free(&pair);
}

static void a_flip_is_undone_exactly(void **state)
{
    static const int64_t value[24] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4, 5};
    int64_t mirrored[24];
    seg_match_options options = {.threshold = NAN, .geometry = SEG_GEOMETRY_REORIENT};
    seg_image a, b;
    seg_error err = {0};
    seg_pair pair;
    uint16_t p[24], t[24];

    (void)state;
    for (int i = 0; i < 24; i++)
        mirrored[i] = value[i / 4 * 4 + 3 - i % 4];
    a = labels(N, mirrored, "p");
    b = labels(N, value, "t");
    a.labels.grid.has_affine = b.labels.grid.has_affine = true;
    for (int axis = 0; axis < 3; axis++)
        a.labels.grid.affine[axis][axis] = b.labels.grid.affine[axis][axis] = MM[axis];
    a.labels.grid.affine[0][0] = -1;
    a.labels.grid.affine[0][3] = 3;
    assert_ok(seg_pair_match(&pair, &a, &b, &options, NULL, &err), &err);
    seg_labelmap_codes(&pair.pred_labels, 0, 24, p);
    seg_labelmap_codes(&pair.truth, 0, 24, t);
    assert_memory_equal(p, t, sizeof p);
    seg_pair_free(&pair);
}

static void slices_of_a_pair_are_pairs(void **state)
{
    seg_pair whole, slice;
    seg_error err = {0};
    double a[2000], b[2000];

    (void)state;
    fixture_golden(&whole, "multi3d", false);
    for (size_t z = 0; z < whole.grid.n[2]; z++) {
        size_t n = whole.grid.n[0] * whole.grid.n[1];

        assert_ok(seg_pair_slice(&slice, &whole, 2, z, &err), &err);
        assert_int_equal(slice.voxels, n);
        for (int cls = 0; cls < whole.classes; cls++) {
            seg_pair_prob(&whole, cls, z * n, n, a);
            seg_pair_prob(&slice, cls, 0, n, b);
            assert_memory_equal(a, b, n * sizeof *a);
            seg_pair_target(&whole, cls, z * n, n, a);
            seg_pair_target(&slice, cls, 0, n, b);
            assert_memory_equal(a, b, n * sizeof *a);
        }
        seg_pair_free_maps(&slice);
    }
    seg_pair_free(&whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(golden_cases_become_pairs),
        cmocka_unit_test(both_forms_of_a_binary_case_harden_alike),
        cmocka_unit_test(ties_go_to_the_lowest_class_and_half_is_not_foreground),
        cmocka_unit_test(ignored_voxels_leave_both_maps),
        cmocka_unit_test(probabilities_of_a_label_map_are_0_and_1),
        cmocka_unit_test(every_mismatch_has_its_sentence),
        cmocka_unit_test(what_is_not_labelled_is_no_class_unnoticed),
        cmocka_unit_test(a_class_0_with_a_name_of_its_own_is_remarked_on),
        cmocka_unit_test(two_empty_masks_still_have_a_foreground),
        cmocka_unit_test(a_flip_is_undone_exactly),
        cmocka_unit_test(slices_of_a_pair_are_pairs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
