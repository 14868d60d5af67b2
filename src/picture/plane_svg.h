/* plane_svg.h - draws a plane: kinds of pixels, outline of the truth, frame, letters, scale bar, badges. */
#ifndef SEG_PICTURE_PLANE_SVG_H
#define SEG_PICTURE_PLANE_SVG_H

#include "../plot/svg.h"
#include "plane.h"

/* Colours and patterns of the kinds; the patterns are defined once for each drawing by seg_kind_patterns(). */
extern const char seg_kind_right[], seg_kind_missed[], seg_kind_extra[], seg_kind_wrong[];
extern const char seg_text_ink[], seg_text_second[], seg_text_frame[];
void seg_kind_patterns(seg_svg *svg);

/* Where a plane stands on the page, and how. */
typedef struct {
    const seg_plane *plane;
    double x, y;     /* of its frame */
    double scale;    /* points for each mm */
    size_t cross[3]; /* voxel through which the other planes go; marked at the frame when `crossed` */
    bool crossed;
    bool names;                /* of the classes, where they fit */
    bool scene;                /* no pixel is background: badges may cover right pixels */
    bool badges;               /* lead to the listed mistakes */
    const char *unit;          /* mm or px, of the scale bar */
    const unsigned char *grey; /* a PNG file under the errors, or NULL */
    size_t grey_bytes;
} seg_plane_place;

double seg_plane_width(const seg_plane_place *p); /* points */
double seg_plane_height(const seg_plane_place *p);

seg_status seg_plane_draw(seg_svg *svg, const seg_plane_place *p, const seg_pair *pair, seg_error *err);

/* The edges between pixels of different truth. */
seg_status seg_plane_outline(seg_svg *svg, const seg_plane_place *place, const char *colour, seg_error *err);

/* A black disc with a number. */
void seg_badge(seg_svg *svg, double x, double y, size_t number);

#endif
