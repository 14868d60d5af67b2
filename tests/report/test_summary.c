/* test_summary.c - moments and type 7 quartiles, with undefined and infinite values counted apart. */
#include <math.h>
#include <stdlib.h>

#include "report/summary.h"
#include "support/fixture.h"

static seg_summary_key key(const char *measure, const char *params, bool aggregate, int64_t cls)
{
    return (seg_summary_key){SEG_KIND_METRIC, measure, params, "mm", aggregate, cls, aggregate ? NULL : "liver"};
}

static void add(seg_summary *s, seg_summary_key k, double x)
{
    seg_error err = {0};

    assert_ok(seg_summary_add(s, &k, x, NULL, &err), &err);
}

/* R: quantile(c(1, 2, 4, 8, 16.5), c(.25, .5, .75)) = 2, 4, 8; mean 6.3, sd 6.300794. */
static void known_numbers(void **state)
{
    static const double X[] = {16.5, NAN, 1, 8, INFINITY, 2, -INFINITY, 4};
    seg_summary s = {0};
    seg_summary_numbers m;
    seg_error err = {0};

    (void)state;
    for (size_t i = 0; i < 8; i++)
        add(&s, key("hd95", "", true, 0), X[i]);
    assert_ok(seg_summary_moments(&m, &s.entry[0], &err), &err);
    assert_int_equal(m.n, 5);
    assert_int_equal(m.undefined, 1);
    assert_int_equal(m.infinite, 2);
    assert_near(m.mean, 6.3, 1e-15, 0);
    assert_near(m.sd, sqrt(39.7), 1e-15, 0); /* (10.2^2 + 5.3^2 + 1.7^2 + 4.3^2 + 2.3^2) / 4 */
    assert_near(m.q1, 2, 0, 0);
    assert_near(m.median, 4, 0, 0);
    assert_near(m.q3, 8, 0, 0);
    assert_near(m.min, 1, 0, 0);
    assert_near(m.max, 16.5, 0, 0);
    seg_summary_free(&s);
}

static void one_value_has_no_spread_and_none_has_nothing(void **state)
{
    seg_summary s = {0};
    seg_summary_numbers m;
    seg_error err = {0};

    (void)state;
    add(&s, key("dsc", "", true, 0), 0.5);
    add(&s, key("iou", "", true, 0), NAN);
    assert_ok(seg_summary_moments(&m, &s.entry[0], &err), &err);
    assert_near(m.mean, 0.5, 0, 0);
    assert_true(isnan(m.sd));
    assert_near(m.q3, 0.5, 0, 0);
    assert_ok(seg_summary_moments(&m, &s.entry[1], &err), &err);
    assert_true(isnan(m.mean) && isnan(m.min) && isnan(m.median));
    assert_int_equal(m.undefined, 1);
    seg_summary_free(&s);
}

static void parameters_classes_and_kinds_are_kept_apart(void **state)
{
    seg_summary s = {0};
    seg_summary_key loss = key("dsc", "", true, 0);

    (void)state;
    loss.kind = SEG_KIND_LOSS;
    for (int round = 0; round < 3; round++) {
        add(&s, key("dsc", "", true, 0), 1);
        add(&s, key("dsc", "a=1", true, 0), 2);
        add(&s, key("dsc", "", false, 0), 3);
        add(&s, key("dsc", "", false, 9), 4);
        add(&s, loss, 5);
        for (int k = 100; k < 300; k++)
            add(&s, key("dsc", NULL, false, k), k);
    }
    assert_int_equal(s.n, 205);
    for (size_t i = 0; i < s.n; i++)
        assert_int_equal(s.entry[i].n, 3);
    assert_near(seg_summary_find(&s, SEG_KIND_METRIC, "dsc", "a=1")->x[0], 2, 0, 0);
    assert_near(seg_summary_find(&s, SEG_KIND_METRIC, "dsc", NULL)->x[0], 1, 0, 0);
    assert_near(seg_summary_find(&s, SEG_KIND_LOSS, "dsc", "")->x[0], 5, 0, 0);
    assert_null(seg_summary_find(&s, SEG_KIND_METRIC, "hd95", NULL));
    seg_summary_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_numbers),
        cmocka_unit_test(one_value_has_no_spread_and_none_has_nothing),
        cmocka_unit_test(parameters_classes_and_kinds_are_kept_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
