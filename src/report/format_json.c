/* format_json.c - json: one document with settings, cases and summary; jsonl: one case a line, the same keys. */
#include <inttypes.h>
#include <math.h>

#include "json_text.h"
#include "report.h"

static void id_and_label(seg_string *out, bool classed, int64_t id, const char *label)
{
    if (classed)
        seg_string_printf(out, "\"class\": %" PRId64 ", \"label\": ", id);
    else
        seg_string_add(out, "\"class\": null, \"label\": ");
    seg_json_text(out, classed ? label : NULL);
}

static void unit_or_null(seg_string *out, const char *unit)
{
    seg_json_text(out, unit && *unit ? unit : NULL);
}

static void measure(seg_string *out, seg_kind kind, const char *name, const char *params)
{
    seg_string_printf(out, "\"kind\": \"%s\", \"measure\": ", seg_kind_words[kind]);
    seg_json_text(out, name);
    seg_string_add(out, ", \"params\": ");
    seg_json_params(out, params ? params : "");
}

static void add_row(seg_string *out, const seg_case *c, const seg_row *row, int digits)
{
    bool classed = row->cls >= 0;

    if (row->slice == SEG_SLICE_MEAN)
        seg_string_printf(out, "{\"slice\": \"mean\", \"slices\": %zu, ", row->slices);
    else if (row->slice >= 0)
        seg_string_printf(out, "{\"slice\": %ld, ", row->slice);
    else
        seg_string_add(out, "{\"slice\": null, ");
    id_and_label(out, classed, classed ? c->classes[row->cls].id : 0, classed ? c->classes[row->cls].label : NULL);
    seg_string_add(out, ", ");
    measure(out, row->kind, row->measure, row->params);
    seg_string_add(out, ", \"value\": ");
    seg_json_number(out, row->value, digits);
    if (isinf(row->value)) /* JSON has no word for it, and the summary counts it apart from undefined */
        seg_string_add(out, row->value > 0 ? ", \"infinite\": 1" : ", \"infinite\": -1");
    seg_string_add(out, ", \"unit\": ");
    unit_or_null(out, row->unit);
    seg_string_add(out, ", \"status\": ");
    seg_json_text(out, row->status);
    seg_string_add(out, "}");
}

static void add_classes(seg_string *out, const seg_case *c)
{
    seg_string_add(out, "[");
    for (size_t k = 0; k < c->n_classes; k++) {
        seg_string_add(out, k ? ", {" : "{");
        id_and_label(out, true, c->classes[k].id, c->classes[k].label);
        if (c->counts)
            seg_string_printf(out,
                              ", \"counts\": {\"tp\": %" PRIu64 ", \"fp\": %" PRIu64 ", \"fn\": %" PRIu64
                              ", \"tn\": %" PRIu64 "}",
                              c->counts[k].tp, c->counts[k].fp, c->counts[k].fn, c->counts[k].tn);
        seg_string_add(out, "}");
    }
    seg_string_add(out, "]");
}

/* Rows are the truth, in the order of the classes. */
static void add_confusion(seg_string *out, const seg_case *c)
{
    if (!c->confusion)
        return;
    seg_string_add(out, ", \"confusion\": [");
    for (size_t i = 0; i < c->confused * c->confused; i++)
        seg_string_printf(out, "%s%" PRIu64 "%s",
                          i % c->confused ? ", "
                          : i             ? ", ["
                                          : "[",
                          c->confusion[i], (i + 1) % c->confused ? "" : "]");
    seg_string_add(out, "]");
}

/* null for a case that failed before its size was known. */
static void add_grid(seg_string *out, const seg_case *c)
{
    if (!c->shape[0]) {
        seg_string_add(out, "\"shape\": null, \"spacing\": null");
        return;
    }
    seg_string_printf(out, "\"shape\": [%zu, %zu, %zu], \"spacing\": [", c->shape[0], c->shape[1], c->shape[2]);
    for (int axis = 0; axis < 3; axis++) {
        seg_string_add(out, axis ? ", " : "");
        seg_json_number(out, c->spacing[axis], 0);
    }
    seg_string_add(out, "]");
}

static void add_settings(seg_string *out, const seg_report_style *style)
{
    seg_string_add(out, "{");
    for (size_t i = 0; i < style->n_settings; i++) {
        seg_string_add(out, i ? ", " : "");
        seg_json_text(out, style->settings[i].name);
        seg_string_add(out, ": ");
        seg_json_guess(out, style->settings[i].value);
    }
    seg_string_add(out, "}");
}

/* Only the parts of a sharded run say so, and how they were made: `segloss merge` joins what belongs together. */
static void add_shard(seg_string *out, const seg_case_shard *s, const seg_report_style *style)
{
    if (!s->parts)
        return;
    seg_string_printf(out,
                      ", \"shard\": {\"part\": %zu, \"parts\": %zu, \"index\": %zu, \"cases\": %zu, "
                      "\"segloss\": \"" SEG_VERSION "\", \"settings\": ",
                      s->part, s->parts, s->index, s->cases);
    add_settings(out, style);
    seg_string_add(out, "}");
}

static void add_error(seg_string *out, const seg_case *c, const seg_case_error *e, int digits)
{
    seg_string_printf(out, "{\"truth\": %" PRId64 ", \"prediction\": %" PRId64 ", \"words\": ", e->truth, e->called);
    seg_json_text(out, e->words);
    seg_string_printf(out, ", \"%s\": ", c->volume_unit);
    seg_json_number(out, e->volume, digits);
    seg_string_add(out, ", \"depth\": ");
    seg_json_number(out, e->depth, digits);
    seg_string_printf(out, ", \"at_least\": %s, \"slices\": [%zu, %zu], \"at\": [%zu, %zu, %zu], \"score\": ",
                      e->at_least ? "true" : "false", e->slice[0], e->slice[1], e->at[0], e->at[1], e->at[2]);
    seg_json_number(out, e->score, digits);
    seg_string_add(out, "}");
}

/* Only where they were asked for. */
static void add_errors(seg_string *out, const seg_case *c, int digits)
{
    if (!c->lists_errors)
        return;
    seg_string_add(out, ", \"errors\": [");
    for (size_t i = 0; i < c->n_errors; i++) {
        seg_string_add(out, i ? ", " : "");
        add_error(out, c, &c->errors[i], digits);
    }
    seg_string_add(out, "]");
}

/* `between` stands before every row: a line break in a document, nothing in a line. */
static void add_case(seg_string *out, const seg_case *c, const seg_report_style *style, const char *between)
{
    seg_string_add(out, "{\"case\": ");
    seg_json_text(out, c->name);
    seg_string_add(out, ", \"prediction\": ");
    seg_json_text(out, c->prediction);
    seg_string_add(out, ", \"truth\": ");
    seg_json_text(out, c->truth);
    seg_string_add(out, ", \"status\": ");
    seg_json_text(out, c->status ? c->status : "ok");
    seg_string_add(out, ", \"message\": ");
    seg_json_text(out, c->message);
    seg_string_add(out, ", ");
    add_grid(out, c);
    seg_string_add(out, ", \"classes\": ");
    add_classes(out, c);
    add_confusion(out, c);
    seg_string_add(out, ", \"results\": [");
    for (size_t i = 0; i < c->n; i++) {
        seg_string_add(out, i ? *between ? "," : ", " : "");
        seg_string_add(out, between);
        add_row(out, c, &c->rows[i], style->digits);
    }
    seg_string_add(out, "]");
    add_errors(out, c, style->digits);
    add_shard(out, &c->shard, style);
    seg_string_add(out, "}");
}

static void add_moments(seg_string *out, const seg_summary_key *key, const seg_summary_numbers *m, int digits)
{
    const struct {
        const char *name;
        double x;
    } numbers[] = {{"mean", m->mean}, {"sd", m->sd},   {"median", m->median}, {"q1", m->q1},
                   {"q3", m->q3},     {"min", m->min}, {"max", m->max}};

    seg_string_add(out, "{");
    measure(out, key->kind, key->measure, key->params);
    seg_string_add(out, ", ");
    id_and_label(out, !key->aggregate, key->cls, key->label);
    seg_string_add(out, ", \"unit\": ");
    unit_or_null(out, key->unit);
    seg_string_printf(out, ", \"n\": %zu, \"undefined\": %zu, \"infinite\": %zu", m->n, m->undefined, m->infinite);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        seg_string_printf(out, ", \"%s\": ", numbers[i].name);
        seg_json_number(out, numbers[i].x, digits);
    }
    seg_string_printf(out, ", \"imputed\": %zu}", m->imputed);
}

/* Every entry of the summary with `before` in front, "," between, `after` behind. */
static seg_status add_summary(seg_report *report, const char *before, const char *between, const char *after,
                              seg_error *err)
{
    seg_status st = SEG_OK;
    seg_summary_numbers moments;

    for (size_t i = 0; i < report->summary.n && !st; i++) {
        st = seg_summary_moments(&moments, &report->summary.entry[i], err);
        seg_string_add(&report->text, i ? between : "");
        seg_string_add(&report->text, before);
        if (!st)
            add_moments(&report->text, &report->summary.entry[i].key, &moments, report->style.digits);
        seg_string_add(&report->text, after);
    }
    return st;
}

static seg_status begin(seg_report *report, seg_error *err)
{
    seg_string *out = &report->text;

    (void)err;
    seg_string_printf(out, "{\"segloss\": \"" SEG_VERSION "\", \"schema\": %d, \"settings\": ", SEG_REPORT_SCHEMA);
    add_settings(out, &report->style);
    return SEG_OK;
}

static seg_status add(seg_report *report, const seg_case *c, seg_error *err)
{
    (void)err;
    seg_string_add(&report->text, report->written ? ",\n  " : ",\n \"cases\": [\n  ");
    add_case(&report->text, c, &report->style, "\n   ");
    return SEG_OK;
}

static seg_status end(seg_report *report, seg_error *err)
{
    seg_status st = SEG_OK;

    if (!report->style.summary_only)
        seg_string_add(&report->text, report->written ? "]" : ",\n \"cases\": []");
    if (!report->style.no_summary) {
        seg_string_add(&report->text, ",\n \"summary\": [");
        st = add_summary(report, "\n  ", ",", "", err);
        seg_string_printf(&report->text, "],\n \"failed_cases\": %zu", report->failed);
    }
    if (!st && report->style.watch && report->style.watch->points)
        st = report->style.watch->points(report->style.watch->context, report->format->name, &report->text, err);
    seg_string_add(&report->text, "}\n");
    return st;
}

static seg_status begin_lines(seg_report *report, seg_error *err)
{
    (void)report, (void)err;
    return SEG_OK;
}

static seg_status add_line(seg_report *report, const seg_case *c, seg_error *err)
{
    (void)err;
    add_case(&report->text, c, &report->style, "");
    seg_string_add(&report->text, "\n");
    return SEG_OK;
}

static seg_status end_lines(seg_report *report, seg_error *err)
{
    seg_status st = report->style.summary_only ? add_summary(report, "", "", "\n", err) : SEG_OK;

    if (!st && report->style.watch && report->style.watch->points)
        st = report->style.watch->points(report->style.watch->context, report->format->name, &report->text, err);
    return st;
}

static const char *const JSON[] = {"json", NULL}, *const JSONL[] = {"jsonl", "ndjson", NULL};

extern const seg_report_format seg_report_json, seg_report_jsonl;
const seg_report_format seg_report_json = {"json", JSON, "one document: settings, cases, summary", false, true, begin,
                                           add,    end};
const seg_report_format seg_report_jsonl = {
    "jsonl",  JSONL,    "one case a line; finished lines survive an interruption", true, false, begin_lines,
    add_line, end_lines};
