/* test_sweep.c - losses over grids: identities between points, rows, shares of gradients, agreement with metrics. */
#include "support/fixture.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/parallel.h"
#include "evaluate/sweep.h"
#include "evaluate/sweep_gradient.h"

/* ---- points of one sweep ---- */

struct run {
    seg_sweep sweep;
    seg_plan plan;
    seg_case scored;
};

static void sweep_pair(struct run *r, const seg_pair *pair, const char *const *losses, seg_sweep_gradient gradient,
                       bool zip)
{
    const seg_observer observer = {&r->sweep, seg_sweep_look};
    const seg_evaluate_options options = {.observer = &observer};
    seg_error err = {0};

    *r = (struct run){.sweep = {.zip = zip, .gradient = gradient, .memory = UINT64_MAX, .threads = 1}};
    for (size_t i = 0; losses[i]; i++)
        assert_ok(seg_sweep_add(&r->sweep, losses[i], &err), &err);
    assert_ok(seg_sweep_check(&r->sweep, &err), &err);
    assert_ok(seg_sweep_plan(&r->sweep, &r->plan, &err), &err);
    assert_ok(seg_plan_add_metrics(&r->plan, "dsc,hd95", 0, &err), &err);
    assert_ok(seg_case_name(&r->scored, "one", NULL, NULL, &err), &err);
    assert_ok(seg_evaluate(&r->scored, pair, &r->plan, &options, &err), &err);
    assert_ok(seg_sweep_take(&r->sweep, &r->scored, &err), &err);
}

static void free_run(struct run *r)
{
    seg_case_free(&r->scored);
    seg_plan_free(&r->plan);
    seg_sweep_free(&r->sweep);
}

static seg_sweep_row row_of(const struct run *r, size_t family, size_t point)
{
    const seg_sweep_family *f = &r->sweep.family[family];
    seg_sweep_row row;
    seg_error err = {0};

    assert_ok(seg_sweep_row_of(&row, &r->sweep, f, point, &err), &err);
    return row;
}

static void known_losses_are_points_of_a_sweep(void **state)
{
    static const char *const grids[] = {"focal-tversky:gamma={1/2}",
                                        "tversky:alpha={0.5/1/0.7},beta={0.5/1/0.3}",
                                        "focal:gamma=0:2:1",
                                        "ce,dice,iou",
                                        "tversky",
                                        NULL};
    /* the same numbers by another road: rounding alone is left */
    const double RTOL = 1e-12;

    (void)state;
    for (size_t c = 0; golden_cases[c]; c++) {
        seg_pair pair = {0};
        struct run r;

        fixture_golden(&pair, golden_cases[c], false);
        sweep_pair(&r, &pair, grids, SEG_SWEEP_NO_GRADIENT, false);
        assert_int_equal(r.sweep.families, 7);
        assert_near(row_of(&r, 0, 0).value, row_of(&r, 6, 0).value, RTOL, 1e-15); /* gamma 1: Tversky */
        assert_near(row_of(&r, 1, 0).value, row_of(&r, 4, 0).value, RTOL, 1e-15); /* Tversky .5/.5: Dice */
        assert_near(row_of(&r, 1, 4).value, row_of(&r, 5, 0).value, RTOL, 1e-15); /* Tversky 1/1: IoU */
        assert_near(row_of(&r, 1, 8).value, row_of(&r, 6, 0).value, 0, 0);        /* the presets themselves */
        assert_near(row_of(&r, 2, 0).value, row_of(&r, 3, 0).value, RTOL, 1e-15); /* focal, gamma 0: cross-entropy */
        free_run(&r);
        seg_pair_free(&pair);
    }
}

static size_t loss_rows(const seg_case *c)
{
    size_t n = 0;

    for (size_t i = 0; i < c->n; i++)
        n += c->rows[i].kind == SEG_KIND_LOSS && c->rows[i].cls < 0;
    return n;
}

static void rows_are_the_product_of_the_lengths(void **state)
{
    static const char *const grid[] = {"tversky:alpha=0.2:0.8:0.2,beta={0.1/0.2/0.4}", NULL};
    static const char *const zipped[] = {"tversky:alpha=0.2:0.8:0.2,beta=0.8:0.2:-0.2", NULL};
    seg_pair pair = {0};
    struct run r;

    (void)state;
    fixture_golden(&pair, golden_cases[0], false);
    sweep_pair(&r, &pair, grid, SEG_SWEEP_NO_GRADIENT, false);
    assert_int_equal(loss_rows(&r.scored), 12); /* the preset, 0.7 and 0.3, is no row */
    free_run(&r);
    sweep_pair(&r, &pair, zipped, SEG_SWEEP_NO_GRADIENT, true);
    assert_int_equal(loss_rows(&r.scored), 4);
    free_run(&r);
    seg_pair_free(&pair);
}

static void the_ratio_is_to_the_preset_of_what_is_swept(void **state)
{
    static const char *const grids[] = {"ce:reduction=sum,form={reference/survey}", "tversky:alpha={0.35/0.7}",
                                        "x = 3*tversky(alpha={0.35/0.7})", NULL};
    seg_pair pair = {0};
    struct run r;

    (void)state;
    fixture_golden(&pair, golden_cases[0], false);
    sweep_pair(&r, &pair, grids, SEG_SWEEP_NO_GRADIENT, false);
    assert_near(row_of(&r, 0, 0).ratio, 1, 0, 0);
    assert_near(row_of(&r, 1, 1).ratio, 1, 0, 0);
    assert_near(row_of(&r, 1, 0).ratio, row_of(&r, 1, 0).value / row_of(&r, 1, 1).value, 1e-15, 0);
    assert_true(isnan(row_of(&r, 2, 0).ratio)); /* of a formula it is not known that 0 is perfect */
    assert_near(row_of(&r, 2, 1).value, 3 * row_of(&r, 1, 1).value, 1e-15, 0);
    free_run(&r);
    seg_pair_free(&pair);
}

static void threads_change_no_bit(void **state)
{
    static const char *const grids[] = {"focal:gamma=0:3:1", "tversky:alpha=0.1:0.9:0.4", "boundary:classes={fg/all}",
                                        NULL};
    seg_pair pair = {0};
    struct run one, many;

    (void)state;
    for (int by = SEG_SWEEP_PROB; by <= SEG_SWEEP_LOGIT; by++) {
        fixture_golden(&pair, "multi3d", false);
        seg_set_threads(1);
        sweep_pair(&one, &pair, grids, (seg_sweep_gradient)by, false);
        seg_set_threads(3);
        sweep_pair(&many, &pair, grids, (seg_sweep_gradient)by, false);
        assert_memory_equal(one.scored.aside, many.scored.aside,
                            one.sweep.items * SEG_SWEEP_NUMBERS * sizeof *one.scored.aside);
        free_run(&one);
        free_run(&many);
        seg_pair_free(&pair);
    }
}

/* ---- shares of a gradient ---- */

enum { SIDE = 8, VOXELS = SIDE * SIDE };

/* Class 1: a square of 4 x 4 in a corner, of which 9 voxels stay inside; class 2: one voxel in another corner. */
static void make_scene(seg_pair *pair, uint8_t *truth)
{
    const size_t n[3] = {SIDE, SIDE, 1};
    const double mm[3] = {1, 1, 1};

    for (size_t i = 0; i < VOXELS; i++)
        truth[i] = i % SIDE < 4 && i / SIDE < 4 ? 1 : i == VOXELS - 1 ? 2 : 0;
    fixture_labels(pair, n, mm, 3, truth, truth);
}

static seg_gradient_shares shares_of(const seg_pair *pair, const double *gradient, bool by_logit)
{
    seg_gradient_regions regions = {0};
    seg_gradient_shares shares;
    seg_error err = {0};

    assert_ok(seg_gradient_regions_find(&regions, pair, &err), &err);
    assert_ok(seg_gradient_measure(&shares, &regions, pair, gradient, by_logit, &err), &err);
    seg_gradient_regions_free(&regions);
    return shares;
}

static void shares_are_what_is_counted_by_hand(void **state)
{
    uint8_t truth[VOXELS];
    double gradient[3 * VOXELS] = {0};
    seg_pair pair = {0};
    seg_gradient_shares s;

    (void)state;
    make_scene(&pair, truth);
    s = shares_of(&pair, gradient, false);
    assert_true(isnan(s.boundary) && isnan(s.smallest) && isnan(s.voxels)); /* nothing to share */

    for (size_t i = 0; i < 3 * VOXELS; i++)
        gradient[i] = i % 2 ? 0.25 : -0.25; /* signs do not matter */
    s = shares_of(&pair, gradient, false);
    /* square: 7 voxels inside its border, 8 outside (no corner: faces only); voxel: itself and 2 beside it */
    assert_near(s.boundary, (7 + 8 + 1 + 2) / (double)VOXELS, 1e-15, 0);
    assert_near(s.smallest, 1 / (double)VOXELS, 1e-15, 0);
    assert_near(s.voxels, VOXELS, 1e-14, 0);

    memset(gradient, 0, sizeof gradient);
    gradient[VOXELS - 1] = 3; /* class 0 at the lone voxel */
    gradient[VOXELS + 0] = 1; /* class 1 deep in the square */
    s = shares_of(&pair, gradient, false);
    assert_near(s.boundary, 0.75, 1e-15, 0);
    assert_near(s.smallest, 0.75, 1e-15, 0);
    assert_near(s.voxels, 16 / 10.0, 1e-15, 0);
    seg_pair_free(&pair);
}

static void the_logit_gradient_is_the_softmax_chain_rule(void **state)
{
    const size_t n[3] = {2, 1, 1};
    const double mm[3] = {1, 1, 1};
    const float prob[6] = {0.5F, 0.25F, 0.25F, 0.5F, 0.25F, 0.25F}; /* [class][voxel] */
    const uint8_t truth[2] = {0, 2};
    const double gradient[6] = {1, 2, 0, -1, 4, 0};
    /* voxel 0: y = .5 .25 .25, g = 1 0 4, mean 1.5: |.5 (-.5)| + |.25 (-1.5)| + |.25 2.5| = 1.25
     * voxel 1: y = .25 .5 .25, g = 2 -1 0, mean 0: .5 + .5 + 0 = 1 */
    const double a = 1.25, b = 1;
    seg_pair pair = {0};
    seg_gradient_shares s;

    (void)state;
    fixture_prob(&pair, n, mm, 3, prob, truth);
    s = shares_of(&pair, gradient, true);
    assert_near(s.boundary, 1, 1e-15, 0);
    assert_near(s.smallest, b / (a + b), 1e-15, 0);
    assert_near(s.voxels, (a + b) * (a + b) / (a * a + b * b), 1e-15, 0);
    seg_pair_free(&pair);
}

static void ignored_voxels_are_no_border(void **state)
{
    const size_t n[3] = {4, 1, 1};
    const double mm[3] = {1, 1, 1};
    const float prob[8] = {0.5F, 0.5F, 0.5F, 0.5F, 0.5F, 0.5F, 0.5F, 0.5F};
    const uint8_t truth[4] = {0, 0, 9, 1};
    const double gradient[8] = {1, 1, 0, 1, 0, 0, 0, 0};
    seg_pair pair = {0};

    (void)state;
    fixture_prob_ignoring(&pair, n, mm, 2, prob, truth, 9);
    assert_near(shares_of(&pair, gradient, false).boundary, 0, 0, 0);
    assert_near(shares_of(&pair, gradient, false).voxels, 3, 1e-15, 0);
    seg_pair_free(&pair);
}

static void a_truth_without_foreground_has_no_smallest_object(void **state)
{
    const size_t n[3] = {2, 2, 1};
    const double mm[3] = {1, 1, 1};
    const uint8_t truth[4] = {0}, prediction[4] = {0, 1, 0, 0};
    const double gradient[8] = {1, 1, 1, 1, 0, 0, 0, 0};
    seg_pair pair = {0};
    seg_gradient_shares s;

    (void)state;
    fixture_labels(&pair, n, mm, 2, prediction, truth);
    s = shares_of(&pair, gradient, false);
    assert_near(s.boundary, 0, 0, 0);
    assert_true(isnan(s.smallest));
    assert_near(s.voxels, 4, 1e-15, 0);
    seg_pair_free(&pair);
}

static void losses_without_a_gradient_leave_it_empty(void **state)
{
    static const char *const grids[] = {"x = 2*tversky(alpha={0.3/0.7})", "dice", NULL};
    seg_pair pair = {0};
    struct run r;

    (void)state;
    fixture_golden(&pair, golden_cases[0], false);
    sweep_pair(&r, &pair, grids, SEG_SWEEP_PROB, false);
    assert_true(isnan(row_of(&r, 0, 0).boundary) && isnan(row_of(&r, 0, 0).voxels));
    assert_true(row_of(&r, 1, 0).boundary > 0 && row_of(&r, 1, 0).voxels >= 1);
    free_run(&r);
    sweep_pair(&r, &pair, grids, SEG_SWEEP_NO_GRADIENT, false);
    assert_true(isnan(row_of(&r, 1, 0).boundary));
    free_run(&r);
    seg_pair_free(&pair);
}

/* ---- agreement over cases ---- */

/* A case with these values of loss, dsc and hd95, as if it had been scored. */
static void take(seg_sweep *s, double loss, double dsc, double hd95)
{
    seg_case c = {0};
    seg_error err = {0};
    const seg_row rows[] = {{.slice = -1, .cls = -1, .kind = SEG_KIND_METRIC, .measure = "dsc", .value = dsc},
                            {.slice = -1, .cls = -1, .kind = SEG_KIND_METRIC, .measure = "hd95", .value = hd95}};

    assert_ok(seg_case_name(&c, "case", NULL, NULL, &err), &err);
    assert_ok(seg_case_add(&c, &rows[0], &err), &err);
    assert_ok(seg_case_add(&c, &rows[1], &err), &err);
    c.aside = malloc(SEG_SWEEP_NUMBERS * sizeof *c.aside);
    assert_non_null(c.aside);
    c.aside[SEG_SWEEP_VALUE] = loss;
    c.aside[SEG_SWEEP_BOUNDARY] = c.aside[SEG_SWEEP_SMALLEST] = c.aside[SEG_SWEEP_VOXELS] = c.aside[SEG_SWEEP_SPREAD] =
        NAN;
    assert_ok(seg_sweep_take(s, &c, &err), &err);
    seg_case_free(&c);
}

static void tau_needs_three_cases_and_tells_the_direction(void **state)
{
    enum { DSC, HD95 }; /* in the order of the rows */
    size_t item = 0;
    const seg_sweep_family f = {.item = &item, .points = 1, .preset = SIZE_MAX};
    seg_sweep s = {.items = 1};
    seg_sweep_row row;
    seg_error err = {0};

    (void)state;
    take(&s, 0.1, 0.9, 2);
    take(&s, 0.2, 0.8, 9);
    assert_ok(seg_sweep_row_of(&row, &s, &f, 0, &err), &err);
    assert_true(isnan(row.tau[DSC]) && isnan(row.tau[HD95]) && isnan(row.ratio));
    take(&s, 0.3, 0.7, HUGE_VAL);
    take(&s, NAN, 0.1, 1); /* an undefined loss takes no part */
    assert_ok(seg_sweep_row_of(&row, &s, &f, 0, &err), &err);
    assert_near(row.tau[DSC], -1, 0, 0);
    assert_near(row.tau[HD95], 1, 0, 0);
    assert_near(row.value, 0.2, 1e-15, 0);
    assert_int_equal(row.n, 3);
    assert_int_equal(s.cases, 4);
    take(&s, 0.4, 0.95, NAN);
    assert_ok(seg_sweep_row_of(&row, &s, &f, 0, &err), &err);
    assert_near(row.tau[DSC], 0, 0, 1e-15); /* 3 pairs against, 3 for */
    assert_near(row.tau[HD95], 1, 0, 0);
    seg_sweep_free(&s);
}

static void failed_cases_are_counted_only(void **state)
{
    seg_sweep s = {.items = 1};
    seg_case c = {0};
    seg_error err = {0}, why = {0};

    (void)state;
    seg_fail(&why, SEG_READ, "cannot be read");
    assert_ok(seg_case_name(&c, "case", NULL, NULL, &err), &err);
    assert_ok(seg_case_fail(&c, &why, &err), &err);
    assert_ok(seg_sweep_take(&s, &c, &err), &err);
    assert_int_equal(s.cases, 0);
    assert_int_equal(s.failed, 1);
    seg_case_free(&c);
    seg_sweep_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_losses_are_points_of_a_sweep),
        cmocka_unit_test(rows_are_the_product_of_the_lengths),
        cmocka_unit_test(the_ratio_is_to_the_preset_of_what_is_swept),
        cmocka_unit_test(threads_change_no_bit),
        cmocka_unit_test(shares_are_what_is_counted_by_hand),
        cmocka_unit_test(the_logit_gradient_is_the_softmax_chain_rule),
        cmocka_unit_test(ignored_voxels_are_no_border),
        cmocka_unit_test(a_truth_without_foreground_has_no_smallest_object),
        cmocka_unit_test(losses_without_a_gradient_leave_it_empty),
        cmocka_unit_test(tau_needs_three_cases_and_tells_the_direction),
        cmocka_unit_test(failed_cases_are_counted_only),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
