/* test_registry.c - what help, manual and parser read from the tables of metrics and conventions is complete. */
#include "support/metric_score.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static void every_metric_describes_itself(void **state)
{
    (void)state;
    for (size_t i = 0; i < seg_metrics_count; i++) {
        const seg_metric *m = seg_metrics[i];

        if (!m->name || !m->title || !m->definition || !m->range || !m->empty || !m->reference || !m->params)
            fail_msg("%s lacks a text", m->name ? m->name : "a metric");
        assert_true(strlen(m->title) > 0 && strlen(m->definition) > 0 && strlen(m->range) > 0 && strlen(m->empty) > 0);
        assert_true(m->class_value || m->case_value);
        assert_string_equal(m->params[0].name, "convention");
        assert_int_equal(m->params[0].at, 0);
        assert_true(m->size >= sizeof(seg_metric_params));
    }
}

static void names_and_aliases_find_their_own_metric(void **state)
{
    (void)state;
    for (size_t i = 0; i < seg_metrics_count; i++) {
        const seg_metric *m = seg_metrics[i];

        assert_ptr_equal(seg_metric_find(m->name), m);
        for (size_t k = 0; k < sizeof m->aliases / sizeof m->aliases[0] && m->aliases[k]; k++)
            assert_ptr_equal(seg_metric_find(m->aliases[k]), m);
    }
    assert_null(seg_metric_find("hd96"));
    assert_string_equal(seg_metric_find("Fowlkes_Mallows")->name, "fowlkes-mallows");
    assert_string_equal(seg_metric_nearest("dcs"), "dsc");
}

static void the_words_of_the_parameter_are_the_conventions(void **state)
{
    (void)state;
    assert_string_equal(seg_convention_words[0], "run");
    for (size_t c = 0; c < seg_conventions_count; c++) {
        assert_string_equal(seg_convention_words[c + 1], seg_conventions[c].name);
        assert_int_equal(seg_convention_find(seg_conventions[c].name), c);
        assert_true(strlen(seg_conventions[c].meaning) > 0 && strlen(seg_conventions[c].checked) > 0);
    }
    assert_string_equal(seg_convention_words[seg_conventions_count + 1], "all");
    assert_null(seg_convention_words[seg_conventions_count + 2]);
    assert_int_equal(seg_convention_find("google"), seg_convention_find("surface-distance"));
    assert_int_equal(seg_convention_find("unknown"), -1);
    assert_string_equal(seg_convention_nearest("medpi"), "medpy");
}

static void conventions_define_metrics_that_exist(void **state)
{
    (void)state;
    for (size_t c = 0; c < seg_conventions_count; c++) {
        char *names = seg_copy(seg_conventions[c].defines ? seg_conventions[c].defines : "", SIZE_MAX), *rest = names;
        char *name;

        while ((name = strsep(&rest, " ")))
            if (*name && !seg_metric_find(name))
                fail_msg("%s defines %s", seg_conventions[c].name, name);
        free(names);
    }
    for (size_t i = 0; i < seg_metrics_count; i++)
        assert_true(seg_convention_defines(0, seg_metrics[i]->name));
}

static size_t count_jobs(const char *metric, const char *params)
{
    seg_metric_jobs jobs = {0};
    seg_error err = {0};
    size_t n;

    assert_ok(seg_metric_jobs_add(&jobs, seg_metric_find(metric), params, 0, &err), &err);
    n = jobs.n;
    seg_metric_jobs_free(&jobs);
    return n;
}

static void lists_and_all_conventions_become_jobs_of_their_own(void **state)
{
    size_t defining = 0;

    (void)state;
    for (size_t c = 0; c < seg_conventions_count; c++)
        defining += seg_convention_defines((int)c, "nsd");
    assert_int_equal(count_jobs("nsd", NULL), 1);
    assert_int_equal(count_jobs("nsd", "tolerance=1/2/3"), 3);
    assert_int_equal(count_jobs("nsd", "convention=all"), defining);
    assert_int_equal(count_jobs("nsd", "tolerance=1/2,convention=all"), 2 * defining);
    assert_int_equal(count_jobs("dsc", "convention=medpy"), 1);
}

static void a_job_prints_what_makes_it_differ(void **state)
{
    static const char *const printed[] = {"convention=monai;tolerance=1", "convention=monai;tolerance=2"};
    const seg_metric *nsd = seg_metric_find("nsd");
    seg_metric_jobs jobs = {0};
    seg_error err = {0};

    (void)state;
    assert_ok(seg_metric_jobs_add(&jobs, nsd, "tolerance=1/2,convention=monai", 0, &err), &err);
    for (size_t j = 0; j < 2; j++) {
        seg_string text = {0};

        seg_params_write(nsd->params, jobs.job[j].params, ";", &text);
        assert_string_equal(text.text, printed[j]);
        assert_int_equal(seg_metric_job_convention(&jobs.job[j]), seg_convention_find("monai"));
        seg_string_free(&text);
    }
    seg_metric_jobs_free(&jobs);
}

static void units_follow_the_grid_and_the_convention(void **state)
{
    static const struct {
        const char *metric, *convention, *known, *unknown;
    } rows[] = {
        {"hd95", "segloss", "mm", "px"}, {"hd95", "transunet", "px", "px"}, {"volume-truth", "segloss", "mm3", "px"},
        {"dsc", "segloss", "", ""},      {"rvd", "chaos", "%", "%"},        {"rvd", "segloss", "", ""}};
    const seg_grid known = {.n = {4, 4, 4}, .mm = {1, 1, 1}, .has_mm = true};
    const seg_grid unknown = {.n = {4, 4, 4}, .mm = {1, 1, 1}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        seg_metric_job job = {seg_metric_find(rows[i].metric), NULL, seg_convention_find(rows[i].convention)};

        assert_string_equal(seg_metric_job_unit(&job, &known), rows[i].known);
        assert_string_equal(seg_metric_job_unit(&job, &unknown), rows[i].unknown);
    }
}

static void a_wrong_parameter_is_refused_by_name(void **state)
{
    static const char *const wrong[] = {"percentile=101", "percentil=95", "convention=unknown", "percentile="};

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        seg_metric_jobs jobs = {0};
        seg_error err = {0};

        assert_int_equal(seg_metric_jobs_add(&jobs, seg_metric_find("hd95"), wrong[i], 0, &err), SEG_USAGE);
        assert_non_null(strstr(err.text, "hd95"));
        assert_int_equal(jobs.n, 0);
        seg_metric_jobs_free(&jobs);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_metric_describes_itself),
        cmocka_unit_test(names_and_aliases_find_their_own_metric),
        cmocka_unit_test(the_words_of_the_parameter_are_the_conventions),
        cmocka_unit_test(conventions_define_metrics_that_exist),
        cmocka_unit_test(lists_and_all_conventions_become_jobs_of_their_own),
        cmocka_unit_test(a_job_prints_what_makes_it_differ),
        cmocka_unit_test(units_follow_the_grid_and_the_convention),
        cmocka_unit_test(a_wrong_parameter_is_refused_by_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
