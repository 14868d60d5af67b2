/* test_empty.c - what a class is worth that the truth, the prediction or both lack, under every policy. */
#include "support/metric_score.h"

#include <math.h>
#include <string.h>

enum { SIDE = 4, VOXELS = SIDE * SIDE };
static const size_t N[3] = {SIDE, SIDE, 1};
static const double MM[3] = {3, 4, 1}; /* the image's diagonal is 20 mm */
static const double DIAGONAL = 20;

/* Class 1 lacks in the truth, 2 in the prediction, 3 in both, 4 is in both. */
enum { NO_TRUTH = 1, NO_PREDICTION, NEITHER, BOTH, CLASSES };
static const uint8_t prediction[VOXELS] = {1, 1, 4, 4}, truth[VOXELS] = {0, 0, 4, 4, 0, 2, 2, 0};

static void make(seg_pair *pair)
{
    fixture_labels(pair, N, MM, CLASSES, prediction, truth);
}

static void values_depend_on_the_policy(void **state)
{
    static const struct {
        const char *metric;
        seg_empty_policy policy;
        double no_truth, no_prediction, neither;
    } rows[] = {
        {"dsc", SEG_EMPTY_NA, 0, 0, NAN},
        {"dsc", SEG_EMPTY_ZERO_ONE, 0, 0, 1},
        {"dsc", SEG_EMPTY_NNUNET, 0, 0, NAN},
        {"dsc", SEG_EMPTY_MONAI, NAN, 0, NAN},
        {"dsc", SEG_EMPTY_BRATS, 0, 0, 1},
        {"dsc", SEG_EMPTY_DIAGONAL, 0, 0, NAN},
        {"hd95", SEG_EMPTY_NA, INFINITY, INFINITY, NAN},
        {"hd95", SEG_EMPTY_ZERO_ONE, INFINITY, INFINITY, 0},
        {"hd95", SEG_EMPTY_NNUNET, NAN, NAN, NAN},
        {"hd95", SEG_EMPTY_MONAI, NAN, NAN, NAN},
        {"hd", SEG_EMPTY_MONAI, INFINITY, INFINITY, NAN},
        {"hd95", SEG_EMPTY_BRATS, 374, 374, 0},
        {"assd", SEG_EMPTY_BRATS, 374, 374, 0},
        {"hd95", SEG_EMPTY_DIAGONAL, DIAGONAL, DIAGONAL, NAN},
        {"centre-distance", SEG_EMPTY_NA, INFINITY, INFINITY, NAN},
        {"nsd", SEG_EMPTY_NA, 0, 0, NAN},
        {"nsd", SEG_EMPTY_ZERO_ONE, 0, 0, 1},
        {"boundary-iou", SEG_EMPTY_NA, 0, 0, NAN},
        {"sensitivity", SEG_EMPTY_NA, NAN, 0, NAN},
        {"sensitivity", SEG_EMPTY_ZERO_ONE, 0, 0, 1},
        {"sensitivity", SEG_EMPTY_BRATS, 0, 0, 1},
        {"precision", SEG_EMPTY_NA, 0, NAN, NAN},
        {"specificity", SEG_EMPTY_NA, 14. / 16, 1, 1},
        {"rvd", SEG_EMPTY_NA, NAN, -1, NAN},
        {"rvd", SEG_EMPTY_ZERO_ONE, NAN, -1, NAN},
        {"volume-similarity", SEG_EMPTY_NA, 0, 0, NAN},
        {"volume-prediction", SEG_EMPTY_NA, 24, 0, 0},
        {"tp", SEG_EMPTY_NA, 0, 0, 0},
    };
    seg_pair pair;

    (void)state;
    make(&pair);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const double wanted[CLASSES] = {0, rows[i].no_truth, rows[i].no_prediction, rows[i].neither};
        static const char *const status[CLASSES] = {"", SEG_EMPTY_TRUTH, SEG_EMPTY_PREDICTION, SEG_BOTH_EMPTY};
        static const char *const imputed[CLASSES] = {"", SEG_IMPUTED SEG_EMPTY_TRUTH, SEG_IMPUTED SEG_EMPTY_PREDICTION,
                                                     SEG_IMPUTED SEG_BOTH_EMPTY};

        for (int cls = NO_TRUTH; cls <= NEITHER; cls++) {
            seg_value v = score_with(&pair, rows[i].metric, "segloss", rows[i].policy, cls);
            double plain;

            fixture_near(v.x, wanted[cls], 1e-12, 0, rows[i].metric, __FILE__, __LINE__);
            /* A number that stands where there is none without the policy was put in. */
            plain = score_with(&pair, rows[i].metric, "segloss", SEG_EMPTY_NA, cls).x;
            assert_string_equal(v.status, isfinite(v.x) && !(plain == v.x) ? imputed[cls] : status[cls]);
        }
        assert_null(score_with(&pair, rows[i].metric, "segloss", rows[i].policy, BOTH).status);
    }
    seg_pair_free(&pair);
}

static void a_mean_leaves_out_the_undefined_but_not_the_infinite(void **state)
{
    seg_pair pair;
    seg_value v;

    (void)state;
    make(&pair);
    assert_near(score(&pair, "dsc", SCORE_CASE), 1. / 3, 1e-15, 0); /* 0, 0 and 1; class 3 has none */
    v = score_with(&pair, "hd95", "segloss", SEG_EMPTY_NA, SCORE_CASE);
    assert_true(isinf(v.x));
    assert_string_equal(v.status, SEG_EMPTY_TRUTH);
    v = score_with(&pair, "hd95", "segloss", SEG_EMPTY_NNUNET, SCORE_CASE);
    assert_near(v.x, 0, 0, 0); /* class 4 alone */
    assert_string_equal(v.status, SEG_PARTIAL SEG_EMPTY_PREDICTION);
    v = score_with(&pair, "hd95", "segloss", SEG_EMPTY_BRATS, SCORE_CASE);
    assert_near(v.x, 374. * 2 / 4, 1e-15, 0);
    assert_string_equal(v.status, SEG_IMPUTED SEG_EMPTY_PREDICTION); /* the worst of the reasons */
    assert_null(
        score_with(&pair, "dsc", "segloss", SEG_EMPTY_NA, SCORE_CASE).status); /* without a class of neither map */
    assert_string_equal(score_with(&pair, "dsc", "segloss", SEG_EMPTY_ZERO_ONE, SCORE_CASE).status,
                        SEG_IMPUTED SEG_BOTH_EMPTY);
    assert_string_equal(score_with(&pair, "sensitivity", "segloss", SEG_EMPTY_NA, SCORE_CASE).status,
                        SEG_PARTIAL SEG_EMPTY_TRUTH);
    assert_near(score_with(&pair, "volume-prediction", "segloss", SEG_EMPTY_NA, SCORE_CASE).x, 24 + 0 + 0 + 24, 1e-15,
                0); /* amounts are summed */
    seg_pair_free(&pair);
}

static void a_convention_has_its_own_values_for_empty_masks(void **state)
{
    seg_pair pair;
    seg_value v;

    (void)state;
    make(&pair);
    v = score_with(&pair, "dsc", "transunet", SEG_EMPTY_NA, NO_TRUTH);
    assert_near(v.x, 1, 0, 0);
    assert_string_equal(v.status, SEG_IMPUTED SEG_EMPTY_TRUTH); /* 0 by the formula */
    assert_near(score_with(&pair, "hd95", "transunet", SEG_EMPTY_NA, NO_PREDICTION).x, 0, 0, 0);
    assert_near(score_with(&pair, "hd95", "surface-distance", SEG_EMPTY_NA, NEITHER).x, INFINITY, 0, 0);
    assert_near(score_with(&pair, "hd95", "metricsreloaded", SEG_EMPTY_NA, NO_TRUTH).x, NAN, 0, 0);
    v = score_with(&pair, "hd95", "medpy", SEG_EMPTY_NA, NO_TRUTH);
    assert_true(isnan(v.x));
    assert_string_equal(v.status, "not-computed: the convention's tool refuses empty masks");
    seg_pair_free(&pair);
}

static void a_policy_speaks_where_the_tool_refuses(void **state)
{
    seg_pair pair;
    seg_value v;

    (void)state;
    make(&pair);
    v = score_with(&pair, "hd95", "medpy", SEG_EMPTY_DIAGONAL, NO_TRUTH);
    assert_near(v.x, DIAGONAL, 1e-15, 0);
    assert_string_equal(v.status, SEG_IMPUTED SEG_EMPTY_TRUTH);
    assert_near(score_with(&pair, "hd95", "medpy", SEG_EMPTY_ZERO_ONE, NEITHER).x, 0, 0, 0);
    assert_near(score_with(&pair, "dsc", "evaluatesegmentation", SEG_EMPTY_ZERO_ONE, NEITHER).x, 1, 0, 0);
    assert_near(score_with(&pair, "hd95", "medpy", SEG_EMPTY_NNUNET, NO_TRUTH).x, NAN, 0, 0);
    seg_pair_free(&pair);
}

static void an_undefined_value_of_full_masks_says_why(void **state)
{
    const uint8_t full[VOXELS] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    seg_pair pair;
    seg_value v;

    (void)state;
    fixture_labels(&pair, N, MM, 2, full, full);
    v = score_with(&pair, "specificity", "segloss", SEG_EMPTY_NA, 1);
    assert_true(isnan(v.x));
    assert_string_equal(v.status, "not-computed: the denominator is 0");
    assert_near(score(&pair, "hd95", 1), 0, 0, 0); /* the edge of the image is boundary */
    assert_near(score(&pair, "dsc", 1), 1, 0, 0);
    seg_pair_free(&pair);
}

static void balanced_accuracy_is_of_the_classes_that_the_truth_has(void **state)
{
    seg_pair pair;

    (void)state;
    make(&pair);
    /* background 10 of 12, class 2 none of 2, class 4 both of 2; classes 1 and 3 have no truth */
    assert_near(score(&pair, "balanced-accuracy", SCORE_CASE), (10. / 12 + 0 + 1) / 3, 1e-15, 0);
    seg_pair_free(&pair);
}

static void a_case_without_any_class_is_undefined(void **state)
{
    const uint8_t nothing[VOXELS] = {0};
    seg_pair pair;

    (void)state;
    fixture_labels(&pair, N, MM, 2, nothing, nothing);
    for (size_t m = 0; m < seg_metrics_count; m++) {
        const seg_metric *metric = seg_metrics[m];
        seg_value v;

        if (metric->family == SEG_PROBABILITY_METRIC || metric->family == SEG_STRUCTURE_METRIC)
            continue;
        v = score_with(&pair, metric->name, "segloss", SEG_EMPTY_NA, SCORE_CASE);
        assert_true(v.asked);
        assert_true(!isnan(v.x) || v.status);
    }
    assert_string_equal(score_with(&pair, "dsc", "segloss", SEG_EMPTY_NA, SCORE_CASE).status, SEG_BOTH_EMPTY);
    seg_pair_free(&pair);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_depend_on_the_policy),
        cmocka_unit_test(a_mean_leaves_out_the_undefined_but_not_the_infinite),
        cmocka_unit_test(a_convention_has_its_own_values_for_empty_masks),
        cmocka_unit_test(a_policy_speaks_where_the_tool_refuses),
        cmocka_unit_test(an_undefined_value_of_full_masks_says_why),
        cmocka_unit_test(balanced_accuracy_is_of_the_classes_that_the_truth_has),
        cmocka_unit_test(a_case_without_any_class_is_undefined),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
