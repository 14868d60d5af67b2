/* layout.h - what the layouts share; private to this folder. */
#ifndef SEG_CURVES_LAYOUT_H
#define SEG_CURVES_LAYOUT_H

#include "../plot/panel.h"
#include "figure.h"

/* Font sizes in points at the printed width. Nothing is smaller than 6.5. */
#define SEG_SMALL 6.5
#define SEG_TITLE 7.5

/* The page while it is drawn: everything above y is complete. */
typedef struct {
    const seg_curves *curves;
    const seg_figure *figure;
    seg_svg *svg;
    double width; /* units */
    double y;
} seg_canvas;

typedef seg_status seg_layout_fn(seg_canvas *canvas, seg_error *err);
seg_layout_fn seg_layout_panels, seg_layout_grid, seg_layout_category, seg_layout_scores;

/* Line styles of the losses [first, first + n): one hue per loss, one dash per variant of it; a line that would hide
 * an earlier one exactly is dashed, and the earlier one is wider. same[i] is the loss i coincides with, or i. */
typedef struct {
    seg_stroke *stroke; /* [n] */
    size_t *same;       /* [n] index into the list */
} seg_line_styles;

/* list[n]: indices of the losses to draw. */
seg_status seg_line_styles_make(seg_line_styles *styles, const seg_curves *curves, const size_t *list, size_t n,
                                seg_error *err);
void seg_line_styles_free(seg_line_styles *styles);

/* Losses of a level (SEG_LEVELS: all) that have a value in some regime; list has room for all. */
size_t seg_losses_drawn(const seg_curves *curves, seg_level level, size_t *list);

/* Range of x over a regime's first seed, and of y over the listed losses, as drawn. */
void seg_range_of_x(const seg_curves *curves, size_t regime, double range[2]);
seg_status seg_range_of_y(const seg_curves *curves, size_t regime, const size_t *list, size_t n, double range[2],
                          seg_error *err);

/* Draws one panel with the listed losses. */
seg_status seg_draw_lines(const seg_canvas *canvas, const seg_panel *panel, size_t regime, const size_t *list, size_t n,
                          const seg_line_styles *styles, seg_error *err);

/* "tau 0.97, drawdown 0.02: monotone" for tooltips; adds to *out. */
void seg_score_text(const seg_curves *curves, size_t loss, size_t regime, seg_string *out);

/* Masks under a panel: overlap grey, missed orange, false positive blue. *height is what they took. */
seg_status seg_draw_thumbnails(const seg_canvas *canvas, size_t regime, double left, double top, double width,
                               double *height, seg_error *err);
void seg_draw_thumbnail_key(seg_svg *svg, double left, double base, double width);

#endif
