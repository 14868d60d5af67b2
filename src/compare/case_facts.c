/* case_facts.c - reads the table of cases, and puts the cases of a comparison into groups and clusters. */
#include "case_facts.h"

#include <regex.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/text.h"
#include "../report/csv.h"
#include "../report/read_parts.h"

static const char REGEX[] = "regex:";

static bool by_expression(const seg_facts_query *q)
{
    return q->cluster && !strncmp(q->cluster, REGEX, sizeof REGEX - 1);
}

typedef struct {
    size_t at, cluster, by; /* columns; SIZE_MAX: not asked for */
} columns;

static seg_status find_column(size_t *at, const seg_csv *csv, const char *name, const char *path, seg_status kind,
                              seg_error *err)
{
    seg_string known = {0};
    seg_status st = SEG_OK;

    *at = SIZE_MAX;
    for (size_t j = 0; j < csv->n && name; j++) {
        seg_string_printf(&known, "%s%s", j ? ", " : "", csv->field[j]);
        if (*at == SIZE_MAX && seg_same_name(csv->field[j], name))
            *at = j;
    }
    if (name && *at == SIZE_MAX)
        st = seg_fail(err, kind, "%s: has no column '%s' (it has %s)", path, name, known.text ? known.text : "none");
    seg_string_free(&known);
    return st;
}

static seg_status keep(seg_case_facts *t, const char ***list, size_t *room, size_t index, const char *text,
                       seg_error *err)
{
    seg_status st = seg_grow(list, room, index + 1, sizeof **list, "the table of cases", err);

    if (st)
        return st;
    (*list)[index] = seg_intern_keep(&t->pool, text);
    return (*list)[index] ? SEG_OK : seg_fail(err, SEG_MEMORY, "not enough memory for the table of cases");
}

static seg_status add_record(seg_case_facts *t, const seg_csv *csv, const columns *at, const char *path, seg_error *err)
{
    size_t index = t->cases.n;
    seg_status st = SEG_OK;

    if (csv->n <= at->at || (at->cluster != SIZE_MAX && csv->n <= at->cluster) ||
        (at->by != SIZE_MAX && csv->n <= at->by))
        return seg_fail(err, SEG_READ, "%s: line %zu has %zu columns, fewer than the first line", path, csv->record,
                        csv->n);
    if (seg_intern_find(&t->cases, csv->field[at->at]))
        return seg_fail(err, SEG_READ, "%s: line %zu: the case %s was there before, one line for each was wanted", path,
                        csv->record, csv->field[at->at]);
    if (!seg_intern_number(&t->cases, csv->field[at->at]))
        return seg_fail(err, SEG_MEMORY, "not enough memory for the table of cases");
    if (at->cluster != SIZE_MAX)
        st = keep(t, &t->cluster, &t->room_cluster, index, csv->field[at->cluster], err);
    if (!st && at->by != SIZE_MAX)
        st = keep(t, &t->by, &t->room_by, index, csv->field[at->by], err);
    return st;
}

static seg_status read_records(seg_case_facts *t, const seg_facts_query *q, seg_csv *csv, seg_error *err)
{
    columns at = {SIZE_MAX, SIZE_MAX, SIZE_MAX};
    bool more = true;
    seg_status st = seg_csv_next(csv, &more, err);

    if (!st && !more)
        return seg_fail(err, SEG_READ, "%s: is empty, a table with a column 'case' was wanted", q->path);
    if (!st)
        st = find_column(&at.at, csv, "case", q->path, SEG_READ, err);
    if (!st)
        st = find_column(&at.cluster, csv, by_expression(q) ? NULL : q->cluster, q->path, SEG_USAGE, err);
    if (!st)
        st = find_column(&at.by, csv, q->by, q->path, SEG_USAGE, err);
    while (!st && (st = seg_csv_next(csv, &more, err)) == SEG_OK && more)
        st = add_record(t, csv, &at, q->path, err);
    return st;
}

seg_status seg_case_facts_read(seg_case_facts *table, const seg_facts_query *query, seg_error *err)
{
    char *text = NULL;
    size_t length;
    seg_status st;

    if (!query->path)
        return (query->cluster && !by_expression(query)) || query->by
                   ? seg_fail(err, SEG_USAGE,
                              "%s '%s' is a column of a table of the cases, which was not given (--cases FILE)",
                              query->by ? "--by" : "--cluster", query->by ? query->by : query->cluster)
                   : SEG_OK;
    st = seg_read_text(&text, &length, query->path, err);
    if (!st) {
        seg_csv csv = {.text = text, .separator = seg_csv_separator(text), .line = 1};

        st = read_records(table, query, &csv, err);
        seg_csv_free(&csv);
    }
    free(text);
    return st;
}

void seg_case_facts_free(seg_case_facts *table)
{
    seg_intern_free(&table->cases);
    seg_intern_free(&table->pool);
    free(table->cluster);
    free(table->by);
    *table = (seg_case_facts){0};
}

static seg_status find_case(const seg_case_facts *t, const seg_facts_query *q, const char *name, size_t *at,
                            seg_error *err)
{
    size_t number = seg_intern_find(&t->cases, name);

    *at = number - 1;
    return number ? SEG_OK : seg_fail(err, SEG_MISMATCH, "%s: has no line for the case %s", q->path, name);
}

seg_status seg_case_facts_group(const seg_case_facts *table, const seg_facts_query *query, seg_dataset *cube,
                                const char *name, size_t *group, seg_error *err)
{
    size_t at = 0;
    seg_status st = query->by ? find_case(table, query, name, &at, err) : SEG_OK;

    for (size_t i = 0; query->by && !cube->groups.n && i < table->cases.n; i++) {
        if (seg_dataset_name(&cube->groups, table->by[i]) == SIZE_MAX)
            return seg_fail(err, SEG_MEMORY, "not enough memory for the groups of a table");
    }
    if (st)
        return st;
    *group = seg_dataset_name(&cube->groups, query->by ? table->by[at] : "");
    return *group == SIZE_MAX ? seg_fail(err, SEG_MEMORY, "not enough memory for the groups of a table") : SEG_OK;
}

/* The first group of the expression in the name. */
static seg_status match(seg_string *out, const regex_t *expression, const char *name, seg_error *err)
{
    regmatch_t found[2];

    out->length = 0;
    if (regexec(expression, name, 2, found, 0) || found[1].rm_so < 0)
        return seg_fail(err, SEG_MISMATCH, "the case %s does not match the expression of the clusters", name);
    seg_string_add_n(out, name + found[1].rm_so, (size_t)(found[1].rm_eo - found[1].rm_so));
    seg_string_add(out, "");
    return seg_string_check(out, err);
}

static seg_status compile(regex_t *expression, const char *text, seg_error *err)
{
    char why[128];
    int code = regcomp(expression, text, REG_EXTENDED);

    if (code) {
        regerror(code, expression, why, sizeof why);
        return seg_fail(err, SEG_USAGE, "the expression '%s' of the clusters: %s", text, why);
    }
    if (!expression->re_nsub) {
        regfree(expression);
        return seg_fail(err, SEG_USAGE,
                        "the expression '%s' of the clusters has no group: parentheses around the part that names the "
                        "cluster were wanted",
                        text);
    }
    return SEG_OK;
}

/* Every case has its data in one group; the first group of every cluster is kept, and another one refused. */
static seg_status check_groups(const seg_dataset *cube, seg_error *err)
{
    size_t *group = NULL;
    seg_status st = seg_alloc(&group, cube->clusters.n, sizeof *group, "the clusters of a table", err);

    for (size_t i = 0; i < cube->n && !st; i++) {
        const seg_datum *d = &cube->datum[i];
        size_t *first = &group[cube->cluster[d->at]];

        if (*first && *first != d->group + 1)
            st = seg_fail(err, SEG_MISMATCH, "the cluster %s spans the groups %s and %s, one was wanted",
                          cube->clusters.text[cube->cluster[d->at]], cube->groups.text[*first - 1],
                          cube->groups.text[d->group]);
        *first = d->group + 1;
    }
    free(group);
    return st;
}

static seg_status add_clusters(const seg_case_facts *t, const seg_facts_query *q, seg_dataset *cube,
                               const regex_t *expression, seg_error *err)
{
    seg_string name = {0};
    seg_status st = SEG_OK;

    for (size_t i = 0; i < cube->cases.n && !st; i++) {
        const char *cluster = NULL;
        size_t at;

        if (expression)
            st = match(&name, expression, cube->cases.text[i], err);
        else
            st = find_case(t, q, cube->cases.text[i], &at, err);
        if (!st)
            cluster = expression ? name.text : t->cluster[at];
        if (!st)
            cube->cluster[i] = seg_dataset_name(&cube->clusters, cluster);
        if (!st && cube->cluster[i] == SIZE_MAX)
            st = seg_fail(err, SEG_MEMORY, "not enough memory for the clusters of a table");
    }
    seg_string_free(&name);
    return st;
}

seg_status seg_case_facts_cluster(const seg_case_facts *table, const seg_facts_query *query, seg_dataset *cube,
                                  seg_error *err)
{
    regex_t expression;
    bool compiled = false;
    seg_status st;

    if (!query->cluster)
        return SEG_OK;
    st = seg_alloc(&cube->cluster, cube->cases.n, sizeof *cube->cluster, "the clusters of a table", err);
    if (!st && by_expression(query)) {
        st = compile(&expression, query->cluster + sizeof REGEX - 1, err);
        compiled = !st;
    } else if (!st) {
        cube->cluster_name = seg_intern_keep(&cube->texts, query->cluster);
    }
    if (!st)
        st = add_clusters(table, query, cube, compiled ? &expression : NULL, err);
    if (compiled)
        regfree(&expression);
    return st ? st : check_groups(cube, err);
}
