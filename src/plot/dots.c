/* dots.c - draws dot plots. */
#include "dots.h"

#include <math.h>

static const double HOLLOW = 2.4, FILLED = 1.7;

static double label_width(const seg_dot_plot *plot)
{
    double widest = 0;

    for (size_t i = 0; i < plot->rows; i++)
        widest = fmax(widest, seg_text_width(plot->row[i].label, plot->font, !plot->row[i].dots));
    return widest + 6;
}

static void draw_row(seg_svg *svg, const seg_panel *p, const seg_dot_row *row, double y)
{
    const seg_font font = {.size = p->font, .colour = seg_ink, .anchor = SEG_END, .bold = !row->dots};
    const seg_stroke pale = {seg_pale, 0.8, ""}, line = {row->colour, 0.9, ""};
    double low = INFINITY, high = -INFINITY;

    seg_svg_group(svg, "row", row->tooltip);
    seg_svg_text(svg, p->left - 5, y + 0.35 * p->font, &font, "%s", row->label);
    for (size_t i = 0; i < row->dots; i++)
        if (isfinite(row->dot[i].x)) {
            low = fmin(low, row->dot[i].x);
            high = fmax(high, row->dot[i].x);
        }
    if (low < high)
        seg_svg_line(svg, seg_scale_at(&p->x, low), y, seg_scale_at(&p->x, high), y, &pale);
    for (size_t i = 0; i < row->dots; i++)
        if (row->dot[i].low < row->dot[i].high)
            seg_svg_line(svg, seg_scale_at(&p->x, fmax(row->dot[i].low, p->x.from)), y,
                         seg_scale_at(&p->x, fmin(row->dot[i].high, p->x.to)), y, &line);
    for (int filled = 0; filled < 2; filled++) /* where both coincide, a dot in a ring */
        for (size_t i = 0; i < row->dots; i++)
            if (isfinite(row->dot[i].x) && row->dot[i].filled == filled)
                seg_svg_circle(svg, seg_scale_at(&p->x, row->dot[i].x), y, filled ? FILLED : HOLLOW,
                               filled ? row->colour : "#ffffff", &line);
    seg_svg_group_end(svg);
}

double seg_dots(seg_svg *svg, double x, double y, double width, const seg_dot_plot *plot)
{
    const double labels = label_width(plot), pitch = 1.45 * plot->font, gap = 0.7 * plot->font;
    const seg_stroke dotted = {seg_pale, 0.6, "1 1.5"};
    double height = 0.5 * pitch, range[2] = {plot->from, plot->to}, unit[2] = {0, 1};
    seg_panel p;

    for (size_t i = 0; i < plot->rows; i++)
        height += pitch + (i && plot->row[i].gap_above ? gap : 0);
    p = seg_panel_make(x + labels, y, width - labels - 4, height, range, unit, 4, plot->font);
    seg_panel_axes(svg, &p, &(seg_axis){plot->label, 6, true, false}, &(seg_axis){NULL, 0, false, false});
    for (size_t i = 0; i < plot->guides; i++)
        seg_svg_line(svg, seg_scale_at(&p.x, plot->guide[i]), y, seg_scale_at(&p.x, plot->guide[i]), y + height,
                     &dotted);
    y += 0.25 * pitch;
    for (size_t i = 0; i < plot->rows; i++) {
        y += i && plot->row[i].gap_above ? gap : 0;
        draw_row(svg, &p, &plot->row[i], y + 0.5 * pitch);
        y += pitch;
    }
    return height + 2 + (plot->label ? 2.6 : 1.2) * plot->font;
}
