/* write_latex.c - a comparison as a LaTeX table for the booktabs package. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../plot/svg.h"
#include "sheet.h"

#define DAGGER "$^{\\dagger}$"

static const seg_markup LATEX[] = {
    {{"\\textbf{", "}"}, {"\\underline{", "}"}, {"", ""}, "$\\uparrow$", "$\\downarrow$", " $\\pm$ ", {DAGGER, ""}},
    {{"\\textcolor{blue}{", "}"},
     {"\\textcolor{red}{", "}"},
     {"", ""},
     "$\\uparrow$",
     "$\\downarrow$",
     " $\\pm$ ",
     {DAGGER, ""}},
    {{"", ""}, {"", ""}, {"", ""}, "$\\uparrow$", "$\\downarrow$", " $\\pm$ ", {DAGGER, ""}}};

static const seg_table_markup *const D = &seg_markup_latex;

/* Columns that the head at j covers. */
static size_t span_of(const seg_sheet *s, const seg_line *line, size_t j)
{
    size_t n = 1;

    while (j + n < s->columns && !line->cell[j + n])
        n++;
    return n;
}

static void add_head(const seg_sheet *s, const seg_line *line, bool last, seg_string *out)
{
    for (size_t j = 0; j < s->columns; j += span_of(s, line, j)) {
        size_t span = span_of(s, line, j);

        seg_string_add(out, " & ");
        if (span > 1)
            seg_string_printf(out, "\\multicolumn{%zu}{c}{", span);
        seg_string_add(out, line->cell[j] ? line->cell[j] : "");
        seg_string_add(out, span > 1 ? "}" : "");
    }
    seg_string_add(out, " \\\\\n");
    for (size_t j = 0; j < s->columns && !last; j += span_of(s, line, j))
        seg_string_printf(out, "%s\\cmidrule(lr){%zu-%zu}", j ? " " : "", j + 2, j + 1 + span_of(s, line, j));
    seg_string_add(out, last ? "" : "\n");
}

static void add_line(const seg_sheet *s, const seg_line *line, seg_string *out)
{
    seg_string_add(out, line->new_block ? "\\midrule\n" : "");
    if (line->kind == SEG_LINE_GROUP) {
        seg_string_printf(out, "\\multicolumn{%zu}{l}{\\textit{%s}} \\\\\n", s->columns + 1, line->stub);
        return;
    }
    seg_string_add(out, line->stub);
    for (size_t j = 0; j < s->columns; j++)
        seg_string_printf(out, " & %s", line->cell[j] ? line->cell[j] : "");
    seg_string_add(out, " \\\\\n");
}

static void add_sheet(const seg_text_table *sheet, seg_string *out)
{
    D->open(out, sheet->left, sheet->columns);
    for (size_t row = 0; row < sheet->n / sheet->columns; row++) {
        seg_markup_row(D, sheet, row, out);
        if (!row)
            D->rule(out, sheet->left, sheet->columns);
    }
    seg_string_add(out, D->close);
}

/* One paragraph of escaped lines. */
static void add_lines(const char *text, seg_string *out)
{
    char *copy = text ? seg_copy(text, SIZE_MAX) : NULL;

    for (char *line = copy ? strtok(copy, "\n") : NULL; line; line = strtok(NULL, "\n")) {
        D->text(out, line);
        seg_string_add(out, "\n");
    }
    out->failed |= text && !copy;
    free(copy);
}

static seg_status add_findings(const seg_table *table, const seg_test_result *verdict, seg_string *out, seg_error *err)
{
    seg_statistics_text f = {0};
    seg_status st = seg_statistics_text_make(&f, table, verdict, D, err);

    seg_string_printf(out, "\n\\paragraph{%s}\n", f.title.text ? f.title.text : "");
    add_lines(f.sentences.text, out);
    seg_string_add(out, "\n\\noindent\n");
    if (!st)
        add_sheet(&f.rows, out);
    seg_string_add(out, "\n\\noindent\n");
    if (!st)
        add_sheet(&f.pairs, out);
    seg_statistics_text_free(&f);
    return st;
}

static void add_caption(const char *command, const char *text, bool escape, seg_string *out)
{
    if (!text)
        return;
    seg_string_printf(out, "\\%s{", command);
    if (escape)
        D->text(out, text);
    else
        seg_string_add(out, text);
    seg_string_add(out, "}\n");
}

static seg_status add_tabular(const seg_table *table, const seg_sheet_part *part, seg_intern *notes, seg_string *out,
                              seg_error *err)
{
    seg_sheet s;
    seg_status st = seg_sheet_make(&s, table, part, D, &LATEX[table->style.marking], notes, err);

    seg_string_add(out, "\\begin{tabular}{l");
    for (size_t j = 0; j < s.columns; j++)
        seg_string_add(out, "r");
    seg_string_add(out, "}\n\\toprule\n");
    for (size_t l = 0; l < s.n; l++) {
        if (s.line[l].kind == SEG_LINE_HEAD)
            add_head(&s, &s.line[l], l + 1 == s.n || s.line[l + 1].kind != SEG_LINE_HEAD, out);
        else
            add_line(&s, &s.line[l], out);
    }
    seg_string_add(out, "\\bottomrule\n\\end{tabular}\n");
    seg_sheet_free(&s);
    return st;
}

/* ---- fitting the page ---- */

static const double PAGE = 518.74, GAP = 12; /* two columns of print, 183 mm, in points; twice \tabcolsep */

static double points(const char *text)
{
    return seg_text_width(text, 10, false);
}

typedef struct {
    seg_sheet_form form;
    const char *size; /* of the letters */
} fit;

/* Turned, then by measure, then both, then smaller letters. What was asked for stays. */
static seg_status find_fit(fit *best, const seg_table *table, seg_error *err)
{
    static const seg_sheet_form FORMS[] = {{false, false}, {true, false}, {false, true}, {true, true}};
    double width, least = HUGE_VAL;
    seg_status st = SEG_OK;

    *best = (fit){{table->style.transpose, table->style.wrap == SEG_WRAP_METRIC}, ""};
    if (table->style.transpose || table->style.wrap != SEG_WRAP_AUTO)
        return SEG_OK;
    for (size_t i = 0; i < sizeof FORMS / sizeof *FORMS && !st && least > PAGE; i++) {
        st = seg_sheet_width(&width, table, &FORMS[i], points, GAP, err);
        if (!st && width < least)
            least = width, best->form = FORMS[i];
    }
    if (least > PAGE) /* 9 and 8 of 10 points */
        best->size = 0.9 * least <= PAGE ? "\\small\n" : "\\footnotesize\n";
    if (least * 0.8 > PAGE)
        seg_warn(table->notes, "the table is wider than a page of 183 mm even in small letters (choose metrics, or "
                               "leave out the classes)");
    return st;
}

static void tell_fit(const fit *f, const seg_table *table)
{
    if (table->style.transpose || table->style.wrap != SEG_WRAP_AUTO)
        return;
    if (f->form.transpose || f->form.by_measure || *f->size)
        seg_warn(table->notes, "the table would be wider than a page of 183 mm: it is written%s%s%s",
                 f->form.transpose ? " with methods as columns" : "",
                 f->form.by_measure
                     ? (f->form.transpose ? " and a table for each metric" : " as a table for each metric")
                     : "",
                 *f->size ? ", in smaller letters" : "");
}

static seg_status add_tabulars(const seg_table *table, seg_intern *notes, seg_string *out, seg_error *err)
{
    seg_sheet_part part = {0};
    fit f;
    seg_status st = find_fit(&f, table, err);

    if (!st)
        tell_fit(&f, table);
    seg_string_add(out, *f.size ? "{" : "");
    seg_string_add(out, f.size);
    part.transpose = f.form.transpose;
    while (!st && seg_sheet_next(&part, table, f.form.by_measure)) {
        seg_string_add(out, part.from ? "\\par\\bigskip\n" : "");
        st = add_tabular(table, &part, notes, out, err);
    }
    seg_string_add(out, *f.size ? "}\n" : "");
    return st;
}

static void add_remarks(const seg_table *table, seg_string *out)
{
    seg_string said = {0};

    seg_table_remarks(table, &said);
    if (said.length) {
        seg_string_add(out, "\\par\\smallskip\n");
        add_lines(said.text, out);
    }
    out->failed |= said.failed;
    seg_string_free(&said);
}

static seg_status write(const seg_table *table, seg_string *out, seg_error *err)
{
    static const char *const BEST[] = {"bold", "blue", ""}, *const SECOND[] = {"underlined", "red", ""};
    bool floats = table->style.caption || table->style.label;
    seg_marking marking = table->style.marking;
    seg_intern notes = {0};
    seg_string legend = {0};
    seg_status st = SEG_OK;

    seg_string_printf(out, "%% \\usepackage{booktabs}%s\n", marking == SEG_MARK_SURVEY ? " \\usepackage{xcolor}" : "");
    seg_table_legend(table, BEST[marking], SECOND[marking], &legend);
    if (legend.text)
        seg_string_printf(out, "%% %s\n", legend.text);
    seg_string_add(out, floats ? "\\begin{table}\n\\centering\n" : "");
    add_caption("caption", table->style.caption, true, out);
    add_caption("label", table->style.label, false, out);
    st = add_tabulars(table, &notes, out, err);
    seg_string_add(out, notes.n || table->tells_apart ? "\\par\\smallskip\n" : "");
    seg_markup_notes(D, &notes, out);
    seg_table_differences(table, D, DAGGER, out);
    seg_string_add(out, table->tells_apart ? "\\par\n" : "");
    add_remarks(table, out);
    seg_string_add(out, floats ? "\\end{table}\n" : "");
    for (size_t i = 0; i < table->n_verdicts && !st; i++)
        st = add_findings(table, &table->verdict[i], out, err);
    out->failed |= legend.failed;
    seg_string_free(&legend);
    return st;
}

static const char *const TEX[] = {"tex", NULL};

extern const seg_table_format seg_table_latex;
const seg_table_format seg_table_latex = {"latex", TEX, "a LaTeX table for the booktabs package", false, write};
