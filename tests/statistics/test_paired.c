/* test_paired.c - the signed-rank test against enumeration, the survey's Table 3 and scipy; Holm by its definition. */
#include <math.h>
#include <stdlib.h>

#include "statistics/describe.h"
#include "statistics/paired.h"
#include "statistics/rank.h"
#include "support/fixture.h"
#include "support/survey.h"

static seg_wilcoxon test_of(const double *x, const double *y, size_t n)
{
    seg_wilcoxon t;
    seg_error err = {0};

    assert_ok(seg_wilcoxon_of(&t, x, y, n, SEG_ZEROS_DROP, 0.95, &err), &err);
    return t;
}

static void the_surveys_pairs(void **state)
{
    static const struct {
        const char *network;
        int a, b;
        double w, p;
    } PAIRS[] = {{"UNet", DICE, JACCARD, 0, 2 / 256.0},
                 {"UNet", DICE, FOCAL, 13, 0.546875},
                 {"UNet", TVERSKY, JACCARD, 17, 0.9453125},
                 {"TransUNet", FOCAL, LOVASZ, 3, 0.0390625},
                 {"TransUNet", JACCARD, LOVASZ, 0, 2 / 256.0}};
    double dsc[ORGANS][LOSSES], x[ORGANS], y[ORGANS];

    (void)state;
    for (size_t i = 0; i < sizeof PAIRS / sizeof *PAIRS; i++) {
        seg_wilcoxon t;

        survey_read(dsc, PAIRS[i].network);
        for (int organ = 0; organ < ORGANS; organ++) {
            x[organ] = dsc[organ][PAIRS[i].a];
            y[organ] = dsc[organ][PAIRS[i].b];
        }
        t = test_of(x, y, ORGANS);
        assert_near(t.w, PAIRS[i].w, 0, 0);
        assert_near(t.p, PAIRS[i].p, 1e-14, 0);
        assert_true(t.exact);
    }
}

/* Share of the 2^n sign patterns whose rank sums are as far from the middle, or further. */
static double enumerate(const double *rank, size_t n, double w)
{
    double total = 0, far = 0;

    for (size_t i = 0; i < n; i++)
        total += rank[i];
    for (unsigned pattern = 0; pattern < 1u << n; pattern++) {
        double plus = 0;

        for (size_t i = 0; i < n; i++)
            plus += pattern >> i & 1 ? rank[i] : 0;
        far += fabs(plus - total / 2) >= fabs(w - total / 2) - 1e-9;
    }
    return far / (1u << n);
}

static void p_is_the_share_of_sign_patterns_with_ties_and_zeros(void **state)
{
    uint64_t seed = 20240601;
    seg_error err = {0};

    (void)state;
    for (int try = 0; try < 200; try++) {
        size_t n = 1 + fixture_random(&seed) % 12, m = 0;
        double x[12], y[12], size[12], rank[12];
        seg_wilcoxon t;

        for (size_t i = 0; i < n; i++) {
            x[i] = (double)(fixture_random(&seed) % 7);
            y[i] = (double)(fixture_random(&seed) % 7);
            if (x[i] != y[i])
                size[m++] = fabs(x[i] - y[i]);
        }
        t = test_of(x, y, n);
        assert_ok(seg_rank(size, m, rank, NULL, &err), &err);
        assert_int_equal(t.n, m);
        assert_int_equal(t.zeros, n - m);
        if (n > 2)
            assert_near(t.p, enumerate(rank, m, t.w), 1e-12, 0);
        else
            assert_true(isnan(t.p)); /* two cases can say nothing */
        assert_near(t.plus + t.minus, (double)(m * (m + 1)) / 2, 0, 0);
    }
}

/* scipy.stats.wilcoxon(u - v, correction=True, mode="approx"), scipy 1.10.1; the median of all Walsh averages by numpy. */
static void many_cases_with_ties_agree_with_scipy(void **state)
{
    double u[60], v[60];
    seg_wilcoxon t;

    (void)state;
    for (int i = 0; i < 60; i++) {
        u[i] = rint(sin(i * 1.7) * 5) / 2 + 0.3;
        v[i] = rint(cos(i * 0.9) * 5) / 2;
    }
    t = test_of(u, v, 60);
    assert_false(t.exact);
    assert_near(t.w, 762, 0, 0);
    assert_near(t.p, 0.26142853629538465, 1e-12, 0);
    assert_near(t.shift, 0.29999999999999993, 1e-15, 0);
}

/* All Walsh averages, sorted: the definition. */
static void shift_and_interval_are_order_statistics_of_walsh_averages(void **state)
{
    uint64_t seed = 7;

    (void)state;
    for (size_t n = 1; n <= 40; n++) {
        double x[40], y[40] = {0}, walsh[820];
        size_t pairs = 0;
        seg_wilcoxon t;

        for (size_t i = 0; i < n; i++)
            x[i] = fixture_uniform(&seed) - 0.3;
        for (size_t i = 0; i < n; i++) {
            for (size_t j = i; j < n; j++)
                walsh[pairs++] = (x[i] + x[j]) / 2;
        }
        seg_sort(walsh, pairs);
        t = test_of(x, y, n);
        assert_near(t.shift, seg_quantile(walsh, pairs, 0.5), 1e-14, 0);
        assert_int_equal(isinf(t.low) && isinf(t.high), n < 6); /* 2 / 2^5 is above 0.05 */
        if (n == 6) {
            assert_near(t.low, walsh[0], 0, 0);
            assert_near(t.high, walsh[pairs - 1], 0, 0);
        }
        if (n == 10) { /* tables of the signed-rank test: P(W <= 8) = 0.0244 for n = 10 */
            assert_near(t.low, walsh[8], 0, 0);
            assert_near(t.high, walsh[pairs - 9], 0, 0);
        }
        assert_true(t.low <= t.shift && t.shift <= t.high);
    }
}

static void swapping_the_methods_swaps_the_signs(void **state)
{
    static const double X[] = {3, 1, 4, 1, 5, 9, 2, 6}, Y[] = {2, 7, 1, 8, 2, 8, 1, 8};
    seg_wilcoxon a = test_of(X, Y, 8), b = test_of(Y, X, 8);

    (void)state;
    assert_near(a.p, b.p, 0, 0);
    assert_near(a.effect, -b.effect, 0, 0);
    assert_near(a.shift, -b.shift, 1e-15, 0);
    assert_near(a.low, -b.high, 1e-15, 0);
    assert_near(a.plus, b.minus, 0, 0);
}

/* Pratt: zeros are ranked with the others and then left out of the sums; p is the share of sign patterns of the rest. */
static void pratt_ranks_the_zeros(void **state)
{
    uint64_t seed = 11;
    seg_error err = {0};

    (void)state;
    print_message("# seed %llu\n", (unsigned long long)seed);
    for (int try = 0; try < 100; try++) {
        size_t n = 3 + fixture_random(&seed) % 10, m = 0;
        double x[12], y[12] = {0}, size[12], rank[12], kept[12];
        seg_wilcoxon t;

        for (size_t i = 0; i < n; i++) {
            x[i] = (double)(fixture_random(&seed) % 5) - 2;
            size[i] = fabs(x[i]);
        }
        assert_ok(seg_rank(size, n, rank, NULL, &err), &err);
        for (size_t i = 0; i < n; i++)
            if (x[i] != 0)
                kept[m++] = rank[i];
        assert_ok(seg_wilcoxon_of(&t, x, y, n, SEG_ZEROS_PRATT, 0.95, &err), &err);
        assert_near(t.p, enumerate(kept, m, t.w), 1e-12, 0);
        assert_true(isnan(t.shift));
        assert_int_equal(t.n, m);
    }
}

/* A failure that counts as worst: larger than any other difference, equal to its like; failed against failed is 0. */
static void an_infinite_difference_is_the_largest(void **state)
{
    static const double A[] = {1, 2, 3, INFINITY, 5, INFINITY}, B[] = {2, 4, 7, 1, INFINITY, INFINITY};
    seg_wilcoxon t = test_of(A, B, 6);

    (void)state;
    assert_int_equal(t.n, 5);
    assert_int_equal(t.zeros, 1);
    assert_near(t.plus, 4.5, 0, 0); /* +inf and -inf share ranks 4 and 5 */
    assert_near(t.minus, 1 + 2 + 3 + 4.5, 0, 0);
    assert_true(isnan(t.shift));
}

static void equal_methods_do_not_differ(void **state)
{
    static const double X[] = {1, 2, 3};
    seg_wilcoxon t = test_of(X, X, 3), none = test_of(X, X, 0);

    (void)state;
    assert_near(t.p, 1, 0, 0);
    assert_near(t.effect, 0, 0, 0);
    assert_true(isnan(t.shift)); /* zeros are left out of the shift as of the test */
    assert_true(t.identical);
    assert_int_equal(t.zeros, 3);
    assert_true(isnan(none.p) && isnan(none.shift));
}

/* With 8 cases no pair goes below 2/256, and Holm over 15 pairs makes that 0.117. */
static void the_smallest_p_is_reached_when_all_differences_agree(void **state)
{
    static const double X[] = {1, 2, 3, 4, 5, 6, 7, 8}, ZERO[8] = {0};
    double p[15];
    seg_error err = {0};

    (void)state;
    assert_near(test_of(X, ZERO, 8).p, seg_wilcoxon_smallest(8), 0, 0);
    assert_near(test_of(X, ZERO, 8).effect, 1, 0, 0);
    for (int i = 0; i < 15; i++)
        p[i] = i ? 0.9 : seg_wilcoxon_smallest(8);
    assert_ok(seg_holm(p, 15, &err), &err);
    assert_near(p[0], 0.1171875, 1e-15, 0);
    assert_near(seg_wilcoxon_smallest(0), 1, 0, 0);
    assert_near(seg_wilcoxon_smallest(100000), 0, 0, 0);
}

/* Holm 1979 by hand: sorted .01 .02 .03 .04 times 4 3 2 1 = .04 .06 .06 .06 (never falling). */
static void holm_by_hand(void **state)
{
    double p[] = {0.03, 0.01, NAN, 0.04, 0.02, 0.02};
    static const double WANTED[] = {0.08, 0.05, NAN, 0.08, 0.08, 0.08};
    double q[] = {0.04, 0.01, 0.03, 0.02};
    static const double FOUR[] = {0.06, 0.04, 0.06, 0.06};
    seg_error err = {0};

    (void)state;
    assert_ok(seg_holm(p, 6, &err), &err);
    for (int i = 0; i < 6; i++)
        assert_near(p[i], WANTED[i], 1e-15, 0);
    assert_ok(seg_holm(q, 4, &err), &err);
    for (int i = 0; i < 4; i++)
        assert_near(q[i], FOUR[i], 1e-15, 0);
    assert_ok(seg_holm(q, 0, &err), &err);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_surveys_pairs),
        cmocka_unit_test(p_is_the_share_of_sign_patterns_with_ties_and_zeros),
        cmocka_unit_test(many_cases_with_ties_agree_with_scipy),
        cmocka_unit_test(shift_and_interval_are_order_statistics_of_walsh_averages),
        cmocka_unit_test(swapping_the_methods_swaps_the_signs),
        cmocka_unit_test(pratt_ranks_the_zeros),
        cmocka_unit_test(an_infinite_difference_is_the_largest),
        cmocka_unit_test(equal_methods_do_not_differ),
        cmocka_unit_test(the_smallest_p_is_reached_when_all_differences_agree),
        cmocka_unit_test(holm_by_hand),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
