/* report.c - takes cases as they are finished, keeps the summary, and lets the format write. */
#include "report.h"

#include <stdlib.h>
#include <string.h>

#define FORMAT(name) extern const seg_report_format seg_report_##name;
#include "formats.h"
#undef FORMAT

const seg_report_format *const seg_report_formats[] = {
#define FORMAT(name) &seg_report_##name,
#include "formats.h"
#undef FORMAT
};
const size_t seg_report_formats_count = sizeof seg_report_formats / sizeof *seg_report_formats;

/* Aliases count as names: every extension is one ("markdown", "tex"). */
static bool called(const seg_report_format *format, const char *name)
{
    bool found = seg_same_name(format->name, name);

    for (const char *const *e = format->extensions; *e && !found; e++)
        found = seg_same_name(*e, name);
    return found;
}

const seg_report_format *seg_report_format_find(const char *name)
{
    for (size_t i = 0; i < seg_report_formats_count; i++) {
        if (called(seg_report_formats[i], name))
            return seg_report_formats[i];
    }
    return NULL;
}

static const char *name_of(const void *context, size_t i)
{
    (void)context;
    return seg_report_formats[i]->name;
}

const char *seg_report_format_nearest(const char *name)
{
    return seg_nearest(name, seg_report_formats_count, name_of, NULL);
}

const seg_report_format *seg_report_format_of_path(const char *path)
{
    const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path, *dot = strrchr(base, '.');

    for (size_t i = 0; dot && dot > base && i < seg_report_formats_count; i++) {
        for (const char *const *e = seg_report_formats[i]->extensions; *e; e++) {
            if (seg_same_name(*e, dot + 1))
                return seg_report_formats[i];
        }
    }
    return NULL;
}

bool seg_report_format_draws(const seg_report_format *format)
{
    return !strcmp(format->name, "html");
}

static seg_status flush(seg_report *report, seg_error *err)
{
    seg_status st = seg_string_check(&report->text, err);

    if (!st)
        st = seg_output_write(report->output, report->text.text ? report->text.text : "", report->text.length, err);
    report->text.length = 0;
    return st;
}

seg_status seg_report_begin(seg_report *report, const seg_report_format *format, const seg_report_style *style,
                            seg_output *output, seg_error *err)
{
    /* What begins the report is written with its first case: a run that fails before leaves nothing behind. */
    *report = (seg_report){.format = format, .style = *style, .output = output};
    return format->begin(report, err);
}

static seg_summary_key key_of(const seg_case *c, const seg_row *row)
{
    bool aggregate = row->cls < 0;

    return (seg_summary_key){row->kind,
                             row->measure,
                             row->params,
                             row->unit,
                             aggregate,
                             aggregate ? 0 : c->classes[row->cls].id,
                             aggregate ? NULL : c->classes[row->cls].label};
}

/* The mean over slices is a value of the case; its parameters in the summary say so. */
static seg_status sum_row(seg_report *report, const seg_case *c, const seg_row *row, seg_error *err)
{
    seg_summary_key key = key_of(c, row);
    seg_string params = {0};
    seg_status st = SEG_OK;

    if (row->slice == SEG_SLICE_MEAN) {
        seg_string_printf(&params, "%s%s" SEG_SLICE_MEAN_PARAMETER, row->params, *row->params ? ";" : "");
        key.params = params.text;
        st = seg_string_check(&params, err);
    }
    if (!st)
        st = seg_summary_add(&report->summary, &key, row->value, row->status, err);
    seg_string_free(&params);
    return st;
}

seg_status seg_report_count(seg_report *report, const seg_case *c, seg_error *err)
{
    const seg_report_style *style = &report->style;
    size_t rows = report->format->sums || style->summary_only || style->keep_summary ? c->n : 0;
    seg_status st = SEG_OK;

    for (size_t i = 0; i < rows && !st; i++) {
        if (c->rows[i].slice < 0 || c->rows[i].slice == SEG_SLICE_MEAN)
            st = sum_row(report, c, &c->rows[i], err);
    }
    report->cases++;
    report->failed += !seg_case_ok(c);
    return st;
}

seg_status seg_report_add(seg_report *report, const seg_case *c, seg_error *err)
{
    seg_status st = seg_report_count(report, c, err);

    if (st || report->style.summary_only || report->output->closed)
        return st;
    st = report->format->add(report, c, err);
    report->written++;
    return st ? st : flush(report, err);
}

seg_status seg_report_sum(seg_report *report, seg_error *err)
{
    const seg_report_style *style = &report->style;
    seg_status st = SEG_OK;

    if (report->summed)
        return SEG_OK;
    report->summed = true;
    st = seg_summary_complete(&report->summary, report->cases - report->failed, style->absent, err);
    if (!st && style->pool)
        st = style->pool->rows(style->pool->context, &report->summary, err);
    return st;
}

seg_status seg_report_end(seg_report *report, seg_error *err)
{
    seg_status st = seg_report_sum(report, err);

    if (!st)
        st = report->format->end(report, err);
    return st ? st : flush(report, err);
}

void seg_report_free(seg_report *report)
{
    if (report->own)
        report->own_free(report->own);
    seg_summary_free(&report->summary);
    seg_string_free(&report->text);
    seg_string_free(&report->header);
    seg_intern_free(&report->notes);
    *report = (seg_report){0};
}
