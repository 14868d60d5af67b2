/* statistics_text.c - puts the statistics of a verdict into two tables and a few sentences. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "../base/memory.h"
#include "table.h"

/* What is under work: cells go into sheets in the dialect. */
typedef struct {
    const seg_table *table;
    const seg_test_result *v;
    const seg_table_markup *dialect;
    double factor;
    int decimals;
    seg_string cell;
} writer;

static void finish(writer *w, seg_text_table *sheet)
{
    sheet->failed |= w->cell.failed;
    seg_text_table_add(sheet, w->cell.text ? w->cell.text : "");
    seg_string_free(&w->cell);
}

static void add_text(writer *w, seg_text_table *sheet, const char *text)
{
    w->dialect->text(&w->cell, text);
    finish(w, sheet);
}

/* A number of the measure's own scale. */
static void add_value(writer *w, seg_text_table *sheet, double x)
{
    char number[SEG_NUMBER_ROOM];

    seg_grades_print(number, x * w->factor, w->decimals);
    w->dialect->number(&w->cell, number);
    finish(w, sheet);
}

static void add_interval(writer *w, seg_text_table *sheet, double low, double high)
{
    char a[SEG_NUMBER_ROOM], b[SEG_NUMBER_ROOM];

    seg_grades_print(a, low * w->factor, w->decimals);
    seg_grades_print(b, high * w->factor, w->decimals);
    if (isfinite(low) && isfinite(high)) {
        seg_string_add(&w->cell, "[");
        w->dialect->number(&w->cell, a);
        seg_string_add(&w->cell, ", ");
        w->dialect->number(&w->cell, b);
        seg_string_add(&w->cell, "]");
    } else {
        w->dialect->text(&w->cell, "-"); /* too few units for an interval */
    }
    finish(w, sheet);
}

static void print_p(char out[SEG_NUMBER_ROOM], double p)
{
    snprintf(out, SEG_NUMBER_ROOM, p >= 0.001 ? "%.4f" : "%.2e", p);
}

static void add_p(writer *w, seg_text_table *sheet, double p)
{
    char number[SEG_NUMBER_ROOM];

    print_p(number, p);
    w->dialect->number(&w->cell, number);
    finish(w, sheet);
}

static void add_count(writer *w, seg_text_table *sheet, const char *format, double x)
{
    char number[SEG_NUMBER_ROOM];

    snprintf(number, sizeof number, format, x);
    w->dialect->number(&w->cell, number);
    finish(w, sheet);
}

static const char *row_name(const writer *w, size_t i)
{
    return w->table->grades->cube->rows.text[w->v->row[i]];
}

static void add_heads(writer *w, seg_text_table *sheet, const char *const *heads)
{
    for (; *heads; heads++) {
        add_text(w, sheet, *heads);
        sheet->columns++;
    }
}

static seg_status add_rows(writer *w, seg_text_table *sheet, seg_error *err)
{
    static const char *const HEADS[] = {"", "rank", "mean", "sd", "interval of the mean", "median", "q1", "q3", NULL};
    const seg_test_options *how = &w->table->judging;
    double *x = NULL;
    seg_status st = seg_alloc(&x, w->v->units, sizeof *x, "statistics", err);

    sheet->left = 1;
    add_heads(w, sheet, HEADS);
    for (size_t i = 0; i < w->v->rows && !st; i++) {
        seg_bootstrap b;
        seg_description d;

        for (size_t u = 0; u < w->v->units; u++)
            x[u] = w->v->x[u * w->v->rows + i];
        st = seg_bootstrap_mean(&b, x, w->v->units, 1 - how->alpha, how->resamples, how->seed, err);
        d = seg_describe(x, w->v->units);
        add_text(w, sheet, row_name(w, i));
        add_count(w, sheet, "%.3f", w->v->average_rank[i]);
        add_value(w, sheet, d.mean);
        add_value(w, sheet, d.sd);
        add_interval(w, sheet, b.bca.low, b.bca.high);
        add_value(w, sheet, d.median);
        add_value(w, sheet, d.q1);
        add_value(w, sheet, d.q3);
    }
    free(x);
    return st;
}

static void add_pairs(writer *w, seg_text_table *sheet)
{
    static const char *const HEADS[] = {"pair",     "n",      "zeros", "W",        "p",
                                        "p (Holm)", "effect", "shift", "interval", NULL};

    sheet->left = 1;
    add_heads(w, sheet, HEADS);
    for (size_t i = 0; i < w->v->pairs; i++) {
        const seg_pair_verdict *p = &w->v->pair[i];
        seg_string name = {0};

        seg_string_printf(&name, "%s - %s", row_name(w, p->a), row_name(w, p->b));
        sheet->failed |= name.failed;
        add_text(w, sheet, name.text ? name.text : "");
        seg_string_free(&name);
        add_count(w, sheet, "%.0f", (double)p->test.n);
        add_count(w, sheet, "%.0f", (double)p->test.zeros);
        add_count(w, sheet, "%.1f", p->test.w);
        add_p(w, sheet, p->test.p);
        add_p(w, sheet, p->holm);
        add_count(w, sheet, "%.2f", p->test.effect);
        add_value(w, sheet, p->test.shift);
        add_interval(w, sheet, p->test.low, p->test.high);
    }
}

static void say_units(const writer *w, seg_string *out)
{
    const seg_test_result *v = w->v;
    const char *unit = v->column == SIZE_MAX ? "column" : "case";

    seg_string_printf(out, "%zu %ss, paired", v->units, unit);
    if (v->left_out)
        seg_string_printf(out, "; %zu left out, because not all rows have a finite value there", v->left_out);
    if (v->column == SIZE_MAX)
        seg_string_add(out, "; columns stand for cases here: organs of the same patients are not independent");
    seg_string_add(out, ".\n");
}

static void say_friedman(const writer *w, seg_string *out)
{
    const seg_friedman *f = &w->v->friedman;
    char p[SEG_NUMBER_ROOM], fp[SEG_NUMBER_ROOM];

    if (w->v->rows < 3) /* of two rows the signed ranks say more */
        return;
    print_p(p, f->p);
    print_p(fp, f->f_p);
    seg_string_printf(out, "Friedman chi-squared %.4f, %zu degrees of freedom, p %s; Iman-Davenport F %.3f, p %s.\n",
                      f->chi2, w->v->rows - 1, p, f->f, fp);
    seg_string_printf(out, "Nemenyi: average ranks more than %.3f apart differ at %g.\n", f->difference,
                      w->table->judging.alpha);
}

static void say_stability(const writer *w, seg_string *out)
{
    const seg_stability *s = &w->v->stability;
    const char *unit = w->v->column == SIZE_MAX ? "column" : "case";

    seg_string_printf(out,
                      "%s has the best mean and keeps it in %.1f%% of %zu resamples; the order of the means agrees "
                      "with theirs by Kendall's tau %.2f (5%% quantile %.2f).\n",
                      row_name(w, s->winner), 100 * s->stays_first, w->table->judging.resamples, s->tau, s->tau_low);
    if (s->decisive)
        seg_string_printf(out, "Without one %s another row would be first in %zu of %zu choices (smallest tau %.2f).\n",
                          unit, s->decisive, w->v->units, s->tau_without_one);
    else
        seg_string_printf(out, "Leaving out any one %s does not change which is first (smallest tau %.2f).\n", unit,
                          s->tau_without_one);
}

/* The guard: a test that cannot succeed must not look like evidence of equality. */
static void say_attainable(const writer *w, seg_string *out)
{
    const seg_test_result *v = w->v;
    const char *unit = v->column == SIZE_MAX ? "columns" : "cases";
    char p[SEG_NUMBER_ROOM], holm[SEG_NUMBER_ROOM];

    print_p(p, v->smallest_p);
    print_p(holm, v->smallest_holm);
    if (v->smallest_holm > w->table->judging.alpha)
        seg_string_printf(out,
                          "No pair can be significant here: with %zu %s the smallest p of a signed-rank test is %s, "
                          "and Holm over %zu pair%s makes it %s, above %g. A large p is no evidence of equality.\n",
                          v->units, unit, p, v->pairs, v->pairs == 1 ? "" : "s", holm, w->table->judging.alpha);
}

static void say_how(const writer *w, seg_string *out)
{
    const seg_test_options *how = &w->table->judging;

    seg_string_printf(out,
                      "Intervals %g%%: of the mean by bootstrap (BCa, %zu resamples, seed %llu), of the "
                      "Hodges-Lehmann shift from the signed ranks. Wilcoxon signed-rank, %s, zeros dropped; effect is "
                      "rank-biserial.\n",
                      100 * (1 - how->alpha), how->resamples, (unsigned long long)how->seed,
                      w->v->pair[0].test.exact ? "exact" : "normal with tie and continuity correction");
}

static void add_title(writer *w, seg_string *out)
{
    const seg_dataset *cube = w->table->grades->cube;
    seg_string name = {0};

    if (*cube->groups.text[w->v->group])
        seg_string_printf(&name, "%s, ", cube->groups.text[w->v->group]);
    seg_grades_measure(w->table->grades, w->v->measure, &name);
    if (w->v->column != SIZE_MAX && !w->table->grades->single)
        seg_string_printf(&name, ", %s", cube->columns.text[w->v->column]);
    w->dialect->text(out, name.text ? name.text : "");
    out->failed |= name.failed;
    seg_string_free(&name);
}

seg_status seg_statistics_text_make(seg_statistics_text *findings, const seg_table *table,
                                    const seg_test_result *verdict, const seg_table_markup *dialect, seg_error *err)
{
    writer w = {.table = table,
                .v = verdict,
                .dialect = dialect,
                .factor = seg_grades_factor(table->grades, verdict->measure),
                .decimals = seg_grades_decimals(table->grades, verdict->measure)};
    seg_string said = {0};
    seg_status st;

    *findings = (seg_statistics_text){0};
    add_title(&w, &findings->title);
    st = add_rows(&w, &findings->rows, err);
    add_pairs(&w, &findings->pairs);
    say_units(&w, &said);
    say_friedman(&w, &said);
    say_stability(&w, &said);
    say_attainable(&w, &said);
    say_how(&w, &said);
    findings->sentences = said;
    if (!st && (findings->title.failed || findings->rows.failed || findings->pairs.failed || said.failed))
        st = seg_fail(err, SEG_MEMORY, "not enough memory for statistics");
    return st;
}

void seg_statistics_text_free(seg_statistics_text *findings)
{
    seg_string_free(&findings->title);
    seg_string_free(&findings->sentences);
    seg_text_table_free(&findings->rows);
    seg_text_table_free(&findings->pairs);
}
