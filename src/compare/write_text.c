/* write_text.c - a comparison as aligned text and as Markdown. */
#include <stdlib.h>
#include <string.h>

#include "../base/utf8.h"
#include "sheet.h"

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
} writer;

/* "dsc, liver": the two heads of a column as one, for Markdown, which has a single line of heads. */
static void add_joined_heads(writer *w, const seg_sheet *s, size_t heads)
{
    const char *above = "";

    seg_text_table_add(&w->sheet, "");
    for (size_t j = 0; j < s->columns; j++) {
        seg_string cell = {0};

        above = s->line[0].cell[j] ? s->line[0].cell[j] : above;
        seg_string_printf(&cell, "%s%s%s", above, heads > 1 ? ", " : "", heads > 1 ? s->line[1].cell[j] : "");
        seg_text_table_add(&w->sheet, cell.text ? cell.text : "");
        w->sheet.failed |= cell.failed;
        seg_string_free(&cell);
    }
}

static void add_line(writer *w, const seg_line *line, size_t columns, bool indented, const char *around_group)
{
    seg_string stub = {0};
    bool group = line->kind == SEG_LINE_GROUP;

    seg_string_printf(&stub, "%s%s%s",
                      group      ? around_group
                      : indented ? "  "
                                 : "",
                      line->stub, group ? around_group : "");
    seg_text_table_add(&w->sheet, stub.text ? stub.text : "");
    for (size_t j = 0; j < columns; j++)
        seg_text_table_add(&w->sheet, line->cell[j] ? line->cell[j] : "");
    w->sheet.failed |= stub.failed;
    seg_string_free(&stub);
}

/* One part of the table as a table of texts; `joined`: with one line of heads. */
static seg_status fill_sheet(writer *w, const seg_sheet_part *part, bool joined, const char *around_group,
                             seg_error *err)
{
    seg_sheet s;
    seg_status st = seg_sheet_make(&s, w->table, part, w->dialect, w->markup, &w->notes, err);
    size_t heads = 0;
    bool grouped = false;

    w->sheet = (seg_text_table){.columns = s.columns + 1, .left = 1};
    for (size_t l = 0; l < s.n; l++) {
        heads += s.line[l].kind == SEG_LINE_HEAD;
        grouped |= s.line[l].kind == SEG_LINE_GROUP;
    }
    if (!st && joined && heads)
        add_joined_heads(w, &s, heads);
    for (size_t l = joined ? heads : 0; l < s.n && !st; l++)
        add_line(w, &s.line[l], s.columns, grouped && l >= heads && !*around_group, around_group);
    seg_sheet_free(&s);
    return st;
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

static double characters(const char *text)
{
    return (double)seg_utf8_width(text);
}

/* A table that is wider than the terminal is written measure by measure. */
static seg_status choose_wrap(const seg_table *table, bool *by_measure, seg_error *err)
{
    double width;
    seg_status st;

    *by_measure = table->style.wrap == SEG_WRAP_METRIC;
    if (table->style.wrap != SEG_WRAP_AUTO || table->style.width < 1)
        return SEG_OK;
    st = seg_sheet_width(&width, table, &(seg_sheet_form){table->style.transpose, false}, characters, 2, err);
    *by_measure = width - 2 > table->style.width;
    return st;
}

static seg_status text_sheets(writer *w, seg_string *out, seg_error *err)
{
    const seg_table *table = w->table;
    seg_sheet_part part = {0, 0, table->style.transpose};
    size_t start = out->length;
    bool by_measure;
    seg_status st = choose_wrap(table, &by_measure, err);

    while (!st && seg_sheet_next(&part, table, by_measure)) {
        seg_string_add(out, part.from ? "\n" : "");
        st = fill_sheet(w, &part, false, "", err);
        if (!st)
            st = seg_text_table_print(&w->sheet, table->style.width, table->style.colour, out, err);
        seg_text_table_free(&w->sheet);
    }
    trim_lines(out, start);
    return st;
}

static void text_remarks(const seg_table *table, const seg_table_markup *dialect, const char *end, seg_string *out)
{
    seg_string said = {0};

    seg_table_remarks(table, &said);
    add_lines(dialect, said.text, end, out);
    out->failed |= said.failed;
    seg_string_free(&said);
}

static seg_status write_text(const seg_table *table, seg_string *out, seg_error *err)
{
    writer w = {.table = table, .dialect = &seg_markup_plain, .markup = &PLAIN[table->style.marking]};
    size_t start;
    seg_status st;

    if (table->style.caption)
        seg_string_printf(out, "%s\n", table->style.caption);
    st = text_sheets(&w, out, err);
    seg_markup_notes(w.dialect, &w.notes, out);
    start = out->length;
    seg_table_legend(table, "*", "+", out);
    seg_string_add(out, out->length > start ? "\n" : "");
    start = out->length;
    seg_table_differences(table, w.dialect, "\xe2\x80\xa0", out);
    seg_string_add(out, out->length > start ? "\n" : "");
    text_remarks(table, w.dialect, "\n", out);
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

static seg_status markdown_sheets(writer *w, seg_string *out, seg_error *err)
{
    seg_sheet_part part = {0, 0, w->table->style.transpose};
    seg_status st = SEG_OK;

    while (!st && seg_sheet_next(&part, w->table, w->table->style.wrap == SEG_WRAP_METRIC)) {
        st = fill_sheet(w, &part, true, "**", err);
        if (!st)
            markdown_sheet(&w->sheet, out);
        seg_string_add(out, "\n");
        if (!st && w->sheet.failed)
            st = seg_fail(err, SEG_MEMORY, "not enough memory for a table");
        seg_text_table_free(&w->sheet);
    }
    return st;
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
    st = markdown_sheets(&w, out, err);
    seg_markup_notes(w.dialect, &w.notes, out);
    start = out->length;
    seg_table_legend(table, BEST[table->style.marking], SECOND[table->style.marking], out);
    if (table->tells_apart && out->length > start)
        seg_string_add(out, "  \n"); /* two blanks: a line break */
    seg_table_differences(table, w.dialect, "\xe2\x80\xa0", out);
    seg_string_add(out, out->length > start ? "\n" : "");
    start = out->length;
    text_remarks(table, w.dialect, "  \n", out);
    for (size_t i = 0; i < table->n_verdicts && !st; i++)
        st = markdown_findings(table, &table->verdict[i], out, err);
    free_writer(&w);
    return st;
}

static const char *const TEXT[] = {"txt", "table", NULL}, *const MD[] = {"md", NULL};

extern const seg_table_format seg_table_text, seg_table_markdown;
const seg_table_format seg_table_text = {"text", TEXT, "aligned columns for people", true, write_text};
const seg_table_format seg_table_markdown = {"markdown", MD, "a Markdown table", false, write_markdown};
