/* test_failures.c - a method never ranks higher for a failure in place of a number, whatever failures become. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compare/cells.h"
#include "support/fixture.h"

enum { ROWS = 4, CASES = 7, CELLS = ROWS * CASES };

/* Numbers that a penalty of -1 is worse than, or one of 2 where low is better. */
static void draw_numbers(double x[CELLS], uint64_t *seed)
{
    uint64_t failures = fixture_random(seed) % 6; /* many, few or none */

    for (size_t i = 0; i < CELLS; i++) {
        double u = fixture_uniform(seed);

        x[i] = failures && fixture_random(seed) % (4 * failures) == 0 ? (u < 0.5 ? NAN : INFINITY)
               : fixture_random(seed) % 3                             ? u
                                                                      : 0.5; /* ties */
    }
}

/* The ranks of the methods by one measure over all cases; 0 for a method without any. */
static void rank_methods(int rank[ROWS], const double x[CELLS], int better, const seg_grading *how)
{
    const seg_measure kind = {better > 0 ? "dsc" : "hd95", "", better, NULL, -1};
    seg_dataset cube = {.has_cases = true};
    seg_grades g;
    seg_error err = {0};
    char name[16];

    seg_dataset_name(&cube.groups, "");
    seg_dataset_name(&cube.columns, "all");
    seg_dataset_measure(&cube, &kind, &err);
    for (size_t i = 0; i < CELLS; i++) {
        snprintf(name, sizeof name, "m%zu", i / CASES);
        size_t row = seg_dataset_name(&cube.rows, name);

        snprintf(name, sizeof name, "c%zu", i % CASES);
        seg_datum d = {0, row, 0, 0, seg_dataset_name(&cube.cases, name), x[i], SEG_VALUE_OK};

        assert_ok(seg_dataset_add(&cube, &d, &err), &err);
    }
    assert_ok(seg_dataset_sort(&cube, &err), &err);
    assert_ok(seg_grades_make(&g, &cube, how, &err), &err);
    memset(rank, 0, ROWS * sizeof *rank);
    for (size_t i = 0; i < g.block[0].rows; i++)
        rank[g.block[0].row[i]] = g.block[0].cell[i * g.columns].rank;
    seg_grades_free(&g);
    seg_dataset_free(&cube);
}

static void a_failure_never_improves_a_rank(void **state)
{
    uint64_t seed = 1723;
    size_t compared = 0, worse = 0;

    (void)state;
    print_message("# seed %llu\n", (unsigned long long)seed);
    for (int round = 0; round < 2000; round++) {
        int better = round & 1 ? 1 : -1, before[ROWS], after[ROWS];
        const seg_grading how = {.show = round & 2 ? SEG_SHOW_MEAN : SEG_SHOW_MEDIAN,
                                 .decimals = 2,
                                 .strict = round & 4,
                                 .missing = {(seg_missing_rule)(round / 8 % 4), better > 0 ? -1 : 2, false}};
        double x[CELLS];

        draw_numbers(x, &seed);
        rank_methods(before, x, better, &how);
        for (size_t i = 0; i < CELLS; i++) {
            double number = x[i];

            if (!isfinite(number))
                continue;
            x[i] = fixture_random(&seed) & 1 ? NAN : INFINITY;
            rank_methods(after, x, better, &how);
            x[i] = number;
            if (before[i / CASES] && after[i / CASES]) {
                assert_true(after[i / CASES] >= before[i / CASES]);
                compared++;
                worse += after[i / CASES] > before[i / CASES];
            }
        }
    }
    assert_true(compared > 10000 && worse > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_failure_never_improves_a_rank)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
