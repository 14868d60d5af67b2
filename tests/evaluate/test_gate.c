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

static void add_with(seg_summary *s, const char *measure, int cls, const char *label, double x, const char *status)
{
    seg_summary_key key = {.kind = SEG_KIND_METRIC,
                           .measure = measure,
                           .params = "",
                           .unit = "",
                           .aggregate = cls < 0,
                           .cls = cls,
                           .label = label};

    assert_ok(seg_summary_add(s, &key, x, status, NULL), NULL);
}

static void add(seg_summary *s, const char *measure, int cls, const char *label, double x)
{
    add_with(s, measure, cls, label, x, NULL);
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

static void a_value_that_is_missing_or_put_in_keeps_no_bound(void **state)
{
    static const struct {
        double x;
        const char *status, *said;
    } VALUES[] = {{NAN, "empty-prediction", "x is undefined in 1 of 2 cases"},
                  {NAN, "empty-truth", "x is undefined in 1 of 2 cases"},
                  {NAN, "not-computed: the denominator is 0", "x is undefined in 1 of 2 cases"},
                  {INFINITY, "empty-prediction", "x is infinite in 1 of 2 cases"},
                  {-INFINITY, NULL, "x is infinite in 1 of 2 cases"},
                  {3, "imputed: empty-prediction", "x is imputed in 1 of 2 cases"},
                  {3, "partial: empty-prediction", "x is a mean that leaves out a class in 1 of 2 cases"},
                  {NAN, "both-empty", NULL},
                  {3, "imputed: both-empty", NULL},
                  {3, "ok", NULL}};

    (void)state;
    for (size_t i = 0; i < 2 * sizeof VALUES / sizeof *VALUES; i++) {
        seg_summary s = {0};
        int cls = i % 2 ? 7 : -1; /* also for a class */

        add(&s, "x", cls, NULL, 3);
        add_with(&s, "x", cls, NULL, VALUES[i / 2].x, VALUES[i / 2].status);
        for (int under = 0; under < 2; under++) {
            const char *said = VALUES[i / 2].said;

            check(&s, cls < 0 ? "x=3" : "x[7]=3", under, said && cls >= 0 ? strchr(said, ' ') : said);
        }
        seg_summary_free(&s);
    }
}

static void without_any_value_there_is_no_mean(void **state)
{
    seg_summary s = {0};

    (void)state;
    add_with(&s, "nothing", -1, NULL, NAN, "both-empty");
    add_with(&s, "nothing", -1, NULL, NAN, "both-empty");
    check(&s, "nothing=0", true, "nothing is undefined in all 2 cases");
    check(&s, "nothing=0", false, "nothing is undefined in all 2 cases");
    seg_summary_free(&s);
}

/* --gate-missing ignore */
static void missing_values_may_be_ignored(void **state)
{
    seg_summary s = {0};
    seg_gate gate;
    seg_string why = {0};
    bool kept;

    (void)state;
    add(&s, "x", -1, NULL, 3);
    add(&s, "x", -1, NULL, NAN);
    assert_ok(seg_gate_read(&gate, "x=3", true, NULL), NULL);
    gate.ignore_missing = true;
    assert_ok(seg_gate_check(&gate, &s, &kept, &why, NULL), NULL);
    assert_true(kept);
    add(&s, "x", -1, NULL, INFINITY);
    assert_ok(seg_gate_check(&gate, &s, &kept, &why, NULL), NULL);
    assert_true(kept);
    gate.under = false;
    assert_ok(seg_gate_check(&gate, &s, &kept, &why, NULL), NULL);
    assert_false(kept); /* infinite is above any bound */
    assert_non_null(strstr(why.text, "x is infinite in 1 of 3 cases"));
    seg_string_free(&why);
    seg_gate_free(&gate);
    seg_summary_free(&s);
}

/* Of random values each that becomes a failure makes a gate that was kept miss, and never the other way round. */
static void a_failure_never_passes_a_gate(void **state)
{
    static const struct {
        double x;
        const char *status;
    } FAILURES[] = {{NAN, "empty-prediction"},
                    {INFINITY, "empty-prediction"},
                    {374, "imputed: empty-prediction"},
                    {NAN, "not-computed: no file"},
                    {0.99, "partial: empty-prediction"}};
    uint64_t seed = 7;

    (void)state;
    print_message("# seed %llu\n", (unsigned long long)seed);
    for (int round = 0; round < 200; round++) {
        size_t n = 1 + fixture_random(&seed) % 6, failing = fixture_random(&seed) % n;
        size_t kind = fixture_random(&seed) % (sizeof FAILURES / sizeof *FAILURES);
        seg_summary s = {0};
        seg_string why = {0};
        seg_gate gate;
        bool kept;

        for (size_t i = 0; i < n; i++) {
            double x = fixture_uniform(&seed);

            add_with(&s, "x", -1, NULL, i == failing ? FAILURES[kind].x : x,
                     i == failing ? FAILURES[kind].status : NULL);
        }
        assert_ok(seg_gate_read(&gate, round % 2 ? "x=0" : "x=1", round % 2, NULL), NULL); /* kept by any x in [0, 1] */
        assert_ok(seg_gate_check(&gate, &s, &kept, &why, NULL), NULL);
        assert_false(kept);
        seg_string_free(&why);
        seg_gate_free(&gate);
        seg_summary_free(&s);
    }
}

static void pooled_stands_in_the_brackets(void **state)
{
    static const struct {
        const char *text, *measure, *cls;
        bool pooled;
    } GOOD[] = {{"miou[pooled]=0.6", "miou", NULL, true},
                {"dsc[liver,pooled]=0.8", "dsc", "liver", true},
                {"dsc[unpooled]=0.8", "dsc", "unpooled", false}};
    seg_summary s = {0};
    seg_gate gate;
    seg_error err = {0};
    bool kept;

    (void)state;
    for (size_t i = 0; i < sizeof GOOD / sizeof *GOOD; i++) {
        assert_ok(seg_gate_read(&gate, GOOD[i].text, true, &err), &err);
        assert_string_equal(gate.measure, GOOD[i].measure);
        assert_int_equal(gate.pooled, GOOD[i].pooled);
        assert_true(!gate.cls == !GOOD[i].cls && (!gate.cls || !strcmp(gate.cls, GOOD[i].cls)));
        seg_gate_free(&gate);
    }
    add(&s, "dsc", -1, NULL, 0.9);
    assert_ok(seg_gate_read(&gate, "dsc[pooled]=0.5", true, &err), &err);
    assert_int_equal(seg_gate_check(&gate, &s, &kept, &(seg_string){0}, &err), SEG_USAGE);
    seg_gate_free(&gate);
    assert_ok(seg_summary_add_pooled(&s, &(seg_summary_key){SEG_KIND_METRIC, "dsc", "pooled=yes", "", true, 0, NULL},
                                     0.4, 3, &err),
              &err);
    check(&s, "dsc[pooled]=0.5", true, "the value of dsc[pooled] is 0.4, at least");
    check(&s, "dsc=0.5", true, NULL);
    seg_summary_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bound_is_a_measure_perhaps_a_class_and_a_number),
        cmocka_unit_test(the_bound_itself_is_kept),
        cmocka_unit_test(a_class_is_meant_by_its_id_or_its_name),
        cmocka_unit_test(what_is_not_in_the_report_is_no_gate),
        cmocka_unit_test(a_value_that_is_missing_or_put_in_keeps_no_bound),
        cmocka_unit_test(without_any_value_there_is_no_mean),
        cmocka_unit_test(missing_values_may_be_ignored),
        cmocka_unit_test(a_failure_never_passes_a_gate),
        cmocka_unit_test(pooled_stands_in_the_brackets),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
