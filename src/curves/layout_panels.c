/* layout_panels.c - the survey's figure: a panel per object with every loss, masks below; and one row per level. */
#include <math.h>
#include <stdlib.h>

#include "../base/memory.h"
#include "layout.h"

/* Points: room for tick labels and the label of the y axis, the right margin, and between panels. */
static const double LEFT = 27, RIGHT = 5, BETWEEN = 12;

/* The panels of one row share their losses; `first` is the first regime of the row. */
struct row {
    const size_t *list;
    size_t n;
    const seg_line_styles *styles;
    size_t first, columns;
    double left, width, height; /* of all panels together, of one in height */
    bool thumbnails, titles;
};

static const char *y_title(const seg_curves *c)
{
    static const char *const titles[] = {"loss, scaled to its range", "loss / largest", "loss"};

    return titles[c->scale];
}

static void draw_titles(seg_svg *svg, const seg_experiment *regime, double left, double base)
{
    const seg_font bold = {.size = SEG_TITLE, .colour = seg_ink, .bold = true};
    const seg_font plain = {.size = SEG_SMALL, .colour = seg_grey};
    char text[128];

    seg_experiment_title(regime, text, sizeof text);
    seg_svg_text(svg, left, base, &bold, "%s", text);
    seg_experiment_subtitle(regime, text, sizeof text);
    seg_svg_text(svg, left, base + 1.3 * SEG_SMALL, &plain, "%s", text);
}

static double panel_width(const struct row *row)
{
    return (row->width - BETWEEN * (double)(row->columns - 1)) / (double)row->columns;
}

static seg_status draw_panel(seg_canvas *canvas, const struct row *row, size_t column, double top, seg_error *err)
{
    const seg_curves *c = canvas->curves;
    const size_t regime = row->first + column;
    const double wide = panel_width(row), left = row->left + (wide + BETWEEN) * (double)column;
    const bool own_scale = c->scale == SEG_SCALE_NONE;
    double x[2], y[2];
    char title[96];
    seg_panel panel;
    seg_status st = seg_range_of_y(c, regime, row->list, row->n, y, err);

    if (st)
        return st;
    seg_range_of_x(c, regime, x);
    seg_curves_x_title(c, c->x, title, sizeof title);
    panel = seg_panel_make(left + (own_scale && column ? 14 : 0), top, wide - (own_scale && column ? 14 : 0),
                           row->height, x, y, 2.5, SEG_SMALL);
    seg_panel_axes(canvas->svg, &panel, &(seg_axis){title, wide < 120 ? 4 : 6, true, false},
                   &(seg_axis){column ? NULL : y_title(c), 5, !column || own_scale, true});
    return seg_draw_lines(canvas, &panel, regime, row->list, row->n, row->styles, err);
}

/* Draws a row of panels with titles above and masks below; canvas->y moves past it. */
static seg_status draw_row(seg_canvas *canvas, const struct row *row, seg_error *err)
{
    const double wide = panel_width(row);
    double top = canvas->y, tallest = 0;
    seg_status st = SEG_OK;

    if (row->titles)
        top += SEG_TITLE + 1.3 * SEG_SMALL + 5;
    for (size_t column = 0; !st && column < row->columns; column++) {
        const double left = row->left + (wide + BETWEEN) * (double)column;
        double height = 0;

        if (row->titles)
            draw_titles(canvas->svg, &canvas->curves->regime[row->first + column], left, canvas->y + SEG_TITLE);
        st = draw_panel(canvas, row, column, top, err);
        if (!st && row->thumbnails)
            st = seg_draw_thumbnails(canvas, row->first + column, left, top + row->height + 3.6 * SEG_SMALL, wide,
                                     &height, err);
        tallest = fmax(tallest, height);
    }
    canvas->y = top + row->height + 3.2 * SEG_SMALL + (row->thumbnails ? tallest + 4 : 0);
    return st;
}

static seg_status legend_of(const seg_curves *c, const size_t *list, size_t n, const seg_line_styles *styles,
                            seg_legend_entry **entry, seg_error *err)
{
    seg_status st = seg_alloc(entry, n, sizeof **entry, "a legend", err);

    for (size_t i = 0; !st && i < n; i++)
        (*entry)[i] = (seg_legend_entry){c->loss[list[i]].label, styles->stroke[i]};
    return st;
}

seg_status seg_layout_panels(seg_canvas *canvas, seg_error *err)
{
    const seg_curves *c = canvas->curves;
    /* Four stand two by two; a last row that is not full keeps the width of the others. */
    const size_t most = canvas->width > 400 && c->regimes != 4 ? 3 : 2, fit = c->regimes < most ? c->regimes : most;
    const double all = canvas->width - LEFT - RIGHT, one = (all - BETWEEN * (double)(fit - 1)) / (double)fit;
    seg_line_styles styles = {0};
    seg_legend_entry *entry = NULL;
    size_t *list = NULL, n = 0;
    seg_status st = seg_alloc(&list, c->losses, sizeof *list, "losses", err);

    if (!st) {
        n = seg_losses_drawn(c, SEG_LEVELS, list);
        st = seg_line_styles_make(&styles, c, list, n, err);
    }
    for (size_t first = 0; !st && first < c->regimes; first += fit) {
        struct row row = {list, n,   &styles, first, c->regimes - first < fit ? c->regimes - first : fit,
                          LEFT, all, 0,       true,  true};

        row.width = one * (double)row.columns + BETWEEN * (double)(row.columns - 1);
        canvas->y += first ? 8 : 0;
        row.height = fmin(0.8 * panel_width(&row), 0.45 * canvas->width);
        st = draw_row(canvas, &row, err);
    }
    if (!st) {
        seg_draw_thumbnail_key(canvas->svg, LEFT, canvas->y + SEG_SMALL, canvas->width - LEFT - RIGHT);
        canvas->y += 2.2 * SEG_SMALL;
        st = legend_of(c, list, n, &styles, &entry, err);
    }
    if (!st)
        canvas->y += seg_legend(canvas->svg, 6, canvas->y, canvas->width - 10, SEG_SMALL, entry, n);
    free(entry);
    free(list);
    seg_line_styles_free(&styles);
    return st;
}

/* Losses whose lines are exactly one: their names are joined, "Dice = Wasserstein Dice", and one line is drawn. */
static seg_status merge_same(const seg_curves *c, size_t *list, size_t *n, seg_line_styles *styles, seg_string *label,
                             seg_error *err)
{
    size_t kept = 0;
    seg_status st = seg_line_styles_make(styles, c, list, *n, err);

    for (size_t i = 0; !st && i < *n; i++) {
        if (styles->same[i] != i)
            continue;
        seg_string_add(&label[kept], c->loss[list[i]].label);
        for (size_t j = i + 1; j < *n; j++)
            if (styles->same[j] == i)
                seg_string_printf(&label[kept], " = %s", c->loss[list[j]].label);
        list[kept++] = list[i];
    }
    *n = kept;
    seg_line_styles_free(styles);
    return st ? st : seg_line_styles_make(styles, c, list, kept, err);
}

/* The legend stands on the right when there is room, else below. */
static seg_status draw_level(seg_canvas *canvas, seg_level level, size_t *list, size_t n, seg_string *label,
                             seg_error *err)
{
    const seg_curves *c = canvas->curves;
    const bool beside = canvas->width > 400;
    const double legend_width = beside ? 150 : canvas->width - 10, top = canvas->y;
    const seg_font bold = {.size = SEG_TITLE, .colour = seg_level_colours[level], .bold = true};
    struct row row = {
        list, n,     NULL, 0, c->regimes, LEFT, canvas->width - LEFT - RIGHT - (beside ? legend_width + 8 : 0),
        0,    false, true};
    seg_line_styles styles = {0};
    seg_legend_entry *entry = NULL;
    seg_status st = merge_same(c, list, &n, &styles, label, err);

    row.n = n;
    row.styles = &styles;
    row.height = fmin(0.72 * panel_width(&row), 0.3 * canvas->width);
    seg_svg_text(canvas->svg, LEFT, canvas->y + SEG_TITLE, &bold, "%c%s level", seg_level_names[level][0] - 32,
                 seg_level_names[level] + 1);
    canvas->y += 1.5 * SEG_TITLE;
    if (!st)
        st = draw_row(canvas, &row, err);
    if (!st)
        st = seg_alloc(&entry, n, sizeof *entry, "a legend", err);
    for (size_t i = 0; !st && i < n; i++)
        entry[i] = (seg_legend_entry){label[i].text, styles.stroke[i]};
    if (!st && beside)
        seg_legend(canvas->svg, canvas->width - RIGHT - legend_width, top + 3.2 * SEG_TITLE, 1, SEG_SMALL, entry, n);
    else if (!st)
        canvas->y += seg_legend(canvas->svg, 6, canvas->y, legend_width, SEG_SMALL, entry, n) + 4;
    free(entry);
    seg_line_styles_free(&styles);
    return st;
}

seg_status seg_layout_category(seg_canvas *canvas, seg_error *err)
{
    const seg_curves *c = canvas->curves;
    size_t *list = NULL;
    seg_status st = seg_alloc(&list, c->losses, sizeof *list, "losses", err);

    for (seg_level level = 0; !st && level < SEG_LEVELS; level++) {
        seg_string *label = NULL;
        size_t n = seg_losses_drawn(c, level, list);

        if (!n)
            continue;
        st = seg_alloc(&label, n, sizeof *label, "labels", err);
        if (!st)
            st = draw_level(canvas, level, list, n, label, err);
        for (size_t i = 0; label && i < n; i++)
            seg_string_free(&label[i]);
        free(label);
        canvas->y += 6;
    }
    free(list);
    return st;
}
