/* agree.c - correlations and their intervals, cell by cell; who is first, over resamples; the order of rows. */
#include "agree.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/parallel.h"
#include "../statistics/agreement.h"
#include "../statistics/random.h"

const char *const seg_agree_order_words[] = {"given", "cluster", "best", NULL};

enum { LEAST_CASES = 3, LEAST_GROUPS = 5, LEAST_FOR_A_WINNER = 10, BY_TEN = 10 };

/* ---- the cases of a pair ---- */

/* The cases in which both have a number, of one method. */
struct sample {
    double *x, *y;
    size_t *group; /* index of the resampling group, in the order of first appearance */
    size_t n, groups, left_out;
    seg_agreement a;
    uint32_t *times; /* [n] */
    uint32_t *drawn; /* [groups] */
};

static const double *values_of(const seg_agree_data *d, size_t method, bool loss, size_t at)
{
    return d->x + (method * (d->losses.n + d->metrics.n) + (loss ? at : d->losses.n + at)) * d->cases.n;
}

static bool usable(double x, const seg_agree_options *o)
{
    return o->missing_worst ? !isnan(x) : isfinite(x);
}

static void free_sample(struct sample *s)
{
    free(s->x);
    free(s->y);
    free(s->group);
    free(s->times);
    free(s->drawn);
    seg_agreement_free(&s->a);
    *s = (struct sample){0};
}

static seg_status alloc_sample(struct sample *s, size_t cases, seg_error *err)
{
    seg_status st = seg_alloc(&s->x, cases, sizeof *s->x, "cases", err);

    if (!st)
        st = seg_alloc(&s->y, cases, sizeof *s->y, "cases", err);
    if (!st)
        st = seg_alloc(&s->group, cases, sizeof *s->group, "cases", err);
    if (!st)
        st = seg_alloc(&s->times, cases, sizeof *s->times, "cases", err);
    return st ? st : seg_alloc(&s->drawn, cases, sizeof *s->drawn, "cases", err);
}

/* Groups are numbered in the order in which they appear among the cases of the pair. */
static seg_status add_cases(struct sample *s, const seg_agree_data *d, const seg_agree_options *o, size_t method,
                            const seg_agree_cell *cell, seg_error *err)
{
    const double *x = values_of(d, method, true, cell->loss), *y = values_of(d, method, false, cell->metric);
    size_t *number = NULL;
    seg_status st = seg_alloc(&number, d->cases.n, sizeof *number, "groups", err);

    for (size_t i = 0; !st && i < d->cases.n; i++) {
        size_t cluster = d->cluster ? d->cluster[i] : i;

        if (cell->stratum && d->stratum[i] != cell->stratum)
            continue;
        if (!usable(x[i], o) || !usable(y[i], o)) {
            s->left_out++;
            continue;
        }
        if (!number[cluster])
            number[cluster] = ++s->groups;
        s->x[s->n] = x[i];
        s->y[s->n] = y[i];
        s->group[s->n++] = number[cluster] - 1;
    }
    free(number);
    return st;
}

static seg_status make_sample(struct sample *s, const seg_agree_data *d, const seg_agree_options *o, size_t method,
                              const seg_agree_cell *cell, seg_error *err)
{
    seg_status st = alloc_sample(s, d->cases.n, err);

    if (!st)
        st = add_cases(s, d, o, method, cell, err);
    return st ? st : seg_agreement_make(&s->a, s->x, s->y, s->n, err);
}

static double correlation(struct sample *s, const seg_agree_options *o, const uint32_t *times)
{
    if (s->n < LEAST_CASES)
        return NAN;
    return o->spearman ? seg_agreement_spearman(&s->a, times) : seg_agreement_tau(&s->a, times);
}

/* Draw i of a round is number round x groups + i of the seed. */
static void draw(struct sample *s, const seg_agree_options *o, size_t round)
{
    memset(s->drawn, 0, s->groups * sizeof *s->drawn);
    for (size_t i = 0; i < s->groups; i++)
        s->drawn[seg_random_below(o->seed, (uint64_t)round * s->groups + i, s->groups)]++;
    for (size_t i = 0; i < s->n; i++)
        s->times[i] = s->drawn[s->group[i]];
}

/* ---- a cell ---- */

/* The mean over the methods that have a number; NAN when none has. */
static double mean_of(struct sample *s, size_t methods, const seg_agree_options *o, bool resampled)
{
    double sum = 0;
    size_t n = 0;

    for (size_t m = 0; m < methods; m++) {
        double r = correlation(&s[m], o, resampled ? s[m].times : NULL);

        sum += isnan(r) ? 0 : r;
        n += !isnan(r);
    }
    return n ? sum / (double)n : NAN;
}

static seg_status resample(seg_agree_cell *cell, struct sample *s, size_t methods, const seg_agree_options *o,
                           seg_error *err)
{
    double *r = NULL;
    size_t n = 0;
    seg_status st = seg_alloc(&r, o->boot, sizeof *r, "resamples", err);

    for (size_t round = 0; !st && round < o->boot; round++) {
        for (size_t m = 0; m < methods; m++)
            draw(&s[m], o, round);
        r[n] = mean_of(s, methods, o, true);
        n += !isnan(r[n]);
    }
    if (!st && BY_TEN * n >= (BY_TEN - 1) * o->boot && n > 0)
        seg_percentile_interval(r, n, &cell->low, &cell->high);
    free(r);
    return st;
}

static seg_status fill_cell(seg_agree_cell *cell, const seg_agree_data *d, const seg_agree_options *o, seg_error *err)
{
    struct sample *s = NULL;
    seg_status st = seg_alloc(&s, d->methods, sizeof *s, "cases", err);

    cell->r = cell->low = cell->high = NAN;
    cell->n = SIZE_MAX;
    for (size_t m = 0; !st && m < d->methods; m++) {
        st = make_sample(&s[m], d, o, m, cell, err);
        cell->n = s[m].n < cell->n ? s[m].n : cell->n;
        cell->left_out = s[m].left_out > cell->left_out ? s[m].left_out : cell->left_out;
        cell->groups = m == 0 || s[m].groups < cell->groups ? s[m].groups : cell->groups;
    }
    if (!st) {
        cell->r = mean_of(s, d->methods, o, false);
        cell->why = !isnan(cell->r) ? NULL : cell->n < LEAST_CASES ? "few cases" : "constant";
    }
    if (!st && !isnan(cell->r) && cell->groups >= LEAST_GROUPS && o->boot)
        st = resample(cell, s, d->methods, o, err);
    for (size_t m = 0; s && m < d->methods; m++)
        free_sample(&s[m]);
    free(s);
    return st;
}

struct job {
    const seg_agree_data *data;
    const seg_agree_options *options;
    seg_agree_cell *cell;
};

static seg_status do_cell(void *context, size_t i, int worker, double *none, seg_error *err)
{
    const struct job *j = context;

    (void)worker, (void)none;
    return fill_cell(&j->cell[i], j->data, j->options, err);
}

seg_status seg_agree_compute(seg_agree_cell **cells, size_t *n, const seg_agree_data *d, const seg_agree_options *o,
                             seg_error *err)
{
    size_t one = d->losses.n * d->metrics.n;
    struct job j = {d, o, NULL};
    seg_status st;

    *n = one * (size_t)(1 + d->strata);
    st = seg_alloc(cells, *n, sizeof **cells, "correlations", err);
    for (size_t i = 0; !st && i < *n; i++)
        (*cells)[i] =
            (seg_agree_cell){.loss = i % one / d->metrics.n, .metric = i % d->metrics.n, .stratum = (int)(i / one)};
    j.cell = *cells;
    return st ? st : seg_ordered_sum(*n, 0, do_cell, &j, NULL, err);
}

/* ---- the first ---- */

static void find_best(seg_agree_winner *w, const seg_agree_data *d, size_t metric, const seg_agree_cell *cells)
{
    *w = (seg_agree_winner){{SIZE_MAX, SIZE_MAX, SIZE_MAX}, {NAN, NAN, NAN}, NAN, 0};
    for (int place = 0; place < 3; place++)
        for (size_t l = 0; l < d->losses.n; l++) {
            const seg_agree_cell *c = &cells[l * d->metrics.n + metric];
            bool taken = false;

            for (int p = 0; p < place; p++)
                taken |= w->best[p] == l;
            if (!taken && !isnan(c->r) && (isnan(w->r[place]) || c->r > w->r[place])) {
                w->best[place] = l;
                w->r[place] = c->r;
            }
        }
    w->n = w->best[0] == SIZE_MAX ? 0 : cells[w->best[0] * d->metrics.n + metric].n;
}

/* Rounds in which no other loss is above the first one. All losses see the same draws only when they have the same
 * cases, which a loss that lacks some does not: it then draws from its own. */
static size_t rounds_first(struct sample *s, const seg_agree_data *d, const seg_agree_options *o, size_t best)
{
    size_t stays = 0;

    for (size_t round = 0; round < o->boot; round++) {
        double first = NAN;
        bool beaten = false;

        for (size_t pass = 0; pass < 2; pass++)
            for (size_t l = 0; l < d->losses.n; l++) {
                double r;

                if ((l == best) != (pass == 0))
                    continue;
                for (size_t m = 0; m < d->methods; m++)
                    draw(&s[l * d->methods + m], o, round);
                r = mean_of(&s[l * d->methods], d->methods, o, true);
                if (l == best)
                    first = r;
                beaten |= l != best && r > first + 1e-12;
            }
        stays += !beaten && !isnan(first);
    }
    return stays;
}

seg_status seg_agree_winner_of(seg_agree_winner *w, const seg_agree_data *d, size_t metric, const seg_agree_cell *cells,
                               const seg_agree_options *o, seg_error *err)
{
    struct sample *s = NULL;
    seg_status st = SEG_OK;

    find_best(w, d, metric, cells);
    if (w->best[1] == SIZE_MAX || w->n < LEAST_FOR_A_WINNER || !o->boot)
        return SEG_OK;
    st = seg_alloc(&s, d->losses.n * d->methods, sizeof *s, "cases", err);
    for (size_t i = 0; !st && i < d->losses.n * d->methods; i++)
        st = make_sample(&s[i], d, o, i % d->methods, &cells[i / d->methods * d->metrics.n + metric], err);
    if (!st)
        w->stays = (double)rounds_first(s, d, o, w->best[0]) / (double)o->boot;
    for (size_t i = 0; s && i < d->losses.n * d->methods; i++)
        free_sample(&s[i]);
    free(s);
    return st;
}

/* ---- the order of rows ---- */

static double value_at(const seg_agree_data *d, const seg_agree_cell *cells, size_t loss, size_t metric)
{
    double r = cells[loss * d->metrics.n + metric].r;

    return isnan(r) ? 0 : r;
}

/* away[losses][losses] = 1 - the correlation of two losses over the cases of the first method; 1 where it is undefined. */
static seg_status find_distances(double *away, const seg_agree_data *d, const seg_agree_options *o, seg_error *err)
{
    size_t n = d->losses.n, cases = d->cases.n, kept;
    double *x = NULL, *y = NULL;
    seg_status st = seg_alloc(&x, cases, sizeof *x, "cases", err);

    if (!st)
        st = seg_alloc(&y, cases, sizeof *y, "cases", err);
    for (size_t i = 0; !st && i < n * n; i++) {
        const double *p = values_of(d, 0, true, i / n), *q = values_of(d, 0, true, i % n);
        seg_agreement a;
        double r;

        kept = 0;
        for (size_t k = 0; k < cases; k++)
            if (usable(p[k], o) && usable(q[k], o)) {
                x[kept] = p[k];
                y[kept++] = q[k];
            }
        st = seg_agreement_make(&a, x, y, kept, err);
        r = st || kept < LEAST_CASES ? NAN
            : o->spearman            ? seg_agreement_spearman(&a, NULL)
                                     : seg_agreement_tau(&a, NULL);
        away[i] = isnan(r) ? 1 : 1 - r;
        seg_agreement_free(&a);
    }
    free(x);
    free(y);
    return st;
}

/* Average linkage: the two nearest groups are joined, members one after the other; equal distances: lower index first.
 * of[l]: the group of a loss, named by its lowest member. */
static bool nearest(const double *away, const size_t *of, size_t n, size_t *a, size_t *b)
{
    double least = INFINITY;

    for (size_t i = 0; i < n; i++)
        for (size_t k = i + 1; k < n; k++) {
            double sum = 0, pairs = 0;

            if (of[i] != i || of[k] != k)
                continue;
            for (size_t p = 0; p < n * n; p++)
                if (of[p / n] == i && of[p % n] == k) {
                    sum += away[p];
                    pairs++;
                }
            if (sum / pairs < least) {
                least = sum / pairs;
                *a = i;
                *b = k;
            }
        }
    return isfinite(least);
}

/* Members of group b come to stand behind those of a, in their order. */
static void move_behind(size_t *order, size_t *copy, const size_t *of, size_t n, size_t a, size_t b)
{
    size_t at = 0, left = 0;

    for (size_t i = 0; i < n; i++)
        left += of[order[i]] == a;
    for (size_t i = 0; i < n; i++) {
        if (of[order[i]] == b)
            continue;
        copy[at++] = order[i];
        left -= of[order[i]] == a;
        for (size_t k = 0; of[order[i]] == a && left == 0 && k < n; k++)
            if (of[order[k]] == b)
                copy[at++] = order[k];
    }
    memcpy(order, copy, n * sizeof *copy);
}

static seg_status by_clusters(size_t *order, const seg_agree_data *d, const seg_agree_options *o, seg_error *err)
{
    size_t n = d->losses.n, *of = NULL, *copy = NULL, a = 0, b = 0;
    double *away = NULL;
    seg_status st = seg_alloc(&of, n, sizeof *of, "losses", err);

    if (!st)
        st = seg_alloc(&copy, n, sizeof *copy, "losses", err);
    if (!st)
        st = seg_alloc(&away, n * n, sizeof *away, "losses", err);
    if (!st)
        st = find_distances(away, d, o, err);
    for (size_t i = 0; !st && i < n; i++)
        of[i] = i;
    while (!st && nearest(away, of, n, &a, &b)) {
        move_behind(order, copy, of, n, a, b);
        for (size_t i = 0; i < n; i++)
            of[i] = of[i] == b ? a : of[i];
    }
    free(of);
    free(copy);
    free(away);
    return st;
}

seg_status seg_agree_sort(size_t *order, const seg_agree_data *d, const seg_agree_cell *cells,
                          const seg_agree_options *o, seg_agree_order how, seg_error *err)
{
    for (size_t l = 0; l < d->losses.n; l++)
        order[l] = l;
    for (size_t i = 1; how == SEG_AGREE_BEST && i < d->losses.n; i++) /* by the first metric; a few rows */
        for (size_t k = i; k > 0 && value_at(d, cells, order[k], 0) > value_at(d, cells, order[k - 1], 0); k--) {
            size_t t = order[k];

            order[k] = order[k - 1];
            order[k - 1] = t;
        }
    return how == SEG_AGREE_CLUSTER ? by_clusters(order, d, o, err) : SEG_OK;
}
