/* lineup.c - lines up cases, decides which of them count, and takes means over clusters. */
#include "lineup.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "../base/memory.h"
#include "../base/text.h"

/* What the methods have at one place before anything is decided. */
typedef struct {
    double value;
    unsigned char state; /* 0: nothing; 1 + seg_value_state */
} entry;

typedef struct {
    entry *at; /* [places][rows] */
    size_t places;
} grid;

static seg_status find_rows(seg_lineup *l, seg_error *err)
{
    seg_status st = seg_alloc(&l->row, l->cube->rows.n, sizeof *l->row, "the rows of a table", err);

    for (size_t r = 0; r < l->cube->rows.n && !st; r++) {
        size_t n = 0;

        if (l->column != SIZE_MAX)
            seg_dataset_cell(l->cube, l->group, r, l->measure, l->column, &n);
        for (size_t c = 0; l->column == SIZE_MAX && !n && c < l->cube->columns.n; c++) {
            if (!seg_is_mean_column(l->cube->columns.text[c]))
                seg_dataset_cell(l->cube, l->group, r, l->measure, c, &n);
        }
        if (n)
            l->row[l->rows++] = r;
    }
    if (!st)
        st = seg_alloc(&l->lack, l->rows, sizeof *l->lack, "the rows of a table", err);
    return st;
}

static void put_cell(const seg_lineup *l, grid *g, size_t i, size_t column)
{
    bool over_columns = l->column == SIZE_MAX;
    size_t n;
    const seg_datum *d = seg_dataset_cell(l->cube, l->group, l->row[i], l->measure, column, &n);

    for (size_t k = 0; k < n; k++)
        g->at[(over_columns ? column : d[k].at) * l->rows + i] = (entry){d[k].value, (unsigned char)(1 + d[k].state)};
}

static seg_status fill_grid(const seg_lineup *l, grid *g, seg_error *err)
{
    bool over_columns = l->column == SIZE_MAX;
    seg_status st;

    g->places = over_columns ? l->cube->columns.n : l->cube->cases.n;
    st = seg_alloc(&g->at, g->places * l->rows, sizeof *g->at, "the values of a table", err);
    for (size_t i = 0; i < l->rows && !st; i++) {
        if (!over_columns)
            put_cell(l, g, i, l->column);
        for (size_t c = 0; over_columns && c < l->cube->columns.n; c++) {
            if (!seg_is_mean_column(l->cube->columns.text[c]))
                put_cell(l, g, i, c);
        }
    }
    return st;
}

typedef enum { NOTHING, NOT_APPLICABLE, APPLICABLE } relevance;

static relevance relevance_of(const seg_lineup *l, const entry *e)
{
    bool judged = false, any = false;

    for (size_t i = 0; i < l->rows; i++) {
        if (e[i].state == 1 + SEG_VALUE_NOT_APPLICABLE)
            return NOT_APPLICABLE;
        any |= e[i].state != 0;
        judged |= e[i].state && e[i].state != 1 + SEG_VALUE_NOT_COMPUTED;
    }
    return judged ? APPLICABLE : any ? NOT_APPLICABLE : NOTHING;
}

static void take_case(seg_lineup *l, const entry *e, size_t place)
{
    double *raw = l->raw + l->cases * l->rows;
    bool lacking = false;

    for (size_t i = 0; i < l->rows; i++) {
        bool ok = e[i].state == 1 + SEG_VALUE_OK, given = e[i].state && e[i].state != 1 + SEG_VALUE_CASE_FAILED;

        raw[i] = ok ? e[i].value : NAN;
        l->lack[i].failed += !ok;
        l->lack[i].undefined += !ok && given && isnan(e[i].value);
        l->lack[i].infinite += !ok && given && isinf(e[i].value);
        lacking |= !ok;
    }
    l->lacking += lacking;
    l->at[l->cases++] = place;
}

static seg_status take_cases(seg_lineup *l, const grid *g, seg_error *err)
{
    size_t n = 0;
    seg_status st;

    for (size_t p = 0; p < g->places; p++)
        n += relevance_of(l, g->at + p * l->rows) == APPLICABLE;
    st = seg_alloc(&l->at, n, sizeof *l->at, "the cases of a table", err);
    if (!st)
        st = seg_alloc(&l->raw, n * l->rows, sizeof *l->raw, "the values of a table", err);
    for (size_t p = 0; p < g->places && !st; p++) {
        relevance r = relevance_of(l, g->at + p * l->rows);

        l->not_applicable += r == NOT_APPLICABLE;
        if (r == APPLICABLE)
            take_case(l, g->at + p * l->rows, p);
    }
    return st;
}

static double worst(const seg_lineup *l)
{
    return -INFINITY * l->cube->measure[l->measure].better;
}

/* What a failure at a case becomes: NAN leaves the case out. */
static double replacement(const seg_lineup *l, size_t at)
{
    switch (l->how.rule) {
    case SEG_MISSING_WORST:
        return l->cube->measure[l->measure].better ? worst(l) : NAN;
    case SEG_MISSING_PENALTY:
        return l->how.diagonal ? l->cube->diagonal[at] : l->how.penalty;
    default:
        return NAN;
    }
}

/* A method without a single number in the column excludes no case: the others would have none left. */
static bool excludes(const seg_lineup *l, size_t i)
{
    return l->lack[i].failed < l->cases;
}

/* The clusters' sums, in the order in which they first come. */
typedef struct {
    size_t *place; /* [clusters] 1 + unit, 0: not seen */
    size_t *count; /* [units] */
} clusters;

static seg_status begin_clusters(clusters *c, const seg_lineup *l, seg_error *err)
{
    seg_status st = SEG_OK;

    *c = (clusters){0};
    if (!l->cube->cluster || l->column == SIZE_MAX)
        return SEG_OK;
    st = seg_alloc(&c->place, l->cube->clusters.n, sizeof *c->place, "the clusters of a table", err);
    return st ? st : seg_alloc(&c->count, l->cube->clusters.n, sizeof *c->count, "the clusters of a table", err);
}

/* The unit that the case belongs to: its own, or that of its cluster. */
static size_t unit_of(clusters *c, const seg_lineup *l, size_t k, size_t *units)
{
    size_t *place = c->place ? &c->place[l->cube->cluster[l->at[k]]] : NULL;

    if (!place)
        return (*units)++;
    if (!*place)
        *place = ++*units;
    c->count[*place - 1]++;
    return *place - 1;
}

/* Means of the rows `row` over the units, in out[units][rows]; cases with a failure that stays one are left out. */
static seg_status collapse(const seg_lineup *l, const size_t *row, size_t rows, double *out, size_t *units,
                           size_t *excluded, seg_error *err)
{
    clusters c;
    seg_status st = begin_clusters(&c, l, err);

    *units = *excluded = 0;
    for (size_t k = 0; k < l->cases && !st; k++) {
        const double *raw = l->raw + k * l->rows;
        double other = replacement(l, l->at[k]);
        bool in = true;
        size_t before = *units, unit;

        for (size_t i = 0; i < rows; i++)
            in &= !isnan(raw[row[i]]) || !isnan(other) || !excludes(l, row[i]);
        *excluded += !in;
        if (!in)
            continue;
        unit = unit_of(&c, l, k, units);
        for (size_t i = 0; i < rows; i++) {
            double x = isnan(raw[row[i]]) ? other : raw[row[i]], *sum = &out[unit * rows + i];

            *sum = *units > before ? x : *sum + x;
        }
    }
    for (size_t u = 0; c.count && u < *units && !st; u++) {
        for (size_t i = 0; i < rows; i++)
            out[u * rows + i] /= (double)c.count[u];
    }
    free(c.place);
    free(c.count);
    return st;
}

static seg_status check_penalty(const seg_lineup *l, seg_error *err)
{
    const seg_measure *m = &l->cube->measure[l->measure];
    double extreme = NAN;

    if (l->how.rule != SEG_MISSING_PENALTY || !l->lacking)
        return SEG_OK;
    if (l->how.diagonal && (!l->cube->diagonal || (m->unit[0] != 'm' && m->unit[0] != 'p') || m->unit[2]))
        return seg_fail(err, SEG_USAGE,
                        "a penalty of the diagonal is a length: %s; choose a number for it, or compare it apart",
                        l->cube->diagonal ? "the measure is none" : "only JSON reports hold the sizes of the images");
    if (!m->better || l->how.diagonal)
        return SEG_OK;
    for (size_t k = 0; k < l->cases * l->rows; k++) {
        if (!isnan(l->raw[k]) && !((extreme - l->raw[k]) * m->better <= 0))
            extreme = l->raw[k];
    }
    if ((l->how.penalty - extreme) * m->better > 0)
        return seg_fail(err, SEG_USAGE,
                        "the penalty %g is better than the worst value of %s, %g: failures would be rewarded (choose "
                        "one that is not better, and compare measures of other scales apart)",
                        l->how.penalty, m->name, extreme);
    return SEG_OK;
}

seg_status seg_lineup_make(seg_lineup *l, const seg_dataset *cube, size_t group, size_t measure, size_t column,
                           const seg_missing *how, seg_error *err)
{
    grid g = {0};
    size_t *all = NULL;
    seg_status st;

    *l = (seg_lineup){.cube = cube, .group = group, .measure = measure, .column = column, .how = *how};
    st = find_rows(l, err);
    if (!st)
        st = fill_grid(l, &g, err);
    if (!st)
        st = take_cases(l, &g, err);
    free(g.at);
    if (!st)
        st = check_penalty(l, err);
    if (!st)
        st = seg_alloc(&l->x, l->cases * l->rows, sizeof *l->x, "the values of a table", err);
    if (!st)
        st = seg_alloc(&all, l->rows, sizeof *all, "the rows of a table", err);
    for (size_t i = 0; i < l->rows && !st; i++)
        all[i] = i;
    if (!st)
        st = collapse(l, all, l->rows, l->x, &l->units, &l->excluded, err);
    free(all);
    return st;
}

size_t seg_lineup_place(const seg_lineup *l, size_t row)
{
    for (size_t i = 0; i < l->rows; i++) {
        if (l->row[i] == row)
            return i;
    }
    return SIZE_MAX;
}

seg_status seg_lineup_pair(const seg_lineup *l, size_t a, size_t b, double *x, double *y, size_t *n, seg_error *err)
{
    const size_t rows[2] = {a, b};
    double *both = l->x;
    size_t stride = l->rows, at[2] = {a, b}, excluded;
    seg_status st = SEG_OK;

    *n = l->units;
    if (l->how.rule == SEG_MISSING_PAIRWISE) {
        st = seg_alloc(&both, 2 * l->cases, sizeof *both, "a pair", err);
        stride = 2, at[0] = 0, at[1] = 1;
        if (!st)
            st = collapse(l, rows, 2, both, n, &excluded, err);
    }
    for (size_t u = 0; u < *n && !st; u++) {
        x[u] = both[u * stride + at[0]];
        y[u] = both[u * stride + at[1]];
    }
    if (both != l->x)
        free(both);
    return st;
}

void seg_lineup_free(seg_lineup *l)
{
    free(l->row);
    free(l->lack);
    free(l->at);
    free(l->raw);
    free(l->x);
    *l = (seg_lineup){0};
}
