/* png.h - an SVG drawing as a PNG picture, where librsvg is at hand. */
#ifndef SEG_PLOT_PNG_H
#define SEG_PLOT_PNG_H

#include "../base/error.h"
#include "../base/text.h"

/* Adds the PNG file to *out (bytes, not text), `pixels` wide. SEG_USAGE when this build or this machine has no
 * renderer; the sentence says what to do instead. */
seg_status seg_png_of_svg(const seg_string *svg, int pixels, seg_string *out, seg_error *err);

/* "2.54.7, loaded when a PNG is drawn", or "none (no --format png)": for --version. */
const char *seg_png_renderer(void);

#endif
