/* svg.h - drawings as SVG text: the same bytes on every machine, text as text, nothing needed to write them.
 *
 * One unit is one point (1/72 inch) at the width the drawing is made for, so a font of size 7 is printed at 7 pt in a
 * column of that width. x runs right, y down. Every coordinate is written with one digit after the point (a tenth of
 * a point is finer than a printer), in the C locale. Elements are added in the order in which they are painted.
 *
 *     seg_svg svg = {0};
 *     seg_svg_line(&svg, 0, 10, 50, 10, &(seg_stroke){"#000000", 0.5, ""});
 *     seg_svg_text(&svg, 25, 20, &(seg_font){.size = 7, .anchor = SEG_MIDDLE}, "Dice %.2f", x);
 *     st = seg_svg_finish(&svg, &(seg_svg_page){.width = 252, .height = 90, .mm = 89, .title = ..., .about = ...}, &out, err);
 *
 * Above it: panel.h (axes, ticks, curves, legends), dots.h (dot plots with intervals), palette.h (colours, dashes).
 */
#ifndef SEG_PLOT_SVG_H
#define SEG_PLOT_SVG_H

#include <stdbool.h>
#include <stddef.h>

#include "../base/error.h"
#include "../base/text.h"

/* The elements so far. {0} is an empty drawing; lack of memory is remembered and reported by seg_svg_finish(). */
typedef struct {
    seg_string body;
    size_t groups; /* open ones */
} seg_svg;

typedef struct {
    double width, height; /* units */
    double mm;            /* printed width; 0 leaves the size to the viewer */
    const char *title;    /* what a screen reader says first */
    const char *about;    /* the long description: what is shown, and what it is not */
} seg_svg_page;

/* A line. colour NULL is "none"; dash "" or NULL is solid, otherwise as in SVG: "5 3". */
typedef struct {
    const char *colour;
    double width;
    const char *dash;
} seg_stroke;

typedef enum { SEG_START, SEG_MIDDLE, SEG_END } seg_anchor;

typedef struct {
    double size;
    const char *colour; /* NULL is black */
    seg_anchor anchor;
    bool bold;
    double turn; /* degrees, clockwise, about the anchor */
    double halo; /* width of a white edge around the letters; 0: none */
} seg_font;

typedef struct {
    double x, y;
} seg_point;

/* One row of a picture drawn as runs: pixels [x, x + n) of row y. */
typedef struct {
    int x, y, n;
} seg_svg_run;

/* A group: its class serves style sheets and tests, its tooltip appears under the pointer. Either may be NULL. */
void seg_svg_group(seg_svg *svg, const char *cls, const char *tooltip);
void seg_svg_group_end(seg_svg *svg);

void seg_svg_line(seg_svg *svg, double x1, double y1, double x2, double y2, const seg_stroke *stroke);
/* fill NULL is none; stroke may be NULL. */
void seg_svg_rect(seg_svg *svg, double x, double y, double width, double height, const char *fill,
                  const seg_stroke *stroke);
void seg_svg_circle(seg_svg *svg, double x, double y, double r, const char *fill, const seg_stroke *stroke);

/* An open curve through n points, as one <path> with the class. tooltip may be NULL. A point with a coordinate that
 * is not finite leaves a gap. */
void seg_svg_curve(seg_svg *svg, const char *cls, const seg_point *point, size_t n, const seg_stroke *stroke,
                   const char *tooltip);
/* A filled closed shape. opacity in (0, 1]. */
void seg_svg_area(seg_svg *svg, const seg_point *point, size_t n, const char *fill, double opacity);

/* A picture: runs of square pixels of the given side, as one path; (x, y) is the corner of pixel 0, 0. */
void seg_svg_runs(seg_svg *svg, double x, double y, double side, const seg_svg_run *run, size_t n, const char *fill);

/* The same with pixels of `width` by `height`; opacity in (0, 1]. fill may be the url of a pattern. */
void seg_svg_cells(seg_svg *svg, double x, double y, double width, double height, const seg_svg_run *run, size_t n,
                   const char *fill, double opacity);

/* Straight segments, two points each, as one <path>. Coordinates keep two digits. */
void seg_svg_segments(seg_svg *svg, const seg_point *point, size_t n, const seg_stroke *stroke);

/* A pattern of parallel lines for fill="url(#id)": a ground (NULL: none) under lines at 45 degrees, `every` units
 * apart; crossed lines on request. */
void seg_svg_hatch(seg_svg *svg, const char *id, const char *ground, const seg_stroke *line, double every,
                   bool crossed);

/* A PNG file drawn into a rectangle, its pixels never smoothed. */
void seg_svg_png(seg_svg *svg, double x, double y, double width, double height, const unsigned char *png, size_t n);

/* y is the base line. */
void seg_svg_text(seg_svg *svg, double x, double y, const seg_font *font, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* Text broken at spaces into lines of the given width, `leading` apart; y is the first base line. Lines after the
 * first begin `indent` further right. Returns the base line that follows the last one. */
double seg_svg_paragraph(seg_svg *svg, double x, double y, double width, double indent, double leading,
                         const seg_font *font, const char *text);
/* The same without drawing. */
double seg_svg_paragraph_height(double width, double indent, double leading, const seg_font *font, const char *text);

/* Adds the whole document to *out and empties the drawing. */
seg_status seg_svg_finish(seg_svg *svg, const seg_svg_page *page, seg_string *out, seg_error *err);
void seg_svg_free(seg_svg *svg);

/* Width of UTF-8 text in units, and the bytes of it (up to a space) that fit a width; at least one word. */
double seg_text_width(const char *text, double size, bool bold);
size_t seg_text_fit(const char *text, double width, double size, bool bold);

#endif
