/* agreement.c - concordant pairs by a binary indexed tree over the levels of y, in the order of x.
 *
 *     tau-b = (C - D) / sqrt((P - Tx) (P - Ty)),   P = W (W - 1) / 2 pairs of W numbers, Tx and Ty of them tied in x, y
 *
 * Copies of one number are tied in both, so a resample is the same sum with multiplicities.
 */
#include "agreement.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/percentile.h"

struct indexed {
    double x;
    size_t at;
};

static int ascending(const void *a, const void *b)
{
    const struct indexed *p = a, *q = b;

    if (p->x != q->x)
        return p->x < q->x ? -1 : 1;
    return (p->at > q->at) - (p->at < q->at);
}

/* level[n] of each number, and its place in ascending order in order[n] when that is not NULL. Returns the levels. */
static size_t find_levels(const double *x, size_t n, struct indexed *work, uint32_t *level, size_t *order)
{
    size_t levels = 0;

    for (size_t i = 0; i < n; i++)
        work[i] = (struct indexed){x[i], i};
    qsort(work, n, sizeof *work, ascending);
    for (size_t i = 0; i < n; i++) {
        levels += i == 0 || work[i].x != work[i - 1].x;
        level[work[i].at] = (uint32_t)levels - 1;
        if (order)
            order[i] = work[i].at;
    }
    return levels;
}

seg_status seg_agreement_make(seg_agreement *a, const double *x, const double *y, size_t n, seg_error *err)
{
    struct indexed *work = NULL;
    seg_status st = seg_alloc(&work, n, sizeof *work, "ranks", err);

    *a = (seg_agreement){.n = n};
    if (!st)
        st = seg_alloc(&a->by_x, n, sizeof *a->by_x, "ranks", err);
    if (!st)
        st = seg_alloc(&a->x, n, sizeof *a->x, "ranks", err);
    if (!st)
        st = seg_alloc(&a->y, n, sizeof *a->y, "ranks", err);
    if (!st) {
        find_levels(x, n, work, a->x, a->by_x);
        a->y_levels = find_levels(y, n, work, a->y, NULL);
        st = seg_alloc(&a->tree, a->y_levels + 1, sizeof *a->tree, "ranks", err);
    }
    if (!st)
        st = seg_alloc(&a->rank, a->y_levels, sizeof *a->rank, "ranks", err);
    free(work);
    return st;
}

void seg_agreement_free(seg_agreement *a)
{
    free(a->by_x);
    free(a->x);
    free(a->y);
    free(a->tree);
    free(a->rank);
    *a = (seg_agreement){0};
}

static uint64_t times_of(const uint32_t *times, size_t i)
{
    return times ? times[i] : 1;
}

/* ---- the tree: sums of multiplicities by level of y ---- */

static void tree_add(seg_agreement *a, size_t level, uint64_t times)
{
    for (size_t i = level + 1; i <= a->y_levels; i += i & -i)
        a->tree[i] += times;
}

/* Of the levels below. */
static uint64_t tree_below(const seg_agreement *a, size_t level)
{
    uint64_t sum = 0;

    for (size_t i = level; i > 0; i -= i & -i)
        sum += a->tree[i];
    return sum;
}

static double pairs_of(uint64_t n)
{
    return (double)n * ((double)n - 1) / 2;
}

/* The end of the numbers that are tied with number `at` in x. */
static size_t tie_end(const seg_agreement *a, size_t at)
{
    size_t end = at + 1;

    while (end < a->n && a->x[a->by_x[end]] == a->x[a->by_x[at]])
        end++;
    return end;
}

/* Pairs tied in y. */
static double tied_in_y(seg_agreement *a, const uint32_t *times)
{
    double tied = 0;

    memset(a->tree, 0, (a->y_levels + 1) * sizeof *a->tree);
    for (size_t i = 0; i < a->n; i++)
        a->tree[a->y[i]] += times_of(times, i);
    for (size_t level = 0; level < a->y_levels; level++)
        tied += pairs_of(a->tree[level]);
    return tied;
}

double seg_agreement_tau(seg_agreement *a, const uint32_t *times)
{
    double difference = 0, tied_x = 0, tied_y = tied_in_y(a, times), all;
    uint64_t seen = 0;

    memset(a->tree, 0, (a->y_levels + 1) * sizeof *a->tree);
    for (size_t at = 0, end; at < a->n; at = end) {
        uint64_t tied = 0;

        end = tie_end(a, at);
        for (size_t i = at; i < end; i++) {
            size_t k = a->by_x[i], y = a->y[k];
            uint64_t below = tree_below(a, y), above = seen - tree_below(a, y + 1), w = times_of(times, k);

            difference += (double)w * ((double)below - (double)above);
            tied += w;
        }
        for (size_t i = at; i < end; i++)
            tree_add(a, a->y[a->by_x[i]], times_of(times, a->by_x[i]));
        tied_x += pairs_of(tied);
        seen += tied;
    }
    all = pairs_of(seen);
    return all > tied_x && all > tied_y ? difference / sqrt((all - tied_x) * (all - tied_y)) : NAN;
}

/* ---- Spearman ---- */

double seg_agreement_spearman(seg_agreement *a, const uint32_t *times)
{
    double before = 0, middle, xx = 0, yy = 0, xy = 0;

    memset(a->tree, 0, (a->y_levels + 1) * sizeof *a->tree);
    for (size_t i = 0; i < a->n; i++)
        a->tree[a->y[i]] += times_of(times, i);
    for (size_t level = 0; level < a->y_levels; level++) { /* mid-ranks from 0: a constant does not matter */
        a->rank[level] = before + (double)a->tree[level] / 2;
        before += (double)a->tree[level];
    }
    middle = before / 2;
    before = 0;
    for (size_t at = 0, end; at < a->n; at = end) {
        double tied = 0, rank;

        end = tie_end(a, at);
        for (size_t i = at; i < end; i++)
            tied += (double)times_of(times, a->by_x[i]);
        rank = before + tied / 2 - middle;
        before += tied;
        for (size_t i = at; i < end; i++) {
            double w = (double)times_of(times, a->by_x[i]), other = a->rank[a->y[a->by_x[i]]] - middle;

            xx += w * rank * rank;
            yy += w * other * other;
            xy += w * rank * other;
        }
    }
    return xx > 0 && yy > 0 ? xy / sqrt(xx * yy) : NAN;
}

void seg_percentile_interval(double *x, size_t n, double *low, double *high)
{
    *low = seg_percentile(x, n, 2.5);
    *high = seg_percentile(x, n, 97.5);
}
