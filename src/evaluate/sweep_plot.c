/* sweep_plot.c - what has no scale of its own against what is swept, as SVG: a panel for each quantity of each grid, a
 * line for each value of the parameters beside the first. The loss itself is not drawn: at different parameters its
 * values are not one scale. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../plot/panel.h"
#include "sweep.h"

/* Points (1/72 inch); one column of a journal is 89 mm wide. */
static const double WIDTH = 252, PANEL = 120, LEFT = 44, RIGHT = 10, FONT = 7, TITLE = 8, DOT = 1.6, AIR = 6;
static const double COLUMN_MM = 89;

/* An axis of a grid as places on paper. */
typedef struct {
    const seg_sweep_axis *axis;
    double *x;     /* [axis->n] numbers, their logarithms, or places in the list */
    bool labelled; /* values are written at their places, since they are no plain scale */
    bool words;    /* nothing lies between two of them */
} places;

static bool all_numbers(const seg_sweep_axis *axis, double *x)
{
    for (size_t i = 0; i < axis->n; i++)
        if (!seg_read_double(axis->text[i], &x[i]))
            return false;
    return true;
}

/* Three and more values of which each is the same multiple of the one before. */
static bool is_geometric(const double *x, size_t n)
{
    const double SAME = 1e-6;

    for (size_t i = 1; i < n; i++)
        if (!(x[i - 1] > 0) || !(x[i] > 0) || fabs(x[i] / x[i - 1] / (x[1] / x[0]) - 1) > SAME)
            return false;
    return n >= 3 && fabs(x[1] / x[0] - 1) > SAME;
}

/* The power of ten that is better said once than in every tick: 0 for numbers from 0.01 to 1e5. */
static int exponent_of(const double *x, size_t n)
{
    double largest = 0;

    for (size_t i = 0; i < n; i++)
        largest = isfinite(x[i]) ? fmax(largest, fabs(x[i])) : largest;
    return largest > 0 && (largest < 1e-2 || largest >= 1e5) ? (int)floor(log10(largest)) : 0;
}

static seg_status find_places(places *p, const seg_sweep_axis *axis, seg_error *err)
{
    bool numbers, geometric;
    seg_status st = seg_alloc(&p->x, axis->n, sizeof *p->x, "a plot", err);

    if (st)
        return st;
    p->axis = axis;
    numbers = all_numbers(axis, p->x);
    geometric = numbers && is_geometric(p->x, axis->n);
    p->words = !numbers;
    p->labelled = !numbers || geometric || exponent_of(p->x, axis->n) != 0;
    for (size_t i = 0; i < axis->n && (geometric || !numbers); i++)
        p->x[i] = geometric ? log10(p->x[i]) : (double)i;
    return SEG_OK;
}

/* ---- one panel ---- */

struct drawing {
    const seg_sweep *s;
    const seg_sweep_family *f;
    size_t main; /* the axis that runs along x: the first that has several values */
    places places;
    double *value;       /* [points] */
    int what;            /* the quantity of the panel */
    seg_sweep_row *row;  /* [points] */
    size_t lines, *line; /* [points] the line that a point belongs to */
    size_t *first;       /* [lines] its first point */
};

static bool same_line(const struct drawing *d, size_t a, size_t b)
{
    const seg_sweep_grid *g = &d->f->grid;

    for (size_t axis = 0; axis < g->axes; axis++)
        if (axis != d->main && !g->axis[axis].follows &&
            seg_sweep_grid_at(g, false, a, axis) != seg_sweep_grid_at(g, false, b, axis))
            return false;
    return true;
}

/* Zipped points are one line. */
static void find_lines(struct drawing *d)
{
    for (size_t i = 0; i < d->f->points; i++) {
        size_t k = 0;

        while (k < d->lines && !d->s->zip && !same_line(d, d->first[k], i))
            k++;
        if (k == d->lines)
            d->first[d->lines++] = i;
        d->line[i] = k;
    }
}

static void find_range(const double *x, size_t n, double range[2])
{
    const double FLAT = 1e-3; /* a smaller change is drawn as none: the line lies in the middle */
    double air;

    range[0] = HUGE_VAL;
    range[1] = -HUGE_VAL;
    for (size_t i = 0; i < n; i++) {
        range[0] = isfinite(x[i]) ? fmin(range[0], x[i]) : range[0];
        range[1] = isfinite(x[i]) ? fmax(range[1], x[i]) : range[1];
    }
    air = fabs(range[1]) > 0 ? 0.1 * fabs(range[1]) : 1;
    if (!(range[0] <= range[1]))
        range[0] = 0, range[1] = 1;
    else if (!(range[1] - range[0] > FLAT * fmax(fabs(range[0]), fabs(range[1]))))
        range[0] -= air, range[1] += air;
}

static double place_of(const struct drawing *d, size_t point)
{
    return d->places.x[seg_sweep_grid_at(&d->f->grid, d->s->zip, point, d->main)];
}

/* A number to three digits, a word as it is. */
static const char *short_text(char room[SEG_NUMBER_ROOM], const char *text)
{
    double x;

    return seg_read_double(text, &x) ? seg_number_digits(room, x, 3) : text;
}

/* Labels stand so wide that more of them never find room. */
enum { LABELS = 64 };

/* Values written at their places, which come in any order, where they touch none that is there already. */
static void label_places(seg_svg *svg, const seg_panel *p, const places *at)
{
    const seg_font font = {.size = FONT, .colour = seg_ink, .anchor = SEG_MIDDLE};
    const seg_stroke tick = {seg_ink, 0.6, ""};
    const double bottom = p->top + p->height;
    double from[LABELS], to[LABELS];
    size_t n = 0;

    for (size_t i = 0; i < at->axis->n; i++) {
        char room[SEG_NUMBER_ROOM];
        const char *label = short_text(room, at->axis->text[i]);
        const double x = seg_scale_at(&p->x, at->x[i]), half = seg_text_width(label, FONT, false) / 2;
        size_t k;

        seg_svg_line(svg, x, bottom, x, bottom + 2, &tick);
        for (k = 0; k < n && (x + half < from[k] || x - half > to[k]); k++)
            ;
        if (k < n || n == LABELS)
            continue;
        seg_svg_text(svg, x, bottom + 2 + FONT, &font, "%s", label);
        from[n] = x - half - FONT / 2;
        to[n++] = x + half + FONT / 2;
    }
}

/* The points of a line from left to right, however they were listed. */
static size_t collect_line(const struct drawing *d, size_t line, double *x, double *y)
{
    size_t n = 0;

    for (size_t i = 0; i < d->f->points; i++) {
        size_t at = n;

        if (d->line[i] != line)
            continue;
        for (; at && x[at - 1] > place_of(d, i); at--)
            x[at] = x[at - 1], y[at] = y[at - 1];
        x[at] = place_of(d, i);
        y[at] = d->value[i];
        n++;
    }
    return n;
}

static seg_status draw_line(seg_svg *svg, const seg_panel *p, const struct drawing *d, size_t line, seg_error *err)
{
    const seg_stroke stroke = seg_curve_style(line, 1.3);
    double *x = NULL, *y;
    size_t n;
    seg_status st = seg_alloc(&x, 2 * d->f->points, sizeof *x, "a plot", err);

    if (st)
        return st;
    y = x + d->f->points;
    n = collect_line(d, line, x, y);
    if (!d->places.words)
        st = seg_panel_curve(svg, p, x, y, n, &stroke, NULL, err);
    for (size_t i = 0; i < n && !st; i++)
        if (isfinite(y[i]))
            seg_svg_circle(svg, seg_scale_at(&p->x, x[i]), seg_scale_at(&p->y, y[i]), DOT, stroke.colour, NULL);
    free(x);
    return st;
}

/* "gamma=2, form=survey" */
static void name_line(const struct drawing *d, size_t line, seg_string *out)
{
    for (size_t a = 0; a < d->f->grid.axes; a++) {
        const seg_sweep_axis *axis = &d->f->grid.axis[a];

        if (a != d->main && !axis->follows)
            seg_string_printf(out, "%s%s=%s", out->length ? ", " : "", axis->name,
                              axis->text[seg_sweep_grid_at(&d->f->grid, false, d->first[line], a)]);
    }
}

static seg_status draw_legend(seg_svg *svg, const struct drawing *d, double *y, seg_error *err)
{
    seg_legend_entry *entry = NULL;
    seg_string *name = NULL;
    seg_status st;

    if (d->lines < 2)
        return SEG_OK;
    st = seg_alloc(&entry, d->lines, sizeof *entry, "a plot", err);
    if (!st)
        st = seg_alloc(&name, d->lines, sizeof *name, "a plot", err);
    for (size_t k = 0; k < d->lines && !st; k++) {
        name_line(d, k, &name[k]);
        st = seg_string_check(&name[k], err);
        entry[k] = (seg_legend_entry){name[k].text, seg_curve_style(k, 1.3)};
    }
    if (!st)
        *y += seg_legend(svg, LEFT, *y, WIDTH - LEFT - RIGHT, FONT, entry, d->lines) + FONT / 2;
    for (size_t k = 0; name && k < d->lines; k++)
        seg_string_free(&name[k]);
    free(name);
    free(entry);
    return st;
}

/* What a panel shows. */
enum { BOUNDARY, SMALLEST, SPREAD, TAU }; /* TAU + m: of metric m */

/* From so many cases on a tau is drawn. */
enum { LEAST_CASES = 10 };

static double quantity_of(const seg_sweep_row *row, int what)
{
    return what == BOUNDARY   ? row->boundary
           : what == SMALLEST ? row->smallest
           : what == SPREAD   ? row->spread
                              : fabs(row->tau[what - TAU]);
}

static void name_y(const struct drawing *d, seg_string *out)
{
    static const char *const NAMES[] = {"share on the boundary", "share on the smallest object", "n_eff / voxels"};

    if (d->what < TAU)
        seg_string_add(out, NAMES[d->what]);
    else
        seg_string_printf(out, "|tau| with %s", d->s->metric_name[d->what - TAU]);
}

/* "alpha", or for zipped axes "alpha (with beta 0.8 to 0.2)". */
static void name_x(const struct drawing *d, seg_string *out)
{
    const seg_sweep_grid *g = &d->f->grid;

    seg_string_add(out, g->axis[d->main].name);
    for (size_t a = 0, told = 0; a < g->axes; a++) {
        if (a == d->main || !(d->s->zip || g->axis[a].follows))
            continue;
        seg_string_printf(out, "%s%s %s to %s", told++ ? ", " : " with ", g->axis[a].name, g->axis[a].text[0],
                          g->axis[a].text[g->axis[a].n - 1]);
    }
}

static seg_status draw_panel(seg_svg *svg, const struct drawing *d, double *y, seg_error *err)
{
    const seg_font title = {.size = TITLE, .colour = seg_ink, .bold = true};
    seg_string x_name = {0}, y_name = {0};
    double x_range[2], y_range[2];
    seg_panel panel;
    seg_status st;

    name_x(d, &x_name);
    name_y(d, &y_name);
    st = seg_string_check(&x_name, err);
    if (!st)
        st = seg_string_check(&y_name, err);
    find_range(d->places.x, d->places.axis->n, x_range);
    find_range(d->value, d->f->points, y_range);
    *y = seg_svg_paragraph(svg, 4, *y + TITLE, WIDTH - 8, 0, 1.2 * TITLE, &title, d->f->grid.title) - TITLE / 2;
    panel = seg_panel_make(LEFT, *y, WIDTH - LEFT - RIGHT, PANEL, x_range, y_range, AIR, FONT);
    seg_panel_axes(svg, &panel, &(seg_axis){NULL, d->places.labelled ? 0 : 6, !d->places.labelled, false},
                   &(seg_axis){y_name.text ? y_name.text : "", 5, true, true});
    if (d->places.labelled)
        label_places(svg, &panel, &d->places);
    seg_svg_text(svg, LEFT + panel.width / 2, *y + PANEL + 2 + 2.25 * FONT,
                 &(seg_font){.size = FONT, .colour = seg_ink, .anchor = SEG_MIDDLE}, "%s",
                 x_name.text ? x_name.text : "");
    for (size_t k = 0; k < d->lines && !st; k++)
        st = draw_line(svg, &panel, d, k, err);
    *y += PANEL + 3.5 * FONT;
    if (!st)
        st = draw_legend(svg, d, y, err);
    *y += FONT;
    seg_string_free(&x_name);
    seg_string_free(&y_name);
    return st;
}

/* Fills the values of a quantity; false when there is none. */
static bool take_quantity(struct drawing *d, int what)
{
    bool any = false;

    d->what = what;
    for (size_t i = 0; i < d->f->points; i++) {
        d->value[i] = quantity_of(&d->row[i], what);
        any |= isfinite(d->value[i]);
    }
    return any;
}

static seg_status draw_panels(seg_svg *svg, struct drawing *d, double *y, seg_error *err)
{
    seg_status st = SEG_OK;

    for (int what = BOUNDARY; what < TAU + (int)d->s->metrics && !st; what++) {
        if ((what < TAU || d->s->cases >= LEAST_CASES) && take_quantity(d, what))
            st = draw_panel(svg, d, y, err);
    }
    return st;
}

static seg_status begin_drawing(struct drawing *d, seg_error *err)
{
    const seg_sweep_family *f = d->f;
    seg_status st;

    while (d->main + 1 < f->grid.axes && !d->s->zip && (f->grid.axis[d->main].n < 2 || f->grid.axis[d->main].follows))
        d->main++;
    st = find_places(&d->places, &f->grid.axis[d->main], err);
    if (!st)
        st = seg_alloc(&d->value, f->points, sizeof *d->value, "a plot", err);
    if (!st)
        st = seg_alloc(&d->row, f->points, sizeof *d->row, "a plot", err);
    if (!st)
        st = seg_alloc(&d->line, f->points, sizeof *d->line, "a plot", err);
    if (!st)
        st = seg_alloc(&d->first, f->points, sizeof *d->first, "a plot", err);
    for (size_t i = 0; i < f->points && !st; i++)
        st = seg_sweep_row_of(&d->row[i], d->s, f, i, err);
    return st;
}

static seg_status draw_family(seg_svg *svg, const seg_sweep *s, const seg_sweep_family *f, double *y, seg_error *err)
{
    struct drawing d = {.s = s, .f = f};
    seg_status st = begin_drawing(&d, err);

    if (!st) {
        find_lines(&d);
        st = draw_panels(svg, &d, y, err);
    }
    free(d.places.x);
    free(d.value);
    free(d.row);
    free(d.line);
    free(d.first);
    return st;
}

seg_status seg_sweep_plot(const seg_sweep *s, seg_string *out, seg_error *err)
{
    seg_svg svg = {0};
    seg_string about = {0};
    double y = 4;
    seg_status st = SEG_OK;

    for (size_t f = 0; f < s->families && !st; f++)
        if (s->family[f].grid.axes)
            st = draw_family(&svg, s, &s->family[f], &y, err);
    seg_string_printf(&about,
                      "Shares and spread of a loss's gradient over a grid of its parameters, means over %zu case%s.",
                      s->cases, s->cases == 1 ? "" : "s");
    if (!st)
        st = seg_string_check(&about, err);
    /* One column is shown at twice its size on a screen; in print the column decides. */
    if (!st)
        st =
            seg_svg_finish(&svg, &(seg_svg_page){WIDTH, y + 4, 2 * COLUMN_MM, "Parameter sweep", about.text}, out, err);
    seg_string_free(&about);
    seg_svg_free(&svg);
    return st;
}
