/* panel.h - a pair of axes with ticks, curves inside them, and legends. */
#ifndef SEG_PLOT_PANEL_H
#define SEG_PLOT_PANEL_H

#include "palette.h"
#include "svg.h"

/* A range of data laid over a stretch of paper. from may not equal to; either may be the larger one. */
typedef struct {
    double from, to; /* data */
    double at, end;  /* units of the drawing */
} seg_scale;

double seg_scale_at(const seg_scale *scale, double x);

/* Round tick values within [from, to], about `wanted` of them (2 to SEG_TICKS). *digits is how many digits after the
 * point tell them apart. Returns their number. */
enum { SEG_TICKS = 12 };
size_t seg_ticks(double from, double to, size_t wanted, double tick[SEG_TICKS], int *digits);

typedef struct {
    const char *label; /* beside the axis, or NULL */
    size_t ticks;      /* about how many; 0: no ticks */
    bool numbers;      /* write the tick values */
    bool grid;         /* faint lines across the panel */
} seg_axis;

/* Where a panel stands (the frame, without its labels) and the data it shows. */
typedef struct {
    double left, top, width, height;
    seg_scale x, y;
    double font; /* size of the tick labels and axis labels */
} seg_panel;

/* Places the panel and its scales; the data get a margin of `air` units inside the frame. */
seg_panel seg_panel_make(double left, double top, double width, double height, const double x[2], const double y[2],
                         double air, double font);

/* Axes on the left and below, ticks outside, no box. */
void seg_panel_axes(seg_svg *svg, const seg_panel *panel, const seg_axis *x, const seg_axis *y);

/* A curve through data points, as a path of class "l". */
seg_status seg_panel_curve(seg_svg *svg, const seg_panel *panel, const double *x, const double *y, size_t n,
                           const seg_stroke *stroke, const char *tooltip, seg_error *err);

typedef struct {
    const char *label;
    seg_stroke stroke;
} seg_legend_entry;

/* Entries in as many columns as fit the width, filled column by column. Returns the height used; draws when svg is
 * not NULL. */
double seg_legend(seg_svg *svg, double x, double y, double width, double font, const seg_legend_entry *entry, size_t n);

#endif
