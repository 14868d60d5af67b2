/* test_multiclass.c - scores of all classes at once, against sums over voxels. */
#include "support/metric_score.h"

#include <string.h>

enum { VOXELS = 20, CLASSES = 4 };
static const size_t N[3] = {5, 4, 1};
static const double MM[3] = {1, 1, 1};

/* Voxels in the truth 10 6 4 0, in the prediction 9 7 2 2, in both 8 5 2 0; class 3 is in the prediction alone. */
static const uint8_t truth[VOXELS] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2};
static const uint8_t prediction[VOXELS] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 3, 1, 1, 1, 1, 1, 0, 2, 2, 1, 3};

static const double EXACT = 1e-15;

static void averages_weigh_classes_voxels_or_frequencies(void **state)
{
    const double iou[CLASSES] = {8. / 11, 5. / 8, 2. / 4, 0}, dsc[CLASSES] = {16. / 19, 10. / 13, 4. / 6, 0};
    const double weighted = (10 * iou[0] + 6 * iou[1] + 4 * iou[2]) / 20;
    seg_pair pair;

    (void)state;
    fixture_labels(&pair, N, MM, CLASSES, prediction, truth);
    assert_near(score(&pair, "miou", SCORE_CASE), (iou[0] + iou[1] + iou[2] + iou[3]) / 4, EXACT, 0);
    assert_near(score(&pair, "miou:classes=fg", SCORE_CASE), (iou[1] + iou[2] + iou[3]) / 3, EXACT, 0);
    assert_near(score(&pair, "miou:classes=present", SCORE_CASE), (iou[0] + iou[1] + iou[2]) / 3, EXACT, 0);
    assert_near(score(&pair, "miou:average=micro", SCORE_CASE), 15. / 25, EXACT, 0);
    assert_near(score(&pair, "miou:average=frequency", SCORE_CASE), weighted, EXACT, 0);
    assert_near(score(&pair, "fw-iou", SCORE_CASE), weighted, EXACT, 0);
    assert_near(score(&pair, "mean-dsc", SCORE_CASE), (dsc[1] + dsc[2] + dsc[3]) / 3, EXACT, 0);
    assert_near(score(&pair, "mean-dsc:average=micro", SCORE_CASE), 14. / 21, EXACT, 0);
    assert_near(score(&pair, "pixel-accuracy", SCORE_CASE), 15. / 20, EXACT, 0);
    assert_near(score(&pair, "balanced-accuracy", SCORE_CASE), (0.8 + 5. / 6 + 0.5) / 3, EXACT, 0);
    seg_pair_free(&pair);
}

/* w = 1/100, 1/36, 1/16 and for class 3 the largest of them. */
static void generalised_dice_gives_absent_classes_the_largest_weight(void **state)
{
    const double w[CLASSES] = {1. / 100, 1. / 36, 1. / 16, 1. / 16};
    seg_pair pair;

    (void)state;
    fixture_labels(&pair, N, MM, CLASSES, prediction, truth);
    assert_near(score(&pair, "generalized-dice", SCORE_CASE),
                2 * (8 * w[0] + 5 * w[1] + 2 * w[2]) / (19 * w[0] + 13 * w[1] + 6 * w[2] + 2 * w[3]), 1e-14, 0);
    seg_pair_free(&pair);
}

static void a_class_in_neither_map_changes_no_mean(void **state)
{
    static const char *const specs[] = {"miou",           "fw-iou", "mean-dsc", "generalized-dice",
                                        "pixel-accuracy", "kappa",  "mcc"};
    seg_pair few, many;

    (void)state;
    fixture_labels(&few, N, MM, CLASSES, prediction, truth);
    fixture_labels(&many, N, MM, CLASSES + 3, prediction, truth);
    for (size_t i = 0; i < sizeof specs / sizeof specs[0]; i++)
        assert_near(score(&many, specs[i], SCORE_CASE), score(&few, specs[i], SCORE_CASE), EXACT, 0);
    seg_pair_free(&few);
    seg_pair_free(&many);
}

static void two_classes_have_one_kappa_and_one_mcc(void **state)
{
    uint8_t p[VOXELS], g[VOXELS];
    seg_pair pair;

    (void)state;
    for (int i = 0; i < VOXELS; i++) {
        p[i] = prediction[i] > 0;
        g[i] = truth[i] > 0;
    }
    fixture_labels(&pair, N, MM, 2, p, g);
    assert_near(score(&pair, "kappa", SCORE_CASE), score(&pair, "kappa", 1), 1e-14, 0);
    assert_near(score(&pair, "mcc", SCORE_CASE), score(&pair, "mcc", 1), 1e-14, 0);
    seg_pair_free(&pair);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(averages_weigh_classes_voxels_or_frequencies),
        cmocka_unit_test(generalised_dice_gives_absent_classes_the_largest_weight),
        cmocka_unit_test(a_class_in_neither_map_changes_no_mean),
        cmocka_unit_test(two_classes_have_one_kappa_and_one_mcc),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
