/* test_bootstrap.c - intervals against scipy and theory; ranks that are sure, and ranks that are not. */
#include <math.h>

#include "base/parallel.h"
#include "statistics/bootstrap.h"
#include "statistics/random.h"
#include "support/fixture.h"
#include "support/survey.h"

static const double X[] = {3.1, 2.2, 5.9, 4.4, 8.8, 1.2, 0.3, 6.6, 2.9, 3.3};

static seg_bootstrap bootstrap(const double *x, size_t n, size_t resamples, uint64_t seed)
{
    seg_bootstrap b;
    seg_error err = {0};

    assert_ok(seg_bootstrap_mean(&b, x, n, 0.95, resamples, seed, &err), &err);
    return b;
}

/* scipy.stats.bootstrap 1.10.1 with 200000 resamples: percentile 2.41 .. 5.46, BCa 2.51 .. 5.60. The ends of 100000
 * resamples scatter by about 0.01. */
static void intervals_agree_with_scipy(void **state)
{
    seg_bootstrap b = bootstrap(X, 10, 100000, 1);

    (void)state;
    assert_near(b.percentile.low, 2.41, 0, 0.04);
    assert_near(b.percentile.high, 5.46, 0, 0.04);
    assert_near(b.bca.low, 2.51, 0, 0.04);
    assert_near(b.bca.high, 5.60, 0, 0.04);
}

static void the_seed_decides_and_the_threads_do_not(void **state)
{
    seg_bootstrap one, many, other;

    (void)state;
    seg_set_threads(1);
    one = bootstrap(X, 10, 1000, 5);
    other = bootstrap(X, 10, 1000, 6);
    seg_set_threads(4);
    many = bootstrap(X, 10, 1000, 5);
    seg_set_threads(0);
    assert_memory_equal(&one, &many, sizeof one);
    assert_memory_not_equal(&one, &other, sizeof one);
}

static void constant_and_tiny_samples_have_no_width(void **state)
{
    static const double SAME[] = {0.1, 0.1, 0.1, 0.1};
    seg_bootstrap b = bootstrap(SAME, 4, 500, 1);

    (void)state;
    assert_near(b.percentile.low, 0.1, 1e-15, 0);
    assert_near(b.bca.high, 0.1, 1e-15, 0);
    assert_true(isnan(bootstrap(SAME, 1, 500, 1).bca.low));
}

/* splitmix64 of seed 0 begins e220a8397b1dcdaf 6e789e6aa1b965f4 06c45d188009454f (published test vector). */
static void random_numbers_are_splitmix64(void **state)
{
    (void)state;
    assert_true(seg_random_at(0, 0) == 0xe220a8397b1dcdafu);
    assert_true(seg_random_at(0, 1) == 0x6e789e6aa1b965f4u);
    assert_true(seg_random_at(0, 2) == 0x06c45d188009454fu);
    for (uint64_t i = 0; i < 1000; i++)
        assert_true(seg_random_below(3, i, 7) < 7);
}

static void a_method_that_always_wins_stays_first(void **state)
{
    static const double SURE[5][3] = {{3, 2, 1}, {4, 3, 2}, {3.5, 3, 1}, {5, 1, 0}, {9, 8, 7}};
    seg_stability s;
    seg_error err = {0};

    (void)state;
    assert_ok(seg_stability_of(&s, &SURE[0][0], 5, 3, 1, 1000, 1, &err), &err);
    assert_int_equal(s.winner, 0);
    assert_near(s.stays_first, 1, 0, 0);
    assert_near(s.tau, 1, 1e-14, 0);
    assert_near(s.tau_without_one, 1, 1e-14, 0);
    assert_int_equal(s.decisive, 0);
    assert_ok(seg_stability_of(&s, &SURE[0][0], 5, 3, -1, 1000, 1, &err), &err);
    assert_int_equal(s.winner, 2);
}

static void one_case_can_decide(void **state)
{
    static const double DECIDED[4][2] = {{1, 0}, {0, 0.2}, {0, 0.2}, {0, 0.2}};
    seg_stability s;
    seg_error err = {0};

    (void)state;
    assert_ok(seg_stability_of(&s, &DECIDED[0][0], 4, 2, 1, 20000, 1, &err), &err);
    assert_int_equal(s.winner, 0);
    assert_int_equal(s.decisive, 1);
    assert_near(s.tau_without_one, -1, 0, 0);
    /* the first case must be drawn at least once: 1 - (3/4)^4; the share of 20000 draws scatters by 0.0033 */
    assert_near(s.stays_first, 1 - 81 / 256.0, 0, 0.013);
}

/* Tversky is first of UNet by 0.2 of 80: the survey's winner is nearly a coin's. */
static void the_surveys_winner_is_not_sure(void **state)
{
    double dsc[ORGANS][LOSSES];
    seg_stability s;
    seg_error err = {0};

    (void)state;
    survey_read(dsc, "UNet");
    assert_ok(seg_stability_of(&s, &dsc[0][0], ORGANS, LOSSES, 1, 10000, 1, &err), &err);
    assert_int_equal(s.winner, TVERSKY);
    assert_in_range(s.stays_first * 100, 30, 75);
    assert_true(s.decisive > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(intervals_agree_with_scipy),
        cmocka_unit_test(the_seed_decides_and_the_threads_do_not),
        cmocka_unit_test(constant_and_tiny_samples_have_no_width),
        cmocka_unit_test(random_numbers_are_splitmix64),
        cmocka_unit_test(a_method_that_always_wins_stays_first),
        cmocka_unit_test(one_case_can_decide),
        cmocka_unit_test(the_surveys_winner_is_not_sure),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
