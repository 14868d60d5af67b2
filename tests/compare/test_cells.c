/* test_cells.c - cells and ranks of random cubes with holes against a naive search; means over columns, percent. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compare/cells.h"
#include "support/fixture.h"

enum { GROUPS = 2, ROWS = 4, MEASURES = 3, COLUMNS = 4, CASES = 6 };

static const seg_measure KINDS[MEASURES] = {
    {"dsc", "", 1, NULL, -1}, {"hd95", "mm", -1, NULL, -1}, {"dice", "", -1, "dice", -1}};
static const char *const NAMES[COLUMNS] = {"1", "2", "all", "3"}; /* "all" is a mean already */

struct numbers {
    bool given[GROUPS][ROWS][MEASURES][COLUMNS][CASES];
    double x[GROUPS][ROWS][MEASURES][COLUMNS][CASES];
};

static double draw(uint64_t *seed)
{
    uint64_t dice = fixture_random(seed) % 12;

    return dice == 0 ? NAN : dice == 1 ? INFINITY : dice == 2 ? 0.5 : fixture_uniform(seed);
}

/* Fills the cube in any order: whole cells are left out, and single cases. */
static void make_cube(seg_dataset *cube, struct numbers *all, uint64_t *seed)
{
    enum { N = GROUPS * ROWS * MEASURES * COLUMNS * CASES };
    size_t from = fixture_random(seed) % N;
    seg_error err = {0};
    char name[16];

    *cube = (seg_dataset){.has_cases = true};
    *all = (struct numbers){0};
    for (size_t i = 0; i < GROUPS; i++)
        seg_dataset_name(&cube->groups, i ? "g1" : "g0");
    for (size_t i = 0; i < ROWS + CASES; i++) {
        snprintf(name, sizeof name, "n%zu", i);
        seg_dataset_name(i < ROWS ? &cube->rows : &cube->cases, name);
    }
    for (size_t i = 0; i < COLUMNS; i++)
        seg_dataset_name(&cube->columns, NAMES[i]);
    for (size_t i = 0; i < MEASURES; i++)
        assert_int_equal(seg_dataset_measure(cube, &KINDS[i], &err), i);
    uint64_t holes = fixture_random(seed);

    for (size_t k = 0; k < N; k++) {
        size_t i = (from + 7 * k) % N; /* 7 and N have no common divisor */
        size_t at = i % CASES, c = i / CASES % COLUMNS, m = i / CASES / COLUMNS % MEASURES,
               r = i / CASES / COLUMNS / MEASURES % ROWS, g = i / CASES / COLUMNS / MEASURES / ROWS;
        seg_datum d = {g, r, m, c, at, draw(seed), SEG_VALUE_OK};

        if ((holes >> (3 * (c + COLUMNS * m) + r) & 1) || fixture_random(seed) % 6 == 0)
            continue;
        all->given[g][r][m][c][at] = true;
        all->x[g][r][m][c][at] = d.value;
        assert_ok(seg_dataset_add(cube, &d, &err), &err);
    }
    assert_ok(seg_dataset_sort(cube, &err), &err);
}

/* What a naive search finds of a cell. */
struct found {
    size_t n, cases, failed, undefined, infinite;
    double mean;
};

static bool any_row(const struct numbers *all, size_t g, size_t m, size_t c, size_t at)
{
    bool any = false;

    for (size_t r = 0; r < ROWS; r++)
        any |= all->given[g][r][m][c][at];
    return any;
}

static bool has_number(const struct numbers *all, size_t g, size_t r, size_t m, size_t c, size_t at)
{
    return all->given[g][r][m][c][at] && isfinite(all->x[g][r][m][c][at]);
}

/* A row without any number in the column leaves out no case, nor does one that has nothing there. */
static bool counts(const struct numbers *all, size_t g, size_t r, size_t m, size_t c)
{
    bool any = false;

    for (size_t at = 0; at < CASES; at++)
        any |= has_number(all, g, r, m, c, at);
    return any;
}

static bool all_have(const struct numbers *all, size_t g, size_t m, size_t c, size_t at)
{
    bool have = true;

    for (size_t r = 0; r < ROWS; r++)
        have &= !counts(all, g, r, m, c) || has_number(all, g, r, m, c, at);
    return have;
}

static struct found find_naively(const struct numbers *all, size_t g, size_t r, size_t m, size_t c)
{
    struct found f = {0};
    bool given = false;

    for (size_t at = 0; at < CASES; at++) {
        bool own = all->given[g][r][m][c][at];
        double x = all->x[g][r][m][c][at];

        given |= own;
        if (!any_row(all, g, m, c, at))
            continue;
        f.cases++;
        f.failed += !has_number(all, g, r, m, c, at);
        f.undefined += own && isnan(x);
        f.infinite += own && isinf(x);
        if (!counts(all, g, r, m, c) || !all_have(all, g, m, c, at))
            continue;
        f.n++;
        f.mean += x;
    }
    f.mean /= (double)f.n;
    return given ? f : (struct found){0};
}

/* The same over the classes, "all" left out. */
static struct found find_mean_naively(const struct numbers *all, size_t g, size_t r, size_t m)
{
    struct found f = {0};

    for (size_t c = 0; c < COLUMNS; c++)
        if (strcmp(NAMES[c], "all")) {
            struct found one = find_naively(all, g, r, m, c);

            f.cases += one.cases;
            f.failed += one.failed;
            f.undefined += one.undefined;
            f.infinite += one.infinite;
            f.mean += one.n ? one.mean : 0;
            f.n += one.n > 0;
        }
    f.mean /= (double)f.n;
    return f;
}

static void check_cell(const seg_grades *g, const struct numbers *all, const seg_block *block, size_t i, size_t j)
{
    const seg_cell *cell = &block->cell[i * g->columns + j];
    const seg_grade_column *column = &g->column[j];
    bool means = column->column == SIZE_MAX;
    double factor = column->measure == 0 && g->how.percent ? 100 : 1;
    struct found f = means ? find_mean_naively(all, block->group, block->row[i], column->measure)
                           : find_naively(all, block->group, block->row[i], column->measure, column->column);

    assert_int_equal(means ? cell->columns : cell->n, f.n);
    assert_int_equal(cell->cases, f.cases);
    assert_int_equal(cell->failed, f.failed);
    assert_int_equal(cell->undefined, f.undefined);
    assert_int_equal(cell->infinite, f.infinite);
    if (f.n)
        assert_near(cell->x, factor * f.mean, 1e-14, 0); /* a dozen additions */
    else
        assert_string_equal(cell->number, "");
}

/* The place is one more than the number of rows that are better; best and second are the two best places there are. The
 * rank counts the rows that failed less, and of those that failed as often the better ones. */
static void check_ranks(const seg_grades *g, const seg_block *block, size_t j)
{
    int better = KINDS[g->column[j].measure].better;

    for (size_t i = 0; i < block->rows; i++) {
        const seg_cell *cell = &block->cell[i * g->columns + j];
        int ahead = 0, ahead_of_them = 0, before = 0;

        for (size_t k = 0; k < block->rows; k++) {
            const seg_cell *other = &block->cell[k * g->columns + j];

            ahead += other->n && cell->n && (better > 0 ? other->x > cell->x : other->x < cell->x);
            before += other->n && cell->n &&
                      (other->failed < cell->failed ||
                       (other->failed == cell->failed && (better > 0 ? other->x > cell->x : other->x < cell->x)));
            for (size_t l = 0; l < block->rows; l++) {
                const seg_cell *third = &block->cell[l * g->columns + j];

                ahead_of_them += other->n && third->n && cell->n &&
                                 (better > 0 ? other->x > cell->x && third->x > other->x
                                             : other->x < cell->x && third->x < other->x);
            }
        }
        assert_int_equal(cell->place, cell->n ? ahead + 1 : 0);
        assert_int_equal(cell->rank, cell->n ? before + 1 : 0);
        assert_int_equal(cell->mark, !cell->n || block->rows < 2 ? SEG_UNMARKED
                                     : ahead == 0                ? SEG_BEST
                                     : ahead_of_them == 0        ? SEG_SECOND
                                                                 : SEG_UNMARKED);
    }
}

static void every_cell_and_rank_is_that_of_a_naive_search(void **state)
{
    static struct numbers all;
    uint64_t seed = 41;
    size_t cells = 0;

    (void)state;
    print_message("# seed %llu\n", (unsigned long long)seed);
    for (int round = 0; round < 60; round++) {
        const seg_grading how = {.decimals = 17, .strict = true, .mean = round & 1, .percent = round & 2};
        seg_dataset cube;
        seg_grades g;
        seg_error err = {0};

        make_cube(&cube, &all, &seed);
        assert_ok(seg_grades_make(&g, &cube, &how, &err), &err);
        for (size_t b = 0; b < g.blocks; b++)
            for (size_t j = 0; j < g.columns; j++) {
                for (size_t i = 0; i < g.block[b].rows; i++, cells++)
                    check_cell(&g, &all, &g.block[b], i, j);
                check_ranks(&g, &g.block[b], j);
            }
        seg_grades_free(&g);
        seg_dataset_free(&cube);
    }
    assert_true(cells > 1000);
}

/* One measure, the columns 1, all, 2: "all" stands behind the classes, the mean of them last. */
static void means_stand_last_and_are_no_part_of_the_mean(void **state)
{
    static const char *const COLUMN[] = {"1", "all", "2"};
    seg_dataset cube = {0};
    seg_grades g;
    seg_error err = {0};

    (void)state;
    seg_dataset_name(&cube.groups, "");
    seg_dataset_name(&cube.rows, "r");
    seg_dataset_name(&cube.cases, "");
    seg_dataset_measure(&cube, &KINDS[0], &err);
    for (size_t c = 0; c < 3; c++) {
        seg_datum d = {
            0, 0, 0, seg_dataset_name(&cube.columns, COLUMN[c]), 0, c == 1 ? 0.9 : 0.2 * (double)(c + 1), SEG_VALUE_OK};

        assert_ok(seg_dataset_add(&cube, &d, &err), &err);
    }
    assert_ok(seg_dataset_sort(&cube, &err), &err);
    assert_ok(seg_grades_make(&g, &cube, &(seg_grading){.decimals = 2, .mean = true}, &err), &err);
    assert_int_equal(g.columns, 4);
    assert_string_equal(seg_grades_column_name(&g, 0), "1");
    assert_string_equal(seg_grades_column_name(&g, 1), "2");
    assert_string_equal(seg_grades_column_name(&g, 2), "all");
    assert_string_equal(seg_grades_column_name(&g, 3), "mean");
    assert_string_equal(g.block[0].cell[3].number, "0.40");
    assert_int_equal(g.block[0].cell[0].mark, SEG_UNMARKED); /* one row is best at nothing */
    seg_grades_free(&g);
    seg_dataset_free(&cube);
}

static void a_cell_shows_what_was_asked_for(void **state)
{
    static const double X[] = {0.1, 0.2, 0.3, 0.4, 0.9};
    static const struct {
        seg_show show;
        const char *number, *low, *high;
    } CASES_OF[] = {
        {SEG_SHOW_MEAN, "38.0", NULL, NULL},
        {SEG_SHOW_SD, "38.0", "31.1", ""}, /* sqrt(0.388 / 4) = 0.3114 */
        {SEG_SHOW_MEDIAN, "30.0", NULL, NULL},
        {SEG_SHOW_QUARTILES, "30.0", "20.0", "40.0"},
    };
    seg_dataset cube = {.has_cases = true};
    seg_error err = {0};
    seg_string head = {0};

    (void)state;
    seg_dataset_name(&cube.groups, "");
    seg_dataset_name(&cube.rows, "r");
    seg_dataset_name(&cube.columns, "all");
    seg_dataset_measure(&cube, &KINDS[0], &err);
    for (size_t i = 0; i < 5; i++) {
        char name[8];

        snprintf(name, sizeof name, "c%zu", i);
        seg_datum d = {0, 0, 0, 0, seg_dataset_name(&cube.cases, name), X[i], SEG_VALUE_OK};
        assert_ok(seg_dataset_add(&cube, &d, &err), &err);
    }
    assert_ok(seg_dataset_sort(&cube, &err), &err);
    for (size_t i = 0; i < 4; i++) {
        char low[SEG_NUMBER_ROOM], high[SEG_NUMBER_ROOM];
        const seg_grading how = {.show = CASES_OF[i].show, .decimals = 1, .percent = true};
        seg_grades g;

        assert_ok(seg_grades_make(&g, &cube, &how, &err), &err);
        assert_string_equal(g.block[0].cell[0].number, CASES_OF[i].number);
        assert_int_equal(seg_grades_spread(&g, 0, &g.block[0].cell[0], low, high), CASES_OF[i].low != NULL);
        if (CASES_OF[i].low) {
            assert_string_equal(low, CASES_OF[i].low);
            assert_string_equal(high, CASES_OF[i].high);
        }
        head.length = 0;
        seg_grades_measure(&g, 0, &head);
        assert_string_equal(head.text, "dsc (%)");
        seg_grades_free(&g);
    }
    seg_string_free(&head);
    seg_dataset_free(&cube);
}

static void numbers_that_would_show_nothing_or_run_wide_get_an_exponent(void **state)
{
    static const struct {
        double x;
        int decimals;
        const char *text;
    } CASES_OF[] = {
        {0, 2, "0.00"},
        {0.005, 2, "0.01"},
        {0.00499, 2, "4.99e-03"},
        {-0.001, 2, "-1.00e-03"},
        {999999999, 0, "999999999"},
        {1e9, 0, "1e+09"},
        {-1e9, 2, "-1.00e+09"},
        {1.5, 0, "2"},
    };
    char text[SEG_NUMBER_ROOM];

    (void)state;
    for (size_t i = 0; i < sizeof CASES_OF / sizeof *CASES_OF; i++) {
        seg_grades_print(text, CASES_OF[i].x, CASES_OF[i].decimals);
        assert_string_equal(text, CASES_OF[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_cell_and_rank_is_that_of_a_naive_search),
        cmocka_unit_test(means_stand_last_and_are_no_part_of_the_mean),
        cmocka_unit_test(a_cell_shows_what_was_asked_for),
        cmocka_unit_test(numbers_that_would_show_nothing_or_run_wide_get_an_exponent),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
