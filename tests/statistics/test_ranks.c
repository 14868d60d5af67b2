/* test_ranks.c - mid-ranks, Kendall's tau-b, Friedman and Nemenyi against the survey's Table 3 and scipy. */
#include <math.h>

#include "statistics/friedman.h"
#include "statistics/rank.h"
#include "support/fixture.h"
#include "support/survey.h"

static void equal_numbers_share_the_mean_of_their_ranks(void **state)
{
    static const double X[] = {3, 1, INFINITY, 3, -INFINITY, 3}, WANTED[] = {4, 2, 6, 4, 1, 4};
    double rank[6], ties;
    seg_error err = {0};

    (void)state;
    assert_ok(seg_rank(X, 6, rank, &ties, &err), &err);
    for (int i = 0; i < 6; i++)
        assert_near(rank[i], WANTED[i], 0, 0);
    assert_near(ties, 24, 0, 0); /* 3^3 - 3 */
}

/* scipy.stats.kendalltau 1.10.1, method "exact" and "asymptotic". */
static void tau_agrees_with_scipy(void **state)
{
    static const double A[] = {1, 2, 2, 3, 5, 5, 7, 8}, B[] = {2, 1, 2, 4, 4, 6, 8, 7};
    static const double C[] = {1, 2, 3, 4, 5, 6}, D[] = {1, 3, 2, 6, 4, 5}, FLAT[6] = {0};
    seg_kendall tied = seg_kendall_of(A, B, 8), untied = seg_kendall_of(C, D, 6);

    (void)state;
    assert_near(tied.tau, 0.7692307692307694, 1e-14, 0);
    assert_near(tied.p, 0.010747577580460075, 1e-12, 0);
    assert_near(untied.tau, 0.6, 1e-14, 0);
    assert_near(untied.p, 0.1361111111111111, 1e-14, 0);
    assert_near(seg_kendall_of(C, C, 6).p, 2 / 720.0, 1e-13, 0);
    assert_true(isnan(seg_kendall_of(C, FLAT, 6).tau));
    assert_true(isnan(seg_kendall_of(C, C, 1).tau));
}

static void the_surveys_networks(void **state)
{
    static const struct {
        const char *network;
        double chi2, p, f, rank[LOSSES]; /* Dice, Focal, Tversky, Focal Tversky, Jaccard, Lovasz */
    } NETWORKS[] = {{"UNet", 18.2857, 0.0026088, 5.895, {5.25, 4.625, 2.5, 3.375, 1.875, 3.375}},
                    {"TransUNet", 31.2143, 8.4975e-6, 24.870, {5.25, 5.25, 2.125, 2.75, 1.375, 4.25}}};
    double dsc[ORGANS][LOSSES], rank[LOSSES];
    seg_error err = {0};

    (void)state;
    for (int i = 0; i < 2; i++) {
        seg_friedman t;

        survey_read(dsc, NETWORKS[i].network);
        assert_ok(seg_friedman_of(&t, rank, &dsc[0][0], ORGANS, LOSSES, 1, 0.05, &err), &err);
        assert_near(t.chi2, NETWORKS[i].chi2, 0, 5e-5); /* printed digits of the reference */
        assert_near(t.p, NETWORKS[i].p, 1e-4, 0);
        assert_near(t.f, NETWORKS[i].f, 0, 5e-4);
        assert_near(t.difference, 2.666, 0, 5e-4);
        for (int j = 0; j < LOSSES; j++)
            assert_near(rank[j], NETWORKS[i].rank[j], 1e-14, 0);
    }
}

/* scipy.stats.friedmanchisquare on rows with ties. */
static void ties_are_corrected(void **state)
{
    static const double X[5][3] = {{1, 1, 2}, {3, 2, 2}, {1, 2, 3}, {2, 2, 2}, {1, 3, 3}};
    double rank[3];
    seg_friedman t;
    seg_error err = {0};

    (void)state;
    assert_ok(seg_friedman_of(&t, rank, &X[0][0], 5, 3, -1, 0.05, &err), &err);
    assert_near(t.chi2, 2, 1e-13, 0);
    assert_near(t.p, 0.3678794411714412, 1e-9, 0);
    assert_near(rank[0], 1.7, 1e-15, 0); /* (1.5 + 3 + 1 + 2 + 1) / 5 */
}

static void agreement_and_indifference_are_the_extremes(void **state)
{
    static const double AGREE[3][3] = {{1, 2, 3}, {1, 2, 3}, {4, 5, 6}}, EQUAL[3][3] = {{0}};
    double rank[3];
    seg_friedman t;
    seg_error err = {0};

    (void)state;
    assert_ok(seg_friedman_of(&t, rank, &AGREE[0][0], 3, 3, 1, 0.05, &err), &err);
    assert_near(t.chi2, 6, 1e-14, 0);
    assert_true(isnan(t.f));                /* its denominator is 0 */
    assert_near(t.f_p, 1 / 36.0, 1e-14, 0); /* two cases more with the order of the first: 1 / 3!^2 */
    assert_near(t.exact_p, 1 / 36.0, 1e-14, 0);
    assert_near(rank[2], 1, 0, 0);
    assert_ok(seg_friedman_of(&t, rank, &EQUAL[0][0], 3, 3, 1, 0.05, &err), &err);
    assert_near(t.p, 1, 0, 0);
    assert_near(t.exact_p, 1, 1e-15, 0);
    assert_true(isnan(t.f));
    assert_ok(seg_friedman_of(&t, rank, &EQUAL[0][0], 1, 3, 1, 0.05, &err), &err);
    assert_true(isnan(t.p));
}

/* Share of all orders of the ranks within every case (of 4 cases of 3) whose sums are as far apart. */
static double enumerate_orders(const double *rank, size_t n, double observed)
{
    static const int ORDER[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    size_t patterns = 1, far = 0;

    for (size_t i = 0; i < n; i++)
        patterns *= 6;
    for (size_t pattern = 0; pattern < patterns; pattern++) {
        double sum[3] = {0}, spread = 0;
        size_t code = pattern;

        for (size_t i = 0; i < n; i++, code /= 6)
            for (int j = 0; j < 3; j++)
                sum[j] += rank[3 * i + (size_t)ORDER[code % 6][j]];
        for (int j = 0; j < 3; j++)
            spread += (sum[j] - 2 * (double)n) * (sum[j] - 2 * (double)n);
        far += spread >= observed - 1e-9;
    }
    return (double)far / (double)patterns;
}

static void the_exact_friedman_is_the_share_of_all_orders(void **state)
{
    uint64_t seed = 31;
    seg_error err = {0};

    (void)state;
    print_message("# seed %llu\n", (unsigned long long)seed);
    for (int round = 0; round < 60; round++) {
        size_t n = 2 + fixture_random(&seed) % 4;
        double x[5 * 3], rank[5 * 3], sum[3] = {0}, average[3], spread = 0;
        seg_friedman t;

        for (size_t i = 0; i < 3 * n; i++)
            x[i] = (double)(fixture_random(&seed) % 4); /* ties among them */
        for (size_t i = 0; i < n; i++)
            assert_ok(seg_rank(x + 3 * i, 3, rank + 3 * i, NULL, &err), &err);
        for (size_t i = 0; i < 3 * n; i++)
            sum[i % 3] += rank[i];
        for (int j = 0; j < 3; j++)
            spread += (sum[j] - 2 * (double)n) * (sum[j] - 2 * (double)n);
        assert_ok(seg_friedman_of(&t, average, x, n, 3, -1, 0.05, &err), &err);
        assert_near(t.exact_p, enumerate_orders(rank, n, spread), 1e-12, 0);
    }
}

/* The counting is left out where it would be long. */
static void the_exact_friedman_has_its_limits(void **state)
{
    static const size_t MOST[] = {[3] = 20, [4] = 12, [5] = 6, [6] = 4};
    double x[21 * 7], average[7];
    uint64_t seed = 5;
    seg_error err = {0};

    (void)state;
    for (size_t i = 0; i < sizeof x / sizeof *x; i++)
        x[i] = fixture_uniform(&seed);
    for (size_t k = 3; k <= 7; k++) {
        seg_friedman t;
        size_t most = k < 7 ? MOST[k] : 1;

        assert_ok(seg_friedman_of(&t, average, x, most + 1, k, 1, 0.05, &err), &err);
        assert_true(isnan(t.exact_p));
        assert_ok(seg_friedman_of(&t, average, x, most, k, 1, 0.05, &err), &err);
        assert_true(k == 7 || (t.exact_p > 0 && t.exact_p <= 1));
    }
}

static void the_surveys_networks_agree_little(void **state)
{
    double dsc[ORGANS][LOSSES], mean[2][LOSSES] = {{0}};
    seg_kendall k;

    (void)state;
    for (int network = 0; network < 2; network++) {
        survey_read(dsc, network ? "TransUNet" : "UNet");
        for (int organ = 0; organ < ORGANS; organ++) {
            for (int loss = 0; loss < LOSSES; loss++)
                mean[network][loss] += dsc[organ][loss] / ORGANS;
        }
    }
    k = seg_kendall_of(mean[0], mean[1], LOSSES);
    assert_near(k.tau, 0.6, 1e-14, 0);
    assert_near(k.p, 0.136, 0, 5e-4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_numbers_share_the_mean_of_their_ranks),
        cmocka_unit_test(tau_agrees_with_scipy),
        cmocka_unit_test(the_surveys_networks),
        cmocka_unit_test(ties_are_corrected),
        cmocka_unit_test(agreement_and_indifference_are_the_extremes),
        cmocka_unit_test(the_exact_friedman_is_the_share_of_all_orders),
        cmocka_unit_test(the_exact_friedman_has_its_limits),
        cmocka_unit_test(the_surveys_networks_agree_little),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
