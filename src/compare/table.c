/* table.c - finds the format of a table, and spells the parts that formats share. */
#include "table.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define FORMAT(name) extern const seg_table_format seg_table_##name;
#include "formats.h"
#undef FORMAT

const seg_table_format *const seg_table_formats[] = {
#define FORMAT(name) &seg_table_##name,
#include "formats.h"
#undef FORMAT
};
const size_t seg_table_formats_count = sizeof seg_table_formats / sizeof *seg_table_formats;

const char *const seg_wrap_words[] = {"auto", "none", "metric", NULL};
const char *const seg_marking_words[] = {"bold-underline", "survey", "none", NULL};

const seg_table_format *seg_table_format_find(const char *name)
{
    for (size_t i = 0; i < seg_table_formats_count; i++) {
        const seg_table_format *f = seg_table_formats[i];

        if (seg_same_name(f->name, name))
            return f;
        for (const char *const *e = f->extensions; *e; e++) {
            if (seg_same_name(*e, name))
                return f;
        }
    }
    return NULL;
}

const seg_table_format *seg_table_format_of_path(const char *path)
{
    const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path, *dot = strrchr(base, '.');

    return dot && dot > base ? seg_table_format_find(dot + 1) : NULL;
}

static const char *name_of(const void *context, size_t i)
{
    (void)context;
    return seg_table_formats[i]->name;
}

const char *seg_table_format_nearest(const char *name)
{
    return seg_nearest(name, seg_table_formats_count, name_of, NULL);
}

static const char *renamed(const seg_table *table, const char *name)
{
    for (size_t i = 0; i < table->style.n_names; i++) {
        if (!strcmp(table->style.names[i].name, name))
            return table->style.names[i].shown;
    }
    return NULL;
}

void seg_table_name(const seg_table *table, const seg_table_markup *dialect, const char *name, seg_string *out)
{
    const char *shown = renamed(table, name);

    if (shown && dialect == &seg_markup_latex)
        seg_string_add(out, shown);
    else
        dialect->text(out, shown ? shown : name);
}

const char *seg_table_plain_name(const seg_table *table, const char *name)
{
    const char *shown = renamed(table, name);

    return shown && !strpbrk(shown, "\\$") ? shown : name;
}

void seg_table_measure(const seg_table *table, size_t measure, const seg_table_markup *dialect,
                       const seg_markup *markup, seg_string *out)
{
    const seg_measure *m = &table->grades->cube->measure[measure];
    seg_string name = {0};

    seg_grades_measure(table->grades, measure, &name);
    out->failed |= name.failed;
    if (renamed(table, m->name))
        seg_table_name(table, dialect, m->name, out);
    else
        seg_table_name(table, dialect, name.text ? name.text : "", out);
    if (table->style.arrows && m->better)
        seg_string_printf(out, " %s", m->better > 0 ? markup->up : markup->down);
    seg_string_free(&name);
}

/* " ± 0.12", " [0.80, 0.93]" */
static void add_spread(const seg_grades *grades, size_t column, const seg_cell *cell, const seg_table_markup *dialect,
                       const seg_markup *markup, seg_string *out)
{
    char low[SEG_NUMBER_ROOM], high[SEG_NUMBER_ROOM];

    if (!seg_grades_spread(grades, column, cell, low, high))
        return;
    seg_string_add(out, *high ? " [" : markup->plus_minus);
    dialect->number(out, low);
    if (!*high)
        return;
    seg_string_add(out, ", ");
    dialect->number(out, high);
    seg_string_add(out, "]");
}

static void add_remark(const seg_grades *grades, const seg_cell *cell, const seg_table_markup *dialect,
                       seg_intern *notes, seg_string *out)
{
    seg_string remark = {0};
    size_t number = seg_grades_remark(grades, cell, &remark) && remark.text ? seg_intern_number(notes, remark.text) : 0;

    if (number)
        seg_markup_mark(dialect, number, out);
    out->failed |= remark.failed || (remark.length && !number);
    seg_string_free(&remark);
}

bool seg_table_has_second(const seg_table *table, const seg_block *block, size_t column)
{
    size_t n = 0;

    for (size_t i = 0; i < block->rows; i++)
        n += block->cell[i * table->grades->columns + column].n > 0;
    return n > 2;
}

void seg_table_cell(const seg_table *table, const seg_block *block, size_t i, size_t j, const seg_table_markup *dialect,
                    const seg_markup *markup, seg_intern *notes, seg_string *out)
{
    const seg_cell *cell = &block->cell[i * table->grades->columns + j];
    bool second = cell->mark == SEG_SECOND && seg_table_has_second(table, block, j);
    const char *const *around = cell->mark == SEG_BEST ? markup->best : second ? markup->second : markup->plain;

    if (cell->n) {
        seg_string_add(out, around[0]);
        if (isinf(cell->x)) /* a median with failures as worst */
            dialect->text(out, "failed");
        else
            dialect->number(out, cell->number);
        seg_string_add(out, around[1]);
        add_spread(table->grades, j, cell, dialect, markup, out);
        if (table->tells_apart)
            seg_string_add(out, markup->differs[!cell->differs]);
    } else {
        dialect->text(out, "-");
    }
    add_remark(table->grades, cell, dialect, notes, out);
}

size_t seg_table_span(const seg_table *table, size_t j)
{
    const seg_grades *g = table->grades;
    size_t n = 0;

    if (j > 0 && g->column[j - 1].measure == g->column[j].measure)
        return 0;
    while (j + n < g->columns && g->column[j + n].measure == g->column[j].measure)
        n++;
    return n;
}

static bool any_mark(const seg_table *table, seg_mark mark)
{
    const seg_grades *g = table->grades;

    for (size_t b = 0; b < g->blocks; b++) {
        for (size_t i = 0; i < g->block[b].rows * g->columns; i++) {
            if (g->block[b].cell[i].mark == mark &&
                (mark == SEG_BEST || seg_table_has_second(table, &g->block[b], i % g->columns)))
                return true;
        }
    }
    return false;
}

/* "9 patients, 41 cases", "20 cases". */
static void add_units(const seg_dataset *cube, seg_string *out)
{
    size_t n = cube->clusters.n;

    if (cube->cluster)
        seg_string_printf(out, "%zu %s%s, ", n, cube->cluster_name ? cube->cluster_name : "cluster", n == 1 ? "" : "s");
    seg_string_printf(out, "%zu case%s", cube->cases.n, cube->cases.n == 1 ? "" : "s");
}

/* What was done about failures, when there are any. */
static const char *missing_words(const seg_grades *g)
{
    static const char *const WORDS[] = {
        "cases in which a method failed are left out for all of them", "failures count as worse than any value",
        "failures count as the penalty",
        ("cases in which a method failed are left out for all of them; each test is over "
         "the common cases of its pair")};

    for (size_t b = 0; b < g->blocks && g->cube->has_cases; b++) {
        for (size_t j = 0; j < g->columns; j++) {
            if (g->block[b].lacking[j])
                return WORDS[g->how.missing.rule];
        }
    }
    return NULL;
}

void seg_table_legend(const seg_table *table, const char *best, const char *second, seg_string *out)
{
    const seg_grades *g = table->grades;
    seg_string text = {0};

    if (table->style.marking != SEG_MARK_NONE && any_mark(table, SEG_BEST)) {
        seg_string_printf(&text, "%s best", best);
        if (any_mark(table, SEG_SECOND))
            seg_string_printf(&text, ", %s second best", second);
        seg_string_printf(&text, " %s%s%s", table->style.transpose ? "of the methods" : "in each column",
                          g->blocks > 1 ? " of a block" : "", g->how.strict ? ", by the unrounded numbers" : "");
    }
    if (g->cube->has_cases) {
        seg_string_printf(&text, "%s%s over ", text.length ? "; " : "",
                          seg_grades_medians(&g->how) ? "medians" : "means");
        add_units(g->cube, &text);
    }
    if (missing_words(g))
        seg_string_printf(&text, "; %s", missing_words(g));
    seg_string_add(out, text.text ? text.text : "");
    out->failed |= text.failed;
    seg_string_free(&text);
}

void seg_table_remarks(const seg_table *table, seg_string *out)
{
    seg_grades_orders(table->grades, out);
    seg_string_add(out, table->remarks ? table->remarks : "");
}

static bool any_difference(const seg_grades *g)
{
    for (size_t b = 0; b < g->blocks; b++) {
        for (size_t i = 0; i < g->block[b].rows * g->columns; i++) {
            if (g->block[b].cell[i].differs)
                return true;
        }
    }
    return false;
}

void seg_table_differences(const seg_table *table, const seg_table_markup *dialect, const char *dagger, seg_string *out)
{
    char text[160];
    bool any = any_difference(table->grades);

    if (!table->tells_apart)
        return;
    seg_string_add(out, any ? dagger : "");
    snprintf(text, sizeof text, "%s (Wilcoxon signed-rank, Holm over all pairs of a column, p < %g)",
             any                 ? " differs from the best of its column"
             : table->attainable ? "no value differs from the best of its column"
                                 : "too few cases for any difference from the best of a column",
             table->judging.alpha);
    dialect->text(out, text);
}
