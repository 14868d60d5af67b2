/* dots.h - a dot plot: one row per name, a few dots with intervals in each, guide lines down the whole plot. */
#ifndef SEG_PLOT_DOTS_H
#define SEG_PLOT_DOTS_H

#include "panel.h"

/* A value with its interval; low = high = x draws none. A value that is not finite is left out. */
typedef struct {
    double x, low, high;
    bool filled;
} seg_dot;

typedef struct {
    const char *label;
    const char *colour;
    const char *tooltip; /* or NULL */
    const seg_dot *dot;  /* [dots] joined by a pale line; none: the label is a headline */
    size_t dots;
    bool gap_above; /* begins a new group */
} seg_dot_row;

typedef struct {
    const seg_dot_row *row;
    size_t rows;
    double from, to;     /* of the axis */
    const double *guide; /* [guides] dotted vertical lines */
    size_t guides;
    const char *label; /* of the axis */
    double font;
} seg_dot_plot;

/* Draws the plot with its labels into a box of the given width. Returns the height used. */
double seg_dots(seg_svg *svg, double x, double y, double width, const seg_dot_plot *plot);

#endif
