/* figure_parts.h - what the drawings of a comparison share. */
#ifndef SEG_COMPARE_FIGURE_PARTS_H
#define SEG_COMPARE_FIGURE_PARTS_H

#include "../plot/svg.h"
#include "table.h"

/* Two columns of print: 183 mm in points. */
#define SEG_FIGURE_WIDTH  518.74
#define SEG_FIGURE_MARGIN 6.0
#define SEG_FIGURE_FONT   7.5

/* A drawing that grows downwards. */
typedef struct {
    const seg_table *table;
    seg_svg svg;
    double y;
} seg_comparison_canvas;

/* "hd95 (mm) ↓" in bold, with the group and `more` ("liver") where they are not "". */
void seg_comparison_title(seg_comparison_canvas *c, const char *group, size_t measure, const char *more);
/* A grey line below it. */
void seg_comparison_subtitle(seg_comparison_canvas *c, const char *text);

/* The differences of every pair with the best method. */
seg_status seg_comparison_differences(seg_comparison_canvas *c, const seg_test_result *v, seg_error *err);

seg_status seg_comparison_finish(seg_comparison_canvas *c, const char *title, const char *about, seg_string *out,
                                 seg_error *err);

#endif
