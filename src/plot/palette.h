/* palette.h - colours and dashes that stay apart for every kind of colour vision, on paper and on a screen. */
#ifndef SEG_PLOT_PALETTE_H
#define SEG_PLOT_PALETTE_H

#include <stddef.h>

#include "svg.h"

/* Okabe and Ito's colours without the yellow, whose contrast on white is 1.3. Under simulated protan, deutan and
 * tritan vision the nearest two are 16 units (CIE76) apart; the usual default colours come within 5. */
enum { SEG_HUES = 7, SEG_DASHES = 4 };
extern const char *const seg_hues[SEG_HUES];     /* black, sky, blue, vermilion, orange, green, purple */
extern const char *const seg_dashes[SEG_DASHES]; /* solid, dashed, dotted, dash-dotted */

/* Style of the i-th curve of a panel: the seven hues, then again with the next dash; 28 that differ. */
seg_stroke seg_curve_style(size_t i, double width);

/* Greys of frames, grids and second-rank text. */
extern const char seg_ink[], seg_grey[], seg_pale[], seg_faint[];

#endif
