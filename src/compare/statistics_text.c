/* statistics_text.c - puts the statistics of a verdict into two tables and a few sentences. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "../base/memory.h"
#include "../statistics/interval.h"
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

    if (isfinite(x))
        seg_grades_print(number, x * w->factor, w->decimals);
    else
        snprintf(number, sizeof number, isnan(x) ? "-" : "failed"); /* infinite: a failure that counts as worst */
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
    if (isnan(p))
        snprintf(out, SEG_NUMBER_ROOM, "-");
    else
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
    return seg_table_plain_name(w->table, w->table->grades->cube->rows.text[w->v->row[i]]);
}

static const char *unit_word(const writer *w)
{
    return w->v->column == SIZE_MAX ? "column" : w->table->grades->cube->cluster ? "cluster" : "case";
}

static void add_heads(writer *w, seg_text_table *sheet, const char *const *heads)
{
    for (; *heads; heads++) {
        add_text(w, sheet, *heads);
        sheet->columns++;
    }
}

/* The numbers of row i in x[units]; returns how many of them are 0. */
static size_t take_row(const writer *w, size_t i, double *x)
{
    size_t zeros = 0;

    for (size_t u = 0; u < w->v->units; u++) {
        x[u] = w->v->x[u * w->v->rows + i];
        zeros += x[u] == 0;
    }
    return zeros;
}

static seg_status add_row(writer *w, seg_text_table *sheet, size_t i, double *x, seg_error *err)
{
    const seg_test_options *how = &w->table->judging;
    seg_interval interval = {NAN, NAN};
    seg_description d;
    seg_status st = SEG_OK;

    take_row(w, i, x);
    if (!w->v->infinite)
        st = seg_mean_interval(&interval, x, w->v->units, 1 - how->alpha, how->resamples, how->seed, err);
    if (st)
        return st;
    d = seg_describe(x, w->v->units);
    add_text(w, sheet, row_name(w, i));
    add_count(w, sheet, "%.3f", w->v->average_rank[i]);
    add_value(w, sheet, w->v->infinite ? NAN : d.mean);
    add_value(w, sheet, w->v->infinite ? NAN : d.sd);
    add_interval(w, sheet, interval.low, interval.high);
    add_value(w, sheet, d.median);
    add_value(w, sheet, d.q1);
    add_value(w, sheet, d.q3);
    return SEG_OK;
}

static seg_status add_rows(writer *w, seg_text_table *sheet, seg_error *err)
{
    static const char *const HEADS[] = {"", "rank", "mean", "sd", "interval of the mean", "median", "q1", "q3", NULL};
    double *x = NULL;
    seg_status st = seg_alloc(&x, w->v->units, sizeof *x, "statistics", err);

    sheet->left = 1;
    add_heads(w, sheet, HEADS);
    for (size_t i = 0; i < w->v->rows && !st; i++)
        st = add_row(w, sheet, i, x, err);
    free(x);
    return st;
}

static void add_pair(writer *w, seg_text_table *sheet, const seg_pair_verdict *p)
{
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
    add_text(w, sheet, isnan(p->test.p) ? "-" : p->test.exact ? "exact" : "normal");
    add_count(w, sheet, "%.2f", p->test.effect);
    add_value(w, sheet, p->test.shift);
    add_interval(w, sheet, p->test.low, p->test.high);
    add_value(w, sheet, p->mean_difference);
    add_interval(w, sheet, p->mean_interval.low, p->mean_interval.high);
    if (w->table->judging.margin > 0)
        add_p(w, sheet, p->equivalence.p);
}

static void add_pairs(writer *w, seg_text_table *sheet)
{
    static const char *const HEADS[] = {
        "pair",         "n", "zeros", "W", "p", "p (Holm)", "test", "effect", "shift", "interval", "mean difference",
        "its interval", NULL};
    static const char *const EQUIVALENCE[] = {"p (equivalence)", NULL};

    sheet->left = 1;
    add_heads(w, sheet, HEADS);
    if (w->table->judging.margin > 0)
        add_heads(w, sheet, EQUIVALENCE);
    for (size_t i = 0; i < w->v->pairs; i++)
        add_pair(w, sheet, &w->v->pair[i]);
}

/* ---- sentences ---- */

static void say_units(const writer *w, seg_string *out)
{
    const seg_test_result *v = w->v;
    const seg_dataset *cube = w->table->grades->cube;

    if (cube->cluster && v->column != SIZE_MAX)
        seg_string_printf(out, "%zu %s%s of %zu cases, paired: every value is the mean over the cases of one", v->units,
                          cube->cluster_name ? cube->cluster_name : "cluster", v->units == 1 ? "" : "s", v->cases);
    else
        seg_string_printf(out, "%zu %s%s, paired", v->units, unit_word(w), v->units == 1 ? "" : "s");
    if (v->excluded)
        seg_string_printf(out, "; %zu %s%s left out, because a method %s there", v->excluded,
                          v->column == SIZE_MAX ? "column" : "case", v->excluded == 1 ? "" : "s",
                          v->column == SIZE_MAX ? "has no number" : "failed");
    if (v->column == SIZE_MAX)
        seg_string_add(out, "; columns stand for cases here: organs of the same patients are not independent");
    seg_string_add(out, ".\n");
}

/* The exact p is quoted where there is one. */
static void say_friedman(const writer *w, seg_string *out)
{
    const seg_friedman *f = &w->v->friedman;
    char p[SEG_NUMBER_ROOM], fp[SEG_NUMBER_ROOM];

    if (w->v->rows < 3 || isnan(f->chi2)) /* of two rows the signed ranks say more */
        return;
    print_p(p, isnan(f->exact_p) ? f->p : f->exact_p);
    print_p(fp, f->f_p);
    seg_string_printf(out, "Friedman chi-squared %.4f, %zu degrees of freedom, %sp %s", f->chi2, w->v->rows - 1,
                      isnan(f->exact_p) ? "" : "exact ", p);
    if (isfinite(f->f) && isnan(f->exact_p))
        seg_string_printf(out, "; Iman-Davenport F %.3f, p %s", f->f, fp);
    seg_string_printf(out, ".\nNemenyi: average ranks more than %.3f apart differ at %g.\n", f->difference,
                      w->table->judging.alpha);
}

static void say_identical(const writer *w, seg_string *out)
{
    for (size_t i = 0; i < w->v->pairs; i++) {
        const seg_pair_verdict *p = &w->v->pair[i];

        if (p->test.identical && p->units)
            seg_string_printf(out, "%s and %s have the same value in every %s: they are tied.\n", row_name(w, p->a),
                              row_name(w, p->b), unit_word(w));
    }
}

static void say_winner(const writer *w, seg_string *out)
{
    const seg_stability *s = &w->v->stability;

    if (s->winners == w->v->rows)
        seg_string_printf(out, "All means are equal");
    else if (s->winners > 1)
        seg_string_printf(out, "%zu methods share the best mean; %s, the first of them,", s->winners,
                          row_name(w, s->winner));
    else
        seg_string_printf(out, "%s has the best mean and", row_name(w, s->winner));
    if (s->winners < w->v->rows)
        seg_string_printf(out, " keeps it in %.1f%% of %zu resamples", 100 * s->stays_first,
                          w->table->judging.resamples);
    if (isfinite(s->tau) && s->winners < w->v->rows && w->v->rows > 2)
        seg_string_printf(out, "; the order of the means agrees with theirs by Kendall's tau %.2f (5%% quantile %.2f)",
                          s->tau, s->tau_low);
    seg_string_add(out, ".\n");
}

static void say_stability(const writer *w, seg_string *out)
{
    const seg_stability *s = &w->v->stability;

    if (isnan(s->stays_first)) {
        if (w->v->infinite)
            seg_string_add(out, "A failure that counts as worst has no mean: means, their intervals and the stability "
                                "of their order are not given.\n");
        return;
    }
    say_winner(w, out);
    if (s->winners > 1)
        return;
    if (s->decisive)
        seg_string_printf(out, "Without one %s another row would be first in %zu of %zu choices.\n", unit_word(w),
                          s->decisive, w->v->units);
    else
        seg_string_printf(out, "Leaving out any one %s does not change which is first.\n", unit_word(w));
}

/* The guard: a test that cannot succeed must not look like evidence of equality. */
static void say_attainable(const writer *w, seg_string *out)
{
    const seg_test_result *v = w->v;
    char p[SEG_NUMBER_ROOM], holm[SEG_NUMBER_ROOM];

    print_p(p, v->smallest_p);
    print_p(holm, v->smallest_holm);
    if (v->units < 3)
        seg_string_printf(out,
                          "With %zu %s%s no p is given: it could not be below %s. That is no evidence of "
                          "equality.\n",
                          v->units, unit_word(w), v->units == 1 ? "" : "s", p);
    else if (v->smallest_holm > w->table->judging.alpha)
        seg_string_printf(out,
                          "No pair can be significant here: with %zu %ss the smallest p of a signed-rank test is %s, "
                          "and Holm over %zu pair%s makes it %s, above %g. A large p is no evidence of equality.\n",
                          v->units, unit_word(w), p, v->pairs, v->pairs == 1 ? "" : "s", holm, w->table->judging.alpha);
}

static void say_equivalence(const writer *w, seg_string *out)
{
    const seg_test_options *how = &w->table->judging;

    for (size_t i = 0; i < w->v->pairs && how->margin > 0; i++) {
        const seg_pair_verdict *p = &w->v->pair[i];
        bool different = p->holm < how->alpha;

        if (isnan(p->equivalence.p))
            continue;
        seg_string_printf(out, "%s and %s: ", row_name(w, p->a), row_name(w, p->b));
        if (p->equivalence.equivalent && different)
            seg_string_printf(out, "both: different, but by less than the margin %g.\n", how->margin);
        else if (p->equivalence.equivalent)
            seg_string_printf(out, "equivalent within %g.\n", how->margin);
        else
            seg_string_printf(out, different ? "different.\n" : "undecided.\n");
    }
}

static const char *rule_words(int rule)
{
    static const char *const WORDS[] = {"by the mean", "by the mean of the ranks", "by the pairs won (Holm)"};

    return WORDS[rule];
}

/* "a, b = c" by places 1, 2.5, 2.5. */
static void add_places(const writer *w, const double *place, seg_string *out)
{
    double last = 0;

    for (size_t n = 0; n < w->v->rows;) {
        double next = INFINITY;

        for (size_t i = 0; i < w->v->rows; i++)
            next = place[i] > last && place[i] < next ? place[i] : next;
        for (size_t i = 0, first = 1; i < w->v->rows; i++) {
            if (place[i] != next)
                continue;
            seg_string_printf(out, "%s%s", !first ? " = " : n ? ", " : "", row_name(w, i));
            first = 0, n++;
        }
        last = next;
    }
}

static bool same_first(const writer *w, const double *a, const double *b)
{
    double least_a = INFINITY, least_b = INFINITY;

    for (size_t i = 0; i < w->v->rows; i++) {
        least_a = fmin(least_a, a[i]);
        least_b = fmin(least_b, b[i]);
    }
    for (size_t i = 0; i < w->v->rows; i++) {
        if ((a[i] == least_a) != (b[i] == least_b))
            return false;
    }
    return true;
}

static void say_rankings(const writer *w, seg_string *out)
{
    const seg_test_result *v = w->v;
    const double *before = NULL;
    bool same = true;

    for (int rule = 0; rule < SEG_RANKINGS && v->place; rule++) {
        const double *place = v->place + (size_t)rule * v->rows;

        if (!(w->table->rankings >> rule & 1))
            continue;
        seg_string_printf(out, "Order %s: ", rule_words(rule));
        add_places(w, place, out);
        seg_string_add(out, ".\n");
        same &= !before || same_first(w, before, place);
        before = place;
    }
    if (!same)
        seg_string_add(out, "The first place depends on how the methods are ranked.\n");
}

/* What an interval of the mean does not tell: values of 0 among others, and ends beyond the measure's range. */
static seg_status say_limits(const writer *w, seg_string *out, seg_error *err)
{
    const seg_measure *m = &w->table->grades->cube->measure[w->v->measure];
    double *x = NULL;
    bool beyond = false;
    seg_status st = seg_alloc(&x, w->v->units, sizeof *x, "statistics", err);

    for (size_t i = 0; i < w->v->rows && !st && m->better > 0 && !*m->unit && !m->loss; i++) {
        size_t zeros = take_row(w, i, x);
        seg_interval t = seg_t_interval(x, w->v->units, 1 - w->table->judging.alpha);

        beyond |= w->v->units < SEG_BOOTSTRAP_LEAST && (t.low < 0 || t.high > 1);
        if (zeros && zeros < w->v->units)
            seg_string_printf(out,
                              "%zu of %zu values of %s are 0: the interval of its mean covers less than it says.\n",
                              zeros, w->v->units, row_name(w, i));
    }
    if (beyond)
        seg_string_add(out, "An interval by Student's t may leave the range of the measure; it is not cut off.\n");
    free(x);
    return st;
}

static const char *exactness(const seg_test_result *v)
{
    size_t exact = 0;

    for (size_t i = 0; i < v->pairs; i++)
        exact += v->pair[i].test.exact;
    return exact == v->pairs ? "exact"
           : exact           ? "exact or normal with continuity correction, as said of each pair"
                             : "normal with the variance of the ranks and continuity correction";
}

static void say_how(const writer *w, seg_string *out)
{
    const seg_test_options *how = &w->table->judging;

    seg_string_printf(out, "Intervals %g%%: ", 100 * (1 - how->alpha));
    if (!w->v->infinite && w->v->units < SEG_BOOTSTRAP_LEAST)
        seg_string_add(out, "of the mean by Student's t, ");
    else if (!w->v->infinite)
        seg_string_printf(out, "of the mean by bootstrap (BCa, %zu resamples, seed %llu), ", how->resamples,
                          (unsigned long long)how->seed);
    seg_string_printf(out,
                      "of the Hodges-Lehmann shift from the signed ranks. Wilcoxon signed-rank, %s, zeros %s; "
                      "effect is rank-biserial.\n",
                      exactness(w->v),
                      how->zeros == SEG_ZEROS_PRATT ? "ranked and then left out (Pratt), so no shift is given"
                                                    : "dropped from test and shift");
}

static void add_title(writer *w, seg_string *out)
{
    const seg_dataset *cube = w->table->grades->cube;
    seg_string name = {0};

    if (*cube->groups.text[w->v->group])
        seg_string_printf(&name, "%s, ", cube->groups.text[w->v->group]);
    if (seg_table_plain_name(w->table, cube->measures.text[w->v->measure]) != cube->measures.text[w->v->measure])
        seg_string_add(&name, seg_table_plain_name(w->table, cube->measures.text[w->v->measure]));
    else
        seg_grades_measure(w->table->grades, w->v->measure, &name);
    if (w->v->column != SIZE_MAX && !w->table->grades->single)
        seg_string_printf(&name, ", %s", seg_table_plain_name(w->table, cube->columns.text[w->v->column]));
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
    say_identical(&w, &said);
    say_stability(&w, &said);
    say_rankings(&w, &said);
    say_attainable(&w, &said);
    say_equivalence(&w, &said);
    if (!st)
        st = say_limits(&w, &said, err);
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
