/* test_engine.c - the engine keeps its promises whatever a loss does. */
#include "support/scoring.h"

#include <math.h>
#include <string.h>

/* ---- losses that misbehave, or tell what they were asked ---- */

static seg_status infinite(seg_loss_ctx *work, const void *params, seg_score *score, seg_error *err)
{
    (void)work, (void)params, (void)err;
    score->total = seg_value_of(INFINITY);
    return SEG_OK;
}

static seg_status forgetful(seg_loss_ctx *work, const void *params, seg_score *score, seg_error *err)
{
    (void)work, (void)params, (void)score, (void)err;
    return SEG_OK;
}

static bool takes_all(const seg_loss_ctx *work, const void *params, int cls)
{
    (void)work, (void)params, (void)cls;
    return true;
}

static bool takes_none(const seg_loss_ctx *work, const void *params, int cls)
{
    (void)work, (void)params, (void)cls;
    return false;
}

/* Class 0 is worth 1, class 1 nothing (undefined), class 2 is worth 4. Notes in `params` in which order it was asked. */
static seg_status by_class(seg_loss_ctx *work, int cls, const void *params, seg_value *value, seg_error *err)
{
    char *asked = *(char *const *)params;

    (void)work, (void)err;
    asked[strlen(asked)] = (char)('0' + cls);
    *value = cls == 1 ? seg_value_undefined(SEG_EMPTY_TRUTH) : seg_value_of(cls == 2 ? 4 : 1);
    return SEG_OK;
}

static double tenfold(const seg_loss_ctx *work, const void *params, int cls)
{
    (void)work, (void)params;
    return 10 * (cls + 1);
}

static seg_status compute(const seg_loss *loss, const void *params, size_t jobs, scoring_result *results,
                          seg_error *err)
{
    scoring_recipe recipe = {.n = {6, 5, 1}, .classes = 3, .seed = 1};
    seg_loss_job list[2] = {{loss, params}, {loss, params}};
    seg_score scores[2];
    seg_loss_ctx work;
    seg_pair pair;
    seg_status st;

    memset(results, 0, jobs * sizeof *results);
    scoring_random(&pair, &recipe);
    for (size_t i = 0; i < jobs; i++)
        scores[i].by_class = results[i].room;
    assert_ok(seg_loss_ctx_begin(&work, &pair, err), err);
    st = seg_losses_compute(&work, list, jobs, scores, err);
    for (size_t i = 0; i < jobs; i++)
        results[i].score = scores[i];
    seg_loss_ctx_free(&work);
    seg_pair_free(&pair);
    return st;
}

static void a_number_that_is_not_finite_without_a_reason_is_our_bug_by_name(void **state)
{
    static const seg_loss loss = {.name = "wild", .value = infinite};
    scoring_result r;
    seg_error err = {0};

    (void)state;
    assert_int_equal(compute(&loss, NULL, 1, &r, &err), SEG_BUG);
    assert_non_null(strstr(err.text, "wild"));
    assert_non_null(strstr(err.text, "inf"));
}

static void a_loss_without_a_value_is_our_bug_by_name(void **state)
{
    static const seg_loss loss = {.name = "forgetful", .value = forgetful};
    scoring_result r;
    seg_error err = {0};

    (void)state;
    assert_int_equal(compute(&loss, NULL, 1, &r, &err), SEG_BUG);
    assert_non_null(strstr(err.text, "forgetful"));
}

static void undefined_classes_are_left_out_of_mean_sum_and_weighted_sum(void **state)
{
    static const seg_loss mean = {.name = "m", .class_value = by_class, .includes_class = takes_all};
    static const seg_loss sum = {
        .name = "s", .class_value = by_class, .includes_class = takes_all, .flags = SEG_LOSS_SUMS};
    static const seg_loss weighted = {
        .name = "w", .class_value = by_class, .includes_class = takes_all, .weight = tenfold};
    char room[16] = "", *asked = room;
    scoring_result r;
    seg_error err = {0};

    (void)state;
    assert_ok(compute(&mean, &asked, 1, &r, &err), &err);
    assert_near(r.score.total.x, 2.5, 0, 0);
    assert_string_equal(r.room[1].status, SEG_EMPTY_TRUTH);
    assert_ok(compute(&sum, &asked, 1, &r, &err), &err);
    assert_near(r.score.total.x, 5, 0, 0);
    assert_ok(compute(&weighted, &asked, 1, &r, &err), &err);
    assert_near(r.score.total.x, 10 * 1 + 30 * 4, 0, 0);
}

static void classes_go_in_order_with_all_losses_side_by_side(void **state)
{
    static const seg_loss loss = {.name = "m", .class_value = by_class, .includes_class = takes_all};
    char room[16] = "", *asked = room;
    scoring_result r[2];
    seg_error err = {0};

    (void)state;
    assert_ok(compute(&loss, &asked, 2, r, &err), &err);
    assert_string_equal(asked, "001122");
}

static void no_class_at_all_is_a_reason(void **state)
{
    static const seg_loss loss = {.name = "m", .class_value = by_class, .includes_class = takes_none};
    char room[16] = "", *asked = room;
    scoring_result r;
    seg_error err = {0};

    (void)state;
    assert_ok(compute(&loss, &asked, 1, &r, &err), &err);
    assert_true(isnan(r.score.total.x));
    assert_string_equal(r.score.total.status, SEG_NO_CLASS);
    assert_false(r.room[0].asked);
}

static void an_infinite_class_makes_an_infinite_total_with_its_reason(void **state)
{
    scoring_recipe recipe = {.n = {4, 4, 1}, .classes = 2, .seed = 1};
    scoring_result r;
    seg_pair pair;

    (void)state;
    scoring_random(&pair, &recipe);
    for (size_t i = 0; i < pair.voxels; i++)
        for (int c = 0; c < 2; c++) {
            double t;

            seg_pair_target(&pair, c, i, 1, &t);
            pair.prob.prob[(size_t)c * pair.voxels + i] = (float)t;
        }
    scoring_compute(&pair, "log-cosh-dice:form=survey", &r);
    assert_true(isinf(r.score.total.x) && r.score.total.x < 0);
    assert_non_null(r.score.total.status);
    seg_pair_free(&pair);
}

static void wce_is_a_shorthand_that_users_may_override(void **state)
{
    scoring_recipe recipe = {.n = {12, 9, 1}, .classes = 3, .seed = 2};
    const char *params = NULL;
    seg_pair pair;

    (void)state;
    assert_ptr_equal(seg_loss_shorthand("WCE", &params), seg_loss_find("ce"));
    assert_string_equal(params, "weights=inverse");
    assert_null(seg_loss_shorthand("dice", &params));
    scoring_random(&pair, &recipe);
    assert_near(scoring_value(&pair, "wce:weights=none"), scoring_value(&pair, "ce"), 0, 0);
    seg_pair_free(&pair);
}

static void a_mistyped_name_has_a_nearest_one(void **state)
{
    (void)state;
    assert_string_equal(seg_loss_nearest("focal-tverski"), "focal-tversky");
    assert_string_equal(seg_loss_nearest("jacard"), "jaccard");
    assert_null(seg_loss_nearest("quite-another-thing"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_that_is_not_finite_without_a_reason_is_our_bug_by_name),
        cmocka_unit_test(a_loss_without_a_value_is_our_bug_by_name),
        cmocka_unit_test(undefined_classes_are_left_out_of_mean_sum_and_weighted_sum),
        cmocka_unit_test(classes_go_in_order_with_all_losses_side_by_side),
        cmocka_unit_test(no_class_at_all_is_a_reason),
        cmocka_unit_test(an_infinite_class_makes_an_infinite_total_with_its_reason),
        cmocka_unit_test(wce_is_a_shorthand_that_users_may_override),
        cmocka_unit_test(a_mistyped_name_has_a_nearest_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
