/* sweep_table.c - the compact table of a sweep: a block for each grid, a row for each point, and a key. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "../report/cell.h"
#include "../report/text_table.h"
#include "sweep.h"

/* Columns behind the parameters. */
enum { VALUE, RATIO, TAU_DSC, TAU_HD95, BOUNDARY, SMALLEST, VOXELS, COUNT, COLUMNS };
static const char *const HEADS[COLUMNS] = {"loss",     "ratio",    "tau dsc", "tau hd95",
                                           "boundary", "smallest", "n_eff",   "n"};

/* A loss may be 1e-5 or 1e5; what is a share or a ratio is near 1. */
enum { LOSS_DIGITS = 5 };

static bool known(const seg_sweep_row *row, int column)
{
    const double x[] = {[VALUE] = row->value,
                        [RATIO] = row->ratio,
                        [TAU_DSC] = row->tau[SEG_SWEEP_DSC],
                        [TAU_HD95] = row->tau[SEG_SWEEP_HD95],
                        [BOUNDARY] = row->boundary,
                        [SMALLEST] = row->smallest,
                        [VOXELS] = row->voxels};

    return column < COUNT && !isnan(x[column]);
}

static void add_cell(seg_text_table *sheet, const seg_sweep_row *row, int column, const seg_report_style *style)
{
    const double x[] = {[VALUE] = row->value,
                        [RATIO] = row->ratio,
                        [TAU_DSC] = row->tau[SEG_SWEEP_DSC],
                        [TAU_HD95] = row->tau[SEG_SWEEP_HD95],
                        [BOUNDARY] = row->boundary,
                        [SMALLEST] = row->smallest,
                        [VOXELS] = row->voxels,
                        [COUNT] = (double)row->n};
    seg_report_style own = *style;
    char text[SEG_NUMBER_ROOM];

    if (column == VALUE && own.digits < 1)
        own.digits = LOSS_DIGITS;
    if (column == COUNT || (column == VOXELS && own.digits < 1 && !isnan(x[VOXELS]))) {
        snprintf(text, sizeof text, "%.*f", column == VOXELS && x[VOXELS] < 100 ? 1 : 0, x[column]);
        seg_text_table_add(sheet, text);
    } else {
        seg_text_table_add(sheet, seg_cell_rounded(text, x[column], &own));
    }
}

/* The columns that say something; the count of cases only where some are missing. */
static seg_status choose_columns(const seg_sweep *s, bool shown[COLUMNS], seg_error *err)
{
    seg_status st = SEG_OK;

    memset(shown, 0, COLUMNS * sizeof *shown);
    shown[VALUE] = true;
    for (size_t f = 0; f < s->families; f++)
        for (size_t i = 0; i < s->family[f].points && !st; i++) {
            seg_sweep_row row;

            st = seg_sweep_row_of(&row, s, s->family[f].item[i], s->family[f].preset, err);
            for (int c = 0; c < COLUMNS && !st; c++)
                shown[c] |= c == COUNT ? row.n < s->cases : known(&row, c);
        }
    return st;
}

static seg_status fill(seg_text_table *sheet, const seg_sweep *s, const seg_sweep_family *f, const bool shown[COLUMNS],
                       const seg_report_style *style, seg_error *err)
{
    seg_status st = SEG_OK;

    for (size_t a = 0; a < f->grid.axes; a++)
        seg_text_table_add(sheet, f->grid.axis[a].name);
    for (int c = 0; c < COLUMNS; c++)
        if (shown[c])
            seg_text_table_add(sheet, HEADS[c]);
    for (size_t i = 0; i < f->points && !st; i++) {
        seg_sweep_row row;

        st = seg_sweep_row_of(&row, s, f->item[i], f->preset, err);
        for (size_t a = 0; a < f->grid.axes && !st; a++)
            seg_text_table_add(sheet, f->grid.axis[a].text[seg_sweep_grid_at(&f->grid, s->zip, i, a)]);
        for (int c = 0; c < COLUMNS && !st; c++)
            if (shown[c])
                add_cell(sheet, &row, c, style);
    }
    if (!st && sheet->failed)
        st = seg_fail(err, SEG_MEMORY, "not enough memory for a table");
    return st;
}

static seg_status print_family(const seg_sweep *s, const seg_sweep_family *f, const bool shown[COLUMNS],
                               const seg_report_style *style, seg_string *out, seg_error *err)
{
    seg_text_table sheet = {.columns = f->grid.axes};
    seg_status st;

    for (int c = 0; c < COLUMNS; c++)
        sheet.columns += shown[c];
    seg_string_printf(out, "\n%s%s%s\n", style->colour ? "\033[1m" : "", f->grid.title, style->colour ? "\033[0m" : "");
    st = fill(&sheet, s, f, shown, style, err);
    if (!st)
        st = seg_text_table_print(&sheet, style->width, style->colour, out, err);
    seg_text_table_free(&sheet);
    return st;
}

/* "dsc 0.8064", "hd95 10.9 mm (1 infinite)": the mean over the cases in which it is finite. */
static void print_metric(const seg_sweep *s, int metric, const char *before, const seg_report_style *style,
                         seg_string *out)
{
    static const char *const names[SEG_SWEEP_METRICS] = {"dsc", "hd95"};
    char number[SEG_NUMBER_ROOM];
    double sum = 0;
    size_t n = 0, infinite = 0;

    for (size_t c = 0; c < s->cases; c++) {
        double x = s->metric[c * SEG_SWEEP_METRICS + (size_t)metric];

        sum += isfinite(x) ? x : 0;
        n += isfinite(x);
        infinite += isinf(x) != 0;
    }
    if (!n && !infinite)
        return;
    seg_string_printf(out, "%s%s %s", before, names[metric],
                      seg_cell_rounded(number, n ? sum / (double)n : HUGE_VAL, style));
    if (metric == SEG_SWEEP_HD95 && s->unit)
        seg_string_printf(out, " %s", s->unit);
    if (n && infinite)
        seg_string_printf(out, " (%zu infinite)", infinite);
}

static void print_cases(const seg_sweep *s, const seg_report_style *style, seg_string *out)
{
    seg_string_printf(out, "%zu case%s", s->cases, s->cases == 1 ? "" : "s");
    if (s->failed)
        seg_string_printf(out, " (%zu more failed)", s->failed);
    print_metric(s, SEG_SWEEP_DSC, s->cases == 1 ? ": " : ": mean ", style, out);
    print_metric(s, SEG_SWEEP_HD95, ", ", style, out);
    seg_string_add(out, "\n");
}

/* What the columns that are there mean. */
static void print_key(const seg_sweep *s, const bool shown[COLUMNS], seg_string *out)
{
    const char *by = s->gradient == SEG_SWEEP_LOGIT ? "gradient by the logits" : "gradient by the probabilities";

    seg_string_add(out, "\n");
    if (s->cases > 1)
        seg_string_add(out, "loss      mean over the cases; of different parameters not one scale\n");
    if (shown[RATIO])
        seg_string_add(out, "ratio     loss divided by the loss with the swept parameters at their defaults\n");
    if (shown[TAU_DSC] || shown[TAU_HD95])
        seg_string_add(out, "tau       Kendall's tau-b of loss and metric over the cases: -1 with dsc, 1 with hd95 is "
                            "full agreement\n");
    if (shown[BOUNDARY])
        seg_string_printf(out, "boundary  share of the %s on voxels that touch another class in the truth\n", by);
    if (shown[SMALLEST])
        seg_string_add(out, "smallest  its share on the smallest connected part of a foreground class of the truth\n");
    if (shown[VOXELS])
        seg_string_add(out, "n_eff     voxels it would be spread over if all weighed alike, (sum |g|)^2 / sum g^2\n");
    if (shown[COUNT])
        seg_string_add(out, "n         cases in which the loss is defined\n");
}

seg_status seg_sweep_table(void *sweep, const seg_report_style *style, seg_string *out, seg_error *err)
{
    const seg_sweep *s = sweep;
    bool shown[COLUMNS];
    seg_status st = choose_columns(s, shown, err);

    print_cases(s, style, out);
    for (size_t f = 0; f < s->families && !st; f++)
        st = print_family(s, &s->family[f], shown, style, out, err);
    if (!st && s->cases)
        print_key(s, shown, out);
    return st;
}
