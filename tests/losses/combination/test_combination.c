/* test_combination.c - the combination losses: each part alone is a loss that is known on its own, the parts add up,
 * and what happens at the edges: absent classes, perfect predictions, weights of the wrong number. */
#include "base/parallel.h"
#include "losses/boundary/shapes.h"
#include "support/peaks.h"

static const size_t n[3] = {21, 16, 3};

static void soft_pair(seg_pair *pair)
{
    shape_pair(pair, n, THICK, 3, 1, 41);
}

/* Of two specifications the first is `factor` times the second, plus `plus`. */
static void parts_are_losses_of_their_own(void **state)
{
    static const struct {
        const char *spec;
        double factor, plus;
        const char *other;
        double rtol;
    } laws[] = {
        /* Combo */
        {"combo:alpha=0,dice=mean,smooth=0", 1, -1, "dice:classes=fg", 1e-13},
        {"combo:alpha=0,dice=sum,smooth=0,classes=all", 3, -3, "dice:classes=all", 1e-13},
        {"combo:form=survey,alpha=1", 1, 0, "ce", 1e-12},
        {"combo:form=survey,alpha=1,reduction=sum", 1, 0, "ce:reduction=sum", 1e-12},
        {"combo:form=survey,alpha=1,weights=inverse,reduction=sum", 1, 0, "wce:form=survey", 1e-12},
        {"combo:form=survey,alpha=0", 1, 0, "dice:classes=all", 1e-13},
        {"combo:alpha=1,beta=1,classes=all", 1.0 / 3, 0, "ce", 1e-12},
        /* Exponential logarithmic: a sum of logarithms where the powers are 1 */
        {"exp-log:w_dice=0,w_cross=1,gamma_cross=1,weights=1/1/1", 1, 0, "ce", 1e-12},
        {"exp-log:w_dice=0,w_cross=2,gamma_cross=1,weights=3/1/2", 2, 0, "ce:weights=3/1/2,reduction=mean-n", 1e-12},
        /* Unified focal: 1e-7 is held away from 0 and 1, and added to the ratio */
        {"unified-focal:lam=1,gamma=0,delta=0.5", 0.5, 0, "ce", 1e-12},
        {"unified-focal:lam=0,gamma=0,asymmetric=no", 1, 0, "tversky:fn=0.6,fp=0.4,classes=all", 1e-6},
        {"unified-focal:lam=0,gamma=0,delta=0.8,tversky_reduction=sum", 3, 0, "tversky:fn=0.8,fp=0.2,classes=all",
         1e-6},
        {"unified-focal:lam=1,form=survey", 1, 0, "focal:gamma=2,alpha=none", 1e-12},
        {"unified-focal:lam=0,form=survey", 1, 0, "focal-tversky:form=survey,fn=0.7,fp=0.3,gamma=1.3333333333333333",
         1e-12},
        {"unified-focal:form=paper,asymmetric=no,gamma=0.3", 1, 0, "unified-focal:asymmetric=no,gamma=0.7", 1e-13},
    };
    seg_pair pair;

    (void)state;
    soft_pair(&pair);
    for (size_t i = 0; i < sizeof laws / sizeof *laws; i++) {
        double got = scoring_value(&pair, laws[i].spec);
        double want = laws[i].factor * scoring_value(&pair, laws[i].other) + laws[i].plus;

        if (!(fabs(got - want) <= laws[i].rtol * (fabs(want) + 1)))
            fail_msg("%s: %.15g, but from %s: %.15g", laws[i].spec, got, laws[i].other, want);
    }
    seg_pair_free(&pair);
}

static void parts_add_up(void **state)
{
    scoring_result r;
    seg_pair pair;

    (void)state;
    soft_pair(&pair);
    scoring_compute(&pair, "exp-log:w_dice=0.7,w_cross=0.4", &r);
    assert_near(r.score.total.x, 0.7 * r.score.extra[0].x + 0.4 * r.score.extra[1].x, 1e-15, 0);
    scoring_compute(&pair, "unified-focal:lam=0.3", &r);
    assert_near(r.score.total.x, 0.3 * r.score.extra[0].x + 0.7 * r.score.extra[1].x, 1e-15, 0);
    scoring_compute(&pair, "combo:dice=mean,classes=all", &r);
    assert_near(r.score.total.x, (r.room[0].x + r.room[1].x + r.room[2].x) / 3, 1e-13, 0);
    scoring_compute(&pair, "combo:classes=2", &r);
    assert_near(r.score.total.x, r.room[2].x, 1e-13, 0);
    assert_false(r.room[1].asked);
    seg_pair_free(&pair);
}

/* Masks: lambda = -ln eps for each wrong voxel, and Dice from the counts. */
static void masks_have_a_closed_form(void **state)
{
    const size_t flat[3] = {10, 8, 1};
    const double N = 80, lambda = -log(1e-7), kept = -log1p(-1e-7);
    uint8_t truth[80], prediction[80];
    double T = 0, P = 0, TP = 0, FN, FP, D;
    seg_pair pair;

    (void)state;
    for (int i = 0; i < 80; i++) {
        truth[i] = i % 10 < 5 && i / 10 < 4;
        prediction[i] = i % 10 >= 2 && i % 10 < 6 && i / 10 < 5;
        T += truth[i];
        P += prediction[i];
        TP += truth[i] && prediction[i];
    }
    FN = T - TP;
    FP = P - TP;
    D = 2 * TP / (T + P);
    fixture_labels(&pair, flat, VOXEL, 2, prediction, truth);
    assert_near(scoring_value(&pair, "combo:beta=0.7,alpha=0.4,smooth=0"),
                0.4 * (0.7 * (FN * lambda + TP * kept) + 0.3 * (FP * lambda + (N - T - FP) * kept)) / N - 0.6 * D, 1e-9,
                0); /* 1 - (1 - 1e-7) is rounded in the tenth digit */
    assert_near(scoring_value(&pair, "exp-log:classes=fg,w_cross=0,smooth=0,gamma_dice=2"), 0.8 * pow(log(D), 2), 1e-12,
                0);
    assert_near(scoring_value(&pair, "exp-log:w_dice=0,gamma_cross=0.5"),
                0.2 * (FN * sqrt(N / T) + FP * sqrt(N / (N - T))) * sqrt(lambda) / N, 1e-12, 0);
    assert_near(scoring_value(&pair, "unified-focal:lam=1,delta=0.6"),
                (0.6 * (FN * lambda + TP * kept) + 0.4 * (FP * lambda * sqrt(1 - 1e-7))) / N, 1e-6, 0);
    seg_pair_free(&pair);
}

static void a_perfect_prediction_has_the_least_value(void **state)
{
    uint8_t label[21 * 16 * 3];
    seg_pair pair;

    (void)state;
    shape_balls(n, 3, label);
    fixture_labels(&pair, n, VOXEL, 3, label, label);
    assert_near(scoring_value(&pair, "combo:alpha=0.3"), -0.7, 1e-6, 0);
    assert_near(scoring_value(&pair, "combo:form=survey"), 0, 0, 0);
    assert_near(scoring_value(&pair, "exp-log"), 0, 0, 0);
    assert_near(scoring_value(&pair, "unified-focal:form=survey"), 0, 0, 0);
    seg_pair_free(&pair);
}

static void the_printed_exp_log_is_infinite_or_not_a_number(void **state)
{
    const size_t flat[3] = {4, 3, 1};
    const uint8_t label[12] = {0, 1, 1, 0, 0, 1}, wrong[12] = {1, 0, 0, 1, 1, 0, 1, 1, 1, 1, 1, 1};
    scoring_result r;
    seg_pair pair;

    (void)state;
    fixture_labels(&pair, flat, VOXEL, 2, label, label);
    scoring_compute(&pair, "exp-log:form=survey", &r);
    assert_true(isinf(r.score.total.x) && r.score.total.x > 0);
    assert_string_equal(r.score.total.status, "not-computed: infinite, the logarithm of a loss of 0");
    seg_pair_free(&pair);
    fixture_labels(&pair, flat, VOXEL, 2, wrong, label);
    scoring_compute(&pair, "exp-log:form=survey", &r);
    assert_true(isnan(r.score.total.x));
    assert_string_equal(r.score.total.status, "not-computed: power of the logarithm of a loss above 1");
    seg_pair_free(&pair);
}

/* With the least eps that is possible a voxel that is certain and wrong still costs a number. */
static void the_least_eps_leaves_numbers(void **state)
{
    static const uint8_t truth[8] = {0, 0, 1, 1, 0, 1, 0, 1}, prediction[8] = {0, 1, 1, 0, 0, 1, 1, 1};
    static const char *const specs[] = {"combo:eps=1e-15", "unified-focal:eps=1e-15", "combo:eps=1e-15,classes=all"};
    const size_t line[3] = {8, 1, 1};
    seg_pair pair;

    (void)state;
    fixture_labels(&pair, line, VOXEL, 2, prediction, truth);
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++)
        assert_true(isfinite(scoring_value(&pair, specs[i])));
    seg_pair_free(&pair);
}

/* p is held above eps also in the false positives: N eps of them are not small against eps. */
static void an_absent_class_costs_unified_focal_about_1(void **state)
{
    const size_t flat[3] = {40, 30, 1};
    uint8_t nothing[1200] = {0};
    scoring_result r;
    seg_pair pair;

    (void)state;
    fixture_labels(&pair, flat, VOXEL, 2, nothing, nothing);
    scoring_compute(&pair, "unified-focal", &r);
    assert_true(r.score.extra[1].x > 0.49 && r.score.extra[1].x < 0.5); /* mean over the two classes */
    seg_pair_free(&pair);
}

/* All misses of a perfect prediction come from the hold at 1e-7: TP = N_c (1 - e), FN = N_c e, FP = (N - N_c) e. Their
 * sum is known to as many digits as e's own distance from 1 has. */
static void a_perfect_prediction_costs_unified_focal_what_the_hold_costs(void **state)
{
    const double e = 1e-7, rest = 1 - (1 - e);
    uint8_t label[1024];
    double want = 0, voxels[2] = {884, 140};
    seg_pair pair;

    (void)state;
    for (size_t i = 0; i < 1024; i++)
        label[i] = i % 7 == 0 && i / 7 < 140;
    fixture_labels(&pair, (const size_t[]){32, 32, 1}, (const double[]){1, 1, 1}, 2, label, label);
    for (int c = 0; c < 2; c++) {
        double wrong = 0.6 * voxels[c] * rest + 0.4 * voxels[1 - c] * e;
        double T = wrong / (voxels[c] * (1 - e) + wrong + e);

        want += (c ? sqrt(T) : T) / 2;
    }
    assert_near(scoring_value(&pair, "unified-focal:lam=0"), want, 1e-14, 0);
    seg_pair_free(&pair);
}

/* Where the peaks say that a class is nowhere near, combo and unified-focal do not look at its plane. */
static void what_is_known_of_far_classes_changes_nothing(void **state)
{
    static const char *const specs[] = {"combo",         "combo:classes=all,eps=0.01", "combo:form=survey",
                                        "unified-focal", "unified-focal:eps=0.01",     "unified-focal:form=survey"};
    seg_pair pair;

    (void)state;
    shape_pair(&pair, (const size_t[]){64, 64, 12}, THICK, 3, 1, 41);
    for (size_t i = 0; i < pair.voxels;
         i++) { /* three blocks: one class is far from the first, another from the last */
        float *p = pair.prob.prob + i;

        if (i < SEG_BLOCK)
            p[2 * pair.voxels] = i % 2 ? 0 : 5e-8f;
        if (i >= 2 * SEG_BLOCK)
            p[pair.voxels] = i % 2 ? 0 : 5e-8f;
    }
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
        double want = scoring_value(&pair, specs[i]);

        peaks_make(&pair, 1024);
        assert_near(scoring_value(&pair, specs[i]), want, 1e-14, 0);
        seg_block_max_free(&pair.block_max);
    }
    seg_pair_free(&pair);
}

static void weights_must_be_one_for_each_class(void **state)
{
    static const char *const specs[] = {"combo:form=survey,weights=1/2", "exp-log:weights=1/2/3/4"};
    static const char *const sentences[] = {"weights lists 2 numbers, but there are 3 classes (give one for each)",
                                            "weights lists 4 numbers, but there are 3 classes (give one for each)"};
    seg_pair pair;

    (void)state;
    soft_pair(&pair);
    for (int i = 0; i < 2; i++) {
        seg_value room[3];
        seg_score score = {.by_class = room};
        seg_loss_ctx work;
        scoring_job job;
        seg_error err = {0};

        scoring_read(&job, specs[i]);
        assert_ok(seg_loss_ctx_begin(&work, &pair, &err), &err);
        assert_int_equal(seg_losses_compute(&work, &job.job, 1, &score, &err), SEG_USAGE);
        assert_non_null(strstr(err.text, sentences[i]));
        seg_loss_ctx_free(&work);
        scoring_free(&job);
    }
    seg_pair_free(&pair);
}

/* A soft truth enters as it is: -[beta t ln y + (1 - beta)(1 - t) ln(1 - y)] and -v (1 - y)^a t ln y. */
static void soft_truths_enter_as_they_are(void **state)
{
    enum { N = 30 };
    const size_t flat[3] = {6, 5, 1};
    float truth[2 * N], prob[2 * N];
    double cross = 0, focal = 0;
    uint64_t seed = 3;
    seg_pair pair;

    (void)state;
    for (int i = 0; i < N; i++) {
        double t, y;

        truth[N + i] = (float)fixture_uniform(&seed);
        prob[N + i] = (float)(0.01 + 0.98 * fixture_uniform(&seed));
        truth[i] = 1 - truth[N + i];
        prob[i] = 1 - prob[N + i];
        t = (double)truth[N + i];
        y = (double)prob[N + i];
        cross -= (0.7 * t * log(y) + 0.3 * (1 - t) * log(1 - y)) / N;
        focal -= (0.6 * t * log(y) + 0.4 * sqrt(1 - (double)prob[i]) * (double)truth[i] * log((double)prob[i])) / N;
    }
    fixture_soft(&pair, flat, 2, prob, truth);
    assert_near(scoring_value(&pair, "combo:alpha=1,beta=0.7"), cross, 1e-12, 0);
    assert_near(scoring_value(&pair, "unified-focal:lam=1"), focal, 1e-12, 0);
    scoring_check_gradient(&pair, "combo", 3, 1e-5, 4);
    scoring_check_gradient(&pair, "combo:form=survey", 3, 1e-5, 5);
    scoring_check_gradient(&pair, "unified-focal", 3, 1e-5, 6);
    seg_pair_free(&pair);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_are_losses_of_their_own),
        cmocka_unit_test(parts_add_up),
        cmocka_unit_test(masks_have_a_closed_form),
        cmocka_unit_test(the_least_eps_leaves_numbers),
        cmocka_unit_test(a_perfect_prediction_has_the_least_value),
        cmocka_unit_test(the_printed_exp_log_is_infinite_or_not_a_number),
        cmocka_unit_test(an_absent_class_costs_unified_focal_about_1),
        cmocka_unit_test(a_perfect_prediction_costs_unified_focal_what_the_hold_costs),
        cmocka_unit_test(what_is_known_of_far_classes_changes_nothing),
        cmocka_unit_test(weights_must_be_one_for_each_class),
        cmocka_unit_test(soft_truths_enter_as_they_are),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
