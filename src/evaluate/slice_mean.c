/* slice_mean.c - a summary over the slices of one case becomes rows of the case. */
#include "slice_mean.h"

#include <math.h>

/* Classes are told apart by their index here. */
static seg_status add_values(seg_summary *means, const seg_case *c, size_t first, seg_error *err)
{
    seg_status st = SEG_OK;

    for (size_t i = first; i < c->n && !st; i++) {
        const seg_row *row = &c->rows[i];
        const seg_summary_key key = {row->kind, row->measure, row->params, row->unit, row->cls < 0, row->cls, NULL};

        st = seg_summary_add(means, &key, row->value, row->status, err);
    }
    return st;
}

static seg_status add_mean(seg_case *c, const seg_summary_entry *entry, seg_error *err)
{
    const seg_summary_key *key = &entry->key;
    seg_summary_numbers numbers;
    seg_status st = seg_summary_moments(&numbers, entry, err);
    seg_row row = {.slice = SEG_SLICE_MEAN,
                   .cls = key->aggregate ? -1 : (int)key->cls,
                   .kind = key->kind,
                   .measure = key->measure,
                   .params = key->params,
                   .unit = key->unit,
                   .value = entry->infinite ? INFINITY : numbers.mean,
                   .slices = entry->n};

    if (isnan(row.value))
        row.status = SEG_BOTH_EMPTY;
    return st ? st : seg_case_add(c, &row, err);
}

seg_status seg_slice_means(seg_case *c, size_t first, bool keep, seg_error *err)
{
    seg_summary means = {0};
    seg_status st = add_values(&means, c, first, err);

    if (!keep)
        c->n = first;
    for (size_t i = 0; i < means.n && !st; i++)
        st = add_mean(c, &means.entry[i], err);
    seg_summary_free(&means);
    return st;
}
