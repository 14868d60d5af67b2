/* test_result.c - lines up the units that all rows have, and runs the tests on them. */
#include "test_result.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "../base/memory.h"

/* The value of a row at a unit, NAN when there is none. */
static double value_at(const seg_dataset *cube, const seg_test_result *v, size_t row, size_t unit)
{
    bool over_columns = v->column == SIZE_MAX;
    size_t n;
    const seg_datum *d = seg_dataset_cell(cube, v->group, row, v->measure, over_columns ? unit : v->column, &n);

    for (size_t low = 0, high = n; !over_columns && low < high;) { /* the cell is sorted by case */
        size_t middle = low + (high - low) / 2;

        if (d[middle].at == unit)
            return d[middle].value;
        if (d[middle].at < unit)
            low = middle + 1;
        else
            high = middle;
    }
    return over_columns && n == 1 ? d->value : NAN;
}

/* Units are cases, or columns that are not means. */
static size_t possible_units(const seg_dataset *cube, const seg_test_result *v)
{
    return v->column == SIZE_MAX ? cube->columns.n : cube->cases.n;
}

static bool is_unit(const seg_dataset *cube, const seg_test_result *v, size_t unit)
{
    return v->column != SIZE_MAX || !seg_is_mean_column(cube->columns.text[unit]);
}

static seg_status find_rows(seg_test_result *v, const seg_dataset *cube, seg_error *err)
{
    seg_status st = seg_alloc(&v->row, cube->rows.n, sizeof *v->row, "the rows of a test", err);

    for (size_t r = 0; r < cube->rows.n && !st; r++) {
        bool any = false;

        for (size_t u = 0; u < possible_units(cube, v) && !any; u++)
            any = is_unit(cube, v, u) && isfinite(value_at(cube, v, r, u));
        if (any)
            v->row[v->rows++] = r;
    }
    return st;
}

/* x[units][rows]: a unit counts when it is finite in every row, and as left out when it is in some. */
static seg_status find_units(seg_test_result *v, const seg_dataset *cube, seg_error *err)
{
    size_t all = possible_units(cube, v);
    seg_status st = seg_alloc(&v->x, all * v->rows, sizeof *v->x, "the values of a test", err);

    for (size_t u = 0; u < all && !st; u++) {
        double *x = v->x + v->units * v->rows;
        size_t finite = 0;

        for (size_t i = 0; i < v->rows && is_unit(cube, v, u); i++) {
            x[i] = value_at(cube, v, v->row[i], u);
            finite += isfinite(x[i]) != 0;
        }
        v->left_out += finite > 0 && finite < v->rows;
        v->units += finite > 0 && finite == v->rows;
    }
    return st;
}

static seg_status test_pair(seg_pair_verdict *pair, const seg_test_result *v, double level, double *work,
                            seg_error *err)
{
    for (size_t u = 0; u < v->units; u++) {
        work[u] = v->x[u * v->rows + pair->a];
        work[v->units + u] = v->x[u * v->rows + pair->b];
    }
    return seg_wilcoxon_of(&pair->test, work, work + v->units, v->units, level, err);
}

static seg_status test_pairs(seg_test_result *v, double level, double *work, double *p, seg_error *err)
{
    seg_status st = SEG_OK;

    for (size_t a = 0; a < v->rows && !st; a++) {
        for (size_t b = a + 1; b < v->rows && !st; b++) {
            v->pair[v->pairs] = (seg_pair_verdict){.a = a, .b = b};
            st = test_pair(&v->pair[v->pairs], v, level, work, err);
            p[v->pairs] = v->pair[v->pairs].test.p;
            v->pairs++;
        }
    }
    if (!st)
        st = seg_holm(p, v->pairs, err);
    for (size_t i = 0; i < v->pairs && !st; i++)
        v->pair[i].holm = p[i];
    v->smallest_p = seg_wilcoxon_smallest(v->units);
    v->smallest_holm = fmin(1, v->smallest_p * (double)v->pairs);
    return st;
}

static seg_status run_tests(seg_test_result *v, const seg_dataset *cube, const seg_test_options *how, seg_error *err)
{
    int better = cube->measure[v->measure].better;
    size_t pairs = v->rows * (v->rows - 1) / 2;
    double *work = NULL;
    seg_status st = seg_alloc(&v->average_rank, v->rows, sizeof *v->average_rank, "the ranks of a test", err);

    if (!st)
        st = seg_alloc(&v->pair, pairs, sizeof *v->pair, "the pairs of a test", err);
    if (!st)
        st = seg_alloc(&work, 2 * v->units + pairs, sizeof *work, "a test", err);
    if (!st)
        st = seg_friedman_of(&v->friedman, v->average_rank, v->x, v->units, v->rows, better, how->alpha, err);
    if (!st)
        st = test_pairs(v, 1 - how->alpha, work, work + 2 * v->units, err);
    if (!st)
        st = seg_stability_of(&v->stability, v->x, v->units, v->rows, better, how->resamples, how->seed, err);
    free(work);
    return st;
}

static void free_verdict(seg_test_result *v)
{
    free(v->row);
    free(v->x);
    free(v->average_rank);
    free(v->pair);
    *v = (seg_test_result){0};
}

static seg_status judge(seg_test_result *v, const seg_dataset *cube, const seg_test_options *how, seg_error *err)
{
    seg_status st = find_rows(v, cube, err);

    if (!st)
        st = find_units(v, cube, err);
    if (!st && v->rows > 1 && v->units > 1)
        st = run_tests(v, cube, how, err);
    return st;
}

/* Adds a verdict when there is something to compare. */
static seg_status add_verdict(seg_test_result **verdicts, size_t *n, size_t *room, seg_test_result v,
                              const seg_dataset *cube, const seg_test_options *how, seg_error *err)
{
    seg_status st = judge(&v, cube, how, err);

    if (!st && v.pairs)
        st = seg_grow(verdicts, room, *n + 1, sizeof **verdicts, "statistics", err);
    if (!st && v.pairs)
        (*verdicts)[(*n)++] = v;
    else
        free_verdict(&v);
    return st;
}

/* Which columns of a measure are looked at: its mean over classes when it has one, else every class. */
static bool looked_at(const seg_dataset *cube, size_t measure, size_t column)
{
    bool has_mean = false;

    for (size_t c = 0; c < cube->columns.n; c++)
        has_mean |= seg_is_mean_column(cube->columns.text[c]) && seg_dataset_has_column(cube, measure, c);
    return seg_dataset_has_column(cube, measure, column) &&
           (!has_mean || seg_is_mean_column(cube->columns.text[column]));
}

typedef bool column_choice(const seg_dataset *cube, size_t measure, size_t column);

static seg_status judge_measure(seg_test_result **verdicts, size_t *n, size_t *room, seg_test_result v,
                                column_choice *chosen, const seg_dataset *cube, const seg_test_options *how,
                                seg_error *err)
{
    seg_status st = SEG_OK;

    if (!cube->has_cases) {
        v.column = SIZE_MAX;
        return add_verdict(verdicts, n, room, v, cube, how, err);
    }
    for (v.column = 0; v.column < cube->columns.n && !st; v.column++) {
        if (chosen(cube, v.measure, v.column))
            st = add_verdict(verdicts, n, room, v, cube, how, err);
    }
    return st;
}

static seg_status judge_all(seg_test_result **verdicts, size_t *n, column_choice *chosen, const seg_dataset *cube,
                            const seg_test_options *how, seg_error *err)
{
    size_t room = 0;
    seg_status st = SEG_OK;

    *verdicts = NULL;
    *n = 0;
    for (size_t group = 0; group < cube->groups.n && !st; group++) {
        for (size_t measure = 0; measure < cube->measures.n && !st; measure++) {
            if (cube->measure[measure].better && seg_dataset_has_measure(cube, group, measure))
                st = judge_measure(verdicts, n, &room, (seg_test_result){.group = group, .measure = measure}, chosen,
                                   cube, how, err);
        }
    }
    return st;
}

seg_status seg_test_results_make(seg_test_result **verdicts, size_t *n, const seg_dataset *cube,
                                 const seg_test_options *how, seg_error *err)
{
    return judge_all(verdicts, n, looked_at, cube, how, err);
}

seg_status seg_test_results_of_columns(seg_test_result **verdicts, size_t *n, const seg_dataset *cube,
                                       const seg_test_options *how, seg_error *err)
{
    return judge_all(verdicts, n, seg_dataset_has_column, cube, how, err);
}

void seg_test_results_free(seg_test_result *verdicts, size_t n)
{
    for (size_t i = 0; i < n; i++)
        free_verdict(&verdicts[i]);
    free(verdicts);
}
