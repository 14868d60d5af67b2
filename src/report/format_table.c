/* format_table.c - table: a block per case for people at a terminal, then what all cases say together. */
#include "case_tables.h"

#include <string.h>

static bool own_table(const seg_report *report)
{
    return report->style.watch && report->style.watch->table;
}

static void paint(seg_report *report, const char *escape)
{
    seg_string_add(&report->text, report->style.colour ? escape : "");
}

static seg_status begin(seg_report *report, seg_error *err)
{
    (void)report, (void)err;
    return SEG_OK;
}

static void add_title(seg_report *report, const seg_case *c)
{
    seg_string *out = &report->text;
    char number[SEG_NUMBER_ROOM];

    seg_string_add(out, report->written ? "\n" : "");
    paint(report, "\033[1m");
    seg_markup_plain.text(out, c->name);
    paint(report, "\033[0m");
    if (c->shape[0])
        seg_string_printf(out, ": %zu x %zu", c->shape[0], c->shape[1]);
    if (c->shape[2] > 1)
        seg_string_printf(out, " x %zu", c->shape[2]);
    for (int axis = 0; c->shape[0] && axis < (c->shape[2] > 1 ? 3 : 2); axis++)
        seg_string_printf(out, "%s%s", axis ? " x " : " voxels, spacing ",
                          seg_number_digits(number, c->spacing[axis], 6));
    seg_string_add(out, "\n");
}

static void add_failure(seg_report *report, const seg_case *c)
{
    paint(report, "\033[31m");
    seg_string_printf(&report->text, "%s: ", c->status);
    seg_markup_plain.text(&report->text, c->message ? c->message : "");
    paint(report, "\033[0m");
    seg_string_add(&report->text, "\n");
}

static seg_status add(seg_report *report, const seg_case *c, seg_error *err)
{
    seg_text_table sheet = {0};
    seg_status st = SEG_OK;

    if (own_table(report))
        return SEG_OK;
    add_title(report, c);
    if (!seg_case_ok(c)) {
        add_failure(report, c);
        return SEG_OK;
    }
    if (c->n)
        st = seg_case_table(&sheet, c, false, &seg_markup_plain, &report->style, &report->notes, err);
    if (!st && c->n)
        st = seg_text_table_print(&sheet, report->style.width, report->style.colour, &report->text, err);
    seg_markup_notes(&seg_markup_plain, &report->notes, &report->text);
    seg_text_table_free(&sheet);
    return st;
}

/* One case is its own summary. */
static seg_status end(seg_report *report, seg_error *err)
{
    seg_text_table sheet = {0};
    seg_status st;

    if (own_table(report))
        return report->style.watch->table(report->style.watch->context, &report->style, &seg_markup_plain,
                                          &report->text, err);
    if (report->style.no_summary || !report->summary.n || (report->cases < 2 && !report->style.summary_only))
        return SEG_OK;
    seg_string_printf(&report->text, "%s%zu case%s", report->written ? "\n" : "", report->cases,
                      report->cases == 1 ? "" : "s");
    if (report->failed)
        seg_string_printf(&report->text, ", %zu of them failed", report->failed);
    seg_string_add(&report->text, "\n");
    st = seg_summary_table(&sheet, &report->summary, &seg_markup_plain, &report->style, err);
    if (!st)
        st = seg_text_table_print(&sheet, report->style.width, report->style.colour, &report->text, err);
    seg_text_table_free(&sheet);
    return st;
}

static const char *const TABLE[] = {"txt", NULL};

extern const seg_report_format seg_report_table;
const seg_report_format seg_report_table = {
    "table", TABLE, "aligned columns for people, a block per case", true, true, begin, add, end};
