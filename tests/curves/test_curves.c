/* test_curves.c - values, scores, tables and pictures of whole runs: closed forms, rank classes, the same bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/parallel.h"
#include "curves/figure.h"
#include "curves/loss_list.h"
#include "curves/write.h"
#include "plot/xml.h"
#include "scenes.h"

/* ce:eps is 1e-7: what a wrong hard pixel costs. */
static const double WRONG = 16.11809565095832;

static void add_loss(seg_loss_list *list, const char *name, const char *params)
{
    bool missing;
    seg_error err = {0};

    if (seg_loss_list_find(list, name, params, true, &missing, &err))
        fail_msg("%s", err.text);
    if (missing)
        fail_msg("there is no loss %s", name);
}

/* Discs of 30 and 4 pixels, or one square of 16 for families that want a mask. */
static seg_curves run(const char *family, const seg_loss_list *list, size_t seeds, double jitter)
{
    static const double radius[] = {30, 4};
    static const char *const name[] = {"large", "small"};
    seg_curves_request request = {.regimes = 2,
                                  .loss = list->loss,
                                  .losses = list->n,
                                  .seeds = seeds,
                                  .regime = calloc(2, sizeof(seg_experiment))};
    seg_curves curves = {0};
    seg_error err = {0};

    for (int i = 0; i < 2; i++) {
        seg_experiment *r = &request.regime[i];

        r->plan = plan_of(family, 40);
        r->plan.jitter = jitter;
        request.x = r->plan.family->x;
        assert_int_equal(seg_phantom_ball(&r->scene, name[i], 2, 128, radius[i], r->plan.family->middle, NULL), SEG_OK);
        assert_int_equal(seg_experiment_settle(r, 0, NULL), SEG_OK);
    }
    if (seg_curves_run(&curves, &request, &err) || seg_curves_score(&curves, &err))
        fail_msg("%s", err.text);
    return curves;
}

#define CHECK_NEAR(a, b, tolerance) assert_true(fabs((a) - (b)) <= (tolerance))

/* Hard masks, foreground channel: values follow from TP, FN, FP alone. */
static void hard_masks_have_their_closed_forms(void **state)
{
    static const struct {
        const char *name, *params;
    } losses[] = {{"ce", ""},      {"focal", ""},         {"dice", ""},          {"iou", ""},
                  {"tversky", ""}, {"focal-tversky", ""}, {"log-cosh-dice", ""}, {"sens-spec", ""},
                  {"topk", ""},    {"lovasz", ""}};
    enum { LOSSES = sizeof losses / sizeof *losses };
    seg_loss_list list = {0};
    seg_curves c;

    (void)state;
    for (size_t i = 0; i < LOSSES; i++)
        add_loss(&list, losses[i].name, losses[i].params);
    c = run("drift", &list, 1, 1);
    for (size_t r = 0; r < 2; r++)
        for (size_t k = 0; k <= 40; k++) {
            const seg_curve_point *p = &seg_curves_points(&c, r, 0)[k];
            const double tp = (double)p->tp, fn = (double)p->fn, fp = (double)p->fp, n = 128 * 128, e = fn + fp;
            const double dice = e / (2 * tp + e), tversky = (0.7 * fn + 0.3 * fp) / (tp + 0.7 * fn + 0.3 * fp);
            const double want[] = {WRONG * e / n,
                                   WRONG * e / n,
                                   dice,
                                   e / (tp + e),
                                   tversky,
                                   pow(tversky, 0.75),
                                   log(cosh(dice)),
                                   0.05 * fn / (tp + fn) + 0.95 * fp / (n - tp - fn),
                                   WRONG * fmin(1, e / floor(0.1 * n)),
                                   e / (tp + e)};

            for (size_t i = 0; i < LOSSES; i++) /* sums of up to 16384 terms of one size */
                CHECK_NEAR(seg_curves_values(&c, i, r, 0)[k], want[i], 1e-9);
        }
    /* k = 11, small: FN 28, FP 16 */
    CHECK_NEAR(seg_curves_values(&c, 2, 1, 0)[11], 0.4782608696, 1e-10);
    /* The prototype's 0.0432860011 charges right pixels 1e-7 each: it clamps probabilities from above too. */
    CHECK_NEAR(seg_curves_values(&c, 0, 1, 0)[11], 0.0432860011 - 1e-7 * (16384 - 44) / 16384, 1e-10);
    seg_curves_free(&c);
    seg_loss_list_free(&list);
}

/* On hard masks losses fall into classes that order predictions alike: tau is exactly 1 within a class. */
static void losses_of_a_rank_class_agree_exactly_with_its_yardstick(void **state)
{
    static const struct {
        const char *name, *params;
        seg_x yardstick;
    } classes[] = {{"ce", "", SEG_X_ERRORS},
                   {"focal", "", SEG_X_ERRORS},
                   {"dice", "", SEG_X_IOU},
                   {"iou", "", SEG_X_IOU},
                   {"log-cosh-dice", "", SEG_X_IOU},
                   {"boundary-dou", "", SEG_X_IOU},
                   {"ce", "weights=inverse", SEG_X_BERR},
                   {"t-loss", "", SEG_X_ERRORS},
                   {"lovasz", "", SEG_X_IOU},
                   {"wasserstein-dice", "", SEG_X_IOU}};
    const size_t n = sizeof classes / sizeof *classes;
    seg_loss_list list = {0};
    seg_curves c;

    (void)state;
    for (size_t i = 0; i < n; i++)
        add_loss(&list, classes[i].name, classes[i].params);
    c = run("drift", &list, 4, 1);
    for (size_t i = 0; i < n; i++)
        for (size_t r = 0; r < 2; r++)
            CHECK_NEAR(seg_curves_scores(&c, i, r)[classes[i].yardstick].mean[SEG_TAU], 1, 1e-12);
    seg_curves_free(&c);
    seg_loss_list_free(&list);
}

/* tau and drawdown of a prototype written apart from this program, printed to three digits. */
static void the_figure_has_the_scores_of_the_prototype(void **state)
{
    static const struct {
        const char *name, *params;
        double tau[2], drawdown[2];
    } rows[] = {
        {"ce", "", {1, 1}, {0, 0}},
        {"focal", "", {1, 1}, {0, 0}},
        {"dice", "", {0.973, 0.804}, {0.025, 0.191}},
        {"log-cosh-dice", "", {0.973, 0.804}, {0.043, 0.273}},
        {"iou", "", {0.973, 0.804}, {0.013, 0.156}},
        {"tversky", "", {0.963, 0.750}, {0.025, 0.253}},
        {"focal-tversky", "", {0.963, 0.750}, {0.019, 0.219}},
        {"boundary", "", {0.990, 0.947}, {0.037, 0.034}},
        {"hausdorff", "", {0.978, 0.928}, {0.145, 0.133}},
        {"boundary-dou", "", {0.973, 0.804}, {0.003, 0.137}},
        {"region-wise", "", {0.998, 0.962}, {0.001, 0.058}},
        {"ce", "weights=inverse", {0.966, 0.733}, {0.016, 0.344}},
        {"combo", "form=survey,reduction=sum", {1, 0.996}, {0, 0}},
        {"topk", "", {0.629, 1}, {0, 0}},
        {"lovasz", "", {0.973, 0.804}, {0.013, 0.156}},
        {"wasserstein-dice", "", {0.973, 0.804}, {0.025, 0.191}},
        {"t-loss", "nu=1", {1, 1}, {0, 0}},
        {"sens-spec", "r=0.5", {0.966, 0.733}, {0.016, 0.344}},
        {"combo", "smooth=0", {0.998, 0.819}, {0.002, 0.182}},
    };
    const size_t n = sizeof rows / sizeof *rows;
    seg_loss_list list = {0};
    seg_curves c;

    (void)state;
    for (size_t i = 0; i < n; i++)
        add_loss(&list, rows[i].name, rows[i].params);
    c = run("drift", &list, 1, 1);
    for (size_t i = 0; i < n; i++)
        for (size_t r = 0; r < 2; r++) {
            const double *got = seg_curves_scores(&c, i, r)[SEG_X_ERRORS].mean;

            if (fabs(got[SEG_TAU] - rows[i].tau[r]) > 0.0006 || fabs(got[SEG_DRAWDOWN] - rows[i].drawdown[r]) > 0.0006)
                fail_msg("%s %s: tau %.4f, drawdown %.4f", rows[i].name, rows[i].params, got[SEG_TAU],
                         got[SEG_DRAWDOWN]);
        }
    seg_curves_free(&c);
    seg_loss_list_free(&list);
}

/* If TP only shrinks and FP + FN only grow, hard Dice and IoU cannot fall. */
static void without_jitter_overlap_losses_never_fall(void **state)
{
    seg_loss_list list = {0};
    seg_curves c;

    (void)state;
    add_loss(&list, "dice", "");
    add_loss(&list, "iou", "");
    c = run("drift", &list, 1, 0);
    for (size_t i = 0; i < 2; i++)
        for (size_t r = 0; r < 2; r++)
            assert_true(seg_curves_scores(&c, i, r)[SEG_X_ERRORS].mean[SEG_DRAWDOWN] <= 0.02);
    seg_curves_free(&c);
    seg_loss_list_free(&list);
}

static void families_have_their_closed_form_values(void **state)
{
    seg_loss_list list = {0};
    seg_curves c;
    double first;

    (void)state;
    add_loss(&list, "ce", "");
    add_loss(&list, "dice", "");
    c = run("mix", &list, 1, 1); /* the same number of errors, whatever they are */
    first = seg_curves_values(&c, 0, 0, 0)[0];
    for (size_t k = 0; k <= 40; k++)
        CHECK_NEAR(seg_curves_values(&c, 0, 0, 0)[k], first, 1e-12);
    for (size_t k = 1; k <= 40; k++)
        assert_true(seg_curves_values(&c, 1, 0, 0)[k] > seg_curves_values(&c, 1, 0, 0)[k - 1]);
    assert_int_equal(seg_curves_scores(&c, 0, 0)[SEG_X_STEP].verdict, SEG_CONSTANT);
    seg_curves_free(&c);

    c = run("fov", &list, 1, 1); /* Dice never sees the background; CE is a mean over it */
    for (size_t k = 0; k <= 40; k++) {
        const seg_curve_point *p = &seg_curves_points(&c, 1, 0)[k], *p0 = seg_curves_points(&c, 1, 0);

        CHECK_NEAR(seg_curves_values(&c, 1, 1, 0)[k], seg_curves_values(&c, 1, 1, 0)[0], 1e-15);
        CHECK_NEAR(seg_curves_values(&c, 0, 1, 0)[k] * (double)p->voxels,
                   seg_curves_values(&c, 0, 1, 0)[0] * (double)p0->voxels, 1e-6);
    }
    seg_curves_free(&c);

    c = run("missing", &list, 1, 1); /* FN / (2 T - FN) */
    for (size_t k = 0; k < seg_experiment_points(&c.regime[0]); k++) {
        const seg_curve_point *p = &seg_curves_points(&c, 0, 0)[k];
        const double fn = (double)p->fn;

        CHECK_NEAR(seg_curves_values(&c, 1, 0, 0)[k], fn / (2 * 2828 - fn), 1e-12);
        assert_int_equal(p->fp, 0);
    }
    assert_int_equal(seg_experiment_points(&c.regime[0]), 13);
    seg_curves_free(&c);

    c = run("spurious", &list, 1, 1); /* FP / (2 T + FP) */
    for (size_t k = 0; k < seg_experiment_points(&c.regime[1]); k++) {
        const double fp = (double)seg_curves_points(&c, 1, 0)[k].fp;

        CHECK_NEAR(seg_curves_values(&c, 1, 1, 0)[k], fp / (2 * 52 + fp), 1e-12);
    }
    seg_curves_free(&c);

    c = run("label-noise", &list, 1, 1); /* (1 - rho)(-ln c) + rho (-ln(1 - c)), c = 0.98 stored as float */
    for (size_t k = 0; k <= 40; k++) {
        const double rho = seg_curves_points(&c, 0, 0)[k].x[SEG_X_ERRORS] / (128 * 128);

        CHECK_NEAR(seg_curves_values(&c, 0, 0, 0)[k], (1 - rho) * -log(0.98) + rho * -log(0.02), 1e-6);
        /* CE pulls each logit by its error: 0.98 where the label is wrong, 0.02 elsewhere */
        CHECK_NEAR(c.flipped[k], 0.98 * rho / (0.98 * rho + 0.02 * (1 - rho)), 1e-6);
    }
    seg_curves_free(&c);

    c = run("temperature", &list, 1, 1); /* towards ln 2 as T grows, from below nothing is certain */
    assert_true(seg_curves_values(&c, 0, 0, 0)[40] > seg_curves_values(&c, 0, 0, 0)[20]);
    CHECK_NEAR(seg_curves_points(&c, 0, 0)[0].x[SEG_X_ERRORS], seg_curves_points(&c, 0, 0)[40].x[SEG_X_ERRORS], 0);
    seg_curves_free(&c);
    seg_loss_list_free(&list);
}

/* The drawdown of Dice over the ratio of jitter and radius is about 1, whatever the radius: discretisation and the
 * scatter of 16 seeds leave a factor of 0.7 to 1.4. */
static void the_drawdown_of_dice_follows_jitter_over_radius(void **state)
{
    static const double radius[] = {4, 8, 16, 30}, jitter[] = {1, 2};
    seg_loss_list list = {0};

    (void)state;
    add_loss(&list, "dice", "");
    for (size_t i = 0; i < 8; i++) {
        const double r = radius[i / 2], j = jitter[i % 2];
        seg_curves_request request = {.regimes = 1,
                                      .loss = list.loss,
                                      .losses = 1,
                                      .seeds = 16,
                                      .no_hd95 = true,
                                      .regime = calloc(1, sizeof(seg_experiment))};
        seg_curves c = {0};
        double ratio;

        request.regime->plan = plan_of("drift", 40);
        request.regime->plan.jitter = j;
        assert_int_equal(seg_phantom_ball(&request.regime->scene, "disc", 2, 128, r, false, NULL), SEG_OK);
        assert_int_equal(seg_curves_run(&c, &request, NULL), SEG_OK);
        assert_int_equal(seg_curves_score(&c, NULL), SEG_OK);
        ratio = seg_curves_scores(&c, 0, 0)[SEG_X_ERRORS].mean[SEG_DRAWDOWN] / (j / r);
        if (ratio < 0.7 || ratio > 1.4)
            fail_msg("radius %g, jitter %g: drawdown / (J/R) = %.2f", r, j, ratio);
        seg_curves_free(&c);
    }
    seg_loss_list_free(&list);
}

static void a_loss_that_knows_no_soft_truth_is_listed_with_its_reason(void **state)
{
    seg_loss_list list = {0};
    seg_curves c;
    seg_string csv = {0};

    (void)state;
    add_loss(&list, "ce", "");
    add_loss(&list, "boundary-dou", "");
    c = run("soft-label", &list, 1, 1);
    assert_null(seg_curves_skipped(&c, 0, 0));
    if (seg_curves_skipped(&c, 1, 0)) {
        assert_non_null(strstr(seg_curves_skipped(&c, 1, 0), "soft truth"));
        assert_int_equal(seg_write_scores_csv(&c, &csv, NULL), SEG_OK);
        assert_non_null(strstr(csv.text, "soft truth"));
        seg_string_free(&csv);
    }
    seg_curves_free(&c);
    seg_loss_list_free(&list);
}

static seg_string everything(int threads)
{
    static const seg_figure_layout layouts[] = {SEG_LAYOUT_PANELS, SEG_LAYOUT_GRID, SEG_LAYOUT_CATEGORY,
                                                SEG_LAYOUT_SCORES};
    static const char *const caption[] = {"a caption"};
    seg_loss_list list = {0};
    seg_string out = {0};
    seg_curves c;

    seg_set_threads(threads);
    add_loss(&list, "ce", "");
    add_loss(&list, "dice", "");
    add_loss(&list, "exp-log", "");
    c = run("drift", &list, 3, 1);
    seg_write_curves_csv(&c, &out, NULL);
    seg_write_scores_csv(&c, &out, NULL);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(
            seg_figure_draw(
                &c,
                &(seg_figure){.layout = layouts[i], .mm = 89, .heading = "A figure", .caption = caption, .captions = 1},
                &out, NULL),
            SEG_OK);
    seg_curves_free(&c);
    seg_loss_list_free(&list);
    seg_set_threads(0);
    return out;
}

static void the_same_bytes_for_any_number_of_threads(void **state)
{
    seg_string one = everything(1), two = everything(2), again = everything(5);

    (void)state;
    assert_string_equal(one.text, two.text);
    assert_string_equal(one.text, again.text);
    seg_string_free(&one);
    seg_string_free(&two);
    seg_string_free(&again);
}

/* y of the points "M1 2L3 4" of the nth path of class l must not grow (SVG's y runs down). */
static void check_rising(const char *svg, const char *label)
{
    const char *at = strstr(svg, label);
    double x, y, before = INFINITY;
    int used;

    assert_non_null(at);
    while (strncmp(at, " d=\"", 4))
        at--;
    for (at += 4; sscanf(at, "%*1[ML]%lf %lf%n", &x, &y, &used) == 2; at += used) {
        assert_true(y <= before);
        before = y;
    }
    assert_true(before < INFINITY);
}

static void every_layout_is_well_formed_and_shows_every_curve(void **state)
{
    static const size_t paths[] = {6, 6, 6, 0};
    seg_loss_list list = {0};
    seg_curves c;

    (void)state;
    add_loss(&list, "ce", "");
    add_loss(&list, "dice", "");
    add_loss(&list, "tversky", "");
    c = run("drift", &list, 1, 1);
    for (size_t i = 0; i < 4; i++) {
        const seg_figure figure = {
            .layout = (seg_figure_layout)i, .mm = i % 2 ? 183 : 89, .heading = "Re-creation <of> a & b"};
        seg_string svg = {0};
        char why[128] = "";

        assert_int_equal(seg_figure_draw(&c, &figure, &svg, NULL), SEG_OK);
        if (!xml_well_formed(svg.text, why))
            fail_msg("%s: %s", seg_layout_words[i], why);
        assert_int_equal(xml_count(svg.text, "class=\"l\""), paths[i]);
        assert_non_null(strstr(svg.text, "Re-creation"));
        if (i < 2)
            check_rising(svg.text, "Cross-entropy, small");
        seg_string_free(&svg);
    }
    seg_curves_free(&c);
    seg_loss_list_free(&list);
}

static void counts_are_those_of_the_golden_file(void **state)
{
    static const char *const file[] = {"tests/golden/fig3_counts_large.csv", "tests/golden/fig3_counts_small.csv"};
    seg_loss_list list = {0};
    seg_curves c;

    (void)state;
    add_loss(&list, "dice", "");
    c = run("drift", &list, 1, 1);
    for (size_t r = 0; r < 2; r++) {
        FILE *golden = fopen(file[r], "r");
        char text[4096];
        size_t n = fread(text, 1, sizeof text, golden);
        seg_string table = {0};

        fclose(golden);
        seg_write_counts(&c, r, &table);
        assert_int_equal(table.length, n);
        assert_memory_equal(table.text, text, n);
        seg_string_free(&table);
    }
    seg_curves_free(&c);
    seg_loss_list_free(&list);
}

static void the_statements_come_with_verdict_and_evidence(void **state)
{
    seg_claim_of_survey s[SEG_CLAIMS];
    seg_loss_list list = {0};
    seg_series_point series[SEG_SERIES];
    seg_curves c;
    size_t n = 0, points = 0;

    (void)state;
    for (size_t i = 0; seg_figure_losses[i][0]; i++)
        if (seg_loss_find(seg_figure_losses[i][0]))
            add_loss(&list, seg_figure_losses[i][0], seg_figure_losses[i][1]);
    c = run("drift", &list, 1, 1);
    assert_int_equal(seg_claims_judge(&c, s, &n, series, &points, NULL), SEG_OK);
    assert_int_equal(n, 6);
    assert_string_equal(s[0].verdict, "yes");
    assert_non_null(strstr(s[1].verdict, "given the jitter"));
    assert_non_null(strstr(s[2].verdict, "by construction"));
    assert_string_equal(s[3].verdict, "only in the summed form");
    assert_string_equal(s[4].verdict, "no");
    for (size_t i = 0; i < n; i++)
        assert_true(strlen(s[i].evidence) > 20);
    seg_curves_free(&c);
    c = run("offset", &list, 1, 1); /* the survey says nothing about erosion */
    assert_int_equal(seg_claims_judge(&c, s, &n, series, &points, NULL), SEG_OK);
    assert_int_equal(n, 0);
    seg_curves_free(&c);
    seg_loss_list_free(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hard_masks_have_their_closed_forms),
        cmocka_unit_test(losses_of_a_rank_class_agree_exactly_with_its_yardstick),
        cmocka_unit_test(the_figure_has_the_scores_of_the_prototype),
        cmocka_unit_test(without_jitter_overlap_losses_never_fall),
        cmocka_unit_test(families_have_their_closed_form_values),
        cmocka_unit_test(the_drawdown_of_dice_follows_jitter_over_radius),
        cmocka_unit_test(a_loss_that_knows_no_soft_truth_is_listed_with_its_reason),
        cmocka_unit_test(the_same_bytes_for_any_number_of_threads),
        cmocka_unit_test(every_layout_is_well_formed_and_shows_every_curve),
        cmocka_unit_test(counts_are_those_of_the_golden_file),
        cmocka_unit_test(the_statements_come_with_verdict_and_evidence),
    };

    return cmocka_run_group_tests_name("curves/curves", tests, NULL, NULL);
}
