/* svg.c - writes the elements of an SVG document, coordinates with one digit, text escaped. */
#include "svg.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/base64.h"
#include "../base/inert.h"

/* Text of figures is short; what does not fit the buffer is cut. */
enum { TEXT_ROOM = 1024 };

static void add_escaped(seg_string *s, const char *text)
{
    seg_inert_add(s, SEG_INERT_XML, text);
}

/* A tenth of a point, "-0.0" avoided; a decimal comma of the user's locale would break the document. */
static void add_number(seg_string *s, double x)
{
    long long tenths = llround(x * 10);
    long long magnitude = llabs(tenths);

    seg_string_printf(s, "%s%lld", tenths < 0 ? "-" : "", magnitude / 10);
    if (magnitude % 10)
        seg_string_printf(s, ".%lld", magnitude % 10);
}

static void add_attribute(seg_string *s, const char *name, double x)
{
    seg_string_printf(s, " %s=\"", name);
    add_number(s, x);
    seg_string_add(s, "\"");
}

static void add_name(seg_string *s, const char *name, const char *value)
{
    if (!value || !*value)
        return;
    seg_string_printf(s, " %s=\"", name);
    add_escaped(s, value);
    seg_string_add(s, "\"");
}

static void add_stroke(seg_string *s, const seg_stroke *stroke)
{
    if (!stroke || !stroke->colour)
        return;
    add_name(s, "stroke", stroke->colour);
    add_attribute(s, "stroke-width", stroke->width);
    add_name(s, "stroke-dasharray", stroke->dash);
}

static void add_tooltip(seg_string *s, const char *tooltip, const char *element)
{
    if (!tooltip) {
        seg_string_add(s, "/>\n");
        return;
    }
    seg_string_add(s, "><title>");
    add_escaped(s, tooltip);
    seg_string_printf(s, "</title></%s>\n", element);
}

void seg_svg_group(seg_svg *svg, const char *cls, const char *tooltip)
{
    seg_string_add(&svg->body, "<g");
    add_name(&svg->body, "class", cls);
    seg_string_add(&svg->body, ">\n");
    if (tooltip) {
        seg_string_add(&svg->body, "<title>");
        add_escaped(&svg->body, tooltip);
        seg_string_add(&svg->body, "</title>\n");
    }
    svg->groups++;
}

void seg_svg_group_end(seg_svg *svg)
{
    if (svg->groups) {
        seg_string_add(&svg->body, "</g>\n");
        svg->groups--;
    }
}

void seg_svg_line(seg_svg *svg, double x1, double y1, double x2, double y2, const seg_stroke *stroke)
{
    seg_string_add(&svg->body, "<line");
    add_attribute(&svg->body, "x1", x1);
    add_attribute(&svg->body, "y1", y1);
    add_attribute(&svg->body, "x2", x2);
    add_attribute(&svg->body, "y2", y2);
    add_stroke(&svg->body, stroke);
    seg_string_add(&svg->body, "/>\n");
}

void seg_svg_rect(seg_svg *svg, double x, double y, double width, double height, const char *fill,
                  const seg_stroke *stroke)
{
    seg_string_add(&svg->body, "<rect");
    add_attribute(&svg->body, "x", x);
    add_attribute(&svg->body, "y", y);
    add_attribute(&svg->body, "width", width);
    add_attribute(&svg->body, "height", height);
    add_name(&svg->body, "fill", fill ? fill : "none");
    add_stroke(&svg->body, stroke);
    seg_string_add(&svg->body, "/>\n");
}

void seg_svg_circle(seg_svg *svg, double x, double y, double r, const char *fill, const seg_stroke *stroke)
{
    seg_string_add(&svg->body, "<circle");
    add_attribute(&svg->body, "cx", x);
    add_attribute(&svg->body, "cy", y);
    add_attribute(&svg->body, "r", r);
    add_name(&svg->body, "fill", fill ? fill : "none");
    add_stroke(&svg->body, stroke);
    seg_string_add(&svg->body, "/>\n");
}

/* "M1 2L3 4": every stretch of finite points begins anew. */
static void add_points(seg_string *s, const seg_point *point, size_t n)
{
    bool drawing = false;

    for (size_t i = 0; i < n; i++) {
        if (!isfinite(point[i].x) || !isfinite(point[i].y)) {
            drawing = false;
            continue;
        }
        seg_string_add(s, drawing ? "L" : "M");
        add_number(s, point[i].x);
        seg_string_add(s, " ");
        add_number(s, point[i].y);
        drawing = true;
    }
}

void seg_svg_curve(seg_svg *svg, const char *cls, const seg_point *point, size_t n, const seg_stroke *stroke,
                   const char *tooltip)
{
    seg_string_add(&svg->body, "<path");
    add_name(&svg->body, "class", cls);
    seg_string_add(&svg->body, " fill=\"none\"");
    add_stroke(&svg->body, stroke);
    seg_string_add(&svg->body, " stroke-linejoin=\"round\" d=\"");
    add_points(&svg->body, point, n);
    seg_string_add(&svg->body, "\"");
    add_tooltip(&svg->body, tooltip, "path");
}

void seg_svg_area(seg_svg *svg, const seg_point *point, size_t n, const char *fill, double opacity)
{
    seg_string_add(&svg->body, "<path");
    add_name(&svg->body, "fill", fill);
    add_attribute(&svg->body, "fill-opacity", opacity);
    seg_string_add(&svg->body, " d=\"");
    add_points(&svg->body, point, n);
    seg_string_add(&svg->body, "Z\"/>\n");
}

void seg_svg_runs(seg_svg *svg, double x, double y, double side, const seg_svg_run *run, size_t n, const char *fill)
{
    char scale[SEG_NUMBER_ROOM];

    if (!n)
        return;
    seg_string_add(&svg->body, "<path");
    add_name(&svg->body, "fill", fill);
    seg_string_add(&svg->body, " shape-rendering=\"crispEdges\" transform=\"translate(");
    add_number(&svg->body, x);
    seg_string_add(&svg->body, " ");
    add_number(&svg->body, y);
    /* A pixel may be far smaller than a tenth of a point, so its side keeps six digits. */
    seg_string_printf(&svg->body, ") scale(%s)\" d=\"", seg_number_digits(scale, side, 6));
    for (size_t i = 0; i < n; i++)
        seg_string_printf(&svg->body, "M%d %dh%dv1h-%dz", run[i].x, run[i].y, run[i].n, run[i].n);
    seg_string_add(&svg->body, "\"/>\n");
}

/* A hundredth of a point: edges of pixels meet. */
static void add_fine(seg_string *s, double x)
{
    long long hundredths = llround(x * 100);

    seg_string_printf(s, "%s%lld.%02lld", hundredths < 0 ? "-" : "", llabs(hundredths) / 100, llabs(hundredths) % 100);
}

static void add_step(seg_string *s, char command, double x)
{
    seg_string_add_n(s, &command, 1);
    add_fine(s, x);
}

/* In units of the page and not of the pixels, which would scale a pattern, too. */
void seg_svg_cells(seg_svg *svg, double x, double y, double width, double height, const seg_svg_run *run, size_t n,
                   const char *fill, double opacity)
{
    seg_string *s = &svg->body;

    if (!n)
        return;
    seg_string_add(s, "<path");
    add_name(s, "fill", fill);
    if (opacity < 1)
        add_attribute(s, "fill-opacity", opacity);
    seg_string_add(s, " shape-rendering=\"crispEdges\" d=\"");
    for (size_t i = 0; i < n; i++) {
        add_step(s, 'M', x + run[i].x * width);
        add_step(s, ' ', y + run[i].y * height);
        add_step(s, 'H', x + (run[i].x + run[i].n) * width);
        add_step(s, 'V', y + (run[i].y + 1) * height);
        add_step(s, 'H', x + run[i].x * width);
        seg_string_add(s, "z");
    }
    seg_string_add(s, "\"/>\n");
}

void seg_svg_segments(seg_svg *svg, const seg_point *point, size_t n, const seg_stroke *stroke)
{
    if (!n)
        return;
    seg_string_add(&svg->body, "<path fill=\"none\" stroke-linecap=\"square\"");
    add_stroke(&svg->body, stroke);
    seg_string_add(&svg->body, " d=\"");
    for (size_t i = 0; i < 2 * n; i++) {
        seg_string_add(&svg->body, i % 2 ? "L" : "M");
        add_fine(&svg->body, point[i].x);
        seg_string_add(&svg->body, " ");
        add_fine(&svg->body, point[i].y);
    }
    seg_string_add(&svg->body, "\"/>\n");
}

static void add_hatch_line(seg_svg *svg, double every, const seg_stroke *line, bool vertical)
{
    seg_string_add(&svg->body, "<line x1=\"0\" y1=\"0\"");
    add_attribute(&svg->body, "x2", vertical ? 0 : every);
    add_attribute(&svg->body, "y2", vertical ? every : 0);
    add_stroke(&svg->body, &(seg_stroke){line->colour, 2 * line->width, NULL}); /* half of it lies outside the tile */
    seg_string_add(&svg->body, "/>");
}

void seg_svg_hatch(seg_svg *svg, const char *id, const char *ground, const seg_stroke *line, double every, bool crossed)
{
    seg_string_printf(&svg->body, "<defs><pattern id=\"%s\" patternUnits=\"userSpaceOnUse\"", id);
    add_attribute(&svg->body, "width", every);
    add_attribute(&svg->body, "height", every);
    seg_string_add(&svg->body, " patternTransform=\"rotate(45)\">");
    if (ground) {
        seg_string_add(&svg->body, "<rect");
        add_attribute(&svg->body, "width", every);
        add_attribute(&svg->body, "height", every);
        add_name(&svg->body, "fill", ground);
        seg_string_add(&svg->body, "/>");
    }
    add_hatch_line(svg, every, line, true);
    if (crossed)
        add_hatch_line(svg, every, line, false);
    seg_string_add(&svg->body, "</pattern></defs>\n");
}

void seg_svg_png(seg_svg *svg, double x, double y, double width, double height, const unsigned char *png, size_t n)
{
    seg_string_add(&svg->body, "<image");
    add_attribute(&svg->body, "x", x);
    add_attribute(&svg->body, "y", y);
    add_attribute(&svg->body, "width", width);
    add_attribute(&svg->body, "height", height);
    seg_string_add(&svg->body, " preserveAspectRatio=\"none\" image-rendering=\"optimizeSpeed\" "
                               "href=\"data:image/png;base64,");
    seg_base64_add(&svg->body, png, n);
    seg_string_add(&svg->body, "\"/>\n");
}

static void add_text(seg_svg *svg, double x, double y, const seg_font *font, const char *text, size_t n)
{
    static const char *const anchors[] = {NULL, "middle", "end"};
    char piece[TEXT_ROOM];

    snprintf(piece, sizeof piece, "%.*s", (int)(n < sizeof piece ? n : sizeof piece - 1), text);
    seg_string_add(&svg->body, "<text");
    add_attribute(&svg->body, "x", x);
    add_attribute(&svg->body, "y", y);
    add_attribute(&svg->body, "font-size", font->size);
    add_name(&svg->body, "text-anchor", anchors[font->anchor]);
    add_name(&svg->body, "font-weight", font->bold ? "bold" : NULL);
    add_name(&svg->body, "fill", font->colour);
    if (font->halo > 0) {
        seg_string_add(&svg->body, " stroke=\"#ffffff\" paint-order=\"stroke\" stroke-linejoin=\"round\"");
        add_attribute(&svg->body, "stroke-width", 2 * font->halo);
    }
    if (font->turn < 0 || font->turn > 0) {
        seg_string_add(&svg->body, " transform=\"rotate(");
        add_number(&svg->body, font->turn);
        seg_string_add(&svg->body, " ");
        add_number(&svg->body, x);
        seg_string_add(&svg->body, " ");
        add_number(&svg->body, y);
        seg_string_add(&svg->body, ")\"");
    }
    seg_string_add(&svg->body, ">");
    add_escaped(&svg->body, piece);
    seg_string_add(&svg->body, "</text>\n");
}

void seg_svg_text(seg_svg *svg, double x, double y, const seg_font *font, const char *format, ...)
{
    char text[TEXT_ROOM];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    add_text(svg, x, y, font, text, strlen(text));
}

/* Draws the lines of a paragraph, or only counts them when svg is NULL. Returns how many there are. */
static size_t lines_of(seg_svg *svg, double x, double y, double width, double indent, double leading,
                       const seg_font *font, const char *text)
{
    size_t lines = 0;

    while (*text) {
        double in = lines ? indent : 0;
        size_t n = seg_text_fit(text, width - in, font->size, font->bold);

        if (svg)
            add_text(svg, x + in, y + (double)lines * leading, font, text, n);
        lines++;
        text += n;
        text += strspn(text, " ");
    }
    return lines;
}

double seg_svg_paragraph(seg_svg *svg, double x, double y, double width, double indent, double leading,
                         const seg_font *font, const char *text)
{
    return y + leading * (double)lines_of(svg, x, y, width, indent, leading, font, text);
}

double seg_svg_paragraph_height(double width, double indent, double leading, const seg_font *font, const char *text)
{
    return leading * (double)lines_of(NULL, 0, 0, width, indent, leading, font, text);
}

/* Condensed DejaVu stands in where no Helvetica is installed: its letters are nearly as narrow. */
static const char FAMILY[] = "Helvetica, Arial, 'Liberation Sans', 'Nimbus Sans', 'DejaVu Sans Condensed', sans-serif";

static void add_header(seg_string *out, const seg_svg_page *page)
{
    seg_string_add(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\"");
    if (page->mm > 0) {
        seg_string_add(out, " width=\"");
        add_number(out, page->mm);
        seg_string_add(out, "mm\" height=\"");
        add_number(out, page->mm * page->height / page->width);
        seg_string_add(out, "mm\"");
    }
    seg_string_add(out, " viewBox=\"0 0 ");
    add_number(out, page->width);
    seg_string_add(out, " ");
    add_number(out, page->height);
    seg_string_printf(out, "\" role=\"img\" aria-labelledby=\"title desc\" font-family=\"%s\">\n", FAMILY);
    seg_string_add(out, "<title id=\"title\">");
    add_escaped(out, page->title ? page->title : "");
    seg_string_add(out, "</title>\n<desc id=\"desc\">");
    add_escaped(out, page->about ? page->about : "");
    seg_string_add(out, "</desc>\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n");
}

seg_status seg_svg_finish(seg_svg *svg, const seg_svg_page *page, seg_string *out, seg_error *err)
{
    seg_status st;

    while (svg->groups)
        seg_svg_group_end(svg);
    add_header(out, page);
    if (svg->body.text)
        seg_string_add_n(out, svg->body.text, svg->body.length);
    seg_string_add(out, "</svg>\n");
    st = seg_string_check(&svg->body, err);
    if (!st)
        st = seg_string_check(out, err);
    seg_svg_free(svg);
    return st;
}

void seg_svg_free(seg_svg *svg)
{
    seg_string_free(&svg->body);
    *svg = (seg_svg){0};
}
