/* summary.c - keeps the finite values of every measure and, when asked, says where they lie. */
#include "summary.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/value.h"
#include "../statistics/describe.h"

const char *const seg_kind_words[] = {"loss", "metric", NULL};

static bool same_text(const char *a, const char *b)
{
    return a == b || !strcmp(a ? a : "", b ? b : "");
}

/* The unit is not part of the key: a file without spacing among others keeps its row, and the summary says the first. */
static bool same(const seg_summary_key *a, const seg_summary_key *b)
{
    return a->kind == b->kind && a->aggregate == b->aggregate && (a->aggregate || a->cls == b->cls) &&
           same_text(a->measure, b->measure) && same_text(a->params, b->params);
}

static size_t hash(const seg_summary_key *key)
{
    const char *texts[] = {key->measure, key->params};
    uint64_t h =
        14695981039346656037u ^ (key->aggregate ? 1u : (uint64_t)key->cls * 4u + 2u) ^ (uint64_t)key->kind << 40;

    for (int t = 0; t < 2; t++) {
        for (const char *c = texts[t] ? texts[t] : ""; *c; c++)
            h = (h ^ (unsigned char)*c) * 1099511628211u;
    }
    return (size_t)(h ^ h >> 32);
}

static size_t *find(const seg_summary *s, const seg_summary_key *key)
{
    size_t i = hash(key) & (s->slots - 1);

    while (s->slot[i] && !same(&s->entry[s->slot[i] - 1].key, key))
        i = (i + 1) & (s->slots - 1);
    return &s->slot[i];
}

static seg_status widen(seg_summary *s, seg_error *err)
{
    size_t *old = s->slot, slots = s->slots ? 2 * s->slots : 64;
    seg_status st = seg_alloc(&s->slot, slots, sizeof *s->slot, "the summary", err);

    if (st) {
        s->slot = old;
        return st;
    }
    s->slots = slots;
    for (size_t i = 0; i < s->n; i++)
        *find(s, &s->entry[i].key) = i + 1;
    free(old);
    return SEG_OK;
}

static seg_status add_entry(seg_summary *s, const seg_summary_key *key, size_t *index, seg_error *err)
{
    seg_status st = 2 * s->n >= s->slots ? widen(s, err) : SEG_OK;
    seg_summary_entry entry = {.key = *key};

    if (!st)
        st = seg_grow(&s->entry, &s->room, s->n + 1, sizeof *s->entry, "the summary", err);
    if (st)
        return st;
    entry.key.measure = seg_intern_keep(&s->pool, key->measure ? key->measure : "");
    entry.key.params = seg_intern_keep(&s->pool, key->params ? key->params : "");
    entry.key.unit = seg_intern_keep(&s->pool, key->unit ? key->unit : "");
    entry.key.label = seg_intern_keep(&s->pool, key->aggregate ? NULL : key->label);
    if (!entry.key.measure || !entry.key.params || !entry.key.unit ||
        (key->label && !key->aggregate && !entry.key.label))
        return seg_fail(err, SEG_MEMORY, "not enough memory for the summary");
    *find(s, key) = s->n + 1;
    *index = s->n;
    s->entry[s->n++] = entry;
    return SEG_OK;
}

/* Where the key's entry is. Cases ask in the same order, so the one after the last is tried first. */
static seg_status entry_of(seg_summary *s, const seg_summary_key *key, size_t *index, seg_error *err)
{
    size_t next = s->last + 1 < s->n ? s->last + 1 : 0;
    size_t *slot;

    if (s->n && same(&s->entry[next].key, key)) {
        *index = next;
        return SEG_OK;
    }
    slot = s->n ? find(s, key) : NULL;
    if (!slot || !*slot)
        return add_entry(s, key, index, err);
    *index = *slot - 1;
    return SEG_OK;
}

static bool begins(const char *status, const char *prefix)
{
    return status && !strncmp(status, prefix, strlen(prefix));
}

static void count_status(seg_summary_entry *entry, double value, const char *status)
{
    bool imputed = begins(status, SEG_IMPUTED);

    entry->undefined += isnan(value);
    entry->infinite += isinf(value) != 0;
    entry->imputed += imputed && isfinite(value);
    entry->partial += begins(status, SEG_PARTIAL) && isfinite(value);
    entry->absent += isnan(value) && status && !strcmp(status, SEG_BOTH_EMPTY);
    entry->absent_imputed += status && !strcmp(status, SEG_IMPUTED SEG_BOTH_EMPTY);
}

static seg_status add_value(seg_summary_entry *entry, double value, const char *status, seg_error *err)
{
    seg_status st;

    count_status(entry, value, status);
    if (!isfinite(value))
        return SEG_OK;
    st = seg_grow(&entry->x, &entry->room, entry->n + 1, sizeof *entry->x, "the summary", err);
    if (!st)
        entry->x[entry->n++] = value;
    return st;
}

seg_status seg_summary_add(seg_summary *summary, const seg_summary_key *key, double value, const char *status,
                           seg_error *err)
{
    size_t index = 0;
    seg_status st = entry_of(summary, key, &index, err);

    if (st)
        return st;
    summary->last = index;
    return add_value(&summary->entry[index], value, status, err);
}

seg_status seg_summary_add_pooled(seg_summary *summary, const seg_summary_key *key, double value, size_t cases,
                                  seg_error *err)
{
    size_t index = 0;
    seg_status st = entry_of(summary, key, &index, err);

    if (st)
        return st;
    summary->entry[index].pooled = true;
    summary->entry[index].behind = cases;
    return add_value(&summary->entry[index], value, NULL, err);
}

seg_status seg_summary_complete(seg_summary *summary, size_t cases, const seg_absent_values *absent, seg_error *err)
{
    seg_status st = SEG_OK;

    summary->cases = cases;
    for (size_t i = 0; i < summary->n && !st; i++) {
        seg_summary_entry *entry = &summary->entry[i];
        size_t have = entry->n + entry->undefined + entry->infinite;
        double x = NAN;
        const char *status = entry->key.aggregate ? NULL : SEG_BOTH_EMPTY;

        if (entry->pooled || have >= cases)
            continue;
        if (absent && !entry->key.aggregate)
            st = absent->value(absent->context, &entry->key, &x, &status, err);
        for (; have < cases && !st; have++)
            st = add_value(entry, x, status, err);
    }
    return st;
}

/* Of a pooled value only the value itself is known: nothing varies. */
static seg_summary_numbers numbers_of_pooled(const seg_summary_entry *entry)
{
    bool defined = entry->n > 0;

    return (seg_summary_numbers){defined ? entry->behind : 0,
                                 defined ? 0 : entry->behind,
                                 0,
                                 defined ? entry->x[0] : NAN,
                                 NAN,
                                 NAN,
                                 NAN,
                                 NAN,
                                 NAN,
                                 NAN,
                                 0};
}

seg_status seg_summary_moments(seg_summary_numbers *moments, const seg_summary_entry *entry, seg_error *err)
{
    seg_description d;
    double *x = NULL;
    seg_status st;

    if (entry->pooled) {
        *moments = numbers_of_pooled(entry);
        return SEG_OK;
    }
    st = seg_alloc(&x, entry->n, sizeof *x, "the summary", err);
    if (st)
        return st;
    if (entry->n)
        memcpy(x, entry->x, entry->n * sizeof *x);
    d = seg_describe(x, entry->n);
    *moments = (seg_summary_numbers){
        entry->n, entry->undefined, entry->infinite, d.mean, d.sd, d.median, d.q1, d.q3, d.min, d.max, entry->imputed};
    free(x);
    return SEG_OK;
}

const seg_summary_entry *seg_summary_find(const seg_summary *summary, seg_kind kind, const char *measure,
                                          const char *params)
{
    for (size_t i = 0; i < summary->n; i++) {
        const seg_summary_key *key = &summary->entry[i].key;

        if (key->kind == kind && key->aggregate && !strcmp(key->measure, measure) &&
            (!params || !strcmp(key->params, params)))
            return &summary->entry[i];
    }
    return NULL;
}

void seg_summary_free(seg_summary *summary)
{
    for (size_t i = 0; i < summary->n; i++)
        free(summary->entry[i].x);
    free(summary->entry);
    free(summary->slot);
    seg_intern_free(&summary->pool);
    *summary = (seg_summary){0};
}
