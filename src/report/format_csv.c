/* format_csv.c - csv and tsv: one row per number, the same columns always; a failed case is a row of its own. */
#include <inttypes.h>

#include "cell.h"
#include "csv.h"

static const char *const COLUMNS[] = {"case",   "slice", "class", "label",  "kind", "measure",
                                      "params", "value", "unit",  "status", NULL};
static const char *const SUMMARY_COLUMNS[] = {"kind", "measure",   "params",   "class", "label",   "unit",
                                              "n",    "undefined", "infinite", "mean",  "sd",      "median",
                                              "q1",   "q3",        "min",      "max",   "imputed", NULL};

static char separator_of(const seg_report *report)
{
    return report->format->name[0] == 't' ? '\t' : ',';
}

static void separate(seg_report *report)
{
    const char separator = separator_of(report);

    seg_string_add_n(&report->text, &separator, 1);
}

/* Adds a field and the separator behind it. */
static void field(seg_report *report, const char *text)
{
    seg_csv_field(&report->text, separator_of(report), text ? text : "");
    separate(report);
}

static void whole_number(seg_report *report, bool known, int64_t number)
{
    if (known)
        seg_string_printf(&report->text, "%" PRId64, number);
    separate(report);
}

static void value(seg_report *report, double x)
{
    char number[SEG_NUMBER_ROOM];

    field(report, seg_cell_exact(number, x, &report->style));
}

/* The separator behind the last field becomes the end of the line. */
static void end_line(seg_report *report)
{
    if (!report->text.failed)
        report->text.text[report->text.length - 1] = '\n';
}

static seg_status begin(seg_report *report, seg_error *err)
{
    (void)err;
    if (report->style.no_header)
        return SEG_OK;
    for (const char *const *c = report->style.summary_only ? SUMMARY_COLUMNS : COLUMNS; *c; c++)
        field(report, *c);
    end_line(report);
    return SEG_OK;
}

static void add_row(seg_report *report, const seg_case *c, const seg_row *row)
{
    bool classed = row->cls >= 0;

    field(report, c->name);
    if (row->slice == SEG_SLICE_MEAN)
        field(report, "mean");
    else
        whole_number(report, row->slice >= 0, row->slice);
    whole_number(report, classed, classed ? c->classes[row->cls].id : 0);
    field(report, classed ? c->classes[row->cls].label : NULL);
    field(report, seg_kind_words[row->kind]);
    field(report, row->measure);
    field(report, row->params);
    value(report, row->value);
    field(report, row->unit);
    field(report, row->status);
    end_line(report);
}

static seg_status add_failure(seg_report *report, const seg_case *c, seg_error *err)
{
    seg_string status = {0};
    seg_status st;

    seg_string_printf(&status, "%s: %s", c->status, c->message ? c->message : "");
    st = seg_string_check(&status, err);
    field(report, c->name);
    for (int empty = 0; empty < 8; empty++)
        separate(report);
    field(report, status.text);
    end_line(report);
    seg_string_free(&status);
    return st;
}

static seg_status add(seg_report *report, const seg_case *c, seg_error *err)
{
    if (!seg_case_ok(c))
        return add_failure(report, c, err);
    for (size_t i = 0; i < c->n; i++)
        add_row(report, c, &c->rows[i]);
    return SEG_OK;
}

static void add_entry(seg_report *report, const seg_summary_key *key, const seg_summary_numbers *m)
{
    const double numbers[] = {m->mean, m->sd, m->median, m->q1, m->q3, m->min, m->max};

    field(report, seg_kind_words[key->kind]);
    field(report, key->measure);
    field(report, key->params);
    whole_number(report, !key->aggregate, key->cls);
    field(report, key->label);
    field(report, key->unit);
    whole_number(report, true, (int64_t)m->n);
    whole_number(report, true, (int64_t)m->undefined);
    whole_number(report, true, (int64_t)m->infinite);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        value(report, numbers[i]);
    whole_number(report, true, (int64_t)m->imputed);
    end_line(report);
}

/* Rows and summary do not fit into one table: the summary is written only when it is all that is asked for. */
static seg_status end(seg_report *report, seg_error *err)
{
    seg_status st = SEG_OK;
    seg_summary_numbers moments;

    for (size_t i = 0; report->style.summary_only && i < report->summary.n && !st; i++) {
        st = seg_summary_moments(&moments, &report->summary.entry[i], err);
        if (!st)
            add_entry(report, &report->summary.entry[i].key, &moments);
    }
    if (!st && report->style.watch && report->style.watch->points && !report->style.summary_only)
        st = report->style.watch->points(report->style.watch->context, report->format->name, &report->text, err);
    return st;
}

static const char *const CSV[] = {"csv", NULL}, *const TSV[] = {"tsv", "tab", NULL};

extern const seg_report_format seg_report_csv, seg_report_tsv;
const seg_report_format seg_report_csv = {
    "csv", CSV, "one row per number, comma-separated (RFC 4180)", true, false, begin, add, end};
const seg_report_format seg_report_tsv = {"tsv", TSV, "the same, tab-separated", true, false, begin, add, end};
