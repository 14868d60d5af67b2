/* load_reports.c - methods from their reports: the same cases for all of them, or a list of the differences. */
#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../base/memory.h"
#include "../base/text.h"
#include "../base/value.h"
#include "../report/read_report.h"
#include "load.h"
#include "settings_check.h"

static const char ALL[] = "all";

typedef struct {
    int64_t id;
    const char *label; /* the first that any report has for the id */
    size_t column;
} class_name;

/* Every operand's report and the method it belongs to. */
typedef struct {
    size_t n;
    seg_report_file *file; /* [n] */
    size_t *row;           /* [n] index of the method */
    seg_case_facts table;
    class_name *cls; /* [n_classes] of all reports, by id */
    size_t n_classes, room_classes;
} reports;

/* Splits "unet=u.csv"; a file whose own name has '=' is taken whole. Adds the method's name to *name. */
static const char *split_operand(const char *operand, seg_string *name)
{
    const char *equals = strchr(operand, '='), *base, *dot;

    if (equals && equals > operand && access(operand, F_OK)) {
        seg_string_add_n(name, operand, (size_t)(equals - operand));
        return equals + 1;
    }
    base = !strcmp(operand, "-") ? "stdin" : strrchr(operand, '/') ? strrchr(operand, '/') + 1 : operand;
    dot = strrchr(base, '.');
    seg_string_add_n(name, base, dot && dot > base ? (size_t)(dot - base) : strlen(base));
    return operand;
}

static seg_status read_operand(reports *r, size_t i, seg_dataset *cube, const char *operand, seg_error *err)
{
    seg_string name = {0};
    const char *path = split_operand(operand, &name);
    seg_status st = seg_string_check(&name, err);

    if (!st)
        st = seg_report_read(&r->file[i], path, err);
    if (!st) {
        r->row[i] = seg_dataset_name(&cube->rows, name.text ? name.text : path);
        if (r->row[i] == SIZE_MAX)
            st = seg_fail(err, SEG_MEMORY, "not enough memory for the methods of a table");
    }
    for (size_t j = 0; j < i && !st && path == operand; j++) { /* parts of one run are given one name on purpose */
        if (r->row[j] == r->row[i])
            st = seg_fail(err, SEG_USAGE,
                          "two reports are called '%s', different methods were wanted (name them: "
                          "NAME=%s)",
                          name.text, path);
    }
    if (!st && !r->file[i].n)
        st = seg_fail(err, SEG_READ, "%s: has no cases, the report of a run was wanted", path);
    seg_string_free(&name);
    return st;
}

/* The class with that id, looked for near `near`: cases mostly have the same classes in the same order. */
static class_name *find_class(reports *r, int64_t id, size_t near)
{
    for (size_t i = 0; i < r->n_classes; i++) {
        class_name *cls = &r->cls[(near + i) % r->n_classes];

        if (cls->id == id)
            return cls;
    }
    return NULL;
}

static seg_status note_class(reports *r, const seg_case_class *cls, size_t near, seg_error *err)
{
    class_name *known = find_class(r, cls->id, near);
    seg_status st = SEG_OK;

    if (known && !known->label)
        known->label = cls->label;
    if (known)
        return SEG_OK;
    st = seg_grow(&r->cls, &r->room_classes, r->n_classes + 1, sizeof *r->cls, "the classes of a table", err);
    if (!st)
        r->cls[r->n_classes++] = (class_name){cls->id, cls->label, 0};
    return st;
}

/* The column of a class: its label, with the id when another class has the same one or when it has none. */
static seg_status name_class(const reports *r, class_name *cls, seg_dataset *cube, seg_error *err)
{
    seg_string name = {0};
    size_t same = 0;

    for (size_t k = 0; k < r->n_classes; k++)
        same += cls->label && r->cls[k].label && !strcmp(cls->label, r->cls[k].label);
    if (same == 1)
        seg_string_add(&name, cls->label);
    else
        seg_string_printf(&name, "%s %" PRId64, cls->label ? cls->label : "class", cls->id);
    cls->column = name.failed ? SIZE_MAX : seg_dataset_name(&cube->columns, name.text);
    seg_string_free(&name);
    return cls->column == SIZE_MAX ? seg_fail(err, SEG_MEMORY, "not enough memory for the classes of a table") : SEG_OK;
}

static int by_id(const void *a, const void *b)
{
    const class_name *x = a, *y = b;

    return (x->id > y->id) - (x->id < y->id);
}

/* Finds the classes of all reports before any value is placed, so that columns stand in the order of the ids. */
static seg_status name_classes(reports *r, seg_dataset *cube, seg_error *err)
{
    seg_status st = SEG_OK;

    for (size_t i = 0; i < r->n && !st; i++) {
        for (size_t k = 0; k < r->file[i].n && !st; k++) {
            const seg_case *c = &r->file[i].cases[k];

            for (size_t j = 0; j < c->n_classes && !st; j++)
                st = note_class(r, &c->classes[j], j, err);
        }
    }
    if (r->n_classes)
        qsort(r->cls, r->n_classes, sizeof *r->cls, by_id);
    for (size_t k = 0; k < r->n_classes && !st; k++)
        st = name_class(r, &r->cls[k], cube, err);
    return st;
}

static bool wanted_row(const seg_row *row, const seg_query *q)
{
    return row->slice < 0 && seg_wanted_index(q, row->measure, row->kind == SEG_KIND_LOSS) != SIZE_MAX &&
           (q->n_wanted || row->kind == SEG_KIND_METRIC) && !(q->aggregate_only && row->cls >= 0);
}

/* "dsc", "tversky loss alpha=0.3": iou is a metric and a loss. */
static void name_measure(const seg_row *row, seg_string *name)
{
    size_t length = strlen(row->measure);
    bool said = length >= 4 && !strcmp(row->measure + length - 4, "loss");

    seg_string_printf(name, "%s%s%s%s", row->measure, row->kind == SEG_KIND_LOSS && !said ? " loss" : "",
                      *row->params ? " " : "", row->params);
}

static seg_status measure_of(seg_dataset *cube, const seg_row *row, const seg_query *q, size_t *measure, seg_error *err)
{
    seg_string name = {0};
    seg_measure m = {.better = seg_wanted_better(q, row->measure, row->kind == SEG_KIND_LOSS), .decimals = -1};
    seg_status st;

    name_measure(row, &name);
    m.unit = row->unit;
    m.name = name.text;
    m.loss = row->kind == SEG_KIND_LOSS ? name.text : NULL;
    m.decimals = row->kind == SEG_KIND_METRIC && q->count && q->count(row->measure) ? 0 : -1;
    st = seg_string_check(&name, err);
    *measure = st ? SIZE_MAX : seg_dataset_measure(cube, &m, err);
    seg_string_free(&name);
    return st || *measure != SIZE_MAX ? st : err ? err->status : SEG_MISMATCH;
}

static bool same_measure(const seg_row *a, const seg_row *b)
{
    return a->kind == b->kind && a->slice == b->slice && !strcmp(a->measure, b->measure) &&
           !strcmp(a->params, b->params);
}

/* Whether a class other than those that the truth lacks was scored beside a value over classes. */
static bool other_classes_are_there(const seg_case *c, const seg_row *aggregate)
{
    for (size_t k = 0; k < c->n; k++) {
        if (c->rows[k].cls >= 0 && same_measure(&c->rows[k], aggregate) &&
            seg_value_state_of(c->rows[k].status, c->rows[k].value, false) != SEG_VALUE_NOT_APPLICABLE)
            return true;
    }
    return false;
}

/* A value over classes names the reason of one of them. When the truth lacks that class but has others, the case can
 * be judged: a false alarm is a failure, and a class in neither map is no reason. */
static seg_value_state state_of(const seg_case *c, const seg_row *row, const seg_query *q)
{
    bool amount = row->kind == SEG_KIND_METRIC && q->amount && q->amount(row->measure);
    seg_value_state state = seg_value_state_of(row->status, row->value, amount);

    if (state != SEG_VALUE_NOT_APPLICABLE || row->cls >= 0 || isnan(row->value) || !other_classes_are_there(c, row))
        return state;
    return isfinite(row->value) && strstr(row->status, SEG_BOTH_EMPTY) ? SEG_VALUE_OK : SEG_VALUE_FAILED;
}

static seg_status place_case(seg_dataset *cube, const seg_case_facts *table, const seg_case *c, const seg_query *q,
                             seg_datum *d, seg_error *err)
{
    d->at = seg_dataset_name(&cube->cases, c->name);
    if (d->at == SIZE_MAX)
        return seg_fail(err, SEG_MEMORY, "not enough memory for the cases of a table");
    return seg_case_facts_group(table, &q->table, cube, c->name, &d->group, err);
}

static seg_status add_case(seg_dataset *cube, reports *r, size_t i, const seg_case *c, const seg_query *q,
                           seg_error *err)
{
    seg_datum d = {.row = r->row[i]};
    seg_status st = place_case(cube, &r->table, c, q, &d, err);

    for (size_t k = 0; k < c->n && !st; k++) {
        const seg_row *row = &c->rows[k];

        if (!wanted_row(row, q))
            continue;
        st = measure_of(cube, row, q, &d.measure, err);
        d.column = 0; /* "all", which is shown last */
        if (row->cls >= 0)
            d.column = find_class(r, c->classes[row->cls].id, (size_t)row->cls)->column;
        d.value = row->value;
        d.state = state_of(c, row, q);
        if (!st)
            st = seg_dataset_add(cube, &d, err);
    }
    return st;
}

/* False for a name that --row-order made up. */
static bool has_report(const reports *r, size_t row)
{
    for (size_t i = 0; i < r->n; i++) {
        if (r->row[i] == row)
            return true;
    }
    return false;
}

typedef enum { MISSING, FAILED, SCORED } presence;

/* What the reports of a method have of a case. */
static presence look_for(const reports *r, size_t row, const char *name)
{
    presence found = MISSING;

    for (size_t i = 0; i < r->n; i++) {
        const seg_case *c = r->row[i] == row ? seg_report_file_find(&r->file[i], name) : NULL;

        if (c && seg_case_ok(c))
            return SCORED;
        found = c ? FAILED : found;
    }
    return found;
}

/* Adds the cases of report i that another method lacks: "a, b, c and 4 more". Returns how many. A case that failed there
 * is not lacking: it counts as a failure. */
static size_t list_missing(const reports *r, size_t i, size_t row, seg_string *out)
{
    enum { SHOWN = 5 };
    size_t n = 0;

    for (size_t k = 0; k < r->file[i].n; k++) {
        const char *name = r->file[i].cases[k].name;

        if (look_for(r, row, name) != MISSING || !seg_case_ok(&r->file[i].cases[k]))
            continue;
        if (n < SHOWN)
            seg_string_printf(out, "%s%s", n ? ", " : "", name);
        n++;
    }
    if (n > SHOWN)
        seg_string_printf(out, " and %zu more", n - SHOWN);
    return n;
}

static seg_status check_cases(const seg_dataset *cube, const reports *r, const seg_query *q, const seg_warnings *notes,
                              seg_error *err)
{
    seg_status st = SEG_OK;

    for (size_t i = 0; i < r->n && !st; i++) {
        for (size_t row = 0; row < cube->rows.n && !st; row++) {
            seg_string names = {0};
            size_t n = row == r->row[i] || !has_report(r, row) ? 0 : list_missing(r, i, row, &names);

            if (n && q->intersect)
                seg_warn(notes, "%zu case%s of %s left out because %s lacks %s: %s", n, n > 1 ? "s" : "",
                         cube->rows.text[r->row[i]], cube->rows.text[row], n > 1 ? "them" : "it", names.text);
            else if (n)
                st = seg_fail(err, SEG_MISMATCH,
                              "%s lacks %zu case%s of %s: %s; the same cases were wanted "
                              "(--intersect compares those that all have)",
                              cube->rows.text[row], n, n > 1 ? "s" : "", cube->rows.text[r->row[i]], names.text);
            seg_string_free(&names);
        }
    }
    return st;
}

static bool everywhere(const seg_dataset *cube, const reports *r, const char *name)
{
    for (size_t row = 0; row < cube->rows.n; row++) {
        if (has_report(r, row) && look_for(r, row, name) == MISSING)
            return false;
    }
    return true;
}

/* A case that failed in a method, in a list of the same case. */
typedef struct {
    size_t row, next; /* next: 1 + index, 0 at the end */
} failure;

typedef struct {
    size_t *first; /* [cases] 1 + index */
    failure *of;   /* [n] */
    size_t n, room;
} failures;

static seg_status note_failure(failures *f, const seg_dataset *cube, size_t row, const char *name, seg_error *err)
{
    size_t at = seg_intern_find(&cube->cases, name);
    seg_status st = at ? seg_grow(&f->of, &f->room, f->n + 1, sizeof *f->of, "the failed cases", err) : SEG_OK;

    if (st || !at)
        return st;
    f->of[f->n] = (failure){row, f->first[at - 1]};
    f->first[at - 1] = ++f->n;
    return SEG_OK;
}

/* Such a case is a failure wherever another method has something of it. */
static seg_status add_failures(seg_dataset *cube, const failures *f, seg_error *err)
{
    size_t n = cube->n;
    seg_status st = SEG_OK;

    for (size_t k = 0; k < n && f->n && !st; k++) {
        seg_datum d = cube->datum[k];

        d.value = NAN;
        d.state = SEG_VALUE_CASE_FAILED;
        for (size_t i = f->first[d.at]; i && !st; i = f->of[i - 1].next) {
            d.row = f->of[i - 1].row;
            st = seg_dataset_add(cube, &d, err);
        }
    }
    return st;
}

static seg_status find_failures(failures *f, const seg_dataset *cube, const reports *r, const seg_warnings *notes,
                                seg_error *err)
{
    seg_status st = seg_alloc(&f->first, cube->cases.n, sizeof *f->first, "the failed cases", err);

    for (size_t i = 0; i < r->n && !st; i++) {
        size_t failed = 0;

        for (size_t k = 0; k < r->file[i].n && !st; k++) {
            const char *name = r->file[i].cases[k].name;

            if (seg_case_ok(&r->file[i].cases[k]) || look_for(r, r->row[i], name) != FAILED)
                continue;
            failed++;
            st = note_failure(f, cube, r->row[i], name, err);
        }
        if (failed)
            seg_warn(notes, "%zu case%s of %s failed and count%s as failures of all measures", failed,
                     failed > 1 ? "s" : "", cube->rows.text[r->row[i]], failed > 1 ? "" : "s");
    }
    return st;
}

static seg_status add_reports(seg_dataset *cube, reports *r, const seg_query *q, const seg_warnings *notes,
                              seg_error *err)
{
    failures f = {0};
    seg_status st = SEG_OK;

    for (size_t i = 0; i < r->n && !st; i++) {
        for (size_t k = 0; k < r->file[i].n && !st; k++) {
            const seg_case *c = &r->file[i].cases[k];

            if (seg_case_ok(c) && everywhere(cube, r, c->name))
                st = add_case(cube, r, i, c, q, err);
        }
    }
    if (!st)
        st = find_failures(&f, cube, r, notes, err);
    if (!st)
        st = add_failures(cube, &f, err);
    free(f.first);
    free(f.of);
    return st;
}

/* The length of every case's diagonal, where the reports hold sizes. */
static seg_status add_diagonals(seg_dataset *cube, const reports *r, seg_error *err)
{
    bool known = cube->cases.n > 0;
    seg_status st = seg_alloc(&cube->diagonal, cube->cases.n, sizeof *cube->diagonal, "the sizes of the cases", err);

    for (size_t i = 0; i < cube->cases.n && !st; i++) {
        for (size_t k = 0; k < r->n && !(cube->diagonal[i] > 0); k++) {
            const seg_case *c = seg_report_file_find(&r->file[k], cube->cases.text[i]);
            double squares = 0;

            for (int a = 0; c && a < 3; a++)
                squares += c->shape[a] > 1 || a < 2 ? pow((double)c->shape[a] * c->spacing[a], 2) : 0;
            cube->diagonal[i] = sqrt(squares);
        }
        known &= cube->diagonal[i] > 0;
    }
    if (!known) {
        free(cube->diagonal);
        cube->diagonal = NULL;
    }
    return st;
}

/* ---- reports that were not made alike ---- */

static seg_status check_settings(seg_dataset *cube, const reports *r, const seg_query *q, seg_string *remarks,
                                 seg_error *err)
{
    size_t first = SIZE_MAX, without = 0;
    seg_status st = SEG_OK;

    for (size_t i = 0; i < r->n && !st; i++) {
        seg_string keys = {0};

        without += !r->file[i].n_settings;
        if (r->file[i].n_settings && first == SIZE_MAX)
            first = i;
        if (r->file[i].n_settings && seg_settings_differ(&r->file[first], &r->file[i], &keys)) {
            const char *a = cube->rows.text[r->row[first]], *b = cube->rows.text[r->row[i]];

            if (!q->mixed_settings)
                st = seg_fail(err, SEG_MISMATCH,
                              "%s and %s were not made alike: %s; the same settings were wanted (--mixed-settings "
                              "compares them all the same)",
                              a, b, keys.text);
            else
                seg_string_printf(remarks, "%s and %s were not made alike: %s.\n", a, b, keys.text);
        }
        seg_string_free(&keys);
    }
    cube->settings_unknown = without && r->n > 1;
    return st;
}

/* "dsc, hd95, ce loss": the measures of the first case that was scored, each once. */
static void list_measures(const reports *r, seg_string *out)
{
    const seg_case *c = NULL;
    const seg_row *last = NULL;

    for (size_t i = 0; i < r->n && !c; i++)
        for (size_t k = 0; k < r->file[i].n && !c; k++)
            c = seg_case_ok(&r->file[i].cases[k]) ? &r->file[i].cases[k] : NULL;
    for (size_t k = 0; c && k < c->n; k++) {
        const seg_row *row = &c->rows[k];

        if (row->slice >= 0 || (last && last->kind == row->kind && !strcmp(last->measure, row->measure)))
            continue;
        last = row;
        seg_string_add(out, out->length ? ", " : "");
        seg_string_printf(out, "%s%s", row->measure, row->kind == SEG_KIND_LOSS ? " (a loss)" : "");
    }
}

static bool in_any_report(const reports *r, const seg_wanted *wanted)
{
    for (size_t i = 0; i < r->n; i++) {
        for (size_t k = 0; k < r->file[i].n; k++) {
            const seg_case *c = &r->file[i].cases[k];

            for (size_t j = 0; j < c->n; j++) {
                if ((c->rows[j].kind == SEG_KIND_LOSS) == wanted->loss &&
                    seg_same_name(c->rows[j].measure, wanted->name))
                    return true;
            }
        }
    }
    return false;
}

static seg_status check_wanted(const reports *r, const seg_query *q, seg_error *err)
{
    seg_status st = SEG_OK;

    for (size_t i = 0; i < q->n_wanted && !st; i++) {
        seg_string have = {0};

        if (in_any_report(r, &q->wanted[i]))
            continue;
        list_measures(r, &have);
        st = seg_fail(err, SEG_USAGE, "no report has the %s '%s', they have %s (segloss eval computes others)",
                      q->wanted[i].loss ? "loss" : "metric", q->wanted[i].name,
                      have.length ? have.text : "no scored case");
        seg_string_free(&have);
    }
    return st;
}

static seg_status nothing_found(const seg_dataset *cube, const reports *r, seg_error *err)
{
    seg_string have = {0};
    seg_status st;

    list_measures(r, &have);
    if (have.length && !cube->cases.n)
        st = seg_fail(err, SEG_MISMATCH, "the methods have no case in common (their cases are called differently)");
    else
        st = seg_fail(err, SEG_MISMATCH,
                      "the reports have no values to compare in common cases, they have %s "
                      "(-l compares losses, each by itself)",
                      have.length ? have.text : "no scored case");
    seg_string_free(&have);
    return st;
}

/* Reads what the operands name, and checks that they belong together. */
static seg_status read_reports(reports *r, seg_dataset *cube, const char *const *operands, const seg_query *q,
                               seg_string *remarks, const seg_warnings *notes, seg_error *err)
{
    seg_status st = seg_case_facts_read(&r->table, &q->table, err);

    for (size_t i = 0; i < r->n && !st; i++)
        st = read_operand(r, i, cube, operands[i], err);
    if (!st)
        st = check_settings(cube, r, q, remarks, err);
    if (!st)
        st = check_wanted(r, q, err);
    if (!st)
        st = check_cases(cube, r, q, notes, err);
    return st;
}

seg_status seg_load_reports(seg_dataset *cube, const char *const *operands, size_t n, const seg_query *question,
                            seg_string *remarks, const seg_warnings *notes, seg_error *err)
{
    reports r = {.n = n};
    seg_status st;

    cube->has_cases = true;
    st = seg_alloc(&r.file, n, sizeof *r.file, "reports", err);

    if (!st)
        st = seg_alloc(&r.row, n, sizeof *r.row, "reports", err);
    if (!st && seg_dataset_name(&cube->columns, ALL) == SIZE_MAX)
        st = seg_fail(err, SEG_MEMORY, "not enough memory for a table");
    if (!st)
        st = seg_order_names(cube, question, err);
    if (!st)
        st = read_reports(&r, cube, operands, question, remarks, notes, err);
    if (!st)
        st = name_classes(&r, cube, err);
    if (!st)
        st = add_reports(cube, &r, question, notes, err);
    if (!st && !cube->n)
        st = nothing_found(cube, &r, err);
    if (!st)
        st = seg_dataset_sort(cube, err);
    if (!st)
        st = seg_case_facts_cluster(&r.table, &question->table, cube, err);
    if (!st)
        st = add_diagonals(cube, &r, err);
    if (!st)
        st = seg_check_order(cube, question, err);
    for (size_t i = 0; r.file && i < n; i++)
        seg_report_file_free(&r.file[i]);
    free(r.file);
    free(r.row);
    free(r.cls);
    seg_case_facts_free(&r.table);
    return st;
}
