/* test_gate.c - bounds that are kept exactly at the bound, and means that are not numbers. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "evaluate/gate.h"
#include "support/fixture.h"

static void a_bound_is_a_measure_perhaps_a_class_and_a_number(void **state)
{
    static const struct {
        const char *text, *measure, *cls;
        double bound;
    } GOOD[] = {
        {"dsc=0.85", "dsc", NULL, 0.85},
        {"hd95[liver]=8", "hd95", "liver", 8},
        {"dsc[left=right]=0.5", "dsc", "left=right", 0.5},
        {"dsc[a[1]]=1e-3", "dsc", "a[1]", 1e-3},
        {"x=-2", "x", NULL, -2},
    };
    static const char *const BAD[] = {
        "",           "dsc",      "dsc=",          "=0.5",       "dsc=x",           "dsc=nan",
        "dsc=inf",    "dsc=0.5x", "dsc[liver=0.5", "dsc[liver]", "dsc[liver] =0.5", "dsc[liver]x=0.5",
        "[liver]=0.5"};

    (void)state;
    for (size_t i = 0; i < sizeof GOOD / sizeof *GOOD; i++) {
        seg_gate gate;
        seg_error err = {0};

        assert_ok(seg_gate_read(&gate, GOOD[i].text, true, &err), &err);
        assert_string_equal(gate.measure, GOOD[i].measure);
        assert_true(!gate.cls == !GOOD[i].cls);
        if (gate.cls)
            assert_string_equal(gate.cls, GOOD[i].cls);
        assert_near(gate.bound, GOOD[i].bound, 0, 0);
        seg_gate_free(&gate);
    }
    for (size_t i = 0; i < 2 * sizeof BAD / sizeof *BAD; i++) {
        seg_gate gate;
        seg_error err = {0};

        if (seg_gate_read(&gate, BAD[i / 2], i % 2, &err) != SEG_USAGE || !strstr(err.text, "is no bound") ||
            strncmp(err.text, i % 2 ? "--fail-under '" : "--fail-over '", i % 2 ? 14 : 13))
            fail_msg("'%s': %s", BAD[i / 2], err.text);
        seg_gate_free(&gate);
    }
}

static void add(seg_summary *s, const char *measure, int cls, const char *label, double x)
{
    seg_summary_key key = {.kind = SEG_KIND_METRIC,
                           .measure = measure,
                           .params = "",
                           .unit = "",
                           .aggregate = cls < 0,
                           .cls = cls,
                           .label = label};

    assert_ok(seg_summary_add(s, &key, x, NULL), NULL);
}

/* Fails unless the gate is kept; if not, `said` must be in the reason. */
static void check(const seg_summary *s, const char *text, bool under, const char *said)
{
    seg_gate gate;
    seg_string why = {0};
    seg_error err = {0};
    bool kept = false;

    assert_ok(seg_gate_read(&gate, text, under, &err), &err);
    assert_ok(seg_gate_check(&gate, s, &kept, &why, &err), &err);
    if (kept != !said || (said && !strstr(why.text, said)))
        fail_msg("%s: %s", text, kept ? "kept" : why.text);
    if (kept)
        assert_null(why.text);
    seg_string_free(&why);
    seg_gate_free(&gate);
}

static void the_bound_itself_is_kept(void **state)
{
    seg_summary s = {0};

    (void)state;
    add(&s, "dsc", -1, NULL, 0.25);
    add(&s, "dsc", -1, NULL, 0.75);
    check(&s, "dsc=0.5", true, NULL);
    check(&s, "dsc=0.5", false, NULL);
    check(&s, "DSC=0.50000001", true, "the mean of DSC is 0.5, at least DSC=0.50000001 was wanted");
    check(&s, "dsc=0.49999999", false, "the mean of dsc is 0.5, at most dsc=0.49999999 was wanted");
    seg_summary_free(&s);
}

static void a_class_is_meant_by_its_id_or_its_name(void **state)
{
    seg_summary s = {0};

    (void)state;
    add(&s, "dsc", -1, NULL, 0.5);
    add(&s, "dsc", 2, "Left_kidney", 0.2);
    add(&s, "dsc", 12, NULL, 0.9);
    check(&s, "dsc[2]=0.2", true, NULL);
    check(&s, "dsc[left-kidney]=0.3", true, "the mean of dsc[left-kidney] is 0.2, at least");
    check(&s, "dsc[12]=0.9", true, NULL);
    check(&s, "dsc=0.6", true, "the mean of dsc is 0.5");
    seg_summary_free(&s);
}

/* A gate that nothing can miss would be worse than none. */
static void what_is_not_in_the_report_is_no_gate(void **state)
{
    static const char *const BAD[] = {"iou=0.5", "dsc[7]=0.5", "dsc[spleen]=0.5", "dsc[]=0.5"};
    seg_summary s = {0}, empty = {0};

    (void)state;
    add(&s, "dsc", -1, NULL, 0.5);
    add(&s, "dsc", 1, "liver", 0.5);
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        seg_gate gate;
        seg_error err = {0};
        bool kept;

        assert_ok(seg_gate_read(&gate, BAD[i], true, &err), &err);
        assert_int_equal(seg_gate_check(&gate, &s, &kept, &(seg_string){0}, &err), SEG_USAGE);
        assert_non_null(strstr(err.text, "the report has no such measure"));
        assert_int_equal(seg_gate_check(&gate, &empty, &kept, &(seg_string){0}, &err), SEG_USAGE);
        seg_gate_free(&gate);
    }
    seg_summary_free(&s);
}

static void undefined_keeps_no_bound_and_infinite_no_upper_one(void **state)
{
    seg_summary s = {0};

    (void)state;
    add(&s, "nothing", -1, NULL, NAN);
    add(&s, "nothing", -1, NULL, NAN);
    check(&s, "nothing=0", true, "nothing is undefined in all 2 cases");
    check(&s, "nothing=0", false, "nothing is undefined in all 2 cases");
    add(&s, "mostly", -1, NULL, NAN);
    add(&s, "mostly", -1, NULL, 3);
    check(&s, "mostly=3", true, NULL);
    check(&s, "mostly=3", false, NULL);
    add(&s, "far", -1, NULL, INFINITY);
    check(&s, "far=1e300", false, "far is infinite in 1 of 1 cases");
    check(&s, "far=1e300", true, NULL);
    add(&s, "far", -1, NULL, 2);
    add(&s, "far", -1, NULL, NAN);
    check(&s, "far=9", false, "far is infinite in 1 of 3 cases");
    seg_summary_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bound_is_a_measure_perhaps_a_class_and_a_number),
        cmocka_unit_test(the_bound_itself_is_kept),
        cmocka_unit_test(a_class_is_meant_by_its_id_or_its_name),
        cmocka_unit_test(what_is_not_in_the_report_is_no_gate),
        cmocka_unit_test(undefined_keeps_no_bound_and_infinite_no_upper_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
