/* layout_grid.c - one small panel per loss with all objects overlaid: so no colours are needed to distinguish the losses. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "layout.h"

/* Points. */
static const double LEFT = 20, RIGHT = 5, BETWEEN = 9, NARROWEST = 64;

struct cell {
    size_t loss;
    double left, top, width, height;
    bool first_column, last_row;
};

/* The first object is wide and grey below the second, which is thin and black; further ones are coloured. */
static seg_stroke stroke_of(size_t regime)
{
    static const struct {
        const char *colour;
        double width;
    } strokes[] = {{"#B4B4B4", 2.2}, {"#000000", 0.8}, {"#0072B2", 0.8},
                   {"#D55E00", 0.8}, {"#009E73", 0.8}, {"#CC79A7", 0.8}};
    const size_t n = sizeof strokes / sizeof *strokes;

    return (seg_stroke){strokes[regime % n].colour, strokes[regime % n].width, regime < n ? "" : "3 2"};
}

/* x as a share of its range, so that objects of any size share an axis. */
static seg_status line_in_cell(const seg_curves *c, size_t loss, size_t regime, size_t seed, double *x, double *y,
                               size_t *n, seg_error *err)
{
    double range[2];
    seg_status st = seg_curves_line(c, loss, regime, seed, c->x, x, y, n, err);

    if (st || !*n)
        return st;
    range[0] = x[0];
    range[1] = x[*n - 1];
    for (size_t i = 0; i < *n; i++)
        x[i] = range[1] > range[0] ? (x[i] - range[0]) / (range[1] - range[0]) : 0;
    return SEG_OK;
}

enum { BAND = 33 }; /* places where the spread over seeds is measured */

static double value_at(const double *x, const double *y, size_t n, double at)
{
    for (size_t i = 1; i < n; i++)
        if (x[i] >= at)
            return y[i - 1] + (y[i] - y[i - 1]) * (at - x[i - 1]) / (x[i] - x[i - 1]);
    return n ? y[n - 1] : NAN;
}

/* The spread of a thin black curve, in a colour that shows beside the grey one. */
static const char SPREAD[] = "#56B4E9";

/* Mean +- standard deviation over the seeds, as a pale band. */
static seg_status draw_band(seg_svg *svg, const seg_curves *c, const seg_panel *panel, size_t loss, size_t regime,
                            double *x, double *y, seg_error *err)
{
    double sum[BAND] = {0}, squares[BAND] = {0};
    seg_point shape[2 * BAND];
    seg_status st = SEG_OK;

    for (size_t seed = 0; !st && seed < c->seeds; seed++) {
        size_t n;

        st = line_in_cell(c, loss, regime, seed, x, y, &n, err);
        for (int i = 0; !st && i < BAND; i++) {
            double v = value_at(x, y, n, (double)i / (BAND - 1));

            sum[i] += v;
            squares[i] += v * v;
        }
    }
    for (int i = 0; i < BAND; i++) {
        double mean = sum[i] / (double)c->seeds, sd = sqrt(fmax(0, squares[i] / (double)c->seeds - mean * mean));
        double at = seg_scale_at(&panel->x, (double)i / (BAND - 1));

        shape[i] = (seg_point){at, seg_scale_at(&panel->y, fmin(mean + sd, panel->y.to))};
        shape[2 * BAND - 1 - i] = (seg_point){at, seg_scale_at(&panel->y, fmax(mean - sd, panel->y.from))};
    }
    if (!st)
        seg_svg_area(svg, shape, 2 * BAND, regime ? SPREAD : stroke_of(regime).colour, 0.35);
    return st;
}

static seg_status draw_curves(seg_canvas *canvas, const seg_panel *panel, size_t loss, seg_error *err)
{
    const seg_curves *c = canvas->curves;
    double *x = NULL, *y = NULL;
    seg_status st = seg_alloc(&x, c->points, sizeof *x, "a curve", err);

    if (!st)
        st = seg_alloc(&y, c->points, sizeof *y, "a curve", err);
    for (size_t regime = 0; !st && regime < c->regimes; regime++) {
        const seg_stroke stroke = stroke_of(regime);
        seg_string tip = {0};
        size_t n;

        if (seg_curves_skipped(c, loss, regime))
            continue;
        if (c->seeds > 1)
            st = draw_band(canvas->svg, c, panel, loss, regime, x, y, err);
        if (!st)
            st = line_in_cell(c, loss, regime, 0, x, y, &n, err);
        seg_string_printf(&tip, "%s, %s: ", c->loss[loss].label, c->regime[regime].scene.name);
        seg_score_text(c, loss, regime, &tip);
        if (!st)
            st = seg_panel_curve(canvas->svg, panel, x, y, n, &stroke, tip.text, err);
        canvas->svg->body.failed = canvas->svg->body.failed || tip.failed;
        seg_string_free(&tip);
    }
    free(x);
    free(y);
    return st;
}

static void add_number(const seg_curves *c, size_t loss, size_t regime, seg_trend_statistic measure, seg_string *out)
{
    const double x = seg_curves_scores(c, loss, regime)[c->x].mean[measure];

    if (isnan(x))
        seg_string_add(out, "–");
    else
        seg_string_printf(out, "%.2f", x + 0.0);
}

/* "0.97 | 0.80": a measure for both objects; of more than two the first and the last, "0.97 … 0.68". */
static void numbers(const seg_curves *c, size_t loss, seg_trend_statistic measure, const char *sign, seg_string *out)
{
    seg_string_printf(out, "%s ", sign);
    add_number(c, loss, 0, measure, out);
    if (c->regimes > 1) {
        seg_string_add(out, c->regimes > 2 ? " … " : " | ");
        add_number(c, loss, c->regimes - 1, measure, out);
    }
}

/* Number of curve points in the corner where a box of the panel's share `wide` x `high` would stand. */
static seg_status crowding(const seg_curves *c, size_t loss, const seg_panel *p, double wide, double high, bool top,
                           size_t *points, seg_error *err)
{
    double *x = NULL, *y = NULL;
    seg_status st = seg_alloc(&x, c->points, sizeof *x, "a curve", err);

    if (!st)
        st = seg_alloc(&y, c->points, sizeof *y, "a curve", err);
    *points = 0;
    for (size_t regime = 0; !st && regime < c->regimes; regime++) {
        size_t n = 0;

        st = line_in_cell(c, loss, regime, 0, x, y, &n, err);
        for (int i = 0; n && i <= 4 * BAND; i++) {
            const double at = (double)i / (4 * BAND), v = value_at(x, y, n, at);
            const double up = (v - p->y.from) / (p->y.to - p->y.from);

            *points += top ? at < wide && up > 1 - high : at > 1 - wide && up < high;
        }
    }
    free(x);
    free(y);
    return st;
}

/* The numbers stand below right, or above left when the curves leave more room there. */
static seg_status draw_numbers(seg_svg *svg, const seg_curves *c, size_t loss, const seg_panel *p, seg_error *err)
{
    seg_font font = {.size = SEG_SMALL, .colour = "#444444"};
    const double leading = 1.2 * SEG_SMALL;
    seg_string tau = {0}, drawdown = {0};
    size_t below = 0, above = 0;
    seg_status st = SEG_OK;

    numbers(c, loss, SEG_TAU, "τ", &tau);
    numbers(c, loss, SEG_DRAWDOWN, "↓", &drawdown);
    if (tau.text && drawdown.text) {
        const double wide =
            fmax(seg_text_width(tau.text, SEG_SMALL, false), seg_text_width(drawdown.text, SEG_SMALL, false));
        const double w = (wide + 4) / p->width, h = (2.2 * SEG_SMALL + 3) / p->height;

        st = crowding(c, loss, p, w, h, false, &below, err);
        if (!st)
            st = crowding(c, loss, p, w, h, true, &above, err);
        font.anchor = above < below ? SEG_START : SEG_END;
        const double x = above < below ? p->left + 4 : p->left + p->width - 1;
        const double y = above < below ? p->top + SEG_SMALL : p->top + p->height - 3 - leading;

        seg_svg_text(svg, x, y, &font, "%s", tau.text);
        seg_svg_text(svg, x, y + leading, &font, "%s", drawdown.text);
    }
    svg->body.failed = svg->body.failed || tau.failed || drawdown.failed;
    seg_string_free(&tau);
    seg_string_free(&drawdown);
    return st;
}

static bool skipped_everywhere(const seg_curves *c, size_t loss)
{
    for (size_t regime = 0; regime < c->regimes; regime++)
        if (!seg_curves_skipped(c, loss, regime))
            return false;
    return true;
}

/* A title that is too wide is made smaller or cut. */
static void draw_title(seg_svg *svg, const seg_curve_loss *loss, const struct cell *cell)
{
    seg_font font = {.size = SEG_TITLE - 0.5, .colour = seg_level_colours[loss->level], .bold = true};
    const double room = cell->width + BETWEEN - 3;
    size_t n = strlen(loss->label);

    if (seg_text_width(loss->label, font.size, true) > room)
        font.size = SEG_SMALL;
    if (seg_text_width(loss->label, font.size, true) > room)
        font.bold = false;
    if (seg_text_width(loss->label, font.size, font.bold) > room)
        n = seg_text_fit(loss->label, room - SEG_SMALL, font.size, font.bold);
    seg_svg_text(svg, cell->left, cell->top - 4, &font, "%.*s%s", (int)n, loss->label, loss->label[n] ? "…" : "");
}

static seg_status draw_cell(seg_canvas *canvas, const struct cell *cell, seg_error *err)
{
    const seg_curves *c = canvas->curves;
    const double unit[2] = {0, 1};
    const seg_font grey = {.size = SEG_SMALL, .colour = seg_grey};
    double range[2] = {INFINITY, -INFINITY};
    seg_panel panel;
    seg_status st = SEG_OK;

    draw_title(canvas->svg, &c->loss[cell->loss], cell);
    if (skipped_everywhere(c, cell->loss)) {
        seg_svg_paragraph(canvas->svg, cell->left, cell->top + SEG_SMALL, cell->width, 0, 1.2 * SEG_SMALL, &grey,
                          seg_curves_skipped(c, cell->loss, 0));
        return SEG_OK;
    }
    for (size_t regime = 0; !st && regime < c->regimes; regime++) {
        double one[2];

        st = seg_range_of_y(c, regime, &cell->loss, 1, one, err);
        range[0] = fmin(range[0], one[0]);
        range[1] = fmax(range[1], one[1]);
    }
    panel = seg_panel_make(cell->left, cell->top, cell->width, cell->height, unit, range, 2, SEG_SMALL);
    seg_panel_axes(canvas->svg, &panel, &(seg_axis){NULL, 3, cell->last_row, false},
                   &(seg_axis){NULL, 3, cell->first_column || c->scale == SEG_SCALE_NONE, false});
    if (!st)
        st = draw_curves(canvas, &panel, cell->loss, err);
    return st ? st : draw_numbers(canvas->svg, c, cell->loss, &panel, err);
}

static double draw_key(seg_canvas *canvas)
{
    const seg_curves *c = canvas->curves;
    const seg_font font = {.size = SEG_SMALL, .colour = seg_ink}, grey = {.size = SEG_SMALL, .colour = seg_grey};
    double x = 6, base = canvas->y + SEG_SMALL;

    for (size_t regime = 0; regime < c->regimes; regime++) {
        const seg_stroke stroke = stroke_of(regime);
        char title[128], detail[128];

        seg_experiment_title(&c->regime[regime], title, sizeof title);
        seg_experiment_subtitle(&c->regime[regime], detail, sizeof detail);
        strncat(title, ": ", sizeof title - strlen(title) - 1);
        strncat(title, detail, sizeof title - strlen(title) - 1);
        if (regime && x + 22 + seg_text_width(title, SEG_SMALL, false) > canvas->width - 4)
            x = 6, base += 1.4 * SEG_SMALL;
        seg_svg_line(canvas->svg, x, base - 2.2, x + 13, base - 2.2, &stroke);
        seg_svg_text(canvas->svg, x + 16, base, &font, "%s", title);
        x += 28 + seg_text_width(title, SEG_SMALL, false);
    }
    base += 1.4 * SEG_SMALL;
    seg_svg_text(canvas->svg, 6, base, &grey, "τ: Kendall's tau with x; ↓: largest drawdown%s%s",
                 c->regimes > 2   ? " (first … last object)"
                 : c->regimes > 1 ? " (in the order of the objects)"
                                  : "",
                 c->seeds > 1 ? "; band: mean ± sd" : "");
    return base + 6;
}

/* Level by level in their colours: "pixel  region  boundary  combination". */
static void draw_levels(seg_svg *svg, double right, double base)
{
    for (int level = SEG_LEVELS - 1; level >= 0; level--) {
        const seg_font font = {.size = SEG_SMALL, .colour = seg_level_colours[level], .anchor = SEG_END, .bold = true};

        seg_svg_text(svg, right, base, &font, "%s", seg_level_names[level]);
        right -= seg_text_width(seg_level_names[level], SEG_SMALL, true) + 7;
    }
}

static void draw_axis_titles(seg_canvas *canvas, double top, double bottom)
{
    static const char *const y_titles[] = {"loss, scaled to its own range", "loss / largest", "loss"};
    const seg_font middle = {.size = SEG_SMALL, .colour = seg_ink, .anchor = SEG_MIDDLE};
    const seg_font turned = {.size = SEG_SMALL, .colour = seg_ink, .anchor = SEG_MIDDLE, .turn = -90};
    char title[96];

    seg_curves_x_title(canvas->curves, canvas->curves->x, title, sizeof title);
    seg_svg_text(canvas->svg, 7, (top + bottom) / 2, &turned, "%s", y_titles[canvas->curves->scale]);
    seg_svg_text(canvas->svg, canvas->width / 2, bottom + 3.1 * SEG_SMALL, &middle, "%s, as a share of its range",
                 title);
}

seg_status seg_layout_grid(seg_canvas *canvas, seg_error *err)
{
    const seg_curves *c = canvas->curves;
    const double left = LEFT + (c->scale == SEG_SCALE_NONE ? 6 : 6), space = canvas->width - left - RIGHT;
    size_t columns = (size_t)fmax(1, floor((space + BETWEEN) / (NARROWEST + BETWEEN)));
    double wide, pitch, top;
    seg_status st = SEG_OK;

    columns = columns > 5 ? 5 : columns;
    columns = columns > c->losses ? c->losses : columns;
    wide = (space - BETWEEN * (double)(columns - 1)) / (double)columns;
    wide = wide > 130 ? 130 : wide;
    pitch = 0.8 * wide + 20;
    canvas->y = draw_key(canvas);
    draw_levels(canvas->svg, canvas->width - RIGHT, canvas->y - 6 + (canvas->width < 400 ? 1.4 * SEG_SMALL : 0));
    canvas->y += canvas->width < 400 ? 1.4 * SEG_SMALL : 0;
    top = canvas->y + 12;
    for (size_t i = 0; !st && i < c->losses; i++) {
        const struct cell cell = {i,
                                  left + (wide + BETWEEN) * (double)(i % columns),
                                  top + pitch * (double)(i / columns),
                                  wide,
                                  0.8 * wide,
                                  i % columns == 0,
                                  i + columns >= c->losses};

        st = draw_cell(canvas, &cell, err);
    }
    canvas->y = top + pitch * (double)((c->losses + columns - 1) / columns) - 20;
    draw_axis_titles(canvas, top, canvas->y);
    canvas->y += 4 * SEG_SMALL;
    return st;
}
