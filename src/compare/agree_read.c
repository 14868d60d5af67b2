/* agree_read.c - one value for each case, method and measure, from the rows of reports. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/text.h"
#include "agree.h"

/* ---- what is there ---- */

static bool wanted(const seg_agree_query *q, const seg_case *c, const seg_row *row)
{
    if (row->slice >= 0 || (row->params && strstr(row->params, "part=")))
        return false;
    return q->one_class ? row->cls >= 0 && c->classes[row->cls].id == q->cls : row->cls < 0;
}

static seg_status add_measure(seg_agree_data *d, const seg_agree_query *q, const seg_row *row, seg_error *err)
{
    bool loss = row->kind == SEG_KIND_LOSS;
    seg_intern *names = loss ? &d->losses : &d->metrics;
    int better = loss ? -1 : q->better(row->measure);
    seg_agree_measure **list = loss ? &d->loss : &d->metric;
    char name[512];
    size_t known = names->n, number;
    seg_status st;

    snprintf(name, sizeof name, "%s%s%s", row->measure, row->params && *row->params ? " " : "",
             row->params ? row->params : "");
    if (!better)
        return seg_intern_number(&d->skipped, name) ? SEG_OK : seg_fail(err, SEG_MEMORY, "not enough memory for names");
    number = seg_intern_number(names, name);
    if (!number)
        return seg_fail(err, SEG_MEMORY, "not enough memory for names");
    if (number <= known)
        return SEG_OK;
    st = seg_grow(list, loss ? &d->room_loss : &d->room_metric, number, sizeof **list, "measures", err);
    if (!st)
        (*list)[number - 1] = (seg_agree_measure){seg_intern_keep(&d->pool, row->measure),
                                                  seg_intern_keep(&d->pool, row->params ? row->params : ""), -better};
    return st;
}

static seg_status find_names(seg_agree_data *d, const seg_report_file *file, const seg_agree_query *q, seg_error *err)
{
    seg_status st = SEG_OK;

    for (size_t i = 0; i < file->n && !st; i++) {
        const seg_case *c = &file->cases[i];

        if (!seg_intern_number(&d->cases, c->name))
            return seg_fail(err, SEG_MEMORY, "not enough memory for the names of the cases");
        for (size_t k = 0; k < c->n && !st; k++)
            if (wanted(q, c, &c->rows[k]))
                st = add_measure(d, q, &c->rows[k], err);
    }
    return st;
}

/* ---- values ---- */

static double *place_of(const seg_agree_data *d, size_t method, const seg_row *row, const char *name)
{
    char key[512];
    bool loss = row->kind == SEG_KIND_LOSS;
    size_t at, cases = d->cases.n, measures = d->losses.n + d->metrics.n;

    snprintf(key, sizeof key, "%s%s%s", row->measure, row->params && *row->params ? " " : "",
             row->params ? row->params : "");
    at = seg_intern_find(loss ? &d->losses : &d->metrics, key);
    if (!at)
        return NULL;
    at += loss ? 0 : d->losses.n;
    return d->x + (method * measures + at - 1) * cases + seg_intern_find(&d->cases, name) - 1;
}

static seg_status take_case(seg_agree_data *d, size_t method, const seg_case *c, const seg_agree_query *q,
                            const char *path, seg_error *err)
{
    for (size_t k = 0; k < c->n; k++) {
        const seg_row *row = &c->rows[k];
        double *x = wanted(q, c, row) ? place_of(d, method, row, c->name) : NULL;
        double sign;

        if (!x)
            continue;
        if (!isnan(*x))
            return seg_fail(err, SEG_MISMATCH, "%s: the case %s has two rows for %s, one was wanted", path, c->name,
                            row->measure);
        sign = row->kind == SEG_KIND_LOSS ? 1 : -q->better(row->measure);
        *x = sign * row->value;
    }
    return SEG_OK;
}

/* ---- clusters and strata ---- */

struct sized {
    double size;
    size_t at;
};

static int by_size(const void *a, const void *b)
{
    const struct sized *p = a, *q = b;

    if (p->size != q->size)
        return p->size < q->size ? -1 : 1;
    return (p->at > q->at) - (p->at < q->at);
}

/* Part floor(rank K / n), equal sizes in the lowest of their parts. */
static void cut_strata(seg_agree_data *d, struct sized *s)
{
    size_t n = d->cases.n;
    int part = 0;

    qsort(s, n, sizeof *s, by_size);
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || s[i].size != s[i - 1].size)
            part = (int)(i * (size_t)d->strata / n);
        d->stratum[s[i].at] = part + 1;
    }
}

static seg_status read_sizes(const seg_agree_data *d, const seg_case_facts *facts, const seg_facts_query *q,
                             struct sized *s, seg_error *err)
{
    for (size_t i = 0; i < d->cases.n; i++) {
        size_t number = seg_intern_find(&facts->cases, d->cases.text[i]);

        if (!number)
            return seg_fail(err, SEG_MISMATCH, "%s: has no line for the case %s", q->path, d->cases.text[i]);
        s[i].at = i;
        if (!seg_read_double(facts->by[number - 1], &s[i].size))
            return seg_fail(err, SEG_READ, "%s: '%s' of the case %s is not a number (strata need a column of numbers)",
                            q->path, facts->by[number - 1], d->cases.text[i]);
    }
    return SEG_OK;
}

static seg_status make_strata(seg_agree_data *d, const seg_case_facts *facts, const seg_facts_query *q, seg_error *err)
{
    struct sized *s = NULL;
    seg_status st = seg_alloc(&s, d->cases.n, sizeof *s, "strata", err);

    if (!st)
        st = seg_alloc(&d->stratum, d->cases.n, sizeof *d->stratum, "strata", err);
    if (!st)
        st = read_sizes(d, facts, q, s, err);
    if (!st)
        cut_strata(d, s);
    free(s);
    return st;
}

/* Clusters as compare finds them, by a dataset that holds nothing but the names. */
static seg_status make_clusters(seg_agree_data *d, const seg_case_facts *facts, const seg_facts_query *q,
                                seg_error *err)
{
    seg_dataset names = {0};
    seg_status st = SEG_OK;

    for (size_t i = 0; i < d->cases.n && !st; i++)
        if (seg_dataset_name(&names.cases, d->cases.text[i]) == SIZE_MAX)
            st = seg_fail(err, SEG_MEMORY, "not enough memory for the names of the cases");
    if (!st)
        st = seg_case_facts_cluster(facts, q, &names, err);
    if (!st) {
        d->cluster = names.cluster;
        names.cluster = NULL;
    }
    seg_dataset_free(&names);
    return st;
}

static seg_status read_facts(seg_agree_data *d, const seg_agree_query *q, seg_error *err)
{
    seg_facts_query facts = q->facts;
    seg_case_facts table = {0};
    char column[256] = "";
    const char *colon = q->strata ? strrchr(q->strata, ':') : NULL;
    int64_t parts = 0;
    seg_status st = SEG_OK;

    if (q->strata && (!colon || !seg_read_int64(colon + 1, &parts) || parts < 2 || parts > 100))
        return seg_fail(err, SEG_USAGE, "--strata '%s' is not COLUMN:K with 2 to 100 parts, as voxels:3", q->strata);
    if (q->strata && !facts.path)
        return seg_fail(err, SEG_USAGE, "--strata needs a table of the cases with this column (--cases FILE)");
    if (q->strata) {
        snprintf(column, sizeof column, "%.*s", (int)(colon - q->strata), q->strata);
        facts.by = column;
        d->strata = (int)parts;
    }
    if (!facts.path && !facts.cluster)
        return SEG_OK;
    st = seg_case_facts_read(&table, &facts, err);
    if (!st && facts.cluster)
        st = make_clusters(d, &table, &q->facts, err);
    if (!st && q->strata)
        st = make_strata(d, &table, &facts, err);
    seg_case_facts_free(&table);
    return st;
}

/* ---- all ---- */

static seg_status check(const seg_agree_data *d, const seg_agree_query *q, seg_error *err)
{
    if (!d->losses.n)
        return seg_fail(err, SEG_MISMATCH, "the reports hold no losses%s (eval -l all makes some)",
                        q->one_class ? " of this class" : "");
    if (!d->metrics.n)
        return seg_fail(err, SEG_MISMATCH, "the reports hold no metrics%s that are good one way",
                        q->one_class ? " of this class" : "");
    return SEG_OK;
}

static seg_status fill(seg_agree_data *d, const seg_report_file *files, const char *const *paths,
                       const seg_agree_query *q, seg_error *err)
{
    size_t values = d->methods * (d->losses.n + d->metrics.n) * d->cases.n;
    seg_status st = seg_alloc(&d->x, values, sizeof *d->x, "values", err);

    for (size_t i = 0; !st && i < values; i++)
        d->x[i] = NAN;
    for (size_t m = 0; m < d->methods && !st; m++)
        for (size_t i = 0; i < files[m].n && !st; i++)
            st = take_case(d, m, &files[m].cases[i], q, paths[m], err);
    return st ? st : read_facts(d, q, err);
}

seg_status seg_agree_read(seg_agree_data *d, const char *const *paths, size_t n, const seg_agree_query *q,
                          seg_error *err)
{
    seg_report_file *files = NULL;
    seg_status st = seg_alloc(&files, n, sizeof *files, "reports", err);

    d->methods = n;
    for (size_t i = 0; i < n && !st; i++) {
        st = seg_report_read(&files[i], paths[i], err);
        if (!st)
            st = find_names(d, &files[i], q, err);
    }
    if (!st)
        st = check(d, q, err);
    if (!st)
        st = fill(d, files, paths, q, err);
    for (size_t i = 0; files && i < n; i++)
        seg_report_file_free(&files[i]);
    free(files);
    return st;
}

void seg_agree_free(seg_agree_data *d)
{
    seg_intern_free(&d->cases);
    seg_intern_free(&d->losses);
    seg_intern_free(&d->metrics);
    seg_intern_free(&d->pool);
    seg_intern_free(&d->skipped);
    free(d->loss);
    free(d->metric);
    free(d->x);
    free(d->cluster);
    free(d->stratum);
    *d = (seg_agree_data){0};
}
