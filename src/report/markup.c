/* markup.c - escapes and frames of plain, Markdown and LaTeX (booktabs) tables. */
#include "markup.h"

#include <string.h>

#include "../base/inert.h"

static void plain(seg_string *out, const char *text)
{
    seg_inert_add(out, SEG_INERT_TERMINAL, text);
}

static void no_frame(seg_string *out, size_t left, size_t columns)
{
    (void)out, (void)left, (void)columns;
}

static void markdown(seg_string *out, const char *text)
{
    seg_inert_add(out, SEG_INERT_MARKDOWN, text);
}

static void markdown_rule(seg_string *out, size_t left, size_t columns)
{
    for (size_t j = 0; j < columns; j++)
        seg_string_add(out, j < left ? "|:---" : "|---:");
    seg_string_add(out, "|\n");
}

static void latex(seg_string *out, const char *text)
{
    seg_inert_add(out, SEG_INERT_LATEX, text);
}

/* -1.5e-07 as $-1.5 \times 10^{-7}$; a number without sign or exponent stays as it is, words as text. */
static void latex_number(seg_string *out, const char *number)
{
    const char *e = strchr(number, 'e'), *digits = number + (*number == '-');

    if (!strcmp(digits, "inf")) {
        seg_string_printf(out, "$%s\\infty$", digits > number ? "-" : "");
    } else if (*digits < '0' || *digits > '9') {
        latex(out, number);
    } else if (e) {
        const char *power = e + 1 + (e[1] == '+' || e[1] == '-');

        power += strspn(power, "0");
        seg_string_printf(out, "$%.*s \\times 10^{%s%s}$", (int)(e - number), number, e[1] == '-' ? "-" : "", power);
    } else {
        seg_string_printf(out, digits > number ? "$%s$" : "%s", number);
    }
}

static void latex_open(seg_string *out, size_t left, size_t columns)
{
    seg_string_add(out, "\\begin{tabular}{");
    for (size_t j = 0; j < columns; j++)
        seg_string_add(out, j < left ? "l" : "r");
    seg_string_add(out, "}\n\\toprule\n");
}

static void latex_rule(seg_string *out, size_t left, size_t columns)
{
    (void)left, (void)columns;
    seg_string_add(out, "\\midrule\n");
}

const seg_table_markup seg_markup_plain = {.text = plain,
                                           .number = plain,
                                           .open = no_frame,
                                           .rule = no_frame,
                                           .row = "",
                                           .between = "  ",
                                           .row_end = "\n",
                                           .close = "",
                                           .mark_open = "[",
                                           .mark_close = "]",
                                           .note_end = "\n"};
const seg_table_markup seg_markup_markdown = {.text = markdown,
                                              .number = markdown,
                                              .open = no_frame,
                                              .rule = markdown_rule,
                                              .row = "| ",
                                              .between = " | ",
                                              .row_end = " |\n",
                                              .close = "",
                                              .mark_open = "<sup>",
                                              .mark_close = "</sup>",
                                              .note_end = "  \n"}; /* two blanks: a line break */
const seg_table_markup seg_markup_latex = {.text = latex,
                                           .number = latex_number,
                                           .open = latex_open,
                                           .rule = latex_rule,
                                           .row = "",
                                           .between = " & ",
                                           .row_end = " \\\\\n",
                                           .close = "\\bottomrule\n\\end{tabular}\n",
                                           .mark_open = "\\textsuperscript{",
                                           .mark_close = "}",
                                           .note_end = "\\par\n"};

void seg_markup_row(const seg_table_markup *dialect, const seg_text_table *sheet, size_t row, seg_string *out)
{
    seg_string_add(out, dialect->row);
    for (size_t j = 0; j < sheet->columns; j++) {
        seg_string_add(out, j ? dialect->between : "");
        seg_string_add(out, sheet->cell[row * sheet->columns + j]);
    }
    seg_string_add(out, dialect->row_end);
}

void seg_markup_mark(const seg_table_markup *dialect, size_t number, seg_string *out)
{
    seg_string_printf(out, "%s%zu%s", dialect->mark_open, number, dialect->mark_close);
}

void seg_markup_notes(const seg_table_markup *dialect, seg_intern *notes, seg_string *out)
{
    for (size_t i = 0; i < notes->n; i++) {
        seg_markup_mark(dialect, i + 1, out);
        seg_string_add(out, " ");
        dialect->text(out, notes->text[i]);
        seg_string_add(out, dialect->note_end);
    }
    seg_intern_free(notes);
}
