/* load_long.c - one table with a value a line and the names of rows, columns and measure beside it. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/text.h"
#include "../report/csv.h"
#include "../report/read_parts.h"
#include "load.h"

/* Places in the header; -1 for what the question does not name. */
typedef struct {
    int row, column, group, at, metric, value, unit, kind, measure, params, slice, direction, status;
    int *where; /* [n_where] */
} columns;

/* The first `length` characters of a name; a column's name is no longer than a line of a header should be. */
static int find(const seg_csv *csv, const char *name, size_t length)
{
    char wanted[256];

    if (!name)
        return -1;
    snprintf(wanted, sizeof wanted, "%.*s", (int)(length < sizeof wanted ? length : sizeof wanted), name);
    for (size_t j = 0; j < csv->n; j++) {
        if (seg_same_name(csv->field[j], wanted))
            return (int)j;
    }
    return -1;
}

static seg_status need(int *at, const seg_csv *csv, const char *name, size_t length, seg_error *err)
{
    seg_string known = {0};
    seg_status st = SEG_OK;

    *at = find(csv, name, length);
    for (size_t j = 0; j < csv->n; j++)
        seg_string_printf(&known, "%s%s", j ? ", " : "", csv->field[j]);
    if (name && *at < 0)
        st = seg_fail(err, SEG_READ, "has no column '%.*s' (it has %s)",
                      (int)(length == SIZE_MAX ? strlen(name) : length), name, known.text ? known.text : "none");
    seg_string_free(&known);
    return st;
}

static seg_status read_header(columns *at, const seg_csv *csv, const seg_query *q, seg_error *err)
{
    const struct {
        int *at;
        const char *name;
    } named[] = {{&at->row, q->rows}, {&at->column, q->cols},   {&at->group, q->group},
                 {&at->at, q->cases}, {&at->metric, q->metric}, {&at->value, q->value ? q->value : "value"}};
    seg_status st = seg_alloc(&at->where, q->n_where, sizeof *at->where, "conditions", err);

    for (size_t i = 0; i < sizeof named / sizeof *named && !st; i++)
        st = need(named[i].at, csv, named[i].name, SIZE_MAX, err);
    for (size_t i = 0; i < q->n_where && !st; i++)
        st = strchr(q->where[i], '=')
                 ? SEG_OK
                 : seg_fail(err, SEG_USAGE, "--where '%s' is no condition, COLUMN=TEXT was wanted", q->where[i]);
    for (size_t i = 0; i < q->n_where && !st; i++)
        st = need(&at->where[i], csv, q->where[i], strcspn(q->where[i], "="), err);
    at->unit = find(csv, "unit", SIZE_MAX);
    at->kind = find(csv, "kind", SIZE_MAX);
    at->measure = find(csv, "measure", SIZE_MAX);
    at->params = find(csv, "params", SIZE_MAX);
    at->slice = find(csv, "slice", SIZE_MAX);
    at->direction = find(csv, "direction", SIZE_MAX);
    at->status = find(csv, "status", SIZE_MAX);
    if (at->metric < 0)
        at->metric = find(csv, "metric", SIZE_MAX);
    if (at->metric < 0)
        at->metric = at->measure;
    return st;
}

static const char *field(const seg_csv *csv, int at)
{
    return at < 0 ? "" : csv->field[at];
}

static bool passes(const seg_csv *csv, const columns *at, const seg_query *q)
{
    for (size_t i = 0; i < q->n_where; i++) {
        const char *equals = strchr(q->where[i], '=');

        if (!equals || strcmp(csv->field[at->where[i]], equals + 1))
            return false;
    }
    return !*field(csv, at->slice) &&
           seg_wanted_index(q, field(csv, at->metric), seg_same_name(field(csv, at->kind), "loss")) != SIZE_MAX;
}

static int decimals_of(const char *number)
{
    const char *point = strchr(number, '.');

    return strpbrk(number, "eE") ? -1 : point ? (int)strlen(point + 1) : 0;
}

static seg_status read_value(double *x, const char *text, const seg_csv *csv, seg_error *err)
{
    static const char *const MISSING[] = {"", "-", "na", "nan", "n/a", "null", "none", "\xe2\x80\x93"};

    *x = NAN;
    if (seg_read_double(text, x))
        return SEG_OK;
    for (size_t i = 0; i < sizeof MISSING / sizeof *MISSING; i++) {
        if (seg_same_name(text, MISSING[i])) {
            *x = NAN;
            return SEG_OK;
        }
    }
    if (seg_same_name(text, "inf") || seg_same_name(text, "-inf")) {
        *x = *text == '-' ? -INFINITY : INFINITY;
        return SEG_OK;
    }
    return seg_fail(err, SEG_READ, "line %zu: the value is '%s', a number was wanted", csv->record, text);
}

/* The direction: as asked for, or the file's own column "direction", or what the name is known for. */
static seg_status measure_of(seg_dataset *cube, const seg_csv *csv, const columns *at, const seg_query *q,
                             size_t *measure, seg_error *err)
{
    const char *name = field(csv, at->metric), *direction = field(csv, at->direction);
    bool loss = seg_same_name(field(csv, at->kind), "loss");
    seg_string which = {0};
    seg_measure m = {.name = *name ? name : "value",
                     .unit = field(csv, at->unit),
                     .better = seg_wanted_better(q, name, loss),
                     .decimals = decimals_of(field(csv, at->value))};

    if (!m.better)
        m.better = seg_same_name(direction, "up") ? 1 : seg_same_name(direction, "down") ? -1 : 0;
    seg_string_printf(&which, "%s%s%s", field(csv, at->measure), *field(csv, at->params) ? " " : "",
                      field(csv, at->params));
    m.loss = loss ? which.text : NULL;
    *measure = seg_dataset_measure(cube, &m, err);
    seg_string_free(&which);
    if (*measure != SIZE_MAX)
        return SEG_OK;
    return err ? seg_while(err, "line %zu", csv->record) : SEG_MISMATCH;
}

static seg_status add_line(seg_dataset *cube, const seg_csv *csv, const columns *at, const seg_query *q, seg_error *err)
{
    seg_datum d = {.group = seg_dataset_name(&cube->groups, field(csv, at->group)),
                   .row = seg_dataset_name(&cube->rows, field(csv, at->row)),
                   .column = seg_dataset_name(&cube->columns, field(csv, at->column)),
                   .at = seg_dataset_name(&cube->cases, field(csv, at->at))};
    seg_status st = measure_of(cube, csv, at, q, &d.measure, err);

    if (!st && (d.group == SIZE_MAX || d.row == SIZE_MAX || d.column == SIZE_MAX || d.at == SIZE_MAX))
        st = seg_fail(err, SEG_MEMORY, "not enough memory for a table");
    if (!st)
        st = read_value(&d.value, field(csv, at->value), csv, err);
    d.state = seg_value_state_of(field(csv, at->status), d.value, q->amount && q->amount(field(csv, at->metric)));
    return st ? st : seg_dataset_add(cube, &d, err);
}

static seg_status add_lines(seg_dataset *cube, seg_csv *csv, const seg_query *q, seg_error *err)
{
    columns at = {0};
    bool more = true;
    seg_status st = seg_csv_next(csv, &more, err);
    size_t width = csv->n;

    if (!st)
        st = read_header(&at, csv, q, err);
    while (!st && (st = seg_csv_next(csv, &more, err)) == SEG_OK && more) {
        if (csv->n != width)
            st = seg_fail(err, SEG_READ, "line %zu: has %zu columns, %zu were wanted as in the first line", csv->record,
                          csv->n, width);
        else if (passes(csv, &at, q))
            st = add_line(cube, csv, &at, q, err);
    }
    free(at.where);
    return st;
}

seg_status seg_load_long(seg_dataset *cube, const char *path, const seg_query *question, seg_error *err)
{
    char *text = NULL;
    size_t length;
    seg_status st = seg_order_names(cube, question, err);

    if (!st)
        st = seg_read_text(&text, &length, path, err);
    if (!st) {
        seg_csv csv = {.text = text, .separator = seg_csv_separator(text), .line = 1};

        st = add_lines(cube, &csv, question, err);
        seg_csv_free(&csv);
        if (st)
            seg_while(err, "%s", path);
    }
    free(text);
    if (st)
        return st;
    cube->has_cases = question->cases != NULL;
    if (!st && !cube->n)
        st = seg_fail(err, SEG_READ, "has no line that was asked for (look at --where and --metric)");
    if (!st)
        st = seg_dataset_sort(cube, err);
    if (!st)
        st = seg_check_order(cube, question, err);
    return st && err ? seg_while(err, "%s", path) : st;
}
