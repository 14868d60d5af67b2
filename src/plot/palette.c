/* palette.c - the tables behind palette.h. */
#include "palette.h"

const char *const seg_hues[SEG_HUES] = {"#000000", "#56B4E9", "#0072B2", "#D55E00", "#E69F00", "#009E73", "#CC79A7"};
const char *const seg_dashes[SEG_DASHES] = {"", "5 3", "1.5 2", "7 2 1.5 2"};

const char seg_ink[] = "#222222", seg_grey[] = "#666666", seg_pale[] = "#B4B4B4", seg_faint[] = "#E6E6E6";

seg_stroke seg_curve_style(size_t i, double width)
{
    return (seg_stroke){seg_hues[i % SEG_HUES], width, seg_dashes[i / SEG_HUES % SEG_DASHES]};
}
