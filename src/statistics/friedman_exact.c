/* friedman_exact.c - the distribution of the rank sums, case by case.
 *
 * Under the hypothesis the ranks of a case stand in every order with the same probability, and the cases are
 * independent. The sums are kept sorted, as the statistic does not see which method has which sum; ranks are doubled,
 * so that mid-ranks are whole numbers. A state is the sorted sums packed into one word, eight bits each.
 */
#include "friedman_exact.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"

enum { METHODS = 6 };

/* Open addressing; probability 0 marks a free slot. */
typedef struct {
    uint64_t *key;
    double *probability;
    size_t slots, n;
} states;

typedef struct {
    states now, next;
    size_t k;
    int rank[METHODS]; /* of the case that is added, doubled and ascending */
    seg_error *err;
} counting;

static seg_status alloc_states(states *s, size_t slots, seg_error *err)
{
    seg_status st = seg_alloc(&s->key, slots, sizeof *s->key, "an exact test", err);

    if (!st)
        st = seg_alloc(&s->probability, slots, sizeof *s->probability, "an exact test", err);
    s->slots = slots;
    s->n = 0;
    return st;
}

static void free_states(states *s)
{
    free(s->key);
    free(s->probability);
    *s = (states){0};
}

static size_t slot_of(const states *s, uint64_t key)
{
    size_t i = (size_t)(key * 0x9e3779b97f4a7c15u >> 20) & (s->slots - 1);

    while (s->probability[i] > 0 && s->key[i] != key)
        i = (i + 1) & (s->slots - 1);
    return i;
}

static seg_status grow(states *s, seg_error *err)
{
    states wide = {0};
    seg_status st = alloc_states(&wide, s->slots ? 2 * s->slots : 256, err);

    for (size_t i = 0; i < s->slots && !st; i++) {
        if (s->probability[i] > 0) {
            size_t at = slot_of(&wide, s->key[i]);

            wide.key[at] = s->key[i];
            wide.probability[at] = s->probability[i];
            wide.n++;
        }
    }
    free_states(s);
    *s = wide;
    return st;
}

static seg_status add_state(states *s, uint64_t key, double probability, seg_error *err)
{
    seg_status st = 2 * s->n >= s->slots ? grow(s, err) : SEG_OK;
    size_t at;

    if (st)
        return st;
    at = slot_of(s, key);
    s->n += !(s->probability[at] > 0);
    s->key[at] = key;
    s->probability[at] += probability;
    return SEG_OK;
}

static uint64_t packed(const int *sum, size_t k)
{
    int sorted[METHODS];
    uint64_t key = 0;

    for (size_t i = 0; i < k; i++) {
        size_t at = i;

        for (; at && sorted[at - 1] > sum[i]; at--)
            sorted[at] = sorted[at - 1];
        sorted[at] = sum[i];
    }
    for (size_t i = 0; i < k; i++)
        key |= (uint64_t)sorted[i] << 8 * i;
    return key;
}

static void unpack(uint64_t key, int *sum, size_t k)
{
    for (size_t i = 0; i < k; i++)
        sum[i] = (int)(key >> 8 * i & 0xff);
}

/* Adds the case's ranks to the sums in every order; `used` are those that stand before method m. Equal ranks are
 * different ones here: each order has the probability 1 / k!. */
static seg_status add_orders(counting *c, int *sum, unsigned used, size_t m, double probability)
{
    seg_status st = SEG_OK;

    if (m == c->k)
        return add_state(&c->next, packed(sum, c->k), probability, c->err);
    for (size_t i = 0; i < c->k && !st; i++) {
        if (used >> i & 1)
            continue;
        sum[m] += c->rank[i];
        st = add_orders(c, sum, used | 1u << i, m + 1, probability);
        sum[m] -= c->rank[i];
    }
    return st;
}

static seg_status add_case(counting *c, const double *rank)
{
    double orders = tgamma((double)c->k + 1);
    seg_status st = SEG_OK;

    for (size_t i = 0; i < c->k; i++)
        c->rank[i] = (int)(2 * rank[i]);
    for (size_t i = 0; i < c->now.slots && !st; i++) {
        int sum[METHODS];

        if (!(c->now.probability[i] > 0))
            continue;
        unpack(c->now.key[i], sum, c->k);
        st = add_orders(c, sum, 0, 0, c->now.probability[i] / orders);
    }
    free_states(&c->now);
    c->now = c->next;
    c->next = (states){0};
    return st;
}

/* Sum of squared distances of the doubled sums from their mean: whole numbers, compared exactly. */
static long spread(const int *sum, size_t n, size_t k)
{
    long middle = (long)(n * (k + 1)), total = 0;

    for (size_t i = 0; i < k; i++)
        total += (sum[i] - middle) * (sum[i] - middle);
    return total;
}

static double share_as_far(const counting *c, long observed, size_t n)
{
    double share = 0;

    for (size_t i = 0; i < c->now.slots; i++) {
        int sum[METHODS];

        if (!(c->now.probability[i] > 0))
            continue;
        unpack(c->now.key[i], sum, c->k);
        share += spread(sum, n, c->k) >= observed ? c->now.probability[i] : 0;
    }
    return fmin(1, share);
}

static bool countable(size_t n, size_t k)
{
    static const size_t MOST[METHODS + 1] = {[3] = 20, [4] = 12, [5] = 6, [6] = 4};

    return k <= METHODS && n <= MOST[k] && n > 0;
}

seg_status seg_friedman_exact(double *p, const double *rank, size_t n, size_t k, seg_error *err)
{
    counting c = {.k = k, .err = err};
    int sum[METHODS] = {0};
    seg_status st = SEG_OK;

    *p = NAN;
    if (!countable(n, k))
        return SEG_OK;
    for (size_t j = 0; j < k; j++)
        sum[j] = (int)(2 * rank[j]);
    /* One order of the first case is enough: the others only rename the methods. */
    st = add_state(&c.now, packed(sum, k), 1, err);
    for (size_t i = 1; i < n && !st; i++) {
        st = add_case(&c, rank + i * k);
        for (size_t j = 0; j < k; j++)
            sum[j] += (int)(2 * rank[i * k + j]);
    }
    if (!st)
        *p = share_as_far(&c, spread(sum, n, k), n);
    free_states(&c.now);
    free_states(&c.next);
    return st;
}
