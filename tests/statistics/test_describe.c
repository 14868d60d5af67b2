/* test_describe.c - type 7 quantiles by hand. */
#include <math.h>

#include "statistics/describe.h"
#include "support/fixture.h"

static void quartiles_of_few_numbers_lie_between(void **state)
{
    static const double X[] = {10, 20, 30, 40};

    (void)state;
    assert_true(isnan(seg_quantile(X, 0, 0.5)));
    assert_near(seg_quantile(X, 1, 0.25), 10, 0, 0);
    assert_near(seg_quantile(X, 2, 0.25), 12.5, 0, 0);
    assert_near(seg_quantile(X, 4, 0.25), 17.5, 0, 0);
    assert_near(seg_quantile(X, 4, 0), 10, 0, 0);
    assert_near(seg_quantile(X, 4, 1), 40, 0, 0);
}

/* The textbook formula with sum x^2 - n mean^2 would lose all digits here. */
static void a_small_spread_far_from_zero_is_kept(void **state)
{
    double x[] = {1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16};
    seg_description d = seg_describe(x, 4);

    (void)state;
    assert_near(d.mean, 1e9 + 10, 0, 0);
    assert_near(d.sd, sqrt(30), 1e-15, 0);
}

/* 1000 times 0.8 prints 0.8, and 1e16 does not swallow the ones beside it. */
static void means_are_compensated(void **state)
{
    double x[1000], y[] = {1, 1e16, 1, -1e16}, z[] = {0.1, 0.1, 0.1};
    seg_description d;

    (void)state;
    for (int i = 0; i < 1000; i++)
        x[i] = 0.8;
    assert_true(seg_mean(x, 1000) == 0.8);
    d = seg_describe(x, 1000);
    assert_true(d.mean == 0.8 && d.sd == 0);
    assert_true(seg_mean(y, 4) == 0.5);
    d = seg_describe(z, 3);
    assert_true(d.mean == 0.1 && d.sd == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(means_are_compensated),
        cmocka_unit_test(quartiles_of_few_numbers_lie_between),
        cmocka_unit_test(a_small_spread_far_from_zero_is_kept),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
