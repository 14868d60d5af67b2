/* markup.c - escapes and frames of plain, Markdown and LaTeX (booktabs) tables. */
#include "markup.h"

#include <string.h>

#include "../base/utf8.h"

static void plain(seg_string *out, const char *text)
{
    for (; *text; text++) /* a line break in a name must not break the table */
        seg_string_add_n(out, (unsigned char)*text < 0x20 ? " " : text, 1);
}

static void no_frame(seg_string *out, size_t left, size_t columns)
{
    (void)out, (void)left, (void)columns;
}

static void markdown(seg_string *out, const char *text)
{
    seg_string valid = {0};

    seg_utf8_add(&valid, text);
    for (const char *c = valid.text ? valid.text : ""; *c; c++) {
        if (strchr("\\|*_`<>[]~", *c))
            seg_string_add(out, "\\");
        seg_string_add_n(out, (unsigned char)*c < 0x20 ? " " : c, 1);
    }
    out->failed |= valid.failed;
    seg_string_free(&valid);
}

static void markdown_rule(seg_string *out, size_t left, size_t columns)
{
    for (size_t j = 0; j < columns; j++)
        seg_string_add(out, j < left ? "|:---" : "|---:");
    seg_string_add(out, "|\n");
}

static const char *latex_escape(char c)
{
    static const struct {
        char c;
        const char *spelled;
    } SPECIAL[] = {
        {'\\', "\\textbackslash{}"},
        {'~', "\\textasciitilde{}"},
        {'^', "\\textasciicircum{}"},
        {'<', "\\textless{}"},
        {'>', "\\textgreater{}"},
        {'|', "\\textbar{}"},
        {'"', "\\textquotedbl{}"},
        {'{', "\\{"},
        {'}', "\\}"},
        {'$', "\\$"},
        {'&', "\\&"},
        {'#', "\\#"},
        {'_', "\\_"},
        {'%', "\\%"},
    };

    for (size_t i = 0; i < sizeof SPECIAL / sizeof *SPECIAL; i++) {
        if (SPECIAL[i].c == c)
            return SPECIAL[i].spelled;
    }
    return NULL;
}

static void latex(seg_string *out, const char *text)
{
    seg_string valid = {0};

    seg_utf8_add(&valid, text);
    for (const char *c = valid.text ? valid.text : ""; *c; c++) {
        const char *spelled = (unsigned char)*c < 0x20 ? " " : latex_escape(*c);

        seg_string_add_n(out, spelled ? spelled : c, spelled ? strlen(spelled) : 1);
    }
    out->failed |= valid.failed;
    seg_string_free(&valid);
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
