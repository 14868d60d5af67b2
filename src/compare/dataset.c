/* dataset.c - keeps values in one sorted list, where every cell is a stretch. */
#include "dataset.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/text.h"

size_t seg_dataset_name(seg_intern *axis, const char *name)
{
    size_t number = seg_intern_number(axis, name);

    return number ? number - 1 : SIZE_MAX;
}

size_t seg_dataset_measure(seg_dataset *cube, const seg_measure *measure, seg_error *err)
{
    size_t known = seg_intern_find(&cube->measures, measure->name), at = known ? known - 1 : cube->measures.n;

    if (known && strcmp(cube->measure[at].unit, measure->unit)) {
        seg_fail(err, SEG_MISMATCH,
                 "%s is in '%s' in one place and in '%s' in another, one unit was wanted (see "
                 "--spacing of segloss eval)",
                 measure->name, cube->measure[at].unit, measure->unit);
        return SIZE_MAX;
    }
    if (known && measure->loss && cube->measure[at].loss && strcmp(measure->loss, cube->measure[at].loss)) {
        seg_fail(err, SEG_MISMATCH,
                 "values of different losses (%s and %s) have no common scale and are not compared "
                 "(choose one, as with --where measure=NAME)",
                 cube->measure[at].loss, measure->loss);
        return SIZE_MAX;
    }
    if (known) {
        if (measure->decimals > cube->measure[at].decimals)
            cube->measure[at].decimals = measure->decimals;
        return at;
    }
    if (seg_grow(&cube->measure, &cube->room_measures, at + 1, sizeof *cube->measure, "the measures of a table", err))
        return SIZE_MAX;
    cube->measure[at] = *measure;
    cube->measure[at].unit = seg_intern_keep(&cube->texts, measure->unit);
    cube->measure[at].loss = seg_intern_keep(&cube->texts, measure->loss);
    if (!cube->measure[at].unit || (measure->loss && !cube->measure[at].loss) ||
        seg_dataset_name(&cube->measures, measure->name) == SIZE_MAX) {
        seg_fail(err, SEG_MEMORY, "not enough memory for the measures of a table");
        return SIZE_MAX;
    }
    cube->measure[at].name = cube->measures.text[at];
    return at;
}

seg_status seg_dataset_add(seg_dataset *cube, const seg_datum *datum, seg_error *err)
{
    seg_status st = seg_grow(&cube->datum, &cube->room, cube->n + 1, sizeof *cube->datum, "the values of a table", err);

    if (st)
        return st;
    cube->datum[cube->n] = *datum;
    if (datum->state == SEG_VALUE_OK && !isfinite(datum->value))
        cube->datum[cube->n].state = SEG_VALUE_FAILED;
    cube->n++;
    return SEG_OK;
}

static int compare(size_t a, size_t b)
{
    return (a > b) - (a < b);
}

static int by_cell(const void *a, const void *b)
{
    const seg_datum *x = a, *y = b;
    int c = compare(x->group, y->group);

    c = c ? c : compare(x->row, y->row);
    c = c ? c : compare(x->measure, y->measure);
    return c ? c : compare(x->column, y->column);
}

static int by_place(const void *a, const void *b)
{
    int c = by_cell(a, b);

    return c ? c : compare(((const seg_datum *)a)->at, ((const seg_datum *)b)->at);
}

/* A case that failed in one method is noted once for every value that each other method has of it. */
static void drop_repeated_failures(seg_dataset *cube)
{
    size_t kept = 0;

    for (size_t i = 0; i < cube->n; i++) {
        const seg_datum *d = &cube->datum[i], *last = kept ? &cube->datum[kept - 1] : NULL;

        if (!last || by_place(last, d) || last->state != SEG_VALUE_CASE_FAILED || d->state != SEG_VALUE_CASE_FAILED)
            cube->datum[kept++] = *d;
    }
    cube->n = kept;
}

seg_status seg_dataset_sort(seg_dataset *cube, seg_error *err)
{
    if (cube->n)
        qsort(cube->datum, cube->n, sizeof *cube->datum, by_place);
    drop_repeated_failures(cube);
    for (size_t i = 1; i < cube->n; i++) {
        const seg_datum *d = &cube->datum[i];

        if (!by_place(d - 1, d))
            return seg_fail(err, SEG_MISMATCH, "two values for %s%s%s, %s, %s%s%s, one was wanted (%s)",
                            cube->groups.text[d->group], *cube->groups.text[d->group] ? ", " : "",
                            cube->rows.text[d->row], cube->columns.text[d->column], cube->measure[d->measure].name,
                            *cube->cases.text[d->at] ? ", case " : "", cube->cases.text[d->at],
                            cube->has_cases ? "a method has one value for a case"
                                            : "narrow the lines with --where, or name the cases with --case");
    }
    return SEG_OK;
}

/* The first value that is not before the key, or with `behind` the first that is after it: n when there is none. */
static size_t bound(const seg_dataset *cube, const seg_datum *key, bool behind)
{
    size_t low = 0, high = cube->n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (by_cell(&cube->datum[middle], key) < (behind ? 1 : 0))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const seg_datum *seg_dataset_cell(const seg_dataset *cube, size_t group, size_t row, size_t measure, size_t column,
                                  size_t *n)
{
    const seg_datum key = {.group = group, .row = row, .measure = measure, .column = column};
    size_t first = bound(cube, &key, false);

    *n = bound(cube, &key, true) - first;
    return *n ? &cube->datum[first] : NULL;
}

static bool there(const seg_dataset *cube, size_t group, size_t row, size_t measure, size_t column)
{
    const seg_datum key = {.group = group, .row = row, .measure = measure, .column = column};

    return cube->n && bsearch(&key, cube->datum, cube->n, sizeof key, by_cell);
}

bool seg_dataset_has_row(const seg_dataset *cube, size_t group, size_t row)
{
    for (size_t i = 0; i < cube->measures.n * cube->columns.n; i++) {
        if (there(cube, group, row, i / cube->columns.n, i % cube->columns.n))
            return true;
    }
    return false;
}

bool seg_dataset_has_column(const seg_dataset *cube, size_t measure, size_t column)
{
    for (size_t i = 0; i < cube->groups.n * cube->rows.n; i++) {
        if (there(cube, i / cube->rows.n, i % cube->rows.n, measure, column))
            return true;
    }
    return false;
}

bool seg_dataset_has_measure(const seg_dataset *cube, size_t group, size_t measure)
{
    for (size_t i = 0; i < cube->rows.n * cube->columns.n; i++) {
        if (there(cube, group, i / cube->columns.n, measure, i % cube->columns.n))
            return true;
    }
    return false;
}

bool seg_is_mean_column(const char *name)
{
    static const char *const MEANS[] = {"all", "average", "avg", "mean"};

    for (size_t i = 0; i < sizeof MEANS / sizeof *MEANS; i++) {
        if (seg_same_name(name, MEANS[i]))
            return true;
    }
    return false;
}

void seg_dataset_free(seg_dataset *cube)
{
    seg_intern_free(&cube->groups);
    seg_intern_free(&cube->rows);
    seg_intern_free(&cube->columns);
    seg_intern_free(&cube->cases);
    seg_intern_free(&cube->measures);
    seg_intern_free(&cube->texts);
    seg_intern_free(&cube->clusters);
    free(cube->cluster);
    free(cube->diagonal);
    free(cube->measure);
    free(cube->datum);
    *cube = (seg_dataset){0};
}
