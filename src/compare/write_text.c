/* write_text.c - a comparison as aligned text and as Markdown: one sheet of cells, spelled in the dialect. */
#include <stdlib.h>
#include <string.h>

#include "table.h"

static const seg_markup PLAIN[] = {
    {{"", "*"}, {"", "+"}, {"", " "}, "\xe2\x86\x91", "\xe2\x86\x93", " \xc2\xb1 ", {"\xe2\x80\xa0", " "}},
    {{"", "*"}, {"", "+"}, {"", " "}, "\xe2\x86\x91", "\xe2\x86\x93", " \xc2\xb1 ", {"\xe2\x80\xa0", " "}},
    {{"", ""}, {"", ""}, {"", ""}, "\xe2\x86\x91", "\xe2\x86\x93", " \xc2\xb1 ", {"\xe2\x80\xa0", " "}}};
static const seg_markup MARKDOWN[] = {
    {{"**", "**"}, {"_", "_"}, {"", ""}, "\xe2\x86\x91", "\xe2\x86\x93", " \xc2\xb1 ", {"\xe2\x80\xa0", ""}},
    {{"<span style=\"color:blue\">", "</span>"},
     {"<span style=\"color:red\">", "</span>"},
     {"", ""},
     "\xe2\x86\x91",
     "\xe2\x86\x93",
     " \xc2\xb1 ",
     {"\xe2\x80\xa0", ""}},
    {{"", ""}, {"", ""}, {"", ""}, "\xe2\x86\x91", "\xe2\x86\x93", " \xc2\xb1 ", {"\xe2\x80\xa0", ""}}};

/* What is under work. */
typedef struct {
    const seg_table *table;
    const seg_table_markup *dialect;
    const seg_markup *markup;
    seg_text_table sheet;
    seg_intern notes;
    seg_string cell;
} writer;

static void finish(writer *w)
{
    w->sheet.failed |= w->cell.failed;
    seg_text_table_add(&w->sheet, w->cell.text ? w->cell.text : "");
    seg_string_free(&w->cell);
}

static void add_text(writer *w, const char *text)
{
    w->dialect->text(&w->cell, text);
    finish(w);
}

/* Text: measures in one line, classes in the next. Markdown has one line of heads: both in every cell. */
static void add_heads(writer *w, bool two_lines)
{
    const seg_grades *g = w->table->grades;

    seg_text_table_add(&w->sheet, "");
    for (size_t j = 0; j < g->columns; j++) {
        if (!two_lines || seg_table_span(w->table, j))
            seg_table_measure(w->table, g->column[j].measure, w->dialect, w->markup, &w->cell);
        if (!two_lines && !g->single) {
            seg_string_add(&w->cell, ", ");
            w->dialect->text(&w->cell, seg_grades_column_name(g, j));
        }
        finish(w);
    }
    if (!two_lines || g->single)
        return;
    seg_text_table_add(&w->sheet, "");
    for (size_t j = 0; j < g->columns; j++)
        add_text(w, seg_grades_column_name(g, j));
}

static void add_block(writer *w, const seg_block *block, const char *around_group)
{
    const seg_grades *g = w->table->grades;
    const char *group = g->cube->groups.text[block->group];

    if (*group) {
        seg_string_add(&w->cell, around_group);
        w->dialect->text(&w->cell, group);
        seg_string_add(&w->cell, around_group);
        finish(w);
        for (size_t j = 0; j < g->columns; j++)
            seg_text_table_add(&w->sheet, "");
    }
    for (size_t i = 0; i < block->rows; i++) {
        seg_string_add(&w->cell, *group && !*around_group ? "  " : "");
        add_text(w, g->cube->rows.text[block->row[i]]);
        for (size_t j = 0; j < g->columns; j++) {
            seg_table_cell(w->table, block, i, j, w->dialect, w->markup, &w->notes, &w->cell);
            finish(w);
        }
    }
}

static void make_sheet(writer *w, bool two_lines, const char *around_group)
{
    const seg_grades *g = w->table->grades;

    w->sheet = (seg_text_table){.columns = g->columns + 1, .left = 1};
    add_heads(w, two_lines);
    for (size_t b = 0; b < g->blocks; b++)
        add_block(w, &g->block[b], around_group);
}

/* Blanks before a line break come from cells without a mark. */
static void trim_lines(seg_string *s, size_t from)
{
    size_t to = from;

    for (size_t i = from; i < s->length && !s->failed; i++) {
        while (s->text[i] == '\n' && to > from && s->text[to - 1] == ' ')
            to--;
        s->text[to++] = s->text[i];
    }
    if (!s->failed && s->text) {
        s->length = to;
        s->text[to] = '\0';
    }
}

static void add_lines(const seg_table_markup *dialect, const char *text, const char *end, seg_string *out)
{
    for (size_t n; text && *text; text += n + (text[n] == '\n')) {
        char *line;

        n = strcspn(text, "\n");
        line = seg_copy(text, n);
        dialect->text(out, line ? line : "");
        out->failed |= !line;
        seg_string_add(out, end);
        free(line);
    }
}

static void free_writer(writer *w)
{
    seg_text_table_free(&w->sheet);
    seg_intern_free(&w->notes);
    seg_string_free(&w->cell);
}

static seg_status text_findings(const seg_table *table, const seg_test_result *verdict, seg_string *out, seg_error *err)
{
    seg_statistics_text f = {0};
    seg_status st = seg_statistics_text_make(&f, table, verdict, &seg_markup_plain, err);

    if (!st) {
        seg_string_printf(out, "\n%s%s%s\n", table->style.colour ? "\033[1m" : "", f.title.text ? f.title.text : "",
                          table->style.colour ? "\033[0m" : "");
        add_lines(&seg_markup_plain, f.sentences.text, "\n", out);
        seg_string_add(out, "\n");
        st = seg_text_table_print(&f.rows, table->style.width, table->style.colour, out, err);
    }
    seg_string_add(out, "\n");
    if (!st)
        st = seg_text_table_print(&f.pairs, table->style.width, table->style.colour, out, err);
    seg_statistics_text_free(&f);
    return st;
}

static seg_status write_text(const seg_table *table, seg_string *out, seg_error *err)
{
    writer w = {.table = table, .dialect = &seg_markup_plain, .markup = &PLAIN[table->style.marking]};
    size_t start = out->length;
    seg_status st;

    if (table->style.caption)
        seg_string_printf(out, "%s\n", table->style.caption);
    make_sheet(&w, true, "");
    st = seg_text_table_print(&w.sheet, table->style.width, table->style.colour, out, err);
    trim_lines(out, start);
    seg_markup_notes(w.dialect, &w.notes, out);
    start = out->length;
    seg_table_legend(table, "*", "+", out);
    seg_string_add(out, out->length > start ? "\n" : "");
    start = out->length;
    seg_table_differences(table, w.dialect, "\xe2\x80\xa0", out);
    seg_string_add(out, out->length > start ? "\n" : "");
    for (size_t i = 0; i < table->n_verdicts && !st; i++)
        st = text_findings(table, &table->verdict[i], out, err);
    free_writer(&w);
    return st;
}

static void markdown_sheet(const seg_text_table *sheet, seg_string *out)
{
    for (size_t row = 0; row < sheet->n / sheet->columns; row++) {
        seg_markup_row(&seg_markup_markdown, sheet, row, out);
        if (!row)
            seg_markup_markdown.rule(out, sheet->left, sheet->columns);
    }
}

static seg_status markdown_findings(const seg_table *table, const seg_test_result *verdict, seg_string *out,
                                    seg_error *err)
{
    seg_statistics_text f = {0};
    seg_status st = seg_statistics_text_make(&f, table, verdict, &seg_markup_markdown, err);

    seg_string_printf(out, "\n### %s\n\n", f.title.text ? f.title.text : "");
    add_lines(&seg_markup_markdown, f.sentences.text, "  \n", out);
    seg_string_add(out, "\n");
    if (!st)
        markdown_sheet(&f.rows, out);
    seg_string_add(out, "\n");
    if (!st)
        markdown_sheet(&f.pairs, out);
    seg_statistics_text_free(&f);
    return st;
}

static seg_status write_markdown(const seg_table *table, seg_string *out, seg_error *err)
{
    static const char *const BEST[] = {"**bold**", "blue", ""}, *const SECOND[] = {"_italic_", "red", ""};
    writer w = {.table = table, .dialect = &seg_markup_markdown, .markup = &MARKDOWN[table->style.marking]};
    seg_status st;
    size_t start;

    if (table->style.caption) {
        seg_markup_markdown.text(out, table->style.caption);
        seg_string_add(out, "\n\n");
    }
    make_sheet(&w, false, "**");
    markdown_sheet(&w.sheet, out);
    seg_string_add(out, "\n");
    st = w.sheet.failed ? seg_fail(err, SEG_MEMORY, "not enough memory for a table") : SEG_OK;
    seg_markup_notes(w.dialect, &w.notes, out);
    start = out->length;
    seg_table_legend(table, BEST[table->style.marking], SECOND[table->style.marking], out);
    if (table->tells_apart && out->length > start)
        seg_string_add(out, "  \n"); /* two blanks: a line break */
    seg_table_differences(table, w.dialect, "\xe2\x80\xa0", out);
    seg_string_add(out, out->length > start ? "\n" : "");
    for (size_t i = 0; i < table->n_verdicts && !st; i++)
        st = markdown_findings(table, &table->verdict[i], out, err);
    free_writer(&w);
    return st;
}

static const char *const TEXT[] = {"txt", "table", NULL}, *const MD[] = {"md", NULL};

extern const seg_table_format seg_table_text, seg_table_markdown;
const seg_table_format seg_table_text = {"text", TEXT, "aligned columns for people", true, write_text};
const seg_table_format seg_table_markdown = {"markdown", MD, "a Markdown table", false, write_markdown};
