/* test_overlap.c - relations among Dice, IoU and the Tversky losses, and sens-spec, which shares their sums. */
#include "support/scoring.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const scoring_recipe THREE = {.n = {23, 19, 5}, .classes = 3, .seed = 41};

/* Equal but for rounding of sums and ratios. */
static const double RTOL = 1e-13;

static void iou_follows_from_dice_class_by_class(void **state)
{
    scoring_result dice, iou;
    seg_pair pair;

    (void)state;
    scoring_random(&pair, &THREE);
    scoring_compute(&pair, "dice:classes=all", &dice);
    scoring_compute(&pair, "iou:classes=all", &iou);
    for (int c = 0; c < 3; c++) {
        double D = 1 - dice.room[c].x;

        assert_near(1 - iou.room[c].x, D / (2 - D), RTOL, 0);
    }
    seg_pair_free(&pair);
}

static void equal_to(const char *a, const char *b)
{
    scoring_result x, y;
    seg_pair pair;

    scoring_random(&pair, &THREE);
    scoring_compute(&pair, a, &x);
    scoring_compute(&pair, b, &y);
    assert_near(x.score.total.x, y.score.total.x, RTOL, 0);
    for (int c = 0; c < 3; c++)
        if (x.room[c].asked && y.room[c].asked)
            assert_near(x.room[c].x, y.room[c].x, RTOL, 0);
    seg_pair_free(&pair);
}

static void tversky_holds_dice_and_iou(void **state)
{
    (void)state;
    equal_to("tversky:fp=0.5,fn=0.5", "dice");
    equal_to("tversky:fp=1,fn=1", "iou");
    equal_to("tversky:fp=1,fn=1,smooth=3", "iou:smooth=3");
    equal_to("tversky:fp=0.5,fn=0.5,smooth=3", "dice:smooth=6"); /* beside I here, beside 2 I there */
    equal_to("tversky:alpha=0.7,beta=0.3", "tversky:fn=0.7,fp=0.3");
}

static void focal_tversky_without_focus_is_tversky(void **state)
{
    (void)state;
    equal_to("focal-tversky:gamma=1", "tversky");
    equal_to("focal-tversky:gamma=1,fp=0.2,fn=1.5,classes=all", "tversky:fp=0.2,fn=1.5,classes=all");
}

static void survey_forms_take_all_classes_without_smoothing(void **state)
{
    (void)state;
    equal_to("dice:form=survey,smooth=5,denom=squared", "dice:classes=all");
    equal_to("iou:form=survey,smooth=5", "iou:classes=all");
    equal_to("tversky:form=survey,smooth=5", "tversky:classes=all");
    equal_to("lovasz:form=survey", "lovasz:classes=all");
}

static void survey_focal_tversky_adds_classes_up(void **state)
{
    seg_pair pair;

    (void)state;
    scoring_random(&pair, &THREE);
    assert_near(scoring_value(&pair, "focal-tversky:form=survey"),
                3 * scoring_value(&pair, "focal-tversky:classes=all"), RTOL, 0);
    seg_pair_free(&pair);
}

static void log_cosh_bends_the_mean_of_dice(void **state)
{
    scoring_result r;
    seg_pair pair;

    (void)state;
    scoring_random(&pair, &THREE);
    scoring_compute(&pair, "dice", &r);
    assert_near(scoring_value(&pair, "log-cosh-dice"), log(cosh(r.score.total.x)), 1e-12, 0);
    scoring_compute(&pair, "dice:classes=all", &r);
    assert_near(scoring_value(&pair, "log-cosh-dice:form=survey"), log(sinh(r.score.total.x)), 1e-12, 0);
    seg_pair_free(&pair);
}

static void a_hard_prediction_has_the_coefficients_of_its_counts(void **state)
{
    static const size_t n[3] = {10, 1, 1};
    static const double mm[3] = {1, 1, 1};
    static const uint8_t truth[10] = {0, 1, 1, 1, 1, 0, 0, 2, 2, 0}, pred[10] = {0, 0, 1, 1, 1, 1, 1, 2, 0, 0};
    scoring_result r;
    seg_pair pair;

    (void)state;
    fixture_labels(&pair, n, mm, 4, pred, truth);
    scoring_compute(&pair, "dice:classes=all", &r);
    assert_near(r.room[1].x, 1 - 6.0 / 9, RTOL, 0);   /* TP 3, FP 2, FN 1 */
    assert_near(r.room[2].x, 1 - 2.0 / 3, RTOL, 0);   /* TP 1, FP 0, FN 1 */
    assert_true(r.room[3].asked && r.room[3].x == 0); /* in neither map */
    scoring_compute(&pair, "tversky:fp=2,fn=3", &r);
    assert_near(r.room[1].x, 1 - 3.0 / (3 + 2 * 2 + 3), RTOL, 0);
    scoring_compute(&pair, "dice:classes=present-fg", &r);
    assert_near(r.score.total.x, 1 - (6.0 / 9 + 2.0 / 3) / 2, RTOL, 0);
    assert_false(r.room[0].asked || r.room[3].asked);
    seg_pair_free(&pair);
}

static void two_smooth_numbers_go_above_and_below(void **state)
{
    static const size_t n[3] = {4, 1, 1};
    static const double mm[3] = {1, 1, 1};
    static const uint8_t truth[4] = {0, 1, 1, 0}, pred[4] = {0, 0, 1, 0};
    seg_pair pair;

    (void)state;
    fixture_labels(&pair, n, mm, 2, pred, truth);
    assert_near(scoring_value(&pair, "dice:smooth=1/5"), 1 - 3.0 / 8, RTOL, 0);
    assert_near(scoring_value(&pair, "iou:smooth=1/5"), 1 - 2.0 / 7, RTOL, 0);
    seg_pair_free(&pair);
}

/* Whatever the order of the voxels, these losses see a bag of them. */
static void the_order_of_voxels_does_not_matter(void **state)
{
    static const char *const bags[] = {
        "ce",  "wce",    "topk",    "focal",         "dice",      "log-cosh-dice", "wasserstein-dice",
        "iou", "lovasz", "tversky", "focal-tversky", "sens-spec", "t-loss",        "t-loss:unit=pixel"};
    enum { N = 600 };
    static const size_t n[3] = {30, 20, 1};
    static const double mm[3] = {1, 1, 1};
    float prob[2 * N], shuffled[2 * N];
    uint8_t truth[N], moved[N];
    size_t to[N];
    uint64_t seed = 42;
    seg_pair a, b;

    (void)state;
    for (size_t i = 0; i < N; i++) {
        size_t j = (size_t)(fixture_uniform(&seed) * (double)(i + 1));

        to[i] = to[j], to[j] = i;
        prob[i] = (float)fixture_uniform(&seed), prob[N + i] = 1 - prob[i];
        truth[i] = fixture_uniform(&seed) < 0.3;
    }
    for (size_t i = 0; i < N; i++) {
        shuffled[to[i]] = prob[i], shuffled[N + to[i]] = prob[N + i];
        moved[to[i]] = truth[i];
    }
    fixture_prob(&a, n, mm, 2, prob, truth);
    fixture_prob(&b, n, mm, 2, shuffled, moved);
    for (size_t k = 0; k < sizeof bags / sizeof *bags; k++)
        assert_near(scoring_value(&b, bags[k]), scoring_value(&a, bags[k]), 1e-12, 0);
    seg_pair_free(&a);
    seg_pair_free(&b);
}

/* With t in [0, 1], sum t y would prefer predictions of 0 and 1; the repaired overlap is best at y = t. */
static void a_soft_truth_is_met_best_by_itself(void **state)
{
    static const char *const specs[] = {"dice",          "iou",       "tversky", "focal-tversky",
                                        "log-cosh-dice", "sens-spec", "t-loss"};
    static const size_t n[3] = {8, 8, 1};
    float truth[64], off[64];
    uint64_t seed = 43;

    (void)state;
    for (int i = 0; i < 64; i++) {
        truth[i] = (float)fixture_uniform(&seed);
        off[i] = truth[i] > 0.5f ? 1 : 0;
    }
    for (size_t k = 0; k < sizeof specs / sizeof *specs; k++) {
        seg_pair same, hardened;

        fixture_soft(&same, n, 1, truth, truth);
        fixture_soft(&hardened, n, 1, off, truth);
        assert_true(scoring_value(&same, specs[k]) < scoring_value(&hardened, specs[k]));
        if (strcmp(specs[k], "t-loss") != 0)
            assert_near(scoring_value(&same, specs[k]), 0, 0, 1e-12);
        seg_pair_free(&same);
        seg_pair_free(&hardened);
    }
}

static void sens_spec_is_two_means_of_squared_errors(void **state)
{
    static const size_t n[3] = {5, 1, 1};
    static const double mm[3] = {1, 1, 1};
    static const float prob[5] = {0.25f, 0.5f, 1, 0, 0.75f};
    static const uint8_t truth[5] = {0, 1, 1, 0, 0};
    double E1 = (0.25 + 0) / 2, E0 = (0.0625 + 0 + 0.5625) / 3;
    seg_pair pair;

    (void)state;
    fixture_prob(&pair, n, mm, 1, prob, truth);
    assert_near(scoring_value(&pair, "sens-spec"), 0.05 * E1 + 0.95 * E0, RTOL, 0);
    assert_near(scoring_value(&pair, "sens-spec:r=1"), E1, RTOL, 0);
    assert_near(scoring_value(&pair, "sens-spec:r=0"), E0, RTOL, 0);
    /* with both classes r cancels */
    assert_near(scoring_value(&pair, "sens-spec:classes=all,r=0.05"),
                scoring_value(&pair, "sens-spec:classes=all,r=0.95"), RTOL, 0);
    seg_pair_free(&pair);
}

static void gradients_of_other_parameters_agree_with_differences(void **state)
{
    static const char *const specs[] = {
        "dice:denom=squared,smooth=1",
        "dice:classes=all,smooth=1/2",
        "dice:form=survey",
        "iou:smooth=2,classes=1",
        "log-cosh-dice:form=survey",
        "log-cosh-dice:denom=squared",
        "tversky:fp=1.5,fn=0.2,smooth=0.5/3",
        "focal-tversky:gamma=2.5",
        "focal-tversky:gamma=0.5",
        "focal-tversky:form=survey",
        "sens-spec:r=0.4,eps=2",
        "sens-spec:form=survey",
    };

    (void)state;
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
        scoring_recipe recipe = {.n = {15, 12, 2}, .classes = 3, .ignore = i % 2, .seed = 50 + i};
        seg_pair pair;

        scoring_random(&pair, &recipe);
        scoring_check_gradient(&pair, specs[i], 2, 1e-6, i);
        seg_pair_free(&pair);
    }
}

static void gradients_for_a_soft_truth_agree_with_differences(void **state)
{
    static const char *const specs[] = {"ce",
                                        "wce",
                                        "focal:mode=sigmoid,classes=all",
                                        "topk",
                                        "dice",
                                        "iou",
                                        "tversky",
                                        "focal-tversky",
                                        "log-cosh-dice",
                                        "sens-spec",
                                        "rmi",
                                        "t-loss",
                                        "t-loss:form=survey",
                                        "t-loss:unit=pixel"};
    scoring_recipe recipe = {.n = {20, 18, 1}, .classes = 3, .seed = 70};
    seg_pair pair, other, soft;

    (void)state;
    scoring_random(&pair, &recipe);
    recipe.seed = 71;
    scoring_random(&other, &recipe);
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
        fixture_soft(&soft, recipe.n, 3, pair.prob.prob, other.prob.prob);
        scoring_check_gradient(&soft, specs[i], 2, 1e-5, i);
        seg_pair_free(&soft);
    }
    seg_pair_free(&pair);
    seg_pair_free(&other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(iou_follows_from_dice_class_by_class),
        cmocka_unit_test(tversky_holds_dice_and_iou),
        cmocka_unit_test(focal_tversky_without_focus_is_tversky),
        cmocka_unit_test(survey_forms_take_all_classes_without_smoothing),
        cmocka_unit_test(survey_focal_tversky_adds_classes_up),
        cmocka_unit_test(log_cosh_bends_the_mean_of_dice),
        cmocka_unit_test(a_hard_prediction_has_the_coefficients_of_its_counts),
        cmocka_unit_test(two_smooth_numbers_go_above_and_below),
        cmocka_unit_test(the_order_of_voxels_does_not_matter),
        cmocka_unit_test(a_soft_truth_is_met_best_by_itself),
        cmocka_unit_test(sens_spec_is_two_means_of_squared_errors),
        cmocka_unit_test(gradients_of_other_parameters_agree_with_differences),
        cmocka_unit_test(gradients_for_a_soft_truth_agree_with_differences),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
