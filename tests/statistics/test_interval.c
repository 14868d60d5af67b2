/* test_interval.c - Student's intervals, order statistics around a median, equivalence: against scipy 1.10.1 and R. */
#include <math.h>

#include "statistics/describe.h"
#include "statistics/distribution.h"
#include "statistics/interval.h"
#include "support/fixture.h"

/* scipy.stats.t.ppf(p, df), t.sf(t, df) */
static void students_t_agrees_with_scipy(void **state)
{
    static const struct {
        double p, df, t;
    } QUANTILES[] = {{0.975, 1, 12.706204736174707}, {0.975, 2, 4.302652729911275},  {0.975, 9, 2.2621571628540993},
                     {0.95, 28, 1.7011309342659304}, {0.025, 5, -2.570581836314739}, {0.5, 3, 0}};

    (void)state;
    for (size_t i = 0; i < sizeof QUANTILES / sizeof *QUANTILES; i++)
        assert_near(seg_t_quantile(QUANTILES[i].p, QUANTILES[i].df), QUANTILES[i].t, 1e-8, 1e-10); /* of DCDFLIB */
    assert_near(seg_t_above(2, 7), 0.04280966429, 1e-9, 0);
    assert_near(seg_t_above(-2, 7), 1 - 0.04280966429, 1e-9, 0);
    assert_near(seg_t_above(0, 7), 0.5, 1e-12, 0);
}

/* R: t.test(c(1, 2, 4, 8))$conf.int */
static void the_interval_of_a_mean(void **state)
{
    static const double X[] = {1, 2, 4, 8};
    seg_interval i = seg_t_interval(X, 4, 0.95), one = seg_t_interval(X, 1, 0.95);

    (void)state;
    assert_near(i.low, 3.75 - 3.182446305284263 * sqrt(28.75 / 3 / 4), 1e-9, 0);
    assert_near(i.high, 3.75 + 3.182446305284263 * sqrt(28.75 / 3 / 4), 1e-9, 0);
    assert_true(isnan(one.low) && isnan(one.high));
    assert_null(seg_interval_kind(1));
    assert_string_equal(seg_interval_kind(2), "t");
    assert_string_equal(seg_interval_kind(29), "t");
    assert_string_equal(seg_interval_kind(30), "bca");
}

/* P(B <= k) for n trials of 1/2: the largest k with at most 0.025. */
static void the_interval_of_a_median_covers_what_it_says(void **state)
{
    double x[60];

    (void)state;
    for (int i = 0; i < 60; i++)
        x[i] = i + 1;
    for (size_t n = 1; n <= 60; n++) {
        seg_interval i = seg_median_interval(x, n, 0.95);
        double below = 0, term = ldexp(1, -(int)n);
        size_t k = 0;

        while (below + term <= 0.025) {
            below += term;
            term *= (double)(n - k) / (double)(k + 1);
            k++;
        }
        if (!k) {
            assert_true(n <= 5 && isnan(i.low));
            continue;
        }
        assert_near(i.low, (double)k, 0, 0);
        assert_near(i.high, (double)(n + 1 - k), 0, 0);
    }
}

static void equivalence_is_two_one_sided_tests(void **state)
{
    static const double D[] = {0.01, -0.02, 0.005, 0, 0.012, -0.004}, SAME[] = {0.1, 0.1, 0.1};
    double mean = 0.003 / 6, se = 0;
    seg_equivalence wide = seg_equivalence_of(D, 6, 0.05, 0.05), narrow = seg_equivalence_of(D, 6, 0.001, 0.05);

    (void)state;
    for (int i = 0; i < 6; i++)
        se += (D[i] - mean) * (D[i] - mean);
    se = sqrt(se / 5 / 6);
    assert_near(wide.p, seg_t_above((0.05 - mean) / se, 5), 1e-15, 0);
    assert_true(wide.equivalent && !narrow.equivalent);
    assert_near(wide.difference.low, mean - seg_t_quantile(0.95, 5) * se, 1e-14, 0);
    assert_true(seg_equivalence_of(SAME, 3, 0.2, 0.05).equivalent);
    assert_false(seg_equivalence_of(SAME, 3, 0.05, 0.05).equivalent);
    assert_true(isnan(seg_equivalence_of(SAME, 1, 0.05, 0.05).p));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(students_t_agrees_with_scipy),
        cmocka_unit_test(the_interval_of_a_mean),
        cmocka_unit_test(the_interval_of_a_median_covers_what_it_says),
        cmocka_unit_test(equivalence_is_two_one_sided_tests),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
