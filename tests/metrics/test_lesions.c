/* test_lesions.c - lesion scores on masks small enough to count by hand. */
#include "support/fixture.h"

#include <math.h>
#include <string.h>

#include "metrics/metric.h"

enum { WIDTH = 24 };

/* One row of pixels, '#' for the class; three rows high, the other two empty. */
static void make(seg_pair *pair, const char *prediction, const char *truth)
{
    const size_t n[3] = {WIDTH, 3, 1};
    const double mm[3] = {1, 1, 1};
    uint8_t p[3 * WIDTH] = {0}, t[3 * WIDTH] = {0};

    for (size_t x = 0; x < WIDTH && prediction[x]; x++) {
        p[WIDTH + x] = prediction[x] == '#';
        t[WIDTH + x] = truth[x] == '#';
    }
    fixture_labels(pair, n, mm, 2, p, t);
}

static double value(const seg_pair *pair, const char *name, const char *params)
{
    seg_metric_jobs jobs = {0};
    seg_value of[3] = {{0}};
    seg_error err = {0};

    assert_ok(seg_metric_jobs_add(&jobs, seg_metric_find(name), params, 0, &err), &err);
    assert_ok(seg_metrics_compute(pair, jobs.job, jobs.n, SEG_EMPTY_NA, NULL, of, &err), &err);
    seg_metric_jobs_free(&jobs);
    return of[1].x;
}

static void lesions_are_counted(void **state)
{
    /*  IoU:                        2/3    0      1/4        1/1 */
    const char *const prediction = "##..##...#......##......";
    const char *const truth = "###......####...##..###.";
    seg_pair pair;

    (void)state;
    make(&pair, prediction, truth);
    assert_near(value(&pair, "lesion-tp", NULL), 2, 0, 0);
    assert_near(value(&pair, "lesion-fn", NULL), 2, 0, 0);
    assert_near(value(&pair, "lesion-fp", NULL), 2, 0, 0);
    assert_near(value(&pair, "lesion-sensitivity", NULL), 0.5, 0, 0);
    assert_near(value(&pair, "lesion-precision", NULL), 0.5, 0, 0);
    assert_near(value(&pair, "lesion-f1", NULL), 0.5, 0, 0);
    assert_near(value(&pair, "lesion-sq", NULL), (2. / 3 + 1) / 2, 1e-15, 0);
    assert_near(value(&pair, "lesion-pq", NULL), (2. / 3 + 1) / 4, 1e-15, 0);
    assert_near(value(&pair, "lesion-tp", "iou=0.25"), 3, 0, 0);
    assert_near(value(&pair, "lesion-tp", "iou=0.7"), 1, 0, 0);
    assert_near(value(&pair, "lesion-tp", "iou=0"), 3, 0, 0);
    seg_pair_free(&pair);
}

/* A component that overlaps two lesions is given to the one it fits better, not to both. */
static void a_match_is_one_to_one(void **state)
{
    seg_pair pair;

    (void)state;
    make(&pair, "#######.", "#.#####.");
    assert_near(value(&pair, "lesion-tp", "iou=0"), 1, 0, 0);
    assert_near(value(&pair, "lesion-sq", "iou=0"), 5. / 7, 1e-15, 0);
    seg_pair_free(&pair);
}

static void pixels_that_touch_at_a_corner_are_one_lesion_if_asked(void **state)
{
    const size_t n[3] = {2, 2, 1};
    const double mm[3] = {1, 1, 1};
    const uint8_t diagonal[4] = {1, 0, 0, 1};
    seg_pair pair;

    (void)state;
    fixture_labels(&pair, n, mm, 2, diagonal, diagonal);
    assert_near(value(&pair, "lesion-tp", NULL), 2, 0, 0);
    assert_near(value(&pair, "lesion-tp", "connectivity=corner"), 1, 0, 0);
    assert_near(value(&pair, "lesion-tp", "connectivity=face"), 2, 0, 0);
    seg_pair_free(&pair);
}

static void lesions_whose_dilations_touch_are_one(void **state)
{
    seg_pair pair;

    (void)state;
    /* Two lesions 4 apart are one with 3 steps; with 1 step they are two, of which the second is missed. */
    make(&pair, "###.....................", "###...###...............");
    assert_near(value(&pair, "lesion-dsc", "min-volume=0"), 2. * 3 / (6 + 3), 1e-15, 0);
    assert_near(value(&pair, "lesion-dsc", "min-volume=0,dilation=1"), 0.5, 1e-15, 0);
    assert_near(value(&pair, "lesion-hd95", "min-volume=0,dilation=1"), 374. / 2, 1e-15, 0);
    assert_near(value(&pair, "lesion-hd95", "min-volume=0,dilation=1,missed=10"), 5, 1e-15, 0);
    assert_true(isnan(value(&pair, "lesion-dsc", "min-volume=6"))); /* up to the volume does not count */
    seg_pair_free(&pair);
    make(&pair, "###.................####", "###.....................");
    assert_near(value(&pair, "lesion-dsc", "min-volume=0"), 0.5, 1e-15, 0);
    seg_pair_free(&pair);
}

static void empty_masks_have_the_values_they_say(void **state)
{
    const char *const some = "##......", *const none = "........";
    const struct {
        const char *name;
        double truth, prediction, both;
    } rows[] = {
        {"lesion-sensitivity", NAN, 0, NAN},
        {"lesion-precision", 0, NAN, NAN},
        {"lesion-f1", 0, 0, NAN},
        {"lesion-sq", 0, 0, NAN},
        {"lesion-pq", 0, 0, NAN},
        {"lesion-tp", 0, 0, 0},
        {"lesion-fp", 1, 0, 0},
        {"lesion-fn", 0, 1, 0},
        {"lesion-dsc", 0, 0, NAN},
        {"lesion-hd95", 374, 374, NAN},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *params = i < 8 ? NULL : "min-volume=0";
        seg_pair truth, prediction, both;

        make(&truth, some, none);
        make(&prediction, none, some);
        make(&both, none, none);
        assert_near(value(&truth, rows[i].name, params), rows[i].truth, 0, 0);
        assert_near(value(&prediction, rows[i].name, params), rows[i].prediction, 0, 0);
        assert_near(value(&both, rows[i].name, params), rows[i].both, 0, 0);
        seg_pair_free(&truth);
        seg_pair_free(&prediction);
        seg_pair_free(&both);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lesions_are_counted),
        cmocka_unit_test(a_match_is_one_to_one),
        cmocka_unit_test(pixels_that_touch_at_a_corner_are_one_lesion_if_asked),
        cmocka_unit_test(lesions_whose_dilations_touch_are_one),
        cmocka_unit_test(empty_masks_have_the_values_they_say),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
