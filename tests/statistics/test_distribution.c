/* test_distribution.c - tails and quantiles against published tables and scipy 1.10. */
#include <math.h>

#include "statistics/distribution.h"
#include "support/fixture.h"

/* Computed with scipy.stats 1.10.1: chi2.sf, f.sf, norm.sf, norm.ppf. DCDFLIB promises ten digits or more. */
static void tails_agree_with_scipy(void **state)
{
    (void)state;
    assert_near(seg_chi2_above(18.2857142857, 5), 0.00260883880724143, 1e-9, 0);
    assert_near(seg_chi2_above(31.2143, 5), 8.497411787111876e-06, 1e-9, 0);
    assert_near(seg_f_above(5.895, 5, 35), 0.0004717968042789363, 1e-9, 0);
    assert_near(seg_f_above(2.5, 3, 7), 0.14350945627893927, 1e-9, 0);
    assert_near(seg_normal_above(5), 2.866515718791933e-07, 1e-12, 0);
    assert_near(seg_normal_quantile(0.025), -1.9599639845400545, 1e-9, 0);
    assert_near(seg_normal_below(seg_normal_quantile(0.9)), 0.9, 1e-9, 0);
}

static void the_ends_are_certain(void **state)
{
    (void)state;
    assert_near(seg_chi2_above(0, 5), 1, 0, 0);
    assert_near(seg_f_above(0, 5, 35), 1, 0, 0);
    assert_near(seg_f_above(INFINITY, 5, 35), 0, 0, 0);
    assert_near(seg_range_below(0, 3), 0, 0, 0);
    assert_near(seg_range_below(40, 3), 1, 1e-12, 0);
}

/* q / sqrt(2), Demsar 2006, Table 5 (three decimals there: 1.960 2.343 2.569 2.728 2.850 3.031 3.164), with more digits
 * from scipy.stats.studentized_range. */
static void nemenyi_quantiles_are_the_published_ones(void **state)
{
    static const struct {
        int k;
        double q[3];
    } TABLE[] = {{2, {1.644854, 1.959964, 2.575829}},  {3, {2.052293, 2.343701, 2.913494}},
                 {4, {2.291341, 2.569032, 3.113250}},  {5, {2.459516, 2.727774, 3.254686}},
                 {6, {2.588521, 2.849705, 3.363740}},  {8, {2.779884, 3.030878, 3.526471}},
                 {10, {2.919889, 3.163684, 3.646292}}, {20, {3.319233, 3.543799, 3.991770}}};
    static const double P[] = {0.9, 0.95, 0.99};

    (void)state;
    for (size_t i = 0; i < sizeof TABLE / sizeof *TABLE; i++) {
        for (int j = 0; j < 3; j++) /* the table above is rounded to six decimals */
            assert_near(seg_range_quantile(P[j], TABLE[i].k) * M_SQRT1_2, TABLE[i].q[j], 0, 6e-7);
    }
}

/* The range of two normals is |N(0, 2)|, known in closed form. */
static void the_range_of_two_is_a_difference(void **state)
{
    (void)state;
    for (double q = 0.1; q < 8; q += 0.37)
        assert_near(seg_range_below(q, 2), erf(q / 2), 1e-13, 1e-14);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tails_agree_with_scipy),
        cmocka_unit_test(the_ends_are_certain),
        cmocka_unit_test(nemenyi_quantiles_are_the_published_ones),
        cmocka_unit_test(the_range_of_two_is_a_difference),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
