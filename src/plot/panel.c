/* panel.c - draws axes, curves and legends with the elements of svg.h. */
#include "panel.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "../base/memory.h"

/* Lengths in points. */
static const double TICK = 2, FRAME = 0.6, GRID = 0.4, SAMPLE = 15, GAP = 4;

double seg_scale_at(const seg_scale *s, double x)
{
    return s->at + (x - s->from) / (s->to - s->from) * (s->end - s->at);
}

/* The largest of 1, 2, 5 times a power of ten that cuts `span` into at least `wanted` - 1 pieces. */
static double round_step(double span, size_t wanted)
{
    double rough = span / (double)(wanted > 1 ? wanted - 1 : 1);
    double ten = pow(10, floor(log10(rough)));
    double part = rough / ten;

    return ten * (part >= 5 ? 5 : part >= 2 ? 2 : 1);
}

size_t seg_ticks(double from, double to, size_t wanted, double tick[SEG_TICKS], int *digits)
{
    double low = fmin(from, to), high = fmax(from, to), step, first;
    size_t n = 0;

    *digits = 0;
    if (!(high > low) || !isfinite(low) || !isfinite(high))
        return 0;
    step = round_step(high - low, wanted < 2 ? 2 : wanted);
    while ((high - low) / step > SEG_TICKS - 1 || (high - low) / step > 1.6 * (double)wanted)
        step *= 2;
    /* Rounding may put a tick just outside: 0.1 added ten times is not 1. */
    first = ceil(low / step - 1e-9);
    for (; n < SEG_TICKS && (first + (double)n) * step <= high + 1e-9 * step; n++)
        tick[n] = (first + (double)n) * step + 0.0;
    *digits = (int)fmax(0, ceil(-log10(step) - 1e-9));
    return n;
}

seg_panel seg_panel_make(double left, double top, double width, double height, const double x[2], const double y[2],
                         double air, double font)
{
    seg_panel p = {left,
                   top,
                   width,
                   height,
                   {x[0], x[1], left + air, left + width - air},
                   {y[0], y[1], top + height - air, top + air},
                   font};

    /* A flat curve still needs a scale. */
    if (!(fabs(p.x.to - p.x.from) > 0))
        p.x.to = p.x.from + 1;
    if (!(fabs(p.y.to - p.y.from) > 0))
        p.y.to = p.y.from + 1;
    return p;
}

/* As many ticks as wanted, or fewer when their numbers would touch. */
static size_t x_ticks(const seg_panel *p, const seg_axis *axis, double tick[SEG_TICKS], int *digits)
{
    size_t n = 0;

    for (size_t wanted = axis->ticks; wanted > 0; wanted--) {
        double widest = 0;

        n = seg_ticks(p->x.from, p->x.to, wanted, tick, digits);
        for (size_t i = 0; i < n; i++) {
            char number[64];

            snprintf(number, sizeof number, "%.*f", *digits, tick[i]);
            widest = fmax(widest, seg_text_width(number, p->font, false));
        }
        if (!axis->numbers || (widest + 0.6 * p->font) * (double)n <= p->width || n < 3)
            break;
    }
    return n;
}

static void x_axis(seg_svg *svg, const seg_panel *p, const seg_axis *axis)
{
    const seg_stroke frame = {seg_ink, FRAME, ""}, grid = {seg_faint, GRID, ""};
    const seg_font font = {.size = p->font, .colour = seg_ink, .anchor = SEG_MIDDLE};
    double bottom = p->top + p->height, tick[SEG_TICKS];
    int digits;
    size_t n = x_ticks(p, axis, tick, &digits);

    for (size_t i = 0; i < n; i++) {
        double x = seg_scale_at(&p->x, tick[i]);

        if (axis->grid)
            seg_svg_line(svg, x, p->top, x, bottom, &grid);
        seg_svg_line(svg, x, bottom, x, bottom + TICK, &frame);
        if (axis->numbers)
            seg_svg_text(svg, x, bottom + TICK + p->font, &font, "%.*f", digits, tick[i]);
    }
    seg_svg_line(svg, p->left, bottom, p->left + p->width, bottom, &frame);
    if (axis->label)
        seg_svg_text(svg, p->left + p->width / 2, bottom + TICK + (axis->numbers ? 2.25 : 1.2) * p->font, &font, "%s",
                     axis->label);
}

static void y_axis(seg_svg *svg, const seg_panel *p, const seg_axis *axis)
{
    const seg_stroke frame = {seg_ink, FRAME, ""}, grid = {seg_faint, GRID, ""};
    const seg_font font = {.size = p->font, .colour = seg_ink, .anchor = SEG_END};
    const seg_font label = {.size = p->font, .colour = seg_ink, .anchor = SEG_MIDDLE, .turn = -90};
    double tick[SEG_TICKS], widest = 0;
    int digits;
    size_t n = axis->ticks ? seg_ticks(p->y.from, p->y.to, axis->ticks, tick, &digits) : 0;

    for (size_t i = 0; i < n; i++) {
        double y = seg_scale_at(&p->y, tick[i]);
        char number[64];

        snprintf(number, sizeof number, "%.*f", digits, tick[i]);
        if (axis->grid)
            seg_svg_line(svg, p->left, y, p->left + p->width, y, &grid);
        seg_svg_line(svg, p->left - TICK, y, p->left, y, &frame);
        if (axis->numbers) {
            seg_svg_text(svg, p->left - TICK - 1.5, y + 0.35 * p->font, &font, "%s", number);
            widest = fmax(widest, seg_text_width(number, p->font, false));
        }
    }
    seg_svg_line(svg, p->left, p->top, p->left, p->top + p->height, &frame);
    if (axis->label)
        seg_svg_text(svg, p->left - TICK - 1.5 - widest - 0.6 * p->font, p->top + p->height / 2, &label, "%s",
                     axis->label);
}

void seg_panel_axes(seg_svg *svg, const seg_panel *panel, const seg_axis *x, const seg_axis *y)
{
    seg_svg_group(svg, "axes", NULL);
    y_axis(svg, panel, y);
    x_axis(svg, panel, x);
    seg_svg_group_end(svg);
}

seg_status seg_panel_curve(seg_svg *svg, const seg_panel *panel, const double *x, const double *y, size_t n,
                           const seg_stroke *stroke, const char *tooltip, seg_error *err)
{
    seg_point *point = NULL;
    seg_status st = seg_alloc(&point, n, sizeof *point, "a curve", err);

    if (st)
        return st;
    for (size_t i = 0; i < n; i++)
        point[i] = (seg_point){seg_scale_at(&panel->x, x[i]), seg_scale_at(&panel->y, y[i])};
    seg_svg_curve(svg, "l", point, n, stroke, tooltip);
    free(point);
    return SEG_OK;
}

double seg_legend(seg_svg *svg, double x, double y, double width, double font, const seg_legend_entry *entry, size_t n)
{
    const seg_font text = {.size = font, .colour = seg_ink};
    double widest = 0, row = 1.35 * font;
    size_t columns, rows;

    for (size_t i = 0; i < n; i++)
        widest = fmax(widest, SAMPLE + 2 * GAP + seg_text_width(entry[i].label, font, false));
    if (!n)
        return 0;
    columns = (size_t)fmax(1, floor((width + GAP) / widest));
    columns = columns < n ? columns : n;
    rows = (n + columns - 1) / columns;
    columns = (n + rows - 1) / rows;
    for (size_t i = 0; svg && i < n; i++) {
        double left = x + (double)(i / rows) * width / (double)columns, base = y + row * ((double)(i % rows) + 0.8);

        seg_svg_line(svg, left, base - 0.33 * font, left + SAMPLE, base - 0.33 * font, &entry[i].stroke);
        seg_svg_text(svg, left + SAMPLE + GAP, base, &text, "%s", entry[i].label);
    }
    return row * (double)rows;
}
