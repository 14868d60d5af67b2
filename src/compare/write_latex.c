/* write_latex.c - a comparison as a LaTeX table for the booktabs package. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "table.h"

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

static void add_heads(const seg_table *table, seg_string *out)
{
    const seg_grades *g = table->grades;
    const seg_markup *markup = &LATEX[table->style.marking];
    size_t span;

    for (size_t j = 0; j < g->columns; j++) {
        span = seg_table_span(table, j);
        if (!span)
            continue;
        seg_string_add(out, " & ");
        if (span > 1)
            seg_string_printf(out, "\\multicolumn{%zu}{c}{", span);
        seg_table_measure(table, g->column[j].measure, D, markup, out);
        seg_string_add(out, span > 1 ? "}" : "");
    }
    seg_string_add(out, " \\\\\n");
    if (g->single)
        return;
    for (size_t j = 0; j < g->columns; j++) {
        span = seg_table_span(table, j);
        if (span)
            seg_string_printf(out, "%s\\cmidrule(lr){%zu-%zu}", j ? " " : "", j + 2, j + 1 + span);
    }
    seg_string_add(out, "\n");
    for (size_t j = 0; j < g->columns; j++) {
        seg_string_add(out, " & ");
        D->text(out, seg_grades_column_name(g, j));
    }
    seg_string_add(out, " \\\\\n");
}

static void add_block(const seg_table *table, const seg_block *block, seg_intern *notes, seg_string *out)
{
    const seg_grades *g = table->grades;
    const char *group = g->cube->groups.text[block->group];

    seg_string_add(out, "\\midrule\n");
    if (*group) {
        seg_string_printf(out, "\\multicolumn{%zu}{l}{\\textit{", g->columns + 1);
        D->text(out, group);
        seg_string_add(out, "}} \\\\\n");
    }
    for (size_t i = 0; i < block->rows; i++) {
        D->text(out, g->cube->rows.text[block->row[i]]);
        for (size_t j = 0; j < g->columns; j++) {
            seg_string_add(out, " & ");
            seg_table_cell(table, block, i, j, D, &LATEX[table->style.marking], notes, out);
        }
        seg_string_add(out, " \\\\\n");
    }
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

static void add_tabular(const seg_table *table, seg_intern *notes, seg_string *out)
{
    const seg_grades *g = table->grades;

    seg_string_add(out, "\\begin{tabular}{l");
    for (size_t j = 0; j < g->columns; j++)
        seg_string_add(out, "r");
    seg_string_add(out, "}\n\\toprule\n");
    add_heads(table, out);
    for (size_t b = 0; b < g->blocks; b++)
        add_block(table, &g->block[b], notes, out);
    seg_string_add(out, "\\bottomrule\n\\end{tabular}\n");
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
    add_tabular(table, &notes, out);
    seg_string_add(out, notes.n || table->tells_apart ? "\\par\\smallskip\n" : "");
    seg_markup_notes(D, &notes, out);
    seg_table_differences(table, D, DAGGER, out);
    seg_string_add(out, table->tells_apart ? "\\par\n" : "");
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
