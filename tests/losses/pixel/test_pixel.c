/* test_pixel.c - relations between the pixel losses, and what each of them must do at its edges. */
#include "support/scoring.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "losses/pixel/focal_term.h"
#include "losses/pixel/topk_select.h"
#include "pass/true_class.h"

static const scoring_recipe THREE = {.n = {23, 19, 5}, .classes = 3, .seed = 21};
static const scoring_recipe TWO = {.n = {23, 19, 5}, .classes = 2, .seed = 22};

/* Equal but for the order of additions. */
static const double RTOL = 1e-12;

static void inverse_weights_give_the_mean_of_the_classes_own_means(void **state)
{
    scoring_result r;
    seg_pair pair;

    (void)state;
    scoring_random(&pair, &THREE);
    scoring_compute(&pair, "wce", &r);
    assert_near(r.score.total.x, (r.room[0].x + r.room[1].x + r.room[2].x) / 3, RTOL, 0);
    seg_pair_free(&pair);
}

static void the_scale_of_weights_cancels_in_the_mean_only(void **state)
{
    seg_pair pair;

    (void)state;
    scoring_random(&pair, &THREE);
    assert_near(scoring_value(&pair, "ce:weights=2/4/6"), scoring_value(&pair, "ce:weights=1/2/3"), RTOL, 0);
    assert_near(scoring_value(&pair, "ce:weights=2/4/6,reduction=sum"),
                2 * scoring_value(&pair, "ce:weights=1/2/3,reduction=sum"), RTOL, 0);
    assert_near(scoring_value(&pair, "ce:weights=2/4/6,reduction=mean-n") * (double)pair.voxels,
                scoring_value(&pair, "ce:weights=2/4/6,reduction=sum"), RTOL, 0);
    seg_pair_free(&pair);
}

static void weights_of_0_leave_nothing_to_divide(void **state)
{
    scoring_result r;
    seg_pair pair;

    (void)state;
    scoring_random(&pair, &TWO);
    scoring_compute(&pair, "ce:weights=0/0", &r);
    assert_true(isnan(r.score.total.x) && r.score.total.status);
    seg_pair_free(&pair);
}

static void another_eps_caps_the_cost_of_a_voxel(void **state)
{
    static const size_t n[3] = {3, 1, 1};
    static const double mm[3] = {1, 1, 1};
    static const float prob[3] = {0, 1e-5f, 1};
    static const uint8_t truth[3] = {1, 1, 1};
    seg_pair pair;

    (void)state;
    fixture_prob(&pair, n, mm, 1, prob, truth);
    assert_near(scoring_value(&pair, "ce:reduction=sum"), -log(1e-7) - log((double)1e-5f), RTOL, 0);
    assert_near(scoring_value(&pair, "ce:reduction=sum,eps=0.001"), -2 * log(1e-3), RTOL, 0);
    assert_near(scoring_value(&pair, "ce:reduction=sum,eps=1e-30"), -log(1e-30) - log((double)1e-5f), RTOL, 0);
    seg_pair_free(&pair);
}

static void focal_without_focus_is_cross_entropy(void **state)
{
    seg_pair pair;

    (void)state;
    scoring_random(&pair, &THREE);
    assert_near(scoring_value(&pair, "focal:gamma=0"), scoring_value(&pair, "ce"), RTOL, 0);
    assert_near(scoring_value(&pair, "focal:gamma=0,alpha=1/1/1"), scoring_value(&pair, "ce"), RTOL, 0);
    seg_pair_free(&pair);
}

static void both_modes_of_focal_agree_for_two_classes(void **state)
{
    scoring_recipe foreground = TWO;
    seg_pair pair;

    (void)state;
    foreground.foreground = true;
    scoring_random(&pair, &foreground);
    assert_near(scoring_value(&pair, "focal:mode=sigmoid"), scoring_value(&pair, "focal"), RTOL, 0);
    assert_near(scoring_value(&pair, "focal:mode=sigmoid,alpha=0.25,gamma=1.7"),
                scoring_value(&pair, "focal:alpha=0.75/0.25,gamma=1.7"), RTOL, 0);
    assert_near(scoring_value(&pair, "focal:alpha=0.25"), scoring_value(&pair, "focal:alpha=0.75/0.25"), RTOL, 0);
    seg_pair_free(&pair);
}

static void the_fast_focal_sums_are_the_plain_terms(void **state)
{
    static const double gammas[] = {0, 0.5, 1, 1.5, 2, 2.3, 3, 5};
    scoring_recipe recipe = {.n = {61, 47, 13}, .classes = 3, .ignore = true, .seed = 23};
    seg_pair pair;

    (void)state;
    scoring_random(&pair, &recipe);
    pair.prob.prob[7] = 0, pair.prob.prob[8] = 1;
    for (size_t g = 0; g < sizeof gammas / sizeof *gammas; g++)
        for (int flip = 0; flip < 2; flip++) {
            const float *p = pair.prob.prob;
            double wanted = 0;

            for (size_t i = 0; i < pair.voxels; i++)
                wanted += seg_focal_term(seg_clamp_prob(p[i], flip), gammas[g], 1e-7);
            assert_near(seg_focal_sum(p, pair.voxels, flip, gammas[g], 1e-7), wanted, RTOL, 0);
        }
    seg_pair_free(&pair);
}

static int descending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x < y) - (x > y);
}

/* Top-K by sorting all costs. */
static double sorted_topk(const seg_pair *pair, double k)
{
    double *cost = calloc(pair->voxels, sizeof *cost), sum = 0;
    size_t n = 0, K;

    for (size_t i = 0; i < pair->voxels; i++) {
        double p;
        uint16_t code;

        if (seg_true_class_prob(pair, i, 1, &p, &code))
            cost[n++] = -log(p > 1e-7 ? p : 1e-7);
    }
    qsort(cost, n, sizeof *cost, descending);
    K = (size_t)floor((double)n * k / 100 + 1e-9);
    K = K ? K : 1;
    for (size_t i = 0; i < K; i++)
        sum += cost[i];
    free(cost);
    return sum / (double)K;
}

static void topk_is_the_mean_of_the_largest_whatever_ties(void **state)
{
    static const double ks[] = {1e-6, 0.1, 1, 10, 25, 50, 99.9, 100};
    static const int levels[] = {0, 1, 3, 50}; /* 0: as they are; else rounded to so many steps */

    (void)state;
    for (int foreground = 0; foreground < 2; foreground++)
        for (size_t l = 0; l < sizeof levels / sizeof *levels; l++) {
            scoring_recipe recipe = {
                .n = {61, 47, 13}, .classes = 2, .foreground = foreground, .ignore = true, .seed = 24 + l};
            seg_pair pair;

            scoring_random(&pair, &recipe);
            for (size_t i = 0; levels[l] && i < pair.voxels * (size_t)pair.prob.planes; i++)
                pair.prob.prob[i] = roundf(pair.prob.prob[i] * (float)levels[l]) / (float)levels[l];
            for (size_t k = 0; k < sizeof ks / sizeof *ks; k++) {
                char spec[64];

                snprintf(spec, sizeof spec, "topk:k=%.17g", ks[k]);
                assert_near(scoring_value(&pair, spec), sorted_topk(&pair, ks[k]), RTOL, 0);
            }
            seg_pair_free(&pair);
        }
}

static void topk_of_all_voxels_is_cross_entropy(void **state)
{
    seg_pair pair;

    (void)state;
    scoring_random(&pair, &THREE);
    assert_near(scoring_value(&pair, "topk:k=100"), scoring_value(&pair, "ce"), RTOL, 0);
    assert_near(scoring_value(&pair, "topk:k=100,reduction=sum"), scoring_value(&pair, "ce:form=survey"), RTOL, 0);
    seg_pair_free(&pair);
}

static void topk_marks_the_lower_index_among_ties(void **state)
{
    static const size_t n[3] = {10, 1, 1};
    static const double mm[3] = {1, 1, 1};
    static const float prob[10] = {0.5f, 0.2f, 0.5f, 0.5f, 0.9f, 0.5f, 0.5f, 0.1f, 0.5f, 0.5f};
    static const uint8_t truth[10] = {1, 1, 1, 9, 1, 1, 1, 1, 1, 1};
    static const unsigned char wanted[10] = {1, 1, 1, 0, 0, 0, 0, 1, 0, 0};
    unsigned char chosen[10];
    seg_error err = {0};
    seg_topk h;
    seg_pair pair;

    (void)state;
    fixture_prob_ignoring(&pair, n, mm, 1, prob, truth, 9);
    assert_ok(seg_topk_find(&h, &pair, 1e-7, 4, NULL, &err), &err);
    seg_topk_mark(&h, chosen);
    assert_memory_equal(chosen, wanted, sizeof wanted);
    assert_near(h.sum, -log((double)0.2f) - log((double)0.1f) - 2 * log(0.5), RTOL, 0);
    seg_pair_free(&pair);
}

static void distance_ce_doubles_the_border_and_leaves_the_depth(void **state)
{
    static const size_t n[3] = {9, 1, 1};
    static const double mm[3] = {2, 1, 1};
    static const uint8_t truth[9] = {0, 0, 0, 1, 1, 1, 1, 1, 0};
    /* distance to the other class, in voxels:  3 2 1  1 2 3 2 1  1;  background 3..1, object 3..1 */
    static const double penalty[9] = {0, 0.5, 1, 1, 0.5, 0, 0.5, 1, 1};
    float prob[9];
    double wanted = 0, survey = 0;
    seg_pair pair;

    (void)state;
    for (int i = 0; i < 9; i++) {
        double p = 0.1 + 0.08 * i, d = 3 - 2 * penalty[i];

        prob[i] = (float)(truth[i] ? p : 1 - p);
        p = truth[i] ? (double)prob[i] : 1 - (double)prob[i];
        wanted -= (1 + penalty[i]) * log(p) / 9;
        survey -= (1 + 1 / (2 * d)) * log(p);
    }
    fixture_prob(&pair, n, mm, 1, prob, truth);
    assert_near(scoring_value(&pair, "distance-ce"), wanted, RTOL, 0);
    assert_near(scoring_value(&pair, "distance-ce:units=voxel"), wanted, RTOL, 0);
    assert_near(scoring_value(&pair, "distance-ce:form=survey"), survey, 1e-7, 0); /* distances are floats */
    seg_pair_free(&pair);
}

static void distance_ce_of_an_image_of_one_class_is_cross_entropy(void **state)
{
    static const size_t n[3] = {5, 4, 2};
    static const double mm[3] = {1, 1, 3};
    static uint8_t truth[40];
    static float prob[40];
    seg_pair pair;

    (void)state;
    for (size_t i = 0; i < 40; i++)
        prob[i] = 0.01f * (float)(i + 1);
    for (int full = 0; full < 2; full++) {
        memset(truth, full, sizeof truth);
        fixture_prob(&pair, n, mm, 1, prob, truth);
        assert_near(scoring_value(&pair, "distance-ce"), scoring_value(&pair, "ce"), RTOL, 0);
        assert_near(scoring_value(&pair, "distance-ce:form=survey"), scoring_value(&pair, "ce:form=survey"), RTOL, 0);
        seg_pair_free(&pair);
    }
}

static void gradients_of_other_parameters_agree_with_differences(void **state)
{
    static const char *const specs[] = {
        "wce",
        "ce:weights=0.2/3/1,reduction=sum",
        "ce:weights=1/2/3,reduction=mean-n",
        "wce:form=survey",
        "topk:k=40",
        "topk:form=survey",
        "focal:gamma=0",
        "focal:gamma=0.5",
        "focal:gamma=3.3,alpha=0.2/0.5/1",
        "focal:alpha=0.25",
        "focal:mode=sigmoid,alpha=0.3",
        "focal:mode=sigmoid,classes=all,reduction=sum",
        "distance-ce:units=voxel,reduction=sum",
        "distance-ce:form=survey",
    };

    (void)state;
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
        scoring_recipe recipe = {.n = {15, 12, 2}, .classes = 3, .ignore = i % 2, .seed = 30 + i};
        seg_pair pair;

        scoring_random(&pair, &recipe);
        scoring_check_gradient(&pair, specs[i], 2, 1e-6, i);
        seg_pair_free(&pair);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(inverse_weights_give_the_mean_of_the_classes_own_means),
        cmocka_unit_test(the_scale_of_weights_cancels_in_the_mean_only),
        cmocka_unit_test(weights_of_0_leave_nothing_to_divide),
        cmocka_unit_test(another_eps_caps_the_cost_of_a_voxel),
        cmocka_unit_test(focal_without_focus_is_cross_entropy),
        cmocka_unit_test(both_modes_of_focal_agree_for_two_classes),
        cmocka_unit_test(the_fast_focal_sums_are_the_plain_terms),
        cmocka_unit_test(topk_is_the_mean_of_the_largest_whatever_ties),
        cmocka_unit_test(topk_of_all_voxels_is_cross_entropy),
        cmocka_unit_test(topk_marks_the_lower_index_among_ties),
        cmocka_unit_test(distance_ce_doubles_the_border_and_leaves_the_depth),
        cmocka_unit_test(distance_ce_of_an_image_of_one_class_is_cross_entropy),
        cmocka_unit_test(gradients_of_other_parameters_agree_with_differences),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
