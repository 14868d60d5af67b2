/* cells.c - describes every cell, prints its number, and marks the best and the second best of each column.
 *
 * Best is the extreme of what is printed, so that two rows that look equal share the mark; second is the next distinct
 * number. All methods of a column are described over the same cases (lineup.h).
 */
#include "cells.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"

const char *const seg_show_words[] = {"mean", "sd", "median", "quartiles", "interval", NULL};

int seg_grades_decimals(const seg_grades *grades, size_t measure)
{
    const seg_measure *m = &grades->cube->measure[measure];

    if (grades->how.decimals >= 0)
        return grades->how.decimals;
    if (m->decimals >= 0)
        return m->decimals;
    return *m->unit || grades->how.percent ? 2 : 4;
}

double seg_grades_factor(const seg_grades *grades, size_t measure)
{
    const seg_measure *m = &grades->cube->measure[measure];

    return grades->how.percent && !*m->unit && !m->loss ? 100 : 1;
}

/* A few columns beyond which a number gets an exponent: losses may be huge or tiny. */
void seg_grades_print(char out[SEG_NUMBER_ROOM], double x, int decimals)
{
    bool tiny = x != 0 && fabs(x) < 0.5 * pow(10, -decimals), huge = fabs(x) >= 1e9;

    snprintf(out, SEG_NUMBER_ROOM, tiny || huge ? "%.*e" : "%.*f", decimals > 12 ? 12 : decimals, x);
}

static size_t count_columns(const seg_grades *g, size_t measure, bool means)
{
    size_t n = 0;

    for (size_t c = 0; c < g->cube->columns.n; c++)
        n += seg_dataset_has_column(g->cube, measure, c) && (means || !seg_is_mean_column(g->cube->columns.text[c]));
    return n;
}

static void add_columns(seg_grades *g, size_t measure, bool means)
{
    for (size_t c = 0; c < g->cube->columns.n; c++) {
        if (seg_dataset_has_column(g->cube, measure, c) && seg_is_mean_column(g->cube->columns.text[c]) == means)
            g->column[g->columns++] = (seg_grade_column){measure, c};
    }
}

static seg_status find_columns(seg_grades *g, seg_error *err)
{
    size_t room = g->cube->measures.n * (g->cube->columns.n + 1);
    seg_status st = seg_alloc(&g->column, room, sizeof *g->column, "the columns of a table", err);

    g->single = true;
    for (size_t m = 0; m < g->cube->measures.n && !st; m++) {
        size_t before = g->columns;

        add_columns(g, m, false);
        add_columns(g, m, true);
        if (g->how.mean && count_columns(g, m, false) > 1)
            g->column[g->columns++] = (seg_grade_column){m, SIZE_MAX};
        g->single &= g->columns - before < 2;
    }
    return st;
}

bool seg_grades_medians(const seg_grading *how)
{
    return how->show == SEG_SHOW_MEDIAN || how->show == SEG_SHOW_QUARTILES || how->missing.rule == SEG_MISSING_WORST;
}

/* The median that the method would have if its failures counted as worst; x has room for all cases. */
static double median_with_worst(const seg_lineup *l, size_t i, double *x)
{
    size_t n = l->cases, low, high;
    int better = l->cube->measure[l->measure].better;

    if (!n || !better)
        return NAN;
    for (size_t k = 0; k < n; k++) {
        double value = l->raw[k * l->rows + i];

        x[k] = isnan(value) ? INFINITY : -better * value; /* large is bad */
    }
    seg_sort(x, n);
    low = (n - 1) / 2, high = n / 2;
    return -better * (x[low] + x[high]) / 2;
}

static seg_status fill_cell(const seg_grades *g, const seg_lineup *l, size_t i, double *x, seg_cell *cell,
                            seg_error *err)
{
    double factor = seg_grades_factor(g, l->measure);
    bool failures_among = false, none = l->lack[i].failed == l->cases && g->how.missing.rule != SEG_MISSING_WORST &&
                                        g->how.missing.rule != SEG_MISSING_PENALTY;
    seg_status st = SEG_OK;

    cell->given = true;
    cell->cases = l->cases;
    cell->failed = l->lack[i].failed;
    cell->undefined = l->lack[i].undefined;
    cell->infinite = l->lack[i].infinite;
    cell->worst_median = median_with_worst(l, i, x);
    for (size_t u = 0; u < l->units && !none; u++) {
        x[u] = l->x[u * l->rows + i] * factor;
        failures_among |= isinf(x[u]);
    }
    cell->n = none ? 0 : l->units;
    if (!failures_among && g->how.intervals)
        st = seg_mean_interval(&cell->interval, x, cell->n, g->how.level, g->how.resamples, g->how.seed, err);
    if (isfinite(cell->interval.low) && g->how.intervals)
        cell->interval_kind = seg_interval_kind(cell->n);
    if (!st && cell->n) {
        cell->d = seg_describe(x, cell->n);
        if (failures_among) /* they have no mean */
            cell->d.mean = cell->d.sd = NAN;
        cell->median = seg_median_interval(x, cell->n, g->how.level);
    }
    cell->x = seg_grades_medians(&g->how) ? cell->d.median : cell->d.mean;
    if (cell->n)
        seg_grades_print(cell->number, cell->x, seg_grades_decimals(g, l->measure));
    return st;
}

static const seg_cell NO_CELL = {.d = {NAN, NAN, NAN, NAN, NAN, NAN, NAN},
                                 .interval = {NAN, NAN},
                                 .median = {NAN, NAN},
                                 .x = NAN,
                                 .worst_median = NAN};

static seg_status fill_column(const seg_grades *g, seg_block *block, size_t j, double *x, seg_error *err)
{
    seg_lineup l;
    seg_status st =
        seg_lineup_make(&l, g->cube, block->group, g->column[j].measure, g->column[j].column, &g->how.missing, err);

    for (size_t i = 0; i < block->rows && !st; i++) {
        seg_cell *cell = &block->cell[i * g->columns + j];
        size_t place = seg_lineup_place(&l, block->row[i]);

        cell->not_applicable = l.not_applicable;
        if (place != SIZE_MAX)
            st = fill_cell(g, &l, place, x, cell, err);
    }
    block->lacking[j] = l.lacking;
    seg_lineup_free(&l);
    return st;
}

/* The mean over a measure's columns: each column's number counts alike. None when one of them is a failure. */
static void fill_mean(const seg_grades *g, const seg_block *block, size_t i, size_t j)
{
    seg_cell *cell = &block->cell[i * g->columns + j];
    double sum = 0, worst = 0;

    for (size_t k = 0; k < g->columns; k++) {
        const seg_cell *one = &block->cell[i * g->columns + k];

        if (k == j || g->column[k].measure != g->column[j].measure || seg_is_mean_column(seg_grades_column_name(g, k)))
            continue;
        cell->given |= one->given;
        cell->cases += one->cases;
        cell->failed += one->failed;
        cell->undefined += one->undefined;
        cell->infinite += one->infinite;
        if (one->n) {
            sum += one->x;
            worst += one->worst_median;
            cell->columns++;
        }
    }
    cell->n = cell->columns > 0;
    if (!cell->n)
        return;
    cell->x = sum / (double)cell->columns;
    cell->worst_median = worst / (double)cell->columns;
    cell->d = (seg_description){cell->x, NAN, cell->x, cell->x, cell->x, cell->x, cell->x};
    seg_grades_print(cell->number, cell->x, seg_grades_decimals(g, g->column[j].measure));
}

/* The number that decides: what is printed, unless ties are strict. */
static double deciding(const seg_grades *g, const seg_cell *cell)
{
    return g->how.strict ? cell->x : strtod(cell->number, NULL);
}

/* Whether a failure is a case left out, whose absence alone must not raise the method. */
static bool leaves_out(const seg_grades *g)
{
    return g->how.missing.rule == SEG_MISSING_EXCLUDE || g->how.missing.rule == SEG_MISSING_PAIRWISE;
}

static void rank_cell(const seg_grades *g, const seg_block *block, size_t i, size_t j)
{
    int better = g->cube->measure[g->column[j].measure].better;
    seg_cell *cell = &block->cell[i * g->columns + j];

    if (!cell->n || !better)
        return;
    cell->place = cell->rank = 1;
    for (size_t k = 0; k < block->rows; k++) {
        const seg_cell *other = &block->cell[k * g->columns + j];
        bool ahead = other->n && (deciding(g, other) - deciding(g, cell)) * better > 0;

        cell->place += ahead;
        if (leaves_out(g) && other->failed != cell->failed)
            ahead = other->n && other->failed < cell->failed;
        cell->rank += ahead;
    }
}

static void mark_column(const seg_grades *g, seg_block *block, size_t j)
{
    int best = 0;

    for (size_t i = 0; i < block->rows; i++) {
        rank_cell(g, block, i, j);
        best += block->cell[i * g->columns + j].place == 1;
    }
    for (size_t i = 0; i < block->rows; i++) {
        seg_cell *cell = &block->cell[i * g->columns + j];

        if (block->rows > 1 && cell->place == 1)
            cell->mark = SEG_BEST;
        else if (cell->place > 0 && cell->place == best + 1)
            cell->mark = SEG_SECOND;
    }
}

static seg_status fill_block(const seg_grades *g, seg_block *block, double *x, seg_error *err)
{
    seg_status st = seg_alloc(&block->row, g->cube->rows.n, sizeof *block->row, "the rows of a table", err);

    for (size_t r = 0; r < g->cube->rows.n && !st; r++) {
        if (seg_dataset_has_row(g->cube, block->group, r))
            block->row[block->rows++] = r;
    }
    if (!st)
        st = seg_alloc(&block->lacking, g->columns, sizeof *block->lacking, "the columns of a table", err);
    if (!st)
        st = seg_alloc(&block->cell, block->rows * g->columns, sizeof *block->cell, "the cells of a table", err);
    for (size_t i = 0; i < block->rows * g->columns && !st; i++)
        block->cell[i] = NO_CELL;
    for (size_t j = 0; j < g->columns && !st; j++) {
        if (g->column[j].column != SIZE_MAX)
            st = fill_column(g, block, j, x, err);
    }
    for (size_t j = 0; j < g->columns && !st; j++) {
        for (size_t i = 0; i < block->rows && g->column[j].column == SIZE_MAX; i++)
            fill_mean(g, block, i, j);
        mark_column(g, block, j);
    }
    return st;
}

static void free_block(seg_block *block)
{
    free(block->row);
    free(block->lacking);
    free(block->cell);
    *block = (seg_block){0};
}

static seg_status fill_blocks(seg_grades *g, seg_error *err)
{
    double *x = NULL;
    seg_status st = seg_alloc(&g->block, g->cube->groups.n, sizeof *g->block, "the blocks of a table", err);

    if (!st)
        st = seg_alloc(&x, g->cube->cases.n + 1, sizeof *x, "the values of a table", err);
    for (size_t group = 0; group < g->cube->groups.n && !st; group++) {
        seg_block *block = &g->block[g->blocks];

        block->group = group;
        st = fill_block(g, block, x, err);
        g->blocks++;
        if (!st && !block->rows && g->cube->groups.n > 1) { /* a value of the table of cases that no case has */
            free_block(block);
            g->blocks--;
        }
    }
    free(x);
    return st;
}

seg_status seg_grades_make(seg_grades *grades, const seg_dataset *cube, const seg_grading *how, seg_error *err)
{
    seg_status st;

    *grades = (seg_grades){.cube = cube, .how = *how};
    st = find_columns(grades, err);
    return st ? st : fill_blocks(grades, err);
}

void seg_grades_free(seg_grades *grades)
{
    for (size_t b = 0; b < grades->blocks; b++)
        free_block(&grades->block[b]);
    free(grades->block);
    free(grades->column);
    *grades = (seg_grades){0};
}

void seg_grades_measure(const seg_grades *grades, size_t measure, seg_string *out)
{
    const seg_measure *m = &grades->cube->measure[measure];

    seg_string_add(out, m->name);
    if (*m->unit)
        seg_string_printf(out, " (%s)", m->unit);
    else if (seg_grades_factor(grades, measure) > 1)
        seg_string_add(out, " (%)");
}

const char *seg_grades_column_name(const seg_grades *grades, size_t column)
{
    size_t c = grades->column[column].column;

    return c == SIZE_MAX ? "mean" : grades->cube->columns.text[c];
}

bool seg_grades_spread(const seg_grades *grades, size_t column, const seg_cell *cell, char low[SEG_NUMBER_ROOM],
                       char high[SEG_NUMBER_ROOM])
{
    int decimals = seg_grades_decimals(grades, grades->column[column].measure);
    bool medians = seg_grades_medians(&grades->how);
    seg_interval shown = {NAN, NAN};

    *high = '\0';
    if (grades->how.show == SEG_SHOW_SD && !medians)
        shown.low = cell->d.sd;
    else if (grades->how.show == SEG_SHOW_QUARTILES)
        shown = (seg_interval){cell->d.q1, cell->d.q3};
    else if (grades->how.show == SEG_SHOW_INTERVAL)
        shown = medians ? cell->median : cell->interval;
    if (cell->n < 2 || isnan(shown.low))
        return false;
    seg_grades_print(low, shown.low, decimals);
    if (!isnan(shown.high))
        seg_grades_print(high, shown.high, decimals);
    return true;
}

bool seg_grades_remark(const seg_grades *grades, const seg_cell *cell, seg_string *out)
{
    if (!cell->given || !cell->failed)
        return false;
    if (!grades->cube->has_cases && !cell->columns) { /* a single number; its absence is seen */
        seg_string_add(out, cell->infinite ? "infinite" : "");
        return cell->infinite > 0;
    }
    seg_string_printf(out, "failed in %zu of %zu %s", cell->failed, cell->cases, cell->columns ? "values" : "cases");
    if (cell->undefined)
        seg_string_printf(out, ": %zu undefined", cell->undefined);
    if (cell->infinite)
        seg_string_printf(out, "%s %zu infinite", cell->undefined ? "," : ":", cell->infinite);
    return true;
}

size_t seg_grades_failed(const seg_grades *grades, const seg_block *block, size_t column)
{
    return grades->cube->has_cases ? block->lacking[column] : 0;
}

size_t seg_grades_n(const seg_grades *grades, const seg_block *block, size_t column)
{
    size_t n = 0;

    for (size_t i = 0; i < block->rows; i++) {
        const seg_cell *cell = &block->cell[i * grades->columns + column];

        n = cell->n > n ? cell->n : n;
    }
    return n;
}

/* ---- the order of the methods ---- */

static int better_of(const seg_grades *g, size_t j)
{
    return g->cube->measure[g->column[j].measure].better;
}

/* The key by which a cell stands in the order: large is good. */
static double key_of(const seg_grades *g, const seg_cell *cell, size_t j, bool worst)
{
    return (worst ? cell->worst_median : deciding(g, cell)) * better_of(g, j);
}

static bool same_order(const seg_grades *g, const seg_block *block, size_t j)
{
    for (size_t i = 0; i < block->rows; i++) {
        for (size_t k = i + 1; k < block->rows; k++) {
            const seg_cell *a = &block->cell[i * g->columns + j], *b = &block->cell[k * g->columns + j];
            double shown = key_of(g, a, j, false) - key_of(g, b, j, false);
            double worst = key_of(g, a, j, true) - key_of(g, b, j, true);

            if (a->n && b->n && (shown > 0) - (shown < 0) != (worst > 0) - (worst < 0))
                return false;
        }
    }
    return true;
}

/* "a, b = c": from the best on, equal ones joined; methods without a number are left out. */
static void add_order(const seg_grades *g, const seg_block *block, size_t j, bool worst, seg_string *out)
{
    const char *between = "";

    for (size_t place = 0; place < block->rows; place++) {
        for (size_t i = 0; i < block->rows; i++) {
            const seg_cell *cell = &block->cell[i * g->columns + j];
            size_t ahead = 0;

            for (size_t k = 0; k < block->rows; k++) {
                const seg_cell *other = &block->cell[k * g->columns + j];

                ahead += other->n && key_of(g, other, j, worst) > key_of(g, cell, j, worst);
            }
            if (!cell->n || ahead != place)
                continue;
            seg_string_printf(out, "%s%s", between, g->cube->rows.text[block->row[i]]);
            between = " = ";
        }
        between = *between ? ", " : "";
    }
}

static void add_change(const seg_grades *g, const seg_block *block, size_t j, seg_string *out)
{
    const char *group = g->cube->groups.text[block->group];

    seg_string_printf(out, "%s%s%s%s%s: with failures as worst the order (by medians) is ", group, *group ? ", " : "",
                      g->cube->measure[g->column[j].measure].name, g->single ? "" : ", ",
                      g->single ? "" : seg_grades_column_name(g, j));
    add_order(g, block, j, true, out);
    seg_string_add(out, " instead of ");
    add_order(g, block, j, false, out);
    seg_string_add(out, ".\n");
}

void seg_grades_orders(const seg_grades *grades, seg_string *out)
{
    size_t columns = 0, changed = 0;

    for (size_t b = 0; b < grades->blocks && leaves_out(grades) && grades->cube->has_cases; b++) {
        const seg_block *block = &grades->block[b];

        for (size_t j = 0; j < grades->columns; j++) {
            if (!block->lacking[j] || !better_of(grades, j) || block->rows < 2)
                continue;
            columns++;
            if (same_order(grades, block, j))
                continue;
            changed++;
            add_change(grades, block, j, out);
        }
    }
    if (columns && !changed)
        seg_string_add(out, "With failures as worst the order of the methods (by medians) stays the same.\n");
}
