/* format_paper.c - md and latex: tables for a document, cases with the same measures in one table. */
#include <string.h>

#include "case_tables.h"

static const seg_table_markup *dialect_of(const seg_report *report)
{
    return report->format->name[0] == 'm' ? &seg_markup_markdown : &seg_markup_latex;
}

static seg_status begin(seg_report *report, seg_error *err)
{
    (void)report, (void)err;
    return SEG_OK;
}

static void close_table(seg_report *report)
{
    seg_string_add(&report->text, report->header.length ? dialect_of(report)->close : "");
    report->header.length = 0;
}

static void open_table(seg_report *report, const seg_text_table *sheet, seg_string *head)
{
    const seg_table_markup *dialect = dialect_of(report);

    close_table(report);
    seg_string_add(&report->text, report->written ? "\n" : "");
    dialect->open(&report->text, sheet->left, sheet->columns);
    seg_string_add(&report->text, head->text ? head->text : "");
    dialect->rule(&report->text, sheet->left, sheet->columns);
    report->columns = sheet->columns;
    seg_string_free(&report->header);
    report->header = *head;
    *head = (seg_string){0};
}

/* Adds the sheet's rows to the open table when the columns are the same, else to a new one. */
static seg_status add_sheet(seg_report *report, const seg_text_table *sheet, seg_error *err)
{
    const seg_table_markup *dialect = dialect_of(report);
    seg_string head = {0};
    seg_status st;

    seg_markup_row(dialect, sheet, 0, &head);
    st = seg_string_check(&head, err);
    if (!st && (!report->header.length || strcmp(report->header.text, head.text)))
        open_table(report, sheet, &head);
    for (size_t row = 1; !st && row < sheet->n / sheet->columns; row++)
        seg_markup_row(dialect, sheet, row, &report->text);
    seg_string_free(&head);
    return st;
}

/* One row of the open table: name and status, the sentence as a footnote. Without an open table one of two columns. */
static void add_failure(seg_report *report, const seg_case *c)
{
    const seg_table_markup *dialect = dialect_of(report);
    seg_text_table sheet = {.columns = 2, .left = 2};
    seg_string head = {0}, *out = &report->text;
    size_t note = seg_intern_number(&report->notes, c->message ? c->message : "");

    if (!report->header.length) {
        seg_text_table_add(&sheet, "case");
        seg_text_table_add(&sheet, "class");
        seg_markup_row(dialect, &sheet, 0, &head);
        open_table(report, &sheet, &head);
    }
    seg_string_add(out, dialect->row);
    dialect->text(out, c->name);
    seg_string_add(out, dialect->between);
    dialect->text(out, c->status);
    seg_markup_mark(dialect, note, out);
    for (size_t j = 2; j < report->columns; j++)
        seg_string_add(out, dialect->between);
    seg_string_add(out, dialect->row_end);
    out->failed |= !note || sheet.failed;
    seg_text_table_free(&sheet);
}

/* A command may have a table of its own instead of cases and summary. */
static bool own_table(const seg_report *report)
{
    return report->style.watch && report->style.watch->table;
}

static seg_status add(seg_report *report, const seg_case *c, seg_error *err)
{
    seg_text_table sheet = {0};
    seg_status st = SEG_OK;

    if (own_table(report))
        return SEG_OK;
    if (!seg_case_ok(c)) {
        add_failure(report, c);
        return SEG_OK;
    }
    if (c->n)
        st = seg_case_table(&sheet, c, true, dialect_of(report), &report->style, &report->notes, err);
    if (!st && c->n)
        st = add_sheet(report, &sheet, err);
    seg_text_table_free(&sheet);
    return st;
}

static seg_status end(seg_report *report, seg_error *err)
{
    seg_text_table sheet = {0};
    seg_status st = SEG_OK;

    if (own_table(report))
        return report->style.watch->table(report->style.watch->context, &report->style, dialect_of(report),
                                          &report->text, err);
    close_table(report);
    seg_string_add(&report->text, report->notes.n ? "\n" : "");
    seg_markup_notes(dialect_of(report), &report->notes, &report->text);
    if (report->style.no_summary || !report->summary.n || (report->cases < 2 && !report->style.summary_only))
        return SEG_OK;
    st = seg_summary_table(&sheet, &report->summary, dialect_of(report), &report->style, err);
    if (!st)
        st = add_sheet(report, &sheet, err);
    close_table(report);
    seg_text_table_free(&sheet);
    return st;
}

static const char *const MARKDOWN[] = {"md", "markdown", NULL}, *const LATEX[] = {"tex", "latex", NULL};

extern const seg_report_format seg_report_markdown, seg_report_latex;
const seg_report_format seg_report_markdown = {"md", MARKDOWN, "Markdown tables", true, true, begin, add, end};
const seg_report_format seg_report_latex = {"latex", LATEX, "LaTeX tables for the booktabs package", true, true, begin,
                                            add,     end};
