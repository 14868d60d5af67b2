/* write_data.c - a comparison for programs: CSV with a line per cell, JSON with the statistics. */
#include <math.h>
#include <stdint.h>

#include "../report/csv.h"
#include "../report/json_text.h"
#include "table.h"

static const char *const MARKS[] = {"", "best", "second"};

/* The numbers of a cell, in the order of both formats. The cell's own scale: percent when asked. */
enum { NUMBERS = 9 };
static const char *const NAMES[NUMBERS] = {"mean", "sd", "median", "q1", "q3", "min", "max", "low", "high"};

static void numbers_of(const seg_cell *cell, double x[NUMBERS])
{
    const double all[NUMBERS] = {cell->d.mean, cell->d.sd,  cell->d.median,     cell->d.q1,         cell->d.q3,
                                 cell->d.min,  cell->d.max, cell->interval.low, cell->interval.high};

    for (int i = 0; i < NUMBERS; i++)
        x[i] = cell->given ? all[i] : NAN;
}

static void csv_field(seg_string *out, const char *text)
{
    seg_csv_field(out, ',', text);
    seg_string_add_n(out, ",", 1);
}

static void csv_cell(const seg_table *table, const seg_block *block, size_t i, size_t j, seg_string *out)
{
    const seg_grades *g = table->grades;
    const seg_cell *cell = &block->cell[i * g->columns + j];
    seg_string measure = {0};
    char number[SEG_NUMBER_ROOM];
    double x[NUMBERS];

    seg_grades_measure(g, g->column[j].measure, &measure);
    csv_field(out, g->cube->groups.text[block->group]);
    csv_field(out, g->cube->rows.text[block->row[i]]);
    csv_field(out, measure.text ? measure.text : "");
    csv_field(out, seg_grades_column_name(g, j));
    seg_string_printf(out, "%zu,%zu,%zu,", cell->n, cell->undefined, cell->infinite);
    numbers_of(cell, x);
    for (int k = 0; k < NUMBERS; k++)
        csv_field(out, isnan(x[k]) ? "" : seg_number(number, x[k]));
    csv_field(out, cell->number);
    if (cell->rank)
        seg_string_printf(out, "%d", cell->rank);
    seg_string_printf(out, ",%s,%zu,%zu,%s,", MARKS[cell->mark], cell->failed, cell->not_applicable,
                      cell->interval_kind ? cell->interval_kind : "");
    csv_field(out, isnan(cell->median.low) ? "" : seg_number(number, cell->median.low));
    seg_string_printf(out, "%s\n", isnan(cell->median.high) ? "" : seg_number(number, cell->median.high));
    out->failed |= measure.failed;
    seg_string_free(&measure);
}

static seg_status write_csv(const seg_table *table, seg_string *out, seg_error *err)
{
    const seg_grades *g = table->grades;

    (void)err;
    seg_string_add(out,
                   "group,row,measure,column,n,undefined,infinite,mean,sd,median,q1,q3,min,max,low,high,printed,rank,"
                   "mark,failed,not_applicable,interval,median_low,median_high\n");
    for (size_t b = 0; b < g->blocks; b++) {
        for (size_t i = 0; i < g->block[b].rows * g->columns; i++)
            csv_cell(table, &g->block[b], i / g->columns, i % g->columns, out);
    }
    return SEG_OK;
}

static void json_number(seg_string *out, const char *name, double x)
{
    seg_string_printf(out, ", \"%s\": ", name);
    seg_json_number(out, x, 0);
}

static void json_text(seg_string *out, const char *before, const char *name, const char *text)
{
    seg_string_printf(out, "%s\"%s\": ", before, name);
    seg_json_text(out, text);
}

static void json_cell(const seg_table *table, const seg_block *block, size_t i, size_t j, seg_string *out)
{
    const seg_grades *g = table->grades;
    const seg_cell *cell = &block->cell[i * g->columns + j];
    const seg_measure *m = &g->cube->measure[g->column[j].measure];
    const char *group = g->cube->groups.text[block->group];
    double x[NUMBERS];

    json_text(out, "{", "group", *group ? group : NULL);
    json_text(out, ", ", "row", g->cube->rows.text[block->row[i]]);
    json_text(out, ", ", "measure", m->name);
    json_text(out, ", ", "unit", *m->unit ? m->unit : seg_grades_factor(g, g->column[j].measure) > 1 ? "%" : NULL);
    json_text(out, ", ", "column", seg_grades_column_name(g, j));
    seg_string_printf(out, ", \"n\": %zu, \"undefined\": %zu, \"infinite\": %zu", cell->n, cell->undefined,
                      cell->infinite);
    seg_string_printf(out, ", \"failed\": %zu, \"not_applicable\": %zu", cell->failed, cell->not_applicable);
    numbers_of(cell, x);
    for (int k = 0; k < NUMBERS; k++)
        json_number(out, NAMES[k], x[k]);
    json_text(out, ", ", "interval", cell->interval_kind);
    json_number(out, "median_low", cell->median.low);
    json_number(out, "median_high", cell->median.high);
    json_text(out, ", ", "printed", *cell->number ? cell->number : NULL);
    json_number(out, "rank", cell->rank ? cell->rank : NAN);
    json_text(out, ", ", "mark", cell->mark ? MARKS[cell->mark] : NULL);
    seg_string_add(out, "}");
}

static void json_equivalence(const seg_equivalence *e, double factor, seg_string *out)
{
    json_number(out, "equivalence_p", e->p);
    json_number(out, "difference_low", e->difference.low * factor);
    json_number(out, "difference_high", e->difference.high * factor);
    seg_string_printf(out, ", \"equivalent\": %s", e->equivalent ? "true" : "false");
}

static void json_pair(const seg_table *table, const seg_test_result *v, const seg_pair_verdict *p, seg_string *out)
{
    const seg_dataset *cube = table->grades->cube;
    double factor = seg_grades_factor(table->grades, v->measure);

    json_text(out, "{", "a", cube->rows.text[v->row[p->a]]);
    json_text(out, ", ", "b", cube->rows.text[v->row[p->b]]);
    seg_string_printf(out, ", \"n\": %zu, \"zeros\": %zu", p->test.n, p->test.zeros);
    json_number(out, "w", p->test.w);
    json_number(out, "p", p->test.p);
    json_number(out, "p_holm", p->holm);
    seg_string_printf(out, ", \"exact\": %s", p->test.exact ? "true" : "false");
    json_number(out, "effect", p->test.effect);
    json_number(out, "shift", p->test.shift * factor);
    json_number(out, "shift_low", p->test.low * factor);
    json_number(out, "shift_high", p->test.high * factor);
    json_number(out, "mean_difference", p->mean_difference * factor);
    json_number(out, "mean_difference_low", p->mean_interval.low * factor);
    json_number(out, "mean_difference_high", p->mean_interval.high * factor);
    if (table->judging.margin > 0)
        json_equivalence(&p->equivalence, factor, out);
    seg_string_add(out, "}");
}

/* "NAME": {"unet": 1.5, ...} */
static void json_by_row(const seg_test_result *v, const seg_dataset *cube, const char *before, const char *name,
                        const double *x, seg_string *out)
{
    seg_string_printf(out, "%s\"%s\": {", before, name);
    for (size_t i = 0; i < v->rows; i++) {
        seg_string_add(out, i ? ", " : "");
        seg_json_text(out, cube->rows.text[v->row[i]]);
        seg_string_add(out, ": ");
        seg_json_number(out, x[i], 0);
    }
    seg_string_add(out, "}");
}

static void json_rankings(const seg_table *table, const seg_test_result *v, seg_string *out)
{
    static const char *const TAU[] = {"mean_rank", "mean_test", "rank_test"};

    if (!table->rankings || !v->place)
        return;
    seg_string_add(out, ",\n   \"rankings\": {");
    for (int rule = 0; rule < SEG_RANKINGS; rule++) {
        if (table->rankings >> rule & 1)
            json_by_row(v, table->grades->cube, "", seg_ranking_names[rule], v->place + (size_t)rule * v->rows, out);
        seg_string_add(out, table->rankings >> rule & 1 ? ", " : "");
    }
    seg_string_add(out, "\"tau\": {");
    for (int t = 0; t < SEG_RANKINGS; t++) {
        seg_string_printf(out, "%s\"%s\": ", t ? ", " : "", TAU[t]);
        seg_json_number(out, v->tau[t], 0);
    }
    seg_string_add(out, "}}");
}

static void json_verdict(const seg_table *table, const seg_test_result *v, seg_string *out)
{
    const seg_dataset *cube = table->grades->cube;
    const char *group = cube->groups.text[v->group];

    json_text(out, "{", "group", *group ? group : NULL);
    json_text(out, ", ", "measure", cube->measure[v->measure].name);
    json_text(out, ", ", "column", v->column == SIZE_MAX ? NULL : cube->columns.text[v->column]);
    json_text(out, ", ", "units", v->column == SIZE_MAX ? "columns" : cube->cluster ? "clusters" : "cases");
    seg_string_printf(out, ", \"n\": %zu, \"cases\": %zu, \"left_out\": %zu", v->units, v->cases, v->excluded);
    json_number(out, "friedman_chi2", v->friedman.chi2);
    json_number(out, "friedman_p", v->friedman.p);
    json_number(out, "iman_davenport_f", v->friedman.f);
    json_number(out, "iman_davenport_p", v->friedman.f_p);
    json_number(out, "friedman_exact_p", v->friedman.exact_p);
    json_number(out, "nemenyi_difference", v->friedman.difference);
    json_text(out, ", ", "winner",
              isnan(v->stability.stays_first) ? NULL : cube->rows.text[v->row[v->stability.winner]]);
    json_number(out, "winner_stays_first", v->stability.stays_first);
    json_number(out, "tau", v->stability.tau);
    json_number(out, "tau_low", v->stability.tau_low);
    seg_string_printf(out, ", \"decisive\": %zu", v->stability.decisive);
    json_number(out, "tau_without_one", v->stability.tau_without_one);
    json_number(out, "smallest_p", v->smallest_p);
    json_number(out, "smallest_p_holm", v->smallest_holm);
    json_by_row(v, cube, ",\n   ", "average_ranks", v->average_rank, out);
    json_rankings(table, v, out);
    seg_string_add(out, ",\n   \"pairs\": [");
    for (size_t i = 0; i < v->pairs; i++) {
        seg_string_add(out, i ? ",\n    " : "\n    ");
        json_pair(table, v, &v->pair[i], out);
    }
    seg_string_add(out, "]}");
}

static seg_status write_json(const seg_table *table, seg_string *out, seg_error *err)
{
    const seg_grades *g = table->grades;
    bool first = true;

    (void)err;
    seg_string_printf(out,
                      "{\"segloss\": \"" SEG_VERSION "\", \"schema\": 1, \"alpha\": %g, \"resamples\": %zu, \"seed\": "
                      "%llu,\n \"cells\": [",
                      table->judging.alpha, table->judging.resamples, (unsigned long long)table->judging.seed);
    for (size_t b = 0; b < g->blocks; b++) {
        for (size_t i = 0; i < g->block[b].rows * g->columns; i++, first = false) {
            seg_string_add(out, first ? "\n  " : ",\n  ");
            json_cell(table, &g->block[b], i / g->columns, i % g->columns, out);
        }
    }
    seg_string_add(out, "],\n \"statistics\": [");
    for (size_t i = 0; i < table->n_verdicts; i++) {
        seg_string_add(out, i ? ",\n  " : "\n  ");
        json_verdict(table, &table->verdict[i], out);
    }
    seg_string_add(out, "]}\n");
    return SEG_OK;
}

static const char *const CSV[] = {"csv", NULL}, *const JSON[] = {"json", NULL};

extern const seg_table_format seg_table_csv, seg_table_json;
const seg_table_format seg_table_csv = {"csv", CSV, "a line per cell, with all its numbers", false, write_csv};
const seg_table_format seg_table_json = {"json", JSON, "cells and statistics", true, write_json};
