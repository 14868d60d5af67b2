/* test_monotone.c - the score of curves whose score is known by hand. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "curves/monotone.h"

static seg_monotony score(const double *x, const double *y, size_t n)
{
    seg_monotony m;

    assert_int_equal(seg_monotony_of(x, y, n, &m, NULL), SEG_OK);
    return m;
}

/* The numbers below are short decimals: only rounding separates them from the result. */
#define CHECK_NEAR(a, b) assert_true(fabs((a) - (b)) < 1e-12)

static void a_straight_line_is_monotone(void **state)
{
    const double x[] = {4, 0, 1, 3, 2}, y[] = {9, 1, 3, 7, 5};
    seg_monotony m = score(x, y, 5);

    (void)state;
    CHECK_NEAR(m.of[SEG_TAU], 1);
    CHECK_NEAR(m.of[SEG_DRAWDOWN], 0);
    CHECK_NEAR(m.of[SEG_REVERSAL], 0);
    CHECK_NEAR(m.of[SEG_PLATEAU], 0);
    CHECK_NEAR(m.of[SEG_TAIL], 0.5);
    assert_int_equal(seg_trend_of(m.of), SEG_MONOTONE);
}

/* 0, 6, 2, 10 over 10: falls by 0.4; changes 0.6 + 0.4 + 0.8; one of six pairs is in the wrong order. */
static void a_fall_is_counted_in_every_measure(void **state)
{
    const double x[] = {0, 1, 2, 3}, y[] = {0, 6, 2, 10};
    seg_monotony m = score(x, y, 4);

    (void)state;
    CHECK_NEAR(m.of[SEG_TAU], 4.0 / 6);
    CHECK_NEAR(m.of[SEG_DRAWDOWN], 0.4);
    CHECK_NEAR(m.of[SEG_REVERSAL], 0.4 / 1.8);
    CHECK_NEAR(m.of[SEG_TAIL], 1 - 0.4); /* half of the largest x lies between 6 and 2 */
    assert_int_equal(seg_trend_of(m.of), SEG_FLUCTUATING);
}

/* x 0, 1, 1, 2 and y 0, 4, 6, 10: the tied pair leaves tau-b at 5 / sqrt(5 * 6), merged points are straight. */
static void equal_x_are_one_point_and_a_tie(void **state)
{
    const double x[] = {0, 1, 1, 2}, y[] = {0, 4, 6, 10};
    seg_monotony m = score(x, y, 4);
    double mx[] = {1, 0, 2, 1}, my[] = {4, 0, 10, 6};
    size_t n = 4;

    (void)state;
    CHECK_NEAR(m.of[SEG_TAU], 5 / sqrt(30));
    CHECK_NEAR(m.of[SEG_DRAWDOWN], 0);
    CHECK_NEAR(m.of[SEG_TAIL], 0.5);
    assert_int_equal(seg_merge_points(mx, my, &n, NULL), SEG_OK);
    assert_int_equal(n, 3);
    CHECK_NEAR(mx[1], 1);
    CHECK_NEAR(my[1], 5);
}

/* A plateau that trembles in the 12th digit has no order: x differs in 10 pairs, y in 4 of them. */
static void float_noise_on_a_plateau_is_no_order(void **state)
{
    const double x[] = {0, 1, 2, 3, 4}, y[] = {0, 1, 1 - 1e-12, 1 + 1e-12, 1 - 2e-12};
    seg_monotony m = score(x, y, 5);

    (void)state;
    CHECK_NEAR(m.of[SEG_TAU], 4 / sqrt(10 * 4));
    CHECK_NEAR(m.of[SEG_PLATEAU], 0.75);
    assert_int_equal(seg_trend_of(m.of), SEG_SATURATING);
}

static void a_constant_curve_has_no_tau(void **state)
{
    const double x[] = {0, 1, 2}, y[] = {3, 3, 3};
    seg_monotony m = score(x, y, 3);

    (void)state;
    assert_true(isnan(m.of[SEG_TAU]));
    CHECK_NEAR(m.of[SEG_DRAWDOWN], 0);
    assert_int_equal(seg_trend_of(m.of), SEG_CONSTANT);
}

static void points_without_a_value_are_left_out(void **state)
{
    const double x[] = {0, 1, NAN, 2, 3}, y[] = {0, NAN, 7, 2, 3}, none[] = {NAN, NAN};
    seg_monotony m = score(x, y, 5);

    (void)state;
    assert_int_equal(m.points, 3);
    CHECK_NEAR(m.of[SEG_TAU], 1);
    m = score(x, none, 2);
    assert_int_equal(m.points, 0);
    assert_int_equal(seg_trend_of(m.of), SEG_UNDEFINED);
}

static void falling_instead_of_rising_gives_the_opposite_tau(void **state)
{
    const double x[] = {0, 1, 2, 3, 4, 5}, y[] = {0, 3, 1, 4, 4, 9};
    double minus[6];

    (void)state;
    for (int i = 0; i < 6; i++)
        minus[i] = -y[i];
    CHECK_NEAR(score(x, y, 6).of[SEG_TAU], -score(x, minus, 6).of[SEG_TAU]);
}

static void verdicts_change_at_their_limits(void **state)
{
    double m[SEG_MEASURES] = {1, 0.05, 0, 0.25, 0, 1};

    (void)state;
    assert_int_equal(seg_trend_of(m), SEG_MONOTONE);
    m[SEG_PLATEAU] = 0.26;
    assert_int_equal(seg_trend_of(m), SEG_SATURATING);
    m[SEG_DRAWDOWN] = 0.0501;
    assert_int_equal(seg_trend_of(m), SEG_WAVY);
    m[SEG_DRAWDOWN] = 0.1001;
    assert_int_equal(seg_trend_of(m), SEG_FLUCTUATING);
    m[SEG_RISE] = 0.1;
    assert_int_equal(seg_trend_of(m), SEG_FALLING);
    m[SEG_DRAWDOWN] = 0.05; /* what hardly changes does not fall */
    assert_int_equal(seg_trend_of(m), SEG_SATURATING);
}

/* The standard error of 16 seeds is a quarter of their sd. */
static void a_mean_near_a_limit_is_borderline(void **state)
{
    double m[SEG_MEASURES] = {1, 0.055, 0, 0.1, 0, 1}, sd[SEG_MEASURES] = {0, 0.024, 0, 0, 0, 0};

    (void)state;
    assert_true(seg_trend_borderline(m, sd, 16));
    sd[SEG_DRAWDOWN] = 0.016;
    assert_false(seg_trend_borderline(m, sd, 16));
    sd[SEG_DRAWDOWN] = 0;
    assert_false(seg_trend_borderline(m, sd, 1));
    m[SEG_DRAWDOWN] = 0.3, m[SEG_RISE] = 0.11, sd[SEG_RISE] = 0.05;
    assert_true(seg_trend_borderline(m, sd, 16));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_straight_line_is_monotone),
        cmocka_unit_test(a_fall_is_counted_in_every_measure),
        cmocka_unit_test(equal_x_are_one_point_and_a_tie),
        cmocka_unit_test(float_noise_on_a_plateau_is_no_order),
        cmocka_unit_test(a_constant_curve_has_no_tau),
        cmocka_unit_test(points_without_a_value_are_left_out),
        cmocka_unit_test(falling_instead_of_rising_gives_the_opposite_tau),
        cmocka_unit_test(verdicts_change_at_their_limits),
        cmocka_unit_test(a_mean_near_a_limit_is_borderline),
    };

    return cmocka_run_group_tests_name("curves/monotone", tests, NULL, NULL);
}
