/* case_tables.c - fills tables of texts from rows and from summaries. */
#include "case_tables.h"

#include "cell.h"
#include "layout.h"

/* Adds a cell from the text under work and empties it. */
static void finish(seg_text_table *sheet, seg_string *cell)
{
    sheet->failed |= cell->failed;
    seg_text_table_add(sheet, cell->text ? cell->text : "");
    cell->length = 0;
    if (cell->text)
        *cell->text = '\0';
}

static void add_text(seg_text_table *sheet, const seg_table_markup *dialect, const char *text, seg_string *cell)
{
    dialect->text(cell, text);
    finish(sheet, cell);
}

static void add_number(seg_text_table *sheet, const seg_table_markup *dialect, const seg_report_style *style, double x,
                       seg_string *cell)
{
    char number[SEG_NUMBER_ROOM];

    dialect->number(cell, seg_cell_rounded(number, x, style));
    finish(sheet, cell);
}

static void add_head(seg_text_table *sheet, const seg_layout *layout, bool named, const seg_table_markup *dialect,
                     seg_string *cell)
{
    seg_string name = {0};

    if (named)
        seg_text_table_add(sheet, "case");
    seg_text_table_add(sheet, "class");
    for (size_t j = 0; j < layout->columns; j++) {
        const seg_row *row = layout->column[j];

        name.length = 0;
        seg_cell_measure(&name, row->measure, row->params, row->unit);
        sheet->failed |= name.failed;
        add_text(sheet, dialect, name.text ? name.text : "", cell);
    }
    seg_string_free(&name);
}

static void add_value(seg_text_table *sheet, const seg_row *row, const seg_table_markup *dialect,
                      const seg_report_style *style, seg_intern *notes, seg_string *cell)
{
    char number[SEG_NUMBER_ROOM];
    size_t note;

    if (row) {
        dialect->number(cell, seg_cell_rounded(number, row->value, style));
        note = seg_row_noted(row) ? seg_intern_number(notes, row->status) : 0;
        sheet->failed |= seg_row_noted(row) && !note;
        if (note)
            seg_markup_mark(dialect, note, cell);
    }
    finish(sheet, cell);
}

static void add_lines(seg_text_table *sheet, const seg_case *c, const seg_layout *layout, bool named,
                      const seg_table_markup *dialect, const seg_report_style *style, seg_intern *notes,
                      seg_string *cell)
{
    seg_string name = {0};

    for (size_t i = 0; i < layout->lines; i++) {
        if (named)
            add_text(sheet, dialect, c->name, cell);
        name.length = 0;
        seg_layout_line_name(&name, c, &layout->line[i]);
        sheet->failed |= name.failed;
        add_text(sheet, dialect, name.text ? name.text : "", cell);
        for (size_t j = 0; j < layout->columns; j++)
            add_value(sheet, layout->cell[i * layout->columns + j], dialect, style, notes, cell);
    }
    seg_string_free(&name);
}

seg_status seg_case_table(seg_text_table *sheet, const seg_case *c, bool named, const seg_table_markup *dialect,
                          const seg_report_style *style, seg_intern *notes, seg_error *err)
{
    seg_layout layout = {0};
    seg_string cell = {0};
    seg_status st = seg_layout_make(&layout, c, err);

    *sheet = (seg_text_table){.columns = layout.columns + 1 + named, .left = 1 + (size_t)named};
    if (!st) {
        add_head(sheet, &layout, named, dialect, &cell);
        add_lines(sheet, c, &layout, named, dialect, style, notes, &cell);
    }
    if (!st && sheet->failed)
        st = seg_fail(err, SEG_MEMORY, "not enough memory for a table");
    seg_string_free(&cell);
    seg_layout_free(&layout);
    return st;
}

/* The column stands only where something was imputed. */
static bool any_imputed(const seg_summary *summary)
{
    for (size_t i = 0; i < summary->n; i++) {
        if (summary->entry[i].imputed)
            return true;
    }
    return false;
}

static void add_entry(seg_text_table *sheet, const seg_summary_key *key, const seg_summary_numbers *m, bool imputed,
                      const seg_table_markup *dialect, const seg_report_style *style, seg_string *cell)
{
    const double numbers[] = {m->mean, m->sd, m->median, m->q1, m->q3, m->min, m->max};
    const size_t counts[] = {m->n, m->undefined, m->infinite};
    seg_string name = {0};

    seg_cell_measure(&name, key->measure, key->params, key->unit);
    add_text(sheet, dialect, name.text ? name.text : "", cell);
    name.length = 0;
    if (key->aggregate)
        seg_string_add(&name, "all");
    else
        seg_cell_class(&name, key->cls, key->label);
    add_text(sheet, dialect, name.text ? name.text : "", cell);
    for (int i = 0; i < 3; i++) {
        seg_string_printf(cell, "%zu", counts[i]);
        finish(sheet, cell);
    }
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        add_number(sheet, dialect, style, numbers[i], cell);
    if (imputed) {
        seg_string_printf(cell, "%zu", m->imputed);
        finish(sheet, cell);
    }
    sheet->failed |= name.failed;
    seg_string_free(&name);
}

seg_status seg_summary_table(seg_text_table *sheet, const seg_summary *summary, const seg_table_markup *dialect,
                             const seg_report_style *style, seg_error *err)
{
    static const char *const HEAD[] = {"measure", "class", "n",  "undefined", "infinite", "mean",   "sd",
                                       "median",  "q1",    "q3", "min",       "max",      "imputed"};
    bool imputed = any_imputed(summary);
    seg_string cell = {0};
    seg_status st = SEG_OK;
    seg_summary_numbers moments;

    *sheet = (seg_text_table){.columns = sizeof HEAD / sizeof *HEAD - !imputed, .left = 2};
    for (size_t j = 0; j < sheet->columns; j++)
        seg_text_table_add(sheet, HEAD[j]);
    for (size_t i = 0; i < summary->n && !st; i++) {
        st = seg_summary_moments(&moments, &summary->entry[i], err);
        if (!st)
            add_entry(sheet, &summary->entry[i].key, &moments, imputed, dialect, style, &cell);
    }
    if (!st && sheet->failed)
        st = seg_fail(err, SEG_MEMORY, "not enough memory for a table");
    seg_string_free(&cell);
    return st;
}
