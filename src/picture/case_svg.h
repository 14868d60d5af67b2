/* case_svg.h - a case as a drawing: planes through its worst mistake, what went wrong, DSC by slice, each mistake. */
#ifndef SEG_PICTURE_CASE_SVG_H
#define SEG_PICTURE_CASE_SVG_H

#include "../plot/svg.h"
#include "case_text.h"

typedef struct {
    seg_case_text text; /* the same case in words: name, pair, mistakes, slices, axis; its text is the <desc> */
    const float *grey;  /* [voxels] an image on the pair's grid under the mistakes, or NULL */
    double window[2];   /* its centre and width */
    bool has_at;
    size_t at[3]; /* voxel the planes go through; else the first mistake's */
    double mm;    /* width of the page */
} seg_case_svg;

/* Adds the SVG document to *out. */
seg_status seg_case_svg_write(seg_string *out, const seg_case_svg *c, seg_error *err);

#endif
