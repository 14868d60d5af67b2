/* page.h - the page of a case while it grows downwards, and its blocks. */
#ifndef SEG_PICTURE_PAGE_H
#define SEG_PICTURE_PAGE_H

#include "case_svg.h"
#include "grey.h"
#include "plane_svg.h"

#define SEG_PAGE_MARGIN 8.0  /* points */
#define SEG_LIST_LINE   14.6 /* from one line of a list to the next */

extern const seg_font seg_title_font, seg_text_font, seg_second_font;

typedef struct {
    seg_svg svg;
    const seg_case_svg *c;
    double width, y;      /* points; y is where the next block begins */
    seg_grey_image *grey; /* NULL: none */
} seg_picture_page;

static inline const seg_pair *seg_page_pair(const seg_picture_page *p)
{
    return p->c->text.pair;
}

/* A page of less than 120 mm stacks its blocks. */
static inline bool seg_page_narrow(const seg_picture_page *p)
{
    return p->width < 340;
}

seg_font seg_flush_right(seg_font font);
seg_font seg_centred(seg_font font);

/* Title and subtitle, and a key of filled boxes at the right; a key without fill is a line. */
typedef struct {
    const char *text, *fill;
} seg_picture_key;
void seg_page_head(seg_picture_page *p, const char *subtitle, const seg_picture_key *key, size_t keys);

/* The classes' names as wide as the widest of them. */
double seg_widest_class(const seg_picture_page *p, const int *order, size_t n);

/* Draws a plane with the page's grey image under it. */
seg_status seg_page_plane(seg_picture_page *p, seg_plane_place *place, seg_error *err);

/* Blocks. Those with left, right and y return where they end; the others move p->y. order[n]: classes, the lowest
 * DSC first. */
seg_status seg_page_planes(seg_picture_page *p, seg_error *err);
void seg_page_centre(const seg_picture_page *p, size_t at[3]); /* the voxel the planes go through */
double seg_page_list(seg_picture_page *p, double left, double right, double y);
double seg_page_strip(seg_picture_page *p, double left, double right, double y, const int *order, size_t n);
seg_status seg_page_crops(seg_picture_page *p, seg_error *err);

/* A scene without background: truth, prediction, mistakes shaded by depth, list, IoU of each class. */
seg_status seg_page_scene(seg_picture_page *p, const int *order, size_t n, seg_error *err);

#endif
