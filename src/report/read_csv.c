/* read_csv.c - rows of a CSV or TSV report become cases again, whatever the order of its columns. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "csv.h"
#include "read_parts.h"

/* The columns that mean something here; any other is passed over. */
enum column { CASE, SLICE, CLASS, LABEL, KIND, MEASURE, PARAMS, VALUE, UNIT, STATUS, COLUMNS };

static const struct {
    const char *name;
    bool needed;
} COLUMN[COLUMNS] = {{"case", true},    {"slice", false},  {"class", false}, {"label", false}, {"kind", false},
                     {"measure", true}, {"params", false}, {"value", true},  {"unit", false},  {"status", false}};

/* Where each column stands in a record; -1: nowhere. */
typedef struct {
    int at[COLUMNS];
    size_t width;
} header;

static seg_status read_header(header *h, const seg_csv *csv, seg_error *err)
{
    h->width = csv->n;
    for (int c = 0; c < COLUMNS; c++) {
        h->at[c] = -1;
        for (size_t j = 0; j < csv->n; j++) {
            if (seg_same_name(csv->field[j], COLUMN[c].name))
                h->at[c] = (int)j;
        }
        if (COLUMN[c].needed && h->at[c] < 0)
            return seg_fail(err, SEG_READ,
                            "line %zu: has no column \"%s\", the rows of segloss eval were wanted "
                            "(write them without --no-header and --summary-only)",
                            csv->record, COLUMN[c].name);
    }
    return SEG_OK;
}

static const char *field(const seg_csv *csv, const header *h, enum column c)
{
    return h->at[c] < 0 ? "" : csv->field[h->at[c]];
}

/* An undefined value is empty or whatever word --na gave it, so any word goes when the status explains it. */
static seg_status read_value(double *x, const char *text, const char *status, const seg_csv *csv, seg_error *err)
{
    static const char *const UNDEFINED[] = {"", "na", "nan", "n/a", "null", "none", "-"};
    bool explained = *status && strcmp(status, "ok");

    *x = NAN;
    if (seg_read_double(text, x))
        return SEG_OK;
    if (seg_same_name(text, "inf") || seg_same_name(text, "-inf")) {
        *x = *text == '-' ? -INFINITY : INFINITY;
        return SEG_OK;
    }
    for (size_t i = 0; i < sizeof UNDEFINED / sizeof *UNDEFINED && !explained; i++)
        explained = seg_same_name(text, UNDEFINED[i]);
    *x = NAN;
    return explained ? SEG_OK
                     : seg_fail(err, SEG_READ, "line %zu: the value is \"%s\", a number was wanted", csv->record, text);
}

static seg_status read_whole(int64_t *number, const char *text, const char *what, const seg_csv *csv, seg_error *err)
{
    return seg_read_int64(text, number)
               ? SEG_OK
               : seg_fail(err, SEG_READ, "line %zu: the %s is \"%s\", a whole number was wanted", csv->record, what,
                          text);
}

static seg_status read_kind(seg_kind *kind, const char *text, const seg_csv *csv, seg_error *err)
{
    *kind = seg_same_name(text, "loss") ? SEG_KIND_LOSS : SEG_KIND_METRIC;
    if (*text && *kind == SEG_KIND_METRIC && !seg_same_name(text, "metric"))
        return seg_fail(err, SEG_READ, "line %zu: the kind is \"%s\", loss or metric was wanted", csv->record, text);
    return SEG_OK;
}

static seg_status read_place(seg_row *row, seg_case *c, const seg_csv *csv, const header *h, seg_error *err)
{
    const char *slice = field(csv, h, SLICE), *cls = field(csv, h, CLASS);
    int64_t number = -1;
    bool mean = !strcmp(slice, "mean");
    seg_status st = *slice && !mean ? read_whole(&number, slice, "slice", csv, err) : SEG_OK;

    row->slice = mean ? SEG_SLICE_MEAN : (long)number;
    row->cls = -1;
    if (st || !*cls)
        return st;
    st = read_whole(&number, cls, "class", csv, err);
    if (!st)
        row->cls = seg_case_class_index(c, number, field(csv, h, LABEL), err);
    return !st && row->cls < 0 ? SEG_MEMORY : st;
}

/* A row without a measure is a failed case: "mismatch: FILE: ...". */
static seg_status read_failure(seg_case *c, const seg_csv *csv, const header *h, seg_error *err)
{
    const char *status = field(csv, h, STATUS), *colon = strstr(status, ": ");
    char *word;

    if (!colon)
        return seg_fail(err, SEG_READ, "line %zu: the measure is empty, a name was wanted", csv->record);
    word = seg_copy(status, (size_t)(colon - status));
    c->status = word ? seg_intern_keep(&c->pool, word) : NULL;
    c->message = seg_intern_keep(&c->pool, colon + 2);
    free(word);
    return c->status && c->message ? SEG_OK : seg_fail(err, SEG_MEMORY, "not enough memory for a report");
}

static seg_status read_row(seg_case *c, const seg_csv *csv, const header *h, seg_error *err)
{
    seg_row row = {.measure = field(csv, h, MEASURE),
                   .params = field(csv, h, PARAMS),
                   .unit = field(csv, h, UNIT),
                   .status = field(csv, h, STATUS)};
    seg_status st;

    if (!*row.measure)
        return read_failure(c, csv, h, err);
    st = read_kind(&row.kind, field(csv, h, KIND), csv, err);
    if (!st)
        st = read_value(&row.value, field(csv, h, VALUE), row.status, csv, err);
    if (!st)
        st = read_place(&row, c, csv, h, err);
    if (!*row.status)
        row.status = "ok";
    return st ? st : seg_case_add(c, &row, err);
}

/* Rows of one case mostly stand together. */
static seg_case *case_of(seg_report_file *file, const char *name, seg_error *err)
{
    size_t number =
        file->n && !strcmp(file->cases[file->n - 1].name, name) ? file->n : seg_intern_find(&file->names, name);

    return number ? &file->cases[number - 1] : seg_report_file_add(file, name, err);
}

seg_status seg_report_read_csv(seg_report_file *file, char *text, seg_error *err)
{
    seg_csv csv = {.text = text, .separator = seg_csv_separator(text), .line = 1};
    header h = {0};
    bool more = false;
    seg_status st = seg_csv_next(&csv, &more, err);

    file->format = seg_report_format_find(csv.separator == '\t' ? "tsv" : "csv");
    if (!st)
        st = read_header(&h, &csv, err);
    if (!st)
        st = seg_csv_next(&csv, &more, err);
    while (!st && more) {
        seg_case *c = NULL;
        bool point;

        if (csv.n != h.width)
            st = seg_fail(err, SEG_READ, "line %zu: has %zu columns, %zu were wanted as in the first line", csv.record,
                          csv.n, h.width);
        point = !st && seg_same_name(field(&csv, &h, KIND), "sweep"); /* of the grid of segloss sweep: no case */
        if (!st && !point)
            c = case_of(file, field(&csv, &h, CASE), err);
        if (!st && !point)
            st = c ? read_row(c, &csv, &h, err) : err ? err->status : SEG_READ;
        if (!st)
            st = seg_csv_next(&csv, &more, err);
    }
    seg_csv_free(&csv);
    return st;
}
