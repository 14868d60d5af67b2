/* write_html.c - a comparison as one HTML page that needs nothing else: no script, no file beside it. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../base/inert.h"
#include "sheet.h"

static const seg_markup HTML[] = {
    {{"<span class=\"best\">", "</span>"},
     {"<span class=\"second\">", "</span>"},
     {"", ""},
     "\xe2\x86\x91",
     "\xe2\x86\x93",
     " \xc2\xb1 ",
     {"<sup>\xe2\x80\xa0</sup>", ""}},
    {{"<span class=\"best\">", "</span>"},
     {"<span class=\"second\">", "</span>"},
     {"", ""},
     "\xe2\x86\x91",
     "\xe2\x86\x93",
     " \xc2\xb1 ",
     {"<sup>\xe2\x80\xa0</sup>", ""}},
    {{"", ""}, {"", ""}, {"", ""}, "\xe2\x86\x91", "\xe2\x86\x93", " \xc2\xb1 ", {"<sup>\xe2\x80\xa0</sup>", ""}}};

static const char *const MARK_STYLE[] = {".best { font-weight: bold }\n.second { text-decoration: underline }\n",
                                         ".best { color: blue }\n.second { color: red }\n", ""};

static void text(seg_string *out, const char *from)
{
    seg_inert_add(out, SEG_INERT_XML, from);
}

static void open_table(seg_string *out, size_t left, size_t columns)
{
    (void)left, (void)columns;
    seg_string_add(out, "<table>\n<thead>\n");
}

static void rule(seg_string *out, size_t left, size_t columns)
{
    (void)left, (void)columns;
    seg_string_add(out, "</thead>\n<tbody>\n");
}

static const seg_table_markup D = {.text = text,
                                   .number = text,
                                   .open = open_table,
                                   .rule = rule,
                                   .row = "<tr><td>",
                                   .between = "</td><td>",
                                   .row_end = "</td></tr>\n",
                                   .close = "</tbody>\n</table>\n",
                                   .mark_open = "<sup>",
                                   .mark_close = "</sup>",
                                   .note_end = "<br>\n"};

static void add_head(const seg_sheet *s, const seg_line *line, bool first, size_t heads, seg_string *out)
{
    seg_string_add(out, "<tr>");
    if (first)
        seg_string_printf(out, "<th%s></th>", heads > 1 ? " rowspan=\"2\"" : "");
    for (size_t j = 0, span; j < s->columns; j += span) {
        for (span = 1; j + span < s->columns && !line->cell[j + span];)
            span++;
        if (first)
            seg_string_printf(out, "<th colspan=\"%zu\">%s</th>", span, line->cell[j] ? line->cell[j] : "");
        else
            seg_string_printf(out, "<th>%s</th>", line->cell[j] ? line->cell[j] : "");
    }
    seg_string_add(out, "</tr>\n");
}

static void add_line(const seg_sheet *s, const seg_line *line, bool first, seg_string *out)
{
    if (line->new_block)
        seg_string_add(out, first ? "<tbody>\n" : "</tbody>\n<tbody>\n");
    if (line->kind == SEG_LINE_GROUP) {
        seg_string_printf(out, "<tr><th class=\"group\" colspan=\"%zu\">%s</th></tr>\n", s->columns + 1, line->stub);
        return;
    }
    seg_string_printf(out, "<tr><td>%s", line->stub);
    for (size_t j = 0; j < s->columns; j++)
        seg_string_printf(out, "</td><td>%s", line->cell[j] ? line->cell[j] : "");
    seg_string_add(out, "</td></tr>\n");
}

static seg_status add_part(const seg_table *table, const seg_sheet_part *part, seg_intern *notes, seg_string *out,
                           seg_error *err)
{
    seg_sheet s;
    size_t heads = 0;
    seg_status st = seg_sheet_make(&s, table, part, &D, &HTML[table->style.marking], notes, err);

    while (heads < s.n && s.line[heads].kind == SEG_LINE_HEAD)
        heads++;
    seg_string_add(out, "<thead>\n");
    for (size_t l = 0; l < heads; l++)
        add_head(&s, &s.line[l], l == 0, heads, out);
    seg_string_add(out, "</thead>\n");
    for (size_t l = heads; l < s.n; l++)
        add_line(&s, &s.line[l], l == heads, out);
    seg_string_add(out, s.n > heads ? "</tbody>\n" : "");
    seg_sheet_free(&s);
    return st;
}

static void add_sheet(const seg_text_table *sheet, seg_string *out)
{
    D.open(out, sheet->left, sheet->columns);
    for (size_t row = 0; row < sheet->n / sheet->columns; row++) {
        seg_markup_row(&D, sheet, row, out);
        if (!row)
            D.rule(out, sheet->left, sheet->columns);
    }
    seg_string_add(out, D.close);
}

static void add_paragraphs(const char *lines, seg_string *out)
{
    char *copy = lines ? seg_copy(lines, SIZE_MAX) : NULL;

    for (char *line = copy ? strtok(copy, "\n") : NULL; line; line = strtok(NULL, "\n")) {
        seg_string_add(out, "<p>");
        text(out, line);
        seg_string_add(out, "</p>\n");
    }
    out->failed |= lines && !copy;
    free(copy);
}

static seg_status add_findings(const seg_table *table, const seg_test_result *verdict, seg_string *out, seg_error *err)
{
    seg_statistics_text f = {0};
    seg_status st = seg_statistics_text_make(&f, table, verdict, &D, err);

    seg_string_printf(out, "<h2>%s</h2>\n", f.title.text ? f.title.text : "");
    add_paragraphs(f.sentences.text, out);
    if (!st)
        add_sheet(&f.rows, out);
    if (!st)
        add_sheet(&f.pairs, out);
    seg_statistics_text_free(&f);
    return st;
}

static void add_top(const seg_table *table, seg_string *out)
{
    const char *title = table->style.caption ? table->style.caption : "Comparison";

    seg_string_add(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>");
    text(out, title);
    seg_string_printf(
        out,
        "</title>\n<style>\nbody { font: 15px/1.4 sans-serif; margin: 2em; max-width: 80em }\n"
        "table { border-collapse: collapse; margin: 1em 0; border-top: 2px solid; border-bottom: 2px solid "
        "}\n"
        "th, td { padding: 0.15em 0.7em; text-align: right; font-variant-numeric: tabular-nums }\n"
        "td:first-child, th:first-child { text-align: left }\n"
        "thead { border-bottom: 1px solid }\ntbody + tbody { border-top: 1px solid }\n"
        "thead th { text-align: center }\nthead td { font-weight: bold }\n"
        "th.group { text-align: left; font-style: italic; font-weight: normal }\n"
        "caption { text-align: left; padding: 0.3em 0 }\n%s</style>\n</head>\n<body>\n",
        MARK_STYLE[table->style.marking]);
}

static void add_caption(const seg_table *table, seg_string *out)
{
    static const char *const BEST[] = {"bold", "blue", ""}, *const SECOND[] = {"underlined", "red", ""};
    seg_string legend = {0};

    seg_table_legend(table, BEST[table->style.marking], SECOND[table->style.marking], &legend);
    seg_string_add(out, "<caption>");
    text(out, table->style.caption ? table->style.caption : "");
    seg_string_add(out, table->style.caption ? "<br>" : "");
    text(out, legend.text ? legend.text : "");
    seg_string_add(out, table->tells_apart && legend.length ? "<br>" : "");
    seg_table_differences(table, &D, "\xe2\x80\xa0", out);
    seg_string_add(out, "</caption>\n");
    out->failed |= legend.failed;
    seg_string_free(&legend);
}

static void add_remarks(const seg_table *table, seg_string *out)
{
    seg_string said = {0};

    seg_table_remarks(table, &said);
    add_paragraphs(said.text, out);
    out->failed |= said.failed;
    seg_string_free(&said);
}

static seg_status write(const seg_table *table, seg_string *out, seg_error *err)
{
    seg_sheet_part part = {0, 0, table->style.transpose};
    seg_intern notes = {0};
    seg_status st = SEG_OK;

    add_top(table, out);
    while (!st && seg_sheet_next(&part, table, table->style.wrap == SEG_WRAP_METRIC)) {
        seg_string_add(out, "<table>\n");
        if (!part.from)
            add_caption(table, out);
        st = add_part(table, &part, &notes, out, err);
        seg_string_add(out, "</table>\n");
    }
    seg_string_add(out, notes.n ? "<p>\n" : "");
    seg_string_add(out, notes.n ? (seg_markup_notes(&D, &notes, out), "</p>\n") : "");
    add_remarks(table, out);
    for (size_t i = 0; i < table->n_verdicts && !st; i++)
        st = add_findings(table, &table->verdict[i], out, err);
    seg_string_add(out, "</body>\n</html>\n");
    seg_intern_free(&notes);
    return st;
}

static const char *const EXTENSIONS[] = {"html", "htm", NULL};

extern const seg_table_format seg_table_html;
const seg_table_format seg_table_html = {"html", EXTENSIONS, "one HTML page without scripts", true, write};
