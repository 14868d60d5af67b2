/* test_figure.c - groups of ranks that a test does not tell apart, and a drawing that holds every row. */
#include <stdlib.h>
#include <string.h>

#include "compare/figure.h"
#include "compare/load.h"
#include "support/fixture.h"

static void groups_hold_what_lies_within_the_difference(void **state)
{
    static const double RANK[] = {1.875, 2.5, 3.375, 3.375, 4.625, 5.25}; /* the survey's UNet, difference 2.666 */
    size_t first[6], last[6];

    (void)state;
    assert_int_equal(seg_rank_groups(RANK, 6, 2.666, first, last), 3);
    assert_int_equal(first[0], 0);
    assert_int_equal(last[0], 3); /* 3.375 - 1.875 = 1.5, but 4.625 is 2.75 away */
    assert_int_equal(first[1], 1);
    assert_int_equal(last[1], 4);
    assert_int_equal(first[2], 2);
    assert_int_equal(last[2], 5);
    assert_int_equal(seg_rank_groups(RANK, 6, 0.1, first, last), 1); /* the two that are equal */
    assert_int_equal(seg_rank_groups(RANK, 6, 10, first, last), 1);
    assert_int_equal(last[0], 5);
    assert_int_equal(seg_rank_groups(RANK, 2, 0.1, first, last), 0);
}

static size_t count(const char *text, const char *what)
{
    size_t n = 0;

    for (; (text = strstr(text, what)); text += strlen(what))
        n++;
    return n;
}

static void the_surveys_table_is_drawn_whole_and_the_same_each_time(void **state)
{
    const char *const where[] = {"table=3"};
    const seg_query q = {.rows = "loss", .cols = "class", .group = "network", .where = where, .n_where = 1};
    seg_dataset cube = {0};
    seg_grades g = {0};
    seg_error err = {0};
    seg_string out[2] = {{0}, {0}}, ranks = {0};
    size_t n;
    seg_test_result *v;

    (void)state;
    assert_ok(seg_load_long(&cube, GOLDEN "/survey_tables.csv", &q, &err), &err);
    assert_ok(seg_grades_make(&g, &cube, &(seg_grading){.decimals = -1, .level = 0.95, .resamples = 50}, &err), &err);
    assert_ok(
        seg_test_results_make(&v, &n, &cube, &(seg_test_options){.alpha = 0.05, .resamples = 50, .seed = 1}, &err),
        &err);
    for (int i = 0; i < 2; i++)
        assert_ok(seg_table_picture(&(seg_table){.grades = &g,
                                                 .verdict = v,
                                                 .n_verdicts = n,
                                                 .judging = {.alpha = 0.05, .resamples = 50, .seed = 1}},
                                    &out[i], &err),
                  &err);
    assert_string_equal(out[0].text, out[1].text);
    /* Networks, losses, columns; and of every network 5 losses against the best, with 8 organs, some beyond the axis. */
    assert_true(count(out[0].text, "<circle") > 2 * 6 * 10);
    assert_true(count(out[0].text, "<circle") <= 2 * 6 * 10 + 2 * 5 * 8);
    assert_int_equal(count(out[0].text, "Paired differences"), 2);
    assert_ok(seg_table_rank_picture(&(seg_table){.grades = &g, .verdict = v, .n_verdicts = n}, &ranks, &err), &err);
    assert_int_equal(count(ranks.text, "critical difference 2.666"), 2);
    assert_int_equal(count(out[0].text, "<g"), count(out[0].text, "</g>"));
    assert_null(strstr(out[0].text, "% bootstrap intervals")); /* without cases there are none */
    seg_test_results_free(v, n);
    seg_grades_free(&g);
    seg_dataset_free(&cube);
    seg_string_free(&ranks);
    seg_string_free(&out[0]);
    seg_string_free(&out[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(groups_hold_what_lies_within_the_difference),
        cmocka_unit_test(the_surveys_table_is_drawn_whole_and_the_same_each_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
