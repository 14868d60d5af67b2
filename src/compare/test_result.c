/* test_result.c - runs the tests on the lineup of every measure and column. */
#include "test_result.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "../base/memory.h"
#include "../statistics/describe.h"
#include "../statistics/rank.h"

const char *const seg_ranking_names[] = {"mean_then_rank", "rank_then_mean", "test_based", NULL};

/* Takes from the lineup the rows that have a number: x[units][rows]. place[] are theirs in the lineup. */
static seg_status take_rows(seg_test_result *v, const seg_lineup *l, size_t *place, seg_error *err)
{
    bool replaced = l->how.rule == SEG_MISSING_WORST || l->how.rule == SEG_MISSING_PENALTY;
    seg_status st = seg_alloc(&v->row, l->rows, sizeof *v->row, "the rows of a test", err);

    for (size_t i = 0; i < l->rows && !st; i++) {
        if (l->lack[i].failed == l->cases && !(replaced && l->cases))
            continue;
        place[v->rows] = i;
        v->row[v->rows++] = l->row[i];
    }
    if (!st)
        st = seg_alloc(&v->x, l->units * v->rows, sizeof *v->x, "the values of a test", err);
    for (size_t u = 0; u < l->units && !st; u++) {
        for (size_t i = 0; i < v->rows; i++) {
            v->x[u * v->rows + i] = l->x[u * l->rows + place[i]];
            v->infinite |= isinf(v->x[u * v->rows + i]) != 0;
        }
    }
    v->units = l->units;
    v->cases = l->cases - l->excluded;
    v->excluded = l->excluded;
    return st;
}

/* x[n] and y[n] side by side; d has room for n. Means only of what is finite. */
static seg_status compare_means(seg_pair_verdict *pair, const double *x, const double *y, double *d,
                                const seg_test_options *how, seg_error *err)
{
    bool finite = pair->units > 0;
    seg_status st = SEG_OK;

    for (size_t u = 0; u < pair->units; u++) {
        d[u] = x[u] - y[u];
        finite &= isfinite(d[u]) != 0;
    }
    pair->mean_difference = finite ? seg_mean(d, pair->units) : NAN;
    pair->mean_interval = (seg_interval){NAN, NAN};
    pair->equivalence = (seg_equivalence){NAN, {NAN, NAN}, false};
    if (finite)
        st = seg_mean_interval(&pair->mean_interval, d, pair->units, 1 - how->alpha, how->resamples, how->seed, err);
    if (finite && how->margin > 0)
        pair->equivalence = seg_equivalence_of(d, pair->units, how->margin, how->alpha);
    return st;
}

/* work has room for 3 l->cases. */
static seg_status test_pair(seg_pair_verdict *pair, const seg_lineup *l, const size_t *place,
                            const seg_test_options *how, double *work, seg_error *err)
{
    double *x = work, *y = work + l->cases, *d = y + l->cases;
    seg_status st = seg_lineup_pair(l, place[pair->a], place[pair->b], x, y, &pair->units, err);

    if (!st)
        st = seg_wilcoxon_of(&pair->test, x, y, pair->units, how->zeros, 1 - how->alpha, err);
    return st ? st : compare_means(pair, x, y, d, how, err);
}

static void find_smallest(seg_test_result *v)
{
    size_t units = v->pairs ? v->pair[0].units : 0;

    for (size_t i = 0; i < v->pairs; i++)
        units = v->pair[i].units > units ? v->pair[i].units : units;
    v->smallest_p = seg_wilcoxon_smallest(units);
    v->smallest_holm = fmin(1, v->smallest_p * (double)v->pairs);
}

static seg_status test_pairs(seg_test_result *v, const seg_lineup *l, const size_t *place, const seg_test_options *how,
                             double *work, double *p, seg_error *err)
{
    seg_status st = SEG_OK;

    for (size_t a = 0; a < v->rows && !st; a++) {
        for (size_t b = a + 1; b < v->rows && !st; b++) {
            v->pair[v->pairs] = (seg_pair_verdict){.a = a, .b = b};
            st = test_pair(&v->pair[v->pairs], l, place, how, work, err);
            p[v->pairs] = v->pair[v->pairs].test.p;
            v->pairs++;
        }
    }
    if (!st)
        st = seg_holm(p, v->pairs, err);
    for (size_t i = 0; i < v->pairs && !st; i++)
        v->pair[i].holm = p[i];
    find_smallest(v);
    return st;
}

/* score[rows]: small is good. */
static seg_status rank_rows(seg_test_result *v, int rule, const double *score, seg_error *err)
{
    return seg_rank(score, v->rows, v->place + (size_t)rule * v->rows, NULL, err);
}

static double mean_of_row(const seg_test_result *v, size_t i)
{
    double sum = 0;

    for (size_t u = 0; u < v->units; u++)
        sum += v->x[u * v->rows + i];
    return sum / (double)v->units;
}

static void count_wins(const seg_test_result *v, int better, double alpha, double *score)
{
    for (size_t i = 0; i < v->rows; i++)
        score[i] = 0;
    for (size_t i = 0; i < v->pairs; i++) {
        const seg_pair_verdict *p = &v->pair[i];

        if (p->holm < alpha)
            score[(p->test.plus - p->test.minus) * better > 0 ? p->a : p->b] -= 1;
    }
}

/* work has room for the rows. */
static seg_status find_places(seg_test_result *v, int better, double alpha, double *work, seg_error *err)
{
    static const int PAIRS[SEG_RANKINGS][2] = {{0, 1}, {0, 2}, {1, 2}};
    seg_status st = seg_alloc(&v->place, SEG_RANKINGS * v->rows, sizeof *v->place, "rankings", err);

    for (size_t i = 0; i < v->rows && !st; i++)
        work[i] = -better * mean_of_row(v, i);
    if (!st)
        st = rank_rows(v, SEG_MEAN_THEN_RANK, work, err);
    if (!st)
        st = rank_rows(v, SEG_RANK_THEN_MEAN, v->average_rank, err);
    if (!st) {
        count_wins(v, better, alpha, work);
        st = rank_rows(v, SEG_TEST_BASED, work, err);
    }
    for (int t = 0; t < SEG_RANKINGS && !st; t++)
        v->tau[t] =
            seg_kendall_of(v->place + (size_t)PAIRS[t][0] * v->rows, v->place + (size_t)PAIRS[t][1] * v->rows, v->rows)
                .tau;
    return st;
}

static seg_status run_tests(seg_test_result *v, const seg_lineup *l, const size_t *place, const seg_test_options *how,
                            seg_error *err)
{
    int better = l->cube->measure[v->measure].better;
    size_t pairs = v->rows * (v->rows - 1) / 2;
    bool common = how->missing.rule != SEG_MISSING_PAIRWISE;
    double *work = NULL;
    seg_status st = seg_alloc(&v->average_rank, v->rows, sizeof *v->average_rank, "the ranks of a test", err);

    if (!st)
        st = seg_alloc(&v->pair, pairs, sizeof *v->pair, "the pairs of a test", err);
    if (!st)
        st = seg_alloc(&work, 3 * l->cases + pairs + v->rows, sizeof *work, "a test", err);
    if (!st)
        st = seg_friedman_of(&v->friedman, v->average_rank, v->x, v->units, v->rows, better, how->alpha, err);
    if (!st && !common)
        v->friedman = (seg_friedman){NAN, NAN, NAN, NAN, NAN, NAN};
    if (!st)
        st = test_pairs(v, l, place, how, work, work + 3 * l->cases, err);
    if (!st)
        st = find_places(v, better, how->alpha, work + 3 * l->cases + pairs, err);
    if (!st)
        st = seg_stability_of(&v->stability, v->x, v->infinite ? 0 : v->units, v->rows, better, how->resamples,
                              how->seed, err);
    free(work);
    return st;
}

static void free_verdict(seg_test_result *v)
{
    free(v->row);
    free(v->x);
    free(v->average_rank);
    free(v->place);
    free(v->pair);
    *v = (seg_test_result){0};
}

static seg_status judge(seg_test_result *v, const seg_dataset *cube, const seg_test_options *how, seg_error *err)
{
    seg_lineup l;
    size_t *place = NULL;
    seg_status st = seg_lineup_make(&l, cube, v->group, v->measure, v->column, &how->missing, err);

    if (!st)
        st = seg_alloc(&place, l.rows, sizeof *place, "the rows of a test", err);
    if (!st)
        st = take_rows(v, &l, place, err);
    if (!st && v->rows > 1 && (v->units > 1 || how->missing.rule == SEG_MISSING_PAIRWISE))
        st = run_tests(v, &l, place, how, err);
    free(place);
    seg_lineup_free(&l);
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
