/* sheet.c - lays a table out: heads, blocks of rows, and lines with the number of cases where they differ. */
#include "sheet.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "../base/memory.h"

/* What is being made. */
typedef struct {
    seg_sheet *sheet;
    const seg_table *table;
    seg_sheet_part part;
    const seg_table_markup *dialect;
    const seg_markup *markup;
    seg_intern *notes;
    seg_string cell;
} maker;

static const char *keep(maker *m)
{
    const char *kept = seg_intern_keep(&m->sheet->pool, m->cell.text && m->cell.length ? m->cell.text : "");

    m->sheet->failed |= m->cell.failed || !kept;
    m->cell.length = 0;
    return kept ? kept : "";
}

static seg_line *add_line(maker *m, seg_line_kind kind, const char *stub)
{
    seg_sheet *s = m->sheet;
    seg_line *line;

    if (s->failed || seg_grow(&s->line, &s->room, s->n + 1, sizeof *s->line, "a table", NULL)) {
        s->failed = true;
        return NULL;
    }
    line = &s->line[s->n];
    *line = (seg_line){.kind = kind, .stub = stub};
    s->failed |= seg_alloc(&line->cell, s->columns, sizeof *line->cell, "a table", NULL) != SEG_OK;
    s->n += !s->failed;
    return s->failed ? NULL : line;
}

static const char *text(maker *m, const char *from)
{
    m->dialect->text(&m->cell, from);
    return keep(m);
}

static const char *name(maker *m, const char *from)
{
    seg_table_name(m->table, m->dialect, from, &m->cell);
    return keep(m);
}

static const char *measure(maker *m, size_t which)
{
    seg_table_measure(m->table, which, m->dialect, m->markup, &m->cell);
    return keep(m);
}

static const char *cell(maker *m, size_t b, size_t i, size_t j)
{
    seg_table_cell(m->table, &m->table->grades->block[b], i, j, m->dialect, m->markup, m->notes, &m->cell);
    return keep(m);
}

/* ---- methods as rows ---- */

static void add_heads(maker *m)
{
    const seg_grades *g = m->table->grades;
    seg_line *line = add_line(m, SEG_LINE_HEAD, "");

    for (size_t j = m->part.from; line && j < m->part.to; j++) {
        if (j == m->part.from || seg_table_span(m->table, j))
            line->cell[j - m->part.from] = measure(m, g->column[j].measure);
    }
    line = g->single ? NULL : add_line(m, SEG_LINE_HEAD, "");
    for (size_t j = m->part.from; line && j < m->part.to; j++)
        line->cell[j - m->part.from] = name(m, seg_grades_column_name(g, j));
}

/* Whether a method failed in any of the columns. */
static bool any_failed(const maker *m, const seg_block *block)
{
    for (size_t j = m->part.from; j < m->part.to; j++) {
        if (seg_grades_failed(m->table->grades, block, j))
            return true;
    }
    return false;
}

/* Whether a column is about fewer cases, or clusters, than there are: some have failed, or the truth lacks the class. */
static bool any_fewer(const maker *m, const seg_block *block)
{
    const seg_grades *g = m->table->grades;
    size_t all = g->cube->cluster ? g->cube->clusters.n : g->cube->cases.n;

    for (size_t j = m->part.from; j < m->part.to && g->cube->has_cases; j++) {
        if (g->column[j].column != SIZE_MAX && seg_grades_n(g, block, j) != all)
            return true;
    }
    return false;
}

static const char *whole_number(maker *m, size_t n)
{
    seg_string_printf(&m->cell, "%zu", n);
    return keep(m);
}

typedef size_t count_of(const seg_grades *grades, const seg_block *block, size_t column);

static void add_count_line(maker *m, const seg_block *block, const char *stub, count_of *count)
{
    const seg_grades *g = m->table->grades;
    seg_line *line = add_line(m, SEG_LINE_FOOT, text(m, stub));

    for (size_t j = m->part.from; line && j < m->part.to; j++)
        line->cell[j - m->part.from] = g->column[j].column == SIZE_MAX ? "" : whole_number(m, count(g, block, j));
}

static void add_counts(maker *m, const seg_block *block)
{
    if (any_fewer(m, block) || any_failed(m, block))
        add_count_line(m, block, "n", seg_grades_n);
    if (any_failed(m, block))
        add_count_line(m, block, "failed", seg_grades_failed);
}

static void add_block(maker *m, size_t b)
{
    const seg_grades *g = m->table->grades;
    const seg_block *block = &g->block[b];
    const char *group = g->cube->groups.text[block->group];
    size_t first = m->sheet->n;

    if (*group)
        add_line(m, SEG_LINE_GROUP, name(m, group));
    for (size_t i = 0; i < block->rows; i++) {
        seg_line *line = add_line(m, SEG_LINE_ROW, name(m, g->cube->rows.text[block->row[i]]));

        for (size_t j = m->part.from; line && j < m->part.to; j++)
            line->cell[j - m->part.from] = cell(m, b, i, j);
    }
    add_counts(m, block);
    if (m->sheet->n > first)
        m->sheet->line[first].new_block = true;
}

static void methods_as_rows(maker *m)
{
    m->sheet->columns = m->part.to - m->part.from;
    add_heads(m);
    for (size_t b = 0; b < m->table->grades->blocks; b++)
        add_block(m, b);
}

/* ---- methods as columns ---- */

static size_t count_methods(const seg_grades *g)
{
    size_t n = 0;

    for (size_t b = 0; b < g->blocks; b++)
        n += g->block[b].rows;
    return n;
}

/* "F, unet": the method, with its group where there are several. */
static const char *method(maker *m, size_t b, size_t i)
{
    const seg_grades *g = m->table->grades;
    const char *group = g->cube->groups.text[g->block[b].group];

    if (*group) {
        seg_table_name(m->table, m->dialect, group, &m->cell);
        m->dialect->text(&m->cell, ", ");
    }
    seg_table_name(m->table, m->dialect, g->cube->rows.text[g->block[b].row[i]], &m->cell);
    return keep(m);
}

/* Every method of every block, from line->cell[at]. */
static void add_methods(maker *m, seg_line *line, size_t at)
{
    const seg_grades *g = m->table->grades;

    for (size_t b = 0; b < g->blocks && line; b++) {
        for (size_t i = 0; i < g->block[b].rows; i++)
            line->cell[at++] = method(m, b, i);
    }
}

static void add_cells(maker *m, seg_line *line, size_t at, size_t j)
{
    const seg_grades *g = m->table->grades;

    for (size_t b = 0; b < g->blocks && line; b++) {
        for (size_t i = 0; i < g->block[b].rows; i++)
            line->cell[at++] = cell(m, b, i, j);
    }
}

static void measures_as_rows(maker *m)
{
    const seg_grades *g = m->table->grades;

    m->sheet->columns = count_methods(g);
    add_methods(m, add_line(m, SEG_LINE_HEAD, ""), 0);
    for (size_t j = m->part.from; j < m->part.to; j++) {
        seg_line *line = add_line(m, SEG_LINE_ROW, measure(m, g->column[j].measure));

        add_cells(m, line, 0, j);
        if (line)
            line->new_block = j == m->part.from;
    }
}

/* The place of the measure of column j among those of the part. */
static size_t measure_place(const maker *m, size_t j)
{
    size_t place = 0;

    for (size_t k = m->part.from + 1; k <= j; k++)
        place += m->table->grades->column[k].measure != m->table->grades->column[k - 1].measure;
    return place;
}

static bool seen_before(const maker *m, size_t j)
{
    for (size_t k = m->part.from; k < j; k++) {
        if (m->table->grades->column[k].column == m->table->grades->column[j].column)
            return true;
    }
    return false;
}

static void add_class(maker *m, size_t j, size_t methods)
{
    const seg_grades *g = m->table->grades;
    seg_line *line = add_line(m, SEG_LINE_ROW, name(m, seg_grades_column_name(g, j)));

    for (size_t k = 0; line && k < m->sheet->columns; k++)
        line->cell[k] = "";
    for (size_t k = m->part.from; line && k < m->part.to; k++) {
        if (g->column[k].column == g->column[j].column)
            add_cells(m, line, measure_place(m, k) * methods, k);
    }
}

static void add_measure_heads(maker *m, size_t measures, size_t methods)
{
    const seg_grades *g = m->table->grades;
    seg_line *line = add_line(m, SEG_LINE_HEAD, "");

    for (size_t j = m->part.from; line && j < m->part.to; j++) {
        if (j == m->part.from || measure_place(m, j) != measure_place(m, j - 1))
            line->cell[measure_place(m, j) * methods] = measure(m, g->column[j].measure);
    }
    line = methods > 1 ? add_line(m, SEG_LINE_HEAD, "") : NULL;
    for (size_t k = 0; line && k < measures; k++)
        add_methods(m, line, k * methods);
}

static void classes_as_rows(maker *m)
{
    const seg_grades *g = m->table->grades;
    size_t methods = count_methods(g), measures = measure_place(m, m->part.to - 1) + 1, first;

    m->sheet->columns = methods * measures;
    add_measure_heads(m, measures, methods);
    first = m->sheet->n;
    for (int means = 0; means < 2; means++) { /* means over classes stand last */
        for (size_t j = m->part.from; j < m->part.to; j++) {
            if (seg_is_mean_column(seg_grades_column_name(g, j)) == (means == 1) && !seen_before(m, j))
                add_class(m, j, methods);
        }
    }
    if (m->sheet->n > first)
        m->sheet->line[first].new_block = true;
}

/* ---- */

seg_status seg_sheet_make(seg_sheet *sheet, const seg_table *table, const seg_sheet_part *part,
                          const seg_table_markup *dialect, const seg_markup *markup, seg_intern *notes, seg_error *err)
{
    maker m = {sheet, table, *part, dialect, markup, notes, {0}};

    *sheet = (seg_sheet){0};
    if (part->to <= part->from)
        return SEG_OK;
    if (!part->transpose)
        methods_as_rows(&m);
    else if (table->grades->single)
        measures_as_rows(&m);
    else
        classes_as_rows(&m);
    seg_string_free(&m.cell);
    return sheet->failed ? seg_fail(err, SEG_MEMORY, "not enough memory for a table") : SEG_OK;
}

void seg_sheet_free(seg_sheet *sheet)
{
    for (size_t i = 0; i < sheet->n; i++)
        free(sheet->line[i].cell);
    free(sheet->line);
    seg_intern_free(&sheet->pool);
    *sheet = (seg_sheet){0};
}

bool seg_sheet_next(seg_sheet_part *part, const seg_table *table, bool by_measure)
{
    size_t columns = table->grades->columns;

    part->from = part->to;
    if (part->from >= columns)
        return false;
    part->to = by_measure ? part->from + seg_table_span(table, part->from) : columns;
    return true;
}

static void widen(double *width, const seg_sheet *s, double (*width_of)(const char *))
{
    for (size_t l = 0; l < s->n; l++) {
        const seg_line *line = &s->line[l];

        if (line->kind != SEG_LINE_GROUP && width_of(line->stub) > width[0])
            width[0] = width_of(line->stub);
        for (size_t j = 0; j < s->columns && line->kind != SEG_LINE_GROUP; j++) {
            bool alone = j + 1 == s->columns || line->cell[j + 1];

            if (line->cell[j] && alone && width_of(line->cell[j]) > width[1 + j])
                width[1 + j] = width_of(line->cell[j]);
        }
    }
}

seg_status seg_sheet_width(double *width, const seg_table *table, const seg_sheet_form *form,
                           double (*width_of)(const char *text), double gap, seg_error *err)
{
    static const seg_markup PLAIN = {{"", ""},       {"", ""},     {"", ""}, "\xe2\x86\x91",
                                     "\xe2\x86\x93", " \xc2\xb1 ", {"", ""}};
    seg_sheet_part part = {0, 0, form->transpose};
    seg_status st = SEG_OK;

    *width = 0;
    while (!st && seg_sheet_next(&part, table, form->by_measure)) {
        seg_sheet sheet;
        seg_intern notes = {0};
        double *widths = NULL, sum = 0;

        st = seg_sheet_make(&sheet, table, &part, &seg_markup_plain, &PLAIN, &notes, err);
        if (!st)
            st = seg_alloc(&widths, sheet.columns + 1, sizeof *widths, "a table", err);
        if (!st)
            widen(widths, &sheet, width_of);
        for (size_t j = 0; !st && j <= sheet.columns; j++)
            sum += widths[j] + gap;
        *width = sum > *width ? sum : *width;
        free(widths);
        seg_intern_free(&notes);
        seg_sheet_free(&sheet);
    }
    return st;
}
