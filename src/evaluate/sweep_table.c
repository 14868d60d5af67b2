/* sweep_table.c - the compact table of a sweep: a block for each grid, a row for each point, and a key. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "../report/cell.h"
#include "../report/text_table.h"
#include "sweep.h"

/* Columns behind the parameters: the taus stand between RATIO and BOUNDARY, one for each metric. */
enum { VALUE, RATIO, BOUNDARY, SMALLEST, VOXELS, COUNT, COLUMNS };
static const char *const HEADS[COLUMNS] = {"loss", "ratio", "boundary", "smallest", "n_eff", "n"};

/* A loss may be 1e-5 or 1e5; what is a share or a ratio is near 1. */
enum { LOSS_DIGITS = 5 };

/* Which columns say something. */
typedef struct {
    bool column[COLUMNS], tau[SEG_SWEEP_METRICS];
} shown;

static double number_of(const seg_sweep_row *row, int column)
{
    const double x[COLUMNS] = {row->value, row->ratio, row->boundary, row->smallest, row->voxels, (double)row->n};

    return x[column];
}

static void add_cell(seg_text_table *sheet, const seg_sweep_row *row, int column, const seg_table_markup *dialect,
                     const seg_report_style *style)
{
    double x = number_of(row, column);
    seg_report_style own = *style;
    char text[SEG_NUMBER_ROOM];
    seg_string cell = {0};

    if (column == VALUE && own.digits < 1)
        own.digits = LOSS_DIGITS;
    if (column == COUNT || (column == VOXELS && own.digits < 1 && !isnan(x)))
        snprintf(text, sizeof text, "%.*f", column == VOXELS && x < 100 ? 1 : 0, x);
    dialect->number(&cell, column == COUNT || (column == VOXELS && own.digits < 1 && !isnan(x))
                               ? text
                               : seg_cell_rounded(text, x, &own));
    seg_text_table_add(sheet, cell.text ? cell.text : "");
    sheet->failed |= cell.failed;
    seg_string_free(&cell);
}

static void add_number(seg_text_table *sheet, double x, const seg_table_markup *dialect, const seg_report_style *style)
{
    char text[SEG_NUMBER_ROOM];
    seg_string cell = {0};

    dialect->number(&cell, seg_cell_rounded(text, x, style));
    seg_text_table_add(sheet, cell.text ? cell.text : "");
    sheet->failed |= cell.failed;
    seg_string_free(&cell);
}

static void add_text(seg_text_table *sheet, const char *text, const seg_table_markup *dialect)
{
    seg_string cell = {0};

    dialect->text(&cell, text);
    seg_text_table_add(sheet, cell.text ? cell.text : "");
    sheet->failed |= cell.failed;
    seg_string_free(&cell);
}

/* The columns that say something; the count of cases only where some are missing. */
static seg_status choose_columns(const seg_sweep *s, shown *show, seg_error *err)
{
    seg_status st = SEG_OK;

    *show = (shown){.column[VALUE] = true};
    for (size_t f = 0; f < s->families; f++)
        for (size_t i = 0; i < s->family[f].points && !st; i++) {
            seg_sweep_row row;

            st = seg_sweep_row_of(&row, s, &s->family[f], i, err);
            for (int c = 0; c < COUNT && !st; c++)
                show->column[c] |= !isnan(number_of(&row, c));
            show->column[COUNT] |= !st && row.n < s->cases;
            for (size_t m = 0; m < s->metrics && !st; m++)
                show->tau[m] |= !isnan(row.tau[m]);
        }
    return st;
}

static void add_heads(seg_text_table *sheet, const seg_sweep *s, const seg_sweep_family *f, const shown *show,
                      const seg_table_markup *dialect)
{
    for (size_t a = 0; a < f->grid.axes; a++)
        add_text(sheet, f->grid.axis[a].name, dialect);
    for (int c = 0; c < COLUMNS; c++) {
        for (size_t m = 0; m < s->metrics && c == BOUNDARY; m++) {
            char head[128];

            snprintf(head, sizeof head, "tau %s", s->metric_name[m]);
            if (show->tau[m])
                add_text(sheet, head, dialect);
        }
        if (show->column[c])
            add_text(sheet, HEADS[c], dialect);
    }
}

static void add_point(seg_text_table *sheet, const seg_sweep *s, const seg_sweep_family *f, size_t i,
                      const seg_sweep_row *row, const shown *show, const seg_table_markup *dialect,
                      const seg_report_style *style)
{
    for (size_t a = 0; a < f->grid.axes; a++)
        add_text(sheet, f->grid.axis[a].text[seg_sweep_grid_at(&f->grid, s->zip, i, a)], dialect);
    for (int c = 0; c < COLUMNS; c++) {
        for (size_t m = 0; m < s->metrics && c == BOUNDARY; m++) {
            if (show->tau[m])
                add_number(sheet, row->tau[m], dialect, style);
        }
        if (show->column[c])
            add_cell(sheet, row, c, dialect, style);
    }
}

static seg_status fill(seg_text_table *sheet, const seg_sweep *s, const seg_sweep_family *f, const shown *show,
                       const seg_table_markup *dialect, const seg_report_style *style, seg_error *err)
{
    seg_status st = SEG_OK;

    add_heads(sheet, s, f, show, dialect);
    for (size_t i = 0; i < f->points && !st; i++) {
        seg_sweep_row row;

        st = seg_sweep_row_of(&row, s, f, i, err);
        if (!st)
            add_point(sheet, s, f, i, &row, show, dialect, style);
    }
    if (!st && sheet->failed)
        st = seg_fail(err, SEG_MEMORY, "not enough memory for a table");
    return st;
}

static void print_framed(const seg_text_table *sheet, const seg_table_markup *dialect, seg_string *out)
{
    dialect->open(out, sheet->left, sheet->columns);
    for (size_t row = 0; row < sheet->n / sheet->columns; row++) {
        seg_markup_row(dialect, sheet, row, out);
        if (!row)
            dialect->rule(out, sheet->left, sheet->columns);
    }
    seg_string_add(out, dialect->close);
}

static seg_status print_family(const seg_sweep *s, const seg_sweep_family *f, const shown *show,
                               const seg_report_style *style, const seg_table_markup *dialect, seg_string *out,
                               seg_error *err)
{
    seg_text_table sheet = {.columns = f->grid.axes};
    bool plain = dialect == &seg_markup_plain;
    seg_status st;

    for (int c = 0; c < COLUMNS; c++)
        sheet.columns += show->column[c];
    for (size_t m = 0; m < s->metrics; m++)
        sheet.columns += show->tau[m];
    seg_string_printf(out, "\n%s", style->colour ? "\033[1m" : "");
    dialect->text(out, f->grid.title);
    seg_string_printf(out, "%s\n%s", style->colour ? "\033[0m" : "", plain ? "" : "\n");
    st = fill(&sheet, s, f, show, dialect, style, err);
    if (!st && plain)
        st = seg_text_table_print(&sheet, style->width, style->colour, out, err);
    else if (!st)
        print_framed(&sheet, dialect, out);
    seg_text_table_free(&sheet);
    return st;
}

/* "dsc 0.8064", "hd95 10.9 mm (1 infinite)": the mean over the cases in which it is finite. */
static void print_metric(const seg_sweep *s, size_t metric, const char *before, const seg_report_style *style,
                         seg_string *out)
{
    char number[SEG_NUMBER_ROOM];
    double sum = 0;
    size_t n = 0, infinite = 0;

    for (size_t c = 0; c < s->cases; c++) {
        double x = s->metric[c * SEG_SWEEP_METRICS + metric];

        sum += isfinite(x) ? x : 0;
        n += isfinite(x);
        infinite += isinf(x) != 0;
    }
    if (!n && !infinite)
        return;
    seg_string_printf(out, "%s%s %s", before, s->metric_name[metric],
                      seg_cell_rounded(number, n ? sum / (double)n : HUGE_VAL, style));
    if (*s->unit[metric])
        seg_string_printf(out, " %s", s->unit[metric]);
    if (n && infinite)
        seg_string_printf(out, " (%zu infinite)", infinite);
}

static void print_cases(const seg_sweep *s, const seg_report_style *style, const seg_table_markup *dialect,
                        seg_string *out)
{
    seg_string line = {0};

    seg_string_printf(&line, "%zu case%s", s->cases, s->cases == 1 ? "" : "s");
    if (s->failed)
        seg_string_printf(&line, " (%zu more failed)", s->failed);
    for (size_t m = 0; m < s->metrics; m++)
        print_metric(s, m, m ? ", " : s->cases == 1 ? ": " : ": mean ", style, &line);
    dialect->text(out, line.text ? line.text : "");
    seg_string_add(out, "\n");
    out->failed |= line.failed;
    seg_string_free(&line);
}

/* What the columns that are there mean. */
static void print_key(const seg_sweep *s, const shown *show, seg_string *out)
{
    const char *by = s->gradient == SEG_SWEEP_LOGIT ? "gradient by the logits" : "gradient by the probabilities";
    bool tau = false;

    for (size_t m = 0; m < s->metrics; m++)
        tau |= show->tau[m];
    seg_string_add(out, "\n");
    if (s->cases > 1)
        seg_string_add(out, "loss      mean over the cases; of different parameters not one scale\n");
    if (show->column[RATIO])
        seg_string_add(out, "ratio     loss divided by the loss with the swept parameters at their defaults\n");
    if (tau)
        seg_string_add(out, "tau       Kendall's tau-b of loss and metric over the cases: -1 with dsc, 1 with hd95 is "
                            "full agreement\n");
    if (show->column[BOUNDARY])
        seg_string_printf(out, "boundary  share of the %s on voxels that touch another class in the truth\n", by);
    if (show->column[SMALLEST])
        seg_string_add(out, "smallest  its share on the smallest connected part of a foreground class of the truth\n");
    if (show->column[VOXELS])
        seg_string_add(out, "n_eff     voxels it would be spread over if all weighed alike, (sum |g|)^2 / sum g^2\n");
    if (show->column[COUNT])
        seg_string_add(out, "n         cases in which the loss is defined\n");
}

seg_status seg_sweep_table(void *sweep, const seg_report_style *style, const seg_table_markup *dialect, seg_string *out,
                           seg_error *err)
{
    const seg_sweep *s = sweep;
    shown show;
    seg_status st = choose_columns(s, &show, err);

    print_cases(s, style, dialect, out);
    for (size_t f = 0; f < s->families && !st; f++)
        st = print_family(s, &s->family[f], &show, style, dialect, out, err);
    if (!st && s->cases && dialect == &seg_markup_plain)
        print_key(s, &show, out);
    return st;
}
