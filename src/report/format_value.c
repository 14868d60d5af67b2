/* format_value.c - bare numbers, one a line, in the order of the rows: for `x=$(segloss eval -f value ...)`. */
#include "cell.h"

static void line(seg_report *report, double x)
{
    char number[SEG_NUMBER_ROOM];

    seg_string_add(&report->text, seg_cell_exact(number, x, &report->style));
    seg_string_add(&report->text, "\n");
}

static seg_status begin(seg_report *report, seg_error *err)
{
    (void)report, (void)err;
    return SEG_OK;
}

static seg_status add(seg_report *report, const seg_case *c, seg_error *err)
{
    (void)err;
    for (size_t i = 0; i < c->n; i++)
        line(report, c->rows[i].value);
    return SEG_OK;
}

/* With the summary alone: the means. */
static seg_status end(seg_report *report, seg_error *err)
{
    seg_status st = SEG_OK;
    seg_summary_numbers moments;

    for (size_t i = 0; report->style.summary_only && i < report->summary.n && !st; i++) {
        st = seg_summary_moments(&moments, &report->summary.entry[i], err);
        if (!st)
            line(report, moments.mean);
    }
    return st;
}

static const char *const NONE[] = {NULL};

extern const seg_report_format seg_report_value;
const seg_report_format seg_report_value = {"value", NONE, "bare numbers, one a line", true, false, begin, add, end};
