/* render.h - an SVG drawing as PNG or PDF, by librsvg, which is loaded when it is needed.
 *
 * Linking librsvg would load some fifty libraries at every start of the program, for a few runs that draw; so it is
 * opened with dlopen(). Its functions are declared in render.c, because they are few and their interface is stable:
 * a build needs no headers of it.
 */
#ifndef SEG_PLOT_RENDER_H
#define SEG_PLOT_RENDER_H

#include "../base/error.h"
#include "../base/text.h"

/* SEG_OK when this machine can draw PNG and PDF, else SEG_USAGE and a sentence that says what to do: to be asked
 * before any work is done. */
seg_status seg_render_check(seg_error *err);

/* Adds the PNG file to *out (bytes, not text), `pixels` wide. */
seg_status seg_png_of_svg(const seg_string *svg, int pixels, seg_string *out, seg_error *err);

/* Adds the PDF file to *out: one page of the drawing's size, text as text. */
seg_status seg_pdf_of_svg(const seg_string *svg, seg_string *out, seg_error *err);

#endif
