/* cells.c - describes every cell, prints its number, and marks the best and the second best of each column.
 *
 * Best is the extreme of what is printed, so that two rows that look equal share the mark; second is the next distinct
 * number. A cell of a few finite values among undefined ones is ranked by those few, and says so.
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

/* The values of a cell, undefined and infinite ones counted and left out: x[] has room for all. */
static void take_values(const seg_datum *d, size_t n, double factor, seg_cell *cell, double *x)
{
    cell->given = n > 0;
    for (size_t i = 0; i < n; i++) {
        cell->undefined += isnan(d[i].value);
        cell->infinite += isinf(d[i].value) != 0;
        if (isfinite(d[i].value))
            x[cell->n++] = d[i].value * factor;
    }
}

/* The mean over a measure's columns: each case's (or, without cases, the row's) finite values count alike. */
static void take_means(const seg_grades *g, size_t group, size_t row, size_t measure, seg_cell *cell, double *x)
{
    double sum = 0;
    size_t n = 0;

    for (size_t c = 0; c < g->cube->columns.n; c++) {
        seg_cell one = {0};

        if (seg_is_mean_column(g->cube->columns.text[c]))
            continue;
        size_t values;
        const seg_datum *d = seg_dataset_cell(g->cube, group, row, measure, c, &values);

        take_values(d, values, seg_grades_factor(g, measure), &one, x);
        cell->given |= one.given;
        cell->undefined += one.undefined;
        cell->infinite += one.infinite;
        cell->behind += one.n;
        if (one.n) {
            sum += seg_describe(x, one.n).mean;
            n++;
        }
    }
    cell->n = n > 0;
    x[0] = sum / (double)n;
}

static seg_status fill_cell(const seg_grades *g, size_t group, size_t row, const seg_grade_column *column, double *x,
                            seg_cell *cell, seg_error *err)
{
    size_t n;
    const seg_datum *d;
    seg_status st = SEG_OK;

    if (column->column == SIZE_MAX) {
        take_means(g, group, row, column->measure, cell, x);
    } else {
        d = seg_dataset_cell(g->cube, group, row, column->measure, column->column, &n);
        take_values(d, n, seg_grades_factor(g, column->measure), cell, x);
    }
    if (g->how.resamples)
        st = seg_bootstrap_mean(&cell->interval, x, cell->n, g->how.level, g->how.resamples, g->how.seed, err);
    cell->d = seg_describe(x, cell->n);
    cell->x = g->how.show == SEG_SHOW_MEDIAN || g->how.show == SEG_SHOW_QUARTILES ? cell->d.median : cell->d.mean;
    if (cell->n)
        seg_grades_print(cell->number, cell->x, seg_grades_decimals(g, column->measure));
    return st;
}

/* The number that decides: what is printed, unless ties are strict. */
static double deciding(const seg_grades *g, const seg_cell *cell)
{
    return g->how.strict ? cell->x : strtod(cell->number, NULL);
}

static void mark_column(const seg_grades *g, seg_block *block, size_t j)
{
    int better = g->cube->measure[g->column[j].measure].better, best = 0;

    for (size_t i = 0; i < block->rows && better; i++) {
        seg_cell *cell = &block->cell[i * g->columns + j];

        for (size_t k = 0; k < block->rows && cell->n; k++) {
            const seg_cell *other = &block->cell[k * g->columns + j];

            cell->rank += other->n && (deciding(g, other) - deciding(g, cell)) * better > 0;
        }
        cell->rank += cell->n > 0;
        best += cell->rank == 1;
    }
    for (size_t i = 0; i < block->rows; i++) {
        seg_cell *cell = &block->cell[i * g->columns + j];

        if (block->rows > 1 && cell->rank == 1)
            cell->mark = SEG_BEST;
        else if (cell->rank > 0 && cell->rank == best + 1)
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
        st = seg_alloc(&block->cell, block->rows * g->columns, sizeof *block->cell, "the cells of a table", err);
    for (size_t i = 0; i < block->rows * g->columns && !st; i++)
        st =
            fill_cell(g, block->group, block->row[i / g->columns], &g->column[i % g->columns], x, &block->cell[i], err);
    for (size_t j = 0; j < g->columns && !st; j++)
        mark_column(g, block, j);
    return st;
}

static seg_status fill_blocks(seg_grades *g, seg_error *err)
{
    double *x = NULL;
    seg_status st = seg_alloc(&g->block, g->cube->groups.n, sizeof *g->block, "the blocks of a table", err);

    if (!st)
        st = seg_alloc(&x, g->cube->cases.n + 1, sizeof *x, "the values of a table", err);
    for (size_t group = 0; group < g->cube->groups.n && !st; group++) {
        g->block[g->blocks].group = group;
        st = fill_block(g, &g->block[g->blocks++], x, err);
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
    for (size_t b = 0; b < grades->blocks; b++) {
        free(grades->block[b].row);
        free(grades->block[b].cell);
    }
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
    bool sd = grades->how.show == SEG_SHOW_SD, quartiles = grades->how.show == SEG_SHOW_QUARTILES;

    *high = '\0';
    if (cell->n < 2 || !(sd || quartiles || grades->how.show == SEG_SHOW_INTERVAL))
        return false;
    seg_grades_print(low, sd ? cell->d.sd : quartiles ? cell->d.q1 : cell->interval.bca.low, decimals);
    if (!sd)
        seg_grades_print(high, quartiles ? cell->d.q3 : cell->interval.bca.high, decimals);
    return true;
}

bool seg_grades_remark(const seg_cell *cell, seg_string *out)
{
    size_t n = cell->behind ? cell->behind : cell->n, all = n + cell->undefined + cell->infinite;

    if (!cell->given || n == all)
        return false;
    seg_string_printf(out, "%zu of %zu values:", n, all);
    if (cell->undefined)
        seg_string_printf(out, " %zu undefined", cell->undefined);
    if (cell->infinite)
        seg_string_printf(out, "%s %zu infinite", cell->undefined ? "," : "", cell->infinite);
    return true;
}
